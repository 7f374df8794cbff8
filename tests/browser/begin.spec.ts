// An organisation that begins: nobody is invited before there is a location.
import { expect, field, signIn, test } from './lanyard';

test('D1: without a location "Invite" explains why and leads to adding one; then people can be invited', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@northfield.example');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(page.getByText('Add a location first')).toBeVisible();
  await expect(page.getByText('Everyone who is invited works at a location.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send Invite' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Add a location' }).click();
  await page.getByRole('button', { name: 'Add the first location' }).click();
  const dialog = page.getByRole('dialog');
  await field(dialog, 'Name').fill('Mill Lane');
  await dialog.getByRole('button', { name: 'Add location' }).click();
  await expect(page.getByRole('main').getByText('Mill Lane')).toBeVisible();

  await page.goto('/invite');
  await field(page, 'Name').fill('Uta Brandt');
  await field(page, 'Email Address').fill('uta.brandt@northfield.example');
  await page.getByRole('radio', { name: /^Front Desk/ }).click();
  await page.getByLabel('Primary Location').selectOption({ label: 'Mill Lane' });
  await page.getByRole('button', { name: 'Send Invite' }).click();
  await expect(page.getByText('Uta Brandt is invited')).toBeVisible();
});
