//! Where a person works: access rules site by site (D8), and the primary site (D2).

use leptos::prelude::*;
use shared::access::Place;
use shared::form::leave_primary;
use shared::ids::{RoleId, SiteId};
use shared::policy::{Level, RoleKind};
use shared::text::lower;
use shared::verdict::{Consequence, Field, Remedy};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::FormModel;
use crate::verdict_words::objection;
use crate::widgets::{Choice, Note, Objection, RemedyLink, Select, Toggle};
use crate::words::tell;

/// A switch for each site that people can be assigned to.
#[component]
pub(super) fn SiteToggles(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let everywhere = Memo::new(move |_| {
        model
            .form
            .with(|form| form.access.assignments.iter().any(|a| a.place() == Place::Organisation))
    });
    let sites =
        Memo::new(move |_| facts.with(|facts| facts.organisation.open_sites().map(|site| site.id).collect::<Vec<_>>()));
    let everywhere_words = Signal::derive(move || {
        facts.with(|facts| tell!(screen::all_added_later, what = lower(&facts.policy.words.sites)))
    });
    view! {
        <Show
            when=move || !everywhere.get()
            fallback=move || view! { <Note text=everywhere_words /> }
        >
            <div class="toggles">
                <For each=move || sites.get() key=|site| *site children=move |site| view! { <SiteToggle model site /> } />
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn SiteToggle(model: FormModel, site: SiteId) -> impl IntoView {
    let facts = model.session.facts();
    let place = Place::Site(site);
    let name = Signal::derive(move || {
        facts.with(|facts| {
            facts
                .organisation
                .site(site)
                .map(|site| site.name.clone())
                .unwrap_or_default()
        })
    });
    let held = Memo::new(move |_| {
        facts.with(|facts| {
            model.form.with(|form| {
                let here = form.access.assignments.iter().filter(|held| held.place() == place);
                here.filter_map(|held| facts.policy.role(&held.role))
                    .map(|role| role.name.clone())
                    .collect::<Vec<_>>()
            })
        })
    });
    let on = Memo::new(move |_| held.with(|held| !held.is_empty()));
    // The role that begins here when the switch is turned on: the person's own, as the form knows it.
    let role = Memo::new(move |_| {
        facts.with(|facts| {
            model.form.with(|form| {
                let own = form
                    .access
                    .main_role(&facts.policy)
                    .filter(|role| role.scope == Level::Site);
                let here = || {
                    form.access
                        .assignments
                        .iter()
                        .find(|held| held.place() == place)
                        .map(|held| held.role.clone())
                };
                own.map(|role| role.id.clone())
                    .or_else(here)
                    .or_else(|| model.waiting_role.get())
            })
        })
    });
    let has_others = Memo::new(move |_| facts.with(|facts| facts.organisation.open_sites().nth(1).is_some()));
    // A switch that the form would not move says why, and what would let it move (X3).
    let refused = Signal::derive(move || {
        facts.with(|facts| {
            let moves = role.with(|role| {
                role.as_ref().is_some_and(|role| {
                    model
                        .form
                        .with(|form| form.access.clone().toggle_site(&facts.policy, site, role) != form.access)
                })
            });
            match (moves, on.get()) {
                (true, _) => None,
                (false, true) => {
                    let primary = facts.policy.words.primary_site.to_lowercase();
                    let refusal = model.form.with(|form| leave_primary(facts, form, site));
                    // Where the person is nowhere else, nobody can guess which one it should be.
                    let choose = || RemedyLink {
                        label: tell!(grid::choose_another, what = &primary),
                        remedy: Remedy::Choose(Field::PrimarySite),
                    };
                    Some(Objection {
                        text: tell!(screen::is_primary, primary = &primary),
                        remedy: refusal
                            .and_then(|refusal| objection(facts, &refusal).remedy)
                            .or_else(|| has_others.get().then(choose)),
                    })
                }
                (false, false) => {
                    let role = lower(&facts.policy.words.role);
                    Some(Objection::plain(tell!(screen::choose_role_first, role = role)))
                }
            }
        })
    });
    // What the form has here, and what the rules make of it when it is saved (A10).
    let about = Signal::derive(move || {
        let held = held.get().join(", ");
        facts.with(|facts| {
            let name = |id: &RoleId| facts.policy.role(id).map(|role| role.name.clone()).unwrap_or_default();
            model.session.verdict().with(|verdict| {
                let here = verdict.consequences.iter().find_map(|consequence| match consequence {
                    Consequence::EndsElsewhere { site: at, role } if *at == site => {
                        Some(tell!(screen::ends_with_this, role = name(role)))
                    }
                    Consequence::FollowsElsewhere { site: at, from, to } if *at == site => {
                        Some(tell!(screen::becomes_with_this, from = name(from), to = name(to)))
                    }
                    _ => None,
                });
                here.unwrap_or(held)
            })
        })
    });
    let toggle = Callback::new(move |_| {
        let role = role.get_untracked();
        model.change_access(|access, policy| match role {
            Some(role) => access.toggle_site(policy, site, &role),
            None => access,
        });
        model.waiting_role.set(None);
        model.site.set(Some(site));
    });
    let remedy = Callback::new(move |remedy: Remedy| match remedy {
        Remedy::Choose(Field::PrimarySite) => focus_primary(model),
        other => model.on_remedy.run(other),
    });
    view! { <Toggle label=name about=about on=on refused=refused on_remedy=remedy on_toggle=toggle /> }.into_any()
}

/// Goes to where the primary site is chosen.
fn focus_primary(model: FormModel) {
    let found = model
        .primary
        .get_untracked()
        .and_then(|place| place.query_selector("select").ok().flatten());
    if let Some(select) = found.and_then(|select| select.dyn_into::<HtmlElement>().ok()) {
        let _ = select.focus();
    }
}

/// The primary site among those that the person reaches.
#[component]
pub(super) fn PrimarySite(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let options = Signal::derive(move || {
        facts.with(|facts| {
            let open = facts.organisation.open_sites();
            std::iter::once(Choice::new("", tell!(screen::choose)))
                .chain(open.map(|site| Choice::new(site.id.to_string(), site.name.clone())))
                .collect::<Vec<_>>()
        })
    });
    let value = Signal::derive(move || {
        model.form.with(|form| {
            form.access
                .primary_site
                .map(|site| site.to_string())
                .unwrap_or_default()
        })
    });
    let choose = Callback::new(move |id: String| {
        if let Ok(site) = id.parse::<SiteId>() {
            model.choose_primary(site);
        }
    });
    let needed = facts.with_untracked(|facts| {
        facts
            .policy
            .roles
            .iter()
            .any(|role| role.kind == RoleKind::Main && role.scope == Level::Site)
    });
    let objections = model.objections(|field| *field == Field::PrimarySite);
    view! {
        <div node_ref=model.primary>
            <Select
                label=Signal::derive(move || facts.with(|facts| facts.policy.words.primary_site.clone()))
                value=value
                options=options
                on_choose=choose
                required=needed
                objections=objections
                on_remedy=model.on_remedy
            />
        </div>
    }
    .into_any()
}
