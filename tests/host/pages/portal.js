// What the portal does with the elements: it listens. The scenarios read `window.portal`.
const EVENTS = ['ready', 'change', 'select', 'navigate', 'error', 'session-expired'];
const portal = { events: [], violations: [] };
window.portal = portal;

document.addEventListener('securitypolicyviolation', (event) => {
  portal.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
for (const name of EVENTS) {
  document.addEventListener(name, (event) => {
    if (event instanceof CustomEvent) portal.events.push({ from: event.target.localName, id: event.target.id, name, detail: event.detail });
  });
}

/** A callback for one organisation. */
portal.tokensOf = (organisation) => async () => {
  const answer = await fetch(`/lanyard-token?organisation=${organisation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return answer.json();
};

const [first, second] = [document.getElementById('first'), document.getElementById('second')];
if (first && second) {
  const [one, other] = (new URLSearchParams(location.search).get('organisations') ?? ',').split(',');
  first.getToken = portal.tokensOf(one);
  second.getToken = portal.tokensOf(other);
}

// The iframe form: the same by messages, from and to the exact origin.
const frame = document.getElementById('frame');
if (frame) {
  const { lanyard, organisation } = frame.dataset;
  portal.messages = [];
  portal.send = (message) => frame.contentWindow.postMessage(message, lanyard);
  addEventListener('message', async ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== lanyard) return;
    portal.messages.push(data);
    if (data.lanyard === 'token-wanted') {
      const told = await portal.tokensOf('riverside')().then((token) => ({ lanyard: 'token', ...token }), () => ({ lanyard: 'no-token' }));
      portal.send(told);
    } else if (data.lanyard === 'height') {
      frame.style.blockSize = `${data.detail}px`;
    }
  });
  frame.src = `${lanyard}/embed/users?organisation=${organisation}&locale=en`;
}
