// Practices, lines, three user types.
import { api, expect, field, open, signIn, test, willChange } from './lanyard';

const ADMIN = 'admin@harmony.example';

test('A4, A5: the selected practice narrows the list, and each row has its menu', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toBeVisible();
  await page.getByRole('button', { name: 'Selected Practice' }).click();
  await page.getByRole('menuitemradio', { name: 'Old Town Practice' }).click();
  await expect(page.getByRole('link', { name: 'Xavier Price' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ahmed Ali' })).toHaveCount(0);
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
    expect.objectContaining({ role: 'manager', scope: expect.objectContaining({ site: harbour }) }),
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
  expect(subject.assignments).toEqual([{ role: 'enterprise', scope: { at: 'organisation' } }]);
  await expect(page.getByRole('checkbox', { name: 'On-call leads' })).toBeChecked();
});
