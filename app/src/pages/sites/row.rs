//! One site with what lies in it; one resource.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Place;
use shared::ids::{ResourceId, SiteId};
use shared::organisation::{Resource, Site};
use shared::policy::{Power, ResourceKind};
use shared::text::lower;
use shared::wire::{SitePeople, SitesView, UserQuery};

use super::asked::{Asked, What};
use super::resources_of;
use crate::navigation::Link;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Badge, Button, ButtonKind, Icon, IconView, Menu, MenuItem};
use crate::words::{tell, text};

const RENAME: &str = "rename";
const ARCHIVE: &str = "archive";

#[component]
pub(super) fn SiteRow(
    id: SiteId,
    counts: Memo<Arc<SitesView>>,
    asked: Asked,
    /// Whether what was put away is shown too.
    #[prop(into)]
    with_archived: Signal<bool>,
) -> impl IntoView {
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let site = Memo::new(move |_| facts.with(|facts| facts.organisation.site(id).cloned()));
    let name = Signal::derive(move || name_of(site, |site: &Site| &site.name));
    let archived = Memo::new(move |_| site.with(|site| site.as_ref().is_some_and(|site| site.archived)));
    let may =
        Memo::new(move |_| facts.with(|facts| facts.actor.has_power(&facts.policy, Power::Sites, Place::Site(id))));
    let here = Memo::new(move |_| {
        counts.with(|counts| {
            let found = counts.sites.iter().find(|count| count.site == id).cloned();
            found.unwrap_or(SitePeople {
                site: id,
                people: 0,
                primary_here: 0,
            })
        })
    });
    let kind = policy.with_untracked(|policy| policy.site_resource_kind().cloned());
    let resources =
        Memo::new(move |_| facts.with(|facts| resources_of(&facts.organisation, Some(id), None, with_archived.get())));
    let in_use = Memo::new(move |_| facts.with(|facts| facts.organisation.open_resources_of(id).count()));
    // Where everyone reaches every site a count of people tells nothing.
    let works_here = policy.with_untracked(|policy| policy.works_at_sites());
    let users = Route::Users(UserQuery {
        site: Some(id),
        ..UserQuery::default()
    });
    let primary_words = move || {
        let people = here.with(|here| here.primary_here);
        let primary = policy.with(|policy| policy.words.primary_site.to_lowercase());
        (people > 0).then(|| tell!(screen::primary_of, primary = primary, people = people))
    };
    // What its providers can be licensed for (T10).
    let products = Memo::new(move |_| {
        facts.with(|facts| {
            let here = site.with(|site| site.as_ref().map(|site| site.products.clone()).unwrap_or_default());
            let known = facts
                .policy
                .products
                .iter()
                .filter(|product| here.contains(&product.id));
            known.map(|product| product.name.clone()).collect::<Vec<_>>().join(", ")
        })
    });
    let choose = move |action: String| {
        let what = if action == ARCHIVE {
            What::ArchiveSite(id)
        } else {
            What::RenameSite(id)
        };
        asked.ask_named(what, name.get_untracked());
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
            count = in_use.get(),
            one = called(|kind| &kind.name),
            many = called(|kind| &kind.plural)
        );
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
                <ul class="places places--inner">
                    <For
                        each=move || resources.get()
                        key=|resource| *resource
                        children=move |resource| view! { <ResourceRow id=resource counts asked may /> }
                    />
                </ul>
                {move || {
                    (may.get() && !archived.get())
                        .then(|| view! { <Button label=add icon=Icon::Add kind=ButtonKind::Quiet on_press=add_one /> })
                }}
            </details>
        }
    });
    view! {
        <li class="place">
            <div class="place__line">
                <span class="place__words">
                    <span class="place__name">{name}</span>
                    <span class="place__about">
                        {works_here.then(|| view! { <Link to=users>{text!(screen::people, count = here.with(|here| here.people))}</Link> })}
                        {primary_words}
                        {move || products.with(|names| (!names.is_empty()).then(|| view! { <div>{names.clone()}</div> }))}
                    </span>
                </span>
                <Show when=move || archived.get()>
                    <Badge label=text!(screen::archived) />
                </Show>
                <Show when=move || may.get() && !archived.get()>
                    <Menu label=text!(screen::actions_for, name = name.get()) items=Signal::derive(items) on_choose=choose />
                </Show>
            </div>
            {inside}
        </li>
    }
    .into_any()
}

#[component]
pub(super) fn ResourceRow(
    id: ResourceId,
    counts: Memo<Arc<SitesView>>,
    asked: Asked,
    /// Whether the reader may rename and archive it.
    #[prop(into)]
    may: Signal<bool>,
) -> impl IntoView {
    let facts = use_reader().facts();
    let resource = Memo::new(move |_| facts.with(|facts| facts.organisation.resource(id).cloned()));
    let name = Signal::derive(move || name_of(resource, |resource: &Resource| &resource.name));
    let archived = Memo::new(move |_| resource.with(|found| found.as_ref().is_some_and(|found| found.archived)));
    let choose = move |action: String| {
        let what = if action == ARCHIVE {
            What::ArchiveResource(id)
        } else {
            What::RenameResource(id)
        };
        asked.ask_named(what, name.get_untracked());
    };
    let people = move || {
        counts.with(|counts| {
            let found = counts.resources.iter().find(|count| count.resource == id);
            found.map_or(0, |count| count.people)
        })
    };
    let site = move || resource.with(|found| found.as_ref().and_then(|found| found.site));
    let words = move || match site() {
        Some(_) => tell!(screen::chosen_for, people = people()),
        None => tell!(screen::members, people = people()),
    };
    let may_see = Memo::new(move |_| {
        let place = site().map_or(Place::Organisation, Place::Site);
        facts.with(|facts| facts.actor.has_power(&facts.policy, Power::Users, place))
    });
    view! {
        <li class="place place--resource">
            <div class="place__line">
                <span class="place__words">
                    // Nobody has any more what was put away.
                    <Show
                        when=move || may_see.get() && !archived.get()
                        fallback=move || view! { <span class="place__name">{name}</span> }
                    >
                        <Link to=Signal::stored(Route::Resource(id)) class="place__name place__link">{name}</Link>
                    </Show>
                    <Show when=move || !archived.get()>
                        <span class="place__about">{words}</span>
                    </Show>
                </span>
                <Show when=move || archived.get()>
                    <Badge label=text!(screen::archived) />
                </Show>
                <Show when=move || may.get() && !archived.get()>
                    <Menu label=text!(screen::actions_for, name = name.get()) items=Signal::derive(items) on_choose=choose />
                </Show>
            </div>
        </li>
    }
    .into_any()
}

/// What can be done with something in use.
fn items() -> Vec<MenuItem> {
    vec![
        MenuItem::new(RENAME, tell!(screen::rename_item)),
        MenuItem::new(ARCHIVE, tell!(screen::archive_item)).danger(),
    ]
}

/// Nothing of what is gone: its row goes with the next list.
fn name_of<T: Send + Sync + 'static>(found: Memo<Option<T>>, name: fn(&T) -> &String) -> String {
    found.with(|found| found.as_ref().map(name).cloned().unwrap_or_default())
}
