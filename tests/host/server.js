// A small portal of a software vendor, with its own sign-in, that embeds the users and roles of organisations. It is what a
// host has to do and no more: the API key stays on this server, the browser gets short-lived tokens for whoever is signed
// in here. Its styles and its content security policy are as hard on embedded elements as those of real portals.
//
// `startPortal` is for the browser scenarios and the benchmark; by hand:
//   node tests/host/server.js --lanyard http://localhost:8080 --key lyk_…
'use strict';
const { randomUUID } = require('node:crypto');
const { readFile } = require('node:fs/promises');
const { createServer } = require('node:http');
const { join } = require('node:path');

const PAGES = join(__dirname, 'pages');
const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html; charset=utf-8' };

/** Only what the elements need: their server for scripts and requests, and WebAssembly. No inline code, no inline styles. */
const strictPolicy = (lanyard) =>
  [
    "default-src 'none'",
    `script-src 'self' ${lanyard} 'wasm-unsafe-eval'`,
    `connect-src 'self' ${lanyard}`,
    "style-src 'self'",
    "img-src 'self' data:",
    `frame-src ${lanyard}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** For the iframe form: no script but our own. */
const framePolicy = (lanyard) =>
  `default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; frame-src ${lanyard}; base-uri 'none'`;

/** The pages of the portal: what stands in each, by its address. */
const pages = {
  '/users': () => '<lanyard-users token-endpoint="/lanyard-token"></lanyard-users>',
  '/user': (query) => `<lanyard-user token-endpoint="/lanyard-token" user="${escaped(query.get('id') ?? '')}"></lanyard-user>`,
  '/roles': () => '<lanyard-roles token-endpoint="/lanyard-token"></lanyard-roles>',
  '/activity': () => '<lanyard-activity token-endpoint="/lanyard-token"></lanyard-activity>',
  '/all': () =>
    ['users', 'roles', 'activity'].map((job) => `<lanyard-${job} token-endpoint="/lanyard-token"></lanyard-${job}>`).join('\n'),
  // Two organisations side by side: each element has a callback of its own.
  '/two': () => '<lanyard-users id="first"></lanyard-users><lanyard-users id="second"></lanyard-users>',
  '/frame': (query, lanyard) =>
    `<iframe id="frame" title="Users" data-lanyard="${lanyard}" data-organisation="${escaped(query.get('organisation') ?? '')}"></iframe>`,
  '/empty': () => '',
};

function escaped(text) {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/**
 * Starts it on a free port. `keys` has an API key for each organisation, by a name that pages use; `user` is who is signed
 * in there, by the e-mail that they sign in with at Lanyard. `react` is the bundled script of the React page; that of Angular's is
 * set where it is needed.
 */
async function startPortal({ lanyard, keys = {}, react = '', host = '127.0.0.1' }) {
  const signedIn = new Map();
  /** What the scenarios change while it runs. */
  const portal = {
    policy: strictPolicy(lanyard),
    /** Wider or narrower tokens. */
    wanted: { elements: ['users', 'user', 'roles', 'activity'], access: 'manage', sites: null },
    keys,
    /** Who is signed in with each key, where that is not whoever signed in here. */
    users: {},
    tokens: 0,
    /** The style sheet that is hard on everything, or one that leaves everything alone. */
    quiet: false,
    /** Scripts of pages that are made with a framework. */
    made: { react, angular: '' },
  };

  async function tokenFor(user, organisation) {
    const answer = await fetch(`${lanyard}/api/v1/embed/sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${portal.keys[organisation]}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user: { login_email: user }, origins: [portal.address], ...portal.wanted }),
    });
    portal.tokens += 1;
    return { status: answer.status, body: await answer.text() };
  }

  function page(title, body, script, embeds = true) {
    const scripts = [embeds && `${lanyard}/widget.js`, script].filter((address) => script && address);
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Portal</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${portal.quiet ? '/quiet.css' : '/portal.css'}">
${scripts.map((address) => `<script type="module" src="${address}"></script>`).join('\n')}
</head>
<body>
<header><h1>Portal</h1><button id="before">Before</button></header>
<main id="place">${body}</main>
<footer><button id="after">After</button></footer>
</body>
</html>`;
  }

  async function answer(request) {
    const { pathname, searchParams } = new URL(request.url, 'http://portal');
    const cookie = /portal=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    const user = signedIn.get(cookie);
    if (pathname === '/sign-in' && request.method === 'POST') {
      const form = new URLSearchParams(await bodyOf(request));
      const session = randomUUID();
      signedIn.set(session, form.get('email'));
      const headers = { 'set-cookie': `portal=${session}; HttpOnly; SameSite=Lax; Path=/`, location: '/empty' };
      return { status: 303, headers };
    }
    if (pathname === '/sign-in') {
      const form = '<form method="post"><label>E-mail <input name="email" type="email"></label> <button>Sign in</button></form>';
      return { type: 'html', body: page('Sign in', form, '') };
    }
    const file = /^\/([\w-]+)\.(js|css)$/.exec(pathname);
    if (file) {
      const body = portal.made[file[1]] ?? (await readFile(join(PAGES, `${file[1]}.${file[2]}`), 'utf8').catch(() => undefined));
      return body === undefined ? { status: 404 } : { type: file[2], body };
    }
    if (!user) return pathname === '/lanyard-token' ? { status: 401 } : { status: 303, headers: { location: '/sign-in' } };
    if (pathname === '/lanyard-token' && request.method === 'POST') {
      // Other sites cannot send JSON here, nor this cookie.
      if (!request.headers['content-type']?.startsWith('application/json')) return { status: 415 };
      const organisation = searchParams.get('organisation') ?? Object.keys(portal.keys)[0];
      const { status, body } = await tokenFor(portal.users[organisation] ?? user, organisation);
      return { status, body, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } };
    }
    const made = pathname.slice(1);
    if (Object.hasOwn(portal.made, made)) return { type: 'html', body: page(made, '', `/${made}.js`) };
    if (pages[pathname]) {
      const isFrame = pathname === '/frame';
      const body = page('Plain', pages[pathname](searchParams, lanyard), '/portal.js', !isFrame);
      return { type: 'html', body, policy: isFrame ? framePolicy(lanyard) : portal.policy };
    }
    return { status: 404 };
  }

  const server = createServer(async (request, response) => {
    try {
      const { status = 200, type, body = '', headers = {}, policy = portal.policy } = await answer(request);
      if (type) response.setHeader('content-type', TYPES[type]);
      if (type === 'html') response.setHeader('content-security-policy', policy);
      response.writeHead(status, headers).end(body);
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, host, resolve));
  portal.address = `http://${host}:${server.address().port}`;
  portal.stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return portal;
}

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

module.exports = { startPortal };

if (require.main === module) {
  const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
  startPortal({ lanyard: option('lanyard'), keys: { own: option('key') } }).then((portal) => {
    console.log(`The portal is at ${portal.address}; allow that origin in the organisation's settings, then sign in with an e-mail of it.`);
  });
}
