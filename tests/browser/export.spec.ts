// What a list shows, as a file.
import { readFile } from 'node:fs/promises';
import { expect, signIn, test, type Page } from './lanyard';

const CLINIC = 'admin@riverside.example';

async function take(page: Page, format: RegExp): Promise<{ name: string; text: string }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export this list' }).click();
  await page.getByRole('menuitem', { name: format }).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

test('the people that a search shows are taken out as CSV and as JSON, and the export is on record', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  await page.getByRole('searchbox').fill('garcia');
  await expect(page.getByText('1 person', { exact: true })).toBeVisible();
  const csv = await take(page, /^CSV/);
  expect(csv.name).toMatch(/\.csv$/);
  expect(csv.text).toContain('Ana García');
  expect(csv.text.trim().split('\r\n')).toHaveLength(2);
  await expect(page.getByText(`${csv.name}: 1 row`)).toBeVisible();
  const json = await take(page, /^JSON/);
  expect(JSON.parse(json.text).map(({ name }: any) => name)).toEqual(['Ana García']);

  await page.getByRole('navigation').getByRole('link', { name: 'Activity' }).first().click();
  await expect(page.getByText(/export/i).nth(1)).toBeVisible();
  const record = await take(page, /^CSV/);
  expect(record.text.split('\r\n').length).toBeGreaterThan(2);
});

test('an export that fails says so and leaves no file', async ({ page, lanyard }) => {
  await signIn(page, lanyard, CLINIC);
  await page.route('**/api/v1/users/export*', (route) => route.abort());
  await page.getByRole('button', { name: 'Export this list' }).click();
  await page.getByRole('menuitem', { name: /^CSV/ }).click();
  await expect(page.getByText(/No file was made\. No connection/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Export this list' })).toBeVisible();
});
