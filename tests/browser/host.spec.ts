// The elements in a host's portal: another origin, a strict content security policy, no cookies of third parties, styles that
// would break them, plain and React pages. What they do, what they leave alone, and what they do when a token does not work.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Route } from '@playwright/test';
import { expect, field, Lanyard, type Page, save } from './lanyard';
import { Administrator, compiled, heard, keptToPolicy, OTHER, type Portal, RIVERSIDE, test, visit, WITHOUT_THIRD_PARTY_COOKIES } from './portal';

test.use({ own: 'host', launchOptions: WITHOUT_THIRD_PARTY_COOKIES });

const SOMEBODY = 'Keiko Ito';

/** The element is there, with what it is for. */
async function isReady(page: Page, element = 'lanyard-users'): Promise<void> {
  await expect.poll(async () => (await heard(page, 'ready')).some(({ from }) => from === element)).toBe(true);
  await expect(page.locator(`${element} .skeleton`)).toHaveCount(0);
}

/** The people whom the list shows by a search. */
async function find(page: Page, name: string, within = 'lanyard-users'): Promise<void> {
  await page.locator(within).getByRole('searchbox').fill(name);
  await expect(page.locator(within).getByRole('link', { name, exact: true })).toBeVisible();
}

test('each element does its job at another origin, under a strict policy, without any cookie of ours', async ({ page, portal, lanyard, admin }) => {
  test.slow();
  // Somebody has the console open in the same browser: its cookie is not the widget's.
  await page.goto(lanyard.address);
  await field(page, 'Email').fill('manager@riverside.example');
  await field(page, 'Password').fill(lanyard.passwordOf('manager@riverside.example'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('banner')).toBeVisible();

  // And one that says of itself that it is for third parties: it goes where somebody goes by themselves, and nowhere else.
  await page.evaluate(() => void (document.cookie = 'anybodys=1; SameSite=None; Secure; Path=/'));
  const [opened] = await Promise.all([page.waitForRequest(`${lanyard.address}/roles`), page.goto(`${lanyard.address}/roles`)]);
  expect((await opened.allHeaders()).cookie).toContain('anybodys');

  const { id } = await admin.person(SOMEBODY);
  const sent: string[] = [];
  const framed: string[] = [];
  page.on('request', (request) => {
    // What the console asks late, before the page is left, is its own.
    const isFramed = request.frame() !== page.mainFrame();
    const isOfPortal = isFramed || (!request.isNavigationRequest() && request.frame().url().startsWith(portal.address));
    if (isOfPortal && request.url().startsWith(lanyard.address)) {
      if (isFramed) framed.push(request.url());
      void request.allHeaders().then((headers) => {
        if (headers.cookie) sent.push(request.url());
      });
    }
  });
  const shows: Record<string, (page: Page) => Promise<void>> = {
    '/users': (page) => expect(page.getByRole('grid', { name: 'Users' }).getByRole('row').nth(3)).toBeVisible(),
    [`/user?id=${id}`]: (page) => expect(page.getByRole('heading', { name: SOMEBODY })).toBeVisible(),
    '/roles': (page) => expect(page.getByRole('columnheader', { name: 'Front Desk' })).toBeVisible(),
    '/activity': (page) => expect(page.locator('lanyard-activity details').first()).toBeVisible(),
  };
  for (const [path, isThere] of Object.entries(shows)) {
    await visit(page, portal, path);
    await isReady(page, `lanyard-${path.slice(1).split('?')[0]}`);
    await isThere(page);
    // Whoever the portal's token is for, and nothing that the host has itself.
    await expect(page.getByRole('button', { name: /^Account of/ })).toHaveCount(0);
    await expect(page.locator('[class*=lanyard] >> .topbar, .skip-link, .nav')).toHaveCount(0);
    await keptToPolicy(page);
  }
  const { id: organisation } = (await admin.get('/me')).facts.organisation;
  await visit(page, portal, `/frame?organisation=${organisation}`);
  await expect(page.frameLocator('#frame').getByRole('grid', { name: 'Users' }).getByRole('row').nth(3)).toBeVisible();
  expect(framed.length).toBeGreaterThan(2);
  expect(sent).toEqual([]);
});

test('a person is found, opened, changed and gone back from, and the host is told of each', async ({ page, portal, admin }) => {
  await visit(page, portal, '/users');
  await isReady(page);
  const { id } = await admin.person('Caleb Reed');
  await find(page, 'Caleb Reed');
  await page.getByRole('link', { name: 'Caleb Reed' }).click();
  expect((await heard(page, 'select')).map(({ detail }) => detail)).toEqual([{ user: id }]);
  await field(page, 'Phone').fill('+1 415 555 0155');
  await save(page);
  const [change] = await heard(page, 'change');
  expect(change!.from).toBe('lanyard-users');
  expect(change!.detail.user).toBe(id);
  expect(change!.detail.edit.change.profile.phone).toBe('+1 415 555 0155');
  expect((await admin.get(`/users/${id}`)).facts.subject.profile.phone).toBe('+1 415 555 0155');
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('grid', { name: 'Users' })).toBeVisible();
  expect((await heard(page, 'navigate')).map(({ detail }) => [detail.screen, detail.user, detail.shown])).toEqual([
    ['user', id, true],
    ['users', null, true],
  ]);
  // By the host's own buttons.
  await page.locator('lanyard-users').evaluate((element: any, id) => element.open(id), id);
  await expect(page.getByRole('heading', { name: 'Caleb Reed' })).toBeVisible();
  await page.locator('lanyard-users').evaluate((element: any) => element.invite());
  await expect(page.getByRole('heading', { name: /Invite/ })).toBeVisible();
  await keptToPolicy(page);
});

test('nothing leaks: globals, history, title, storage, styles and ids of the host are as they were', async ({ page, portal }) => {
  await visit(page, portal, '/empty');
  const state = () =>
    page.evaluate(() => ({
      globals: Object.getOwnPropertyNames(window).sort(),
      prototypes: [Element, HTMLElement, Document, Event].map((type) => Object.getOwnPropertyNames(type.prototype).length),
      history: history.length,
      address: location.href,
      title: document.title,
      stored: [Object.keys(localStorage), Object.keys(sessionStorage)],
      cookie: document.cookie,
      styles: [document.styleSheets.length, document.adoptedStyleSheets.length],
      language: document.documentElement.lang,
      ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
      head: document.head.childElementCount,
    }));
  const before = await state();
  await page.evaluate(() => {
    const element = document.createElement('lanyard-users');
    element.setAttribute('token-endpoint', '/lanyard-token');
    element.setAttribute('locale', 'fr');
    element.setAttribute('theme', 'dark');
    document.getElementById('place')!.append(element);
  });
  await isReady(page);
  await find(page, SOMEBODY);
  await page.getByRole('link', { name: SOMEBODY }).click();
  await expect(page.getByRole('heading', { name: SOMEBODY })).toBeVisible();
  expect(await state()).toEqual(before);
  await page.evaluate(() => document.querySelector('lanyard-users')!.remove());
  expect(await state()).toEqual(before);
});

test('the rules of a hostile host change nothing inside', async ({ page, portal, admin }) => {
  test.slow();
  const { id } = await admin.person(SOMEBODY);
  const looks = async (quiet: boolean) => {
    portal.quiet = quiet;
    await visit(page, portal, '/users');
    await isReady(page);
    const users = page.locator('lanyard-users');
    let element = users;
    // The same box at the same place of both pages: what stands around it is the host's affair.
    const stand = () =>
      element.evaluate((host) => (host.style.cssText = 'display: block; position: absolute; inset: 0 auto auto 0; inline-size: 900px; block-size: 600px; margin: 0'));
    await stand();
    const told: Record<string, Record<string, string>> = {};
    const look = async (what: string, selectors: string[]) => {
      const seen = await element.evaluate(async (host, selectors) => {
        await Promise.all(host.shadowRoot!.getAnimations().map((animation) => animation.finished));
        return selectors.map((selector) => {
          const style = getComputedStyle(host.shadowRoot!.querySelector(selector)!);
          return Object.fromEntries([...style].filter((name) => !name.startsWith('--')).map((name) => [name, style.getPropertyValue(name)]));
        });
      }, selectors);
      selectors.forEach((selector, at) => (told[`${what}: ${selector}`] = seen[at]));
    };
    await look('list', ['.lanyard', 'h1', 'button', '.button--primary', 'input', '[role=tab]', 'svg', '.vlist__row', 'a', '.page']);
    await users.getByRole('button', { name: /^Actions for/ }).first().click();
    await expect(users.getByRole('menuitem').first()).toBeVisible();
    await look('menu', ['[role=menu]', '[role=menuitem]']);
    await users.getByRole('menuitem', { name: 'Deactivate' }).click();
    await expect(users.getByRole('dialog').getByText(/cannot sign in any more/).first()).toBeVisible();
    await look('question', ['dialog[open]', 'dialog[open] h2', 'dialog[open] button']);
    await users.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await users.evaluate((element: any) => element.invite());
    await expect(users.getByRole('heading', { name: /Invite/ })).toBeVisible();
    await look('invitation', ['h1', 'label', 'input', 'form', '.button--primary']);
    // The others, with the widest of what they are made of.
    const others: Record<string, string[]> = {
      [`/user?id=${id}`]: ['.lanyard', 'h1', 'label', 'input', 'select', 'form', '[role=tab]', 'section', '.page'],
      '/roles': ['.lanyard', 'h1', 'table', 'th', 'td', '.page'],
      '/activity': ['.lanyard', 'h1', 'details', 'summary', 'button', '.page'],
    };
    for (const [path, selectors] of Object.entries(others)) {
      const name = `lanyard-${path.slice(1).split('?')[0]}`;
      await visit(page, portal, path);
      await isReady(page, name);
      await expect(page.locator(name).locator(selectors.at(-2)!).first()).toBeVisible();
      element = page.locator(name);
      await stand();
      await look(name, selectors);
    }
    return told;
  };
  const [quiet, loud] = [await looks(true), await looks(false)];
  expect(loud).toEqual(quiet);
});

test('two organisations on a page have nothing of each other, not even the language', async ({ page, portal, lanyard }) => {
  const other = await Administrator.of(lanyard, OTHER);
  const { key } = await other.key();
  await other.edit({ allow_origin: { origin: portal.address } });
  portal.keys.other = key;
  portal.users.other = OTHER;
  await visit(page, portal, '/two?organisations=riverside,other');
  const [first, second] = [page.locator('#first'), page.locator('#second')];
  await second.evaluate((element: any) => (element.locale = 'fr'));
  await expect.poll(async () => (await heard(page, 'ready')).length).toBe(2);
  const mine = (await (await Administrator.of(lanyard, RIVERSIDE)).get('/users')).rows[0];
  const theirs = (await other.get('/users')).rows[0];
  await expect(first.getByText(mine.login_email)).toBeVisible();
  await expect(second.getByText(theirs.login_email)).toBeVisible();
  await expect(first.getByText(theirs.login_email)).toHaveCount(0);
  await expect(second.getByText(mine.login_email)).toHaveCount(0);
  // Each in its own language, also in what is told after something was done.
  await expect(first.getByText(/\d+ people/)).toBeVisible();
  await expect(second.getByText(/\d+ personnes/)).toBeVisible();
  await first.getByRole('link').first().click();
  await expect(first.getByRole('tab', { name: 'Profile' })).toBeVisible();
  await second.getByRole('searchbox').fill('zzzz');
  await expect(second.getByText(/personne/i).first()).toBeVisible();
  // The key of one organisation gives no token for somebody of the other.
  portal.users.riverside = OTHER;
  await second.evaluate((element: any) => (element.getToken = (window as any).portal.tokensOf('riverside')));
  await expect.poll(async () => (await heard(page, 'session-expired')).map(({ id }) => id)).toEqual(['second']);
  await expect(second.getByText(theirs.login_email)).toBeHidden();
  await expect(first.getByRole('tab', { name: 'Access' })).toBeVisible();
  await keptToPolicy(page);
});

test('attributes are followed while one works, and nothing is made anew', async ({ page, portal }) => {
  await visit(page, portal, '/users');
  await isReady(page);
  const users = page.locator('lanyard-users');
  await find(page, SOMEBODY);
  await users.evaluate((element: any) => {
    (window as any).kept = element.shadowRoot.querySelector('[role=searchbox]');
    element.locale = 'es';
  });
  await expect(users.getByText('1 persona')).toBeVisible();
  await users.evaluate((element) => element.setAttribute('locale', 'fr'));
  await expect(users.getByText('1 personne')).toBeVisible();
  const surface = () => users.evaluate((element) => getComputedStyle(element.shadowRoot!.querySelector('.lanyard')!).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await surface();
  await users.evaluate((element: any) => (element.theme = 'dark'));
  const dark = await surface();
  expect(dark).not.toBe(light);
  await users.evaluate((element: any) => (element.theme = 'auto'));
  expect(await surface()).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await surface()).toBe(dark);
  await page.emulateMedia({ colorScheme: 'light' });

  const height = () => users.evaluate((element) => element.shadowRoot!.querySelector('[role=searchbox]')!.getBoundingClientRect().height);
  await users.evaluate((element: any) => (element.density = 'compact'));
  const compact = await height();
  await users.evaluate((element: any) => (element.density = 'comfortable'));
  expect(await height()).toBeGreaterThan(compact);

  await users.evaluate((element: any) => (element.locale = 'en'));
  await expect(users.getByRole('button', { name: 'Invite' })).toBeVisible();
  await users.evaluate((element: any) => (element.readonly = true));
  await expect(users.getByRole('button', { name: 'Invite' })).toHaveCount(0);
  await expect(users.getByRole('button', { name: /^Actions for/ })).toHaveCount(0);
  await expect(users.getByRole('checkbox')).toHaveCount(0);
  await users.evaluate((element: any) => (element.readonly = false));
  await expect(users.getByRole('button', { name: 'Invite' })).toBeVisible();
  expect(await users.evaluate((element) => element.shadowRoot!.querySelector('[role=searchbox]') === (window as any).kept)).toBe(true);
  await expect(users.getByRole('searchbox')).toHaveValue(SOMEBODY);

  // What the host sets, and what it hides.
  await users.evaluate((element: any) => element.style.setProperty('--lanyard-accent', 'rgb(120, 0, 60)'));
  await expect(users.getByRole('button', { name: 'Invite' })).toHaveCSS('background-color', 'rgb(120, 0, 60)');
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('lanyard-users::part(title) { display: none }');
    document.adoptedStyleSheets.push(sheet);
  });
  await expect(users.getByRole('heading', { name: 'Users' })).toHaveCount(0);
  await keptToPolicy(page);
});

test('the list begins with a site and follows another one; who is open is not left for it', async ({ page, portal, admin }) => {
  const { sites } = (await admin.get('/me')).facts.organisation;
  const at = async (site: { id: string }) => (await admin.get(`/users?site=${site.id}`)).rows.map(({ name }: { name: string }) => name);
  const [one, other] = sites.filter(({ archived }: { archived?: boolean }) => !archived);
  const [here, there]: string[][] = [await at(one), await at(other)];
  const onlyHere = here.find((name) => !there.includes(name))!;
  const onlyThere = there.find((name) => !here.includes(name))!;
  await visit(page, portal, '/empty');
  await page.evaluate((site) => {
    const element = Object.assign(document.createElement('lanyard-users'), { tokenEndpoint: '/lanyard-token', locale: 'en', site });
    document.getElementById('place')!.append(element);
  }, one.id);
  const users = page.locator('lanyard-users');
  const person = (name: string) => users.getByRole('link', { name, exact: true });
  const search = async (name: string, isThere: boolean) => {
    await users.getByRole('searchbox').fill(name);
    await expect(isThere ? person(name) : users.getByText('0 people')).toBeVisible();
  };
  await search(onlyHere, true);
  await search(onlyThere, false);
  // What was typed stays, and is looked for there.
  await users.evaluate((element: any, site) => (element.site = site), other.id);
  await expect(person(onlyThere)).toBeVisible();
  await search(onlyHere, false);

  await search(onlyThere, true);
  await person(onlyThere).click();
  await field(page, 'Phone').fill('+1 415 555 0166');
  await users.evaluate((element: any, site) => (element.site = site), one.id);
  await expect(users.getByRole('heading', { name: onlyThere })).toBeVisible();
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0166');
  await users.getByRole('button', { name: 'Discard' }).click();
  await users.getByRole('link', { name: 'Users' }).first().click();
  await search(onlyHere, true);
  await search(onlyThere, false);
  await users.evaluate((element) => element.removeAttribute('site'));
  await expect(person(onlyThere)).toBeVisible();
});

test('what may only be read has no buttons that do nothing', async ({ page, portal, admin }) => {
  portal.wanted.access = 'read';
  const { id } = await admin.person(SOMEBODY);
  await visit(page, portal, `/user?id=${id}`);
  await isReady(page, 'lanyard-user');
  await expect(page.getByRole('heading', { name: SOMEBODY })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Actions for/ })).toHaveCount(0);
  await expect(field(page, 'Phone')).toBeDisabled();
  await page.getByRole('tab', { name: 'Access' }).click();
  await expect(page.getByRole('radio').first()).toBeDisabled();
});

/** What does not fit the element in boxes of these widths. */
async function fits(page: Page, name: string, what: string): Promise<void> {
  for (const width of [320, 480, 640, 820, 960, 1200, 1600]) {
    const over = await page.locator(name).evaluate(async (host, width) => {
      host.style.inlineSize = `${width}px`;
      host.style.maxInlineSize = 'none';
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const box = host.getBoundingClientRect();
      const scrolls = (element: Element | null): boolean =>
        element !== null && (/auto|scroll|clip|hidden/.test(getComputedStyle(element).overflowX) && !element.matches('.lanyard, .main') ? true : scrolls(element.parentElement));
      const found = [];
      for (const selector of ['.lanyard', '.main', '.page', 'dialog[open]']) {
        const element = host.shadowRoot!.querySelector(selector);
        if (element && element.scrollWidth > element.clientWidth + 1) found.push(`${selector}: ${element.scrollWidth} > ${element.clientWidth}`);
      }
      for (const element of host.shadowRoot!.querySelectorAll('button, a, input, select, textarea, h1, h2, label, dialog[open], [role=tab], [role=menuitem]')) {
        const { right, width } = element.getBoundingClientRect();
        const isOver = width > 1 && right > box.right + 1 && element.checkVisibility({ visibilityProperty: true });
        if (isOver && !element.closest('.visually-hidden') && !scrolls(element.parentElement)) found.push(`${element.className} “${element.textContent!.trim().slice(0, 30)}”`);
      }
      return found;
    }, width);
    expect.soft(over, `${what} at ${width} px`).toEqual([]);
  }
}

test('it fits every box from 320 to 1600 pixels', async ({ page, portal, admin }) => {
  test.slow();
  portal.quiet = true;
  await page.setViewportSize({ width: 1680, height: 900 });
  const { id } = await admin.person(SOMEBODY);
  for (const path of [`/user?id=${id}`, '/roles', '/activity', '/users']) {
    const name = `lanyard-${path.slice(1).split('?')[0]}`;
    await visit(page, portal, path);
    await isReady(page, name);
    await expect(page.locator(name).locator('h1')).toBeVisible();
    await fits(page, name, path);
  }
  // What one comes to from the list: a question in the element's box, a person's access, an invitation.
  const users = page.locator('lanyard-users');
  await users.evaluate((element: any) => (element.dialogs = 'inside'));
  await users.getByRole('button', { name: /^Actions for/ }).first().click();
  await users.getByRole('menuitem', { name: 'Deactivate' }).click();
  await expect(users.getByRole('dialog')).toBeVisible();
  await fits(page, 'lanyard-users', 'a question');
  await users.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await users.evaluate((element: any, id) => element.open(id), id);
  await users.getByRole('tab', { name: 'Access' }).click();
  await expect(users.getByRole('radio').first()).toBeVisible();
  await fits(page, 'lanyard-users', 'access');
  await users.evaluate((element: any) => element.invite());
  await expect(users.getByRole('heading', { name: /Invite/ })).toBeVisible();
  await fits(page, 'lanyard-users', 'an invitation');
});

test('the keyboard goes in, through and out; what floats and asks keeps to itself', async ({ page, portal }) => {
  portal.quiet = true;
  await visit(page, portal, '/users');
  await isReady(page);
  const users = page.locator('lanyard-users');
  const focused = () =>
    page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return `${document.activeElement?.localName}#${document.activeElement?.id}:${at?.getAttribute('aria-label') ?? at?.textContent?.trim()}`;
    });
  await page.locator('#before').focus();
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('lanyard-users#:Export this list');
  await page.keyboard.press('Shift+Tab');
  expect(await focused()).toBe('button#before:Before');
  // Keys of the host's page are its own.
  let heardKeys = 0;
  await page.exposeFunction('heardKey', () => (heardKeys += 1));
  await page.evaluate(() => addEventListener('keydown', () => (window as any).heardKey()));
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect.poll(() => heardKeys).toBeGreaterThan(0);

  for (const dialogs of ['top-layer', 'inside']) {
    await users.evaluate((element: any, dialogs) => (element.dialogs = dialogs), dialogs);
    const menu = users.getByRole('button', { name: /^Actions for/ }).first();
    await menu.focus();
    await page.keyboard.press('Enter');
    await expect(users.getByRole('menuitem').first()).toBeFocused();
    await users.getByRole('menuitem', { name: 'Deactivate' }).press('Enter');
    const dialog = users.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    if (dialogs === 'inside') {
      const [box, inner] = [(await users.boundingBox())!, (await dialog.boundingBox())!];
      expect(inner.x >= box.x && inner.y >= box.y && inner.x + inner.width <= box.x + box.width && inner.y + inner.height <= box.y + box.height).toBe(true);
      expect(await users.evaluate((host) => host.shadowRoot!.querySelector('[role=searchbox]')!.closest('[inert]') !== null)).toBe(true);
      // Past its last button the focus goes on to the host, and not to what is behind.
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('button#after:After');
      await page.keyboard.press('Shift+Tab');
    } else {
      await expect(page.locator('#after')).toBeVisible();
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(users.getByRole('searchbox')).toBeVisible();
  }
  const list = users.getByRole('grid', { name: 'Users' });
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await expect(list.locator('[id].is-active')).toHaveCount(1);
  // What names another element names one of the same shadow root.
  const lost = await users.evaluate((host) => {
    const root = host.shadowRoot!;
    const names = ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-activedescendant', 'for', 'popovertarget'];
    return names.flatMap((name) =>
      [...root.querySelectorAll(`[${name}]:not(dialog:not([open]))`)].flatMap((element) =>
        element.getAttribute(name)!.split(' ').filter((id) => name !== 'aria-describedby' && !root.getElementById(id)),
      ),
    );
  });
  expect(lost).toEqual([]);
});

test('axe finds nothing inside, in light and in dark', async ({ page, portal, admin }) => {
  test.slow();
  portal.quiet = true;
  const { id } = await admin.person(SOMEBODY);
  for (const path of ['/users', `/user?id=${id}`, '/roles', '/activity']) {
    const name = `lanyard-${path.slice(1).split('?')[0]}`;
    await visit(page, portal, path);
    await isReady(page, name);
    await expect(page.locator(name).locator('h1')).toBeVisible();
    for (const theme of ['light', 'dark']) {
      await page.locator(name).evaluate((element: any, theme) => (element.theme = theme), theme);
      const { violations } = await new AxeBuilder({ page }).include(name).analyze();
      expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3)}`), `${path} in ${theme}`).toEqual([]);
    }
  }
});

test('several elements load one module and ask for one token; moved, removed and put back, they are there again', async ({ page, portal, lanyard }) => {
  const loaded: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(lanyard.address)) loaded.push(new URL(request.url()).pathname);
  });
  await visit(page, portal, '/empty');
  const before = portal.tokens;
  loaded.length = 0;
  await page.goto(`${portal.address}/all`);
  for (const job of ['users', 'roles', 'activity']) await isReady(page, `lanyard-${job}`);
  const times = (end: string) => loaded.filter((path) => path.endsWith(end)).length;
  expect([times('_bg.wasm'), times('.css')]).toEqual([1, 1]);
  expect(portal.tokens - before).toBe(1);

  const users = page.locator('lanyard-users');
  await find(page, SOMEBODY);
  await page.evaluate(() => document.querySelector('footer')!.before(document.querySelector('lanyard-users')!));
  // Moved, it is the same as before.
  await expect(users.getByRole('searchbox')).toHaveValue(SOMEBODY);
  await page.evaluate(() => {
    const element: any = document.querySelector('lanyard-users');
    element.remove();
    (window as any).taken = element;
  });
  await expect.poll(() => page.evaluate(() => (window as any).taken.shadowRoot.querySelector('.lanyard'))).toBe(null);
  await page.evaluate(() => document.getElementById('place')!.append((window as any).taken));
  await expect(users.getByRole('searchbox')).toHaveValue('');
  await expect(users.getByRole('link').first()).toBeVisible();
  expect(times('_bg.wasm')).toBe(1);
});

test('X8: whoever signs in to the portal after somebody gets nothing of them, also without a new page', async ({ page, portal }) => {
  await visit(page, portal, '/users');
  await isReady(page);
  const person = async (email: string) => {
    const me = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/v1/me');
    await page.evaluate(async (email) => {
      document.querySelector('lanyard-users')!.remove();
      await fetch('/sign-in', { method: 'POST', body: new URLSearchParams({ email }), redirect: 'manual' });
      document.getElementById('place')!.append(Object.assign(document.createElement('lanyard-users'), { tokenEndpoint: '/lanyard-token', locale: 'en' }));
    }, email);
    return (await (await me).json()).user.profile.login_email;
  };
  expect(await person('manager@riverside.example')).toBe('manager@riverside.example');
  await expect(page.locator('lanyard-users').getByRole('link').first()).toBeVisible();
  expect(await person(RIVERSIDE)).toBe(RIVERSIDE);
});

test('what could not be loaded is loaded by another try', async ({ page, portal, lanyard }) => {
  await page.route(`${lanyard.address}/app-*.js`, (route) => route.abort());
  await visit(page, portal, '/users');
  const users = page.locator('lanyard-users');
  await expect(users.getByText('This part of the page could not be loaded.')).toBeVisible();
  expect(await heard(page, 'error')).toHaveLength(1);
  await page.unroute(`${lanyard.address}/app-*.js`);
  await users.getByRole('button', { name: 'Try again' }).click();
  await expect(users.getByRole('link').first()).toBeVisible();
});

test('several elements with tokens from one place hear one stream, and all follow it', async ({ page, portal, admin }) => {
  const streams: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/v1/live') streams.push(request.url());
  });
  await visit(page, portal, '/all');
  for (const job of ['users', 'roles', 'activity']) await isReady(page, `lanyard-${job}`);
  await expect.poll(() => streams.length).toBe(1);
  const { rows } = await admin.get('/users?limit=60');
  const { id, name, revision } = rows[30];
  await find(page, name);
  await admin.edit({ change: { user: id, profile: { name: `${name} Newman` } } }, revision);
  await expect(page.locator('lanyard-users').getByRole('link', { name: `${name} Newman`, exact: true })).toBeVisible();
  await expect(page.locator('lanyard-activity').getByText(`${name} Newman`).first()).toBeVisible();
  expect(streams).toHaveLength(1);
});

test('an element that is taken away while its requests are under way leaves the others alone', async ({ page, portal }) => {
  const broken: Error[] = [];
  page.on('pageerror', (error) => broken.push(error));
  await visit(page, portal, '/all');
  for (const job of ['users', 'roles', 'activity']) await isReady(page, `lanyard-${job}`);
  const held: Route[] = [];
  await page.route(/api\/v1\/users\?/, (route) => void held.push(route));
  await page.locator('lanyard-users').getByRole('searchbox').fill('Ito');
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await page.locator('lanyard-users').evaluate((element) => element.remove());
  const failed: string[] = [];
  page.on('requestfailed', (request) => failed.push(request.url()));
  for (const route of held) await route.abort();
  await expect.poll(() => failed.length).toBe(held.length);
  await page.unroute(/api\/v1\/users\?/);
  // The same while a file is being made.
  const exporting: Route[] = [];
  await page.route(/api\/v1\/audit\/export/, (route) => void exporting.push(route));
  await page.locator('lanyard-activity').getByRole('button', { name: 'Export this list' }).click();
  await page.locator('lanyard-activity').getByRole('menuitem', { name: /^CSV/ }).click();
  await expect.poll(() => exporting.length).toBe(1);
  await page.locator('lanyard-activity').evaluate((element) => element.remove());
  await exporting[0].continue().catch(() => undefined);
  await expect(page.locator('lanyard-roles').getByRole('columnheader', { name: 'Front Desk' })).toBeVisible();
  // One that comes after works with the same module.
  await page.evaluate(() => document.getElementById('place')!.prepend(Object.assign(document.createElement('lanyard-users'), { tokenEndpoint: '/lanyard-token' })));
  await find(page, SOMEBODY);
  expect(broken).toEqual([]);
});

test('a property that was set before the script came, and an element that is added after it, work alike', async ({ page, portal, lanyard }) => {
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route(`${lanyard.address}/widget.js`, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${portal.address}/sign-in`);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(RIVERSIDE);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.goto(`${portal.address}/empty`, { waitUntil: 'commit' });
  await page.waitForSelector('#place', { state: 'attached' });
  await page.evaluate(() => {
    const element: any = document.createElement('lanyard-users');
    element.id = 'first';
    element.getToken = async () => (await fetch('/lanyard-token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).json();
    element.locale = 'es';
    document.getElementById('place')!.append(element);
  });
  go();
  await expect(page.locator('#first').getByText(/\d+ personas/)).toBeVisible();
  expect(await page.locator('#first').getAttribute('locale')).toBe('es');
  await page.evaluate(() => {
    const element: any = document.createElement('lanyard-activity');
    element.getToken = (document.getElementById('first') as any).getToken;
    document.getElementById('place')!.append(element);
  });
  await expect(page.locator('lanyard-activity details').first()).toBeVisible();
});

test('X8: a revoked key ends it at once: the host is told, the work is kept, and it goes on with a new key', async ({ page, portal, admin }) => {
  const { id, key } = await admin.key();
  portal.keys.riverside = key;
  await visit(page, portal, '/users');
  await isReady(page);
  const { id: user } = await admin.person('Wendy Chen');
  await page.locator('lanyard-users').evaluate((element: any, user) => element.open(user), user);
  await field(page, 'Phone').fill('+1 415 555 0177');
  await admin.edit({ revoke_api_key: { key: id } });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'The session has ended' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Phone' })).toBeHidden();
  expect(await heard(page, 'session-expired')).toHaveLength(1);
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveCount(0);
  portal.keys.riverside = (await admin.key()).key;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0177');
  await save(page);
  expect((await admin.get(`/users/${user}`)).facts.subject.profile.phone).toBe('+1 415 555 0177');
});

test('X8: a token that has run out is replaced without anybody noticing', async ({ page, database, react }) => {
  test.slow();
  const lanyard = await Lanyard.start(database, '--embed-token-seconds', '2');
  const admin = await Administrator.of(lanyard, RIVERSIDE);
  const { startPortal } = require('../host/server.js');
  const portal: Portal = await startPortal({ lanyard: lanyard.address, keys: { riverside: (await admin.key()).key }, react });
  try {
    await admin.edit({ allow_origin: { origin: portal.address } });
    await visit(page, portal, '/users');
    await isReady(page);
    const spent = portal.tokens;
    // Until the server does not take the token any more.
    await expect
      .poll(async () => {
        await page.locator('lanyard-users').evaluate((element: any) => element.refresh());
        return portal.tokens;
      }, { timeout: 15_000 })
      .toBeGreaterThan(spent);
    await find(page, SOMEBODY);
    expect(await heard(page, 'session-expired')).toEqual([]);
  } finally {
    await portal.stop();
    await lanyard.stop();
  }
});

test('a host that stumbles over its tokens is asked again: nobody is told that the session is over', async ({ page, database, react }) => {
  test.slow();
  const lanyard = await Lanyard.start(database, '--embed-token-seconds', '2');
  const admin = await Administrator.of(lanyard, RIVERSIDE);
  const { startPortal } = require('../host/server.js');
  const portal: Portal = await startPortal({ lanyard: lanyard.address, keys: { riverside: (await admin.key()).key }, react });
  try {
    await admin.edit({ allow_origin: { origin: portal.address } });
    await visit(page, portal, '/users');
    await isReady(page);
    await page.locator('lanyard-users').getByRole('link').first().click();
    await field(page, 'Phone').fill('+1 415 555 0155');
    for (const stumbles of [(route: Route) => route.fulfill({ status: 503 }), (route: Route) => route.abort()]) {
      let times = 0;
      await page.route('**/lanyard-token', (route) => {
        times += 1;
        return stumbles(route);
      });
      // Until there is no token that works any more.
      await expect
        .poll(async () => {
          await page.locator('lanyard-users').evaluate((element: any) => element.refresh());
          return times;
        }, { timeout: 15_000 })
        .toBeGreaterThan(1);
      await page.unroute('**/lanyard-token');
    }
    expect(await heard(page, 'session-expired')).toEqual([]);
    await expect(field(page, 'Phone')).toHaveValue('+1 415 555 0155');
    await save(page);
  } finally {
    await portal.stop();
    await lanyard.stop();
  }
});

test('an origin that is taken away gets nothing any more', async ({ page, portal, admin }) => {
  await visit(page, portal, '/users');
  await isReady(page);
  await admin.edit({ remove_origin: { origin: portal.address } });
  await page.locator('lanyard-users').evaluate((element: any) => element.refresh());
  await expect.poll(async () => (await heard(page, 'session-expired')).length + (await heard(page, 'error')).length).toBeGreaterThan(0);
  await page.reload();
  await expect(page.getByRole('grid', { name: 'Users' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await admin.edit({ allow_origin: { origin: portal.address } });
});

test('in React: properties, events and methods, and one element beside the other', async ({ page, portal, admin }) => {
  const forbidden: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) forbidden.push(message.text());
  });
  await visit(page, portal, '/react');
  const [users, user] = [page.locator('lanyard-users'), page.locator('lanyard-user')];
  await find(page, SOMEBODY);
  await users.getByRole('link', { name: SOMEBODY }).click();
  // The list stays where it is: React has prevented it, and shows the person beside.
  await expect(user.getByRole('heading', { name: SOMEBODY })).toBeVisible();
  await expect(users.getByRole('searchbox')).toBeVisible();
  await field(user as never, 'Phone').fill('+1 415 555 0188');
  await user.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#changes')).toHaveText('1');
  const { id } = await admin.person(SOMEBODY);
  expect((await admin.get(`/users/${id}`)).facts.subject.profile.phone).toBe('+1 415 555 0188');
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(users.locator('.lanyard')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Show or hide' }).click();
  await expect(users).toHaveCount(0);
  await page.getByRole('button', { name: 'Show or hide' }).click();
  await expect(users.getByRole('searchbox')).toBeVisible();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await expect(users.getByRole('heading', { name: /Invite/ })).toBeVisible();
  await page.getByRole('button', { name: 'Roles and activity' }).click();
  await expect(page.locator('lanyard-roles').getByRole('columnheader', { name: 'Front Desk' })).toBeVisible();
  await expect(page.locator('lanyard-activity').getByText(SOMEBODY).first()).toBeVisible();
  expect(forbidden).toEqual([]);
});

test('in Angular: typed by the directives of the package, which refuse what is not there', async ({ page, portal }) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-angular-'));
  const beside = join(folder, 'wrong.ts');
  const templates = ['<lanyard-users theme="pink" />', '<lanyard-users [wrong]="1" />', '<lanyard-users user="1" [user]="1" />', '<lanyard-user (select)="took($event.detail.person)" />', '<lanyard-people />'];
  const text = `
    import { Component } from '@angular/core';
    import { LANYARD } from '@lanyard/widget/angular';
    @Component({ selector: 'wrong-users', imports: [LANYARD], template: \`${templates.join('\n')}\` })
    export class Wrong { took(user: string) {} }`;
  writeFileSync(beside, text);
  const wrong = compiled(beside).trim().split('\n');
  rmSync(folder, { recursive: true });
  expect(wrong.map((line) => line.replace(/^.*?: /, '')).sort()).toEqual([
    "'lanyard-people' is not a known element:",
    "Can't bind to 'user' since it isn't a known property of 'lanyard-users'.",
    "Can't bind to 'wrong' since it isn't a known property of 'lanyard-users'.",
    expect.stringContaining('Property \'person\' does not exist'),
    expect.stringContaining('Type \'"pink"\' is not assignable'),
  ]);

  portal.made.angular = compiled();
  await visit(page, portal, '/angular');
  const [users, user] = [page.locator('lanyard-users'), page.locator('lanyard-user')];
  await find(page, SOMEBODY);
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(users.locator('.lanyard')).toHaveAttribute('data-theme', 'dark');
  await users.getByRole('link', { name: SOMEBODY }).click();
  await expect(user.getByRole('heading', { name: SOMEBODY })).toBeVisible();
  await expect(users.getByRole('searchbox')).toBeVisible();
  await field(user as never, 'Phone').fill('+1 415 555 0144');
  await user.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#changes')).toHaveText('1');
});

test('in a frame, where the host allows no script of ours: tokens and events by messages of the exact origins alone', async ({ page, portal, lanyard, admin, react }) => {
  const { startPortal } = require('../host/server.js');
  // A portal that the organisation has not allowed.
  const other: Portal = await startPortal({ lanyard: lanyard.address, keys: { ...portal.keys }, react });
  try {
    const { id: organisation } = (await admin.get('/me')).facts.organisation;
    let answerNow = () => {};
    const held = new Promise<void>((resolve) => (answerNow = resolve));
    await page.route('**/lanyard-token*', async (route) => {
      await held;
      await route.continue();
    });
    const used = new Set<string | undefined>();
    page.on('request', (request) => void (request.url().includes('/api/v1/') && used.add(request.headers().authorization)));
    await visit(page, portal, `/frame?organisation=${organisation}`);
    const frame = page.frameLocator('#frame');
    const told = async () => (await page.evaluate(() => (window as any).portal.messages)).map((message: any) => message.lanyard);
    await expect.poll(told).toContain('token-wanted');
    // A page of another origin reaches the frame, which does not listen, although it waits for a token.
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate((address) => void window.open(`${address}/sign-in`), other.address)]);
    await popup.waitForLoadState();
    await popup.evaluate(() => {
      for (const message of [{ lanyard: 'set', name: 'theme', value: 'dark' }, { lanyard: 'token', token: 'lyt_stolen' }]) opener.frames[0].postMessage(message, '*');
    });
    await popup.close();
    answerNow();
    await expect(frame.getByRole('grid', { name: 'Users' })).toBeVisible();
    expect([...used].filter((one) => one?.includes('stolen'))).toEqual([]);
    expect([...used].some((one) => one?.startsWith('Bearer '))).toBe(true);
    await expect.poll(told).toEqual(expect.arrayContaining(['token-wanted', 'ready', 'height']));
    await frame.getByRole('searchbox').fill(SOMEBODY);
    await frame.getByRole('link', { name: SOMEBODY }).click();
    await expect.poll(told).toEqual(expect.arrayContaining(['select', 'navigate']));
    const { id } = await admin.person('Caleb Reed');
    await page.evaluate((user) => (window as any).portal.send({ lanyard: 'open', user }), id);
    await expect(frame.getByRole('heading', { name: 'Caleb Reed' })).toBeVisible();

    await page.evaluate(() => (window as any).portal.send({ lanyard: 'set', name: 'density', value: 'compact' }));
    await expect(frame.locator('.lanyard')).toHaveAttribute('data-density', 'compact');
    await expect(frame.locator('.lanyard')).toHaveAttribute('data-theme', 'auto');

    // In a page of that origin it is not even there.
    await visit(page, other, `/frame?organisation=${organisation}`);
    await expect.poll(() => page.frames().some((frame) => frame.url().startsWith('chrome-error:'))).toBe(true);
    expect(await told()).toEqual([]);
  } finally {
    await other.stop();
  }
});

test('the types of the package fit plain scripts, React and Vue, and refuse what is not there', () => {
  const modules = process.env.LANYARD_NODE_MODULES ?? process.env.NODE_PATH!;
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-types-'));
  try {
    mkdirSync(join(folder, 'node_modules/@lanyard'), { recursive: true });
    symlinkSync(join(__dirname, '../../app/widget'), join(folder, 'node_modules/@lanyard/widget'));
    for (const name of ['react', 'vue', '@types', '@vue', 'csstype']) symlinkSync(join(modules, name), join(folder, 'node_modules', name));
    const files: Record<string, string> = {
      'package.json': '{ "type": "module" }',
      'plain.ts': `
        import { defineLanyard } from '@lanyard/widget';
        await defineLanyard('https://lanyard.example');
        const users = document.querySelector('lanyard-users')!;
        users.getToken = async () => ({ token: '', expires_at: 0 });
        users.addEventListener('select', (event) => users.open(event.detail.user));
        // @ts-expect-error
        users.wrong = 1;`,
      'react.tsx': `
        import type {} from '@lanyard/widget/react';
        export const right = <lanyard-user user="1" readonly theme="dark" getToken={async () => ''} onchange={(event) => event.detail} />;
        // @ts-expect-error
        export const wrong = <lanyard-users theme="pink" />;`,
      'vue.ts': `
        import type { GlobalComponents } from 'vue';
        import type {} from '@lanyard/widget/vue';
        type Props = InstanceType<GlobalComponents['lanyard-user']>['$props'];
        export const right: Props = { user: '1', onSelect: (event) => event.detail.user };
        // @ts-expect-error
        export const wrong: Props = { theme: 'pink' };`,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const options = '--noEmit --strict --skipLibCheck --preserveSymlinks --module nodenext --moduleResolution nodenext --target es2022 --lib es2022,dom --jsx react-jsx';
    execFileSync(process.execPath, [join(modules, 'typescript/bin/tsc'), ...options.split(' '), 'plain.ts', 'react.tsx', 'vue.ts'], { cwd: folder, stdio: 'pipe' });
  } catch (error: any) {
    throw new Error(String(error.stdout ?? error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
