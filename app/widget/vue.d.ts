// Types for Vue's templates: `import type {} from "@lanyard/widget/vue"`.
import type { LanyardEventMap, LanyardSettings } from "./index.js";
import "vue";

/** What Vue knows of an element: its properties and its events. */
export type LanyardVueElement<Props> = new () => {
  $props: Props & {
    onReady?: (event: LanyardEventMap["ready"]) => void;
    onChange?: (event: LanyardEventMap["change"]) => void;
    onSelect?: (event: LanyardEventMap["select"]) => void;
    onNavigate?: (event: LanyardEventMap["navigate"]) => void;
    onError?: (event: LanyardEventMap["error"]) => void;
    onSessionExpired?: (event: LanyardEventMap["session-expired"]) => void;
  };
};

declare module "vue" {
  interface GlobalComponents {
    "lanyard-users": LanyardVueElement<LanyardSettings>;
    "lanyard-user": LanyardVueElement<LanyardSettings & { user?: string | null }>;
    "lanyard-roles": LanyardVueElement<LanyardSettings>;
    "lanyard-activity": LanyardVueElement<LanyardSettings>;
  }
}
