// Signing in by the identity provider of one's organisation, through its own form: a real OpenID provider beside the server.
import { spawnSync } from 'node:child_process';
import AxeBuilder from '@axe-core/playwright';
import { type Lanyard, api, expect, field } from './lanyard';
import { provided, signInThere } from './provider';

/** Set by the command line. */
const test = provided.extend<object, { byHand: string }>({
  byHand: [
    async ({ lanyard, provider }, use) => {
      set(lanyard, provider);
      await use(provider);
    },
    { scope: 'worker' },
  ],
});
test.use({ own: 'openid' });

/** What whoever runs the server does: the command line, beside the server that runs. */
function set(lanyard: Lanyard, issuer: string): void {
  const words = ['provider', 'set', 'Riverside Clinics', '--issuer', issuer, '--client-id', 'lanyard', '--name', 'Riverside ID'];
  const more = ['--link', 'riverside', '--domain', 'riverside.example', '--public-url', lanyard.address, '--database-url', lanyard.databaseUrl];
  const done = spawnSync(process.env.LANYARD_BIN!, [...words, ...more], {
    env: { ...process.env, LANYARD_CLIENT_SECRET: 'a-secret-of-the-scenarios' },
    encoding: 'utf8',
  });
  expect(done.status, done.stderr).toBe(0);
  expect(done.stdout).toContain(`${lanyard.address}/api/v1/sign-in/callback/`);
}

test('who types an address of the organisation is led to its provider, and comes back signed in', async ({ page, byHand: provider }) => {
  await page.goto('/');
  const button = page.getByRole('button', { name: 'Continue with Riverside ID' });
  await field(page, 'Email').fill('somebody@elsewhere.example');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(button).toHaveCount(0);
  await field(page, 'Email').fill('admin@riverside.example');
  await expect(button).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);
  await button.click();
  await expect(page).toHaveURL(new RegExp(`^${provider}`));
  // What was typed is not to be typed again.
  await expect(page.getByPlaceholder('Enter any login')).toHaveValue('admin@riverside.example');
  await signInThere(page, 'maya');
  await expect(page.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  await expect(page).toHaveURL(/\/(users)?$/);
  expect((await api(page, '/me')).body.user.profile.login_email).toBe('admin@riverside.example');
});

test('the organisation’s own page offers its provider at once, and says what went wrong there', async ({ page, byHand: provider }) => {
  await page.goto('/sign-in/riverside');
  await page.getByRole('button', { name: 'Continue with Riverside ID' }).click();
  await expect(page).toHaveURL(new RegExp(`^${provider}`));
  await page.getByRole('link', { name: 'Cancel' }).click();
  const told = page.getByRole('alert');
  await expect(told).toContainText('You came back without signing in');
  await page.getByRole('button', { name: 'Continue with Riverside ID' }).click();
  await signInThere(page, 'nobody');
  await expect(told).toContainText('No account can be used with the address that you signed in with');
  await expect(told).toContainText('Contact your System Administrator');
  expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);
  // A password still works here, for whoever has one.
  await field(page, 'Email').fill('admin@riverside.example');
  await field(page, 'Password').fill('not the password at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(told).toContainText('cannot be used to sign in');
});
