// What makes the app open without a network: its files, and what its person read last. The server writes the names of the
// files into it (server/build.rs); a build with other files is another version.
//
// What was read is kept for the person of this session alone: it goes when they sign out, lock the browser, when somebody
// else signs in, when the server says that the session is over, and when it would be over by what the server last said.
// So is what they had begun to change and not saved: the page gives it, for its person by name, and asks for it again.
// Nothing of an embedded widget is kept (its requests carry their own authorization), and no credentials, ever.
'use strict';

const VERSION = '__VERSION__';
const FILES = __FILES__;
const APP = `lanyard-app-${VERSION}`;
const READ = 'lanyard-read';
const ABOUT = '/.lanyard/about';
const API = '/api/v1';

/** What is kept: who one is, lists, users, roles, sites. */
const KEPT = /^\/api\/v1\/(me|users|users\/[0-9a-f-]{36}|roles|sites)$/;
/** Pages of lists and users that are kept at most. */
const AT_MOST = 60;
/** So long the network may be silent before what is kept is shown. */
const PATIENCE = 8000;
/** Without word of how long the session lasts, this long after it was last heard of. */
const UNHEARD = 15 * 60 * 1000;
/** Edits that were begun and are not saved yet: one for each user that is being changed. */
const BEGUN = /^\/\.lanyard\/begun\/[0-9a-z-]{1,40}$/;
/** So many at most; those that were touched last. */
const BEGUN_AT_MOST = 20;
/** Pages that the server makes itself, and that are none of the app's. */
const OTHERS = /^\/(api|embed|mailbox|healthz|readyz|metrics)(\/|$)/;

/** Rises when everything is forgotten: an answer that comes late belongs to somebody who has left. */
let epoch = 0;

/** What was begun is written and taken away in the order in which the page says so. */
let writing = Promise.resolve();

/** Whenever it starts, whatever for: what has outlived its session does not lie about until somebody asks for it. */
const cleared = recall(ABOUT).catch(() => null);

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all([caches.open(APP).then((cache) => cache.addAll(FILES)), cleared]));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith('lanyard-app-'));
      // Pages of the version before may still ask for its parts.
      const old = names.filter((name) => name !== APP).slice(0, -1);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('message', (event) => {
  if (event.data === 'take') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || request.headers.has('authorization')) return;
  if (BEGUN.test(url.pathname)) {
    const done = writing.then(() => begun(request, url.pathname));
    writing = done.catch(() => {});
    event.respondWith(done);
  } else if (request.method === 'POST' && /^\/api\/v1\/sign-(in|out)(\/|$)/.test(url.pathname)) {
    event.respondWith(changingHands(request));
  } else if (request.method === 'POST' && url.pathname === `${API}/session`) {
    event.respondWith(reading(event, url));
  } else if (request.method !== 'GET') {
    return;
  } else if (request.mode === 'navigate') {
    const isScreen = !OTHERS.test(url.pathname) && !url.pathname.split('/').pop().includes('.');
    if (isScreen) event.respondWith(ofApp('/', request));
  } else if (KEPT.test(url.pathname) || url.pathname === `${API}/session`) {
    event.respondWith(reading(event, url));
  } else if (!url.pathname.startsWith('/api/') && FILES.includes(url.pathname)) {
    event.respondWith(ofApp(url.pathname, request));
  }
});

/** A file of the app; one of the version before comes out of its cache. */
async function ofApp(path, request) {
  const cache = await caches.open(APP);
  return (await cache.match(path)) ?? (await caches.match(path)) ?? fetch(request);
}

/** Somebody leaves, or comes: what was read before is nobody's any more, also when the network is gone. */
async function changingHands(request) {
  await forget();
  const answer = await fetch(request);
  await forget();
  return answer;
}

async function forget() {
  epoch += 1;
  await caches.delete(READ);
}

/** From the network; what is kept where it is not there, or silent for too long. */
async function reading(event, url) {
  const path = url.pathname + url.search;
  const began = epoch;
  const network = fetch(event.request).then(async (answer) => {
    if (answer.status === 401) await forget();
    // What may not be seen any more, or is not there, is not kept either.
    else if (answer.status === 403 || answer.status === 404) await drop((kept) => kept === path);
    else if (answer.ok) {
      const copy = answer.clone();
      event.waitUntil(keep(path, copy, began).catch(() => {}));
    }
    return answer;
  });
  network.catch(() => {});
  const silence = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  let answer = null;
  try {
    answer = await Promise.race([network, silence]);
    if (answer && ![502, 503, 504].includes(answer.status)) return answer;
  } catch {
    return (await recall(path)) ?? Response.error();
  }
  return (await recall(path)) ?? answer ?? network;
}

async function keep(path, answer, began) {
  const text = await answer.text();
  const about = await whose();
  if (began !== epoch) return;
  if (path === `${API}/session`) {
    const ends = Date.now() + JSON.parse(text).seconds_left * 1000;
    if (about) await note({ ...about, ends, heard: true }, began);
    return;
  }
  if (path === `${API}/me`) {
    const person = JSON.parse(text).user.id;
    if (about?.person !== person) {
      await caches.delete(READ);
      await note({ person, ends: Date.now() + UNHEARD }, began);
    } else if (!about.heard) {
      await note({ person, ends: Date.now() + UNHEARD }, began);
    }
    await withRights(text, began);
  } else if (!about) {
    return;
  }
  const headers = { 'content-type': 'application/json', 'x-lanyard-kept': String(Date.now()) };
  if (began !== epoch) return;
  const cache = await caches.open(READ);
  // What was read last stands last.
  await cache.delete(path);
  await cache.put(path, new Response(text, { headers }));
  const always = (path) => path === ABOUT || path === `${API}/me` || BEGUN.test(path);
  await onlyLast(cache, AT_MOST, (path) => !always(path));
  // Forgotten while it was written: it must not stay.
  if (began !== epoch) await caches.delete(READ);
}

/** What was read by other rights, or under another policy, than a person has now is not kept. */
async function withRights(text, began) {
  const rights = ({ facts }) => JSON.stringify([facts.actor, facts.policy]);
  const before = await (await caches.open(READ)).match(`${API}/me`);
  if (before && began === epoch && rights(await before.json()) !== rights(JSON.parse(text))) {
    await drop((path) => path !== ABOUT && !BEGUN.test(path));
  }
}

/** Takes away what is kept of these addresses. */
async function drop(isOne) {
  if (!(await caches.has(READ))) return;
  const cache = await caches.open(READ);
  const all = (await cache.keys()).filter(({ url }) => isOne(url.slice(self.location.origin.length)));
  await Promise.all(all.map((kept) => cache.delete(kept)));
}

/** Takes away all but those that were written last, of those that are of a kind. */
async function onlyLast(cache, many, isOfKind) {
  const all = (await cache.keys()).filter((kept) => isOfKind(new URL(kept.url).pathname));
  await Promise.all(all.slice(0, Math.max(0, all.length - many)).map((kept) => cache.delete(kept)));
}

/** Keeps what somebody has begun, gives it, or takes it away; for the person of this session alone. */
async function begun(request, path) {
  const began = epoch;
  const about = await whose();
  if (!about || about.person !== request.headers.get('x-lanyard-person')) return new Response(null, { status: 404 });
  if (about.ends < Date.now()) {
    await forget();
    return new Response(null, { status: 404 });
  }
  const cache = await caches.open(READ);
  if (request.method === 'GET') return (await cache.match(path)) ?? new Response(null, { status: 204 });
  const text = request.method === 'PUT' ? await request.text() : null;
  await cache.delete(path);
  if (text !== null) {
    await cache.put(path, new Response(text, { headers: { 'content-type': 'application/json' } }));
    await onlyLast(cache, BEGUN_AT_MOST, (path) => BEGUN.test(path));
  }
  // Forgotten meanwhile: it must not stay.
  if (began !== epoch) await caches.delete(READ);
  return new Response(null, { status: began === epoch ? 204 : 404 });
}

async function note(about, began) {
  if (began === epoch) await (await caches.open(READ)).put(ABOUT, Response.json(about));
}

/** Whose it is, and until when the session lasts; nothing where nothing is kept. */
async function whose() {
  if (!(await caches.has(READ))) return null;
  const about = await (await caches.open(READ)).match(ABOUT);
  return about ? about.json() : null;
}

async function recall(path) {
  const about = await whose();
  if (!about) return null;
  if (about.ends < Date.now()) {
    await forget();
    return null;
  }
  return (await (await caches.open(READ)).match(path)) ?? null;
}
