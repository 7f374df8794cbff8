//! Sites and what lies in them, and what belongs to the whole organisation: create, rename, archive, each with what it
//! means for how many people.

mod asked;
mod dialog;
mod row;
mod who;

use std::sync::Arc;

use leptos::prelude::*;
use shared::ids::{ResourceId, ResourceKindId};
use shared::organisation::{Resource, Site};
use shared::policy::{Level, Power};
use shared::text::lower;
use shared::wire::{SitesView, Topic};

use self::asked::{Asked, What};
use self::dialog::PlaceDialog;
use self::row::{ResourceRow, SiteRow};
use crate::api::use_api;
use crate::live;
use crate::pages::parts::OrganisationParts;
use crate::session::{use_reader, use_session};
use crate::widgets::{Button, ButtonKind, EmptyState, ErrorNote, Icon, PageHeader, Section, Skeleton, Toggle};
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
    // The lists stay while newer counts are on their way.
    let latest = Memo::new(move |before: Option<&Option<Arc<SitesView>>>| match counts.get() {
        Some(Ok(view)) => Some(view),
        _ => before.cloned().flatten(),
    });
    let body = move || match (latest.get(), counts.get()) {
        (Some(counts), _) => view! { <Places of counts asked may_add=may_add /> }.into_any(),
        (None, Some(Err(error))) => view! {
            <ErrorNote happened=error.title() next=error.detail() action=text!(screen::try_again) on_action=reload />
        }
        .into_any(),
        (None, _) => view! { <Skeleton /> }.into_any(),
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
    counts: Arc<SitesView>,
    asked: Asked,
    /// Whether the reader may add sites and what belongs to the whole organisation.
    #[prop(into)]
    may_add: Signal<bool>,
) -> impl IntoView {
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let with_archived = RwSignal::new(false);
    let has_archived =
        Memo::new(move |_| facts.with(|facts| facts.organisation.sites.iter().any(|site| site.archived)));
    let sites = Memo::new(move |_| {
        facts.with(|facts| {
            let mut sites: Vec<Site> = facts.organisation.sites.clone();
            sites.retain(|site| !site.archived || with_archived.get());
            sites.sort_by_key(|site| (site.archived, site.name.to_lowercase()));
            sites
        })
    });
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
    let counted = StoredValue::new(Arc::clone(&counts));
    let rows = move || {
        sites
            .get()
            .into_iter()
            .map(|site| view! { <SiteRow site counts=counted.get_value() asked /> })
            .collect_view()
    };
    // Kinds that lie in the organisation: chart workspaces, user groups.
    let kinds = move || {
        policy.with(|policy| {
            let here = of == Level::Organisation || !policy.has_organisation_settings();
            let kinds = policy
                .resource_kinds
                .iter()
                .filter(|kind| here && kind.level == Level::Organisation);
            kinds
                .map(|kind| (kind.id.clone(), kind.name.clone(), kind.plural.clone()))
                .collect::<Vec<_>>()
        })
    };
    let shared = move |(id, name, plural): (ResourceKindId, String, String)| {
        let of_kind = id.clone();
        let list = Memo::new(move |_| facts.with(|facts| resources_of(&facts.organisation.resources, &of_kind)));
        let people = move |id: ResourceId| counted.with_value(|counts| people_in(counts, id));
        let called = lower(&name);
        let add = tell!(screen::add, what = called);
        view! {
            <Section title=plural.clone()>
                <ul class="places">
                    {move || list.get().into_iter().map(|resource| {
                        let count = people(resource.id);
                        view! { <ResourceRow resource people=count asked may=may_add /> }
                    }).collect_view()}
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
                <Show when=move || sites.with(Vec::is_empty) fallback=move || view! { <ul class="places">{rows}</ul> }>
                    {nothing}
                </Show>
            </Show>
            <Show when=move || of == Level::Site && has_archived.get()>
                <Toggle
                    label=text!(screen::show_archived)
                    on=with_archived
                    on_toggle=move |on| with_archived.set(on)
                />
            </Show>
            {move || kinds().into_iter().map(shared).collect_view()}
        </div>
    }
    .into_any()
}

fn resources_of(resources: &[Resource], kind: &ResourceKindId) -> Vec<Resource> {
    let here = resources
        .iter()
        .filter(|resource| resource.kind == *kind && resource.site.is_none() && !resource.archived);
    here.cloned().collect()
}

fn people_in(counts: &SitesView, resource: ResourceId) -> u32 {
    counts
        .resources
        .iter()
        .find(|count| count.resource == resource)
        .map_or(0, |count| count.people)
}
