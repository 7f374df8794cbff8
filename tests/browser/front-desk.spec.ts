// The front desk's tablet as it is held: half of the screen, a keyboard over the other half, a lock while the network is
// gone, and a new version of the app in the middle of the work.
import { createServer, request as forward, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { api, expect, field, signIn, test, type Lanyard, type Page } from './lanyard';
import { faults, isThere, small } from './look';

test.use({ own: 'front-desk', hasTouch: true, viewport: { width: 820, height: 1180 }, serviceWorkers: 'allow' });

const ADMIN = 'admin@riverside.example';
const PIN = '482910';

/** Waits until the service worker has everything, serves this page and keeps what is read. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

const kept = (page: Page): Promise<number> =>
  page.evaluate(async () => ((await caches.has('lanyard-read')) ? (await (await caches.open('lanyard-read')).keys()).length : 0));

test('X8: locked without a network, what was read is gone, and unlocking says that it takes the network', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await isKept(page);
  await page.goto('/account');
  await field(page, 'What people call this browser').fill('Front desk, right');
  await page.getByRole('button', { name: 'Make this browser a shared one' }).tap();
  await field(page, 'New PIN').fill(PIN);
  await page.getByRole('button', { name: 'Save PIN' }).tap();
  await expect(page.getByText('Your PIN is saved.')).toBeVisible();
  const { id, name } = (await api(page, '/users?role=front_desk&limit=5')).body.rows[0];
  await page.goto(`/users/${id}`);
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expect.poll(() => kept(page)).toBeGreaterThan(1);

  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Lock', exact: true }).tap();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeHidden();
  expect(await kept(page)).toBe(0);
  // Nobody gets in without the network, in this page or in one that is opened anew, and it says why.
  await expect(page.getByText('No connection. Signing in takes the network', { exact: false })).toBeVisible({ timeout: 20_000 });
  const next = await page.context().newPage();
  await next.goto(`/users/${id}`);
  await expect(next.getByRole('alert')).toBeVisible({ timeout: 30_000 });
  await expect(next.getByText(name)).toHaveCount(0);
  await expect(next.getByRole('banner')).toHaveCount(0);
  await next.close();

  // With it: who goes on is asked by itself, and the session of before is over before anything else is.
  await page.context().setOffline(false);
  await expect(page.getByRole('heading', { name: 'Who goes on?' })).toBeVisible({ timeout: 20_000 });
  await page.getByRole('listitem').getByRole('button').first().tap();
  await page.getByLabel(/^PIN of/).fill(PIN);
  await page.getByRole('button', { name: 'Go on' }).tap();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
});

/** The same server, with a service worker of whichever version is wanted: what a newer build is to a browser. */
async function withVersions(lanyard: Lanyard): Promise<{ address: string; server: Server; version: (name: string) => void }> {
  let version = '';
  const to = new URL(lanyard.address);
  const server = createServer((asked, answer) => {
    // What is known already is of another version.
    const { 'if-none-match': _known, ...headers } = asked.headers;
    const onward = forward(
      { host: to.hostname, port: to.port, method: asked.method, path: asked.url, headers: { ...headers, 'accept-encoding': 'identity' } },
      (given) => {
        if (asked.url !== '/service-worker.js' || !version) {
          answer.writeHead(given.statusCode!, given.headers);
          given.pipe(answer);
          return;
        }
        const { 'content-length': _, etag: __, ...headers } = given.headers;
        answer.writeHead(given.statusCode!, headers);
        let text = '';
        given.setEncoding('utf8').on('data', (part: string) => (text += part));
        given.on('end', () => answer.end(text.replace(/const VERSION = '[^']*'/, `const VERSION = '${version}'`)));
      },
    );
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, server, version: (name) => (version = name) };
}

test('X6: a newer version of the app is announced, waits for an edit in hand, and is taken when one says so', async ({ browser, lanyard }) => {
  const { address, server, version } = await withVersions(lanyard);
  const context = await browser.newContext({ baseURL: address, hasTouch: true, viewport: { width: 820, height: 1180 } });
  const page = await context.newPage();
  await signIn(page, lanyard, ADMIN);
  await isKept(page);
  const { id } = (await api(page, '/users?role=front_desk&limit=5')).body.rows[1];
  await page.goto(`/users/${id}`);
  await field(page, 'Phone').fill('+1 415 555 0171');
  await page.evaluate(() => ((window as any).isTheSame = true));

  version('the-next');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
  await expect(page.getByText('A new version is there. It waits until you have saved.')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Reload' })).toHaveCount(0);
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0171');
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText(/is saved/)).toBeVisible();
  await expect(page.getByText('A new version is there.', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => (window as any).isTheSame)).toBe(true);

  await page.getByRole('button', { name: 'Reload' }).tap();
  await expect.poll(() => page.evaluate(() => (window as any).isTheSame ?? false).catch(() => true)).toBe(false);
  await expect(field(page, 'Phone')).toHaveValue(/0171/);
  await expect(page.getByText('A new version is there', { exact: false })).toHaveCount(0);
  expect(await page.evaluate(() => caches.keys())).toContain('lanyard-app-the-next');
  await context.close();
  server.closeAllConnections();
  server.close();
});

/** Whether a field is in sight, under nothing. */
const isFree = (page: Page, name: string): Promise<boolean> =>
  field(page, name).evaluate((input) => {
    const { left, top, width, height } = input.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) === input;
  });

for (const [how, width, height, without] of [
  ['upright', 820, 1180, 780],
  ['on its side', 1180, 820, 420],
] as const) {
  test(`with the keyboard on the screen, ${how}, the field that is typed in and Save stay in sight`, async ({ page, lanyard }) => {
    await page.setViewportSize({ width, height });
    await signIn(page, lanyard, ADMIN);
    const { id } = (await api(page, '/users?role=front_desk&limit=5')).body.rows[2];
    for (const [path, name, button] of [
      [`/users/${id}`, 'Phone', 'Save'],
      ['/invite', 'Phone', 'Send Invite'],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(path);
      await field(page, name).tap();
      // The page is as high as what the keyboard leaves of it (interactive-widget=resizes-content).
      await page.setViewportSize({ width, height: without });
      await page.keyboard.type('7');
      await expect.poll(() => isFree(page, name)).toBe(true);
      await expect(page.getByRole('button', { name: button, exact: true })).toBeInViewport({ ratio: 1 });
    }
  });
}

test('where the keyboard lies over the page, what stands at its foot stands above it', async ({ page, lanyard }) => {
  // As Safari does it: the page keeps its height, and what is seen of it gets lower.
  await page.addInitScript(() => {
    const seen = new EventTarget() as EventTarget & Record<string, number>;
    Object.assign(seen, { offsetTop: 0, scale: 1 });
    let covered = 0;
    Object.defineProperty(seen, 'height', { get: () => innerHeight - covered });
    Object.defineProperty(window, 'visualViewport', { value: seen });
    (window as any).keyboard = (height: number) => {
      covered = height;
      seen.dispatchEvent(new Event('resize'));
    };
  });
  const keyboard = (height: number) => page.evaluate((height) => (window as any).keyboard(height), height);
  await signIn(page, lanyard, ADMIN);
  const { id } = (await api(page, '/users?role=front_desk&limit=5')).body.rows[3];
  await page.goto(`/users/${id}`);
  await field(page, 'Phone').tap();
  const save = page.getByRole('button', { name: 'Save', exact: true });
  const foot = async () => {
    const box = (await save.boundingBox())!;
    return box.y + box.height;
  };
  const before = await foot();
  await keyboard(420);
  await expect.poll(foot).toBeLessThanOrEqual(1180 - 420);
  await keyboard(0);
  await expect.poll(foot).toBe(before);

  // On a phone it stands right above, not above the navigation that the keyboard covers.
  await page.setViewportSize({ width: 390, height: 844 });
  await keyboard(360);
  await expect.poll(foot).toBeLessThanOrEqual(844 - 360);
  await expect.poll(foot).toBeGreaterThan(844 - 360 - 40);
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Users' }).filter({ visible: true })).toHaveCount(0);
  await keyboard(0);
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Users' }).filter({ visible: true })).toHaveCount(1);

  // A dialog that comes from below, too.
  await page.goto('/embedding');
  await page.getByRole('button', { name: 'Make a key' }).tap();
  const dialog = page.getByRole('dialog', { name: 'Make a key' });
  await field(dialog, 'Name').tap();
  await keyboard(360);
  await expect
    .poll(async () => {
      const box = (await dialog.boundingBox())!;
      return box.y >= 0 && box.y + box.height <= 844 - 360 + 1;
    })
    .toBe(true);
});

for (const [half, width, height] of [
  ['half of it upright', 410, 1180],
  ['half of it on its side', 590, 820],
] as const) {
  test(`every screen fits a split screen: ${half}`, async ({ page, lanyard }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width, height });
    await signIn(page, lanyard, ADMIN);
    const { id } = (await api(page, '/users?role=front_desk&limit=5')).body.rows[4];
    const of = ['', '/access', '/sign-in', '/activity'].map((part) => `/users/${id}${part}`);
    for (const path of ['/users', ...of, '/invite', '/roles', '/sites', '/activity', '/mail', '/import', '/policy', '/embedding', '/account']) {
      await page.goto(path);
      await isThere(page);
      expect.soft(await faults(page), `${path} at ${width} × ${height}`).toEqual([]);
      expect.soft(await small(page), `${path} at ${width} × ${height}`).toEqual([]);
    }
  });
}
