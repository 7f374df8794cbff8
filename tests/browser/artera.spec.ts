// Practices, lines, three user types.
import { api, elsewhere, person, expect, field, open, sendEdit, signIn, test, willChange } from './lanyard';

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

test('A12, X2, X7: promotion is one guided step that keeps the person, the address and the history', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'thomas.keller@harmony', 'access');
  await page.getByRole('button', { name: 'Promote to Enterprise safely…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Promote Thomas Keller to Enterprise' });
  await expect(dialog.getByRole('heading', { level: 3 }).filter({ hasText: /What happens|Profile of|What changes/ })).toHaveCount(3);
  await expect(dialog).toContainText('The account as Staff ends and a new one is made as Enterprise');
  await expect(field(dialog, 'First Name')).toHaveValue('Thomas');
  await expect(field(dialog, 'Email')).toHaveValue('thomas.keller@harmony.example');
  await expect(dialog).toContainText('Reaches every practice, later ones too.');
  await expect(dialog).toContainText('All open sessions end at once.');
  await expect(dialog).toContainText('An invitation goes to thomas.keller@harmony.example');
  await field(dialog, 'Cell Phone').fill('+1 415 555 0148');

  // Until that is confirmed nothing is done.
  const promote = dialog.getByRole('button', { name: 'Promote Thomas Keller to Enterprise' });
  await promote.click();
  expect((await api(page, `/users/${id}`)).status).toBe(200);
  await dialog.getByRole('checkbox', { name: /Thomas Keller is deleted and made anew as Enterprise/ }).click();
  await promote.click();
  await expect(page.getByText('Thomas Keller has a new account as Enterprise')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);

  // The new account is opened; the earlier one is gone, its history is not.
  await expect(page).not.toHaveURL(new RegExp(id));
  await expect(page.getByRole('heading', { name: 'Thomas Keller' })).toBeVisible();
  await expect(page.getByText('what was done before is under Activity')).toBeVisible();
  expect((await api(page, `/users/${id}`)).status).toBe(404);
  const anew = await person(page, 'thomas.keller@harmony', 'invited');
  expect(anew.assignments).toEqual([{ role: 'enterprise', scope: 'organisation' }]);
  const earlier = (await api(page, `/audit?subject=${id}`)).body.entries;
  expect(earlier.length).toBeGreaterThan(1);
  await page.getByRole('tab', { name: 'Activity' }).click();
  await expect(page.getByText('Made anew as Enterprise', { exact: true })).toBeVisible();
  await expect(page.getByRole('main').getByRole('list').first().locator(':scope > li')).toHaveCount(earlier.length);
});

test('A12, A7: from Enterprise to Staff likewise, with a practice and its lines to choose', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const user = crypto.randomUUID();
  const profile = { first_name: 'Noor', last_name: 'Haddad', login_email: 'noor.haddad@harmony.example' };
  const grant = [{ role: 'enterprise', scope: 'organisation' }];
  const invited = await sendEdit(page, { invite: { user, profile, access: { grant } } });
  expect(invited.status).toBe(200);
  await page.goto(`/users/${user}/access`);
  await page.getByRole('button', { name: 'Change to Staff safely…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change Noor Haddad to Staff' });
  const change = dialog.getByRole('button', { name: 'Change Noor Haddad to Staff' });
  await expect(change).toBeDisabled();
  await expect(dialog).toContainText(/sees? no Patient Channels/);
  expect((await api(page, `/users/${user}`)).status).toBe(200);
  await dialog.getByRole('checkbox', { name: 'Front Desk' }).click();
  await dialog.getByRole('checkbox', { name: /made anew as Staff/ }).click();
  await change.click();
  await expect(page.getByText('Noor Haddad has a new account as Staff')).toBeVisible();
  const { assignments } = await person(page, 'noor.haddad@harmony', 'invited');
  expect(assignments.map((one: any) => one.role)).toEqual(['staff']);
});

test('A12, A18: to a Manager promotion is not offered, and refused whatever is sent', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'manager@harmony.example');
  const { id } = await open(page, 'mateo.cruz@harmony', 'access');
  await expect(page.getByRole('radio', { name: /^Enterprise/ })).toBeDisabled();
  await expect(page.getByRole('button', { name: /safely/ })).toHaveCount(0);
  const access = { grant: [{ role: 'enterprise', scope: 'organisation' }] };
  const confirmation = { recreation: { user: id, roles: ['enterprise'] } };
  const refused = await sendEdit(page, { recreate: { user: id, successor: crypto.randomUUID(), access } }, [confirmation]);
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals.map((one: any) => one.rule)).toContain('A18');
  expect((await api(page, `/users/${id}`)).status).toBe(200);
});

test('A17: a group opens to its members; who has no cell phone is marked, and people are added and removed there', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('banner').getByRole('link', { name: 'Enterprise Settings' }).click();
  await page.getByRole('navigation', { name: 'Enterprise Settings' }).getByRole('link', { name: 'Enterprise User Groups' }).click();
  await page.getByRole('button', { name: 'Add Enterprise User Group' }).click();
  const dialog = page.getByRole('dialog');
  await field(dialog, 'Name').fill('Weekend cover');
  await dialog.getByRole('button', { name: 'Add Enterprise User Group' }).click();
  await page.getByRole('link', { name: 'Weekend cover' }).click();
  await expect(page.getByText('Nobody yet')).toBeVisible();
  const add = async (search: string, name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Add people' }).click();
    await dialog.getByRole('searchbox').fill(search);
    await dialog.getByRole('listitem').filter({ hasText: name }).getByRole('button').click();
    await dialog.getByRole('button', { name: `Add ${name} to Weekend cover` }).click();
    await expect(page.getByRole('main').getByRole('link', { name })).toBeVisible();
  };
  await add('leo.marsh', 'Leo Marsh');
  await add('iris', 'Iris Vaughn');
  const row = (name: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: name });
  await expect(row('Iris Vaughn')).toContainText('Can be notified');
  await expect(row('Leo Marsh')).toContainText('No cell phone: cannot be notified');
  await expect(page.getByText('2 people')).toBeVisible();

  await page.getByRole('button', { name: 'Remove Leo Marsh' }).click();
  await expect(dialog).toContainText('Leaves Weekend cover');
  await dialog.getByRole('button', { name: 'Remove Leo Marsh from Weekend cover' }).click();
  await expect(row('Leo Marsh')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(row('Leo Marsh')).toBeVisible();

  // Put away, it is left by everyone, and is on their own record.
  await page.goto('/groups');
  await page.getByRole('button', { name: 'Actions for Weekend cover' }).click();
  await page.getByRole('menuitem', { name: /^Archive/ }).click();
  await expect(dialog).toContainText('2 people lose Weekend cover.');
  await dialog.getByText('Who they are').click();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Leo Marsh' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Archive Weekend cover' }).click();
  await expect(page.getByRole('link', { name: 'Weekend cover' })).toHaveCount(0);
  await open(page, 'leo.marsh@harmony', 'activity');
  await expect(page.getByText(/Weekend cover was archived/).first()).toBeVisible();
});

test('A7, A8, A3: a line opens to those who have it; it is given and taken from there, never the last one', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/sites');
  const place = page.getByRole('listitem').filter({ hasText: 'Harbour View Practice' }).first();
  await place.getByText('3 lines').click();
  await place.getByRole('link', { name: 'Billing' }).click();
  await expect(page.getByText('Manager: all lines, those added later included.')).toBeVisible();
  await page.getByRole('button', { name: 'Add people' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill('zoe.le@');
  await dialog.getByRole('listitem').filter({ hasText: 'Zoë Lê' }).getByRole('button').click();
  await expect(dialog).toContainText('Gains 1 line: Billing.');
  await dialog.getByRole('button', { name: 'Add Zoë Lê to Billing' }).click();
  await expect(page.getByText('Zoë Lê is added to Billing')).toBeVisible();
  await page.getByRole('searchbox').fill('zoe.le@');
  await page.getByRole('button', { name: 'Remove Zoë Lê' }).click();
  await dialog.getByRole('button', { name: 'Remove Zoë Lê from Billing' }).click();
  await expect(page.getByText('Nobody fits')).toBeVisible();

  // Somebody's only line is not taken from them: the reason says what they would see then.
  const { id } = await person(page, 'zoe.le@harmony');
  const { organisation, subject } = (await api(page, `/users/${id}`)).body.facts;
  const only = subject.assignments[0].scope.site.resources.only;
  expect(only).toHaveLength(1);
  expect(organisation.resources.find((one: any) => one.id === only[0]).name).toBe('Nurses');
  await page.goto(`/resources/${only[0]}`);
  await page.getByRole('searchbox').fill('zoe.le@');
  await page.getByRole('button', { name: 'Remove Zoë Lê' }).click();
  await expect(dialog).toContainText(/sees? no Patient Channels/);
  await expect(dialog.getByRole('button', { name: 'Remove Zoë Lê from Nurses' })).toHaveAttribute('aria-disabled', 'true');
});

test('A4, X2, X7: a practice is added, renamed and archived; who works there is named before, and has it on record', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/sites');
  const dialog = page.getByRole('dialog');
  const main = page.getByRole('main');
  await page.getByRole('button', { name: 'Add practice' }).click();
  await field(dialog, 'Name').fill('Hillside');
  await dialog.getByRole('button', { name: 'Add practice' }).click();
  await page.getByRole('button', { name: 'Actions for Hillside' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await field(dialog, 'Name').fill('Hillside Practice');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(main.getByText('Hillside Practice')).toBeVisible();

  // Somebody works there besides.
  const { id } = await person(page, 'caleb.reed@harmony');
  const site = (await api(page, '/me')).body.facts.organisation.sites.find((one: any) => one.name === 'Hillside Practice').id;
  const grant = [{ role: 'manager', scope: { site: { site, resources: 'all' } } }];
  expect((await sendEdit(page, { change: { user: id, access: { grant } } })).status).toBe(200);

  await page.getByRole('button', { name: 'Actions for Hillside Practice' }).click();
  await page.getByRole('menuitem', { name: /^Archive/ }).click();
  await expect(dialog).toContainText('1 person with Manager loses access here.');
  await dialog.getByText('Who they are').click();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Caleb Reed' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Archive Hillside Practice' }).click();
  await expect(main.getByText('Hillside Practice')).toHaveCount(0);
  await open(page, 'caleb.reed@harmony', 'activity');
  await expect(page.getByText(/Hillside Practice was archived/).first()).toBeVisible();

  // A practice that is all that people have is not put away.
  await page.goto('/sites');
  await page.getByRole('button', { name: 'Actions for Northside Practice' }).click();
  await page.getByRole('menuitem', { name: /^Archive/ }).click();
  await expect(dialog.getByRole('button', { name: 'Archive Northside Practice' })).toHaveAttribute('aria-disabled', 'true');
});

test('A5: Delete User asks first, and names what goes', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await person(page, 'sofia.ibanez@harmony');
  await page.goto('/users?search=sofia.ibanez');
  await page.getByRole('button', { name: 'Actions for Sofía Ibáñez' }).click();
  await page.getByRole('menuitem', { name: 'Delete User' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'Old Town Practice' })).toBeVisible();
  await expect(dialog).toContainText('The account is gone for good');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await api(page, `/users/${id}`)).status).toBe(200);
  await page.getByRole('button', { name: 'Actions for Sofía Ibáñez' }).click();
  await page.getByRole('menuitem', { name: 'Delete User' }).click();
  await dialog.getByRole('button', { name: 'Delete User' }).click();
  await expect(page.getByText('Sofía Ibáñez is deleted')).toBeVisible();
  expect((await api(page, `/users/${id}`)).status).toBe(404);
});

test('A13, A14, A15, A17: an enterprise user is added from the list of enterprise users, with a group', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  // Settings › Enterprise Settings › Enterprise Users
  await expect(page.getByRole('banner').getByRole('link', { name: 'Settings', exact: true })).toBeVisible();
  await page.getByRole('banner').getByRole('link', { name: 'Enterprise Settings' }).click();
  await expect(page.getByRole('heading', { name: 'Enterprise Users' })).toBeVisible();
  const settings = page.getByRole('navigation', { name: 'Enterprise Settings' });
  await expect(settings.getByRole('link', { name: 'Enterprise Users' })).toHaveAttribute('aria-current', 'page');
  await expect(settings.getByRole('link', { name: 'Enterprise User Groups' })).toBeVisible();
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
  await page.getByRole('banner').getByRole('link', { name: 'Enterprise Settings' }).click();
  await page.getByRole('button', { name: /Add Enterprise User/ }).click();
  await page.getByRole('checkbox', { name: 'On-call leads' }).click();
  const without = /cannot|no Internal Mention|not be notified|without/i;
  await expect(willChange(page)).toContainText('Cannot get Internal Mention notifications in On-call leads without a Cell Phone');
  await field(page, 'Cell Phone').fill('+1 415 555 0145');
  await expect(willChange(page)).not.toContainText(without);
  await expect(willChange(page)).toContainText('On-call leads');
});

test('A4: who is opened from the list of a practice is shown, and edited, at that practice', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  for (const practice of ['Old Town Practice', 'Lakeside Practice']) {
    await page.getByRole('button', { name: 'Selected Practice' }).click();
    await page.getByRole('menuitemradio', { name: practice }).click();
    await page.getByRole('searchbox').fill('rahul');
    await page.getByRole('link', { name: 'Rahul Rao' }).click();
    await page.getByRole('tab', { name: /access/i }).click();
    await expect(page.getByLabel('Selected Practice').locator('option:checked')).toHaveText(practice);
    await page.goto('/users');
  }
});

test('X6: what two people change at different practices is told practice by practice, and both are kept', async ({
  page,
  browser,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Yara Hassan', 'access');
  await page.getByLabel('Selected Practice').selectOption({ label: 'Lakeside Practice' });
  await page.getByRole('checkbox', { name: 'Front Desk' }).click();

  const { organisation, subject } = (await api(page, `/users/${id}`)).body.facts;
  const elm = organisation.sites.find((site: any) => site.name === 'Elm Street Practice').id;
  const held = subject.assignments.find((one: any) => one.scope.site.site === elm).scope.site.resources.only;
  const front = organisation.resources.find((one: any) => one.site === elm && one.name === 'Front Desk').id;
  const other = await elsewhere(browser, lanyard, ADMIN);
  const scope = { site: { site: elm, resources: { only: [...held, front] } } };
  const done = await sendEdit(other, { change: { user: id, access: { grant: [{ role: 'staff', scope }] } } });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
  await other.context().close();

  await page.getByRole('button', { name: 'Save Practice User' }).click();
  const dialog = page.getByRole('dialog', { name: 'Someone else has changed this user' });
  const there = (practice: string) => dialog.getByRole('row', { name: new RegExp(practice) });
  await expect(there('Elm Street Practice').getByRole('cell').first()).toContainText('Front Desk');
  await expect(there('Elm Street Practice').getByRole('cell').last()).not.toContainText('Front Desk');
  await expect(there('Lakeside Practice').getByRole('cell').last()).toContainText('Front Desk');
  await dialog.getByRole('button', { name: 'Go on with this' }).click();
  await page.getByRole('button', { name: 'Save Practice User' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  const now = (await api(page, `/users/${id}`)).body.facts;
  const names = now.subject.assignments.map((one: any) =>
    one.scope.site.resources.only.map((line: string) => now.organisation.resources.find((known: any) => known.id === line).name).sort(),
  );
  expect(names).toEqual([
    ['Front Desk', 'Referrals'],
    ['Front Desk', 'Referrals'],
  ]);
});
