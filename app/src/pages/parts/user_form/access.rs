//! Roles, sites, resources and memberships (A6 to A11, D3, D8, M7, M8, O3, O8).

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::access::{Place, Resources};
use shared::form::{RoleOption, role_options};
use shared::ids::{ResourceId, RoleId};
use shared::policy::{Level, Need, Policy, RoleKind, RoleResources, RolesPerUser};
use shared::text::lower;
use shared::verdict::{Field, Refusal, Verdict};

use super::places::{PrimarySite, SiteToggles};
use super::toggles::RoleToggles;
use super::{FormModel, has_site_roles};
use crate::verdict_words::{objections, teller};
use crate::widgets::{CheckList, Choice, Note, Objection, PickItem, RadioCards, RefusalList, Section, Select};
use crate::words::{tell, text};

/// Everything that decides what a person may do, and where.
#[component]
pub(crate) fn AccessFields(model: FormModel) -> impl IntoView {
    let policy = model.policy();
    let facts = model.session.facts();
    let word = move |of: fn(&Policy) -> String| Signal::derive(move || policy.with(|policy| of(policy)));
    let by_site = Memo::new(move |_| policy.with(|policy| has_site_roles(policy)));
    let has_additional = Memo::new(move |_| {
        facts.with(|facts| {
            facts
                .policy
                .roles
                .iter()
                .any(|role| role.kind == RoleKind::Additional && facts.actor.sees_role(&facts.policy, role))
        })
    });
    let one = Memo::new(move |_| policy.with(|policy| policy.assignment.roles_per_user == RolesPerUser::One));
    let has_primary = Memo::new(move |_| policy.with(|policy| policy.assignment.primary_site != Need::Unused));
    let group_kinds = Memo::new(move |_| {
        policy.with(|policy| {
            let kinds = policy
                .resource_kinds
                .iter()
                .filter(|kind| kind.level == Level::Organisation);
            kinds.map(|kind| kind.id.clone()).collect::<Vec<_>>()
        })
    });
    view! {
        <Section title=word(|policy| policy.role_heading().to_owned())>
            <Show when=move || by_site.get() && !has_primary.get()>
                <SelectedSite model />
            </Show>
            <Show when=move || one.get() fallback=move || view! { <RoleToggles model kind=RoleKind::Main /> }>
                <RoleCards model />
            </Show>
            <SiteResources model />
        </Section>
        <Show when=move || has_additional.get()>
            <Section title=word(|policy| policy.words.additional_roles.clone())>
                <RoleToggles model kind=RoleKind::Additional />
            </Section>
        </Show>
        <Show when=move || by_site.get()>
            <Section title=word(|policy| policy.words.access_rules.clone())>
                <Show when=move || has_primary.get()>
                    <PrimarySite model />
                </Show>
                <SiteToggles model />
            </Section>
        </Show>
        <For
            each=move || group_kinds.get()
            key=Clone::clone
            children=move |kind| view! { <Memberships model kind /> }
        />
    }
    .into_any()
}

/// Where someone works whose role is settled, and what they reach there.
#[component]
pub(crate) fn PlacesOfRole(model: FormModel) -> impl IntoView {
    let policy = model.policy();
    let has_primary = Memo::new(move |_| policy.with(|policy| policy.assignment.primary_site != Need::Unused));
    view! {
        <Show when=move || has_primary.get() fallback=move || view! { <SelectedSite model /> }>
            <PrimarySite model />
        </Show>
        <SiteResources model />
        <SiteToggles model />
    }
    .into_any()
}

/// The site that the choices are about (A4).
#[component]
fn SelectedSite(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let options = Signal::derive(move || {
        facts.with(|facts| {
            let open = facts.organisation.open_sites();
            open.map(|site| Choice::new(site.id.to_string(), site.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let value = Signal::derive(move || model.site.get().map(|site| site.to_string()).unwrap_or_default());
    view! {
        <Select
            label=Signal::derive(move || facts.with(|facts| facts.policy.words.selected_site.clone()))
            value=value
            options=options
            on_choose=Callback::new(move |id: String| model.site.set(id.parse().ok()))
        />
    }
    .into_any()
}

/// The options of one kind, judged as if each were chosen now.
pub(super) fn options(model: FormModel, kind: RoleKind) -> Memo<Vec<RoleOption>> {
    let place = model.place();
    let facts = model.session.facts();
    Memo::new(move |_| {
        let place = place.get();
        facts.with(|facts| model.form.with(|form| role_options(facts, form, kind, place)))
    })
}

/// One main role, as cards; the ones that cannot be chosen say why (A12).
#[component]
fn RoleCards(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let place = model.place();
    let options = options(model, RoleKind::Main);
    let chosen = Memo::new(move |_| {
        facts.with(|facts| {
            model.form.with(|form| {
                let role = form.access.main_role_at(&facts.policy, place.get());
                let role = role.or_else(|| form.access.main_role_at(&facts.policy, Place::Organisation));
                role.map(|role| role.id.clone())
            })
        })
    });
    let choices = Signal::derive(move || {
        facts.with(|facts| {
            let choice = |option: &RoleOption| {
                let role = facts.policy.role(&option.role)?;
                let is_chosen = chosen.with(|chosen| chosen.as_ref() == Some(&role.id));
                let reasons: Vec<String> = option
                    .refusals()
                    .map(|refusal| teller(facts).reason(&refusal.reason))
                    .collect();
                let refused = (!reasons.is_empty() && !is_chosen).then(|| reasons.join(" "));
                Some(
                    Choice::new(role.id.as_str(), role.name.clone())
                        .about(role.about.clone())
                        .refused(refused),
                )
            };
            options.with(|options| options.iter().filter_map(choice).collect::<Vec<_>>())
        })
    });
    // The refused card that someone asked about: its reasons with what would help.
    let asked = RwSignal::new(None::<RoleId>);
    let explained = Memo::new(move |_| {
        let Some(role) = asked.get() else { return Vec::new() };
        options.with(|options| {
            let Some(option) = options.iter().find(|option| option.role == role) else {
                return Vec::new();
            };
            facts.with(|facts| objections(facts, &about_roles(option.explain(facts))))
        })
    });
    // What would help with the other refused ones is in sight without asking.
    let ways = Memo::new(move |_| {
        facts.with(|facts| {
            let way = |option: &RoleOption| {
                option.refusals().next()?;
                let remedy = joined(objections(facts, &about_roles(option.explain(facts)))).remedy?;
                Some(Objection {
                    text: format!("{}:", facts.policy.role(&option.role)?.name),
                    remedy: Some(remedy),
                })
            };
            let is_other = |option: &&RoleOption| {
                asked.with(|asked| asked.as_ref() != Some(&option.role))
                    && chosen.with(|chosen| chosen.as_ref() != Some(&option.role))
            };
            options.with(|options| options.iter().filter(is_other).filter_map(way).collect::<Vec<_>>())
        })
    });
    let choose = Callback::new(move |id: String| {
        asked.set(None);
        model.choose_role(RoleId(id));
    });
    let refusals = model.objections(move |field| {
        // A role that waits for its site is chosen all the same.
        model.waiting_role.with(Option::is_none) && matches!(field, Field::Role(_) | Field::Roles(_))
    });
    view! {
        <div class="titled"><RadioCards
            label=Signal::derive(move || facts.with(|facts| facts.policy.words.role.clone()))
            value=Signal::derive(move || model.waiting_role.get().or_else(|| chosen.get()).map(|role| role.0).unwrap_or_default())
            choices=choices
            on_choose=choose
            on_refused=Callback::new(move |id: String| asked.set(Some(RoleId(id))))
        /></div>
        <div class="ways"><RefusalList objections=ways on_remedy=model.on_remedy /></div>
        <RefusalList objections=explained on_remedy=model.on_remedy />
        <RefusalList objections=refusals on_remedy=model.on_remedy />
    }
    .into_any()
}

pub(super) fn about_roles(verdict: Verdict) -> Vec<Refusal> {
    let about = |refusal: &Refusal| matches!(refusal.field, Field::Role(_) | Field::Roles(_) | Field::Whole);
    verdict.refusals.into_iter().filter(about).collect()
}

/// Several objections as one control shows them: all reasons, and the first way out.
pub(super) fn joined(objections: Vec<Objection>) -> Objection {
    let texts: Vec<&str> = objections.iter().map(|one| one.text.as_str()).collect();
    let text = texts.join(" ");
    Objection {
        text,
        remedy: objections.into_iter().find_map(|one| one.remedy),
    }
}

/// The lines of the site that is shown: chosen by hand, or all of them (A7, A9).
#[component]
fn SiteResources(model: FormModel) -> impl IntoView {
    let facts = model.session.facts();
    let place = model.place();
    // What is held at the site: the role, and the resources that it reaches.
    let held = Memo::new(move |_| {
        let site = place.get().site()?;
        facts.with(|facts| {
            let kind = facts.policy.site_resource_kind()?.clone();
            model.form.with(|form| {
                let role = form.access.main_role_at(&facts.policy, Place::Site(site))?;
                let held = form
                    .access
                    .assignments
                    .iter()
                    .find(|a| a.role == role.id && a.place() == Place::Site(site))?;
                let by_hand = matches!(role.resources, RoleResources::AtLeast(_));
                Some((site, kind, role.name.clone(), by_hand, held.scope.resources().clone()))
            })
        })
    });
    let by_hand = Memo::new(move |_| held.with(|held| held.as_ref().map(|(.., by_hand, _)| *by_hand)));
    let label = Signal::derive(move || {
        held.with(|held| {
            held.as_ref()
                .map(|(_, kind, ..)| kind.plural.clone())
                .unwrap_or_default()
        })
    });
    let items = Signal::derive(move || {
        held.with(|held| {
            let Some((site, .., resources)) = held else {
                return Vec::new();
            };
            let chosen: BTreeSet<ResourceId> = match resources {
                Resources::All => BTreeSet::new(),
                Resources::Only(ids) => ids.clone(),
            };
            facts.with(|facts| {
                let item = |resource: &shared::organisation::Resource| PickItem {
                    id: resource.id.to_string(),
                    label: resource.name.clone(),
                    checked: chosen.contains(&resource.id),
                    refused: None,
                };
                facts
                    .organisation
                    .open_resources_of(*site)
                    .map(item)
                    .collect::<Vec<_>>()
            })
        })
    });
    let toggle = Callback::new(move |(id, _): (String, bool)| {
        let site = held.with_untracked(|held| held.as_ref().map(|(site, ..)| *site));
        if let (Some(site), Ok(resource)) = (site, id.parse::<ResourceId>()) {
            model.change_access(|access, _| access.toggle_resource(site, resource));
        }
    });
    let all_words = Signal::derive(move || {
        held.with(|held| {
            held.as_ref()
                .map(|(_, kind, role, ..)| tell!(screen::role_all_added_later, role = role, what = lower(&kind.plural)))
                .unwrap_or_default()
        })
    });
    let empty = text!(screen::none_here_yet, what = lower(&label.get()));
    let refusals = model.objections(|field| matches!(field, Field::Resources(_)));
    view! {
        {move || match by_hand.get() {
            None => ().into_any(),
            Some(false) => view! { <Note text=all_words /> }.into_any(),
            Some(true) => view! { <CheckList label=label items=items on_toggle=toggle empty=empty /> }.into_any(),
        }}
        <RefusalList objections=refusals on_remedy=model.on_remedy />
    }
    .into_any()
}

/// Groups and workspaces of the organisation (A17, O12).
#[component]
fn Memberships(model: FormModel, kind: shared::ids::ResourceKindId) -> impl IntoView {
    let facts = model.session.facts();
    let rule = {
        let kind = kind.clone();
        Memo::new(move |_| facts.with(|facts| facts.policy.resource_kind(&kind).cloned()))
    };
    // Offered to those who may be members; those who are one already can always leave.
    let fits = Memo::new(move |_| {
        rule.with(|rule| {
            let Some(rule) = rule else { return false };
            model.form.with(|form| {
                let may = form.access.assignments.iter().any(|held| rule.members.fits(&held.role));
                may || !form.access.memberships.is_empty()
            })
        })
    });
    let title =
        Signal::derive(move || rule.with(|rule| rule.as_ref().map(|rule| rule.plural.clone()).unwrap_or_default()));
    let items = Signal::derive(move || {
        facts.with(|facts| {
            let of_kind = facts
                .organisation
                .resources
                .iter()
                .filter(|one| one.kind == kind && !one.archived);
            let item = |one: &shared::organisation::Resource| PickItem {
                id: one.id.to_string(),
                label: one.name.clone(),
                checked: model.form.with(|form| form.access.memberships.contains(&one.id)),
                refused: None,
            };
            of_kind.map(item).collect::<Vec<_>>()
        })
    });
    let toggle = Callback::new(move |(id, _): (String, bool)| {
        if let Ok(resource) = id.parse::<ResourceId>() {
            model.change_access(|access, _| access.toggle_membership(resource));
        }
    });
    let empty = text!(screen::none_there_yet, what = lower(&title.get()));
    view! {
        <Show when=move || fits.get()>
            <Section title=title>
                <div class="titled"><CheckList label=title items=items on_toggle=toggle empty=empty /></div>
            </Section>
        </Show>
    }
    .into_any()
}
