// Practices, lines, three user types.
import { api, elsewhere, expect, field, open, sendEdit, signIn, test, willChange } from './lanyard';

const ADMIN = 'admin@harmony.example';

test('A4, A5: the selected practice narrows the list, and each row has its menu', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('searchbox').fill('ahmed ali');
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toBeVisible();
  await page.getByRole('button', { name: 'Selected Practice' }).click();
  await page.getByRole('menuitemradio', { name: 'Old Town Practice' }).click();
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toHaveCount(0);
  await page.getByRole('searchbox').fill('xavier');
  await expect(page.getByRole('link', { name: 'Xavier Price' })).toBeVisible();
  await page.getByRole('button', { name: 'Actions for Xavier Price' }).click();
  await expect(page.getByRole('menuitem', { name: 'Edit User' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Delete User' })).toBeVisible();
});

test('A6, A7, X3: Manager becomes Staff only with a line, and the reason says why', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Uma Patel', 'access');
  await page.getByRole('radio', { name: /^Staff/ }).click();
  await expect(page.getByRole('main')).toContainText(/sees? no Patient Channels/);
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  expect((await api(page, `/users/${id}`)).body.facts.subject.assignments[0].role).toBe('manager');
  await page.getByRole('checkbox', { name: 'Front Desk' }).click();
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  const held = (await api(page, `/users/${id}`)).body.facts.subject.assignments;
  expect(held.map((one: any) => one.role)).toEqual(['staff']);
});

test('A9, A10: Staff becomes Manager of one practice after confirming which practices end', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Wendy Chen', 'access');
  await page.getByLabel('Selected Practice').selectOption({ label: 'Harbour View Practice' });
  await page.getByRole('radio', { name: /^Manager/ }).click();
  await expect(page.getByText('Manager: all lines, those added later included.')).toBeVisible();
  const panel = willChange(page);
  await expect(panel.getByRole('heading', { name: 'Elm Street Practice' })).toBeVisible();
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  expect((await api(page, `/users/${id}`)).body.facts.subject.assignments).toHaveLength(2);
  await panel.getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  const { subject, organisation } = (await api(page, `/users/${id}`)).body.facts;
  const harbour = organisation.sites.find((site: any) => site.name === 'Harbour View Practice').id;
  expect(subject.assignments).toEqual([
    { role: 'manager', scope: { site: { site: harbour, resources: 'all' } } },
  ]);
});

test('A12, X3: Enterprise is explained, not offered, to who holds another type', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await open(page, 'Víctor Morales', 'access');
  const enterprise = page.getByRole('radio', { name: /^Enterprise/ });
  await expect(enterprise).toBeDisabled();
  await expect(enterprise).toHaveAccessibleName(/the profile is deleted and made anew at enterprise level/);
});

test('A13, A14, A15, A17: an enterprise user is added from the list of enterprise users, with a group', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('button', { name: 'Enterprise Users' }).click();
  await expect(page.getByRole('heading', { name: 'Enterprise Users' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Leo Marsh' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toHaveCount(0);
  await page.getByRole('button', { name: /Add Enterprise User/ }).click();
  await expect(page.getByRole('radio', { name: /^Enterprise/ })).toBeChecked();
  await field(page, 'First Name').fill('Nadia');
  await field(page, 'Last Name').fill('Tester');
  await field(page, 'Email').fill('nadia.tester@harmony.example');
  await field(page, 'Cell Phone').fill('+1 415 555 0144');
  await page.getByRole('checkbox', { name: 'On-call leads' }).click();
  await expect(willChange(page)).toContainText('Reaches every practice, later ones too.');
  await page.getByRole('button', { name: 'Save Enterprise User' }).click();
  await expect(page.getByText('Nadia Tester is invited')).toBeVisible();
  const { subject } = (await open(page, 'Nadia Tester', 'access', 'invited').then(({ id }) => api(page, `/users/${id}`)))
    .body.facts;
  expect(subject.assignments).toEqual([{ role: 'enterprise', scope: 'organisation' }]);
  await expect(page.getByRole('checkbox', { name: 'On-call leads' })).toBeChecked();
});

test('A1, A18: a Manager is offered Staff and Manager; Enterprise is dimmed with its reason, and refused by the server', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, 'manager@harmony.example');
  await page.getByRole('button', { name: 'Add Practice User' }).click();
  await expect(page.getByRole('radio', { name: /^Staff/ })).toBeEnabled();
  await expect(page.getByRole('radio', { name: /^Manager/ })).toBeEnabled();
  const enterprise = page.getByRole('radio', { name: /^Enterprise/ });
  await expect(enterprise).toBeDisabled();
  await expect(enterprise).toHaveAccessibleDescription(/more than you have|You may not/);
  const user = crypto.randomUUID();
  const profile = { first_name: 'Nova', last_name: 'Past', login_email: 'nova.past@harmony.example' };
  const grant = [{ role: 'enterprise', scope: 'organisation' }];
  const refused = await api(page, '/edits', {
    edit: { invite: { user, profile, access: { grant } } },
    confirmations: [],
    idempotency_key: crypto.randomUUID(),
  });
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals.length).toBeGreaterThan(0);
  await page.goto('/users?search=ahmed%20ali');
  await expect(page.getByRole('button', { name: 'Clear search and filters' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ahmed Ali' }), 'of another practice').toHaveCount(0);
  await page.getByRole('searchbox').fill('ruth');
  await expect(page.getByRole('link', { name: 'Ruth Abel' })).toBeVisible();
});

test('A18: Staff manage nobody, and are told who does', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'mateo.cruz@harmony.example');
  await expect(page.getByText('This is for administrators')).toBeVisible();
  await expect(page.getByText(/Iris Vaughn/)).toBeVisible();
  expect((await api(page, '/users')).status).toBe(403);
});

test('A2: another type than the one held elsewhere is refused; the reason names practice and type, the link chooses it', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Kofi Mensah', 'access');
  const [front] = (await api(page, `/users/${id}`)).body.facts.organisation.resources.filter(
    (one: any) => one.name === 'Front Desk',
  );
  const scope = { site: { site: front.site, resources: { only: [front.id] } } };
  const change = { change: { user: id, access: { grant: [{ role: 'staff', scope }] } } };
  const refused = await sendEdit(page, change);
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals.map((one: any) => one.rule)).toContain('A2');

  await page.getByLabel('Selected Practice').selectOption({ label: 'Elm Street Practice' });
  const staff = page.getByRole('radio', { name: /^Staff/ });
  await expect(staff).toBeDisabled();
  await expect(staff).toHaveAccessibleDescription(/Manager at (Old Town|Northside) Practice and Staff here do not go together/);
  await page.getByRole('button', { name: 'Choose Manager here too' }).click();
  await expect(page.getByRole('radio', { name: /^Manager/ })).toBeChecked();
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  await expect(page.getByText('Kofi Mensah is saved')).toBeVisible();
  const held = (await api(page, `/users/${id}`)).body.facts.subject.assignments;
  expect(held.map((one: any) => one.role)).toEqual(['manager', 'manager', 'manager']);
});

test('A3, A11: a Manager is added as Manager in a further practice', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Fiona Doyle', 'access');
  await page.getByRole('switch', { name: 'Lakeside Practice' }).click();
  await expect(willChange(page).getByRole('heading', { name: 'Lakeside Practice' })).toBeVisible();
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  await expect(page.getByText('Fiona Doyle is saved')).toBeVisible();
  const held = (await api(page, `/users/${id}`)).body.facts.subject.assignments;
  expect(held.map((one: any) => one.role)).toEqual(['manager', 'manager']);
});

test('A8: who loses the last line is counted before, and marked in the list and in the profile', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/sites');
  const place = page.getByRole('listitem').filter({ hasText: 'Old Town Practice' }).first();
  await place.getByText('4 lines').click();
  await place.getByRole('button', { name: 'Actions for Referrals' }).click();
  await page.getByRole('menuitem', { name: /^Archive/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/person|people/);
  await dialog.getByRole('button', { name: 'Archive Referrals' }).click();
  await expect(dialog).toHaveCount(0);

  await page.goto('/users?search=xavier');
  const row = page.getByRole('row').filter({ hasText: 'Xavier Price' });
  await expect(row).toContainText('sees no Patient Channels');
  await row.getByRole('link', { name: 'Xavier Price' }).click();
  await expect(page.getByText('No line: sees no Patient Channels').first()).toBeVisible();
});

test('A16: an Enterprise user has everything in every practice, in one that is added later too', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/sites');
  await page.getByRole('button', { name: 'Add practice' }).click();
  const dialog = page.getByRole('dialog');
  await field(dialog, 'Name').fill('Seaside Practice');
  await dialog.getByRole('button', { name: 'Add practice' }).click();
  await expect(page.getByRole('main').getByText('Seaside Practice')).toBeVisible();
  await open(page, 'Leo Marsh', 'access');
  await expect(page.getByText('All practices, those added later included.')).toBeVisible();
  const may = page.getByRole('table', { name: 'What this person may do' });
  await expect(may.getByRole('row').filter({ hasText: 'Change enterprise settings' })).toContainText('All practices');

  const leo = await elsewhere(browser, lanyard, 'leo.marsh@harmony.example');
  await leo.getByRole('button', { name: 'Selected Practice' }).click();
  await expect(leo.getByRole('menuitemradio', { name: 'Seaside Practice' })).toBeVisible();
  await leo.context().close();
});

test('A17: without a cell phone a member of the group is not notified, and that is said before', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('button', { name: 'Enterprise Users' }).click();
  await page.getByRole('button', { name: /Add Enterprise User/ }).click();
  await page.getByRole('checkbox', { name: 'On-call leads' }).click();
  const without = /cannot|no Internal Mention|not be notified|without/i;
  await expect(willChange(page)).toContainText(without);
  await field(page, 'Cell Phone').fill('+1 415 555 0145');
  await expect(willChange(page)).not.toContainText(without);
  await expect(willChange(page)).toContainText('On-call leads');
});
