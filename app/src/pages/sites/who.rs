//! The names behind the numbers: who has what is about to be put away (X2), and first of all those who keep a site from
//! being archived, because they would be left without one (D1).

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::{Place, SiteTie};
use shared::ids::{ResourceId, SiteId};
use shared::policy::{Policy, Power};
use shared::wire::{MembersQuery, TabCounts, UserQuery, UserTab};

use super::asked::{Asked, What};
use crate::api::{Api, ApiError, use_api};
use crate::navigation::{Link, use_navigation};
use crate::pages::parts::{called, fetched};
use crate::pages::users::tab_word;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Button, Icon, IconView, SkeletonShape, unique_id};
use crate::words::{tell, text};

/// So many names are shown here; all of them are on the list that the link leads to.
const NAMES: u32 = 12;

/// What is put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Site(SiteId),
    Resource(ResourceId),
}

impl Of {
    fn route(self) -> Route {
        match self {
            Self::Site(site) => Route::Users(at(site, UserTab::Active)),
            Self::Resource(resource) => Route::Resource(resource),
        }
    }
}

fn at(site: SiteId, tab: UserTab) -> UserQuery {
    UserQuery {
        tab,
        site: Some(site),
        ..UserQuery::default()
    }
}

/// Those who have it: first the ones who have to be moved before, then the names of all. Nothing for what takes nothing
/// from anybody.
#[component]
pub(super) fn Who(asked: Asked) -> impl IntoView {
    let facts = asked.session.facts();
    let of = Memo::new(move |_| {
        let there = facts.with(|facts| facts.headcount.as_ref().is_some_and(|count| count.people > 0));
        asked.what.with(|what| match what {
            Some(What::ArchiveSite(site)) if there => Some(Of::Site(*site)),
            Some(What::ArchiveResource(resource)) if there => Some(Of::Resource(*resource)),
            _ => None,
        })
    });
    // Of a site that somebody depends on: how many have nothing else, have it as their primary one, are there in all.
    let bound = Memo::new(move |_| {
        let Some(What::ArchiveSite(site)) = asked.what.get() else {
            return None;
        };
        facts.with(|facts| {
            let count = facts.headcount.as_ref()?;
            let binds = count.only_here > 0 || count.primary_here > 0;
            binds.then_some((site, count.only_here, count.primary_here, count.people))
        })
    });
    move || match (bound.get(), of.get()) {
        (Some((site, only, primary, people)), _) => view! {
            <Bound asked site tie=SiteTie::Only people=only says_how=true />
            <Bound asked site tie=SiteTie::Primary people=primary says_how=only == 0 />
            <Others site people=people.saturating_sub(only) />
        }
        .into_any(),
        (None, Some(of)) => view! { <Names of /> }.into_any(),
        (None, None) => ().into_any(),
    }
}

/// Who of those that depend on a site are listed where, and the names of the first.
#[derive(Clone, Debug, Default)]
struct Listed {
    names: Vec<String>,
    lists: Vec<(UserTab, u32)>,
}

/// People who depend on the site: by name, and list by list, from where they can be moved all at once.
#[component]
fn Bound(
    asked: Asked,
    site: SiteId,
    tie: SiteTie,
    people: u32,
    /// Whether it says what to do with them: once is enough.
    says_how: bool,
) -> impl IntoView {
    if people == 0 {
        return ().into_any();
    }
    let navigation = use_navigation();
    let reader = use_reader();
    let policy = reader.policy();
    let title = move || {
        policy.with(|policy| {
            let words = &policy.words;
            match tie {
                SiteTie::Only => tell!(
                    screen::bound_only,
                    people = people,
                    site = &words.site,
                    sites = &words.sites
                ),
                SiteTie::Primary => tell!(
                    screen::bound_primary,
                    people = people,
                    primary_site = &words.primary_site
                ),
            }
        })
    };
    // Who may archive a site need not be one who administers people.
    let may_see = reader
        .facts()
        .with_untracked(|facts| facts.actor.has_power(&facts.policy, Power::Users, Place::Site(site)));
    let listed = RwSignal::new(None::<Result<Listed, ApiError>>);
    if may_see {
        let (api, policy) = (use_api(), policy.get_untracked());
        spawn_local(async move {
            let found = read_bound(&api, &policy, site, tie).await;
            let _ = listed.try_set(Some(found));
        });
    }
    let line = move |(tab, people): (UserTab, u32)| {
        let query = bound_at(site, tie, tab);
        let list = move || policy.with(|policy| tab_word(policy, tab));
        let route = Route::Users(query.clone());
        let select = Callback::new(move |()| {
            navigation.selecting().set_value(Some(query.clone()));
            asked.close();
            navigation.go(Route::Users(query.clone()));
        });
        view! {
            <li class="bound__list">
                <Link to=Signal::stored(route)>{move || tell!(screen::people_of_list, list = list(), people = people)}</Link>
                <Button label=text!(screen::select_these, people = people) on_press=select />
            </li>
        }
    };
    let body = move || {
        if !may_see {
            return ().into_any();
        }
        fetched(
            listed.get(),
            (SkeletonShape::Lines, 2),
            None,
            |Listed { names, lists }| {
                let action = move || {
                    policy.with(|policy| tell!(bulk::change_sites, sites = policy.places().unwrap_or_default()))
                };
                view! {
                <ul class="name-list">{names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul>
                {says_how.then(|| view! { <p class="quiet">{move || tell!(screen::move_them_first, action = action())}</p> })}
                <ul class="bound__lists">{lists.into_iter().map(line).collect_view()}</ul>
            }
            .into_any()
            },
        )
    };
    let id = unique_id("bound");
    let labelled = id.clone();
    view! {
        <section class="bound" aria-labelledby=labelled>
            <h3 class="bound__title" id=id>{title}</h3>
            {body}
        </section>
    }
    .into_any()
}

/// Those who lose the site and keep something else.
#[component]
fn Others(site: SiteId, people: u32) -> impl IntoView {
    (people > 0).then(|| {
        let all = Route::Users(at(site, UserTab::Active));
        view! {
            <p>
                {text!(screen::others_lose_it, people = people)}
                " "
                <Link to=Signal::stored(all)>{text!(screen::all_these_people)}</Link>
            </p>
        }
    })
}

/// The names of all who have it, behind a word that opens to them.
#[component]
fn Names(of: Of) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let policy = use_reader().policy();
    let names = RwSignal::new(None::<Result<Vec<String>, ApiError>>);
    let begun = StoredValue::new(false);
    let read = move |_| {
        if begun.get_value() {
            return;
        }
        begun.set_value(true);
        let (api, policy) = (api.get_value(), policy.get_untracked());
        spawn_local(async move {
            let found = read_names(&api, &policy, of).await;
            let _ = names.try_set(Some(found));
        });
    };
    let list = move || {
        fetched(names.get(), (SkeletonShape::Lines, 2), None, |names| {
            view! {
                <ul class="name-list">{names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul>
                <p><Link to=Signal::stored(of.route())>{text!(screen::all_these_people)}</Link></p>
            }
            .into_any()
        })
    };
    view! {
        <details class="who" on:toggle=read>
            <summary class="place__toggle"><IconView icon=Icon::ChevronRight />{text!(screen::who_they_are)}</summary>
            {list}
        </details>
    }
    .into_any()
}

fn bound_at(site: SiteId, tie: SiteTie, tab: UserTab) -> UserQuery {
    UserQuery {
        tie: Some(tie),
        ..at(site, tab)
    }
}

/// The lists in which there is somebody who depends on the site, and the first names in their order.
async fn read_bound(api: &Api, policy: &Policy, site: SiteId, tie: SiteTie) -> Result<Listed, ApiError> {
    let mut found = Listed::default();
    let mut counts = None;
    for tab in [UserTab::Active, UserTab::Invited, UserTab::Inactive] {
        if counts.is_some_and(|counts: TabCounts| counts.of(tab) == 0) {
            continue;
        }
        let query = UserQuery {
            limit: Some(NAMES),
            ..bound_at(site, tie, tab)
        };
        let page = api.users(&query).await?;
        counts = Some(page.counts);
        let rows = page.rows.iter();
        found
            .names
            .extend(rows.map(|row| called(policy, &row.name, &row.login_email, row.status)));
        let people = page.counts.of(tab);
        found.lists.extend((people > 0).then_some((tab, people)));
    }
    found.names.truncate(NAMES as usize);
    Ok(found)
}

async fn read_names(api: &Api, policy: &Policy, of: Of) -> Result<Vec<String>, ApiError> {
    let mut names = Vec::new();
    match of {
        Of::Site(site) => {
            for tab in [UserTab::Active, UserTab::Invited, UserTab::Inactive] {
                let query = UserQuery {
                    limit: Some(NAMES),
                    ..at(site, tab)
                };
                let rows = api.users(&query).await?.rows.into_iter();
                names.extend(rows.map(|row| called(policy, &row.name, &row.login_email, row.status)));
            }
        }
        Of::Resource(resource) => {
            let query = MembersQuery {
                limit: Some(NAMES),
                ..MembersQuery::default()
            };
            let members = api.members(resource, &query).await?.members.into_iter();
            names.extend(members.map(|one| called(policy, &one.name, &one.login_email, one.status)));
        }
    }
    names.truncate(NAMES as usize);
    Ok(names)
}
