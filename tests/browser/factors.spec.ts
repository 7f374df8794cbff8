// Second factors as the person concerned sees them: setting them up, signing in in two steps, passkeys.
import AxeBuilder from '@axe-core/playwright';
import { authenticator, code } from './factors';
import { type Lanyard, type Page, expect, field, test } from './lanyard';

test.use({ own: 'factors', named: true });

async function password(page: Page, lanyard: Lanyard, email: string): Promise<void> {
  await page.goto('/');
  await field(page, 'Email').fill(email);
  await field(page, 'Password').fill(lanyard.passwordOf(email));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const isIn = (page: Page, by = 'signing in') => expect(page.getByRole('banner'), by).toBeVisible({ timeout: 20_000 });

async function isAccessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map((one) => one.id)).toEqual([]);
}

test('X7: an authenticator app is set up, and signing in takes two steps from then on', async ({ page, lanyard }) => {
  const email = 'admin@riverside.example';
  await password(page, lanyard, email);
  await isIn(page);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible();
  await isAccessible(page);
  const secret = (await dialog.locator('.secret--key').textContent())!;
  // One step back, so that the codes to come are new ones.
  await field(dialog, 'Code').fill(code(secret, Date.now() - 30_000));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  const codes = dialog.locator('.codes li');
  await expect(codes).toHaveCount(10);
  const recovery = (await codes.first().textContent())!;
  await isAccessible(page);
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('10 are left')).toBeVisible();
  await isAccessible(page);

  await page.context().clearCookies();
  await password(page, lanyard, email);
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible({ timeout: 20_000 });
  await expect(field(page, 'Code')).toBeFocused();
  await isAccessible(page);
  await field(page, 'Code').fill('000 000');
  await page.keyboard.press('Enter');
  await expect(page.getByText('That did not work')).toBeVisible();
  const now = code(secret);
  await field(page, 'Code').fill(`${now.slice(0, 3)} ${now.slice(3)}`);
  await page.keyboard.press('Enter');
  await isIn(page);

  await page.context().clearCookies();
  await password(page, lanyard, email);
  await page.getByRole('button', { name: 'Recovery code instead' }).click();
  await field(page, 'Recovery code').fill(recovery.toUpperCase());
  await page.keyboard.press('Enter');
  await isIn(page);
  await page.goto('/account');
  await expect(page.getByText('9 are left')).toBeVisible();
});

test('X7: a passkey is added, and signs its person in as the second step and alone', async ({ page, context, lanyard }) => {
  const known = lanyard.emails().find((one) => one !== 'admin@riverside.example')!;
  const finger = await authenticator(context, page);
  await password(page, lanyard, known);
  await isIn(page, 'a password');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make passkey' }).click();
  await expect(dialog.getByText('Give it a name.')).toBeVisible();
  await field(dialog, 'Name').fill('Front desk');
  await dialog.getByRole('button', { name: 'Make passkey' }).click();
  await expect(dialog.locator('.codes li')).toHaveCount(10);
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('Passkey “Front desk”')).toBeVisible();

  await context.clearCookies();
  await finger(false);
  await password(page, lanyard, known);
  const further = page.getByRole('button', { name: 'Continue with a passkey' });
  await expect(further).toBeVisible();
  await finger(true);
  await further.click();
  await isIn(page, 'a passkey as the second step');

  // By the button, where the browser offers nothing by itself.
  await context.clearCookies();
  const options = '**/api/v1/sign-in/passkey-options';
  await page.route(options, (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', body: '{}' }));
  const nothing = page.waitForResponse(options);
  await page.goto('/');
  await nothing;
  await expect(field(page, 'Email')).toHaveAttribute('autocomplete', 'username webauthn');
  await page.unroute(options);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await isIn(page, 'a passkey by the button');

  // Nothing is pressed: the browser offers the passkey at the field for the address, and a finger takes it.
  await context.clearCookies();
  await page.goto('/');
  await isIn(page, 'a passkey that is offered');

  await page.goto('/account');
  await page.getByRole('button', { name: 'Remove: Passkey “Front desk”' }).click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Remove' }).last().click();
  await expect(page.getByText('Passkey “Front desk”')).toHaveCount(0);
});
