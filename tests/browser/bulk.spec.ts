// One action for many people: planned, reviewed, carried out in the background, told person by person.
import { api, expect, sendEdit, signIn, test, type Locator, type Page } from './lanyard';
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

/** Everybody whom the search finds, those that are not loaded among them. */
async function selectMatching(page: Page, search: string, tab = 'active'): Promise<number> {
  await page.goto(`/users?tab=${tab}&search=${encodeURIComponent(search)}`);
  const found: number = (await api(page, `/users?${new URLSearchParams({ tab, search, limit: '1' })}`)).body.counts[tab];
  await page.getByRole('checkbox', { name: 'Select all that are loaded' }).check();
  const rest = bar(page).getByRole('button', { name: /^Select (all|everyone)/ });
  const all = bar(page).getByText(`${found} selected`);
  await expect(rest.or(all).first()).toBeVisible();
  if (await rest.isVisible()) await rest.click();
  await expect(all).toBeVisible();
  return found;
}

/** What the dialog says of how many people in its summaries. */
const summary = (dialog: Locator, words: RegExp) => dialog.locator('summary').filter({ hasText: words });
const number = async (summary: Locator): Promise<number> => ((await summary.count()) ? Number((await summary.textContent())!.replace(/,/g, '').match(/\d+/)![0]) : 0);

/** Carries out what is planned, and waits until it is told what came of it. */
async function carryOut(dialog: Locator): Promise<void> {
  for (const box of await dialog.getByRole('checkbox').all()) await box.check();
  await dialog.getByRole('button', { name: /: [\d,]+ (person|people)$/ }).click();
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible({ timeout: 120_000 });
}

test('X3, X7: a role is given to all who match; one sees how far it is, who was changed, and who was refused and why', async ({ page, lanyard }) => {
  test.setTimeout(240_000);
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  const all = await selectMatching(page, 'person1');
  expect(all).toBeGreaterThan(300);
  await bar(page).getByRole('button', { name: /^Change role/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change role' });
  await dialog.getByLabel('Role', { exact: true }).selectOption({ label: 'Front Desk' });
  const changing = summary(dialog, /^[^a-z]*[\d,]+ (person changes|people change)$/);
  await expect(changing).toBeVisible({ timeout: 30_000 });
  const [change, same, refuse] = [await number(changing), await number(summary(dialog, /so already/)), await number(summary(dialog, /refused/))];
  expect(change + same + refuse).toBe(all);
  expect(change).toBeGreaterThan(200);
  // Who administers the organisation works at no location where the role could be given.
  expect(refuse).toBeGreaterThan(0);

  // Every step that is told on the way, also one that is gone in a moment.
  await dialog.evaluate((element) => {
    const told: number[] = [];
    (window as any).told = told;
    const look = () => {
      const bar = element.querySelector('progress');
      if (bar) told.push(bar.value);
    };
    new MutationObserver(look).observe(element, { childList: true, subtree: true, attributes: true });
  });
  await carryOut(dialog);
  const told = await page.evaluate(() => (window as any).told as number[]);
  expect(told.some((value) => value > 0 && value < all)).toBe(true);
  expect(told).toEqual([...told].sort((a, b) => a - b));

  expect(await number(summary(dialog, /changed$/))).toBe(change);
  expect(await number(summary(dialog, /so already/))).toBe(same);
  const refused = summary(dialog, /refused/);
  expect(await number(refused)).toBe(refuse);
  await refused.click();
  await expect(dialog.locator('.outcome').filter({ hasText: 'refused' }).getByRole('listitem').first()).toContainText('Front Desk is held at a location, not in the whole organization.');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(bar(page)).toBeHidden();
  const { rows, counts } = (await api(page, '/users?tab=active&search=person1&role=front_desk&limit=200')).body;
  expect(counts.active).toBe(change + same);
  expect(rows.every((one: any) => one.assignments.every((held: any) => held.role === 'front_desk'))).toBe(true);
});

test('X3: a role is taken away from several; who has no other keeps it, and the result says so of each', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@heartlab.example');
  const holders = async () => (await api(page, '/users?tab=active&role=workflow_editor&limit=200')).body.rows;
  const before = await holders();
  const several = before.filter((one: any) => one.assignments.length > 1);
  const alone = before.filter((one: any) => one.assignments.length === 1);
  expect(several.length).toBeGreaterThan(1);
  await page.goto('/users?role=workflow_editor');
  await page.getByRole('checkbox', { name: 'Select all that are loaded' }).check();
  await expect(bar(page)).toContainText(`${before.length} selected`);
  await bar(page).getByRole('button', { name: /^Change role/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change role' });
  await dialog.getByLabel('What to do').selectOption('take');
  await dialog.getByLabel('Role', { exact: true }).selectOption({ label: 'Workflow Editor' });
  await expect(dialog.locator('.outcome').first()).toBeVisible();
  await carryOut(dialog);
  const left = await holders();
  expect(await number(summary(dialog, /changed$/))).toBe(before.length - left.length);
  expect(await number(summary(dialog, /refused/))).toBe(left.length);
  expect(left.map(({ id }: any) => id).sort()).toEqual(alone.map(({ id }: any) => id).sort());
});

test('D6: invitations are sent again to everyone who is pending, and each is told about', async ({ page, lanyard }) => {
  test.setTimeout(180_000);
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  const all = await selectMatching(page, 'person', 'invited');
  expect(all).toBeGreaterThan(50);
  await bar(page).getByRole('button', { name: 'Resend Invite' }).click();
  const dialog = page.getByRole('dialog', { name: 'Resend Invite' });
  await carryOut(dialog);
  const changed = summary(dialog, /changed$/);
  expect(await number(changed)).toBe(all);
  await changed.click();
  await expect(dialog.getByRole('listitem')).toHaveCount(all);
  await dialog.getByRole('button', { name: 'Done' }).click();
  const { entries } = (await api(page, `/audit?limit=${all}`)).body;
  expect(entries.filter(({ edit }: any) => edit.resend_invitation)).toHaveLength(all);
});

test('D1, D8: access to a location is given to all who match and taken again; who depends on it keeps it, with the reason', async ({ page, lanyard }) => {
  test.setTimeout(240_000);
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  const { organisation } = (await api(page, '/me')).body.facts;
  const { id: site } = organisation.sites.find((one: any) => one.name === 'Site 007');
  const there = async () => (await api(page, `/users?${new URLSearchParams({ tab: 'active', search: 'person4', site, limit: '200' })}`)).body.rows;
  const before = await there();
  const all = await selectMatching(page, 'person4');
  const dialog = page.getByRole('dialog', { name: 'Change locations' });
  const choose = async (what: string): Promise<void> => {
    await bar(page).getByRole('button', { name: /^Change locations/ }).click();
    await dialog.getByLabel('What to do').selectOption(what);
    await dialog.getByLabel('Location', { exact: true }).selectOption({ label: 'Site 007' });
    await expect(dialog.locator('.outcome').first()).toBeVisible({ timeout: 30_000 });
    await carryOut(dialog);
  };
  await choose('give');
  expect(await number(summary(dialog, /changed$/))).toBe(all - before.length);
  expect(await there()).toHaveLength(all);
  await dialog.getByRole('button', { name: 'Done' }).click();

  expect(await selectMatching(page, 'person4')).toBe(all);
  await choose('take');
  const bound = before.filter((one: any) => one.primary_site === site || one.assignments.length === 1);
  expect(await number(summary(dialog, /changed$/))).toBe(all - bound.length);
  expect((await there()).map(({ id }: any) => id).sort()).toEqual(bound.map(({ id }: any) => id).sort());
  const refused = summary(dialog, /refused/);
  expect(await number(refused)).toBe(bound.length);
  expect(bound.length).toBeGreaterThan(0);
  await refused.click();
  await expect(dialog.locator('.outcome').filter({ hasText: 'refused' }).getByRole('listitem').first()).toContainText(/location/i);
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
