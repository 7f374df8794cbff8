// Setting the organisation's identity provider in the console, and signing in by it: a real OpenID provider beside the server.
import { callback, provided as test, signInThere } from './provider';
import { api, elsewhere, expect, field, sendEdit, signIn } from './lanyard';

test.use({ own: 'identity' });

const ADMIN = 'admin@riverside.example';

test('X7: an administrator sets the identity provider, tries it, and removes it again; all of it is on record', async ({ page, browser, provider, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Identity provider' }).click();
  await expect(page.getByText('None is set: people sign in with their passwords.')).toBeVisible();
  await expect(field(page, 'Redirect address')).toHaveValue(await callback(lanyard));

  // What is missing or wrong is told at its field, and nothing typed is lost.
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('This is needed.')).toHaveCount(4);
  await field(page, 'Name').fill('Riverside ID');
  await field(page, 'Client ID').fill('lanyard');
  await field(page, 'Client secret').fill('a-secret-of-the-scenarios');
  await field(page, 'Name of the sign-in page').fill('riverside');
  await field(page, 'Domains').fill('riverside.example\nelsewhere.example');
  await field(page, 'Issuer').fill('http://id.example');
  await expect(page.getByText('The issuer has to begin with https')).toBeVisible();
  await field(page, 'Issuer').fill(provider.replace('127.0.0.1', 'localhost'));
  await page.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText('The provider calls itself by another name')).toBeVisible();
  await expect(page.getByText(`Its description says: ${provider}`)).toBeVisible();
  await field(page, 'Issuer').fill(provider);
  await page.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText('The provider answers, under exactly this issuer.')).toBeVisible();

  // What only the server knows comes back to the same field.
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Nobody active here signs in with an address at elsewhere.example')).toBeVisible();
  await field(page, 'Domains').fill('riverside.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/^Riverside ID signs people in\./)).toBeVisible();
  await expect(field(page, 'Client secret')).toHaveValue('');
  await expect(page.getByText('One is kept. Type another one to replace it.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open its sign-in page' })).toHaveAttribute('href', '/sign-in/riverside');

  const context = await browser.newContext({ baseURL: lanyard.address });
  const other = await context.newPage();
  await other.goto('/sign-in/riverside');
  await other.getByRole('button', { name: 'Continue with Riverside ID' }).click();
  await signInThere(other, 'maya');
  await expect(other.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  expect((await api(other, '/me')).body.user.profile.login_email).toBe(ADMIN);
  await context.close();

  await page.getByRole('button', { name: 'Remove the identity provider' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove the identity provider' });
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('None is set: people sign in with their passwords.')).toBeVisible();
  await page.goto('/activity');
  await expect(page.getByText('Set the identity provider Riverside ID').first()).toBeVisible();
  await expect(page.getByText('Removed the identity provider').first()).toBeVisible();
});

test('X6: what another administrator settles appears by itself, and takes nothing that is being typed', async ({ page, browser, provider, lanyard }) => {
  const live = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/live'));
  await signIn(page, lanyard, ADMIN, '/identity-provider');
  await expect(page.getByText('None is set: people sign in with their passwords.')).toBeVisible();
  await live;
  const other = await elsewhere(browser, lanyard, ADMIN);
  const set = async (name: string, seen: number | null) => {
    const settings = { name, issuer: provider, client_id: 'lanyard', link: 'riverside', domains: [] };
    const body = { provider: settings, secret: 'none', seen, idempotency_key: crypto.randomUUID() };
    expect((await api(other, '/identity-provider', body, 'PUT')).status).toBe(200);
    return (await api(other, '/identity-provider')).body.changed_at;
  };
  const first = await set('Theirs', null);
  await expect(page.getByText(/^Theirs signs people in\./)).toBeVisible();
  await expect(field(page, 'Name')).toHaveValue('Theirs');
  await field(page, 'Name').fill('Mine');
  await set('Theirs again', first);
  await expect(page.getByText('Somebody else has changed the identity provider')).toBeVisible();
  await expect(field(page, 'Name')).toHaveValue('Mine');
  // Nobody leaves what they have typed without being asked.
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Nothing was overwritten.')).toBeVisible();
  await page.getByRole('button', { name: 'Show theirs' }).click();
  await expect(field(page, 'Name')).toHaveValue('Theirs again');
  expect((await sendEdit(other, 'remove_identity_provider')).status).toBe(200);
  await expect(page.getByText('None is set: people sign in with their passwords.')).toBeVisible();
  await other.context().close();
});

test('X4: whoever does not write the policy has no way to the identity provider', async ({ browser, lanyard }) => {
  const page = await elsewhere(browser, lanyard, 'manager@riverside.example');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await expect(page.getByRole('menuitem', { name: 'My account' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Identity provider' })).toHaveCount(0);
  expect((await api(page, '/identity-provider')).status).toBe(403);
  await page.context().close();
});
