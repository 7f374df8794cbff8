// From the mail of an invitation to the first session, and from a forgotten password to the next one, as the people
// concerned see it. The demonstration's mailbox stands for their mail.
import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type Lanyard, type Page, api, expect, field, person, sendEdit, signIn, test } from './lanyard';

test.use({ own: 'accounts' });

const PASSWORD = 'kettle under a blue sky';

/** The newest mail to somebody, opened in a browser of its own: the page that shows it. */
async function newestMail(browser: Browser, lanyard: Lanyard, to: string, subject: string | RegExp): Promise<Page> {
  const context = await browser.newContext({ baseURL: lanyard.address, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  const mail = page.getByRole('listitem').filter({ hasText: to }).filter({ hasText: subject });
  await expect(async () => {
    await page.goto('/mailbox');
    await expect(mail.first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await mail.first().getByRole('link').click();
  await expect(page.getByRole('heading', { name: subject })).toBeVisible();
  return page;
}

const letter = (page: Page) => page.frameLocator('iframe');

/** Nobody is kept out by what can be found by a machine. */
async function isAccessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map((one) => one.id)).toEqual([]);
}

async function inviteToClinic(page: Page, name: string, email: string): Promise<string> {
  const me = (await api(page, '/me')).body;
  const site = me.facts.organisation.sites[0].id;
  const user = randomUUID();
  const profile = { name, login_email: email };
  const access = { grant: [{ role: 'front_desk', scope: { site: { site, resources: 'all' } } }], primary_site: site };
  const answer = await sendEditOf(page, { invite: { user, profile, access } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return user;
}

async function sendEditOf(page: Page, edit: unknown): Promise<{ status: number; body: any }> {
  return api(page, '/edits', { edit, confirmations: [], idempotency_key: randomUUID() });
}

test('D6 M10: an invitation is read in the mail, accepted on a phone, and the person is in', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, 'admin@riverside.example');
  await inviteToClinic(page, 'Wanda Stone', 'wanda.stone@riverside.example');
  const phone = await newestMail(browser, lanyard, 'wanda.stone@riverside.example', /invited/);
  await expect(letter(phone).getByText('Hello Wanda Stone,')).toBeVisible();
  await page.goto('/users?tab=invited&search=wanda.stone');
  await expect(page.getByText('Mail sent')).toBeVisible();

  await letter(phone).getByRole('link', { name: 'Accept Invitation' }).click();
  await expect(phone.getByRole('heading', { name: /^Welcome to / })).toBeVisible({ timeout: 20_000 });
  await expect(phone.getByText('wanda.stone@riverside.example')).toBeVisible();
  await isAccessible(phone);

  // What is missing or weak is said before anything is sent.
  await phone.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(phone.getByText('15 more characters needed')).toBeVisible();
  await field(phone, 'Password').fill('wanda.stone@riverside.example');
  await expect(phone.getByText(/easy to guess\. Nothing was changed/)).toBeVisible();
  await phone.getByText('Show the password').click();
  await field(phone, 'Password').fill(PASSWORD);
  await expect(phone.getByText('Very hard to guess')).toBeVisible();
  await field(phone, 'Name').fill('Wanda Stonebridge');
  await phone.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(phone.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  expect((await api(phone, '/me')).body.user.profile.name).toBe('Wanda Stonebridge');

  // The link is used up, says so, and leads to signing in.
  const again = await newestMail(browser, lanyard, 'wanda.stone@riverside.example', /invited/);
  await letter(again).getByRole('link', { name: 'Accept Invitation' }).click();
  await expect(again.getByRole('heading', { name: 'This invitation has been accepted' })).toBeVisible({ timeout: 20_000 });
  await again.getByRole('link', { name: 'Go to the sign-in page' }).click();
  await field(again, 'Email').fill('wanda.stone@riverside.example');
  await field(again, 'Password').fill(PASSWORD);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await expect(again.getByRole('banner')).toBeVisible({ timeout: 20_000 });
});

test('D6: a link that a newer one has replaced says so and asks for another', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, 'admin@riverside.example');
  const user = await inviteToClinic(page, 'Yann Petit', 'yann.petit@riverside.example');
  const earlier = await newestMail(browser, lanyard, 'yann.petit@riverside.example', /invited/);
  const link = await letter(earlier).getByRole('link', { name: 'Accept Invitation' }).getAttribute('href');
  expect((await sendEdit(page, { resend_invitation: { user } })).status).toBe(200);
  await earlier.goto(link!);
  await expect(earlier.getByRole('heading', { name: 'A newer link was sent' })).toBeVisible({ timeout: 20_000 });
  await isAccessible(earlier);
  await earlier.getByRole('button', { name: 'Ask for a new link' }).click();
  await expect(earlier.getByText('A new link is on its way to yann.petit@riverside.example')).toBeVisible();

  // Another link in the same tab is another visit, although only what stands behind the # is another.
  await earlier.goto('/welcome#nonsense');
  await expect(earlier.getByText('This link does not work', { exact: true })).toBeVisible({ timeout: 20_000 });
});

test('M6: the invitation and what it leads to are in the language that the person prefers', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, 'admin@talents.example');
  const profile = {
    first_name: 'Odile',
    last_name: 'Renard',
    login_email: 'odile.renard@talents.example',
    communication_email: 'odile@maison.example',
    language: 'fr',
  };
  const access = { grant: [{ role: 'user', scope: 'organisation' }] };
  const answer = await sendEditOf(page, { invite: { user: randomUUID(), profile, access } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const phone = await newestMail(browser, lanyard, 'odile@maison.example', /invité/);
  await letter(phone).getByRole('link', { name: 'Accepter l’invitation' }).click();
  await expect(phone.getByRole('heading', { name: /^Bienvenue/ })).toBeVisible({ timeout: 20_000 });
  await field(phone, 'Mot de passe').fill('bouilloire sous un ciel bleu');
  await phone.getByRole('button', { name: 'Enregistrer et se connecter' }).click();
  await expect(phone.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  expect((await api(phone, '/me')).body.user.profile.language).toBe('fr');
});

test('T7: a forgotten password is chosen anew by mail, and other sessions end', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, 'admin@maple.example');
  const someone = (await person(page, 'viktor.hale@maple.example')).login_email;
  const own = await browser.newContext({ baseURL: lanyard.address });
  const desk = await own.newPage();
  await signIn(desk, lanyard, someone);

  const visitor = await (await browser.newContext({ baseURL: lanyard.address })).newPage();
  await visitor.goto('/');
  await visitor.getByRole('link', { name: 'Forgot your password?' }).click();
  await expect(visitor.getByRole('heading', { name: 'Forgot your password?' })).toBeVisible({ timeout: 20_000 });
  await isAccessible(visitor);
  await field(visitor, 'Email').fill(someone);
  await visitor.getByRole('button', { name: 'Send the link' }).click();
  await expect(visitor.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();

  const phone = await newestMail(browser, lanyard, someone, 'Choose a new password');
  await letter(phone).getByRole('link', { name: 'Choose a new password' }).click();
  await expect(phone.getByText(`For ${someone}.`)).toBeVisible({ timeout: 20_000 });
  await field(phone, 'Password').fill(PASSWORD);
  await phone.getByRole('button', { name: 'Save the password' }).click();
  await expect(phone.getByRole('heading', { name: 'Your password is changed' })).toBeVisible();
  expect((await api(desk, '/me')).status).toBe(401);
  await phone.getByRole('button', { name: 'Go to the sign-in page' }).click();
  await field(phone, 'Email').fill(someone);
  await field(phone, 'Password').fill(PASSWORD);
  await phone.getByRole('button', { name: 'Sign in' }).click();
  await expect(phone.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  await newestMail(browser, lanyard, someone, 'Your password was changed');
});

test('O4: "You\'ve been invited to the …", with an "Accept Invitation" button that leads into the portal', async ({ page, browser, lanyard }) => {
  await signIn(page, lanyard, 'admin@heartlab.example');
  const portal = (await api(page, '/me')).body.facts.policy.words.portal;
  await page.getByRole('button', { name: 'New User' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create User' });
  await field(dialog, 'Email').fill('reader.of.mail@heartlab.example');
  await dialog.getByRole('button', { name: 'Chart Editor', exact: true }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);

  const phone = await newestMail(browser, lanyard, 'reader.of.mail@heartlab.example', `You've been invited to the ${portal}`);
  await letter(phone).getByRole('link', { name: 'Accept Invitation' }).click();
  await expect(phone.getByText('reader.of.mail@heartlab.example')).toBeVisible({ timeout: 20_000 });
  await field(phone, 'Your name').fill('Reader of Mail');
  await field(phone, 'Password').fill(PASSWORD);
  await phone.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(phone.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  expect((await api(phone, '/me')).body.user.profile.login_email).toBe('reader.of.mail@heartlab.example');
  await phone.context().close();
});
