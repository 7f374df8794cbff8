// Locations, roles with permissions, clinical profiles.
import {
  api,
  elsewhere,
  expect,
  field,
  open,
  person,
  save,
  sendEdit,
  signIn,
  test,
  willChange,
  type Locator,
  type Page,
} from './lanyard';

const ADMIN = 'admin@riverside.example';

/** The taxonomy codes that are chosen, the primary one first. */
const chosen = (page: Page): Locator => page.getByRole('list', { name: 'Taxonomies' }).getByRole('listitem');

test('D2, D3, D6, D7, X2: an invitation is judged while it is typed, sent, listed as pending and sent again', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/invite');
  const send = page.getByRole('button', { name: 'Send Invite' });
  await send.click();
  await expect(page.getByText('Name is required.', { exact: true })).toBeVisible();
  await expect(page.getByText('Email Address is required.')).toBeVisible();
  await expect(page.getByText('Choose a Primary Location.')).toBeVisible();
  await expect(page.getByText('Everyone needs a role.')).toBeVisible();

  await field(page, 'Name').fill('Zoë Tester');
  await field(page, 'Email Address').fill('zoe.tester');
  await expect(page.getByText('“zoe.tester” is not an e-mail address.')).toBeVisible();
  await field(page, 'Email Address').fill('zoe.tester@riverside.example');
  await page.getByRole('radio', { name: /^Provider/ }).click();
  await page.getByLabel('Primary Location').selectOption({ label: 'Elm Street' });
  await expect(page.getByText(/ is required\./)).toHaveCount(0);

  await field(page, 'NPI').fill('1234567893');
  const taxonomies = page.getByRole('combobox', { name: 'Taxonomies' });
  await taxonomies.fill('207R00000X, 363LF0000X');
  await taxonomies.press('Enter');
  await expect(chosen(page)).toHaveText([/^207R00000X Internal Medicine Physician/, /^363LF0000X Family Nurse/]);

  await expect(willChange(page).getByRole('heading', { name: 'Elm Street' })).toBeVisible();
  await expect(willChange(page)).toContainText('zoe.tester@riverside.example');
  await send.click();
  await expect(page.getByText('Zoë Tester is invited')).toBeVisible();

  await page.goto('/users?tab=invited');
  await page.getByRole('link', { name: 'Zoë Tester' }).click();
  await expect(page.getByRole('main')).toContainText('Pending');
  await page.getByRole('button', { name: 'Resend Invite' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The invitation link that was sent before stops working.');
  await dialog.getByRole('button', { name: 'Resend Invite' }).click();
  await expect(page.getByText('A new invitation is on its way to Zoë Tester')).toBeVisible();
});

test('D7: an NPI is checked digit by digit, and nobody is refused what they are still typing', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Samuel Adler');
  const npi = field(page, 'NPI');
  const panel = page.getByRole('main');
  await npi.fill('');
  await npi.pressSequentially('12345');
  await expect(npi).toHaveAccessibleDescription('5 more digits.');
  await expect(npi).not.toHaveAttribute('aria-invalid');
  await npi.press('Tab');
  await expect(npi).toHaveAccessibleDescription(/An NPI has 10 digits; this one has 5\./);
  await npi.fill('3');
  await expect(npi).toHaveAccessibleDescription(/An NPI starts with 1 or 2; this one starts with 3\./);
  await npi.fill('1234S');
  await expect(npi).toHaveAccessibleDescription(/An NPI has digits only; character 5 is “S”\./);
  await npi.fill('1234567890');
  await expect(npi).toHaveAccessibleDescription(/it is 0, and 3 would fit/);
  await expect(npi).toHaveAttribute('aria-invalid', 'true');
  await npi.fill('123 456 789 3');
  await expect(npi).toHaveAccessibleDescription('10 digits, and the last one fits the others.');
  await expect(panel.getByText('would fit')).toHaveCount(0);
  await save(page);
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.npi).toBe('1234567893');
  // What the screen never sends: the server knows the same rule.
  for (const [text, reason] of [
    ['1234567890', { npi_check_digit: { found: 0, fits: 3 } }],
    ['12345', { npi_length: { digits: 5 } }],
    ['3234567893', { npi_first_digit: { found: 3 } }],
    ['1234567893; DROP', { npi_not_digits: { at: 11, found: ';' } }],
  ] as const) {
    const refused = await sendEdit(page, { change: { user: id, profile: { npi: text } } });
    expect([refused.status, refused.body.verdict.refusals[0].reason]).toEqual([422, reason]);
  }
});

test('D7: taxonomies are found by name or code, put in order by keyboard, and told by name afterwards', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Kofi Mensah');
  const box = page.getByRole('combobox', { name: 'Taxonomies' });
  await expect(chosen(page)).toHaveText([/^363A00000X Physician Assistant/]);
  await expect(chosen(page).getByText('Physician Assistant')).toHaveAttribute('lang', 'en');

  await box.pressSequentially('fam med');
  const options = page.getByRole('listbox', { name: 'Taxonomies' }).getByRole('option');
  await expect(options.first()).toHaveText('207Q00000X Family Medicine Physician');
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  await box.press('Escape');
  await expect(options).toHaveCount(0);
  await expect(box).toHaveValue('fam med');
  await box.press('ArrowDown');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await box.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await box.press('ArrowDown');
  await box.press('Enter');
  await expect(chosen(page)).toHaveText([/^363A00000X/, /^207Q00000X/]);
  await expect(box).toHaveValue('');

  // By code; one that is well-formed and in no list; and one that is no code, which is kept and refused.
  await box.fill('2083x01');
  await expect(options).toHaveText(['2083X0100X Occupational Medicine Physician']);
  await options.click();
  await box.fill('103tb0200x, 999Z99999X,');
  await expect(chosen(page)).toHaveCount(5);
  await box.fill('surgery');
  await box.press('Tab');
  await expect(page.getByText('“surgery” is not a taxonomy code')).toBeVisible();
  await expect(box).toHaveAttribute('aria-invalid', 'true');
  await box.fill('');
  await expect(page.getByText('“surgery” is not a taxonomy code')).toHaveCount(0);

  await page.getByRole('button', { name: 'Make Family Medicine Physician primary' }).press('Enter');
  await expect(chosen(page).first()).toHaveText(/^207Q00000X.*Primary$/);
  await expect(chosen(page).first().getByRole('button').first()).toBeFocused();
  await page.getByRole('button', { name: 'Remove 999Z99999X' }).click();
  await expect(box).toBeFocused();
  await page.getByRole('button', { name: 'Move Occupational Medicine Physician up' }).press('Space');
  await expect(chosen(page)).toHaveText([/^207Q/, /^2083X/, /^363A/, /^103TB/]);
  await save(page);
  const codes = async () => (await api(page, `/users/${id}`)).body.facts.subject.profile.taxonomies;
  expect(await codes()).toEqual(['207Q00000X', '2083X0100X', '363A00000X', '103TB0200X']);

  await page.getByRole('tab', { name: 'Activity' }).click();
  const entry = page.getByRole('listitem').filter({ hasText: 'Maya Reyes' }).first();
  await entry.getByRole('group').locator('summary').click();
  await expect(entry).toContainText('207Q00000X Family Medicine Physician, 2083X0100X Occupational Medicine Physician');

  for (const taxonomies of ['207q', '207Q00000Y', 'X'.repeat(10), '207Q00000X, 207q00000x']) {
    const refused = await sendEdit(page, { change: { user: id, profile: { taxonomies } } });
    expect([refused.status, refused.body.verdict.refusals[0].rule], taxonomies).toEqual([422, 'D7']);
  }
});

test('D7, X2: what clinical staff have is typed once, waits while the role is another one, and is not lost', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Beatriz Costa');
  await field(page, 'Bio').fill('Sees children and their families.');
  await expect(field(page, 'Bio')).toHaveAccessibleDescription(/33 of 2,000 characters\./);
  await field(page, 'Bio').fill('x'.repeat(2001));
  await expect(field(page, 'Bio')).toHaveAccessibleDescription(/2,001 of 2,000 characters\..*2,000/);
  await field(page, 'Bio').fill('Sees children and their families.');
  await page.getByRole('tab', { name: 'Access' }).click();
  await page.getByRole('radio', { name: /^Front Desk/ }).click();
  const panel = willChange(page);
  await expect(panel).toContainText('Stays on record, but is not shown while the role is not clinical: NPI and Taxonomies');
  await page.getByRole('tab', { name: 'Profile' }).click();
  await expect(field(page, 'NPI')).toHaveCount(0);
  await page.getByRole('tab', { name: 'Access' }).click();
  await page.getByRole('radio', { name: /^Provider/ }).click();
  await page.getByRole('tab', { name: 'Profile' }).click();
  await expect(field(page, 'Bio')).toHaveValue('Sees children and their families.');
  await page.getByRole('tab', { name: 'Access' }).click();
  await page.getByRole('radio', { name: /^Front Desk/ }).click();
  await save(page);
  const profile = async () => (await api(page, `/users/${id}`)).body.facts.subject.profile;
  expect(await profile()).toMatchObject({ npi: '1870711755', taxonomies: ['363LF0000X'] });
  // Past the screen, which shows no such field now.
  const refused = await sendEdit(page, { change: { user: id, profile: { bio: 'Hidden.' } } });
  expect([refused.status, refused.body.verdict.refusals[0].reason]).toEqual([422, { clinical_only: { field: 'bio' } }]);
  await page.getByRole('radio', { name: /^Provider/ }).click();
  await expect(willChange(page)).toContainText('What is on record is shown again: NPI and Taxonomies');
});

test('D8, X3: who is at one location only is led to choosing another primary one', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await open(page, 'Hannah Park', 'access');
  const only = page.getByRole('switch', { name: 'Riverside Pediatrics' });
  await expect(only).toBeDisabled();
  await expect(only).toHaveAccessibleDescription('This is the primary location. Choose another one first.');
  await page.getByRole('button', { name: 'Choose another primary location' }).click();
  const primary = page.getByLabel('Primary Location');
  await expect(primary).toBeFocused();
  await primary.selectOption({ label: 'Lakeside Imaging' });
  await only.click();
  await expect(only).not.toBeChecked();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(only).toBeChecked();
});

test('D8, X3: the primary location stays on until another is chosen, and access follows the toggles', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Ana García', 'access');
  const primary = page.getByRole('switch', { name: 'Harbour View' });
  await expect(primary).toBeChecked();
  await expect(primary).toBeDisabled();
  await expect(page.getByText('This is the primary location. Choose another one first.')).toBeVisible();
  await page.getByLabel('Primary Location').selectOption({ label: 'Elm Street' });
  await expect(primary).toBeEnabled();
  await primary.click();
  await expect(primary).not.toBeChecked();
  const panel = willChange(page);
  await expect(panel.getByRole('heading', { name: 'Harbour View' })).toBeVisible();
  await expect(panel).toContainText('Lost');
  await save(page);
  const { subject, organisation } = (await api(page, `/users/${id}`)).body.facts;
  const elm = organisation.sites.find((site: any) => site.name === 'Elm Street').id;
  expect(subject.primary_site).toBe(elm);
  expect(subject.assignments.map((held: any) => held.scope.site.site)).toEqual([elm]);
});

test('D4, D5: a permission of a role says whom it touches before it is saved, and reaches every holder', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/roles');
  const cell = page.getByRole('checkbox', { name: 'Nurse: Delete appointments' });
  await expect(cell).not.toBeChecked();
  await cell.click();
  const panel = willChange(page);
  await expect(panel).toContainText(/\d+ people/);
  await expect(panel).toContainText('Delete appointments');
  await expect(page.getByRole('checkbox', { name: 'Administrator: Delete appointments' })).toBeDisabled();
  await page.getByRole('button', { name: 'Save Nurse' }).click();
  await expect(page.getByText('Nurse is changed for everyone who holds it')).toBeVisible();
  await expect(cell).toBeChecked();
  await open(page, 'David Okafor', 'access');
  await expect(page.getByRole('table', { name: 'What this person may do' })).toContainText('Delete appointments');
});

test('D4, D5, X2: several roles are changed in the grid by keyboard, with the names of those concerned, and saved one by one', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/roles');
  const cell = (name: string) => page.getByRole('checkbox', { name });
  await expect(page.getByRole('grid', { name: 'Permissions by role' })).toBeVisible();
  await page.getByRole('tab', { name: 'Reference' }).focus();
  await expect(page.locator('table input[tabindex="0"]')).toHaveCount(1);
  await cell('Nurse: View revenue reports').focus();
  await page.keyboard.press('Control+Home');
  await expect(cell('Front Desk: View appointments')).toBeFocused();
  await page.keyboard.press('End');
  await expect(cell('Administrator: View appointments')).toBeFocused();
  await expect(cell('Administrator: View appointments')).toHaveAccessibleDescription(/\w/);
  await page.keyboard.press('Space');
  await expect(cell('Administrator: View appointments')).toBeChecked();
  await page.keyboard.press('PageDown');
  await expect(cell('Administrator: Process payments')).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(cell('Front Desk: View revenue reports')).toBeFocused();
  await page.keyboard.press('Space');
  await expect(cell('Front Desk: View revenue reports, will be granted')).toBeChecked();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await page.keyboard.press('Space');
  const panel = willChange(page);
  await expect(panel.getByRole('status')).toHaveText('2 permissions of 2 roles changed, not saved yet.');
  await expect(panel.getByRole('heading', { name: 'Front Desk' })).toBeVisible();
  await expect(panel).toContainText(/\d+ people with Provider at \d+ locations gain “View revenue reports”/);

  await panel.getByRole('button', { name: 'Show who has Provider' }).click();
  const holders = async (query: string) => (await api(page, `/roles/provider/holders?${query}`)).body.holders;
  const names = panel.getByRole('link');
  const [all, elm] = await Promise.all([holders('limit=500'), (async () => {
    const { sites } = (await api(page, '/facts')).body.organisation;
    return holders(`limit=20&site=${sites.find((site: any) => site.name === 'Elm Street').id}`);
  })()]);
  await expect(names).toHaveText(all.slice(0, 20).map((one: any) => one.name));
  await panel.getByRole('button', { name: 'Show more people' }).click();
  await expect(names).toHaveText(all.slice(0, 40).map((one: any) => one.name));
  await panel.getByLabel('Location').selectOption({ label: 'Elm Street' });
  await expect(names).toHaveText(elm.map((one: any) => one.name));

  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('tab', { name: 'Reference' }).click();
  await page.getByRole('tab', { name: 'Permissions' }).click();
  await expect(cell('Provider: View revenue reports')).toBeChecked();

  await page.getByRole('button', { name: 'Save 2 roles' }).click();
  for (const name of ['Front Desk', 'Provider']) {
    await expect(page.getByText(`${name} is changed for everyone who holds it`)).toBeVisible();
  }
  await expect(page.getByRole('button', { name: /^Save/ })).toHaveCount(0);
  const permits = async (id: string) => {
    const { role: roles } = (await api(page, '/facts')).body.policy;
    return roles.find((role: any) => role.id === id).permissions.includes('billing.reports');
  };
  expect([await permits('front_desk'), await permits('provider')]).toEqual([true, true]);

  // As it was: by the same grid, and with what it never sends refused.
  await cell('Front Desk: View revenue reports').click();
  await cell('Provider: View revenue reports').click();
  await panel.getByRole('button', { name: 'Discard Provider' }).click();
  await expect(panel.getByRole('heading', { name: 'Provider' })).toHaveCount(0);
  await cell('Provider: View revenue reports').click();
  await expect(panel).toContainText(/lose “View revenue reports”/);
  await page.getByRole('button', { name: 'Save 2 roles' }).click();
  await expect.poll(async () => [await permits('front_desk'), await permits('provider')]).toEqual([false, false]);
  for (const set_role_permissions of [
    { role: 'administrator', grant: [], revoke: ['calendar.view'] },
    { role: 'nurse', grant: ['no.such.thing'], revoke: [] },
    { role: 'no_such_role', grant: ['calendar.view'], revoke: [] },
  ]) {
    const refused = await sendEdit(page, { set_role_permissions });
    expect(refused.status, JSON.stringify(set_role_permissions)).toBe(422);
  }
});

test('D5: on a phone the grid shows one role at a time', async ({ page, lanyard }) => {
  await page.setViewportSize({ width: 390, height: 820 });
  await signIn(page, lanyard, ADMIN, '/roles');
  const cell = (name: string) => page.getByRole('checkbox', { name });
  await expect(cell('Front Desk: View appointments')).toBeVisible();
  await expect(cell('Nurse: View appointments')).toBeHidden();
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Nurse' });
  await expect(cell('Nurse: View appointments')).toBeVisible();
  await expect(cell('Front Desk: View appointments')).toBeHidden();
  await cell('Nurse: View appointments').focus();
  await page.keyboard.press('ArrowRight');
  await expect(cell('Provider: View appointments')).toBeFocused();
  await expect(cell('Nurse: View appointments')).toBeHidden();
  await cell('Provider: Process payments').click();
  await expect(page.getByText('1 permission · 1 role')).toBeVisible();
  await page.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(cell('Provider: Process payments')).not.toBeChecked();
});

test('D9, X7: deactivating names what ends and what is kept, and is on record', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await open(page, 'Elena Berg');
  await page.getByRole('button', { name: 'Actions for Elena Berg' }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Elena Berg cannot sign in any more.');
  await expect(dialog).toContainText('Notes, transactions and the activity record are kept.');
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByText('Elena Berg can no longer sign in')).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Inactive');
  expect((await person(page, 'Elena Berg', 'inactive')).status).toBe('inactive');

  await page.getByRole('tab', { name: 'Activity' }).click();
  const entry = page.getByRole('listitem').filter({ hasText: 'Deactivated' }).first();
  await expect(entry).toContainText('Maya Reyes');
  await entry.getByText('Deactivated', { exact: true }).click();
  await expect(entry).toContainText('127.0.0.1');
});

test('D10, D11: capacity is at least one, the scheduling step is one of a few', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await open(page, 'Thomas Keller');
  await field(page, 'Capacity').fill('0');
  await expect(page.getByText('Capacity is at least 1.')).toBeVisible();
  await field(page, 'Capacity').fill('3');
  await expect(page.getByText('Capacity is at least 1.')).toHaveCount(0);
  const step = page.getByLabel('Scheduling Step');
  expect(await step.getByRole('option').allInnerTexts()).toEqual(expect.arrayContaining(['15 minutes', '30 minutes']));
  await step.selectOption({ label: '15 minutes' });
  await save(page);
  const { profile } = (await api(page, `/users/${id}`)).body.facts.subject;
  expect([profile.capacity, profile.scheduling_step]).toEqual([3, 15]);
  const odd = await sendEdit(page, { change: { user: id, profile: { scheduling_step: '17' } } });
  expect([odd.status, odd.body.verdict.refusals[0].rule]).toEqual([422, 'D11']);
  await open(page, 'Uma Patel');
  await expect(field(page, 'Capacity'), 'for clinical staff only').toHaveCount(0);
});

test('D3, X2: a role is changed later; gains and losses are told location by location before it is saved', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await open(page, 'Nadia Petrova', 'access');
  await page.getByRole('radio', { name: /^Billing Manager/ }).click();
  const panel = willChange(page);
  for (const name of ['Elm Street', 'Riverside Pediatrics']) {
    await expect(panel.getByRole('heading', { name })).toBeVisible();
  }
  await expect(panel).toContainText('May now issue refunds');
  await expect(panel).toContainText('May no longer create appointments and delete appointments');
  await save(page);
  await page.getByRole('tab', { name: 'Activity' }).click();
  const entry = page.getByRole('listitem').first();
  await entry.getByRole('group').locator('summary').click();
  await expect(entry).toContainText('Billing Manager');
});

test('X4: who manages two locations gives no role that holds more, and does not rise', async ({ page, lanyard }) => {
  const manager = 'manager@riverside.example';
  await signIn(page, lanyard, manager, '/invite');
  for (const role of [/^Provider/, /^Administrator/]) {
    const card = page.getByRole('radio', { name: role });
    await expect(card).toBeDisabled();
    await expect(card).toHaveAccessibleDescription(/gives more than you have|You may not/);
  }
  await expect(page.getByRole('radio', { name: /^Front Desk/ })).toBeEnabled();
  const places = await page.getByLabel('Primary Location').getByRole('option').allInnerTexts();
  expect(places.sort(), 'only locations within reach').toEqual(['Choose…', 'Elm Street', 'Harbour View']);

  const { id } = await open(page, 'Ola Lindgren', 'access');
  await expect(page.getByRole('radio', { name: /^Administrator/ })).toBeDisabled();
  const up = { change: { user: id, access: { grant: [{ role: 'administrator', scope: 'organisation' }] } } };
  const refused = await sendEdit(page, up);
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals.map((one: any) => one.rule)).toContain('X4');
});

test('X8: a role that is lost is lost on an open page at once', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const other = await elsewhere(browser, lanyard, 'mateo.cruz@riverside.example');
  await expect(other.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await open(page, 'Mateo Cruz', 'access');
  await page.getByRole('radio', { name: /^Front Desk/ }).click();
  await save(page);
  await expect(other.getByText('This is for administrators')).toBeVisible();
  await other.context().close();
});

test('D1, X2: who would be left without a location is named in the archive’s dialog, moved from there, and then it is archived', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/sites');
  const dialog = page.getByRole('dialog');
  const site = crypto.randomUUID();
  expect((await sendEdit(page, { create_site: { site, name: 'Pier Nine' } })).status).toBe(200);
  const holds = { scope: { site: { site, resources: 'all' } } };
  for (const name of ['Perrin Dock', 'Petra Quay']) {
    const profile = { name, login_email: `${name.toLowerCase().replace(' ', '.')}@riverside.example` };
    const access = { grant: [{ role: 'front_desk', ...holds }], primary_site: site };
    expect((await sendEdit(page, { invite: { user: crypto.randomUUID(), profile, access } })).status).toBe(200);
  }
  // Somebody else works there as well, and has a place of their own.
  const nurses = (await api(page, '/users?role=nurse&limit=50')).body.rows;
  const { id } = nurses.find((one: any) => one.assignments.length === 1);
  expect((await sendEdit(page, { change: { user: id, access: { grant: [{ role: 'nurse', ...holds }] } } })).status).toBe(200);

  const archive = async () => {
    await page.goto('/sites');
    await page.getByRole('button', { name: 'Actions for Pier Nine' }).click();
    await page.getByRole('menuitem', { name: /^Archive/ }).click();
  };
  await archive();
  const only = dialog.getByRole('region', { name: '2 people reach no other location' });
  await expect(only.getByRole('listitem').filter({ hasText: 'Perrin Dock' })).toBeVisible();
  await expect(only.getByRole('listitem').filter({ hasText: 'Petra Quay' })).toBeVisible();
  await expect(dialog.getByRole('region', { name: 'Primary Location of 2 people' })).toBeVisible();
  await expect(dialog).toContainText('1 other person loses it and keeps what they have elsewhere.');
  await expect(dialog.getByRole('button', { name: 'Archive Pier Nine' })).toHaveAttribute('aria-disabled', 'true');

  // Into the list of them, where all are selected, and on to another location.
  await only.getByRole('button', { name: 'Select these 2 people' }).click();
  await expect(page).toHaveURL(/tab=invited.*tie=only/);
  await expect(page.getByRole('button', { name: 'People here: Only here' })).toBeVisible();
  const bar = page.getByRole('region', { name: 'Selected people' });
  await expect(bar).toContainText('2 selected');
  await bar.getByRole('button', { name: /^Change locations/ }).click();
  await expect(dialog.getByLabel('What to do', { exact: true })).toHaveValue('move');
  await dialog.getByLabel('To', { exact: true }).selectOption({ label: 'Elm Street' });
  await dialog.getByRole('button', { name: /: 2 people$/ }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toHaveCount(0);

  await archive();
  await expect(dialog).toContainText('1 person with Nurse loses access here.');
  await dialog.getByRole('button', { name: 'Archive Pier Nine' }).click();
  await expect(page.getByRole('main').getByText('Pier Nine')).toHaveCount(0);
  const petra = await person(page, 'petra.quay@', 'invited');
  const [elm] = (await api(page, '/me')).body.facts.organisation.sites.filter((one: any) => one.name === 'Elm Street');
  expect(petra.primary_site).toBe(elm.id);
  expect(petra.assignments).toHaveLength(1);
});
