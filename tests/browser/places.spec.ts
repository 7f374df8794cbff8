// Sites and what lies in them, while somebody works on their list: what is put away, and what others change meanwhile.
import { randomUUID } from 'node:crypto';
import { api, expect, field, open, person, sendEdit, signIn, test, type Locator, type Page } from './lanyard';

test.use({ own: 'places' });

const ENTERPRISE = 'admin@harmony.example';
const LABORATORY = 'admin@heartlab.example';

const row = (within: Page | Locator, name: string): Locator => within.getByRole('listitem').filter({ hasText: name }).last();

/** Chooses from the "…" menu of a row. */
async function choose(page: Page, of: string, item: RegExp): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${of}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('A8, X2, X7: a line is renamed and archived; who had it is named before, and it can be shown afterwards', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ENTERPRISE, '/sites');
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const practice = main.getByRole('listitem').filter({ hasText: 'Northside Practice' }).first();
  const lines = practice.locator('summary');
  const before = (await lines.textContent())!.trim();
  await lines.click();
  await practice.getByRole('button', { name: 'Add line' }).click();
  await field(dialog, 'Name').fill('Night calls');
  await dialog.getByRole('button', { name: 'Add line' }).click();
  // The list of lines stays open: the one that was added is in it.
  await choose(page, 'Night calls', /^Rename/);
  await field(dialog, 'Name').fill('Night line');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  const night = row(practice, 'Night line');
  await expect(night).toBeVisible();
  await expect(practice.getByText('Night calls')).toHaveCount(0);

  // Somebody has it besides another one.
  const { organisation } = (await api(page, '/me')).body.facts;
  const line = organisation.resources.find((one: any) => one.name === 'Night line');
  const { id, assignments } = await person(page, 'beatriz.costa@harmony');
  const only = [line.id, ...assignments[0].scope.site.resources.only];
  const grant = [{ role: assignments[0].role, scope: { site: { site: line.site, resources: { only } } } }];
  expect((await sendEdit(page, { change: { user: id, access: { grant } } })).status).toBe(200);
  await expect(night).toContainText('1 person');

  await choose(page, 'Night line', /^Archive/);
  await expect(dialog).toContainText('1 person loses Night line.');
  await dialog.getByText('Who they are').click();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Beatriz Costa' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Archive Night line' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(practice.getByText('Night line')).toHaveCount(0);
  await expect(lines).toHaveText(before);

  // Shown again it is neither opened nor changed, and its name is free.
  await page.getByRole('switch', { name: 'Show archived ones too' }).click();
  await expect(night).toContainText('Archived');
  await expect(night.getByRole('link')).toHaveCount(0);
  await expect(night.getByRole('button')).toHaveCount(0);
  await expect(lines).toHaveText(before);
  await page.getByRole('switch', { name: 'Show archived ones too' }).click();
  await expect(practice.getByText('Night line')).toHaveCount(0);

  await open(page, 'beatriz.costa@harmony', 'activity');
  await expect(page.getByText(/Night line was archived/).first()).toBeVisible();
  const { subject } = (await api(page, `/users/${id}`)).body.facts;
  expect(subject.assignments[0].scope.site.resources.only).not.toContain(line.id);
});

test('O12: a chart workspace is archived and shown among the archived ones; its members lose it, and nothing else', async ({ page, lanyard }) => {
  await signIn(page, lanyard, LABORATORY, '/sites');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Add chart workspace' }).click();
  await field(dialog, 'Name').fill('Trial readings');
  await dialog.getByRole('button', { name: 'Add chart workspace' }).click();
  const workspace = row(page.getByRole('main'), 'Trial readings');
  await expect(workspace).toBeVisible();
  const { organisation } = (await api(page, '/me')).body.facts;
  const { id: resource } = organisation.resources.find((one: any) => one.name === 'Trial readings');
  const { id, memberships } = await person(page, 'deployer@heartlab');
  expect((await sendEdit(page, { change: { user: id, access: { join: [resource] } } })).status).toBe(200);
  await choose(page, 'Trial readings', /^Archive/);
  await expect(dialog).toContainText('1 person loses Trial readings.');
  await dialog.getByRole('button', { name: 'Archive Trial readings' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('Trial readings', { exact: true })).toHaveCount(0);
  await page.getByRole('switch', { name: 'Show archived ones too' }).click();
  await expect(workspace).toContainText('Archived');
  expect((await person(page, 'deployer@heartlab')).memberships).toEqual(memberships);
});

test('a change that others make elsewhere closes no menu, folds nothing, and takes no focus', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ENTERPRISE, '/sites');
  const main = page.getByRole('main');
  const practice = main.getByRole('listitem').filter({ hasText: 'Old Town Practice' }).first();
  await practice.locator('summary').click();
  const menu = page.getByRole('button', { name: 'Actions for Old Town Practice', exact: true });
  await menu.click();
  const rename = page.getByRole('menuitem', { name: /^Rename/ });
  await expect(rename).toBeFocused();

  // A practice comes, and the one in hand gets a line.
  const { organisation } = (await api(page, '/me')).body.facts;
  const { id: site } = organisation.sites.find((one: any) => one.name === 'Old Town Practice');
  const name = 'Aldgate Practice';
  expect((await sendEdit(page, { create_site: { site: randomUUID(), name } })).status).toBe(200);
  const of = organisation.resources.find((one: any) => one.site === site).kind;
  expect((await sendEdit(page, { create_resource: { resource: randomUUID(), of, site, name: 'Interpreters' } })).status).toBe(200);
  await expect(main.getByText(name)).toBeVisible();
  await expect(practice.getByText('Interpreters')).toBeVisible();
  await expect(rename).toBeVisible();
  await expect(rename).toBeFocused();

  // What the menu is for is as it is called now.
  expect((await sendEdit(page, { rename_site: { site, name: 'Old Town' } })).status).toBe(200);
  await expect(main.getByText('Old Town', { exact: true })).toBeVisible();
  await expect(rename).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Rename Old Town' });
  await expect(field(dialog, 'Name')).toHaveValue('Old Town');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Actions for Old Town', exact: true })).toBeFocused();
  await expect(main.getByText('Interpreters')).toBeVisible();
});
