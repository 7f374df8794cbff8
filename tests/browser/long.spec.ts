// Ten thousand people in one list: only the rows in sight exist, all of them are reached, and a place in it is kept.
import { api, expect, signIn, test } from './lanyard';

const PEOPLE = 10_000;
test.use({ people: PEOPLE, own: 'long' });

test('10,000 people scroll to the last one with few rows in the page, and Back leads to the same place', async ({ page, lanyard }) => {
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  const grid = page.getByRole('grid');
  const rows = grid.locator('[role=row][aria-rowindex]');
  await expect(rows.first()).toBeVisible();
  const { counts } = (await api(page, '/users?limit=1')).body;
  const active: number = counts.active;
  expect(active).toBeGreaterThan(PEOPLE / 2);
  await expect(grid).toHaveAttribute('aria-rowcount', `${active}`);

  // Watched at every change of the page from here on: rows that exist at once, frames while it scrolls.
  await grid.evaluate((element) => {
    const seen = { most: 0 };
    (window as any).seen = seen;
    const count = () => (seen.most = Math.max(seen.most, element.querySelectorAll('[aria-rowindex]').length));
    new MutationObserver(count).observe(element, { childList: true, subtree: true });
  });
  for (let screen = 0; screen < 30; screen += 1) await grid.evaluate((element) => element.scrollBy(0, element.clientHeight));
  const at = Number(await rows.first().getAttribute('aria-rowindex'));
  expect(at).toBeGreaterThan(100);
  await expect(rows.first().getByRole('link')).toBeVisible();

  await grid.focus();
  await page.keyboard.press('End');
  const last = grid.locator(`[aria-rowindex="${active}"]`);
  await expect(last.getByRole('link')).toBeVisible({ timeout: 60_000 });
  const [z] = (await api(page, '/users?sort=name_descending&limit=1')).body.rows;
  await expect(last.getByRole('link')).toHaveText(z.name);
  await expect(last).toBeInViewport();

  const most = await page.evaluate(() => (window as any).seen.most as number);
  const inSight = await grid.evaluate((element) => element.clientHeight / (element.querySelector('[aria-rowindex]') as HTMLElement).offsetHeight);
  expect(most).toBeLessThan(inSight + 30);

  const top = await grid.evaluate((element) => element.scrollTop);
  await last.getByRole('link').click();
  await expect(page.getByRole('tab', { name: 'Profile' })).toBeVisible();
  await page.goBack();
  await expect(last.getByRole('link')).toBeVisible({ timeout: 60_000 });
  expect(Math.abs((await grid.evaluate((element) => element.scrollTop)) - top)).toBeLessThan(2);
});

test('a search among 10,000 narrows them at once, and no row of the search before stays', async ({ page, lanyard }) => {
  await signIn(page, lanyard, `person0@crowd-of-${PEOPLE}.example`);
  await page.getByRole('searchbox').fill('person4321@');
  await expect(page.getByText('1 person', { exact: true })).toBeVisible();
  await expect(page.getByRole('grid').locator('[aria-rowindex]')).toHaveCount(1);
});
