// The main job from beginning to end: a roster comes in, people are invited, edited and protected, all of it on record.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, field, open, signIn, test, willChange, type Lanyard } from './lanyard';

const ROSTER = join(__dirname, '..', 'rosters', 'riverside.csv');
const ADMIN = 'admin@riverside-new.example';
test.use({ own: 'main job' });

/** What any program does without a browser: sign in, send an edit. */
async function overHttp(lanyard: Lanyard, email: string, proposal: unknown): Promise<{ status: number; body: any }> {
  const post = (path: string, body: unknown, headers = {}) =>
    fetch(`${lanyard.address}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: lanyard.address, ...headers },
      body: JSON.stringify(body),
    });
  const signedIn = await post('/sign-in', { email, password: lanyard.passwordOf(email) });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const answer = await post('/edits', proposal, { cookie });
  return { status: answer.status, body: await answer.json() };
}

test('import, invite, change a role, meet a refusal and its remedy, confirm consequences, find it all on record; X1 by raw HTTP', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  await page.getByRole('link', { name: 'Import…' }).click();
  await page.getByLabel('Choose a file').setInputFiles(ROSTER);
  await page.getByRole('button', { name: /^Use all \d+ proposals/ }).click();
  await page.getByRole('checkbox', { name: /^Leave out the \d+ rows/ }).click();
  await page.getByRole('button', { name: /^Create \d+/ }).click();
  await expect(page.getByText(/Done\. \d+ people were imported\./)).toBeVisible({ timeout: 60_000 });

  await page.goto('/invite');
  await field(page, 'Name').fill('Quinn Abara');
  await field(page, 'Email Address').fill('quinn.abara@riverside-new.example');
  await page.getByRole('radio', { name: /^Provider/ }).click();
  await page.getByLabel('Primary Location').selectOption({ label: 'Elm Street' });
  await page.getByRole('button', { name: 'Send Invite' }).click();
  await expect(page.getByText('Quinn Abara is invited')).toBeVisible();

  await page.goto('/sites');
  await page.getByRole('button', { name: 'Add location' }).click();
  await field(page.getByRole('dialog'), 'Name').fill('Annex');
  await page.getByRole('dialog').getByRole('button', { name: 'Add location' }).click();
  await expect(page.getByRole('button', { name: 'Actions for Annex' })).toBeVisible();

  // A change of the role, and with it an NPI that cannot be right: refused with its reason, put right by its link.
  const { id } = await open(page, 'Quinn Abara', 'access', 'invited');
  await page.getByRole('radio', { name: /^Nurse/ }).click();
  await page.getByRole('switch', { name: 'Annex' }).click();
  await expect(willChange(page)).toContainText('manage medications');
  await expect(willChange(page).getByRole('heading', { name: 'Annex' })).toBeVisible();
  await page.getByRole('tab', { name: 'Profile' }).click();
  await field(page, 'NPI').fill('12345');
  await field(page, 'NPI').press('Tab');
  await expect(page.getByText('An NPI has 10 digits; this one has 5.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Leave NPI as it is' }).first().click();
  await expect(field(page, 'NPI')).toHaveValue('');

  // Before the page's edit gets through, the refused one arrives past the page: refused for the same reason, and what the
  // server offers instead is what the link has made of the form.
  let sent: any, refused: any;
  await page.route('**/api/v1/edits', async (route) => {
    sent = route.request().postDataJSON();
    const change = { ...sent.edit.change, profile: { npi: '12345' } };
    refused = await overHttp(lanyard, ADMIN, { ...sent, edit: { change }, idempotency_key: randomUUID() });
    await route.continue();
  });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Quinn Abara is saved')).toBeVisible();
  await page.unroute('**/api/v1/edits');
  expect(sent.edit.change.user).toBe(id);
  expect(refused.status).toBe(422);
  expect(refused.body.verdict.refusals).toEqual([
    { rule: 'D7', field: { profile: 'npi' }, reason: { npi_length: { digits: 5 } }, remedy: { instead: sent.edit } },
  ]);

  await page.goto('/users');
  await page.getByRole('button', { name: 'Actions for Nora Quist' }).click();
  const last = page.getByRole('menuitem', { name: 'Deactivate' });
  await expect(last).toBeDisabled();
  await expect(last).toContainText('Nora Quist is the last person who can manage users');
  await page.keyboard.press('Escape');

  // Consequences that a dialog names and its button confirms.
  await page.goto('/sites');
  await page.getByRole('button', { name: 'Actions for Annex' }).click();
  await page.getByRole('menuitem', { name: /^Archive/ }).click();
  await expect(page.getByRole('dialog')).toContainText('1 person with Nurse loses access here.');
  await page.getByRole('dialog').getByRole('button', { name: 'Archive Annex' }).click();
  await expect(page.getByRole('button', { name: 'Actions for Annex' })).toHaveCount(0);

  await page.goto('/activity');
  const record = page.getByRole('main').getByRole('listitem').filter({ has: page.locator('summary') });
  // Whoever lost something by the archiving has it on a record of their own.
  await expect(record.first()).toContainText('Annex was archived');
  const [first, second, third, fourth] = [1, 2, 3, 4].map((at) => record.locator('summary').nth(at));
  await expect(first!).toContainText('Archived Annex');
  await expect(second!).toContainText('Quinn Abara');
  await expect(third!).toContainText('Added the location Annex');
  await expect(fourth!).toContainText('Invited');
  await first!.click();
  await expect(record.nth(1)).toContainText('What was confirmed');
  await second!.click();
  await expect(record.nth(2)).toContainText('Nurse');
  await page.getByRole('searchbox').fill('david');
  await expect(record.filter({ hasText: 'Invited' }).first()).toContainText(/David/);
});
