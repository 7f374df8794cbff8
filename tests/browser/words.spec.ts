// The words and lists that an organisation knows come from its policy, also where a screen was made for another one first.
import { expect, signIn, test } from './lanyard';

test('M11: active users and pending invitations are two lists, under these names', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@talents.example');
  await expect(page.getByRole('heading', { name: 'User Management', level: 1 })).toBeVisible();
  const [active, pending] = [page.getByRole('tab', { name: /^Active Users/ }), page.getByRole('tab', { name: /^Pending Invitations/ })];
  await expect(active).toHaveAttribute('aria-selected', 'true');
  await pending.click();
  await expect(pending).toHaveAttribute('aria-selected', 'true');
  await expect(active).toHaveAttribute('aria-selected', 'false');
});

test('O2: "Users" is in the top navigation, and "New User" opens "Create User"', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@heartlab.example');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Users' }).first()).toBeVisible();
  await page.getByRole('button', { name: 'New User' }).click();
  await expect(page.getByRole('heading', { name: 'Create User' })).toBeVisible();
});
