// Every screen and dialog at three widths: nothing runs over the edge, axe finds nothing serious, in light and in dark;
// for fingers every target is large enough.
import AxeBuilder from '@axe-core/playwright';
import { expect, field, open, signIn, test, type Page } from './lanyard';

const WIDTHS = [1280, 820, 390];
const CLINIC = 'admin@riverside.example';
const ENTERPRISE = 'admin@harmony.example';

/** The main heading is there, and nothing is being loaded any more. */
async function isThere(page: Page): Promise<void> {
  await expect(page.getByRole('heading').first()).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);
}

async function fits(page: Page, name: string, folder: (file: string) => string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    await isThere(page);
    await page.screenshot({ path: folder(`${name}-${width}.png`) });
    const over = await page.evaluate(() => {
      const open = document.querySelector('dialog[open]');
      return Math.max(document.documentElement.scrollWidth - innerWidth, open ? open.scrollWidth - open.clientWidth : 0);
    });
    expect.soft(over, `${name} at ${width} px runs over the edge`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize({ width: WIDTHS[0]!, height: 860 });
}

async function isReadable(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 5).join(', ')}`);
    expect.soft(told, `${name} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function look(page: Page, name: string, folder: (file: string) => string): Promise<void> {
  await isThere(page);
  await fits(page, name, folder);
  await isReadable(page, name);
}

/** What someone sees who signs in: screens by path, and a person's three parts. */
const READERS: [who: string, person: string, paths: string[]][] = [
  [CLINIC, 'Ana García', ['/users', '/invite', '/roles', '/sites', '/activity', '/import']],
  ['manager@riverside.example', 'Keiko Ito', ['/users', '/invite']],
  [ENTERPRISE, 'Paula Moreau', ['/users', '/invite', '/roles', '/sites', '/activity', '/import']],
  ['manager@harmony.example', 'Dolores Vega', ['/users', '/invite']],
];

for (const [who, person, paths] of READERS) {
  for (const path of paths) {
    test(`the screen ${path} of ${who} fits every width and can be read by everyone`, async ({ page, lanyard }, info) => {
      await signIn(page, lanyard, who, path);
      await look(page, path.slice(1), (file) => info.outputPath(file));
    });
  }
  test(`the screen of a person, for ${who}, fits every width and can be read by everyone`, async ({ page, lanyard }, info) => {
    await signIn(page, lanyard, who);
    for (const part of ['profile', 'access', 'activity']) {
      await open(page, person, part);
      await look(page, `user-${part}`, (file) => info.outputPath(file));
    }
  });
}

test('the sign-in page fits every width and can be read by everyone', async ({ page }, info) => {
  await page.goto('/');
  await look(page, 'sign-in', (file) => info.outputPath(file));
});

/** Every dialog, and the way to it. */
const DIALOGS: [name: string, who: string, ask: (page: Page) => Promise<void>][] = [
  ['deactivate', CLINIC, (page) => action(page, 'Brian Romero', 'Deactivate')],
  ['resend', CLINIC, async (page) => {
    await page.goto('/users?tab=invited');
    await action(page, 'Erik Larsen', 'Resend Invite');
  }],
  ['delete', ENTERPRISE, (page) => action(page, 'Mateo Cruz', 'Delete User')],
  ['several', CLINIC, async (page) => {
    for (const name of ['Ahmed Ali', 'Amélie Roy']) await row(page, name).getByRole('checkbox').check();
    await page.getByRole('region', { name: 'Selected people' }).getByRole('button', { name: /^Deactivate/ }).click();
  }],
  ['add-practice', ENTERPRISE, async (page) => {
    await page.goto('/sites');
    await page.getByRole('button', { name: 'Add practice' }).click();
  }],
  ['archive-location', CLINIC, async (page) => {
    await page.goto('/sites');
    await page.getByRole('button', { name: 'Actions for Elm Street' }).click();
    await page.getByRole('menuitem', { name: /^Archive/ }).click();
  }],
  ['leave', CLINIC, async (page) => {
    await open(page, 'Brian Romero');
    await field(page, 'Phone').fill('+1 415 555 0101');
    await page.getByRole('navigation').getByRole('link', { name: 'Roles' }).first().click();
  }],
  ['search-everything', ENTERPRISE, async (page) => {
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox', { name: 'Search everything' }).fill('a');
    await expect(page.getByRole('option').first()).toBeVisible();
  }],
];

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function action(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

for (const [name, who, ask] of DIALOGS) {
  test(`the dialog ${name} fits every width and can be read by everyone`, async ({ page, lanyard }, info) => {
    await signIn(page, lanyard, who);
    await ask(page);
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page, `dialog-${name}`, (file) => info.outputPath(file));
  });
}

/** Targets that a finger would miss; a link within a sentence may be as high as its line (WCAG 2.5.8). */
async function small(page: Page): Promise<string[]> {
  return page.locator('button:visible, input:visible, select:visible, textarea:visible, a.button:visible, summary:visible, [role=tab]:visible').evaluateAll((targets) =>
    targets.flatMap((target) => {
      if (target.matches('.link, .visually-hidden')) return [];
      const label = target.closest('label') ?? target;
      // What is drawn small may have a larger, invisible box that takes the touch.
      const touch = getComputedStyle(target, '::before');
      const drawn = label.getBoundingClientRect();
      const around = touch.position === 'absolute' ? [parseFloat(touch.width), parseFloat(touch.height)] : [0, 0];
      const [width, height] = [Math.max(drawn.width, around[0]!), Math.max(drawn.height, around[1]!)];
      const tooSmall = height < 43.5 || (width < 43.5 && label === target);
      return tooSmall ? [`${Math.round(width)}×${Math.round(height)} ${target.outerHTML.slice(0, 120)}`] : [];
    }),
  );
}

test.describe('for fingers', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 820, height: 1100 } });
  for (const [who, person, paths] of READERS) {
    test(`every target is at least 44 px for ${who}`, async ({ page, lanyard }) => {
      await signIn(page, lanyard, who);
      expect(await page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
      for (const path of paths) {
        await page.goto(path);
        await isThere(page);
        expect.soft(await small(page), path).toEqual([]);
      }
      for (const part of ['profile', 'access', 'activity']) {
        await open(page, person, part);
        await isThere(page);
        expect.soft(await small(page), part).toEqual([]);
      }
    });
  }
});
