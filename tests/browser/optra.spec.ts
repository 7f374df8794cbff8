// Optra's way: roles as buttons, some of which exclude all others; dialogs over the list; people are deleted for good.
import { randomUUID } from 'node:crypto';
import { api, elsewhere, expect, field, person, sendEdit, signIn, test, type Locator, type Page } from './lanyard';

const ADMIN = 'admin@heartlab.example';

const role = (within: Page | Locator, name: string): Locator => within.getByRole('button', { name, exact: true });

const pressed = (within: Page | Locator): Locator => within.getByRole('group', { name: 'Roles' }).locator('[aria-pressed="true"]');

/** Opens "Create User" by "New User". */
async function newUser(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'New User' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create User' });
  await expect(field(dialog, 'Email')).toBeFocused();
  return dialog;
}

/** Somebody whom no other scenario knows. */
async function invited(page: Page, email: string, roles: string[]): Promise<string> {
  const user = randomUUID();
  const grant = roles.map((role) => ({ role, scope: 'organisation' }));
  const done = await api(page, '/edits', {
    edit: { invite: { user, profile: { login_email: email }, access: { grant } } },
    confirmations: [],
    idempotency_key: randomUUID(),
  });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
  return user;
}

test('O1: without the Admin role there is no Users tab, and the server refuses', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'viewer@heartlab.example');
  await expect(page.getByText('This is for administrators')).toBeVisible();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Users' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'admin@heartlab.example' }).first()).toHaveAttribute('href', `mailto:${ADMIN}`);
  expect((await api(page, '/users')).status).toBe(403);
  const refused = await api(page, '/edits', {
    edit: { invite: { user: randomUUID(), profile: { login_email: 'x@heartlab.example' } } },
    confirmations: [],
    idempotency_key: randomUUID(),
  });
  expect(refused.status).toBe(422);
});

test('O2: "Users" on top, "New User" at the right, and the "Create User" dialog over the list', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/activity');
  await page.getByRole('navigation').first().getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  const button = page.getByRole('button', { name: 'New User' });
  const box = (await button.boundingBox())!;
  expect(box.x + box.width).toBeGreaterThan(1200);
  const dialog = await newUser(page);
  await expect(page).toHaveURL(/\/invite/);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();
  await page.goto('/invite');
  await expect(page.getByRole('dialog', { name: 'Create User' })).toBeVisible();
});

test('O3, O6: an e-mail and several roles by buttons; "Invited User" until the first sign-in, roles editable', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const dialog = await newUser(page);
  await field(dialog, 'Email').fill('new.colleague@heartlab.example');
  await role(dialog, 'Chart Editor').click();
  await role(dialog, 'Workflow Editor').click();
  await expect(pressed(dialog)).toHaveText(['Workflow Editor', 'Chart Editor']);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Invited User is invited')).toBeVisible();
  await page.getByRole('tab', { name: /^Invited/ }).click();
  const row = page.getByRole('row').filter({ hasText: 'new.colleague@heartlab.example' });
  await expect(row.getByRole('link', { name: 'Invited User' })).toBeVisible();
  await row.getByText('new.colleague@heartlab.example').click();
  const edit = page.getByRole('dialog', { name: 'Edit User' });
  await role(edit, 'Workflow Deployer').click();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  const { assignments } = await person(page, 'new.colleague', 'invited');
  expect(assignments.map((held: any) => held.role).sort()).toEqual(['chart_editor', 'workflow_deployer', 'workflow_editor']);
});

test('O5: an address of another domain is asked about before anything is sent; going back keeps what was typed', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const dialog = await newUser(page);
  await field(dialog, 'Email').fill('visiting@university.example');
  await role(dialog, 'Chart Viewer Only').click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  const question = page.getByRole('dialog', { name: 'Please confirm' });
  await expect(question).toContainText('university.example');
  await expect(question).toContainText('heartlab.example');
  expect((await api(page, '/users?tab=invited&search=visiting')).body.rows).toHaveLength(0);
  await question.getByRole('button', { name: 'Go back' }).click();
  await expect(field(dialog, 'Email')).toHaveValue('visiting@university.example');
  await expect(pressed(dialog)).toHaveText(['Chart Viewer Only']);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await question.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Invited User is invited')).toBeVisible();
  expect((await api(page, '/users?tab=invited&search=visiting')).body.rows).toHaveLength(1);
});

test('O7: a click on the name opens "Edit User": e-mail and roles', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('link', { name: 'device.room@heartlab.example' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit User' });
  await expect(field(edit, 'Email')).toHaveValue('device.room@heartlab.example');
  await expect(pressed(edit)).toHaveText(['Device Technician', 'Device Enroller']);
  await field(edit, 'Email').fill('devices@heartlab.example');
  await role(edit, 'Device Enroller').click();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  const row = await person(page, 'devices@heartlab.example');
  expect(row.assignments.map((held: any) => held.role)).toEqual(['device_technician']);
  // Unsaved edits are not lost by Escape.
  await page.getByRole('link', { name: 'devices@heartlab.example' }).click();
  await role(edit, 'Billing Admin').click();
  await page.keyboard.press('Escape');
  const leave = page.getByRole('dialog', { name: 'Leave without saving?' });
  await leave.getByRole('button', { name: 'Stay' }).click();
  await expect(pressed(edit)).toHaveText(['Billing Admin', 'Device Technician']);
});

test('O8, O9: an exclusive role clears the others and says so; another one clears it; the server refuses both', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const user = await invited(page, 'toggles@heartlab.example', ['chart_editor', 'billing_admin']);
  await page.goto(`/users/${user}/edit`);
  const edit = page.getByRole('dialog', { name: 'Edit User' });
  await expect(pressed(edit)).toHaveText(['Billing Admin', 'Chart Editor']);
  await role(edit, 'Admin').click();
  await expect(pressed(edit)).toHaveText(['Admin']);
  await expect(edit.getByRole('status')).toContainText('Billing Admin and Chart Editor cannot be held with Admin');
  await edit.getByRole('button', { name: 'Put back' }).click();
  await expect(pressed(edit)).toHaveText(['Billing Admin', 'Chart Editor']);
  await role(edit, 'Chart Viewer Only').click();
  await expect(pressed(edit)).toHaveText(['Chart Viewer Only']);
  await role(edit, 'Workflow Editor').click();
  await expect(pressed(edit)).toHaveText(['Workflow Editor']);
  await expect(edit.getByRole('status')).toContainText('Chart Viewer Only cannot be held with Workflow Editor');
  for (const name of ['Billing Admin', 'Device Technician', 'Device Enroller', 'Workflow Deployer', 'Chart Editor']) {
    await role(edit, name).click();
  }
  await expect(pressed(edit)).toHaveCount(6);
  const both = [{ role: 'admin', scope: 'organisation' }];
  const refused = await sendEdit(page, { change: { user, access: { grant: both } } });
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals[0].rule).toBe('O8');
});

test('O10, O11, O12: "Delete" in Edit User names what goes before it goes for good; others in a workspace stay', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  const { id: editor } = await person(page, 'editor@heartlab.example');
  const { id: user } = await person(page, 'deployer@heartlab.example');
  const memberships = (await api(page, `/users/${editor}`)).body.facts.subject.memberships;
  const resources = (await api(page, '/me')).body.facts.organisation.resources;
  const night = resources.find((one: any) => one.name === 'Night desk');
  expect((await sendEdit(page, { change: { user, access: { join: [night.id] } } })).status).toBe(200);
  expect(memberships).toContain(night.id);

  await page.goto('/users');
  await page.getByRole('link', { name: 'deployer@heartlab.example' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit User' });
  await edit.getByRole('button', { name: 'Delete', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Delete: deployer@heartlab.example' });
  for (const named of ['Loses Workflow Editor and Workflow Deployer', 'Leaves Night desk', 'sessions', 'new invitation', 'cannot be undone']) {
    await expect(question).toContainText(named);
  }
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(edit).toBeVisible();
  await edit.getByRole('button', { name: 'Delete', exact: true }).click();
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('is deleted')).toBeVisible();
  await expect(edit).toHaveCount(0);
  expect((await api(page, `/users/${user}`)).status).toBe(404);
  expect((await api(page, `/users/${editor}`)).body.facts.subject.memberships).toEqual(memberships);

  // An invitation that is out goes the same way.
  const pending = await invited(page, 'leaver@heartlab.example', ['chart_editor']);
  await page.goto(`/users/${pending}/edit`);
  await edit.getByRole('button', { name: 'Delete', exact: true }).click();
  const withdrawal = page.getByRole('dialog', { name: 'Delete: Invited User' });
  await expect(withdrawal).toContainText('link');
  await withdrawal.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(edit).toHaveCount(0);
  expect((await api(page, `/users/${pending}`)).status).toBe(404);
});

test('O13: what each role can do is told from the form and in the navigation', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const dialog = await newUser(page);
  await dialog.getByRole('button', { name: 'What each role can do' }).click();
  const reference = page.getByRole('dialog', { name: 'What each role can do' });
  await expect(reference.getByRole('heading', { name: 'Workflow Deployer' })).toBeVisible();
  await expect(reference).toContainText('Deploy workflows');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('navigation').first().getByRole('link', { name: 'Roles' }).click();
  await expect(page.getByRole('heading', { name: 'Roles', level: 1 })).toBeVisible();
});

test('people without a name are listed once, and as many roles as fit', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/users?search=second.admin');
  await expect(page.getByText('second.admin@heartlab.example', { exact: true })).toHaveCount(1);
  await expect(page.getByRole('tab')).toHaveText([/^Active/, /^Invited/]);
  await expect(page.getByRole('columnheader', { name: 'Locations' })).toHaveCount(0);
  await page.goto('/users?search=editor@heartlab');
  const row = page.getByRole('row').filter({ hasText: 'editor@heartlab.example' }).first();
  await expect(row).toContainText('Workflow Editor, Chart Editor');
  const narrow = await elsewhere(browser, lanyard, ADMIN);
  await narrow.setViewportSize({ width: 700, height: 800 });
  await narrow.goto('/users?search=editor@heartlab');
  const all = narrow.getByRole('row').filter({ hasText: 'editor@heartlab.example' }).first().getByRole('button', { name: /^All: / });
  await all.focus();
  await expect(narrow.getByRole('note').filter({ hasText: 'Workflow Editor' })).toBeVisible();
  await narrow.context().close();
});
