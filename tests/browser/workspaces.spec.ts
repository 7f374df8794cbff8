// Chart workspaces with their members.
import { expect, field, open, person, sendEdit, signIn, test } from './lanyard';

const ADMIN = 'admin@heartlab.example';

test('O12: a workspace shows its members; a deleted user is out of all of them, and the others stay', async ({ page, lanyard }) => {
  await signIn(page, lanyard, ADMIN, '/sites');
  const dialog = page.getByRole('dialog');
  for (const name of ['Stress tests', 'Echo review']) {
    await page.getByRole('button', { name: 'Add chart workspace' }).click();
    await field(dialog, 'Name').fill(name);
    await dialog.getByRole('button', { name: 'Add chart workspace' }).click();
    await expect(page.getByRole('link', { name })).toBeVisible();
  }
  const emails = ['leaves@heartlab.example', 'stays@heartlab.example'];
  for (const login_email of emails) {
    const grant = [{ role: 'chart_editor', scope: 'organisation' }];
    const made = await sendEdit(page, { invite: { user: crypto.randomUUID(), profile: { login_email }, access: { grant } } });
    expect(made.status).toBe(200);
  }
  const rows = page.getByRole('main').getByRole('listitem');
  for (const name of ['Stress tests', 'Echo review']) {
    await page.goto('/sites');
    await page.getByRole('link', { name }).click();
    for (const email of emails) {
      await page.getByRole('button', { name: 'Add people' }).click();
      await dialog.getByRole('searchbox').fill(email);
      await dialog.getByRole('listitem').filter({ hasText: email }).getByRole('button').click();
      await dialog.getByRole('button', { name: `Add ${email} to ${name}` }).click();
      await expect(rows.filter({ hasText: email })).toBeVisible();
    }
  }

  const { id } = await person(page, emails[0]!, 'invited');
  const gone = await sendEdit(page, { delete: { user: id } }, [{ deletion: { user: id } }]);
  expect(gone.status).toBe(200);
  for (const name of ['Stress tests', 'Echo review']) {
    await page.goto('/sites');
    await page.getByRole('link', { name }).click();
    await expect(rows.filter({ hasText: emails[1]! })).toBeVisible();
    await expect(rows.filter({ hasText: emails[0]! })).toHaveCount(0);
    await expect(page.getByText('1 person')).toBeVisible();
  }
  // From the person's side it is the same.
  await open(page, emails[1]!, 'access', 'invited');
  await expect(page.getByRole('checkbox', { name: 'Stress tests' })).toBeChecked();
});
