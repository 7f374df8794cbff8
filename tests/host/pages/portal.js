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
