// Settings › Embedding: origins judged as they are typed, keys that are shown once, and what ends with each.
import { elsewhere, expect, field, sendEdit, signIn, test } from './lanyard';

test.use({ own: 'embedding' });

const ADMIN = 'admin@riverside.example';
const ORIGIN = 'https://portal.example';

test('X8: an administrator allows an origin, makes a key that opens the API for a host, and ends both', async ({ page, lanyard, request }) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Embedding' }).click();
  await expect(page.getByRole('heading', { name: 'Embedding', level: 1 })).toBeVisible();
  await expect(page.getByText('No origin is allowed yet')).toBeVisible();

  // Judged once something was typed, and then with every key.
  await field(page, 'Origin').fill('portal.example');
  await page.keyboard.press('Tab');
  await expect(page.getByText('An origin begins with https')).toBeVisible();
  await field(page, 'Origin').fill(`${ORIGIN}/`);
  await expect(page.getByText('Leave out what comes after the host')).toBeVisible();
  await field(page, 'Origin').fill(ORIGIN);
  await expect(page.getByText('Leave out what comes after the host')).toHaveCount(0);
  await page.keyboard.press('Enter');
  const allowed = page.getByRole('listitem').filter({ hasText: ORIGIN });
  await expect(allowed).toContainText('Allowed by');

  // A key without a name says so; made, it is shown once.
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a key' });
  await dialog.getByRole('button', { name: 'Make a key' }).click();
  await expect(dialog.getByText('A name is required.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Portal');
  await dialog.getByRole('button', { name: 'Make a key' }).click();
  const shown = dialog.getByRole('group', { name: 'The API key' });
  await expect(shown).toContainText(/^\s*lyk_[0-9a-f]{64}\s*$/);
  const key = (await shown.textContent())!.trim();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await expect(dialog).toBeHidden();
  const line = page.getByRole('listitem').filter({ hasText: key.slice(0, 12) });
  await expect(line).toContainText('Never used.');
  await expect(page.locator('body')).not.toContainText(key);

  const ask = () =>
    request.post(`${lanyard.address}/api/v1/embed/sessions`, {
      headers: { authorization: `Bearer ${key}` },
      data: { user: { login_email: ADMIN }, elements: ['users'], access: 'read' },
    });
  expect((await ask()).status()).toBe(201);

  // What to copy is filled in.
  await page.reload();
  await expect(line).toContainText('Last used');
  await page.getByRole('tab', { name: 'iframe' }).click();
  await expect(page.getByRole('group', { name: 'On your page' })).toContainText('/embed/users?organisation=');

  // Its end, and what ends with it.
  await line.getByRole('button', { name: 'Revoke Portal' }).click();
  const revoking = page.getByRole('dialog', { name: 'Revoke the key' });
  await expect(revoking).toContainText('Ends at once for 1 person');
  await revoking.getByRole('button', { name: 'Revoke' }).click();
  await expect(line).toContainText('Revoked by');
  expect((await ask()).status()).toBe(401);

  await allowed.getByRole('button', { name: `Remove ${ORIGIN}` }).click();
  await page.getByRole('dialog', { name: 'Remove the origin' }).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('No origin is allowed yet')).toBeVisible();
});

test('X4: whoever does not administer embedding has no way to it', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'manager@riverside.example');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await expect(page.getByRole('menuitem', { name: 'My account' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Embedding' })).toHaveCount(0);
});

test('X8: a live example is the element itself, follows its attributes, only reads, and ends with the page', async ({
  page,
  lanyard,
  request,
}) => {
  await signIn(page, lanyard, ADMIN, '/embedding');
  const asked = page.waitForRequest((request) => request.url().includes('/api/v1/users') && 'authorization' in request.headers());
  await page.getByRole('button', { name: 'Show the example' }).click();
  const users = page.locator('lanyard-users');
  await expect(users.getByRole('row').nth(2)).toBeVisible();
  await expect(users.getByRole('button', { name: 'Invite' })).toHaveCount(0);
  const token = (await (await asked).allHeaders()).authorization!;
  expect(token).toMatch(/^Bearer lyt_[0-9a-f]{64}$/);

  // The attributes, and what a host would write for them.
  const written = page.getByRole('group', { name: 'On your page' }).first();
  await expect(written).toHaveText('<lanyard-users token-endpoint="/lanyard-token"></lanyard-users>');
  const root = users.locator('.lanyard--widget');
  const background = () => root.evaluate((root) => getComputedStyle(root).backgroundColor);
  const rowHeight = async () => (await users.getByRole('row').nth(2).boundingBox())!.height;
  const choose = (label: string, value: string) => page.getByLabel(label, { exact: true }).selectOption(value);
  await choose('Colors', 'light');
  await expect(root).toHaveAttribute('data-theme', 'light');
  const light = await background();
  await choose('Colors', 'dark');
  await expect.poll(background).not.toBe(light);
  await choose('Density', 'comfortable');
  const comfortable = await rowHeight();
  await choose('Density', 'compact');
  await expect.poll(rowHeight).toBeLessThan(comfortable);
  const tabs = await users.getByRole('tablist').textContent();
  await choose('Language', 'fr');
  await expect(users.getByRole('tablist')).not.toHaveText(tabs!);
  // The console around it keeps its own.
  await expect(page.getByRole('heading', { name: 'Embedding', level: 1 })).toBeVisible();
  await page.getByRole('switch', { name: 'Only look' }).click();
  await expect(written).toHaveText(
    '<lanyard-users token-endpoint="/lanyard-token" theme="dark" density="compact" locale="fr" readonly></lanyard-users>',
  );

  // Another element takes its place.
  for (const name of ['roles', 'activity', 'user']) {
    await choose('Element', name);
    const element = page.locator(`lanyard-${name}`);
    await expect(element.locator('.page').first()).toBeVisible();
    await expect(element.locator('.note--error')).toHaveCount(0);
    await expect(users).toHaveCount(0);
  }

  // Good in our own pages alone, and over when the page is left.
  const status = async (origin: string) =>
    (await request.get(`${lanyard.address}/api/v1/me`, { headers: { authorization: token, origin } })).status();
  expect(await status('https://portal.example')).toBe(403);
  expect(await status(lanyard.address)).toBe(200);
  await page.getByRole('link', { name: 'Users' }).first().click();
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  await expect.poll(() => status(lanyard.address)).toBe(401);
  // The console works on as before.
  await expect(page.getByRole('row').nth(2)).toBeVisible();
});

test('what another administrator settles about embedding appears by itself', async ({ page, lanyard, browser }) => {
  const live = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/live'));
  await signIn(page, lanyard, ADMIN, '/embedding');
  await expect(field(page, 'Origin')).toBeVisible();
  await live;
  const other = await elsewhere(browser, lanyard, ADMIN);
  const origin = 'https://intranet.example';
  expect((await sendEdit(other, { allow_origin: { origin } })).status).toBe(200);
  const line = page.getByRole('listitem').filter({ hasText: origin });
  await expect(line).toContainText('Allowed by');
  expect((await sendEdit(other, { remove_origin: { origin } })).status).toBe(200);
  await expect(line).toHaveCount(0);
  await other.context().close();
});
