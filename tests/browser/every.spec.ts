// What every organisation has: signing in, finding people, refusals, edits at the same time, the keyboard.
import { api, elsewhere, expect, field, open, person, sendEdit, signIn, test, type Locator, type Page } from './lanyard';

const ADMIN = 'admin@riverside.example';

test('T2: a sign-in that fails says so, names nobody, and keeps the address that was typed', async ({ page, lanyard }) => {
  await page.goto('/');
  await field(page, 'Email').fill(ADMIN);
  await field(page, 'Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const failure = page.getByRole('alert');
  await expect(failure).toContainText(/System Administrator|whoever created/);
  await expect(page.getByText(/Maya|Reyes|Okonkwo/)).toHaveCount(0);
  await expect(field(page, 'Email')).toHaveValue(ADMIN);
  await field(page, 'Password').fill(lanyard.passwordOf(ADMIN));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
});

test('T5: a search finds part of a name without its accents, and part of a login e-mail', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const search = page.getByRole('searchbox');
  await search.fill('akess');
  await page.getByRole('tab', { name: /^Inactive/ }).click();
  await expect(page.getByRole('link', { name: 'Björn Åkesson' })).toBeVisible();
  await page.getByRole('tab', { name: /^Active/ }).click();
  await search.fill('garcia');
  await expect(page.getByText('1 person', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ana García' })).toBeVisible();
  await search.fill('hiro.tanaka@');
  await expect(page.getByRole('link', { name: 'Hiro Tanaka' })).toBeVisible();
  await search.fill('nobody is called this');
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toBeVisible();
});

test('T3, T8: inactive and locked people have lists of their own, and clinical staff can be filtered for', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, 'admin@maple.example');
  await page.getByRole('tab', { name: /^Inactive/ }).click();
  await expect(page.getByRole('link', { name: 'Sean Lowe' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Viktor Hale' })).toHaveCount(0);
  await page.getByRole('tab', { name: /^Locked/ }).click();
  await expect(page.getByRole('link', { name: 'Helen Marsh' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Sean Lowe' })).toHaveCount(0);
  await page.getByRole('tab', { name: /^Active/ }).click();
  await page.getByRole('searchbox').fill('park');
  await expect(page.getByRole('link', { name: 'June Park' })).toBeVisible();
  await page.getByRole('button', { name: 'User Type' }).click();
  await page.getByRole('menuitemradio', { name: 'Provider', exact: true }).click();
  await expect(page.getByRole('link', { name: 'June Park' })).toHaveCount(0);
  await page.getByRole('searchbox').fill('hale');
  await expect(page.getByRole('link', { name: 'Viktor Hale' })).toBeVisible();
});

test('X5: the last person who can manage users is not deactivated, and is told why', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@riverside-new.example');
  await page.getByRole('button', { name: 'Actions for Nora Quist' }).click();
  const item = page.getByRole('menuitem', { name: 'Deactivate' });
  await expect(item).toBeDisabled();
  await expect(item).toContainText('Nora Quist is the last person who can manage users');
  const { id } = await person(page, 'Nora Quist');
  const refused = await sendEdit(page, { deactivate: { user: id } });
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals).toMatchObject([{ rule: 'X5', reason: 'last_administrator' }]);
});

test('X6: of two people who edit the same user, the second sees both versions and takes either', async ({
  page,
  browser,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Farid Haddad');
  await expect(field(page, 'Name')).toHaveValue('Farid Haddad');
  await field(page, 'Name').fill('Farid N. Haddad');
  await field(page, 'Phone').fill('+1 415 555 0101');

  const other = await elsewhere(browser, lanyard, ADMIN);
  await other.goto(`/users/${id}`);
  await field(other, 'Name').fill('Farid A. Haddad');
  await field(other, 'Phone').fill('+1 415 555 0202');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText(/is saved/)).toBeVisible();
  await other.context().close();

  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Someone else has changed this user' });
  await expect(dialog).toContainText('Farid A. Haddad');
  await expect(dialog).toContainText('Farid N. Haddad');
  await expect(dialog).toContainText('Maya Reyes');
  await dialog.getByRole('row', { name: /Name/ }).getByRole('radio').first().check();
  await dialog.getByRole('button', { name: 'Go on with this' }).click();
  await expect(field(page, 'Name')).toHaveValue('Farid A. Haddad');
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0101');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  const { profile } = (await api(page, `/users/${id}`)).body.facts.subject;
  expect([profile.name, profile.phone]).toEqual(['Farid A. Haddad', '+1 415 555 0101']);
});

test('X8: who is deactivated is signed out of an open page at the next click', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await person(page, 'wendy.chen@riverside.example');
  const manager = await elsewhere(browser, lanyard, 'wendy.chen@riverside.example');
  await expect(manager.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  const done = await sendEdit(page, { deactivate: { user: id } }, [{ deactivation: { user: id } }]);
  expect(done.status, JSON.stringify(done.body)).toBe(200);
  await manager.getByRole('tab', { name: /^Pending/ }).click();
  await expect(manager.getByRole('heading', { name: /^Sign in/ })).toBeVisible();
  await manager.context().close();
});

test('X1: an edit that the form refuses is refused by the server, for the same reason', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Ana García');
  await field(page, 'NPI').fill('1546848743');
  await expect(page.getByText('The last digit does not fit the others')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  const { status, body } = await sendEdit(page, { change: { user: id, profile: { npi: '1546848743' } } });
  expect(status).toBe(422);
  expect(body.verdict.refusals).toMatchObject([{ rule: 'D7', reason: { npi_check_digit: { found: 3, fits: 2 } } }]);
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.npi).toBe('1546848742');
});

/** Presses Tab until something has the focus. */
const tabber = (page: Page) => async (target: Locator) => {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
};

test('the keyboard alone makes a Staff user a Manager: type, confirmation, save', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@harmony.example');
  const { id } = await person(page, 'Gustavo Silva');
  await page.keyboard.press('Control+K');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused();
  await page.keyboard.type('Gustavo Sil');
  await expect(page.getByRole('option', { name: /Gustavo Silva/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  const tabTo = tabber(page);
  await expect(field(page, 'First Name')).toBeVisible();
  await tabTo(page.getByRole('tab', { name: 'Profile' }));
  await page.keyboard.press('ArrowRight');
  if (!(await page.getByRole('radio', { name: /^Staff/ }).isVisible())) await page.keyboard.press('Enter');
  await tabTo(page.getByRole('radio', { name: /^Staff/ }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /^Manager/ })).toBeChecked();
  await tabTo(page.getByRole('complementary').getByRole('checkbox'));
  await page.keyboard.press('Space');
  await tabTo(page.getByRole('button', { name: 'Save Practice User' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Gustavo Silva is saved')).toBeVisible();
  const { assignments } = (await api(page, `/users/${id}`)).body.facts.subject;
  expect(assignments.map((held: any) => held.role)).toEqual(['manager']);
});

test('the keyboard alone finds a person, changes their phone and saves', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toBeVisible();
  const tabTo = tabber(page);
  await tabTo(page.getByRole('searchbox'));
  await page.keyboard.type('romero');
  const link = page.getByRole('link', { name: 'Brian Romero' });
  await expect(page.getByText('1 person', { exact: true })).toBeVisible();
  await tabTo(link);
  await page.keyboard.press('Enter');
  await expect(field(page, 'Phone')).toBeVisible();
  await tabTo(field(page, 'Phone'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('+1 415 555 0177');
  await tabTo(page.getByRole('button', { name: 'Save' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText(/is saved/)).toBeVisible();
  const { id } = await person(page, 'Brian Romero');
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toBe('+1 415 555 0177');
});

test('O13: the roles reference says what each role can do', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@heartlab.example', '/roles');
  await page.getByRole('tab', { name: 'Reference' }).click();
  const viewer = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Chart Viewer Only' }) });
  await expect(viewer).toContainText('any other role');
  await expect(page.getByRole('heading', { name: 'Device Technician' })).toBeVisible();
});
