// A host's portal (tests/host) beside the server, and what an administrator settles for it: keys and allowed origins.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import config from './playwright.config';
import { expect, type Lanyard, type Page, test as base } from './lanyard';

const { startPortal } = require('../host/server.js');

export interface Portal {
  address: string;
  policy: string;
  wanted: { elements: string[]; access: string; sites: string[] | null };
  keys: Record<string, string>;
  users: Record<string, string>;
  tokens: number;
  quiet: boolean;
  made: Record<string, string>;
  stop(): Promise<void>;
}

/** An event of an element, as the portal's page keeps it. */
export interface Heard {
  from: string;
  id: string;
  name: string;
  detail: any;
}

/** An administrator who speaks to the API without a page. */
export class Administrator {
  private constructor(
    private readonly lanyard: Lanyard,
    private readonly cookie: string,
  ) {}

  static async of(lanyard: Lanyard, email: string): Promise<Administrator> {
    const answer = await fetch(`${lanyard.address}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: lanyard.address },
      body: JSON.stringify({ email, password: lanyard.passwordOf(email) }),
    });
    expect(answer.ok, await answer.text()).toBe(true);
    return new Administrator(lanyard, answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; '));
  }

  async get(path: string): Promise<any> {
    return (await fetch(`${this.lanyard.address}/api/v1${path}`, { headers: { cookie: this.cookie } })).json();
  }

  async edit(edit: unknown, seen_revision?: number): Promise<any> {
    const answer = await fetch(`${this.lanyard.address}/api/v1/edits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.lanyard.address, cookie: this.cookie },
      body: JSON.stringify({ edit, confirmations: [], seen_revision, idempotency_key: randomUUID() }),
    });
    const body = await answer.json();
    expect(answer.status, JSON.stringify(body)).toBe(200);
    return body;
  }

  /** A key for everything, and its id. No two have one name. */
  async key(name = `Portal ${randomUUID()}`): Promise<{ id: string; key: string }> {
    const id = randomUUID();
    const scopes = { elements: ['users', 'user', 'roles', 'activity'], access: 'manage', sites: null };
    const { api_key: key } = await this.edit({ make_api_key: { key: id, name, scopes } });
    return { id, key };
  }

  async person(search: string): Promise<any> {
    const { rows } = await this.get(`/users?${new URLSearchParams({ search })}`);
    expect(rows).toHaveLength(1);
    return rows[0];
  }
}

const modules = process.env.LANYARD_NODE_MODULES ?? process.env.NODE_PATH ?? '';

/** The React page's script, as a portal's build makes it. */
function bundled(): string {
  const widget = join(__dirname, '../../app/widget/index.js');
  const options = ['--bundle', '--format=esm', '--jsx=automatic', '--minify', `--alias:@lanyard/widget=${widget}`];
  return execFileSync(
    join(modules, '.bin/esbuild'),
    [join(__dirname, '../host/pages/react.tsx'), ...options, '--define:process.env.NODE_ENV="production"'],
    { encoding: 'utf8', env: { ...process.env, NODE_PATH: modules }, maxBuffer: 1 << 26 },
  );
}

/** The same for Angular: its script; or, of a file of components beside it, what is wrong by the types. */
export function compiled(beside?: string): string {
  const build = [join(__dirname, '../host/angular.mjs'), modules, ...(beside ? [beside] : [])];
  const { stdout, stderr } = spawnSync(process.execPath, build, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return beside ? stderr : stdout || stderr;
}

export const RIVERSIDE = 'admin@riverside.example';
/** Somebody who administers the other organisation that is on a page with it. */
export const OTHER = 'admin@harmony.example';

/** Chromium without cookies of third parties, as others are already. */
export const WITHOUT_THIRD_PARTY_COOKIES = {
  ...config.use!.launchOptions,
  args: [...(config.use!.launchOptions!.args ?? []), '--test-third-party-cookie-phaseout'],
};

export const test = base.extend<{ portal: Portal }, { admin: Administrator; react: string }>({
  react: [async ({}, use) => use(bundled()), { scope: 'worker' }],
  admin: [async ({ lanyard }, use) => use(await Administrator.of(lanyard, RIVERSIDE)), { scope: 'worker' }],
  portal: async ({ lanyard, admin, react }, use) => {
    const { key } = await admin.key();
    // Another site than the server's 127.0.0.1, not only another port: what browsers do to third parties they do here.
    const portal: Portal = await startPortal({ lanyard: lanyard.address, keys: { riverside: key }, react, host: 'localhost' });
    await admin.edit({ allow_origin: { origin: portal.address } });
    await use(portal);
    await admin.edit({ remove_origin: { origin: portal.address } }).catch(() => undefined);
    await portal.stop();
  },
});

/** Signs in at the portal, with its own account, and opens a page of it. */
export async function visit(page: Page, portal: Portal, path: string, email = RIVERSIDE): Promise<void> {
  await page.goto(`${portal.address}/sign-in`);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await Promise.all([page.waitForURL(`${portal.address}/empty`), page.getByRole('button', { name: 'Sign in' }).click()]);
  await page.goto(`${portal.address}${path}`);
}

/** What the portal has heard so far. */
export const heard = (page: Page, name: string): Promise<Heard[]> =>
  page.evaluate((name) => (window as any).portal.events.filter((event: Heard) => event.name === name), name);

/** Nothing that the portal's content security policy forbids has been tried. */
export async function keptToPolicy(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as any).portal.violations)).toEqual([]);
}
