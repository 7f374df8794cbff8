// One action for many people: planned, reviewed, carried out in the background, told person by person.
import { api, expect, sendEdit, signIn, test, type Page } from './lanyard';
import { faults, isReadable, small } from './look';

const PEOPLE = 1240;
test.use({ own: 'bulk', people: PEOPLE });

const CLINIC = 'admin@riverside.example';

const bar = (page: Page) => page.getByRole('region', { name: 'Selected people' });
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function select(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) await row(page, name).getByRole('checkbox').check();
}

test('T4: inactive people are selected, activated in one go, and each is told about', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@maple.example', '/users?tab=inactive');
  const boxes = page.getByRole('row').getByRole('checkbox');
  await boxes.nth(1).check();
  await boxes.nth(2).check();
  await bar(page).getByRole('button', { name: 'Activate selected users' }).click();
  const dialog = page.getByRole('dialog', { name: 'Activate selected users' });
  await dialog.locator('summary').first().click();
  await expect(dialog.getByRole('listitem').first()).toBeVisible();
  const go = dialog.getByRole('button', { name: /^Activate selected users: / });
  await go.click();
  await expect(dialog.getByText(/(person was|people were) changed/)).toBeVisible();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download the result' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  await expect(bar(page)).toBeHidden();
});

test('T6: of several who are activated, those who reach nothing are told, with the way to their access', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@maple.example', '/users?tab=inactive');
  const { rows } = (await api(page, '/users?tab=inactive')).body;
  const [cleared, kept] = rows.slice(-2);
  const held = cleared.assignments.map((one: any) => ({ role: one.role, place: { site: one.scope.site.site } }));
  expect((await sendEdit(page, { change: { user: cleared.id, access: { revoke: held } } })).status).toBe(200);
  await page.reload();
  await select(page, cleared.name, kept.name);
  await bar(page).getByRole('button', { name: 'Activate selected users' }).click();
  const dialog = page.getByRole('dialog', { name: 'Activate selected users' });
  await expect(dialog).toContainText('Can sign in again.');
  await expect(dialog).not.toContainText('This person');
  await dialog.getByRole('button', { name: 'Activate selected users: 2 people' }).click();
  await dialog.locator('summary', { hasText: '2 people were changed' }).click();
  const line = (name: string) => dialog.getByRole('listitem').filter({ hasText: name });
  await expect(line(cleared.name)).toContainText('Reaches nothing until roles and practices are assigned');
  await expect(line(kept.name)).not.toContainText('Reaches nothing');
  await expect(line(kept.name).getByRole('link', { name: kept.name })).toBeVisible();
  await line(cleared.name).getByRole('link', { name: 'Assign roles and practices' }).click();
  await expect(page.getByRole('heading', { name: cleared.name, level: 1 })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Access' })).toHaveAttribute('aria-selected', 'true');
});

test('X3, X5: who is refused stays as they are, and the plan says why before anything is done', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@riverside-new.example');
  await select(page, 'Nora Quist');
  await bar(page).getByRole('button', { name: 'Deactivate' }).click();
  const dialog = page.getByRole('dialog', { name: 'Deactivate' });
  await expect(dialog).toContainText('is the last person who can manage users');
  await expect(dialog.getByRole('button', { name: /^Deactivate: 0/ })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  const { rows } = (await api(page, '/users')).body;
  expect(rows.map(({ status }: any) => status)).toContain('active');
});

test('a role is given to several people by one plan, and each edit is on record', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  await select(page, 'Ahmed Ali', 'Amélie Roy');
  await bar(page).getByRole('button', { name: /^Change role/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change role' });
  await expect(dialog.getByText('Choose first what is to be done.').first()).toBeVisible();
  await dialog.getByLabel('Role', { exact: true }).selectOption({ label: 'Nurse' });
  await expect(dialog.locator('.outcome').first()).toBeVisible();
  for (const box of await dialog.getByRole('checkbox').all()) await box.check();
  const go = dialog.getByRole('button', { name: /^Change role: [12] / });
  await go.click();
  await expect(dialog.getByText(/(person was|people were) changed/)).toBeVisible();
  const { entries } = (await api(page, '/audit?limit=2')).body;
  expect(entries[0].edit.change).toBeTruthy();
});

test('everyone who matches is selected beyond the rows that are loaded', async ({ page, lanyard }) => {
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  const loaded = page.getByRole('checkbox', { name: 'Select all that are loaded' });
  const everyone = bar(page).getByRole('button', { name: /^Select (all|everyone)/ });
  // Rows that come meanwhile are not among those that were selected.
  await expect(async () => {
    if (!(await loaded.isChecked())) await loaded.click();
    await expect(everyone).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await everyone.click();
  await expect(bar(page)).toContainText(/1,\d\d\d selected/);
  await row(page, (await api(page, '/users?limit=1')).body.rows[0].name).first().getByRole('checkbox').uncheck();
  await bar(page).getByRole('button', { name: /^Change role/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change role' });
  await dialog.getByLabel('What to do').selectOption('take');
  const options = dialog.getByLabel('Role', { exact: true }).locator('option');
  await dialog.getByLabel('Role', { exact: true }).selectOption((await options.nth(1).getAttribute('value'))!);
  await expect(dialog.locator('.outcome').first()).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByRole('button', { name: 'Show more people' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });

  test('people are selected in a mode of its own, where all of a row is the target', async ({ page, lanyard }) => {
    await signIn(page, lanyard, 'admin@maple.example');
    const boxes = page.getByRole('row').getByRole('checkbox');
    await expect(page.getByRole('row').first()).toBeVisible();
    await expect(boxes.filter({ visible: true })).toHaveCount(0);
    const enter = page.getByRole('button', { name: 'Select', exact: true });
    await enter.tap();
    await expect(bar(page)).toContainText('Choose people');
    await expect(enter).toBeHidden();

    // Where the name is, a tap selects and does not open.
    const names = page.locator('.person__name');
    await names.nth(0).tap({ force: true });
    await names.nth(1).tap({ force: true });
    await expect(bar(page)).toContainText('2 selected');
    await expect(page).not.toHaveURL(/\/users\//);
    expect(await small(page)).toEqual([]);
    expect(await faults(page)).toEqual([]);
    await isReadable(page, 'selecting');

    await bar(page).getByRole('button', { name: 'Actions' }).tap();
    await page.getByRole('menuitem', { name: 'Deactivate' }).tap();
    const dialog = page.getByRole('dialog', { name: 'Deactivate' });
    await expect(dialog).toContainText('2 people cannot sign in any more, from now on.');
    await expect(dialog).toContainText('Cannot sign in any more.');
    await expect(dialog).not.toContainText('This person');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(bar(page)).toContainText('2 selected');

    await bar(page).getByRole('button', { name: /^Select all \d+/ }).tap();
    const { counts } = (await api(page, '/users?limit=1')).body;
    await expect(bar(page)).toContainText(`${counts.active} selected`);
    await page.keyboard.press('Escape');
    await expect(bar(page)).toBeHidden();
    await expect(boxes.filter({ visible: true })).toHaveCount(0);
    await names.nth(0).tap();
    await expect(page).toHaveURL(/\/users\/[0-9a-f-]{36}/);
  });

  test('the mode ends with Done, and nobody stays selected', async ({ page, lanyard }) => {
    await signIn(page, lanyard, 'admin@maple.example');
    await page.getByRole('button', { name: 'Select', exact: true }).tap();
    await page.locator('.person__name').first().tap({ force: true });
    await bar(page).getByRole('button', { name: 'Done' }).tap();
    await expect(bar(page)).toBeHidden();
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect(page.getByRole('row').getByRole('checkbox', { checked: true })).toHaveCount(0);
  });
});
