// The policy as its source: checked as one types, previewed, published, compared, gone back from.
import AxeBuilder from '@axe-core/playwright';
import { api, expect, signIn, test, type Page } from './lanyard';

test.use({ own: 'policy' });

const CLINIC = 'admin@riverside.example';
const source = (page: Page) => page.getByRole('textbox', { name: 'Policy as TOML' });
const panel = (page: Page) => page.getByRole('complementary');

async function open(page: Page): Promise<string> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Policy' }).click();
  await expect(source(page)).toBeVisible();
  return source(page).inputValue();
}

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
