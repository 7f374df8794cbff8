// From wrong passwords to a lock, and out of it again: the stranger who guesses, the person concerned, the administrator.
import { api, elsewhere, expect, field, person, signIn, test, type Lanyard, type Page } from './lanyard';

test.use({ own: 'lockout' });

const ADMIN = 'admin@maple.example';
const EMAIL = 'manager@maple.example';
const REFUSED = 'cannot be used to sign in';

async function attempt(page: Page, password: string): Promise<void> {
  await field(page, 'Email').fill(EMAIL);
  await field(page, 'Password').fill(password);
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/sign-in');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await answer;
}

/** Signed in and out again: a device that is known. */
async function known(page: Page, lanyard: Lanyard): Promise<void> {
  await signIn(page, lanyard, EMAIL);
  await api(page, '/sign-out', {});
  await page.goto('/');
  await expect(field(page, 'Email')).toBeVisible();
}

test('T2, T9, T14: guessing locks out whoever guesses; the person gets in on their device; an administrator sees it and unlocks', async ({
  page,
  browser,
  lanyard,
}) => {
  const own = await (await browser.newContext({ baseURL: lanyard.address })).newPage();
  await known(own, lanyard);
  const admin = await elsewhere(browser, lanyard, ADMIN);
  const { id } = await person(admin, EMAIL);
  const locked = async () => (await api(admin, `/users/${id}`)).body.facts.subject.locked ?? null;

  await page.goto('/');
  for (let times = 0; times < 5; times += 1) {
    expect(await locked()).toBeNull();
    await attempt(page, `not the password, ${times}`);
    await expect(page.getByRole('alert')).toContainText(REFUSED);
    // What fails is counted after the answer.
    await expect.poll(async () => (await api(admin, `/users/${id}/sessions`)).body.failed.length).toBe(times + 1);
  }
  await expect.poll(locked).not.toBeNull();
  // The right password is no use there any more, and the answer is the one of every failure.
  await attempt(page, lanyard.passwordOf(EMAIL));
  await expect(page.getByRole('alert')).toContainText(REFUSED);
  await expect(page.getByRole('alert')).toContainText('contact your System Administrator, or whoever created your account');

  await attempt(own, lanyard.passwordOf(EMAIL));
  await expect(own.getByRole('banner')).toBeVisible({ timeout: 20_000 });

  // Since when, and from where.
  await admin.goto('/users?tab=locked');
  await admin.getByRole('searchbox').fill(EMAIL);
  await expect(admin.getByRole('row')).toHaveCount(2);
  await expect(admin.getByRole('row').nth(1)).toContainText('Failed sign-ins');
  await admin.goto(`/users/${id}/sign-in`);
  await expect(admin.getByText(/^Locked since .*The last failed attempt came from/)).toBeVisible();
  await expect(admin.getByRole('listitem').filter({ hasText: 'Chrome on Linux' })).toHaveCount(6);
  // Once the person is signed in nowhere it is told all the same.
  await api(own, '/sign-out', {});
  await admin.reload();
  await expect(admin.getByText('Not signed in anywhere')).toBeVisible();
  await expect(admin.getByText(/^Locked since .*The last failed attempt came from/)).toBeVisible();

  await admin.goto('/users?tab=locked');
  await admin.getByRole('searchbox').fill(EMAIL);
  await expect(admin.getByRole('row')).toHaveCount(2);
  await admin.getByRole('row').nth(1).getByRole('button', { name: /^Actions for/ }).click();
  await admin.getByRole('menuitem', { name: 'Unlock', exact: true }).click();
  const dialog = admin.getByRole('dialog', { name: 'Unlock User' });
  await dialog.getByRole('button', { name: 'Unlock User' }).click();
  await expect(dialog).toContainText('Have a look at the account');
  expect(await locked()).toBeNull();
  await attempt(page, lanyard.passwordOf(EMAIL));
  await expect(page.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  await own.context().close();
  await admin.context().close();
});
