//! Sites and what lies in them, and what belongs to the whole organisation: create, rename, archive, each with what it
//! means for how many people.

mod asked;
mod dialog;
mod row;
mod who;

use std::sync::Arc;

use leptos::prelude::*;
use shared::ids::{ResourceId, ResourceKindId, SiteId};
use shared::organisation::{Organisation, Resource, Site};
use shared::policy::{Level, Policy, Power, ResourceKind};
use shared::text::lower;
use shared::wire::{SitesView, Topic};

use self::asked::{Asked, What};
use self::dialog::PlaceDialog;
use self::row::{ResourceRow, SiteRow};
use crate::api::use_api;
use crate::live;
use crate::pages::parts::{OrganisationParts, not_read};
use crate::session::{use_reader, use_session};
use crate::widgets::{Button, ButtonKind, EmptyState, Icon, PageHeader, Section, Skeleton, Toggle};
use crate::words::{tell, text};

#[component]
pub(crate) fn SitesPage(
    /// Sites, or what belongs to the whole organisation; all of it is one screen where the policy keeps it together.
    of: Level,
) -> impl IntoView {
    let reader = use_reader();
    let session = use_session();
    let policy = reader.policy();
    let asked = Asked::new();
    let api = StoredValue::new(use_api());
    let again = RwSignal::new(0_u32);
    let counts = LocalResource::new(move || {
        let api = api.get_value();
        // Anew: because of something that was just done, here or elsewhere.
        let api = if again.get() > 0 { api.by_itself() } else { api };
        async move { api.sites().await.map(Arc::new) }
    });
    let reload = Callback::new(move |()| again.update(|times| *times += 1));
    live::hear(&api.get_value(), move |change| {
        if change.touches(Topic::Places) || change.touches(Topic::People) {
            reload.run(());
        }
    });
    let changed = Callback::new(move |()| {
        session.refresh_soon();
        reload.run(());
    });
    let add = move || policy.with(|policy| tell!(screen::add, what = lower(&policy.words.site)));
    let may_add = reader.may_everywhere(Power::Sites);
    let has_sites = Memo::new(move |_| of == Level::Site && policy.with(|policy| policy.has_sites()));
    let title = Signal::derive(move || {
        policy.with(|policy| match of {
            Level::Site => policy.places().unwrap_or_default().to_owned(),
            Level::Organisation => policy.words.organisation_settings.clone(),
        })
    });
    // The lists stay while newer counts are on their way, and are not made anew by them: nothing that somebody is touching
    // goes away.
    let latest = Memo::new(move |before: Option<&Option<Arc<SitesView>>>| match counts.get() {
        Some(Ok(view)) => Some(view),
        _ => before.cloned().flatten(),
    });
    let is_there = Memo::new(move |_| latest.with(Option::is_some));
    let body = move || {
        if is_there.get() {
            let counts = Memo::new(move |_| latest.get().unwrap_or_default());
            return view! { <Places of counts asked may_add=may_add /> }.into_any();
        }
        match counts.get() {
            Some(Err(error)) => not_read(&error, Some(reload)),
            _ => view! { <Skeleton /> }.into_any(),
        }
    };
    view! {
        <div class="page page--reading">
            {(of == Level::Organisation).then(|| view! { <OrganisationParts /> })}
            <PageHeader title=title>
                <Show when=move || may_add.get() && has_sites.get()>
                    <Button
                        label=Signal::derive(add)
                        icon=Icon::Add
                        kind=ButtonKind::Primary
                        on_press=move |()| asked.ask(What::AddSite)
                    />
                </Show>
            </PageHeader>
            {body}
            <PlaceDialog asked on_done=changed />
        </div>
    }
    .into_any()
}

#[component]
fn Places(
    of: Level,
    counts: Memo<Arc<SitesView>>,
    asked: Asked,
    /// Whether the reader may add sites and what belongs to the whole organisation.
    #[prop(into)]
    may_add: Signal<bool>,
) -> impl IntoView {
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let with_archived = RwSignal::new(false);
    let has_archived = Memo::new(move |_| facts.with(|facts| has_archived(&facts.organisation, &facts.policy, of)));
    let sites = Memo::new(move |_| facts.with(|facts| sites_of(&facts.organisation, with_archived.get())));
    let first_step = move || policy.with(|policy| tell!(screen::add_the_first, what = lower(&policy.words.site)));
    let nothing = move || {
        let (title, text) = policy.with(|policy| {
            let sites = lower(&policy.words.sites);
            let text = match policy.sites.before_inviting {
                0 => tell!(screen::reach_by_place),
                _ => tell!(screen::invited_to_sites, sites = &sites),
            };
            (tell!(screen::no_sites_yet, what = sites), text)
        });
        let button = move || {
            may_add.get().then(|| {
                view! {
                    <Button
                        label=Signal::derive(first_step)
                        icon=Icon::Add
                        kind=ButtonKind::Primary
                        on_press=move |()| asked.ask(What::AddSite)
                    />
                }
            })
        };
        view! { <EmptyState icon=Icon::Site title text>{button}</EmptyState> }
    };
    let rows = move || {
        view! {
            <ul class="places">
                <For
                    each=move || sites.get()
                    key=|site| *site
                    children=move |site| view! { <SiteRow id=site counts asked with_archived /> }
                />
            </ul>
        }
    };
    // Kinds that lie in the organisation: chart workspaces, user groups.
    let kinds = Memo::new(move |_| {
        policy.with(|policy| {
            let kinds = kinds_here(policy, of).map(|kind| (kind.id.clone(), kind.name.clone(), kind.plural.clone()));
            kinds.collect::<Vec<_>>()
        })
    });
    let shared = move |(id, name, plural): (ResourceKindId, String, String)| {
        let of_kind = id.clone();
        let list = Memo::new(move |_| {
            facts.with(|facts| resources_of(&facts.organisation, None, Some(&of_kind), with_archived.get()))
        });
        let called = lower(&name);
        let add = tell!(screen::add, what = called);
        view! {
            <Section title=plural.clone()>
                <ul class="places">
                    <For
                        each=move || list.get()
                        key=|resource| *resource
                        children=move |resource| view! { <ResourceRow id=resource counts asked may=may_add /> }
                    />
                </ul>
                <Show when=move || list.with(Vec::is_empty)>
                    <p class="quiet">{tell!(screen::none_yet, what = lower(&plural))}</p>
                </Show>
                {move || {
                    let (of, label) = (id.clone(), add.clone());
                    may_add
                        .get()
                        .then(|| {
                            let ask = move |()| asked.ask(What::AddResource { of: of.clone(), site: None });
                            view! { <div><Button label icon=Icon::Add on_press=ask /></div> }
                        })
                }}
            </Section>
        }
    };
    view! {
        <div class="places-frame">
            <Show when=move || of == Level::Site && policy.with(|policy| policy.has_sites())>
                <Show when=move || sites.with(Vec::is_empty) fallback=rows>
                    {nothing}
                </Show>
            </Show>
            {move || kinds.get().into_iter().map(shared).collect_view()}
            <Show when=move || has_archived.get()>
                <Toggle
                    label=text!(screen::show_archived)
                    on=with_archived
                    on_toggle=move |on| with_archived.set(on)
                />
            </Show>
        </div>
    }
    .into_any()
}

/// The kinds of what belongs to the whole organisation, where the screen of this level shows them.
fn kinds_here(policy: &Policy, of: Level) -> impl Iterator<Item = &ResourceKind> {
    let here = of == Level::Organisation || !policy.has_organisation_settings();
    let kinds = policy.resource_kinds.iter();
    kinds.filter(move |kind| here && kind.level == Level::Organisation)
}

/// Whether something that the screen of this level shows has been put away.
fn has_archived(organisation: &Organisation, policy: &Policy, of: Level) -> bool {
    let in_sites = of == Level::Site && policy.has_sites();
    let mut resources = organisation.resources.iter().filter(|resource| resource.archived);
    let is_here = |resource: &Resource| match resource.site {
        Some(_) => in_sites,
        None => kinds_here(policy, of).any(|kind| kind.id == resource.kind),
    };
    (in_sites && organisation.sites.iter().any(|site| site.archived)) || resources.any(is_here)
}

/// Sites by name, those that were put away last.
fn sites_of(organisation: &Organisation, with_archived: bool) -> Vec<SiteId> {
    let mut sites: Vec<&Site> = organisation.sites.iter().collect();
    sites.retain(|site| !site.archived || with_archived);
    sites.sort_by_key(|site| (site.archived, site.name.to_lowercase()));
    sites.into_iter().map(|site| site.id).collect()
}

/// What lies in a site or, of a kind, in the organisation; what was put away last.
fn resources_of(
    organisation: &Organisation,
    site: Option<SiteId>,
    kind: Option<&ResourceKindId>,
    with_archived: bool,
) -> Vec<ResourceId> {
    let mut found: Vec<&Resource> = organisation.resources.iter().collect();
    found.retain(|one| one.site == site && kind.is_none_or(|kind| one.kind == *kind));
    found.retain(|one| !one.archived || with_archived);
    found.sort_by_key(|one| one.archived);
    found.into_iter().map(|one| one.id).collect()
}
