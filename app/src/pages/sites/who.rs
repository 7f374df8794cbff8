//! The names behind the numbers: who has what is about to be put away (X2).

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::{ResourceId, SiteId};
use shared::policy::Policy;
use shared::wire::{MembersQuery, UserQuery, UserTab};

use super::asked::{Asked, What};
use crate::api::{Api, ApiError, use_api};
use crate::navigation::Link;
use crate::pages::parts::called;
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{ErrorNote, Icon, IconView, Skeleton, SkeletonShape};
use crate::words::text;

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

/// Opens to the names. Nothing for what takes nothing from anybody.
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
    move || of.get().map(|of| view! { <Names of /> })
}

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
    let list = move || match names.get() {
        None => view! { <Skeleton shape=SkeletonShape::Lines rows=2 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNote happened=error.title() next=error.detail() /> }.into_any(),
        Some(Ok(names)) => view! {
            <ul class="names">{names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul>
            <p><Link to=Signal::stored(of.route())>{text!(screen::all_these_people)}</Link></p>
        }
        .into_any(),
    };
    view! {
        <details class="who" on:toggle=read>
            <summary class="place__toggle"><IconView icon=Icon::ChevronRight />{text!(screen::who_they_are)}</summary>
            {list}
        </details>
    }
    .into_any()
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
