// The elements that other pages embed: <lanyard-users>, <lanyard-user>, <lanyard-roles>, <lanyard-activity>.
//
// The server sends this file with the names of its build in place of those in FILES (server/build.rs). Whatever elements
// are on a page share one WebAssembly module and one style sheet. What belongs to an organisation (tokens, data, words)
// hangs on its element and is never shared between elements, except a token between those with the same callback.
const FILES = { app: "app.js", module: "app_bg.wasm", styles: "lanyard.css" };
const SERVER = new URL(import.meta.url).origin;

/** What was loaded, once for all elements; undefined before and after it has failed. */
let loaded;

/** So long anything may take that is fetched, or that the host is asked for. */
const WITHIN = 20_000;

/** Sheets that are adopted by every shadow root: a strict content security policy has nothing against them. */
const frame = new CSSStyleSheet();
frame.replaceSync(
  ":host{display:block;block-size:640px;min-inline-size:0;max-inline-size:100%}:host([hidden]){display:none!important}.lanyard:not(:empty)~slot{display:none}",
);
const styles = new CSSStyleSheet();

async function fetched(file) {
  const answer = await fetch(`${SERVER}/${file}`, { credentials: "omit", signal: AbortSignal.timeout(WITHIN) });
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return answer;
}

function load() {
  loaded ??= (async () => {
    try {
      const module_or_path = fetched(FILES.module);
      const [app] = await Promise.all([
        // Fetched first: `import` has no deadline, and browsers keep its failures.
        fetched(FILES.app).then(() => import(`${SERVER}/${FILES.app}`)),
        fetched(FILES.styles).then(async (answer) => styles.replaceSync(await answer.text())),
      ]);
      await app.default({ module_or_path });
      return app;
    } catch (error) {
      loaded = undefined;
      throw error;
    }
  })();
  return loaded;
}

/** So long before a token ends a new one is asked for, or a fifth of its time, whichever is less. */
const AHEAD = 60_000;
/** By a wrong clock every token looks old: so long it is used in any case. */
const AT_LEAST = 30_000;
/** So long an element waits for a host that has not said yet where tokens come from. */
const PATIENCE = 5_000;

/** Nobody has said no: there was no answer. */
class Unreachable extends Error {}

const isUnreachable = (error) =>
  // What is no JSON is the page of some gateway.
  [Unreachable, TypeError, SyntaxError].some((kind) => error instanceof kind) || error?.name === "TimeoutError";

/** What a promise comes to, or that it has not come in time. */
function inTime(promise) {
  let late;
  const limit = new Promise((_, reject) => {
    late = setTimeout(() => reject(new Unreachable("no token came in time")), WITHIN);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(late));
}

/**
 * The tokens of one callback, in memory alone and for as long as an element of the page needs them: whoever is shown something
 * after the last one has gone may be somebody else. One request for a new one at a time, whoever needs it.
 */
class Tokens {
  static #made = 0;
  /** Tells the places that tokens come from apart. */
  number = ++Tokens.#made;
  #holders = new Set();
  #ask;
  #token;
  #renew = 0;
  #ends = 0;
  #asked;

  constructor(ask) {
    this.#ask = ask;
  }

  hold(element) {
    this.#holders.add(element);
  }

  leave(element) {
    if (!this.#holders.delete(element) || this.#holders.size) return;
    this.#token = undefined;
    this.#asked = undefined;
  }

  get(spent) {
    if (spent && spent === this.#token) this.#token = undefined;
    if (this.#token && Date.now() < this.#renew) return Promise.resolve(this.#token);
    if (!this.#asked) {
      const asked = inTime(this.#take(() => this.#asked === asked)).finally(() => {
        if (this.#asked === asked) this.#asked = undefined;
      });
      this.#asked = asked;
    }
    const before = this.#token;
    // Until it ends, the one before is as good as ever.
    if (before && Date.now() < this.#ends) return this.#asked.catch(() => before);
    return this.#asked;
  }

  /** `isWanted`: nobody has left meanwhile for whom it was asked. */
  async #take(isWanted) {
    const answer = await this.#ask();
    const { token, expires_at } = typeof answer === "string" ? { token: answer } : (answer ?? {});
    if (typeof token !== "string" || !token) throw new Error("getToken has given no token");
    if (!isWanted()) return token;
    const now = Date.now();
    const ends = expires_at === undefined ? now + 10 * AHEAD : new Date(expires_at).getTime();
    this.#token = token;
    this.#ends = ends;
    this.#renew = Math.max(ends - Math.min(AHEAD, (ends - now) / 5), now + AT_LEAST);
    return token;
  }
}

const byCallback = new WeakMap();
const byAddress = new Map();

function tokensOf(map, key, ask) {
  if (!map.has(key)) map.set(key, new Tokens(ask));
  return map.get(key);
}

/** Asks the host's own server, with the host's own cookie. */
async function fromEndpoint(address) {
  const answer = await fetch(address, {
    method: "POST",
    mode: "same-origin",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(WITHIN),
  });
  // A gateway that stumbles has not refused anything.
  if (answer.status >= 500) throw new Unreachable(`${address}: ${answer.status}`);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** Attributes that are properties of the same meaning, by the names of the properties. */
const REFLECTED = {
  locale: "locale",
  theme: "theme",
  density: "density",
  dialogs: "dialogs",
  site: "site",
  user: "user",
  tokenEndpoint: "token-endpoint",
};
/** Attributes that only change how things look. */
const LOOKS = ["theme", "density", "dialogs", "readonly"];
const CANCELABLE = ["select", "navigate"];
/** Whatever is done to an element says which of several is being acted on. */
const TURNS = ["pointerdown", "keydown", "focusin", "click", "input", "change"];

const NOT_LOADED = {
  en: ["This part of the page could not be loaded.", "Try again"],
  fr: ["Cette partie de la page n’a pas pu être chargée.", "Réessayer"],
  es: ["Esta parte de la página no se pudo cargar.", "Reintentar"],
};

class LanyardElement extends HTMLElement {
  static observedAttributes = [...Object.values(REFLECTED), "readonly"];

  #shadow = this.attachShadow({ mode: "open" });
  #root;
  #widget;
  #getToken;
  /** The tokens that this element holds. */
  #held;
  /** Callbacks of those who wait for a way to tokens. */
  #waiting = [];
  /** What was asked of the element before it was there. */
  #later = [];

  constructor() {
    super();
    this.#shadow.adoptedStyleSheets = [frame, styles];
    this.#shadow.append(document.createElement("slot"));
  }

  connectedCallback() {
    // Properties that were set before the element was known.
    for (const name of [...Object.keys(REFLECTED), "readonly", "getToken"]) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    if (!this.#root) this.#mount();
  }

  disconnectedCallback() {
    // Whoever moves an element takes it away and puts it back at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#dispose();
    });
  }

  /** Moved by `moveBefore`: nothing has to be made anew. */
  connectedMoveCallback() {}

  attributeChangedCallback(name, before, value) {
    if (before === value) return;
    if (name === "token-endpoint") this.#newTokens();
    if (LOOKS.includes(name)) this.#look();
    this.#widget?.set(name, value ?? undefined);
  }

  get getToken() {
    return this.#getToken;
  }

  set getToken(value) {
    if (value === this.#getToken) return;
    this.#getToken = value ?? undefined;
    this.#newTokens();
  }

  get readonly() {
    return this.hasAttribute("readonly");
  }

  set readonly(value) {
    this.toggleAttribute("readonly", Boolean(value));
  }

  open(user) {
    this.#when((widget) => widget.open(String(user)));
  }

  invite() {
    this.#when((widget) => widget.invite());
  }

  refresh() {
    this.#widget?.refresh();
  }

  #when(act) {
    if (this.#widget) act(this.#widget);
    else this.#later.push(act);
  }

  async #mount() {
    const root = document.createElement("div");
    root.className = "lanyard lanyard--widget";
    root.setAttribute("part", "root");
    for (const turn of TURNS) root.addEventListener(turn, () => this.#widget?.turn(), { capture: true });
    this.#root = root;
    this.#shadow.prepend(root);
    this.#look();
    // Side by side with the application; whoever asks for a token next finds it under way.
    this.#token().catch(() => {});
    try {
      const app = await load();
      if (this.#root !== root) return;
      const port = {
        token: (spent) =>
          this.#token(spent).catch((error) => {
            throw isUnreachable(error) ? "unreachable" : error;
          }),
        source: () => this.#tokens()?.number,
        tell: (event, detail) => this.#root === root && this.#tell(event, detail && JSON.parse(detail)),
        attribute: (name) => this.getAttribute(name) ?? undefined,
      };
      this.#widget = app.mountWidget(root, SERVER, this.constructor.job, port);
      for (const act of this.#later.splice(0)) act(this.#widget);
    } catch (error) {
      if (this.#root === root) this.#failed(root, error);
    }
  }

  #dispose() {
    this.#widget?.free();
    this.#widget = undefined;
    this.#root?.remove();
    this.#root = undefined;
    this.#hold(undefined);
  }

  #hold(tokens) {
    if (tokens === this.#held) return;
    this.#held?.leave(this);
    this.#held = tokens;
    tokens?.hold(this);
  }

  #failed(root, error) {
    console.error("Lanyard could not be loaded:", error);
    const language = (this.getAttribute("locale") ?? navigator.language).slice(0, 2);
    const [title, again] = NOT_LOADED[language] ?? NOT_LOADED.en;
    const button = document.createElement("button");
    button.textContent = again;
    button.addEventListener("click", () => {
      this.#dispose();
      this.#mount();
    });
    root.append(title, " ", button);
    root.setAttribute("role", "alert");
    this.#tell("error", { type: "about:blank", title, detail: String(error), status: null });
  }

  #look() {
    const root = this.#root;
    if (!root) return;
    root.dataset.theme = this.getAttribute("theme") ?? "auto";
    root.dataset.density = this.getAttribute("density") ?? "auto";
    root.dataset.dialogs = this.getAttribute("dialogs") ?? "top-layer";
  }

  #tell(name, detail) {
    const cancelable = CANCELABLE.includes(name);
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }));
  }

  /** Where tokens come from; nothing while the host has not said, or the element is not on the page. */
  #tokens() {
    const tokens = this.#root && this.#source();
    this.#hold(tokens);
    return tokens;
  }

  #source() {
    if (this.#getToken) return tokensOf(byCallback, this.#getToken, this.#getToken);
    const endpoint = this.getAttribute("token-endpoint");
    if (!endpoint) return undefined;
    const { href } = new URL(endpoint, document.baseURI);
    return tokensOf(byAddress, href, () => fromEndpoint(href));
  }

  async #token(spent) {
    if (!this.#tokens()) {
      await new Promise((resolve) => {
        this.#waiting.push(resolve);
        setTimeout(resolve, PATIENCE);
      });
    }
    const tokens = this.#tokens();
    if (!tokens) throw new Error(`<${this.localName}> needs the property getToken or the attribute token-endpoint`);
    return tokens.get(spent);
  }

  #newTokens() {
    for (const resolve of this.#waiting.splice(0)) resolve();
    // It may be somebody else now.
    this.#widget?.refresh();
  }
}

for (const [property, attribute] of Object.entries(REFLECTED)) {
  Object.defineProperty(LanyardElement.prototype, property, {
    configurable: true,
    enumerable: true,
    get() {
      return this.getAttribute(attribute);
    },
    set(value) {
      if (value === null || value === undefined) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
  });
}

for (const job of ["users", "user", "roles", "activity"]) {
  if (customElements.get(`lanyard-${job}`)) continue;
  customElements.define(
    `lanyard-${job}`,
    class extends LanyardElement {
      static job = job;
    },
  );
}
