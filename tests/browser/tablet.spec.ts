// The front desk's tablet: by taps alone, upright and on its side, on networks as they are; what others change appears by
// itself, and without a network the app opens and shows what was read last.
import {
  api,
  elsewhere,
  expect,
  field,
  sendEdit,
  signIn,
  test,
  willChange,
  type Page,
} from './lanyard';

test.use({ own: 'tablet', hasTouch: true, viewport: { width: 820, height: 1180 }, serviceWorkers: 'allow' });

const ADMIN = 'admin@riverside.example';
const MANAGER = 'manager@riverside.example';
const PIN = '482910';

const upright = { width: 820, height: 1180 };
const onItsSide = { width: 1180, height: 820 };

/** A tap where it is, of something that is there. */
const tap = (page: Page, role: 'button' | 'link' | 'tab' | 'radio' | 'menuitem', name: string | RegExp) =>
  page.getByRole(role, { name, exact: typeof name === 'string' }).first().tap();

/** Waits until the service worker has everything and serves this page. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** What is kept of earlier answers in this browser, by address. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    if (!(await caches.has('lanyard-read'))) return [];
    const all = await (await caches.open('lanyard-read')).keys();
    return all.map((request) => new URL(request.url).pathname + new URL(request.url).search);
  });

/** Somebody at the front desk whom no other scenario here changes: the one at this place in the list. */
async function staff(page: Page, at: number): Promise<{ id: string; name: string }> {
  const rows = (await api(page, '/users?role=front_desk&limit=40')).body.rows;
  return rows[at];
}

/** Opens somebody's profile, and waits until the page hears of changes. */
async function openLive(page: Page, id: string): Promise<void> {
  const live = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/live'));
  await page.goto(`/users/${id}`);
  await expect(field(page, 'Phone')).toBeVisible();
  await live;
}

/** Changes somebody's phone as somebody else, at another computer. */
const phone = (page: Page, user: string, number: string) =>
  sendEdit(page, { change: { user, profile: { phone: number } } });

test('D2, D3, X8: a morning at the front desk, by taps only', async ({ page, lanyard, browser }) => {
  await signIn(page, lanyard, ADMIN);
  /** From wherever one is to somebody's screen. */
  const open = async (name: string) => {
    await tap(page, 'link', 'Users');
    await page.getByRole('searchbox').first().tap();
    await page.getByRole('searchbox').first().fill(name);
    await tap(page, 'link', name);
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  };
  // Find.
  await open('Noah Cohen');

  // Invite, on its side.
  await page.setViewportSize(onItsSide);
  await tap(page, 'link', 'Users');
  await tap(page, 'button', 'Invite');
  await field(page, 'Name').fill('Tara Lindqvist');
  await field(page, 'Email Address').fill('tara.lindqvist@riverside.example');
  await tap(page, 'radio', /^Front Desk/);
  await page.getByLabel('Primary Location').selectOption({ label: 'Elm Street' });
  await tap(page, 'button', 'Send Invite');
  await expect(page.getByText('Tara Lindqvist is invited')).toBeVisible();

  // Change a role, upright.
  await page.setViewportSize(upright);
  const { id, name } = await staff(page, 0);
  await open(name);
  await tap(page, 'tab', 'Access');
  await tap(page, 'radio', /^Nurse/);
  await page.getByRole('button', { name: /gained|lost/ }).tap();
  await expect(willChange(page)).toContainText('May now access patient charts');
  for (const box of await willChange(page).getByRole('checkbox').all()) await box.tap();
  await tap(page, 'button', 'Save');
  await expect(page.getByText(/is saved/)).toBeVisible();
  expect((await api(page, `/users/${id}`)).body.facts.subject.assignments[0].role).toBe('nurse');

  // Unlock somebody whom another administrator has locked.
  const locked = await staff(page, 1);
  const other = await elsewhere(browser, lanyard, ADMIN);
  expect((await sendEdit(other, { lock: { user: locked.id } })).status).toBe(200);
  await other.context().close();
  await open(locked.name);
  await tap(page, 'button', /^Unlock/);
  await page.getByRole('dialog').getByRole('button', { name: /^Unlock/ }).tap();
  await expect.poll(async () => (await api(page, `/users/${locked.id}`)).body.facts.subject.locked ?? null).toBeNull();
  await tap(page, 'button', 'Not now');

  // Lock the browser and switch.
  await page.getByRole('button', { name: /^Account of/ }).tap();
  await tap(page, 'menuitem', 'My account');
  await field(page, 'What people call this browser').fill('Front desk, tablet');
  await tap(page, 'button', 'Make this browser a shared one');
  await expect(page.getByRole('button', { name: 'Lock', exact: true })).toBeVisible();
  await field(page, 'New PIN').fill(PIN);
  await tap(page, 'button', 'Save PIN');
  await expect(page.getByText('Your PIN is saved.')).toBeVisible();
  await tap(page, 'button', 'Lock');
  await expect(page.getByRole('heading', { name: 'Who goes on?' })).toBeVisible();
  await page.getByRole('listitem').getByRole('button').first().tap();
  await page.getByLabel(/^PIN of/).fill(PIN);
  await tap(page, 'button', 'Go on');
  await expect(page.getByRole('button', { name: 'Lock', exact: true })).toBeVisible();
  await tap(page, 'button', 'Lock');
  await tap(page, 'button', 'Sign in with a password');
  await field(page, 'Email').fill(MANAGER);
  await field(page, 'Password').fill(lanyard.passwordOf(MANAGER));
  await tap(page, 'button', 'Sign in');
  await expect(page.getByRole('button', { name: /^Account of/ })).toBeVisible();
  expect((await api(page, '/me')).body.user.profile.login_email).toBe(MANAGER);
});

test('what another changes appears by itself, and nothing in hand moves', async ({ page, lanyard, browser }) => {
  await signIn(page, lanyard, ADMIN);
  const other = await elsewhere(browser, lanyard, ADMIN);
  await expect(page.getByRole('grid')).toBeVisible();
  const live = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/live'));
  await page.reload();
  await live;

  // The list, where it is scrolled to: what is in sight stays.
  const grid = page.getByRole('grid');
  await grid.evaluate((grid) => (grid.scrollTop = 480));
  const rows = (await api(other, '/users?limit=40')).body.rows;
  const [seen, moved] = [rows[14], rows[15]];
  const selected = page.getByRole('row').filter({ hasText: seen.name }).getByRole('checkbox');
  await selected.tap();
  const place = () => page.getByRole('row').filter({ hasText: seen.name }).boundingBox();
  const before = (await place())!.y;
  // To the front of the list: all rows move, and those in sight do not.
  expect((await sendEdit(other, { change: { user: moved.id, profile: { name: 'Aaa Aardvark' } } })).status).toBe(200);
  await expect(page.getByRole('row').filter({ hasText: moved.name })).toHaveCount(0);
  await expect.poll(async () => Math.abs((await place())!.y - before)).toBeLessThan(4);
  await expect(selected).toBeChecked();
  await grid.evaluate((grid) => (grid.scrollTop = 0));
  await expect(page.getByRole('row').filter({ hasText: 'Aaa Aardvark' })).toBeVisible();

  // Counts follow.
  const invited = page.getByRole('tab', { name: /Pending|Invited/ });
  const many = Number((await invited.textContent())!.replace(/\D/g, ''));
  const site = (await api(other, '/me')).body.facts.organisation.sites[0].id;
  const added = await sendEdit(other, {
    invite: {
      user: '0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1caa',
      profile: { name: 'Ulla Lind', login_email: 'ulla.lind@riverside.example' },
      access: { grant: [{ role: 'front_desk', scope: { site: { site, resources: 'all' } } }], primary_site: site },
    },
  });
  expect(added.status, JSON.stringify(added.body)).toBe(200);
  await expect(invited).toContainText(`${many + 1}`);

  // A user without a draft: what is new is shown.
  const { id } = await staff(page, 2);
  await openLive(page, id);
  expect((await phone(other, id, '+1 415 555 0110')).status).toBe(200);
  await expect(field(page, 'Phone')).toHaveValue(/0110/);
  // With one: it is said, and nothing is overwritten.
  await field(page, 'Phone').fill('+1 415 555 0122');
  expect((await phone(other, id, '+1 415 555 0133')).status).toBe(200);
  await expect(page.getByText('Someone else has changed this user')).toBeVisible();
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0122');
  await tap(page, 'button', 'Compare');
  const dialog = page.getByRole('dialog', { name: 'Someone else has changed this user' });
  await expect(dialog).toContainText('0133');
  await dialog.getByRole('button', { name: 'Go on' }).tap();
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText(/is saved/)).toBeVisible();
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toContain('0122');
  await other.context().close();
});

test('X6: two people at one user see each other, and who leaves is gone', async ({ page, lanyard, browser }) => {
  await signIn(page, lanyard, ADMIN);
  const other = await elsewhere(browser, lanyard, MANAGER);
  const { id } = await staff(other, 0);
  await page.goto(`/users/${id}`);
  await other.goto(`/users/${id}`);
  const manager = (await api(other, '/me')).body.user.profile.name;
  await expect(page.getByText(`${manager} is here too`, { exact: true })).toBeVisible();
  await field(other, 'Phone').fill('+1 415 555 0144');
  await expect(page.getByText(`${manager} is here too, editing`)).toBeVisible();
  await other.context().close();
  await expect(page.getByText(/is here too/)).toHaveCount(0, { timeout: 15_000 });
});

test('X1: a save whose answer is lost is asked about, and done once', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await staff(page, 4);
  await page.goto(`/users/${id}`);
  await expect(field(page, 'Phone')).toBeVisible();
  const before = (await api(page, `/users/${id}`)).body.facts.subject.revision;
  const keys: string[] = [];
  await page.context().route('**/api/v1/edits', async (route) => {
    keys.push(route.request().postDataJSON().idempotency_key);
    if (keys.length > 1) return route.continue();
    // It arrives, and the line is cut before the answer does.
    await route.fetch();
    return route.abort('connectionreset');
  });
  await field(page, 'Phone').fill('+1 415 555 0155');
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText('No answer yet. Asking …')).toBeVisible();
  await expect(page.getByText(/is saved/)).toBeVisible();
  expect(new Set(keys).size).toBe(1);
  expect(keys.length).toBe(2);
  expect((await api(page, `/users/${id}`)).body.facts.subject.revision).toBe(before + 1);
});

test('on slow 3G the list opens and a change is saved', async ({ page, lanyard }) => {
  test.setTimeout(180_000);
  await signIn(page, lanyard, ADMIN);
  const { id } = await staff(page, 5);
  await page.goto(`/users/${id}`);
  await expect(field(page, 'Phone')).toBeVisible();
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 2000,
    downloadThroughput: 50_000,
    uploadThroughput: 50_000,
  });
  await tap(page, 'link', 'Users');
  await expect(page.getByRole('row').nth(3)).toBeVisible({ timeout: 60_000 });
  await page.goBack();
  await field(page, 'Phone').fill('+1 415 555 0166', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText(/is saved/)).toBeVisible({ timeout: 60_000 });
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toContain('0166');
});

test('it is installable: manifest, icons, shortcuts, in the language of the browser', async ({ page, lanyard, request }) => {
  await signIn(page, lanyard, ADMIN);
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const answer = await request.get(address!, { headers: { 'accept-language': 'fr' } });
  expect(answer.headers()['content-type']).toContain('application/manifest+json');
  const manifest = await answer.json();
  expect([manifest.lang, manifest.display, manifest.start_url]).toEqual(['fr', 'standalone', '/']);
  expect(manifest.shortcuts.map((one: { name: string }) => one.name)).toEqual(['Utilisateurs', 'Inviter', 'Rôles']);
  for (const icon of manifest.icons) {
    const found = await request.get(icon.src);
    expect([found.status(), found.headers()['content-type']]).toEqual([200, icon.type]);
  }
  const purposes = manifest.icons.map((icon: { sizes: string; purpose: string }) => `${icon.sizes} ${icon.purpose}`);
  expect(purposes).toEqual(['any any', '192x192 any', '512x512 any', '512x512 maskable']);
  await isKept(page);
});

test('without a network it opens with what was read last, keeps an edit and sends it later; X6 asks if it is newer', async ({
  page,
  lanyard,
  browser,
}) => {
  await signIn(page, lanyard, ADMIN);
  await isKept(page);
  await page.reload();
  const { id, name } = await staff(page, 6);
  await page.goto(`/users/${id}`);
  await expect(field(page, 'Phone')).toBeVisible();
  await tap(page, 'link', 'Users');
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  await expect.poll(async () => (await kept(page)).some((path) => path.startsWith('/api/v1/users?'))).toBe(true);
  const other = await elsewhere(browser, lanyard, ADMIN);

  await page.context().setOffline(true);
  await page.goto('/');
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  await expect(page.getByText(/^No connection\. You see what was last read/)).toBeVisible();
  await page.goto(`/users/${id}`);
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  // It is judged, and kept; saving says why it cannot go now.
  await field(page, 'Phone').fill('+1 415 555 0177');
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText('Your change is kept and is sent by itself as soon as the connection is back.')).toBeVisible();

  await page.context().setOffline(false);
  await expect(page.getByText(/is saved/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^No connection/)).toHaveCount(0);
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toContain('0177');

  // What somebody else has saved meanwhile is asked about.
  await page.context().setOffline(true);
  await field(page, 'Phone').fill('+1 415 555 0188');
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText('Your change is kept and is sent by itself as soon as the connection is back.')).toBeVisible();
  expect((await phone(other, id, '+1 415 555 0199')).status).toBe(200);
  await page.context().setOffline(false);
  const dialog = page.getByRole('dialog', { name: 'Someone else has changed this user' });
  await expect(dialog).toBeVisible({ timeout: 30_000 });
  await expect(dialog).toContainText('0199');
  await other.context().close();
});

test('X8: what was read is gone when its person leaves, also without a network', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await isKept(page);
  await page.reload();
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  await expect.poll(async () => (await kept(page)).includes('/api/v1/me')).toBe(true);
  // No credentials, no sessions: what is kept is who one is, lists, users, roles and sites.
  for (const path of await kept(page)) {
    expect(path).toMatch(/^(\/\.lanyard\/about|\/api\/v1\/(me|users(\?.*|\/[0-9a-f-]{36})?|roles|sites))$/);
  }
  await page.getByRole('button', { name: /^Account of/ }).tap();
  await tap(page, 'menuitem', 'Sign out');
  await expect(field(page, 'Email')).toBeVisible();
  expect(await kept(page)).toEqual([]);
  await page.context().setOffline(true);
  await page.goto('/');
  await expect(page.getByRole('grid')).toHaveCount(0);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  await page.context().setOffline(false);

  // The session ends elsewhere: the next answer says so, and nothing stays.
  await page.goto('/');
  await field(page, 'Email').fill(ADMIN);
  await field(page, 'Password').fill(lanyard.passwordOf(ADMIN));
  await tap(page, 'button', 'Sign in');
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  await expect.poll(async () => (await kept(page)).includes('/api/v1/me')).toBe(true);
  const me = (await api(page, '/me')).body.user.id;
  expect((await sendEdit(page, { end_sessions: { user: me, which: 'all' } })).status).toBe(200);
  await expect.poll(async () => (await api(page, '/me')).status).toBe(401);
  await expect.poll(() => kept(page)).toEqual([]);
});

test('X8: what was read by rights that somebody has lost since is not kept', async ({ page, lanyard, browser }) => {
  const admin = await elsewhere(browser, lanyard, ADMIN);
  const { id } = await staff(admin, 9);
  const give = async (role: string, instead_of: string) => {
    const { facts } = (await api(admin, `/users/${id}`)).body;
    const [held] = facts.subject.assignments.filter((one: any) => one.role === instead_of);
    const access = { grant: [{ ...held, role }], revoke: [{ role: held.role, place: { site: held.scope.site.site } }] };
    const edit = { change: { user: id, access } };
    const tried = await sendEdit(admin, edit);
    const { confirmations = [] } = tried.body.verdict ?? {};
    const answer = tried.status === 200 ? tried : await sendEdit(admin, edit, confirmations);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return facts.subject.profile.login_email;
  };
  const email = await give('practice_manager', 'front_desk');
  await signIn(page, lanyard, email);
  await isKept(page);
  await page.reload();
  await expect(page.getByRole('row').nth(2)).toBeVisible();
  const lists = async () => (await kept(page)).filter((path) => path.startsWith('/api/v1/users'));
  await expect.poll(async () => (await lists()).length).toBeGreaterThan(0);
  await give('front_desk', 'practice_manager');
  await expect.poll(lists).toEqual([]);
  await page.context().setOffline(true);
  await page.goto('/');
  await expect(page.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('row')).toHaveCount(0);
  await admin.context().close();
});

test('D1: a place that is renamed meanwhile is so in forms that are open, and nothing typed in them is lost', async ({ page, lanyard, browser }) => {
  const other = await elsewhere(browser, lanyard, ADMIN);
  const { sites } = (await api(other, '/me')).body.facts.organisation;
  const { id: site, name: before } = sites.at(-1);
  const rename = async (name: string) => {
    const answer = await sendEdit(other, { rename_site: { site, name } });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  };
  await signIn(page, lanyard, ADMIN);
  const { id } = await staff(page, 5);
  await openLive(page, id);
  await field(page, 'Phone').fill('+1 415 555 0191');
  await tap(page, 'tab', 'Access');
  await expect(page.getByRole('main')).toContainText(before);
  await rename('Quay Side');
  await expect(page.getByRole('main')).toContainText('Quay Side');
  await tap(page, 'tab', 'Profile');
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0191');
  await tap(page, 'button', 'Discard');

  await tap(page, 'link', 'Users');
  await tap(page, 'button', 'Invite');
  await field(page, 'Name').fill('Vera Holm');
  await rename('Quay Street');
  const option = page.getByLabel('Primary Location').getByRole('option', { name: 'Quay Street' });
  await expect(option).toHaveCount(1);
  await expect(field(page, 'Name')).toHaveValue('Vera Holm');
  await rename(before);
  await other.context().close();
});
