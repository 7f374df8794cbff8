// Every screen at three widths: nothing runs over the edge, and axe finds nothing serious, in light and in dark.
import AxeBuilder from '@axe-core/playwright';
import { expect, open, signIn, test, type Page } from './lanyard';

const WIDTHS = [1280, 820, 390];
const ADMIN = 'admin@riverside.example';

/** The main heading is there, and nothing is being loaded any more. */
async function isThere(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);
}

async function look(page: Page, name: string, folder: (file: string) => string): Promise<void> {
  await isThere(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    await isThere(page);
    await page.screenshot({ path: folder(`${name}-${width}.png`) });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect.soft(over, `${name} at ${width} px runs over the edge`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize({ width: WIDTHS[0]!, height: 860 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 5).join(', ')}`);
    expect.soft(told, `${name} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

for (const [name, path] of [
  ['users', '/users'],
  ['invite', '/invite'],
  ['roles', '/roles'],
  ['sites', '/sites'],
  ['activity', '/activity'],
  ['import', '/import'],
] as const) {
  test(`the screen ${name} fits every width and can be read by everyone`, async ({ page, lanyard }, info) => {
    await signIn(page, lanyard, ADMIN, path);
    await look(page, name, (file) => info.outputPath(file));
  });
}

test('the screen of a person fits every width and can be read by everyone', async ({ page, lanyard }, info) => {
  await signIn(page, lanyard, ADMIN);
  for (const part of ['profile', 'access', 'activity']) {
    await open(page, 'Ana García', part);
    await look(page, `user-${part}`, (file) => info.outputPath(file));
  }
});

test('the sign-in page fits every width and can be read by everyone', async ({ page }, info) => {
  await page.goto('/');
  await look(page, 'sign-in', (file) => info.outputPath(file));
});
