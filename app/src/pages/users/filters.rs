//! Search as one types, filters and order.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::access::SiteTie;
use shared::policy::{Need, Policy};
use shared::text::message::screen;
use shared::text::{Plain, lower};
use shared::wire::{UserQuery, UserSort, UserTab};

use super::bulk::Selection;
use crate::session::use_reader;
use crate::widgets::{Button, Choice, FilterMenu, FilterSheet, SearchField};
use crate::words::{tell, text, words};

/// How long a pause in typing is before the list is searched.
const PAUSE: Duration = Duration::from_millis(150);

const CLINICAL: &str = "true";
const NOT_CLINICAL: &str = "false";
const LOCKED: &str = "true";
const ONLY: &str = "only";
const PRIMARY: &str = "primary";

/// Whether the list shows less than its tab has.
pub(super) fn is_narrowed(query: &UserQuery) -> bool {
    *query != widened(query)
}

/// The same tab in the same order, with everybody in it.
pub(super) fn widened(query: &UserQuery) -> UserQuery {
    UserQuery {
        tab: query.tab,
        sort: query.sort,
        ..UserQuery::default()
    }
}

#[component]
pub(super) fn Filters(
    query: Memo<UserQuery>,
    show: Callback<UserQuery>,
    /// Whether an answer is awaited.
    behind: Memo<bool>,
    count: Memo<usize>,
    selection: Selection,
) -> impl IntoView {
    let reader = use_reader();
    let (policy, facts) = (reader.policy(), reader.facts());
    let word = move |of: fn(&Policy) -> String| Signal::derive(move || policy.with(|policy| of(policy)));

    let roles = Signal::derive(move || {
        facts.with(|facts| {
            let seen = facts
                .policy
                .roles
                .iter()
                .filter(|role| facts.actor.sees_role(&facts.policy, role));
            seen.map(|role| Choice::new(role.id.as_str(), role.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let sites = Signal::derive(move || {
        facts.with(|facts| {
            let open = facts.organisation.open_sites();
            open.map(|site| Choice::new(site.id.to_string(), site.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let staff = Signal::derive(move || {
        policy.with(|policy| {
            vec![
                Choice::new(CLINICAL, policy.words.clinical.clone()),
                Choice::new(NOT_CLINICAL, policy.words.not_clinical.clone()),
            ]
        })
    });
    let locks = Signal::derive(move || policy.with(|policy| vec![Choice::new(LOCKED, policy.words.locked.clone())]));
    // The list of the locked has nobody else.
    let tells_locked = Memo::new(move |_| query.with(|query| query.tab != UserTab::Locked));
    let has_clinical = Memo::new(move |_| policy.with(|policy| policy.roles.iter().any(|role| role.clinical)));
    let has_sites =
        Memo::new(move |_| policy.with(|policy| policy.works_at_sites()) && sites.with(|sites| sites.len() > 1));
    // Whom an archived site would leave without one, or without a primary one.
    let ties = Signal::derive(move || {
        policy.with(|policy| {
            let only = Choice::new(ONLY, tell!(screen::only_here));
            let primary = (policy.assignment.primary_site != Need::Unused)
                .then(|| Choice::new(PRIMARY, policy.words.primary_site.clone()));
            std::iter::once(only).chain(primary).collect::<Vec<_>>()
        })
    });
    let sorts = Signal::derive(|| {
        SORTS
            .map(|(_, id, label)| Choice::new(id, words().plain(label)))
            .to_vec()
    });

    let choose_role = Callback::new(move |role: Option<String>| {
        show.run(UserQuery {
            role,
            ..query.get_untracked()
        })
    });
    let choose_site = Callback::new(move |site: Option<String>| {
        show.run(UserQuery {
            site: site.and_then(|site| site.parse().ok()),
            tie: None,
            ..query.get_untracked()
        });
    });
    let choose_tie = Callback::new(move |tie: Option<String>| {
        show.run(UserQuery {
            tie: tie.map(|tie| if tie == ONLY { SiteTie::Only } else { SiteTie::Primary }),
            ..query.get_untracked()
        });
    });
    let choose_staff = Callback::new(move |staff: Option<String>| {
        show.run(UserQuery {
            clinical: staff.map(|staff| staff == CLINICAL),
            ..query.get_untracked()
        });
    });
    let choose_lock = Callback::new(move |lock: Option<String>| {
        show.run(UserQuery {
            locked: lock.map(|lock| lock == LOCKED),
            ..query.get_untracked()
        });
    });
    let choose_sort = Callback::new(move |sort: Option<String>| {
        let found = SORTS.iter().find(|(_, id, _)| sort.as_deref() == Some(*id));
        show.run(UserQuery {
            sort: found.map(|(sort, ..)| *sort).unwrap_or_default(),
            ..query.get_untracked()
        });
    });
    let sort_id = Signal::derive(move || {
        let sort = query.with(|query| query.sort);
        let found = SORTS
            .iter()
            .find(|(known, ..)| *known == sort)
            .filter(|(sort, ..)| *sort != UserSort::default());
        found.map(|(_, id, _)| (*id).to_owned())
    });
    let people = text!(screen::people, count = count.get());
    let done = text!(screen::show_people, count = count.get());
    let set = Signal::derive(move || {
        query.with(|query| {
            let set = [
                query.site.is_some(),
                query.tie.is_some(),
                query.role.is_some(),
                query.clinical.is_some(),
                query.locked.is_some(),
                query.sort != UserSort::default(),
            ];
            set.into_iter().filter(|set| *set).count()
        })
    });
    view! {
        <div class="toolbar" part="toolbar">
            <Search query show behind />
            <FilterSheet set=set done=done>
            <Show when=move || has_sites.get()>
                <FilterMenu
                    label=word(|policy| policy.words.selected_site.clone())
                    options=sites
                    selected=Signal::derive(move || query.with(|query| query.site.map(|site| site.to_string())))
                    on_choose=choose_site
                    any=word(|policy| tell!(screen::all_of, what = lower(&policy.words.sites)))
                />
            </Show>
            <Show when=move || has_sites.get() && query.with(|query| query.site.is_some())>
                <FilterMenu
                    label=text!(screen::people_here)
                    options=ties
                    selected=Signal::derive(move || {
                        query.with(|query| query.tie.map(|tie| if tie == SiteTie::Only { ONLY } else { PRIMARY }.to_owned()))
                    })
                    on_choose=choose_tie
                    any=text!(screen::everybody)
                />
            </Show>
            <FilterMenu
                label=word(|policy| policy.words.role.clone())
                options=roles
                selected=Signal::derive(move || query.with(|query| query.role.clone()))
                on_choose=choose_role
                any=word(|policy| tell!(screen::all_of, what = lower(&policy.words.roles)))
            />
            <Show when=move || has_clinical.get()>
                <FilterMenu
                    label=word(|policy| policy.words.clinical_filter.clone())
                    options=staff
                    selected=Signal::derive(move || query.with(|query| query.clinical.map(|clinical| clinical.to_string())))
                    on_choose=choose_staff
                    any=text!(screen::everybody)
                />
            </Show>
            <Show when=move || tells_locked.get()>
                <FilterMenu
                    label=word(|policy| policy.words.locked_filter.clone())
                    options=locks
                    selected=Signal::derive(move || query.with(|query| query.locked.map(|locked| locked.to_string())))
                    on_choose=choose_lock
                    any=text!(screen::everybody)
                />
            </Show>
            <FilterMenu label=text!(screen::sort) options=sorts selected=sort_id on_choose=choose_sort any=text!(screen::sort_name) />
            </FilterSheet>
            <Show when=move || !selection.is_mode() && count.get() != 0 && reader.may_change()>
                <span class="narrow-only">
                    <Button label=text!(bulk::select) on_press=Callback::new(move |()| selection.enter()) />
                </span>
            </Show>
            <span class="toolbar__end" role="status">{people}</span>
        </div>
    }
    .into_any()
}

const SORTS: [(UserSort, &str, Plain); 4] = [
    (
        UserSort::NameDescending,
        "name_descending",
        screen::sort_name_descending::AT,
    ),
    (UserSort::LoginEmail, "login_email", screen::sort_email::AT),
    (UserSort::LastSeen, "last_seen", screen::last_seen::AT),
    (UserSort::Newest, "newest", screen::sort_newest::AT),
];

#[component]
fn Search(query: Memo<UserQuery>, show: Callback<UserQuery>, behind: Memo<bool>) -> impl IntoView {
    let policy = use_reader().policy();
    // What is being typed; the address follows a moment later.
    let typed = RwSignal::new(None::<String>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        let _ = timer.try_update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
        });
    };
    on_cleanup(stop);
    let input = Callback::new(move |text: String| {
        typed.set(Some(text));
        stop();
        let search = move || {
            if let Some(text) = typed.get_untracked() {
                show.run(UserQuery {
                    search: text,
                    ..query.get_untracked()
                });
                typed.set(None);
            }
        };
        timer.set_value(set_timeout_with_handle(search, PAUSE).ok());
    });
    let value = Signal::derive(move || typed.get().unwrap_or_else(|| query.with(|query| query.search.clone())));
    view! {
        <SearchField
            label=Signal::derive(move || policy.with(|policy| policy.words.search.clone()))
            value=value
            on_input=input
            busy=behind
        />
    }
    .into_any()
}
