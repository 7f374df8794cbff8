// Measures the app in Chromium; `cargo xtask bench browser` starts it with the server's address, a session's token and
// the id of a person to edit. Prints a line of JSON for each series: what it is, and its times in milliseconds.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const { startPortal } = require("../host/server.js");
const [base, token, person] = process.argv.slice(2);
const VISITS = 7;
const KEYS = 100;
const CHANGES = 30;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function tell(what, millis) {
  console.log(JSON.stringify({ what, millis }));
}

/** Runs `work` on a page of a browser that was just started and that has the session. */
async function inNewBrowser(work, options = {}) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    // Playwright takes a secure cookie for an https address only; Chromium sends it to localhost in any case.
    const url = base.replace("http:", "https:");
    await context.addCookies([{ name: "__Host-lanyard", value: token, url, secure: true, httpOnly: true, sameSite: "Lax" }]);
    return await work(await context.newPage());
  } finally {
    await browser.close();
  }
}

/**
 * On a page: `firstRows` is when the frame with the first rows has been painted, in milliseconds since it was opened; in a host's
 * page, since the script tag asked for the element.
 */
function watchRows() {
  window.firstRows = new Promise((resolve) => {
    const look = () => {
      const element = document.querySelector("lanyard-users");
      if (!(element?.shadowRoot ?? document).querySelector(".vlist__row .person__name")) {
        requestAnimationFrame(look);
        return;
      }
      // A message is handled after the frame has been painted.
      const painted = new MessageChannel();
      painted.port1.onmessage = () => {
        const tag = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/widget.js"));
        resolve(performance.now() - (element ? tag.startTime : 0));
      };
      painted.port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
}

/** Milliseconds from navigation until the frame with the first rows has been painted. */
async function firstRows(network) {
  return inNewBrowser(async (page) => {
    if (network) {
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", network);
    }
    await page.addInitScript(watchRows);
    await page.goto(`${base}/users`, { waitUntil: "commit" });
    return page.evaluate(() => window.firstRows);
  });
}

/** The same when the app is opened without a network, as from the home screen: with what was read last. */
async function withoutNetwork() {
  return inNewBrowser(async (page) => {
    await page.goto(`${base}/users`);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await page.reload();
    await page.waitForFunction(async () => {
      const kept = (await caches.has("lanyard-read")) ? await (await caches.open("lanyard-read")).keys() : [];
      return ["/api/v1/me", "/api/v1/users"].every((path) => kept.some(({ url }) => new URL(url).pathname === path));
    });
    await page.context().setOffline(true);
    const opened = await page.context().newPage();
    await opened.addInitScript(watchRows);
    await opened.goto(`${base}/users`, { waitUntil: "commit" });
    return opened.evaluate(() => window.firstRows);
  });
}

/** A request of the administrator who is signed in. */
async function asAdministrator(path, body) {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: { cookie: `__Host-lanyard=${token}`, origin: base, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Opens a page with an empty cache and then with a full one: how long, and how many bytes came from our server. */
async function coldAndWarm(page, address, found) {
  await page.addInitScript(watchRows);
  for (const cache of ["cold", "warm"]) {
    const network = await page.context().newCDPSession(page);
    await network.send("Network.enable");
    const ours = new Set();
    let bytes = 0;
    network.on("Network.requestWillBeSent", ({ requestId, request }) => request.url.startsWith(base) && ours.add(requestId));
    network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => ours.has(requestId) && (bytes += encodedDataLength));
    await page.goto(address, { waitUntil: "commit" });
    found[cache].push(await page.evaluate(() => window.firstRows));
    await network.detach();
    found.bytes[cache] = bytes;
  }
}

/** The console itself, in the same way; without a service worker, as in a host's page. */
async function inConsole() {
  const found = { cold: [], warm: [], bytes: { cold: 0, warm: 0 } };
  for (let visit = 0; visit < VISITS; visit += 1) {
    await inNewBrowser((page) => coldAndWarm(page, `${base}/users`, found), { serviceWorkers: "block" });
  }
  return found;
}

/**
 * A portal of another origin with the list of users in it: milliseconds from its script tag until the frame with the first
 * rows has been painted, with an empty cache and then with a full one, and how many bytes came from our server.
 */
async function inPortal() {
  const edit = (edit) => asAdministrator("/edits", { edit, confirmations: [], idempotency_key: randomUUID() });
  const { user } = await asAdministrator("/me");
  const scopes = { elements: ["users", "user", "roles", "activity"], access: "manage", sites: null };
  const { api_key: key } = await edit({ make_api_key: { key: randomUUID(), name: "Portal", scopes } });
  const portal = await startPortal({ lanyard: base, keys: { own: key } });
  await edit({ allow_origin: { origin: portal.address } });
  const body = new URLSearchParams({ email: user.profile.login_email });
  const signedIn = await fetch(`${portal.address}/sign-in`, { method: "POST", body, redirect: "manual" });
  const [, session] = /portal=([\w-]+)/.exec(signedIn.headers.get("set-cookie"));
  const found = { cold: [], warm: [], bytes: { cold: 0, warm: 0 } };
  try {
    for (let visit = 0; visit < VISITS; visit += 1) {
      const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
      await context.addCookies([{ name: "portal", value: session, url: portal.address }]);
      await coldAndWarm(await context.newPage(), `${portal.address}/users`, found);
      await browser.close();
    }
  } finally {
    await portal.stop();
  }
  return found;
}

/** For changes made elsewhere, how long from sending one until the frame with it has been painted on an open list. */
async function fromElsewhere() {
  return inNewBrowser(async (page) => {
    const live = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/live"));
    await page.goto(`${base}/users`);
    await page.locator(".vlist__row .person__name").first().waitFor();
    await live;
    const { rows } = await asAdministrator("/users?limit=10");
    const found = [];
    for (let change = 0; change < CHANGES; change += 1) {
      const { id, name } = rows[change % rows.length];
      const { facts } = await asAdministrator(`/users/${id}`);
      const next = `${name} ${change % 2 ? "Ashe" : "Ball"}${change}`;
      const shown = page.evaluate(
        (next) =>
          new Promise((resolve) => {
            const look = () => {
              const isThere = [...document.querySelectorAll(".vlist__row .person__name")].some(({ textContent }) => textContent.includes(next));
              if (!isThere) return;
              seen.disconnect();
              requestAnimationFrame(() => {
                const painted = new MessageChannel();
                painted.port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
                painted.port2.postMessage(null);
              });
            };
            const seen = new MutationObserver(look);
            seen.observe(document.body, { subtree: true, childList: true, characterData: true });
          }),
        next,
      );
      const edit = { change: { user: id, profile: { name: next } } };
      const sent = performance.timeOrigin + performance.now();
      await asAdministrator("/edits", { edit, seen_revision: facts.subject.revision, confirmations: [], idempotency_key: randomUUID() });
      found.push((await shown) - sent);
    }
    return found;
  });
}

/** For each keystroke, how long until it was judged and the page changed, and until the next frame was painted. */
async function keystrokes() {
  return inNewBrowser(async (page) => {
    await page.goto(`${base}/users/${person}`);
    const field = page.locator("form input[type=text], form input:not([type])").first();
    await field.waitFor({ timeout: 30_000 });
    await field.click();
    await field.press("End");
    await page.evaluate(() => {
      const times = { judged: [], painted: [] };
      window.keystrokes = times;
      let begin;
      addEventListener("input", () => { begin = performance.now(); }, { capture: true });
      addEventListener("input", () => {
        // The app does its work in microtasks, which may set off others: so many rounds of them are more than it needs.
        let judged;
        let rounds = 50;
        const look = () => {
          judged = performance.now();
          rounds -= 1;
          if (rounds > 0) queueMicrotask(look);
        };
        look();
        requestAnimationFrame(() => {
          const painted = new MessageChannel();
          painted.port1.onmessage = () => {
            times.judged.push(judged - begin);
            times.painted.push(performance.now() - begin);
          };
          painted.port2.postMessage(null);
        });
      });
    });
    for (let key = 1; key <= KEYS; key += 1) {
      // There and back again, so that both the edit and its absence are judged.
      await page.keyboard.press(key % 6 < 3 ? "x" : "Backspace");
      await page.waitForFunction((count) => window.keystrokes.painted.length === count, key);
    }
    return page.evaluate(() => window.keystrokes);
  });
}

const slower = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };
const visits = { near: [], far: [], offline: [] };
for (let visit = 0; visit < VISITS; visit += 1) {
  visits.near.push(await firstRows(null));
  visits.far.push(await firstRows(slower));
  visits.offline.push(await withoutNetwork());
}
tell("navigation to first painted rows, cold cache", visits.near);
tell("the same over a slower network", visits.far);
tell("opened without a network: to first painted rows", visits.offline);
const [own, portal] = [await inConsole(), await inPortal()];
for (const [where, { cold, warm }] of [["the console", own], ["the element in a host's page", portal]]) {
  tell(`${where}: to first painted rows, cold cache`, cold);
  tell(`${where}: the same with a warm cache`, warm);
}
for (const [where, { bytes }] of [["the console", own], ["the element in a host's page", portal]]) {
  for (const cache of ["cold", "warm"]) console.log(JSON.stringify({ what: `${where}, ${cache} cache`, bytes: bytes[cache] }));
}
tell("a change elsewhere, from sending it until it is painted on an open list", await fromElsewhere());
const { judged, painted } = await keystrokes();
tell("keystroke until it is judged and the page changed", judged);
tell("keystroke until the next frame is painted", painted);
