//! One site with what lies in it; one resource.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Place;
use shared::organisation::{Resource, Site};
use shared::policy::{Power, ResourceKind};
use shared::text::lower;
use shared::wire::{SitesView, UserQuery};

use super::asked::{Asked, What};
use super::people_in;
use crate::navigation::Link;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Badge, Button, ButtonKind, Icon, IconView, Menu, MenuItem};
use crate::words::{tell, text};

const RENAME: &str = "rename";
const ARCHIVE: &str = "archive";

#[component]
pub(super) fn SiteRow(site: Site, counts: Arc<SitesView>, asked: Asked) -> impl IntoView {
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let id = site.id;
    let may =
        Memo::new(move |_| facts.with(|facts| facts.actor.has_power(&facts.policy, Power::Sites, Place::Site(id))));
    let here = counts.sites.iter().find(|count| count.site == id);
    let (people, primary) = here.map_or((0, 0), |here| (here.people, here.primary_here));
    let kind = policy.with_untracked(|policy| policy.site_resource_kind().cloned());
    let resources =
        Memo::new(move |_| facts.with(|facts| facts.organisation.open_resources_of(id).cloned().collect::<Vec<_>>()));
    // Where everyone reaches every site a count of people tells nothing.
    let works_here = policy.with_untracked(|policy| policy.works_at_sites());
    let users = Route::Users(UserQuery {
        site: Some(id),
        ..UserQuery::default()
    });
    let primary_words = (primary > 0).then(|| {
        text!(
            screen::primary_of,
            primary = policy.with(|policy| policy.words.primary_site.to_lowercase()),
            people = primary
        )
    });
    // What its providers can be licensed for (T10).
    let products = Memo::new(move |_| {
        facts.with(|facts| {
            let here = facts
                .organisation
                .site(id)
                .map(|site| site.products.clone())
                .unwrap_or_default();
            let known = facts
                .policy
                .products
                .iter()
                .filter(|product| here.contains(&product.id));
            known.map(|product| product.name.clone()).collect::<Vec<_>>().join(", ")
        })
    });
    let name = StoredValue::new(site.name.clone());
    let archived = site.archived;
    let choose = move |action: String| {
        let what = if action == ARCHIVE {
            What::ArchiveSite(id)
        } else {
            What::RenameSite(id)
        };
        asked.ask_named(what, name.get_value());
    };
    let inside = kind.map(|kind| {
        let of = StoredValue::new(kind.id);
        // As it is called in the language that is spoken now.
        let called = move |name: fn(&ResourceKind) -> &String| {
            let name = policy.with(|policy| policy.site_resource_kind().map(|kind| lower(name(kind))));
            name.unwrap_or_default()
        };
        let add = text!(screen::add, what = called(|kind| &kind.name));
        let count = text!(
            screen::resources_inside,
            count = resources.with(Vec::len),
            one = called(|kind| &kind.name),
            many = called(|kind| &kind.plural)
        );
        let rows = {
            let counts = Arc::clone(&counts);
            move || {
                let one = |resource: Resource| {
                    let people = people_in(&counts, resource.id);
                    view! { <ResourceRow resource people asked may /> }
                };
                resources.get().into_iter().map(one).collect_view()
            }
        };
        let add_one = move |()| {
            asked.ask(What::AddResource {
                of: of.get_value(),
                site: Some(id),
            })
        };
        view! {
            <details class="place__inside">
                <summary class="place__toggle">
                    <IconView icon=Icon::ChevronRight />
                    {count}
                </summary>
                <ul class="places places--inner">{rows}</ul>
                {move || {
                    (may.get() && !archived)
                        .then(|| view! { <Button label=add icon=Icon::Add kind=ButtonKind::Quiet on_press=add_one /> })
                }}
            </details>
        }
    });
    view! {
        <li class="place">
            <div class="place__line">
                <span class="place__words">
                    <span class="place__name">{site.name.clone()}</span>
                    <span class="place__about">
                        {works_here.then(|| view! { <Link to=users>{text!(screen::people, count = people)}</Link> })}
                        {primary_words}
                        {move || products.with(|names| (!names.is_empty()).then(|| view! { <div>{names.clone()}</div> }))}
                    </span>
                </span>
                {archived.then(|| view! { <Badge label=text!(screen::archived) /> })}
                {move || {
                    (may.get() && !archived)
                        .then(|| {
                            let items = vec![MenuItem::new(RENAME, tell!(screen::rename_item)), MenuItem::new(ARCHIVE, tell!(screen::archive_item)).danger()];
                            let label = name.with_value(|name| tell!(screen::actions_for, name = name));
                            view! { <Menu label items=items on_choose=choose /> }
                        })
                }}
            </div>
            {inside}
        </li>
    }
    .into_any()
}

#[component]
pub(super) fn ResourceRow(
    resource: Resource,
    people: u32,
    asked: Asked,
    /// Whether the reader may rename and archive it.
    #[prop(into)]
    may: Signal<bool>,
) -> impl IntoView {
    let id = resource.id;
    let name = StoredValue::new(resource.name.clone());
    let choose = move |action: String| {
        let what = if action == ARCHIVE {
            What::ArchiveResource(id)
        } else {
            What::RenameResource(id)
        };
        asked.ask_named(what, name.get_value());
    };
    let words = match resource.site {
        Some(_) => text!(screen::chosen_for, people = people),
        None => text!(screen::members, people = people),
    };
    let reader = use_reader();
    let place = resource.site.map_or(Place::Organisation, Place::Site);
    let may_see = Memo::new(move |_| {
        reader
            .facts()
            .with(|facts| facts.actor.has_power(&facts.policy, Power::Users, place))
    });
    view! {
        <li class="place place--resource">
            <div class="place__line">
                <span class="place__words">
                    <Show
                        when=move || may_see.get()
                        fallback=move || view! { <span class="place__name">{name.get_value()}</span> }
                    >
                        <Link to=Signal::stored(Route::Resource(id)) class="place__name place__link">{name.get_value()}</Link>
                    </Show>
                    <span class="place__about">{words}</span>
                </span>
                {move || {
                    may.get()
                        .then(|| {
                            let items = vec![MenuItem::new(RENAME, tell!(screen::rename_item)), MenuItem::new(ARCHIVE, tell!(screen::archive_item)).danger()];
                            let label = name.with_value(|name| tell!(screen::actions_for, name = name));
                            view! { <Menu label items=items on_choose=choose /> }
                        })
                }}
            </div>
        </li>
    }
    .into_any()
}
