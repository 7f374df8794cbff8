// The policy as its source: checked as one types, previewed, published, compared, gone back from.
import AxeBuilder from '@axe-core/playwright';
import { api, expect, field, signIn, test, type Page } from './lanyard';

test.use({ own: 'policy' });

const CLINIC = 'admin@riverside.example';
const LABORATORY = 'admin@heartlab.example';
const source = (page: Page) => page.getByRole('textbox', { name: 'Policy as TOML' });
const panel = (page: Page) => page.getByRole('complementary');

async function open(page: Page): Promise<string> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Policy' }).click();
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(source(page)).toBeVisible();
  return source(page).inputValue();
}

const forms = (page: Page) => page.getByRole('tab', { name: 'Forms' }).click();
const text = async (page: Page): Promise<string> => {
  await page.getByRole('tab', { name: 'Source' }).click();
  return source(page).inputValue();
};

test('a policy is changed by forms, in place in its source, and checked and previewed as one types', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  const before = await open(page);
  await source(page).fill(`# Ours since 2019.\n${before}`);
  await forms(page);
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Nurse' });
  const name = page.getByRole('textbox', { name: 'Name of the role' });
  await name.fill('');
  await expect(page.getByRole('button', { name: /^Publish version/ })).toBeDisabled();
  await expect(panel(page).getByRole('button', { name: /Go to line/ }).first()).toBeVisible();
  await name.fill('Nursing staff');
  await page.getByRole('checkbox', { name: 'Delete appointments' }).check();
  await page.getByRole('textbox', { name: 'Instead of “Location”', exact: true }).fill('Branch');
  await page.getByLabel('Another domain than one’s own').selectOption({ label: 'Has to be confirmed' });
  await page.getByRole('textbox', { name: 'Failed sign-ins until an account locks' }).fill('4');
  await expect(panel(page).getByText(/differences? from the version in force/)).toBeVisible();
  await expect(panel(page).getByText('Everyone fits it.')).toBeVisible();
  await expect(panel(page)).toContainText('Everyone stays signed in; the new rights apply at once.');
  await expect(page.getByRole('button', { name: /^Publish version/ })).toBeEnabled();
  await page.getByRole('tab', { name: 'Source' }).click();
  // What was typed last gets into the source when its field is left.
  await expect(source(page)).toHaveValue(/lock_after = 4/);
  const after = await text(page);
  for (const part of ['# Ours since 2019.', 'name = "Nursing staff"', 'site = "Branch"', 'other_domain = "confirm"', 'lock_after = 4'])
    expect(after).toContain(part);
  expect(after.split('[[role]]').find((role) => role.includes('id = "nurse"'))).toContain('"calendar.delete"');
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  await expect(source(page)).toHaveValue(before);
  await forms(page);
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Nurse' });
  await expect(name).toHaveValue('Nurse');
});

test('what is typed into the source while a form’s change is on its way stays, and so does the change', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  const before = await open(page);
  let asked = 0;
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/v1/policy/revise', async (route) => {
    asked += 1;
    if (asked === 1) await held;
    await route.continue();
  });
  await forms(page);
  await page.getByLabel('Another domain than one’s own').selectOption({ label: 'Has to be confirmed' });
  await expect.poll(() => asked).toBe(1);
  await page.getByRole('tab', { name: 'Source' }).click();
  await source(page).fill(`# Typed meanwhile.\n${before}`);
  answer();
  await expect(source(page)).toHaveValue(/other_domain = "confirm"/);
  await expect(source(page)).toHaveValue(/^# Typed meanwhile\.\n/);
  await expect(panel(page).getByText(/differences? from the version in force/)).toBeVisible();
  await page.getByRole('button', { name: 'Discard the draft' }).click();
});

test('a role is added and another one taken out by forms, and who would lose it is told before', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  await open(page);
  await forms(page);
  await page.getByRole('button', { name: 'Add a role' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a role' });
  await expect(dialog.getByRole('button', { name: 'Add a role' })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Name of the role' }).fill('Locum');
  await dialog.getByLabel('Where it is held').selectOption({ label: 'At each site' });
  await dialog.getByRole('button', { name: 'Add a role' }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the role' })).toHaveValue('Locum');
  await expect(panel(page).getByText('Everyone fits it.')).toBeVisible();
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Billing Manager' });
  await page.getByRole('button', { name: 'Remove Billing Manager' }).click();
  await expect(panel(page).getByText(/would not fit any more|to put right/).filter({ visible: true }).first()).toBeVisible();
  const after = await text(page);
  expect(after).toContain('[[role]]\nid = "locum"\nname = "Locum"\nscope = "site"\n');
  expect(after).not.toContain('id = "billing_manager"');
});

test('a preset is compared with the policy in force, and becomes the draft that is changed', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  const before = await open(page);
  await page.getByRole('button', { name: /^Start from a preset/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Start from a preset/ });
  await expect(dialog.getByRole('button', { name: 'Use it as the draft' })).toBeDisabled();
  await dialog.getByRole('radio', { name: 'Artera' }).check();
  await expect(dialog.getByText(/differences from the version in force/)).toBeVisible();
  await expect(dialog.getByText(/people would not fit any more/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Use it as the draft' }).click();
  await expect(source(page)).toHaveValue(/name = "Artera"/);
  await expect(panel(page).getByText(/would not fit any more/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Publish version/ })).toBeDisabled();
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  await expect(source(page)).toHaveValue(before);
});

test('what is wrong is found as one types, and a click goes to its line', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  const before = await open(page);
  await source(page).fill(before.replace('"billing.payments",', '"billing.nonsense",'));
  const finding = panel(page).getByRole('button', { name: /Go to line/ }).first();
  await expect(finding).toContainText('billing.nonsense');
  await expect(page.getByRole('button', { name: /^Publish version/ })).toBeDisabled();
  await finding.click();
  const selected = await source(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
  expect(selected).toContain('billing.nonsense');
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  await expect(source(page)).toHaveValue(before);
});

test('who would not fit is seen before it is confirmed and published; the way back is a version too', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  const before = await open(page);
  const first = (await api(page, '/policy')).body.version;
  await source(page).fill(`${before.replace(/\[\[field\]\]\nid = "phone"[\s\S]*?(?=\n\[|$)/, '')}\n[[field]]\nid = "phone"\nlabel = "Cell Phone"\nneed = "required"\n`);
  await expect(panel(page).getByText(/would not fit any more/).first()).toBeVisible();
  await expect(panel(page).getByText('Cell Phone is required.').first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target)}`)).toEqual([]);
  const publish = page.getByRole('button', { name: `Publish version ${first + 1}` });
  await expect(publish).toBeDisabled();
  await panel(page).getByRole('checkbox').check();
  await panel(page).getByRole('textbox', { name: 'Why' }).fill('Everyone is called');
  await publish.click();
  await expect(page.getByText(`Version ${first + 1} is in force`).first()).toBeVisible();

  await page.getByRole('tab', { name: /^Versions/ }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Everyone is called' })).toContainText('In force');
  await expect(page.getByText('Cell Phone').first()).toBeVisible();
  await page.getByRole('button', { name: `Go back to version ${first}` }).click();
  await expect(source(page)).toHaveValue(before);
  await page.getByRole('button', { name: `Publish version ${first + 2}` }).click();
  await expect(page.getByText(`Version ${first + 2} is in force`).first()).toBeVisible();
  expect((await api(page, '/policy')).body.version).toBe(first + 2);
});

test('O8: who holds what is to exclude each other is told, opened beside the draft, and the rule holds once it is published', async ({ page, context, lanyard }) => {
  await signIn(page, lanyard, LABORATORY);
  await open(page);
  await forms(page);
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Chart Editor' });
  const excluded = page.getByRole('group', { name: 'Cannot be held together with' });
  await excluded.getByRole('checkbox', { name: 'Workflow Editor' }).check();
  await expect(panel(page)).toContainText(/would not fit any more/);
  await expect(panel(page).getByText('Chart Editor and Workflow Editor cannot be held together.').first()).toBeVisible();
  await expect(panel(page)).toContainText('A name opens in a new tab; the draft stays here.');

  const beside = context.waitForEvent('page');
  await panel(page).getByRole('link', { name: 'editor@heartlab.example', exact: true }).click();
  const other = await beside;
  await expect(field(other, 'Email')).toHaveValue('editor@heartlab.example');
  await other.close();
  await expect(excluded.getByRole('checkbox', { name: 'Workflow Editor' })).toBeChecked();

  await panel(page).getByRole('checkbox').check();
  await page.getByRole('button', { name: /^Publish version/ }).click();
  await expect(page.getByText(/^Version \d+ is in force/).first()).toBeVisible();
  await page.goto('/invite');
  const dialog = page.getByRole('dialog', { name: 'Create User' });
  const role = (name: string) => dialog.getByRole('button', { name, exact: true });
  await role('Chart Editor').click();
  await expect(role('Chart Editor')).toHaveAttribute('aria-pressed', 'true');
  await role('Workflow Editor').click();
  await expect(role('Workflow Editor')).toHaveAttribute('aria-pressed', 'true');
  await expect(role('Chart Editor')).toHaveAttribute('aria-pressed', 'false');
});

test('X6: a version that was published meanwhile is not overwritten, and the draft is kept', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  const before = await open(page);
  const draft = `${before}\n# ours\n`.replace('Books appointments', 'Makes appointments');
  await source(page).fill(draft);
  const publish = page.getByRole('button', { name: /^Publish version/ });
  await expect(publish).toBeEnabled();
  const { version } = (await api(page, '/policy')).body;
  const other = { source: `${before}\n# theirs\n`.replace('takes payments', 'takes money'), note: '', seen_version: version, confirmations: [], idempotency_key: crypto.randomUUID() };
  expect((await api(page, '/policy', other)).status).toBe(200);
  await publish.click();
  await expect(page.getByText(`Version ${version + 1} was published meanwhile`)).toBeVisible();
  await expect(source(page)).toHaveValue(draft);
  await page.getByRole('navigation').getByRole('link', { name: 'Roles' }).first().click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await expect(source(page)).toHaveValue(draft);
});
