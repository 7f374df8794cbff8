// Loads the elements from a Lanyard server. The code itself is the server's: it always fits the server that answers.
const loading = new Map();

/** Defines <lanyard-users>, <lanyard-user>, <lanyard-roles> and <lanyard-activity>; settles when they are defined. */
export function defineLanyard(server) {
  const { origin } = new URL(server);
  if (!loading.has(origin)) {
    const loaded = import(/* webpackIgnore: true */ /* @vite-ignore */ `${origin}/widget.js`).then(() => undefined);
    loading.set(origin, loaded);
    // Whoever tries again later really does.
    loaded.catch(() => loading.delete(origin));
  }
  return loading.get(origin);
}
