// A browser that is closed in the middle of an edit: what was begun is there for its person when they come back, and for
// nobody else; what others save meanwhile is never overwritten.
import { api, elsewhere, expect, field, person, sendEdit, signIn, test, type Page } from './lanyard';

test.use({ own: 'half-made', hasTouch: true, viewport: { width: 820, height: 1180 }, serviceWorkers: 'allow' });

const ADMIN = 'admin@riverside.example';
const MANAGER = 'manager@riverside.example';
const OPTRA = 'admin@heartlab.example';
const SECOND = 'second.admin@heartlab.example';

/** What is kept of edits that were begun, as text. */
const begun = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    if (!(await caches.has('lanyard-read'))) return [];
    const cache = await caches.open('lanyard-read');
    const all = (await cache.keys()).filter((request) => new URL(request.url).pathname.startsWith('/.lanyard/begun/'));
    return Promise.all(all.map(async (request) => (await cache.match(request))!.text()));
  });

/** Signs in where the service worker keeps what is read. */
async function signInKept(page: Page, lanyard: Parameters<typeof signIn>[1], email: string): Promise<void> {
  await signIn(page, lanyard, email);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await page.reload();
  await expect.poll(() => page.evaluate(() => caches.match('/.lanyard/about').then(Boolean))).toBe(true);
}

/** Closes the page as it is when a browser is killed: nobody is asked. */
async function again(page: Page, path: string): Promise<Page> {
  const context = page.context();
  await page.close();
  const next = await context.newPage();
  await next.goto(path);
  return next;
}

const offered = (page: Page) => page.getByText(/^You had begun to change .+ on .+\.$/);
const change = (page: Page, user: string, profile: object) => sendEdit(page, { change: { user, profile } });

test('X6: an edit outlives the browser that is closed over it, is judged anew, and is forgotten when saved or given up', async ({
  page: first,
  lanyard,
}) => {
  await signInKept(first, lanyard, ADMIN);
  const [one, other] = (await api(first, '/users?role=front_desk&limit=40')).body.rows;
  await first.goto(`/users/${one.id}`);
  await field(first, 'Phone').fill('+1 415 555 0121');
  await expect.poll(() => begun(first)).toHaveLength(1);

  // Another user is not asked about it, and this one is: without a network, too.
  let page = await again(first, `/users/${other.id}`);
  await expect(field(page, 'Phone')).toBeVisible();
  await expect(offered(page)).toHaveCount(0);
  await page.goto(`/users/${one.id}`);
  await expect(offered(page)).toContainText(one.name);
  await expect(field(page, 'Phone')).not.toHaveValue('+1 415 555 0121');
  await page.context().setOffline(true);
  page = await again(page, `/users/${one.id}`);
  await page.getByRole('button', { name: 'Go on', exact: true }).tap();
  await expect(offered(page)).toHaveCount(0);
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0121');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText(/is saved/)).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => begun(page)).toEqual([]);
  page = await again(page, `/users/${one.id}`);
  await expect(field(page, 'Phone')).toHaveValue(/0121/);
  await expect(offered(page)).toHaveCount(0);

  // Given up: not asked again. What is typed meanwhile is never replaced.
  await field(page, 'Phone').fill('+1 415 555 0122');
  await expect.poll(() => begun(page)).toHaveLength(1);
  page = await again(page, `/users/${one.id}`);
  await expect(offered(page)).toBeVisible();
  await field(page, 'Phone').fill('+1 415 555 0123');
  await expect(offered(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Discard' }).tap();
  await expect(offered(page)).toBeVisible();
  await page.getByRole('button', { name: 'Discard' }).tap();
  await expect(offered(page)).toHaveCount(0);
  await expect.poll(() => begun(page)).toEqual([]);
  page = await again(page, `/users/${one.id}`);
  await expect(field(page, 'Phone')).toHaveValue(/0121/);
  await expect(offered(page)).toHaveCount(0);
});

test('X6: what somebody else has saved since the edit was begun is shown beside it', async ({ page: first, lanyard, browser }) => {
  await signInKept(first, lanyard, ADMIN);
  const { id } = (await api(first, '/users?role=front_desk&limit=40')).body.rows[2];
  await first.goto(`/users/${id}`);
  await field(first, 'Phone').fill('+1 415 555 0131');
  await expect.poll(() => begun(first)).toHaveLength(1);
  const context = first.context();
  await first.close();
  const other = await elsewhere(browser, lanyard, ADMIN);
  expect((await change(other, id, { phone: '+1 415 555 0132' })).status).toBe(200);
  await other.context().close();

  const page = await context.newPage();
  await page.goto(`/users/${id}`);
  await page.getByRole('button', { name: 'Go on', exact: true }).tap();
  const dialog = page.getByRole('dialog', { name: 'Someone else has changed this user' });
  await expect(dialog).toContainText('0132');
  await expect(dialog).toContainText('0131');
  await dialog.getByRole('button', { name: 'Go on' }).tap();
  await page.getByRole('button', { name: 'Save' }).tap();
  await expect(page.getByText(/is saved/)).toBeVisible();
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toContain('0131');
});

test('X8: what somebody has begun is gone when they leave, and nobody else in this browser sees anything of it', async ({
  page,
  lanyard,
}) => {
  await signInKept(page, lanyard, ADMIN);
  const found = (await api(page, '/users?role=front_desk&limit=40')).body.rows;
  await signOut(page);
  await field(page, 'Email').fill(MANAGER);
  await field(page, 'Password').fill(lanyard.passwordOf(MANAGER));
  await page.getByRole('button', { name: 'Sign in', exact: true }).tap();
  await expect(page.getByRole('button', { name: /^Account of/ })).toBeVisible();
  // Somebody whom both may change.
  const mine = (await api(page, '/users?role=front_desk&limit=40')).body.rows.map((row: { id: string }) => row.id);
  const { id } = found.slice(3).find((row: { id: string }) => mine.includes(row.id));
  await page.goto(`/users/${id}`);
  await field(page, 'Phone').fill('+1 415 555 0141');
  await expect.poll(() => begun(page)).toHaveLength(1);
  await signOut(page);
  expect(await begun(page)).toEqual([]);

  await field(page, 'Email').fill(ADMIN);
  await field(page, 'Password').fill(lanyard.passwordOf(ADMIN));
  await page.getByRole('button', { name: 'Sign in', exact: true }).tap();
  await expect(page.getByRole('button', { name: /^Account of/ })).toBeVisible();
  await page.goto(`/users/${id}`);
  await expect(field(page, 'Phone')).toBeVisible();
  await expect(offered(page)).toHaveCount(0);
  await expect(field(page, 'Phone')).not.toHaveValue(/0141/);
});

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).tap();
  await page.getByRole('menuitem', { name: 'Sign out' }).tap();
  await expect(field(page, 'Email')).toBeVisible();
}

test('D2: an invitation that was begun is offered when the next one is', async ({ page: first, lanyard }) => {
  await signInKept(first, lanyard, ADMIN);
  await first.goto('/invite');
  await field(first, 'Name').fill('Ylva Ek');
  await field(first, 'Email Address').fill('ylva.ek@riverside.example');
  await first.getByRole('radio', { name: /^Front Desk/ }).tap();
  await first.getByLabel('Primary Location').selectOption({ label: 'Elm Street' });
  await expect.poll(async () => (await begun(first)).join()).toContain('primary_site');
  const page = await again(first, '/invite');
  await expect(page.getByText(/^You had begun to invite Ylva Ek, ylva\.ek@riverside\.example on .+\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Go on', exact: true }).tap();
  await expect(field(page, 'Name')).toHaveValue('Ylva Ek');
  await expect(page.getByRole('radio', { name: /^Front Desk/ })).toBeChecked();
  await page.getByRole('button', { name: 'Send Invite' }).tap();
  await expect(page.getByText('Ylva Ek is invited')).toBeVisible();
  await expect.poll(() => begun(page)).toEqual([]);
});

test('O7, X6: in a dialog over the list, too: who else is there, what they have saved, and what was begun', async ({
  page: first,
  lanyard,
  browser,
}) => {
  await signInKept(first, lanyard, OPTRA);
  const other = await elsewhere(browser, lanyard, SECOND);
  const { id } = await person(other, 'device.room@heartlab.example');
  const live = first.waitForResponse((answer) => answer.url().endsWith('/api/v1/live'));
  await first.goto(`/users/${id}/edit`);
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Edit User' });
  const role = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true });
  const isPressed = (page: Page, name: string) => expect(role(page, name)).toHaveAttribute('aria-pressed', 'true');
  await expect(role(first, 'Chart Editor')).toBeVisible();
  await live;

  // Untouched it follows; somebody else at the same user is seen.
  await other.goto(`/users/${id}`);
  await expect(dialog(first).getByText(/is here too$/)).toBeVisible();
  await other.goto('/activity');
  const grant = (role: string) =>
    sendEdit(other, { change: { user: id, access: { grant: [{ role, scope: 'organisation' }] } } });
  expect((await grant('chart_editor')).status).toBe(200);
  await isPressed(first, 'Chart Editor');

  // Touched it is kept, and told.
  await role(first, 'Workflow Editor').tap();
  await expect.poll(() => begun(first)).toHaveLength(1);
  expect((await grant('workflow_deployer')).status).toBe(200);
  await expect(dialog(first).getByText('Someone else has changed this user')).toBeVisible();
  await isPressed(first, 'Workflow Editor');
  await expect(role(first, 'Workflow Deployer')).toHaveAttribute('aria-pressed', 'false');
  await other.context().close();

  const page = await again(first, `/users/${id}/edit`);
  await isPressed(page, 'Workflow Deployer');
  await expect(dialog(page).getByText(/^You had begun to change/)).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Go on', exact: true }).tap();
  const both = page.getByRole('dialog', { name: 'Someone else has changed this user' });
  await both.getByRole('button', { name: 'Go on' }).tap();
  await isPressed(page, 'Workflow Editor');
});
