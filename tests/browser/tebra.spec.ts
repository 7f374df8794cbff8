// Tebra: inactive and locked accounts, providers with products. What a person who knows it looks for, in its words.
import { api, expect, field, open, person, sendEdit, signIn, test, type Page } from './lanyard';

test.use({ own: 'tebra' });

const ADMIN = 'admin@maple.example';
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

/** Opens the menu of somebody in the list and chooses from it. */
async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('searchbox').fill(name);
  // The head and the one who is found.
  await expect(page.getByRole('row')).toHaveCount(2);
  await row(page, name).getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

test('T1: whoever is no System Administrator finds no accounts to reactivate, and is refused', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const { id } = await person(page, 'Sean Lowe', 'inactive');
  await page.context().clearCookies();
  await signIn(page, lanyard, 'manager@maple.example');
  await expect(page.getByRole('link', { name: 'User Accounts' })).toHaveCount(0);
  const refused = await sendEdit(page, { activate: { user: id } }).catch(() => null);
  const answer = refused ?? (await api(page, '/edits', { edit: { activate: { user: id } }, seen_revision: 1, confirmations: [], idempotency_key: crypto.randomUUID() }));
  expect([403, 404, 422]).toContain(answer.status);
});

test('T2: who is locked out is told whom to ask, without a name', async ({ page, lanyard }) => {
  await page.goto('/');
  await field(page, 'Email').fill('helen.marsh@maple.example');
  await field(page, 'Password').fill(lanyard.passwordOf(ADMIN));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('contact your System Administrator, or whoever created your account');
  await expect(page.getByText(/Dana|Whitfield|Solis/)).toHaveCount(0);
  await expect(page.getByText('Forgot your password?')).toHaveCount(1);
});

test('T5, T8, T14: "Locked Status" and "User Type" filter alone and together, and a user may be inactive and locked', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/users?tab=inactive');
  await page.getByRole('searchbox', { name: 'Search user accounts' }).fill('boyd');
  await expect(row(page, 'Edith Boyd')).toContainText('Locked');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'Locked Status' }).click();
  await page.getByRole('menuitemradio', { name: 'Locked', exact: true }).click();
  await expect(page).toHaveURL(/locked=true/);
  await expect(row(page, 'Edith Boyd')).toBeVisible();
  await expect(row(page, 'Sean Lowe')).toHaveCount(0);
  await page.getByRole('button', { name: 'User Type' }).click();
  await page.getByRole('menuitemradio', { name: 'Provider', exact: true }).click();
  await expect(row(page, 'Edith Boyd')).toHaveCount(0);
  await page.getByRole('button', { name: /^User Type/ }).click();
  await page.getByRole('menuitemradio', { name: 'Non-Provider', exact: true }).click();
  await expect(row(page, 'Edith Boyd')).toBeVisible();
});

test('T9, T14: the Locked list says why and since when; "Unlock User" confirms, and a look at the account is advised', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/users?tab=locked&clinical=false');
  const first = page.getByRole('row').filter({ hasNotText: 'Edith Boyd' }).nth(1);
  await expect(first).toContainText(/Failed sign-ins|By an administrator/);
  const link = first.getByRole('link').first();
  const [name, path] = [(await link.textContent())!, (await link.getAttribute('href'))!];
  await choose(page, name, 'Unlock');
  const dialog = page.getByRole('dialog', { name: 'Unlock User' });
  await dialog.getByRole('button', { name: 'Unlock User' }).click();
  await expect(dialog).toContainText('Have a look at the account');
  await dialog.getByRole('button', { name: 'Edit User' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
  expect((await api(page, path)).body.facts.subject.locked ?? null).toBeNull();
});

test('T10, T12, T13: an unlocked provider gets products of the practice, by the terms, and the agreement is shown', async ({
  page,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN, '/users?tab=locked');
  await choose(page, 'Helen Marsh', 'Unlock');
  const unlock = page.getByRole('dialog', { name: 'Unlock User' });
  await unlock.getByRole('button', { name: 'Unlock User' }).click();
  await unlock.getByRole('button', { name: 'Edit User' }).click();
  await expect(page.getByRole('heading', { name: 'Edit (Helen Marsh)', level: 1 })).toBeVisible();
  await page.getByRole('checkbox', { name: /^EHR · / }).check();
  await page.getByRole('checkbox', { name: /^Practice Management · / }).check();
  await page.getByRole('button', { name: 'Add Products for this Provider' }).click();
  const dialog = page.getByRole('dialog', { name: /^Confirm Adding Provider License/ });
  await expect(dialog.getByRole('region', { name: 'What it costs' })).toContainText('298.00');
  await expect(dialog).toContainText('Version 2024-10-09');
  await expect(dialog.getByRole('region', { name: 'Tebra: terms' })).toContainText('licensed for the one provider');
  const submit = dialog.getByRole('button', { name: 'Submit' });
  await expect(submit).toBeDisabled();
  await dialog
    .getByRole('checkbox', { name: "I agree with Tebra's Terms of Service and authorize this addition to my invoice." })
    .check();
  await submit.click();
  await expect(dialog).toBeHidden();
  const held = page.getByRole('listitem').filter({ hasText: 'agreed to by Dana Whitfield, terms 2024-10-09' });
  await expect(held).toHaveCount(2);
  await page.getByRole('tab', { name: 'Activity' }).click();
  await page.getByText(/^Added (EHR|Practice Management)/).click();
  await expect(page.getByText("I agree with Tebra's Terms of Service")).toBeVisible();
});

test('T10: whoever is no provider is offered no products', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  await open(page, 'Ray Solis');
  await expect(field(page, 'First name')).toHaveValue('Ray');
  await expect(page.getByText('Add Products for this Provider')).toHaveCount(0);
});

test('T11: Billing soon after a deactivation is asked for by a case, which is listed and closed', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const viktor = await person(page, 'Viktor Hale');
  const gone = await sendEdit(page, { deactivate: { user: viktor.id } }, [{ deactivation: { user: viktor.id } }]);
  expect(gone.status).toBe(200);
  expect((await sendEdit(page, { activate: { user: viktor.id } })).status).toBe(200);
  await page.goto(`/users/${viktor.id}`);
  await expect(page.getByRole('checkbox', { name: /^Billing/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Open a case for Billing' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Opened: Dana Whitfield' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open a case for Billing' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Support cases' }).first().click();
  const line = page.getByRole('listitem').filter({ hasText: 'Viktor Hale' });
  await expect(line).toContainText('Billing');
  await line.getByRole('button', { name: 'Close…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Close the case about Billing for Viktor Hale' });
  await expect(dialog.getByRole('button', { name: 'Close the case' })).toBeDisabled();
  await dialog.getByRole('textbox').fill('Support added it to the invoice');
  await expect(dialog).toContainText('Billing can be added here from');
  await dialog.getByRole('button', { name: 'Close the case' }).click();
  await expect(line).toHaveCount(0);
  await page.getByRole('tab', { name: 'Closed' }).click();
  await expect(line).toContainText('Support added it to the invoice');
});

test('T6: after activation an account that reaches nothing says so and leads to where access is given', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN);
  const sean = await person(page, 'Sean Lowe', 'inactive');
  const held = sean.assignments.map((one: any) => ({ role: one.role, place: { site: one.scope.site.site } }));
  const cleared = await sendEdit(page, { change: { user: sean.id, access: { revoke: held } } });
  expect(cleared.status).toBe(200);
  await page.goto('/users?tab=inactive');
  await choose(page, 'Sean Lowe', 'Activate');
  const dialog = page.getByRole('dialog', { name: /^Activate/ });
  await dialog.getByRole('button', { name: 'Activate' }).click();
  await expect(dialog).toContainText('Reaches nothing until roles and practices are assigned');
  await dialog.getByRole('button', { name: 'Assign roles and practices' }).click();
  await expect(page.getByRole('tab', { name: 'Access' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('note').filter({ hasText: 'Reaches nothing until' })).toBeVisible();
});

test('T7: a temporary password is shown once, copied, and never chosen; its person chooses their own with it', async ({
  page,
  browser,
  lanyard,
}) => {
  await signIn(page, lanyard, ADMIN);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await choose(page, 'June Park', 'Temporary password');
  const dialog = page.getByRole('dialog', { name: /June Park/ });
  await expect(dialog.getByRole('textbox')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Make a temporary password' }).click();
  const shown = (await dialog.locator('output').textContent())!;
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await expect(dialog.getByText('Copied.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(shown)).toHaveCount(0);

  const { login_email } = await person(page, 'June Park');
  const june = await (await browser.newContext({ baseURL: lanyard.address })).newPage();
  await june.goto('/');
  await field(june, 'Email').fill(login_email);
  await field(june, 'Password').fill(shown);
  await june.getByRole('button', { name: 'Sign in', exact: true }).click();
  const chosen = field(june, 'New password');
  await chosen.fill('June Park June Park');
  await expect(june.getByText(/easy to guess/)).toBeVisible();
  await june.getByRole('checkbox', { name: 'Show the password' }).check();
  await expect(chosen).toHaveAttribute('type', 'text');
  await chosen.fill('kettle under a blue sky');
  await expect(june.getByText(/Very hard to guess/)).toBeVisible();
  await june.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(june.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  await june.context().close();
});
