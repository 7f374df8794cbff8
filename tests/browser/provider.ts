// A real OpenID provider beside the server under test, and a person at its own form.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Lanyard, type Page, test as base } from './lanyard';

/** The address that the provider of the first demonstration's organisation sends browsers back to. */
export async function callback(lanyard: Lanyard): Promise<string> {
  const email = 'admin@riverside.example';
  const done = await fetch(`${lanyard.address}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: lanyard.address },
    body: JSON.stringify({ email, password: lanyard.passwordOf(email) }),
  });
  const cookie = done.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  const me: any = await (await fetch(`${lanyard.address}/api/v1/me`, { headers: { cookie } })).json();
  return `${lanyard.address}/api/v1/sign-in/callback/${me.facts.organisation.id}`;
}

/** `provider` is the issuer of one that sends people back to the server. */
export const provided = base.extend<object, { provider: string }>({
  provider: [
    async ({ lanyard }, use) => {
      const modules = process.env.LANYARD_NODE_MODULES ?? process.env.NODE_PATH;
      if (!modules) throw new Error('LANYARD_NODE_MODULES must name the folder with oidc-provider; `cargo xtask test browser` sets it');
      const setup = { redirect_uris: [await callback(lanyard)] };
      const child = spawn('node', [join(__dirname, '../provider/provider.mjs'), JSON.stringify(setup)], {
        env: { ...process.env, LANYARD_NODE_MODULES: modules },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const issuer = await new Promise<string>((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`the provider ended with ${code}; is the npm package oidc-provider in ${modules}?`)));
        createInterface({ input: child.stdout }).once('line', resolve);
      });
      await use(issuer);
      child.stdin.end();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** At the provider's own form. */
export async function signInThere(page: Page, account: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(account);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}
