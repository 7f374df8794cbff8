// A front desk's browser: made a shared one, locked with one press, gone on with by PIN.
import AxeBuilder from '@axe-core/playwright';
import { type Page, api, expect, field, open, person, signIn, test } from './lanyard';

test.use({ own: 'desk', hasTouch: true, viewport: { width: 820, height: 1180 } });

const ADMIN = 'admin@riverside.example';
const MANAGER = 'manager@riverside.example';
const PIN = '482910';

async function myAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'My account' }).click();
  await expect(page.getByRole('heading', { name: 'My account', level: 1 })).toBeVisible();
}

test('X8: a shared browser is locked with one press, shows nothing, and gives the work back to its person alone', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  await expect(page.getByRole('button', { name: 'Lock', exact: true })).toBeHidden();
  await myAccount(page);
  await page.getByRole('button', { name: 'Make this browser a shared one' }).click();
  await expect(page.getByText('A name is required.')).toBeVisible();
  await field(page, 'What people call this browser').fill('Front desk, left');
  await page.getByRole('button', { name: 'Make this browser a shared one' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Front desk, left' })).toContainText('This browser');
  const lock = page.getByRole('button', { name: 'Lock', exact: true });
  await expect(lock).toBeVisible();

  // A PIN is judged as it is typed.
  await field(page, 'New PIN').fill('123456');
  await expect(page.getByText('Choose digits without a pattern')).toBeVisible();
  await field(page, 'New PIN').fill(PIN);
  await page.getByRole('button', { name: 'Save PIN' }).click();
  await expect(page.getByText('Your PIN is saved.')).toBeVisible();

  // In the middle of a form.
  await page.getByRole('link', { name: 'Users' }).first().click();
  const { id } = await open(page, 'Noah Cohen');
  await field(page, 'Phone').fill('+1 415 555 0177');
  await lock.tap();
  await expect(page.getByRole('heading', { name: 'Who goes on?' })).toBeVisible();
  await expect(page.getByText('Noah Cohen')).toBeHidden();
  await expect(page.locator('.toast')).toHaveCount(0);
  expect((await api(page, '/me')).status).toBe(401);
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map((one) => one.id)).toEqual([]);

  // A password field has no role of its own.
  const pin = page.getByLabel(/^PIN of/);
  const me = page.getByRole('listitem').getByRole('button').first();
  await me.tap();
  await pin.fill('918273');
  await page.getByRole('button', { name: 'Go on' }).tap();
  await expect(page.getByRole('alert')).toContainText('This PIN does not fit');
  await pin.fill(PIN);
  await page.getByRole('button', { name: 'Go on' }).tap();

  // What was typed is there again, and is saved.
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0177');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toContain('555');

  // Somebody else finds their own screen, not the one before.
  await lock.tap();
  await page.getByRole('button', { name: 'Sign in with a password' }).tap();
  await expect(field(page, 'Email')).toHaveValue('');
  await field(page, 'Email').fill(MANAGER);
  await field(page, 'Password').fill(lanyard.passwordOf(MANAGER));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('button', { name: /^Account of/ })).toBeVisible();
  const manager = await person(page, MANAGER);
  expect((await api(page, '/me')).body.user.id).toBe(manager.id);
  await expect(page.getByRole('button', { name: 'Lock', exact: true })).toBeVisible();
});
