// The same in React: properties, events and methods as the types of @lanyard/widget have them.
import { StrictMode, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { GetToken, LanyardChange, LanyardUsersElement } from '@lanyard/widget';
import type {} from '@lanyard/widget/react';

// Outside of every component: another function would mean other tokens.
const getToken: GetToken = async () => {
  const answer = await fetch('/lanyard-token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return answer.json();
};

function App() {
  const users = useRef<LanyardUsersElement>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [changes, setChanges] = useState<LanyardChange[]>([]);
  const [dark, setDark] = useState(false);
  const [shown, setShown] = useState(true);
  const [more, setMore] = useState(false);
  return (
    <>
      <nav>
        <button onClick={() => setDark(!dark)}>Dark</button>
        <button onClick={() => setShown(!shown)}>Show or hide</button>
        <button onClick={() => users.current?.invite()}>Invite somebody</button>
        <button onClick={() => setMore(!more)}>Roles and activity</button>
        <output id="changes">{changes.length}</output>
      </nav>
      {shown && (
        <lanyard-users
          ref={users}
          getToken={getToken}
          theme={dark ? 'dark' : 'light'}
          onselect={(event) => {
            // The person is shown beside the list instead of in its place.
            event.preventDefault();
            setChosen(event.detail.user);
          }}
          onchange={(event) => setChanges((before) => [...before, event.detail])}
        />
      )}
      {chosen && (
        <lanyard-user
          getToken={getToken}
          user={chosen}
          theme={dark ? 'dark' : 'light'}
          onchange={(event) => {
            setChanges((before) => [...before, event.detail]);
            users.current?.refresh();
          }}
        />
      )}
      {more && (
        <>
          <lanyard-roles getToken={getToken} theme={dark ? 'dark' : 'light'} />
          <lanyard-activity getToken={getToken} theme={dark ? 'dark' : 'light'} density="compact" />
        </>
      )}
    </>
  );
}

createRoot(document.getElementById('place')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
