// Types for JSX in React 19: `import type {} from "@lanyard/widget/react"`.
import type { LanyardEventMap, LanyardSettings } from "./index.js";
import "react";

/** Attributes that any element may have, and the ways in which frameworks take a reference to it. */
interface Around {
  id?: string;
  class?: string;
  className?: string;
  slot?: string;
  part?: string;
  hidden?: boolean;
  style?: unknown;
  key?: string | number | bigint | null;
  ref?: unknown;
  children?: unknown;
}

/** React 19 sets what an element has as a property, and listens for `on` and the exact name of an event. */
export interface LanyardReactProps extends LanyardSettings, Around {
  onready?: (event: LanyardEventMap["ready"]) => void;
  onchange?: (event: LanyardEventMap["change"]) => void;
  onselect?: (event: LanyardEventMap["select"]) => void;
  onnavigate?: (event: LanyardEventMap["navigate"]) => void;
  onerror?: (event: LanyardEventMap["error"]) => void;
  "onsession-expired"?: (event: LanyardEventMap["session-expired"]) => void;
}

interface LanyardIntrinsicElements {
  "lanyard-users": LanyardReactProps;
  "lanyard-user": LanyardReactProps & { user?: string | null };
  "lanyard-roles": LanyardReactProps;
  "lanyard-activity": LanyardReactProps;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends LanyardIntrinsicElements {}
  }
}
