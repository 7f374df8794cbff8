// Directives that let Angular's templates name the elements and set what they have: `imports: [LANYARD]`. Written in the form
// in which Angular's libraries are published, which the compiler of the application links.
import * as ng from "@angular/core";

/** What it is given becomes a property of the element. */
function forwards(type, names) {
  for (const name of names) {
    Object.defineProperty(type.prototype, name, {
      configurable: true,
      set(value) {
        this.element[name] = value;
      },
    });
  }
}

export class LanyardDirective {
  element = ng.inject(ng.ElementRef).nativeElement;
  static ɵfac = ng.ɵɵngDeclareFactory({
    minVersion: "12.0.0", version: "21.2.0", ngImport: ng, type: LanyardDirective, deps: [], target: ng.ɵɵFactoryTarget.Directive,
  });
  static ɵdir = ng.ɵɵngDeclareDirective({
    minVersion: "16.1.0", version: "21.2.0", ngImport: ng, type: LanyardDirective, isStandalone: true,
    selector: "lanyard-users, lanyard-user, lanyard-roles, lanyard-activity",
    inputs: {
      getToken: "getToken", tokenEndpoint: "tokenEndpoint", locale: "locale", theme: "theme", density: "density",
      readonly: ["readonly", "readonly", ng.booleanAttribute], site: "site", dialogs: "dialogs",
    },
  });
}
forwards(LanyardDirective, ["getToken", "tokenEndpoint", "locale", "theme", "density", "readonly", "site", "dialogs"]);

export class LanyardUserDirective {
  element = ng.inject(ng.ElementRef).nativeElement;
  static ɵfac = ng.ɵɵngDeclareFactory({
    minVersion: "12.0.0", version: "21.2.0", ngImport: ng, type: LanyardUserDirective, deps: [], target: ng.ɵɵFactoryTarget.Directive,
  });
  static ɵdir = ng.ɵɵngDeclareDirective({
    minVersion: "16.1.0", version: "21.2.0", ngImport: ng, type: LanyardUserDirective, isStandalone: true,
    selector: "lanyard-user",
    inputs: { user: "user" },
  });
}
forwards(LanyardUserDirective, ["user"]);

export const LANYARD = [LanyardDirective, LanyardUserDirective];
