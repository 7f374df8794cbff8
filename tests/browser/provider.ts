// A real OpenID provider beside the server under test, and a person at its own form.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Page, test as base } from './lanyard';

/** `provider` is the issuer of one that sends people back to the server. */
export const provided = base.extend<object, { provider: string }>({
  provider: [
    async ({ lanyard }, use) => {
      const modules = process.env.LANYARD_NODE_MODULES ?? process.env.NODE_PATH;
      if (!modules) throw new Error('LANYARD_NODE_MODULES must name the folder with oidc-provider; `cargo xtask test browser` sets it');
      const setup = { redirect_uris: [`${lanyard.address}/api/v1/sign-in/callback`] };
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
