// The server under test, and what every scenario does: sign in, find a person, speak to the API as the page does.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test as base, expect, type Browser, type Locator, type Page } from '@playwright/test';
import { type Database, type Kind, create } from './database';

export { expect };
export type { Browser, Locator, Page };

/** A sign-in that the server told when it made the demonstration organisations. */
interface SignIn {
  email: string;
  password: string;
}

/** `lanyard demo --serve` on a database of its own. */
export class Lanyard {
  private constructor(
    readonly address: string,
    private readonly database: Database,
    private readonly signIns: readonly SignIn[],
    private readonly child: ChildProcess,
  ) {}

  get databaseUrl(): string {
    return this.database.url;
  }

  /** `more` are options of `lanyard demo`. */
  static async start(kind: Kind, ...more: string[]): Promise<Lanyard> {
    const program = process.env.LANYARD_BIN;
    if (!program) throw new Error('LANYARD_BIN must name the server; `cargo xtask test browser` sets it');
    const database = await create(kind);
    const options = ['--database-url', database.url, ...(more.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'])];
    const child = spawn(program, ['demo', '--serve', '--log', 'warn', '--sign-ins-per-minute', '3000', '--sign-in-failures-per-source', '3000', ...options, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...database.settings },
    });
    const signIns: SignIn[] = [];
    const address = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const row = line.match(/(\S+@\S+)\s+(\S+)\s*$/);
        if (row) signIns.push({ email: row[1]!, password: row[2]! });
        const open = line.match(/^Open (\S+)/);
        if (open) resolve(open[1]!.replace(/\/$/, ''));
      });
    });
    return new Lanyard(address, database, signIns, child);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    await this.database.drop();
  }

  /** Everyone for whom a sign-in was told. */
  emails(): string[] {
    return this.signIns.map((one) => one.email);
  }

  /** Everyone of a demonstration has the password that was told for one of them. */
  passwordOf(email: string): string {
    const found = this.signIns.find((one) => one.email.split('@')[1] === email.split('@')[1]);
    if (!found) throw new Error(`no sign-in was told for ${email}`);
    return found.password;
  }
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** What a file that needs a server of its own says by `test.use`. */
export interface Own {
  /** The projects of `playwright.config.ts` give it. */
  database: Kind;
  /** A name that no other file gives: the server is this file's alone. */
  own: string;
  /** Besides the demonstrations, an organisation of so many people. */
  people: number;
  /** The server has a name: browsers have passkeys only there. */
  named: boolean;
}

export const test = base.extend<object, Own & { lanyard: Lanyard }>({
  database: ['sqlite', { scope: 'worker', option: true }],
  own: ['', { scope: 'worker', option: true }],
  people: [0, { scope: 'worker', option: true }],
  named: [false, { scope: 'worker', option: true }],
  lanyard: [
    async ({ own: _, database, people, named }, use) => {
      const port = named ? await freePort() : 0;
      const at = named ? ['--listen', `127.0.0.1:${port}`, '--public-url', `http://localhost:${port}`] : [];
      const lanyard = await Lanyard.start(database, ...at, ...(people ? ['--people', `${people}`] : []));
      await use(lanyard);
      await lanyard.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ lanyard }, use) => use(lanyard.address),
});

/** A text field by its whole name, without the star that marks what is required. */
export const field = (within: Page | Locator, name: string): Locator =>
  within.getByRole('textbox', { name, exact: true });

/** Types into the sign-in page, and waits for the first screen. */
export async function signIn(page: Page, lanyard: Lanyard, email: string, path = '/'): Promise<void> {
  await page.goto(path);
  await field(page, 'Email').fill(email);
  await field(page, 'Password').fill(lanyard.passwordOf(email));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('banner')).toBeVisible({ timeout: 20_000 });
}

/** Somebody else at another computer: a page with cookies of its own. */
export async function elsewhere(browser: Browser, lanyard: Lanyard, email: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: lanyard.address, viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await signIn(page, lanyard, email);
  return page;
}

/** A request to the API from inside the page, with its cookies. */
export async function api(page: Page, path: string, body?: unknown, method = 'POST'): Promise<{ status: number; body: any }> {
  return page.evaluate(
    async ([path, body, method]) => {
      const post = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetch(`/api/v1${path}`, body === undefined ? {} : post);
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : null };
    },
    [path, body, method] as const,
  );
}

/** Sends an edit past the form, based on the newest revision of the person that it is about. */
export async function sendEdit(page: Page, edit: any, confirmations: unknown[] = []): Promise<{ status: number; body: any }> {
  const [{ user }] = Object.values<any>(edit);
  const seen = user && (await api(page, `/users/${user}`)).body.facts?.subject.revision;
  return api(page, '/edits', { edit, confirmations, seen_revision: seen, idempotency_key: randomUUID() });
}

/** The row of a person in the list, found by name or login e-mail over all states that a tab shows. */
export async function person(page: Page, search: string, tab = ''): Promise<any> {
  const query = new URLSearchParams({ search, limit: '200', ...(tab && { tab }) });
  const found = (await api(page, `/users?${query}`)).body.rows;
  if (found.length !== 1) throw new Error(`${found.length} people are found by "${search}"`);
  return found[0];
}

/** Opens a part of a person's screen. */
export async function open(page: Page, search: string, part = 'profile', tab = ''): Promise<any> {
  const row = await person(page, search, tab);
  await page.goto(`/users/${row.id}${part === 'profile' ? '' : `/${part}`}`);
  await expect(page.getByRole('tab', { name: new RegExp(part, 'i') })).toHaveAttribute('aria-selected', 'true');
  return row;
}

/** The panel that says what the edit in hand would change. */
export const willChange = (page: Page): Locator => page.getByRole('complementary');

/** Saves, and waits until it is said to be done. */
export async function save(page: Page, button: string | RegExp = 'Save'): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await expect(page.getByText(/is saved/)).toBeVisible();
}
