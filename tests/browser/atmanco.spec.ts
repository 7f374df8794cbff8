// AtmanCo's way: an account with clients, two e-mail addresses, languages, additional permissions that not all see.
import { api, elsewhere, expect, field, open, person, sendEdit, signIn, test, type Page } from './lanyard';

const ADMIN = 'admin@talents.example';
/** An administrator who lacks the additional permission. */
const PLAIN_ADMIN = 'marc.bouchard@talents.example';
const USER = 'user@talents.example';

/** Types the first step of "Create User". */
async function typePerson(page: Page, first: string, last: string, email: string): Promise<void> {
  await field(page, 'First name').fill(first);
  await field(page, 'Last name').fill(last);
  await field(page, 'Login Email').fill(email);
}

const next = (page: Page) => page.getByRole('button', { name: 'Next: Role' });

/** Invites somebody as a User through both steps. */
async function create(page: Page, first: string, last: string, email: string): Promise<void> {
  await page.goto('/invite');
  await typePerson(page, first, last, email);
  await next(page).click();
  await page.getByRole('radio', { name: /^User/ }).check();
  await page.getByRole('button', { name: 'Invite new user' }).click();
  await expect(page.getByText(`${first} ${last} is invited`)).toBeVisible();
}

test('M1: who does not manage users learns who does, and how to reach them', async ({ page, lanyard }) => {
  await signIn(page, lanyard, USER);
  await expect(page.getByText('This is for administrators')).toBeVisible();
  const claire = page.getByRole('link', { name: /Claire Fontaine/ });
  await expect(claire).toHaveAttribute('href', `mailto:${ADMIN}`);
  await expect(page.getByRole('link', { name: /Marc Bouchard/ })).toHaveAttribute('href', `mailto:${PLAIN_ADMIN}`);
  await expect(page.getByRole('link', { name: /Anton Weiss/ })).toHaveCount(0);
  await page.goto('/invite');
  await expect(page.getByText('This is for administrators')).toBeVisible();
});

test('M2: Settings › User Management › "Create User", for administrators alone', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/activity');
  const nav = page.getByRole('navigation').first();
  await nav.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'User Management', level: 1 })).toBeVisible();
  await expect(nav.getByRole('link', { name: 'User Management' })).toHaveAttribute('aria-current', 'page');
  await page.getByRole('button', { name: 'Create User' }).click();
  await expect(page.getByRole('heading', { name: 'Create User', level: 1 })).toBeVisible();
  const user = await elsewhere(browser, lanyard, USER);
  await expect(user.getByText('This is for administrators')).toBeVisible();
  await expect(user.getByRole('link', { name: 'Settings' })).toHaveCount(0);
  await user.context().close();
});

test('M3, M7, M10: two steps: who it is, judged first, then the role; going back keeps everything', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/invite');
  const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
  await expect(steps.nth(0)).toHaveAttribute('aria-current', 'step');
  await expect(page.getByRole('radio')).toHaveCount(0);

  // What is missing is said at its field, and the focus goes there.
  await field(page, 'First name').fill('Noé');
  await next(page).click();
  await expect(field(page, 'Last name')).toBeFocused();
  await expect(field(page, 'Last name')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('Step 1 of 2: Person')).toBeVisible();

  await typePerson(page, 'Noé', 'Tremblay', 'noe.tremblay@talents.example');
  await page.getByRole('combobox', { name: 'Preferred language' }).selectOption('fr');
  // Enter in a field goes on, and the focus with it.
  await field(page, 'Last name').press('Enter');
  await expect(page.getByText('Step 2 of 2: Role')).toBeFocused();
  await expect(steps.nth(1)).toHaveAttribute('aria-current', 'step');
  await expect(page.getByRole('radio', { name: /^User/ })).toHaveAccessibleDescription(/all clients/);
  await expect(page.getByRole('radio', { name: /^Administrator/ })).toHaveAccessibleDescription(/account/);
  await page.getByRole('radio', { name: /^User/ }).check();

  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(field(page, 'First name')).toHaveValue('Noé');
  await expect(page.getByRole('combobox', { name: 'Preferred language' })).toHaveValue('fr');
  await next(page).click();
  await expect(page.getByRole('radio', { name: /^User/ })).toBeChecked();
  await expect(page.getByRole('complementary')).toContainText('noe.tremblay@talents.example');
  await page.getByRole('button', { name: 'Invite new user' }).click();
  await expect(page.getByText('Noé Tremblay is invited')).toBeVisible();
  const { id } = await person(page, 'noe.tremblay', 'invited');
  const { profile, assignments } = (await api(page, `/users/${id}`)).body.facts.subject;
  expect(profile).toMatchObject({ first_name: 'Noé', last_name: 'Tremblay', language: 'fr' });
  expect(assignments.map((held: any) => held.role)).toEqual(['user']);
});

test('M3: the two steps fit a phone', async ({ page, lanyard }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await signIn(page, lanyard, ADMIN, '/invite');
  await typePerson(page, 'Small', 'Screen', 'small.screen@talents.example');
  await next(page).click();
  await expect(page.getByText('Step 2 of 2: Role')).toBeFocused();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(field(page, 'First name')).toHaveValue('Small');
  expect(await overflow()).toBeLessThanOrEqual(0);
});

test('M4: a login e-mail that was ever used is refused before the second step', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await create(page, 'Once', 'Used', 'once.used@talents.example');
  const { id } = await person(page, 'once.used', 'invited');
  expect((await sendEdit(page, { withdraw_invitation: { user: id } })).status).toBe(200);
  for (const [email, reason] of [
    ['once.used@talents.example', /has been used before/],
    ['admin@heartlab.example', /already|taken|used|in use/i],
  ] as const) {
    await page.goto('/invite');
    await typePerson(page, 'Once', 'More', email);
    await next(page).click();
    await expect(field(page, 'Login Email')).toHaveAttribute('aria-invalid', 'true');
    await expect(field(page, 'Login Email')).toHaveAccessibleDescription(reason);
    await expect(page.getByText('Step 1 of 2: Person')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  }
});

test('M5: the communication e-mail is proposed from the login e-mail, until another one is typed', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/invite');
  await typePerson(page, 'Two', 'Addresses', 'two.addresses@talents.example');
  await expect(field(page, 'Communication Email')).toHaveValue('two.addresses@talents.example');
  await field(page, 'Communication Email').fill('two@mail.example');
  await field(page, 'Login Email').fill('two.addresses.2@talents.example');
  await expect(field(page, 'Communication Email')).toHaveValue('two@mail.example');
  await next(page).click();
  await page.getByRole('radio', { name: /^User/ }).check();
  await expect(page.getByRole('complementary')).toContainText('two@mail.example');
  await page.getByRole('button', { name: 'Invite new user' }).click();
  await expect(page.getByText('Two Addresses is invited')).toBeVisible();
});

test('M6: the preferred language is asked for, and people change it themselves', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/invite');
  await typePerson(page, 'Speaks', 'French', 'speaks.french@talents.example');
  const language = page.getByRole('combobox', { name: 'Preferred language' });
  await expect(language.getByRole('option')).toHaveText(['English', 'French']);
  await language.selectOption('fr');
  await next(page).click();
  await page.getByRole('radio', { name: /^User/ }).check();
  await expect(page.getByRole('complementary')).toContainText('French');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  const anton = await elsewhere(browser, lanyard, 'anton.weiss@talents.example');
  await anton.getByRole('button', { name: 'Account of Anton Weiss' }).click();
  await anton.getByRole('menuitem', { name: 'Français' }).click();
  await expect(anton.getByText('Réservé aux administrateurs')).toBeVisible();
  await expect.poll(async () => (await api(anton, '/me')).body.user.profile.language).toBe('fr');
  await anton.context().close();
});

test('M7: the clients of the account are a list of their own; a User reaches all of them and is assigned to none', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('navigation').first().getByRole('link', { name: 'Clients' }).click();
  await expect(page.getByRole('heading', { name: 'Clients', level: 1 })).toBeVisible();
  const clients = page.getByRole('listitem').filter({ has: page.locator('.place__name') });
  await expect(clients.filter({ hasText: 'Northern Dairies' })).toHaveCount(1);
  await page.getByRole('button', { name: 'Add client' }).click();
  await field(page.getByRole('dialog'), 'Name').fill('Quarry Road Bakery');
  await page.getByRole('dialog').getByRole('button', { name: 'Add client' }).click();
  await expect(clients.filter({ hasText: 'Quarry Road Bakery' })).toHaveCount(1);

  await open(page, 'Julia Stone', 'access');
  await expect(page.getByText('All Clients').first()).toBeVisible();
  await expect(page.getByRole('checkbox', { name: /Northern Dairies/ })).toHaveCount(0);
});

test('M8, M9: who holds the additional permission gives it; others neither see it nor can give it', async ({
  page,
  browser,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/invite');
  await typePerson(page, 'Bill', 'Payer', 'bill.payer@talents.example');
  await next(page).click();
  const billing = page.getByRole('switch', { name: 'Billing Manager' });
  await expect(page.getByRole('heading', { name: 'Additional Permissions' })).toBeVisible();
  await expect(billing).toBeDisabled();
  await expect(billing).toHaveAccessibleDescription('Choose a role first.');
  await page.getByRole('radio', { name: /^User/ }).check();
  await billing.click();
  await expect(billing).toBeChecked();
  await page.getByRole('button', { name: 'Invite new user' }).click();
  await expect(page.getByText('Bill Payer is invited')).toBeVisible();
  const { id } = await person(page, 'bill.payer', 'invited');

  const marc = await elsewhere(browser, lanyard, PLAIN_ADMIN);
  await marc.goto('/users?tab=invited');
  await expect(marc.getByRole('link', { name: 'Bill Payer' })).toBeVisible();
  for (const path of ['/users', '/users?tab=invited', `/users/${id}/access`, `/users/${id}/activity`, '/roles', '/activity']) {
    await marc.goto(path);
    await expect(marc.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(marc.getByText(/Billing Manager|Additional Permissions|Responsable de la facturation|Autorisations supplémentaires/)).toHaveCount(0);
  }
  const grant = [{ role: 'billing_manager', scope: 'organisation' }];
  const refused = await sendEdit(marc, { change: { user: id, access: { grant } } });
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals).toMatchObject([{ reason: { role_unknown: { role: 'billing_manager' } } }]);
  // What he does not see stays when he saves.
  expect((await sendEdit(marc, { change: { user: id, profile: { last_name: 'Payeur' } } })).status).toBe(200);
  await marc.context().close();
  const held = (await api(page, `/users/${id}`)).body.facts.subject.assignments.map((one: any) => one.role);
  expect(held.sort()).toEqual(['billing_manager', 'user']);
});

test('M11: active users and pending invitations are the lists; no other is offered while nobody is in it', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const [active, pending] = [page.getByRole('tab', { name: /^Active Users/ }), page.getByRole('tab', { name: /^Pending Invitations/ })];
  await expect(active).toHaveAttribute('aria-selected', 'true');
  const search = page.getByRole('searchbox', { name: 'Search name or e-mail' });
  await search.fill('Julia Stone');
  await expect(page.getByRole('link', { name: 'Julia Stone' })).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Inactive/ })).toHaveCount(0);
  await pending.click();
  await search.fill('Lina Roy');
  await expect(page.getByRole('link', { name: 'Lina Roy' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Julia Stone' })).toHaveCount(0);
});

test('M12: an active user is edited, the login e-mail never, and the form says why', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('link', { name: 'Anton Weiss' }).click();
  const login = field(page, 'Login Email');
  await expect(login).toHaveValue('anton.weiss@talents.example');
  await expect(login).not.toBeEditable();
  await expect(login).toHaveAccessibleDescription('Set once and for all: it cannot be changed.');
  await field(page, 'Last name').fill('Weiss-Keller');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  const { id } = await person(page, 'anton.weiss');
  const refused = await sendEdit(page, { change: { user: id, profile: { login_email: 'a.weiss@talents.example' } } });
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals).toMatchObject([{ rule: 'M12', reason: 'login_email_fixed' }]);
});

test('M14: a pending invitation is edited; its login e-mail is fixed once it is out', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await open(page, 'Omar Diallo', 'profile', 'invited');
  const login = field(page, 'Login Email');
  await expect(login).not.toBeEditable();
  await expect(login).toHaveAccessibleDescription('The invitation is out: it cannot be changed any more.');
  await field(page, 'Communication Email').fill('omar@mail.example');
  await page.getByRole('tab', { name: 'Access' }).click();
  await page.getByRole('radio', { name: /^Administrator/ }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Omar Diallo is saved')).toBeVisible();
  const { id } = await person(page, 'Omar Diallo', 'invited');
  const { profile, assignments } = (await api(page, `/users/${id}`)).body.facts.subject;
  expect([profile.communication_email, assignments[0].role]).toEqual(['omar@mail.example', 'administrator']);
});

test('M13: the trash icon of a row removes access, after saying what goes', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/users?search=sara.holm');
  await page.getByRole('button', { name: 'Remove access: Sara Holm' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove access: Sara Holm' });
  await expect(dialog).toContainText('gone for good');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Remove access: Sara Holm' })).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Remove access' }).click();
  await expect(page.getByRole('link', { name: 'Sara Holm' })).toHaveCount(0);
  await expect(page.getByText('Sara Holm is deleted')).toBeVisible();
});

test('M15: a pending invitation is deleted after a question, and its link stops working', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await create(page, 'Never', 'Came', 'never.came@talents.example');
  await page.getByRole('tab', { name: /^Pending Invitations/ }).click();
  await page.getByRole('button', { name: 'Delete invitation: Never Came' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete invitation: Never Came' });
  await expect(dialog).toContainText(/link/);
  await dialog.getByRole('button', { name: 'Delete invitation' }).click();
  await expect(page.getByText('The invitation of Never Came is gone')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Never Came' })).toHaveCount(0);
});
