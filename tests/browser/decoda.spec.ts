// Locations, roles with permissions, clinical profiles.
import { api, elsewhere, expect, field, open, person, save, sendEdit, signIn, test, willChange } from './lanyard';

const ADMIN = 'admin@riverside.example';

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

  await field(page, 'NPI').fill('12345');
  await expect(page.getByText('An NPI has 10 digits; this one has 5.')).toBeVisible();
  await field(page, 'NPI').fill('1234567890');
  await expect(page.getByText('The last digit does not fit the others')).toBeVisible();
  await field(page, 'NPI').fill('1234567893');
  await field(page, 'Taxonomies').fill('207R00000X, 363LF0000X');
  await expect(page.getByText('The last digit does not fit the others')).toHaveCount(0);

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

test('X8: a role that is lost is lost on an open page at the next click', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const other = await elsewhere(browser, lanyard, 'mateo.cruz@riverside.example');
  await expect(other.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await open(page, 'Mateo Cruz', 'access');
  await page.getByRole('radio', { name: /^Front Desk/ }).click();
  await save(page);
  await other.getByRole('tab', { name: /^Pending/ }).click();
  await expect(other.getByText('This is for administrators')).toBeVisible();
  await other.context().close();
});
