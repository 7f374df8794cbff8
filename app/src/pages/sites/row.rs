//! One site with what lies in it; one resource.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Place;
use shared::organisation::{Resource, Site};
use shared::policy::Power;
use shared::wire::{SitesView, UserQuery};

use super::asked::{Asked, What};
use super::people_in;
use crate::navigation::Link;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Badge, Button, ButtonKind, Icon, IconView, Menu, MenuItem};

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
    let users = Route::Users(UserQuery {
        site: Some(id),
        ..UserQuery::default()
    });
    let primary_words = (primary > 0).then(|| {
        policy.with_untracked(|policy| format!(" · {} of {primary}", policy.words.primary_site.to_lowercase()))
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
        let (of, add) = (
            StoredValue::new(kind.id.clone()),
            format!("Add {}", kind.name.to_lowercase()),
        );
        let (singular, plural) = (kind.name.to_lowercase(), kind.plural.to_lowercase());
        let count = move || match resources.with(Vec::len) {
            0 => format!("No {plural}"),
            1 => format!("1 {singular}"),
            count => format!("{count} {plural}"),
        };
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
                    let label = add.clone();
                    (may.get() && !archived)
                        .then(|| view! { <Button label icon=Icon::Add kind=ButtonKind::Quiet on_press=add_one /> })
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
                        <Link to=users>{people_words(people)}</Link>
                        {primary_words}
                    </span>
                </span>
                {archived.then(|| view! { <Badge label="Archived" /> })}
                {move || {
                    (may.get() && !archived)
                        .then(|| {
                            let items = vec![MenuItem::new(RENAME, "Rename…"), MenuItem::new(ARCHIVE, "Archive…").danger()];
                            let label = name.with_value(|name| format!("Actions for {name}"));
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
    let words = if people == 0 {
        "Chosen for nobody".to_owned()
    } else {
        format!("Chosen for {}", people_words(people))
    };
    view! {
        <li class="place place--resource">
            <div class="place__line">
                <span class="place__words">
                    <span class="place__name">{resource.name.clone()}</span>
                    <span class="place__about">{words}</span>
                </span>
                {move || {
                    may.get()
                        .then(|| {
                            let items = vec![MenuItem::new(RENAME, "Rename…"), MenuItem::new(ARCHIVE, "Archive…").danger()];
                            let label = name.with_value(|name| format!("Actions for {name}"));
                            view! { <Menu label items=items on_choose=choose /> }
                        })
                }}
            </div>
        </li>
    }
    .into_any()
}

fn people_words(people: u32) -> String {
    if people == 1 {
        "1 person".to_owned()
    } else {
        format!("{people} people")
    }
}
