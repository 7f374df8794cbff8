// Every screen and dialog of every preset at three widths and in three languages: nothing runs over the edge, is cut off or
// lies on something else; axe finds nothing, in light and in dark; for fingers every target is large enough.
//
// Another screen is a path in READERS, another dialog a line in DIALOGS.
import { expect, field, open, person, signIn, test, type Page } from './lanyard';
import { fits, isReadable, isThere, small } from './look';

test.use({ own: 'look' });

const CLINIC = 'admin@riverside.example';
const ENTERPRISE = 'admin@harmony.example';
const ACCOUNT = 'admin@talents.example';
const LABORATORY = 'admin@heartlab.example';
const GROUP = 'admin@maple.example';

/** What someone sees who signs in: screens by path, and a person's three parts. */
const READERS: [who: string, person: string, paths: string[]][] = [
  [CLINIC, 'Ana García', ['/users', '/users?tab=invited', '/users?tab=inactive', '/users?search=nobody-at-all', '/invite', '/roles', '/sites', '/activity', '/import', '/policy']],
  ['manager@riverside.example', 'Keiko Ito', ['/users', '/invite', '/roles']],
  [ENTERPRISE, 'Paula Moreau', ['/users', '/users?tab=locked', '/invite', '/roles', '/sites', '/groups', '/activity', '/import', '/policy']],
  ['manager@harmony.example', 'Dolores Vega', ['/users', '/invite']],
  ['mateo.cruz@harmony.example', 'Mateo Cruz', ['/users']],
  [ACCOUNT, 'Anton Weiss', ['/users', '/users?tab=invited', '/invite', '/roles', '/activity']],
  ['user@talents.example', 'Julia Stone', ['/users']],
  [LABORATORY, 'editor@heartlab.example', ['/users', '/users?tab=invited', '/roles', '/sites', '/activity']],
  ['viewer@heartlab.example', 'viewer@heartlab.example', ['/users']],
  [GROUP, 'Viktor Hale', ['/users', '/users?tab=inactive', '/users?tab=locked', '/invite', '/roles', '/sites', '/cases', '/activity']],
  ['manager@maple.example', 'Gil Moreno', ['/users']],
];
const PARTS = ['', '/access', '/activity'];

const OWN_NAMES: Record<string, string> = { en: 'English', fr: 'Français', es: 'Español' };

/** Speaks another language by the account menu, also while a dialog is before it. */
async function speak(page: Page, language: string): Promise<void> {
  const html = page.locator('html');
  if ((await html.getAttribute('lang')) === language) return;
  await page.locator('header button:has(.avatar)').first().dispatchEvent('click');
  await page.locator('[role=menuitem]', { hasText: OWN_NAMES[language] }).first().dispatchEvent('click');
  await expect(html).toHaveAttribute('lang', language);
}

async function look(page: Page, name: string): Promise<void> {
  await isThere(page);
  await fits(page, name, (language) => speak(page, language));
  await isReadable(page, name);
}

/** Of the one who signs in: addresses of the screens, those of a person included. */
async function addresses(page: Page, who: string, name: string, paths: string[]): Promise<string[]> {
  const mine = who === name || paths.length < 2;
  const id = mine ? null : (await person(page, name)).id;
  return [...paths, ...(id ? PARTS.map((part) => `/users/${id}${part}`) : [])];
}

for (const [who, name, paths] of READERS) {
  test(`every screen of ${who} fits every width and language and can be read by everyone`, async ({ page, lanyard }) => {
    test.setTimeout(400_000);
    await signIn(page, lanyard, who);
    for (const path of await addresses(page, who, name, paths)) {
      await page.goto(path);
      await look(page, path);
    }
  });
}

for (const [name, path] of [['sign-in', '/'], ['forgotten password', '/forgot']] as const) {
  test(`the ${name} page fits every width and can be read by everyone`, async ({ page }) => {
    await page.goto(path);
    await fits(page, name, async (language) => {
      await page.evaluate((language) => localStorage.setItem('lanyard.language', language), language);
      await page.reload();
      await expect(page.locator('html')).toHaveAttribute('lang', language);
    });
    await isReadable(page, name);
  });
}

/** Every dialog, and the way to it. */
const DIALOGS: [name: string, who: string, ask: (page: Page) => Promise<void>][] = [
  ['deactivate', CLINIC, (page) => action(page, 'Brian Romero', 'Deactivate')],
  ['resend', CLINIC, (page) => action(page, 'Erik Larsen', 'Resend Invite', 'invited')],
  ['delete', ENTERPRISE, (page) => action(page, 'Mateo Cruz', 'Delete User')],
  ['delete from the laboratory', LABORATORY, (page) => action(page, 'editor@heartlab.example', 'Delete')],
  ['remove access', ACCOUNT, (page) => action(page, 'Anton Weiss', 'Remove access')],
  ['withdraw an invitation', ACCOUNT, (page) => action(page, 'Omar Diallo', 'Delete invitation', 'invited')],
  ['unlock', GROUP, (page) => action(page, 'Helen Marsh', 'Unlock', 'locked')],
  ['activate', GROUP, (page) => action(page, 'Sean Lowe', 'Activate', 'inactive')],
  ['several', CLINIC, async (page) => {
    const boxes = page.getByRole('row').getByRole('checkbox');
    await boxes.nth(1).check();
    await boxes.nth(2).check();
    await page.getByRole('region', { name: 'Selected people' }).getByRole('button', { name: /^Deactivate/ }).click();
  }],
  ['add a practice', ENTERPRISE, (page) => press(page, '/sites', 'Add practice')],
  ['archive a location', CLINIC, async (page) => {
    await press(page, '/sites', 'Actions for Elm Street');
    await page.getByRole('menuitem', { name: /^Archive/ }).click();
  }],
  ['leave', CLINIC, async (page) => {
    await open(page, 'Brian Romero');
    await field(page, 'Phone').fill('+1 415 555 0101');
    await page.getByRole('navigation').getByRole('link', { name: 'Roles' }).first().click();
  }],
  ['search for everything', ENTERPRISE, async (page) => {
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox', { name: 'Search everything' }).fill('a');
    await expect(page.getByRole('option').first()).toBeVisible();
  }],
  ['start from a preset', CLINIC, async (page) => {
    await press(page, '/policy', /^Start from a preset/);
    await page.getByRole('dialog').getByRole('radio', { name: 'Tebra' }).check();
    await expect(page.getByRole('dialog').getByText(/differences from/)).toBeVisible();
  }],
  ['promotion', ENTERPRISE, async (page) => {
    await open(page, 'mateo.cruz@harmony', 'access');
    await page.getByRole('button', { name: 'Promote to Enterprise safely…' }).click();
  }],
  ['add people to a group', ENTERPRISE, async (page) => {
    await page.goto('/groups');
    await page.getByRole('link', { name: 'On-call leads' }).click();
    await page.getByRole('button', { name: 'Add people' }).click();
  }],
  ['an invitation over the list', LABORATORY, (page) => press(page, '/users', 'New User')],
  ['a user over the list', LABORATORY, async (page) => {
    await page.goto('/users?search=editor@heartlab');
    await page.getByRole('link', { name: 'editor@heartlab.example' }).first().click();
  }],
  ['licences', GROUP, async (page) => {
    await open(page, 'Viktor Hale');
    await page.getByRole('checkbox', { name: /^Billing · / }).check();
    await page.getByRole('button', { name: 'Add Products for this Provider' }).click();
  }],
  ['add a role', CLINIC, (page) => press(page, '/policy', 'Add a role')],
];

async function press(page: Page, path: string, name: string | RegExp): Promise<void> {
  await page.goto(path);
  await page.getByRole('button', { name }).first().click();
}

async function action(page: Page, search: string, item: string, tab = 'active'): Promise<void> {
  await page.goto(`/users?tab=${tab}&search=${encodeURIComponent(search)}`);
  await page.getByRole('button', { name: /^Actions for/ }).first().click();
  await page.getByRole('menuitem', { name: item }).first().click();
}

for (const [name, who, ask] of DIALOGS) {
  test(`the dialog “${name}” fits every width and language and can be read by everyone`, async ({ page, lanyard }) => {
    await signIn(page, lanyard, who);
    await ask(page);
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page, name);
    await expect(page.getByRole('dialog')).toBeVisible();
  });
}

test.describe('for fingers', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 820, height: 1100 } });
  for (const [who, name, paths] of READERS) {
    test(`every target is at least 44 px for ${who}`, async ({ page, lanyard }) => {
      await signIn(page, lanyard, who);
      expect(await page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
      for (const path of await addresses(page, who, name, paths)) {
        await page.goto(path);
        await isThere(page);
        expect.soft(await small(page), path).toEqual([]);
      }
    });
  }
  for (const [name, who, ask] of DIALOGS) {
    test(`every target of the dialog “${name}” is at least 44 px`, async ({ page, lanyard }) => {
      await signIn(page, lanyard, who);
      await ask(page);
      await expect(page.getByRole('dialog')).toBeVisible();
      expect.soft(await small(page), name).toEqual([]);
    });
  }
});
