// A real OpenID provider for scenarios: the certified `oidc-provider`, with accounts.json as its people and its own form to
// sign in. `node provider.mjs '{"redirect_uris": ["http://…"]}'` prints its issuer when it is ready, and ends with its input.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.env.LANYARD_NODE_MODULES;
if (!modules) throw new Error('LANYARD_NODE_MODULES must name the folder with oidc-provider; `cargo xtask test` sets it');
const found = createRequire(join(modules, 'x')).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(found).href);

const accounts = JSON.parse(readFileSync(new URL('accounts.json', import.meta.url), 'utf8'));
const { redirect_uris, client_id = 'lanyard', client_secret = 'a-secret-of-the-scenarios' } = JSON.parse(process.argv[2]);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id, client_secret, redirect_uris, response_types: ['code'], grant_types: ['authorization_code'] }],
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['for scenarios only'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: issuer }] },
    pkce: { required: () => true, methods: ['S256'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    // The organisation's own application: nobody is asked whether it may know their address.
    loadExistingGrant: async ({ oidc }) => {
      // One who is let in by a session of long ago, whatever was asked for.
      const ago = accounts[oidc.session.accountId]?.asked_seconds_ago;
      if (ago) oidc.session.loginTs = Math.floor(Date.now() / 1000) - ago;
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
