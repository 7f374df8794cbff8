// A staff roster becomes accounts: what would happen with every row, put right in place, done once.
import { join } from 'node:path';
import { expect, signIn, test } from './lanyard';

const ROSTER = join(__dirname, '..', 'rosters', 'riverside.csv');

test('a roster is read, put right, carried out, and the second time nothing is left to do', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@riverside-new.example', '/import');
  await page.getByLabel('Choose a file').setInputFiles(ROSTER);
  const needs = page.getByRole('tab', { name: /^Needs you/ });
  await expect(needs).toBeVisible();
  const count = async () => Number((await needs.innerText()).replace(/\D/g, ''));
  const first = await count();
  expect(first).toBeGreaterThan(0);

  await page.getByRole('button', { name: /^Use all \d+ proposals/ }).click();
  await expect.poll(count).toBeLessThan(first);
  const second = await count();

  const row = page.getByRole('listitem').filter({ hasText: 'David Parker' });
  const address = row.getByRole('textbox', { name: 'Work Email' });
  await address.fill('david.parker@riverside-clinics.example');
  await address.press('Enter');
  await expect.poll(count).toBe(second - 1);

  await page.getByRole('checkbox', { name: /^Leave out the \d+ rows/ }).click();
  await page.getByRole('button', { name: /^Create \d+/ }).click();
  await expect(page.getByText(/Done\. \d+ people were imported\./)).toBeVisible({ timeout: 60_000 });

  await page.goto('/import');
  await page.getByLabel('Choose a file').setInputFiles(ROSTER);
  await page.getByRole('button', { name: /^Use all \d+ proposals/ }).click();
  await expect(page.getByRole('button', { name: 'Nothing to import' })).toBeVisible();
  await expect(page.getByRole('tab', { name: /^(Create|Change|Deactivate)/ })).toHaveCount(0);
});
