//! Roles that are switched on and off one by one, as switches or as buttons (M8, O3). What else a click clears is the
//! form's to know (O8, O9); here it is said, and can be put back.

use leptos::prelude::*;
use shared::access::Place;
use shared::form::{AccessForm, RoleOption};
use shared::ids::RoleId;
use shared::policy::{Level, Policy, RoleKind, RoleToggles as Look};
use shared::text::lower;
use shared::verdict::{Field, Reason};

use super::FormModel;
use super::access::{about_roles, joined, options};
use super::reference::RolesAbout;
use crate::verdict_words::{objections, teller};
use crate::widgets::{Objection, PressButton, RefusalList, Toggle};
use crate::words::{tell, text, words};

/// What the last click cleared.
#[derive(Clone, PartialEq)]
struct Cleared {
    clicked: RoleId,
    roles: Vec<RoleId>,
    /// The access before the click.
    before: AccessForm,
}

#[component]
pub(super) fn RoleToggles(model: FormModel, kind: RoleKind) -> impl IntoView {
    let facts = model.session.facts();
    let options = options(model, kind);
    let cleared = RwSignal::new(None::<Cleared>);
    let roles = Memo::new(move |_| options.with(|options| options.iter().map(|o| o.role.clone()).collect::<Vec<_>>()));
    let as_buttons = Memo::new(move |_| {
        facts.with(|facts| kind == RoleKind::Main && facts.policy.screens.role_toggles == Look::Buttons)
    });
    let toggle = move |role: RoleId| {
        let one = OneToggle::new(model, kind, options, cleared, role);
        if as_buttons.get_untracked() {
            one.button()
        } else {
            one.switch()
        }
    };
    // A button has no room for more than its reason; what would help stands below them all.
    let ways = Memo::new(move |_| {
        if !as_buttons.get() {
            return Vec::new();
        }
        let held = |role: &RoleId| {
            model
                .form
                .with(|form| form.access.assignments.iter().any(|held| held.role == *role))
        };
        facts.with(|facts| {
            let way = |option: &RoleOption| {
                option.refusals().next()?;
                let remedy = joined(objections(facts, &about_roles(option.explain(facts)))).remedy?;
                let text = format!("{}:", facts.policy.role(&option.role)?.name);
                Some(Objection {
                    text,
                    remedy: Some(remedy),
                })
            };
            options.with(|options| {
                let refused = options.iter().filter(|option| !held(&option.role));
                refused.filter_map(way).collect::<Vec<_>>()
            })
        })
    });
    let refusals =
        model.objections(move |field| kind == RoleKind::Main && matches!(field, Field::Role(_) | Field::Roles(_)));
    let label = Signal::derive(move || {
        facts.with(|facts| match kind {
            RoleKind::Main => facts.policy.words.roles.clone(),
            RoleKind::Additional => facts.policy.words.additional_roles.clone(),
        })
    });
    view! {
        <div
            class=move || if as_buttons.get() { "presses" } else { "toggles" }
            role="group"
            aria-label=move || label.get()
        >
            <For each=move || roles.get() key=Clone::clone children=toggle />
        </div>
        <ClearedNote model cleared />
        <RefusalList objections=ways on_remedy=model.on_remedy />
        <RefusalList objections=refusals on_remedy=model.on_remedy />
        {(kind == RoleKind::Main).then(|| view! { <RolesAbout model /> })}
    }
    .into_any()
}

/// One role, whatever it looks like.
struct OneToggle {
    label: Signal<String>,
    about: Signal<String>,
    on: Memo<bool>,
    refused: Memo<Option<Objection>>,
    press: Callback<()>,
    model: FormModel,
}

impl OneToggle {
    fn new(
        model: FormModel,
        kind: RoleKind,
        options: Memo<Vec<RoleOption>>,
        cleared: RwSignal<Option<Cleared>>,
        role: RoleId,
    ) -> Self {
        let facts = model.session.facts();
        let place = model.place();
        let role = StoredValue::new(role);
        let at =
            Memo::new(move |_| facts.with(|facts| role.with_value(|role| place_of(&facts.policy, role, place.get()))));
        let word = move |of: fn(&shared::policy::Role) -> &str| {
            Signal::derive(move || {
                facts.with(|facts| {
                    role.with_value(|role| facts.policy.role(role).map(|role| of(role).to_owned()))
                        .unwrap_or_default()
                })
            })
        };
        let on = Memo::new(move |_| role.with_value(|role| model.form.with(|form| form.access.holds(role, at.get()))));
        let refused = Memo::new(move |_| {
            if on.get() {
                return None;
            }
            facts.with(|facts| {
                options.with(|options| {
                    let option = role.with_value(|role| options.iter().find(|option| option.role == *role))?;
                    // Only what is refused is judged again, with what would help.
                    let first = option.refusals().next()?;
                    // What comes on top of another role waits for that one.
                    if kind == RoleKind::Additional && matches!(first.reason, Reason::RoleMissing { .. }) {
                        let role = lower(&facts.policy.words.role);
                        return Some(Objection::plain(tell!(screen::choose_role_first, role = role)));
                    }
                    Some(joined(objections(facts, &about_roles(option.explain(facts)))))
                })
            })
        });
        let press = Callback::new(move |()| {
            let (place, role) = (at.get_untracked(), role.get_value());
            let before = model.form.with_untracked(|form| form.access.clone());
            model.change_access(|access, policy| access.toggle_role(policy, &role, place));
            let roles = model.form.with_untracked(|form| before.cleared(&form.access, &role));
            cleared.set((!roles.is_empty()).then_some(Cleared {
                clicked: role,
                roles,
                before,
            }));
        });
        Self {
            label: word(|role| &role.name),
            about: word(|role| &role.about),
            on,
            refused,
            press,
            model,
        }
    }

    fn switch(self) -> AnyView {
        let press = self.press;
        view! {
            <Toggle
                label=self.label
                about=self.about
                on=self.on
                refused=self.refused
                on_remedy=self.model.on_remedy
                on_toggle=Callback::new(move |_| press.run(()))
            />
        }
        .into_any()
    }

    fn button(self) -> AnyView {
        let refused = self.refused;
        let reason = Signal::derive(move || refused.get().map(|refused| refused.text));
        view! { <PressButton label=self.label about=self.about pressed=self.on refused=reason on_press=self.press /> }
            .into_any()
    }
}

fn place_of(policy: &Policy, role: &RoleId, place: Place) -> Place {
    match policy.role(role) {
        Some(role) if role.scope == Level::Organisation => Place::Organisation,
        _ => place,
    }
}

/// Says what the last click cleared and why, and puts it back.
#[component]
fn ClearedNote(model: FormModel, cleared: RwSignal<Option<Cleared>>) -> impl IntoView {
    let facts = model.session.facts();
    let put_back = move |_| {
        if let Some(Cleared { before, .. }) = cleared.get_untracked() {
            model.change_access(|_, _| before);
            cleared.set(None);
        }
    };
    let line = move || {
        let Cleared { clicked, roles, .. } = cleared.get()?;
        let told = facts.with(|facts| {
            let teller = teller(facts);
            let names: Vec<String> = roles.iter().map(|role| teller.role(role)).collect();
            tell!(
                screen::roles_cleared,
                names = words().list(&names),
                role = teller.role(&clicked),
                count = names.len()
            )
        });
        Some(view! {
            <span>{told}</span>
            " "
            <button type="button" class="link" on:click=put_back>{text!(screen::put_back)}</button>
        })
    };
    view! { <p class="cleared" role="status">{line}</p> }.into_any()
}
