// What a sign-in by the identity provider does not do alone: prove anew who one is, and stand for a second factor.
import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { code } from './factors';
import { type Page, api, expect, field, signIn } from './lanyard';
import { provided, signInThere } from './provider';

provided.use({ own: 'openid-proof' });

const ADMIN = 'admin@riverside.example';

const isIn = (page: Page) => expect(page.getByRole('banner')).toBeVisible({ timeout: 20_000 });

async function byProvider(page: Page): Promise<void> {
  await page.goto('/sign-in/riverside');
  await page.getByRole('button', { name: 'Continue with Riverside ID' }).click();
  await signInThere(page, 'maya');
}

/** The policy in force, changed. */
async function change(page: Page, to: (source: string) => string): Promise<void> {
  const { version, source } = (await api(page, '/policy')).body;
  const changed = to(source);
  expect(changed).not.toBe(source);
  const published = await api(page, '/policy', { source: changed, seen_version: version, idempotency_key: randomUUID() });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
}

async function set(page: Page, issuer: string): Promise<void> {
  const settings = { name: 'Riverside ID', issuer, client_id: 'lanyard', link: 'riverside', domains: [{ name: 'riverside.example', only_way: false }] };
  const status = await page.evaluate(
    async (body) => {
      const answer = await fetch('/api/v1/identity-provider', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      return answer.status;
    },
    { provider: settings, secret: 'new', client_secret: 'a-secret-of-the-scenarios', seen: null, idempotency_key: randomUUID() },
  );
  expect(status).toBe(200);
}

provided('X8: what is sensitive is proved by the provider beside the page, and a second factor follows it', async ({
  page,
  context,
  lanyard,
  provider,
}) => {
  provided.setTimeout(240_000);
  await signIn(page, lanyard, ADMIN);
  await set(page, provider);
  await change(page, (source) => source.replace(/proof_minutes = \d+/, 'proof_minutes = 1'));

  await context.clearCookies();
  await byProvider(page);
  await isIn(page);
  expect((await api(page, '/session')).body.is_proved).toBe(true);
  // A minute later what was proved is old. What is typed then waits behind the dialog.
  await expect.poll(async () => (await api(page, '/session')).body.is_proved, { timeout: 120_000, intervals: [5_000] }).toBe(false);
  await page.goto('/identity-provider');
  await page.getByRole('button', { name: 'Remove the identity provider' }).click();
  await page.getByRole('dialog', { name: 'Remove the identity provider' }).getByRole('button', { name: 'Remove', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(dialog).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);
  const opened = context.waitForEvent('page');
  await dialog.getByRole('button', { name: 'Continue with Riverside ID' }).click();
  const beside = await opened;
  // It asks, though it knows who they are.
  await signInThere(beside, 'maya');
  await isIn(beside);
  expect((await api(beside, '/session')).body.is_proved).toBe(true);
  await beside.close();
  await page.bringToFront();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(dialog).toBeHidden();
  await expect(page.getByText('None is set: people sign in with their passwords.')).toBeVisible();

  // A second factor is set up, and then the role requires one; however long that takes here, and took until here.
  await context.clearCookies();
  await signIn(page, lanyard, ADMIN);
  await change(page, (source) => source.replace(/proof_minutes = \d+/, 'proof_minutes = 15'));
  await set(page, provider);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const phone = page.getByRole('dialog');
  const secret = (await phone.locator('.secret--key').textContent())!;
  // One step back, so that the code to come is a new one.
  await field(phone, 'Code').fill(code(secret, Date.now() - 30_000));
  await phone.getByRole('button', { name: 'Confirm' }).click();
  await phone.getByRole('button', { name: 'I have kept them' }).click();
  await change(page, (source) => source.replace(/^id = "administrator"$/m, '$&\nrequires_second_factor = true'));
  await context.clearCookies();
  await byProvider(page);
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible({ timeout: 20_000 });
  expect((await api(page, '/me')).status).toBe(401);
  expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);
  // One that is still good when it arrives.
  await expect.poll(() => 30_000 - (Date.now() % 30_000), { timeout: 15_000 }).toBeGreaterThan(10_000);
  await field(page, 'Code').fill(code(secret));
  await page.keyboard.press('Enter');
  await isIn(page);
  expect((await api(page, '/me')).body.user.profile.login_email).toBe(ADMIN);
});
