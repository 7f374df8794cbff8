/**
 * Loads the elements from your Lanyard server, once for each server; settles when they are defined.
 * `server` is its address: `https://lanyard.example`.
 */
export function defineLanyard(server: string): Promise<void>;

/** What your server got from `POST /api/v1/embed/sessions`. */
export interface LanyardToken {
  token: string;
  /** When it ends: what the server said, or milliseconds since 1970. Ten minutes from now unless given. */
  expires_at?: string | number;
}

/** Gives a token for whoever is signed in to your portal. Called again ahead of its end, and when it was taken back. */
export type GetToken = () => Promise<string | LanyardToken>;

export type LanyardScreen = "users" | "user" | "access" | "activity" | "invite" | "roles" | "elsewhere";

/** What was committed: one edit, as in the API's description, or an action on several people. */
export type LanyardChange =
  | {
      /** The edit, by its name: `{ "change": { … } }`, `{ "invite": { … } }`. */
      edit: Record<string, Record<string, unknown>>;
      /** The person that it was about. */
      user: string | null;
      /** The revision of the person after it. */
      revision: number | null;
    }
  | {
      /** The id of the action. */
      bulk: string;
      /** How many people it has changed. */
      people: number;
    };

/** A request that did not succeed, as RFC 9457 problem details in the language of the element. */
export interface LanyardProblem {
  type: string;
  title: string;
  detail: string;
  status: number | null;
}

export interface LanyardNavigation {
  screen: LanyardScreen;
  user: string | null;
  /** The address of the same screen in the console. */
  path: string;
  /** Whether the element shows this screen itself; the others are yours to show. */
  shown: boolean;
}

/** The events of every element, by name. All of them bubble and leave shadow roots. */
export interface LanyardEventMap {
  /** Whoever the token is for is known, and the first screen is there. */
  ready: CustomEvent<undefined>;
  change: CustomEvent<LanyardChange>;
  /** Somebody is about to be opened, by the person at the element. Prevented, it stays where it is. */
  select: CustomEvent<{ user: string }>;
  /** The element is about to show another screen. Prevented, it stays where it is. */
  navigate: CustomEvent<LanyardNavigation>;
  error: CustomEvent<LanyardProblem>;
  /** No token works any more. The element says so, keeps the work, and offers to try again. */
  "session-expired": CustomEvent<undefined>;
}

/** What can be set, as properties and (but for `getToken`) as attributes. All of it may change at any time. */
export interface LanyardSettings {
  /** Where tokens come from. Keep it the same function: for another one, everything is asked for anew. */
  getToken?: GetToken;
  /** Instead of `getToken`: an address of your own origin that answers a POST with `LanyardToken`. */
  tokenEndpoint?: string | null;
  /** `en`, `fr` or `es`; without it, what the person prefers. */
  locale?: string | null;
  theme?: "auto" | "light" | "dark" | null;
  density?: "comfortable" | "compact" | null;
  /** Everything is to be looked at alone, whatever the token allows. */
  readonly?: boolean;
  /** The site (by its id) whose people the list begins with. */
  site?: string | null;
  /** Whether dialogs stand over all of your page (`top-layer`, the default) or stay in the element's box. */
  dialogs?: "top-layer" | "inside" | null;
}

export interface LanyardElement extends HTMLElement {
  getToken: GetToken | undefined;
  tokenEndpoint: string | null;
  locale: string | null;
  theme: string | null;
  density: string | null;
  readonly: boolean;
  site: string | null;
  dialogs: string | null;
  /** Opens a person, in an element that shows people. */
  open(userId: string): void;
  /** Begins an invitation, in `<lanyard-users>`. */
  invite(): void;
  /** Reads everything anew. What is being edited stays. */
  refresh(): void;
  addEventListener<K extends keyof LanyardEventMap>(
    type: K,
    listener: (this: this, event: LanyardEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof LanyardEventMap>(
    type: K,
    listener: (this: this, event: LanyardEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The list of users, and each person in it. */
export interface LanyardUsersElement extends LanyardElement {}
/** One person. */
export interface LanyardUserElement extends LanyardElement {
  /** The person's id. */
  user: string | null;
}
/** What each role permits. */
export interface LanyardRolesElement extends LanyardElement {}
/** Who changed what, and when. */
export interface LanyardActivityElement extends LanyardElement {}

declare global {
  interface HTMLElementTagNameMap {
    "lanyard-users": LanyardUsersElement;
    "lanyard-user": LanyardUserElement;
    "lanyard-roles": LanyardRolesElement;
    "lanyard-activity": LanyardActivityElement;
  }
}
