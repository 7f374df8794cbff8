// The pages of those who are not signed in, as `look.spec.ts` has them of those who are: at three widths, in three languages,
// for everyone who reads, and for fingers.
import { code } from './factors';
import { type Lanyard, type Page, expect, field, sendEdit, signIn, test } from './lanyard';
import { OWN_NAMES, fits, isReadable, isThere, small } from './look';

test.use({ own: 'look-signing-in', named: true });

const LABORATORY = 'admin@heartlab.example';

/** Speaks another language by the choice that each of these pages has. */
async function choose(page: Page, language: string): Promise<void> {
  const html = page.locator('html');
  if ((await html.getAttribute('lang')) !== language) await page.getByRole('button', { name: OWN_NAMES[language] }).click();
  await expect(html).toHaveAttribute('lang', language);
}

/** As it is for eyes, in every language. */
async function look(page: Page, name: string): Promise<void> {
  await fits(page, name, (language) => choose(page, language));
  await isReadable(page, name);
}

/** As it is for a finger. */
async function touch(page: Page, name: string): Promise<void> {
  await isThere(page);
  expect(await page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
  expect.soft(await small(page), name).toEqual([]);
}

/** Opens the newest mail to somebody in the demonstration's mailbox, and gives where its button leads. */
async function mailTo(page: Page, to: string, button: string): Promise<string> {
  const mail = page.getByRole('listitem').filter({ hasText: to });
  await expect(async () => {
    await page.goto('/mailbox');
    await expect(mail.first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await mail.first().getByRole('link').click();
  return (await page.frameLocator('iframe').getByRole('link', { name: button }).getAttribute('href'))!;
}

/** Invites somebody to the laboratory. */
async function invited(page: Page, lanyard: Lanyard, login_email: string): Promise<void> {
  await signIn(page, lanyard, LABORATORY);
  const grant = [{ role: 'chart_editor', scope: 'organisation' }];
  const invite = { user: crypto.randomUUID(), profile: { login_email }, access: { grant } };
  expect((await sendEdit(page, { invite })).status).toBe(200);
  await page.context().clearCookies();
}

/** Asks for another password, as whoever has forgotten theirs. */
async function forgotten(page: Page, email: string): Promise<void> {
  await page.goto('/forgot');
  await field(page, 'Email').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
}

/** Signs in with the password alone, in whichever language. */
async function password(page: Page, lanyard: Lanyard, email: string): Promise<void> {
  await page.goto('/');
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(lanyard.passwordOf(email));
  await page.locator('button[type=submit]').click();
}

/** Has an authenticator app set up: leaves the recovery codes on the screen, and gives the key. */
async function withApp(page: Page, lanyard: Lanyard, email: string): Promise<string> {
  await signIn(page, lanyard, email, '/account');
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const dialog = page.getByRole('dialog');
  const key = (await dialog.locator('.secret--key').textContent())!;
  await field(dialog, 'Code').fill(code(key));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog.locator('.codes li')).toHaveCount(10);
  return key;
}

const PIN = '482910';

/** At a browser that people share, and that somebody with a PIN has locked. */
async function locked(page: Page, lanyard: Lanyard, email: string): Promise<void> {
  await signIn(page, lanyard, email, '/account');
  await field(page, 'What people call this browser').fill(`Front desk ${crypto.randomUUID().slice(0, 8)}`);
  await page.getByRole('button', { name: 'Make this browser a shared one' }).click();
  await field(page, 'New PIN').fill(PIN);
  await page.getByRole('button', { name: 'Save PIN' }).click();
  await expect(page.getByText('Your PIN is saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Who goes on?' })).toBeVisible();
}

const PAGES = [['sign-in', '/'], ['sign-in after a provider', '/sign-in#no-account'], ['forgotten password', '/forgot']] as const;

for (const [name, path] of PAGES) {
  test(`the ${name} page fits every width and can be read by everyone`, async ({ page }) => {
    await page.goto(path);
    await look(page, name);
  });
}

test('the mailbox and the page of an invitation fit every width and language and can be read by everyone', async ({ page, lanyard }) => {
  await invited(page, lanyard, 'looked.at@heartlab.example');
  const link = await mailTo(page, 'looked.at@heartlab.example', 'Accept Invitation');
  await page.goto('/mailbox');
  await isReadable(page, 'the mailbox');
  await page.goto(link);
  await expect(page.getByRole('heading', { name: /^Welcome to / })).toBeVisible({ timeout: 20_000 });
  await look(page, 'the page of an invitation');
});

test('the page for another password fits every width and language and can be read by everyone', async ({ page }) => {
  await forgotten(page, 'anton.weiss@talents.example');
  await isReadable(page, 'after a forgotten password');
  await page.goto(await mailTo(page, 'anton.weiss@talents.example', 'Choose a new password'));
  await expect(page.getByText('For anton.weiss@talents.example.')).toBeVisible({ timeout: 20_000 });
  await look(page, 'the page for another password');
});

test('recovery codes and the second step fit every width and language and can be read by everyone', async ({ page, lanyard }) => {
  const owner = 'ray.solis@maple.example';
  await withApp(page, lanyard, owner);
  await fits(page, 'recovery codes', async (language) => {
    const html = page.locator('html');
    if ((await html.getAttribute('lang')) === language) return;
    await page.locator('header button:has(.avatar)').first().dispatchEvent('click');
    await page.locator('[role=menuitem]', { hasText: OWN_NAMES[language] }).first().dispatchEvent('click');
    await expect(html).toHaveAttribute('lang', language);
  });
  await isReadable(page, 'recovery codes');
  await page.context().clearCookies();
  await fits(page, 'the second step', async (language) => {
    await page.evaluate((language) => localStorage.setItem('lanyard.language', language), language);
    await password(page, lanyard, owner);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.locator('input[autocomplete=one-time-code]')).toBeVisible({ timeout: 20_000 });
  });
  await isReadable(page, 'the second step');
});

test('a locked browser and its PIN fit every width and language and can be read by everyone', async ({ page, lanyard }) => {
  await locked(page, lanyard, 'admin@northfield.example');
  await look(page, 'a locked browser');
  await page.getByRole('listitem').getByRole('button').first().click();
  await expect(page.getByLabel(/^PIN of/)).toBeVisible();
  await look(page, 'the PIN of a locked browser');
});

test.describe('for fingers', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  for (const [name, path] of PAGES) {
    test(`every target of the ${name} page is at least 44 px`, async ({ page }) => {
      await page.goto(path);
      await touch(page, name);
    });
  }

  test('every target of the mailbox and of the page of an invitation is at least 44 px', async ({ page, lanyard }) => {
    await invited(page, lanyard, 'touched@heartlab.example');
    const link = await mailTo(page, 'touched@heartlab.example', 'Accept Invitation');
    await touch(page, 'a mail');
    await page.goto('/mailbox');
    await touch(page, 'the mailbox');
    await page.goto(link);
    await expect(page.getByRole('heading', { name: /^Welcome to / })).toBeVisible({ timeout: 20_000 });
    await touch(page, 'the page of an invitation');
  });

  test('every target of the page for another password is at least 44 px', async ({ page }) => {
    await forgotten(page, 'viktor.hale@maple.example');
    await touch(page, 'after a forgotten password');
    await page.goto(await mailTo(page, 'viktor.hale@maple.example', 'Choose a new password'));
    await expect(page.getByText('For viktor.hale@maple.example.')).toBeVisible({ timeout: 20_000 });
    await touch(page, 'the page for another password');
  });

  test('every target of recovery codes, the second step and a locked browser is at least 44 px', async ({ page, lanyard }) => {
    const email = 'june.park@maple.example';
    await withApp(page, lanyard, email);
    await touch(page, 'recovery codes');
    await page.context().clearCookies();
    await password(page, lanyard, email);
    await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible({ timeout: 20_000 });
    await touch(page, 'the second step');
    await page.context().clearCookies();
    await locked(page, lanyard, 'admin@northfield.example');
    await touch(page, 'a locked browser');
    await page.getByRole('listitem').getByRole('button').first().click();
    await touch(page, 'the PIN of a locked browser');
  });
});
