// Directives for Angular's templates: `import { LANYARD } from "@lanyard/widget/angular"`, then `imports: [LANYARD]`. Events need
// none: templates take their types from the elements themselves.
import * as ng from "@angular/core";
import type { GetToken, LanyardSettings } from "./index.js";

/** What every element has. */
export declare class LanyardDirective {
  getToken: GetToken | undefined;
  tokenEndpoint: LanyardSettings["tokenEndpoint"];
  locale: LanyardSettings["locale"];
  theme: LanyardSettings["theme"];
  density: LanyardSettings["density"];
  readonly: boolean;
  static ngAcceptInputType_readonly: boolean | "" | "true" | "false" | null | undefined;
  site: LanyardSettings["site"];
  dialogs: LanyardSettings["dialogs"];
  static ɵfac: ng.ɵɵFactoryDeclaration<LanyardDirective, never>;
  static ɵdir: ng.ɵɵDirectiveDeclaration<
    LanyardDirective,
    "lanyard-users, lanyard-user, lanyard-roles, lanyard-activity",
    never,
    {
      getToken: { alias: "getToken"; required: false };
      tokenEndpoint: { alias: "tokenEndpoint"; required: false };
      locale: { alias: "locale"; required: false };
      theme: { alias: "theme"; required: false };
      density: { alias: "density"; required: false };
      readonly: { alias: "readonly"; required: false };
      site: { alias: "site"; required: false };
      dialogs: { alias: "dialogs"; required: false };
    },
    {},
    never,
    never,
    true,
    never
  >;
}

/** What `<lanyard-user>` has besides. */
export declare class LanyardUserDirective {
  user: string | null | undefined;
  static ɵfac: ng.ɵɵFactoryDeclaration<LanyardUserDirective, never>;
  static ɵdir: ng.ɵɵDirectiveDeclaration<LanyardUserDirective, "lanyard-user", never, { user: { alias: "user"; required: false } }, {}, never, never, true, never>;
}

/** Both, for the `imports` of a component. */
export declare const LANYARD: readonly [typeof LanyardDirective, typeof LanyardUserDirective];
