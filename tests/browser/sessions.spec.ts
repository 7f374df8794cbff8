// Sessions as people meet them: where they are signed in, how one ends, and going on afterwards without typing anything
// twice.
import { randomUUID } from 'node:crypto';
import { api, elsewhere, expect, field, open, person, sendEdit, signIn, test } from './lanyard';

test.use({ own: 'sessions' });

const ADMIN = 'admin@riverside.example';
const MANAGER = 'manager@riverside.example';

test('X8: a session that ends in the middle of a form is begun again over it, and what was typed is saved', async ({
  page,
  browser,
  lanyard,
}) => {
  // What the page hears of by itself comes too late here: it is the save that finds no session.
  await page.route('**/api/v1/live', (route) => route.fulfill({ status: 429, body: '' }));
  await page.route('**/presence', (route) => route.fulfill({ json: { people: [] } }));
  await signIn(page, lanyard, MANAGER);
  const { id } = await open(page, 'Keiko Ito');
  await field(page, 'Phone').fill('+1 415 555 0133');
  const admin = await elsewhere(browser, lanyard, ADMIN);
  const { id: manager } = await person(admin, MANAGER);
  expect((await sendEdit(admin, { end_sessions: { user: manager, which: 'all' } })).status).toBe(200);

  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await expect(field(dialog, 'Email')).toHaveValue(MANAGER);
  // Somebody else would lose what is on the screen, and is told so before.
  await field(dialog, 'Email').fill(ADMIN);
  await expect(dialog.getByText(`another account than ${MANAGER}`)).toBeVisible();
  await field(dialog, 'Email').fill(MANAGER);
  await expect(dialog.getByText('another account')).toBeHidden();
  await field(dialog, 'Password').fill('not this one');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await field(dialog, 'Password').fill(lanyard.passwordOf(MANAGER));
  await dialog.getByRole('button', { name: 'Sign in' }).click();

  // The very request that found no session is sent again by itself.
  await expect(page.getByText(/is saved/)).toBeVisible();
  await expect(dialog).toBeHidden();
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toContain('555');
  await admin.context().close();
});

test('X8: one sees where one is signed in, and ends what one does not know', async ({ page, browser, lanyard }) => {
  const email = 'olivia.brooks@riverside.example';
  const other = await elsewhere(browser, lanyard, email);
  await signIn(page, lanyard, email);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'My account' }).click();
  await expect(page.getByRole('heading', { name: 'My account', level: 1 })).toBeVisible();
  const sessions = page.getByRole('listitem').filter({ hasText: 'Signed in' });
  await expect(sessions).toHaveCount(2);
  await expect(sessions.first()).toContainText('This session');
  await expect(sessions.first()).toContainText('Chrome on Linux');
  await expect(sessions.first().getByRole('button')).toHaveCount(0);
  await sessions.nth(1).getByRole('button', { name: /^End the session/ }).click();
  await expect(page.getByText('Session ended')).toBeVisible();
  await expect(sessions).toHaveCount(1);
  // The other browser learns it with its next request, or asks by itself before.
  const again = other.getByRole('dialog', { name: 'Sign in again' });
  const asks = async () => {
    await other.getByRole('button', { name: /^Account of/ }).click({ timeout: 2_000 });
    await other.getByRole('menuitem', { name: 'My account' }).click({ timeout: 2_000 });
  };
  await asks().catch(() => {});
  await expect(again).toBeVisible();
  await other.context().close();
});

test('X7, X8: an administrator ends all sessions of somebody, which is on record', async ({ page, browser, lanyard }) => {
  const email = 'noah.cohen@riverside.example';
  const noah = await elsewhere(browser, lanyard, email);
  await signIn(page, lanyard, ADMIN);
  const { id } = await person(page, email);
  await page.goto(`/users/${id}/sign-in`);
  await page.getByRole('button', { name: 'End all sessions' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 session ends at once');
  await dialog.getByRole('button', { name: 'End all sessions' }).click();
  await expect(page.getByText('Not signed in anywhere')).toBeVisible();
  expect((await api(noah, '/me')).status).toBe(401);
  await page.getByRole('tab', { name: 'Activity' }).click();
  await expect(page.getByText('Ended sessions').first()).toBeVisible();
  await noah.context().close();
});

test('X8: the end of a session is announced and put off; what is sensitive asks for the password once more', async ({ page, lanyard }) => {
  test.setTimeout(240_000);
  const email = 'admin@talents.example';
  await signIn(page, lanyard, email);
  // The shortest times that a policy can have, so that this takes no longer than it has to.
  const { version, source } = (await api(page, '/policy')).body;
  const short = source.replace(/session_idle_minutes = \d+/, 'session_idle_minutes = 1').replace(/proof_minutes = \d+/, 'proof_minutes = 1');
  const shorter = { source: short, seen_version: version, idempotency_key: randomUUID() };
  const published = await api(page, '/policy', shorter);
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  await api(page, '/session', {});
  await page.goto('/users?search=marc.bouchard');
  const notice = page.getByRole('dialog', { name: 'Your session is about to end' });
  for (let times = 0; times < 2; times += 1) {
    await expect(notice).toBeVisible({ timeout: 90_000 });
    await expect(notice.getByRole('timer')).toContainText(/signed out in \d+ seconds/);
    await notice.getByRole('button', { name: 'Stay signed in' }).click();
    await expect(notice).toBeHidden();
  }
  // The notice goes at once; the answer may be on its way.
  await expect.poll(async () => (await api(page, '/session')).body.seconds_left).toBeGreaterThan(40);

  // More than a minute after signing in: a password for another administrator.
  await page.getByRole('button', { name: /^Actions for/ }).first().click();
  await page.getByRole('menuitem', { name: /emporary password/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /password/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await field(dialog, 'Password').fill(lanyard.passwordOf(email));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^[2-9a-z]{4}(-[2-9a-z]{4}){3}$/)).toBeVisible();
});
