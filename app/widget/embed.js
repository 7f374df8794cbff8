// The iframe form, for hosts whose policy forbids our script: the same element on a page of our own, which gets its tokens
// by postMessage. Messages come from and go to the parent alone, and only where its origin is one of those that the server has
// written into the page; the server's frame-ancestors lets no other page frame it in the first place.
import "./widget.js";

const HOSTS = document.querySelector("meta[name=lanyard-hosts]").content.split(" ").filter(Boolean);
const EVENTS = ["ready", "change", "select", "navigate", "error", "session-expired"];
const SETTINGS = ["locale", "theme", "density", "readonly", "site", "user", "dialogs"];
const TOKEN_WITHIN = 15_000;
/** What a list that fills its box would like. */
const LIST_HEIGHT = 640;

const job = location.pathname.split("/").pop();
const element = document.createElement(`lanyard-${job}`);
const parameters = new URLSearchParams(location.search);
const sheet = new CSSStyleSheet();
sheet.replaceSync("html,body{block-size:100%;margin:0}body>*{block-size:100%!important}");
document.adoptedStyleSheets = [sheet];

/** To the exact origin of the parent: a browser delivers to no other page. Until it has spoken, each of those it may have. */
let host;
function tell(name, detail) {
  for (const origin of host ? [host] : HOSTS) parent.postMessage({ lanyard: name, detail }, origin);
}

/** Nobody has said no: it is asked again. */
const silence = (text) => new DOMException(text, "TimeoutError");

let waiting;
function getToken() {
  waiting?.reject(silence("asked anew"));
  const asked = Promise.withResolvers();
  waiting = asked;
  setTimeout(() => asked.reject(silence("the page around has given no token")), TOKEN_WITHIN);
  tell("token-wanted");
  return asked.promise;
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || !HOSTS.includes(origin) || typeof data?.lanyard !== "string") return;
  host = origin;
  switch (data.lanyard) {
    case "hello":
      // The parent was not there yet when a token was asked for first.
      if (waiting) tell("token-wanted");
      break;
    case "token":
      waiting?.resolve({ token: data.token, expires_at: data.expires_at });
      waiting = undefined;
      break;
    case "no-token":
      waiting?.reject(data.passing ? silence("the page around cannot ask") : new Error("the page around has no token"));
      waiting = undefined;
      break;
    case "set":
      if (SETTINGS.includes(data.name)) element[data.name] = data.value;
      break;
    case "open":
      element.open(data.user);
      break;
    case "invite":
    case "refresh":
      element[data.lanyard]();
      break;
  }
});

for (const name of EVENTS) {
  element.addEventListener(name, (event) => {
    if (event instanceof CustomEvent) tell(name, event.detail);
  });
}

/** How high the contents are, for hosts that make the frame as high. */
let height;
function measure() {
  const page = element.shadowRoot.querySelector(".page");
  if (!page) return;
  const now = page.classList.contains("page--filling") ? LIST_HEIGHT : Math.ceil(page.scrollHeight);
  if (now !== height) tell("height", (height = now));
}
const sizes = new ResizeObserver(measure);
new MutationObserver(() => {
  sizes.disconnect();
  const page = element.shadowRoot.querySelector(".page");
  if (page) sizes.observe(page);
  measure();
}).observe(element.shadowRoot, { childList: true, subtree: true });

for (const name of SETTINGS) {
  const value = parameters.get(name);
  if (value !== null) element[name] = name === "readonly" || value;
}
element.getToken = getToken;
document.body.append(element);
