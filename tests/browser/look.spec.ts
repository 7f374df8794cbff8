// Every screen and dialog of every preset at three widths and in three languages: nothing runs over the edge, is cut off or
// lies on something else; axe finds nothing, in light and in dark; for fingers every target is large enough.
//
// Another screen is a path in READERS, another dialog a line in DIALOGS.
import { join } from 'node:path';
import { type Lanyard, api, elsewhere, expect, field, open, person, sendEdit, signIn, test, type Page } from './lanyard';
import { OWN_NAMES, fits, isReadable, isThere, small } from './look';

test.use({ own: 'look', named: true });

const CLINIC = 'admin@riverside.example';
const ENTERPRISE = 'admin@harmony.example';
const ACCOUNT = 'admin@talents.example';
const LABORATORY = 'admin@heartlab.example';
const GROUP = 'admin@maple.example';

/** What someone sees who signs in: screens by path, and a person's three parts. */
const READERS: [who: string, person: string, paths: string[]][] = [
  [CLINIC, 'Ana García', ['/users', '/users?tab=invited', '/users?tab=inactive', '/users?search=nobody-at-all', '/invite', '/roles', '/sites', '/activity', '/import', '/policy', '/embedding', '/identity-provider', '/account']],
  ['manager@riverside.example', 'Keiko Ito', ['/users', '/invite', '/roles']],
  [ENTERPRISE, 'Paula Moreau', ['/users', '/users?tab=locked', '/invite', '/roles', '/sites', '/groups', '/activity', '/mail', '/import', '/policy']],
  ['manager@harmony.example', 'Dolores Vega', ['/users', '/invite']],
  ['mateo.cruz@harmony.example', 'Mateo Cruz', ['/users']],
  [ACCOUNT, 'Anton Weiss', ['/users', '/users?tab=invited', '/invite', '/roles', '/sites', '/activity']],
  ['user@talents.example', 'Julia Stone', ['/users']],
  [LABORATORY, 'editor@heartlab.example', ['/users', '/users?tab=invited', '/roles', '/sites', '/activity']],
  ['viewer@heartlab.example', 'viewer@heartlab.example', ['/users']],
  [GROUP, 'Viktor Hale', ['/users', '/users?tab=inactive', '/users?tab=locked', '/invite', '/roles', '/sites', '/cases', '/activity']],
  ['manager@maple.example', 'Gil Moreno', ['/users']],
];
const PARTS = ['', '/access', '/sign-in', '/activity'];

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
  await isReadable(page, name, (language) => speak(page, language));
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

/** Every dialog, and the way to it. */
const DIALOGS: [name: string, who: string, ask: (page: Page, lanyard: Lanyard) => Promise<void>][] = [
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
  ['revoke a key', CLINIC, async (page) => {
    const name = `Portal ${crypto.randomUUID().slice(0, 8)}`;
    const scopes = { elements: ['users', 'user', 'roles', 'activity'], access: 'manage', sites: null };
    expect((await sendEdit(page, { make_api_key: { key: crypto.randomUUID(), name, scopes } })).status).toBe(200);
    await press(page, '/embedding', `Revoke ${name}`);
  }],
  ['remove an origin', CLINIC, async (page) => {
    const origin = `https://portal-${crypto.randomUUID().slice(0, 8)}.example`;
    expect((await sendEdit(page, { allow_origin: { origin } })).status).toBe(200);
    await press(page, '/embedding', `Remove ${origin}`);
  }],
  ['the session is about to end', ACCOUNT, async (page) => {
    await page.route('**/api/v1/session', (route) => route.fulfill({ json: { seconds_left: 48, idle_seconds: 1800, can_stay: true } }));
    await page.goto('/users');
    await expect(page.getByRole('dialog', { name: 'Your session is about to end' })).toBeVisible({ timeout: 20_000 });
  }],
  ['the name of a passkey', CLINIC, (page) => press(page, '/account', 'Add a passkey')],
  ['unlocked', GROUP, async (page) => {
    const { id } = await person(page, 'carlos.pena@maple.example');
    expect((await sendEdit(page, { lock: { user: id } })).status).toBe(200);
    await action(page, 'carlos.pena@maple.example', 'Unlock', 'locked');
    await page.getByRole('dialog').getByRole('button', { name: 'Unlock User' }).click();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Edit User' })).toBeVisible();
  }],
  ['a temporary password that is made', GROUP, async (page) => {
    await action(page, 'Gil Moreno', 'Temporary password');
    await page.getByRole('dialog').getByRole('button', { name: 'Make a temporary password' }).click();
    await expect(page.getByRole('dialog').locator('output')).toBeVisible();
  }],
  ['make an API key', CLINIC, (page) => press(page, '/embedding', 'Make a key')],
  ['add a role', CLINIC, (page) => press(page, '/policy', 'Add a role')],
  ['close a case', GROUP, (page) => press(page, '/cases', 'Close…')],
  ['a temporary password', GROUP, (page) => action(page, 'Gil Moreno', 'Temporary password')],
  ['rename a location', CLINIC, async (page) => {
    await press(page, '/sites', 'Actions for Elm Street');
    await page.getByRole('menuitem', { name: /^Rename/ }).click();
  }],
  ['add a chart workspace', LABORATORY, (page) => press(page, '/sites', 'Add chart workspace')],
  ['a role for several', CLINIC, async (page) => {
    await several(page);
    await page.getByRole('button', { name: /^Change role/ }).click();
    await page.getByRole('dialog').getByLabel('Role', { exact: true }).selectOption({ label: 'Nurse' });
    await expect(page.locator('.outcome').first()).toBeVisible();
  }],
  ['a location for several', CLINIC, async (page) => {
    await several(page);
    await page.getByRole('button', { name: /^Change locations/ }).click();
  }],
  ['changed by someone else', GROUP, async (page) => {
    const { id } = await open(page, 'Gil Moreno');
    const saved = await field(page, 'First name').inputValue();
    await field(page, 'First name').fill('Gilbert');
    const first_name = saved === 'Gil' ? 'Gilberto' : 'Gil';
    expect((await sendEdit(page, { change: { user: id, profile: { first_name } } })).status).toBe(200);
    await page.getByRole('button', { name: 'Save' }).click();
  }],
  ['an authenticator app', CLINIC, async (page) => {
    await press(page, '/account', 'Set up an authenticator app');
    await expect(page.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible();
  }],
  ['another password', CLINIC, (page) => press(page, '/account', 'Change password')],
  ['all sessions of somebody', CLINIC, async (page, lanyard) => {
    const email = 'olivia.brooks@riverside.example';
    const other = await elsewhere(page.context().browser()!, lanyard, email);
    await other.context().close();
    const { id } = await person(page, email);
    await press(page, `/users/${id}/sign-in`, 'End all sessions');
  }],
  ['what each role can do, over an invitation', LABORATORY, async (page) => {
    await press(page, '/users', 'New User');
    await page.getByRole('button', { name: 'What each role can do' }).click();
    await expect(page.getByRole('dialog', { name: 'What each role can do' })).toBeVisible();
  }],
  ['an address of another domain', LABORATORY, async (page) => {
    await press(page, '/users', 'New User');
    await field(page, 'Email').fill('visiting@university.example');
    await page.getByRole('button', { name: 'Chart Viewer Only', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog', { name: 'Please confirm' })).toBeVisible();
  }],
  ['remove the identity provider', CLINIC, async (page) => {
    await page.route('**/api/v1/identity-provider', async (route) => {
      const found = await (await route.fetch()).json();
      const domains = [{ name: 'riverside.example', only_way: true }];
      const provider = { name: 'Riverside ID', issuer: 'https://id.riverside.example', client_id: 'lanyard', link: 'riverside', domains };
      await route.fulfill({ json: { ...found, provider, has_secret: true } });
    });
    await press(page, '/identity-provider', 'Remove the identity provider');
  }],
  ['rename a group', ENTERPRISE, async (page) => {
    await press(page, '/groups', 'Actions for On-call leads');
    await page.getByRole('menuitem', { name: /^Rename/ }).click();
  }],
  ['archive a group', ENTERPRISE, async (page) => {
    await press(page, '/groups', 'Actions for On-call leads');
    await page.getByRole('menuitem', { name: /^Archive/ }).click();
    await page.getByRole('dialog').getByText('Who they are').click();
    await expect(page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Leo Marsh' })).toBeVisible();
  }],
  ['replace the draft of a policy', CLINIC, async (page) => {
    await tab(page, 'Source');
    const source = page.getByRole('textbox', { name: 'Policy as TOML' });
    await source.fill(`# Ours\n${await source.inputValue()}`);
    await page.getByRole('button', { name: /^Start from a preset/ }).click();
    await page.getByRole('dialog').getByRole('radio', { name: 'Optra' }).check();
    await page.getByRole('button', { name: 'Use it as the draft' }).click();
    await expect(page.getByRole('dialog', { name: /draft/ })).toBeVisible();
  }],
  ['remove a second factor', ENTERPRISE, async (page) => {
    await withFactors(page);
    await press(page, '/account', /^Remove: Authenticator/);
  }],
  ['new recovery codes', ENTERPRISE, async (page) => {
    await withFactors(page);
    await page.route('**/api/v1/me/factors/recovery-codes', (route) =>
      route.fulfill({ json: { codes: Array.from({ length: 10 }, (_, at) => `k4m${at}-7qxp-w2d${at}`) } }),
    );
    await press(page, '/account', 'Make new codes');
    await page.getByRole('dialog').getByRole('button', { name: 'Make new codes' }).click();
    await expect(page.getByRole('dialog').locator('.codes li')).toHaveCount(10);
  }],
  ['stop sharing a browser', CLINIC, async (page) => {
    await page.goto('/account');
    await field(page, 'What people call this browser').fill(`Front desk ${crypto.randomUUID().slice(0, 4)}`);
    await page.getByRole('button', { name: 'Make this browser a shared one' }).click();
    await page.getByRole('button', { name: /^Stop sharing/ }).first().click();
  }],
  ['an action for several that is under way', CLINIC, async (page) => {
    const job = { id: crypto.randomUUID(), action: 'deactivate', state: 'running', total: 1180, done: 417, tally: { waiting: 763, changed: 402, nothing: 9, refused: 6, changed_meanwhile: 0 }, asked_at: 0 };
    await page.route('**/api/v1/bulk', (route) => route.fulfill({ status: 202, json: job }));
    await page.route(`**/api/v1/bulk/${job.id}`, (route) => route.fulfill({ json: job }));
    await several(page);
    await page.getByRole('region', { name: 'Selected people' }).getByRole('button', { name: /^Deactivate/ }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Deactivate: 2 people' })).toBeVisible();
    for (const box of await dialog.getByRole('checkbox').all()) await box.check();
    await dialog.getByRole('button', { name: 'Deactivate: 2 people' }).click();
    await expect(dialog.getByText('417 of 1,180 done')).toBeVisible();
  }],
  ['what came of an action for several', CLINIC, async (page) => {
    await several(page, '/users?tab=invited');
    await page.getByRole('region', { name: 'Selected people' }).getByRole('button', { name: /^Resend/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Resend Invite: 2 people' }).click();
    await dialog.locator('summary', { hasText: '2 people were changed' }).click();
    await expect(dialog.getByRole('listitem').first()).toBeVisible();
  }],
  ['signing in again', CLINIC, async (page) => {
    await open(page, 'Brian Romero');
    await field(page, 'Phone').fill('+1 415 555 0102');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
  }],
];

/** Screens that a path alone does not lead to. */
const VIEWS: [name: string, who: string, go: (page: Page) => Promise<void>][] = [
  ['a line with its people', ENTERPRISE, (page) => resource(page, ({ site }) => site !== null)],
  ['a group with its members', ENTERPRISE, (page) => resource(page, ({ site }) => site === null)],
  ['a chart workspace', LABORATORY, (page) => resource(page, () => true)],
  ['the source of a policy', CLINIC, (page) => tab(page, 'Source')],
  ['the versions of a policy', CLINIC, (page) => tab(page, /^Versions/)],
  ['the forms of a policy with products and terms', GROUP, (page) => tab(page, 'Forms')],
  ['a roster that is read', 'admin@riverside-new.example', async (page) => {
    await page.goto('/import');
    await page.getByLabel('Choose a file').setInputFiles(join(__dirname, '../rosters/riverside.csv'));
    await expect(page.getByRole('tab', { name: /^Needs you/ })).toBeVisible();
  }],
  ['the live example of an element', CLINIC, async (page) => {
    await page.goto('/embedding');
    await page.getByRole('button', { name: 'Show the example' }).click();
    await expect(page.locator('lanyard-users').getByRole('row').nth(2)).toBeVisible();
  }],
  ['people who are selected', CLINIC, (page) => several(page)],
  ['an invitation’s second step', ACCOUNT, async (page) => {
    await page.goto('/invite');
    await field(page, 'First name').fill('Noé');
    await field(page, 'Last name').fill('Tremblay');
    await field(page, 'Login Email').fill('noe.tremblay@talents.example');
    await page.getByRole('button', { name: 'Next: Role' }).click();
    await expect(page.getByRole('radio').first()).toBeVisible();
  }],
  ['roles with changes that are not saved', CLINIC, async (page) => {
    await page.goto('/roles');
    await page.getByRole('checkbox', { name: 'Front Desk: View revenue reports' }).check();
    await expect(page.getByRole('checkbox', { name: 'Front Desk: View revenue reports, will be granted' })).toBeChecked();
  }],
  ['a product that support is asked for', GROUP, async (page) => {
    // Deactivated a moment ago, so that one of the products is no self-service.
    const { rows } = (await api(page, '/users?role=provider&limit=50')).body;
    const { id } = rows.find((one: any) => one.name !== 'Viktor Hale' && one.locked === null);
    expect((await sendEdit(page, { deactivate: { user: id } }, [{ deactivation: { user: id } }])).status).toBe(200);
    expect((await sendEdit(page, { activate: { user: id } })).status).toBe(200);
    await page.goto(`/users/${id}`);
    await expect(page.getByRole('button', { name: 'Open a case for Billing' })).toBeVisible();
  }],
  ['a policy that is about to be published', CLINIC, async (page) => {
    await tab(page, 'Source');
    const source = page.getByRole('textbox', { name: 'Policy as TOML' });
    const before = await source.inputValue();
    await source.fill(`${before.replace(/\[\[field\]\]\nid = "phone"[\s\S]*?(?=\n\[|$)/, '')}\n[[field]]\nid = "phone"\nlabel = "Cell Phone"\nneed = "required"\n`);
    await expect(page.getByText('Cell Phone is required.').first()).toBeAttached();
  }],
];

/** Somebody who has second factors, as far as the page can tell. */
async function withFactors(page: Page): Promise<void> {
  await page.route('**/api/v1/me/factors', async (route) => {
    const found = await (await route.fetch()).json();
    const factor = { kind: 'authenticator_app', since: found.password_since ?? 0 };
    await route.fulfill({ json: { ...found, factors: [{ id: crypto.randomUUID(), factor }], recovery_codes: 3 } });
  });
}

async function several(page: Page, path = '/users'): Promise<void> {
  await page.goto(path);
  const boxes = page.getByRole('row').getByRole('checkbox');
  await boxes.nth(1).check();
  await boxes.nth(2).check();
}

async function resource(page: Page, is: (one: { site: string | null }) => boolean): Promise<void> {
  const { organisation } = (await api(page, '/me')).body.facts;
  const { id } = organisation.resources.find((one: any) => is({ site: one.site ?? null }));
  await page.goto(`/resources/${id}`);
}

async function tab(page: Page, name: string | RegExp): Promise<void> {
  await page.goto('/policy');
  await page.getByRole('tab', { name }).click();
}

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
    await ask(page, lanyard);
    await expect(page.getByRole('dialog').last()).toBeVisible();
    await look(page, name);
    await expect(page.getByRole('dialog').last()).toBeVisible();
  });
}

for (const [name, who, go] of VIEWS) {
  test(`the screen of ${name} fits every width and language and can be read by everyone`, async ({ page, lanyard }) => {
    test.setTimeout(120_000);
    await signIn(page, lanyard, who);
    await go(page);
    await look(page, name);
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
  for (const [name, who, go] of VIEWS) {
    test(`every target of the screen of ${name} is at least 44 px`, async ({ page, lanyard }) => {
      await signIn(page, lanyard, who);
      await go(page);
      await isThere(page);
      expect.soft(await small(page), name).toEqual([]);
    });
  }
  for (const [name, who, ask] of DIALOGS) {
    test(`every target of the dialog “${name}” is at least 44 px`, async ({ page, lanyard }) => {
      await signIn(page, lanyard, who);
      await ask(page, lanyard);
      await expect(page.getByRole('dialog').last()).toBeVisible();
      expect.soft(await small(page), name).toEqual([]);
    });
  }
});
