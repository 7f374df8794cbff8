//! The list of users: tabs, search, filters, order, rows of any number, actions on one and on several.

mod bulk;
mod doing;
mod filters;
mod list;
mod row;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::export::ExportedList;
use shared::ids::UserId;
use shared::policy::{Policy, Power, RemoveControl};
use shared::wire::{UserQuery, UserRow, UserTab};

use self::bulk::Selection;
pub(crate) use self::doing::{Doing, WhatToDo};
use self::filters::Filters;
use self::list::UserList;
use self::row::{Head, PersonRow};
use super::parts::{ExportMenu, OrganisationParts, is_of_organisation, organisation_people};
use super::screens::{self, Opened};
use crate::navigation::{Link, use_navigation};
use crate::route::Route;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, EmptyState, ErrorNote, Icon, PageHeader, Skeleton, Tab, Tabs, VirtualList};
use crate::words::text;

#[component]
pub(crate) fn UsersPage() -> impl IntoView {
    let navigation = use_navigation();
    let reader = use_reader();
    let policy = reader.policy();
    // While another screen takes over, the last query stays.
    let query = Memo::new(move |before: Option<&UserQuery>| match navigation.route().get() {
        Route::Users(query) => query,
        _ => before.cloned().unwrap_or_default(),
    });
    let list = UserList::new();
    Effect::new(move |_| list.ask(query.get()));
    let selection = Selection::new();
    let doing = Doing::new(list, query, selection, Callback::new(move |()| list.ask_again()));
    let show = Callback::new(move |query: UserQuery| {
        selection.clear();
        navigation.replace(Route::Users(query));
    });

    let tabs = Signal::derive(move || {
        let counts = list.counts().get();
        let known = !list.is_first();
        policy.with(|policy| {
            let mut lists = policy.lists(&counts);
            // The one that is shown stays, whoever is still in it.
            let shown = query.with(|query| query.tab);
            if !lists.contains(&shown) {
                lists.push(shown);
            }
            lists
                .into_iter()
                .map(|tab| {
                    let count = known.then(|| counts.of(tab));
                    Tab::new(tab_id(tab), tab_word(policy, tab), count).or_more(counts.may_have_more(tab))
                })
                .collect()
        })
    });
    let selected_tab = Signal::derive(move || tab_id(query.with(|query| query.tab)).to_owned());
    let select_tab = Callback::new(move |id: String| {
        if let Some(tab) = UserTab::ALL.into_iter().find(|tab| tab_id(*tab) == id) {
            show.run(UserQuery {
                tab,
                ..query.get_untracked()
            });
        }
    });
    let open = Callback::new(move |at: usize| {
        if let Some(row) = untrack(|| list.row(at)) {
            navigation.go(reader.route_of(row.id));
        }
    });
    let over = Memo::new(move |_| match navigation.route().get() {
        Route::Edit(user) => Some(Opened::Edit(user)),
        Route::Invite { .. } => Some(Opened::Invite),
        _ => None,
    });
    let close = Callback::new(move |()| navigation.go(Route::Users(query.get_untracked())));
    let done = Callback::new(move |()| {
        navigation.go_anyway(Route::Users(query.get_untracked()));
        list.ask_again();
    });
    let row = Callback::new(move |at: usize| view! { <PersonRow at list doing /> }.into_any());
    let rows = list.len();
    let columns = policy.with_untracked(|policy| match (policy.works_at_sites(), policy.screens.remove) {
        (true, RemoveControl::Menu) => "vlist--users",
        (true, RemoveControl::Row) => "vlist--users has-removal",
        (false, RemoveControl::Menu) => "vlist--users has-no-places",
        (false, RemoveControl::Row) => "vlist--users has-no-places has-removal",
    });
    Effect::new(move |_| navigation.listed_site().set_value(query.with(|query| query.site)));
    let left = navigation
        .left()
        .get_value()
        .filter(|(listed, _)| query.with_untracked(|query| query == listed));
    let start = left.as_ref().map_or(0.0, |(_, rows)| *rows);
    navigation.left().set_value(left);
    let scrolled = Callback::new(move |rows: f64| navigation.left().set_value(Some((query.get_untracked(), rows))));
    on_cleanup(move || {
        let opened = |route: &Route| matches!(route, Route::User { .. });
        if navigation.route().try_with_untracked(opened) == Some(false) {
            let _ = navigation.left().try_set_value(None);
        }
    });
    let body = move || {
        if list.is_first() {
            return match list.error().get() {
                Some(error) => view! {
                    <ErrorNote
                        happened=error.title()
                        next=error.detail()
                        action=text!(screen::try_again)
                        on_action=Callback::new(move |()| list.ask(query.get_untracked()))
                    />
                }
                .into_any(),
                None => view! { <Skeleton rows=12 /> }.into_any(),
            };
        }
        if rows.get() == 0 {
            return view! { <NobodyHere query show /> }.into_any();
        }
        view! {
            <VirtualList
                label=Signal::derive(move || policy.with(|policy| policy.words.users.clone()))
                class=columns
                count=rows
                row=row
                on_open=open
                on_range=Callback::new(move |(_, until)| list.reach(until))
                head=ViewFn::from(move || view! { <Head list query doing /> }.into_any())
                start=start
                on_scroll=scrolled
                grip=list.grip()
            />
        }
        .into_any()
    };
    // Made anew only when the shape of the answer changes, not with every page of rows.
    let behind = list.is_behind(query);
    let selecting = StoredValue::new(navigation.selecting().try_update_value(Option::take).flatten());
    Effect::new(move |_| {
        if behind.get() {
            return;
        }
        let wanted = selecting.try_update_value(Option::take).flatten();
        if let Some(wanted) = wanted.filter(|wanted| query.with_untracked(|query| query == wanted)) {
            let or_more = list.counts().with_untracked(|counts| counts.may_have_more(wanted.tab));
            selection.set_matching(wanted, rows.get_untracked(), or_more);
        }
    });
    view! {
        <div
            class="page page--filling users"
            class:is-read-only=move || !reader.may_change()
            class:is-behind=behind class:is-selecting=move || selection.is_mode()
        >
            <Header query show />
            <Tabs
                label=Signal::derive(move || policy.with(|policy| policy.words.users.clone()))
                tabs=tabs
                selected=selected_tab
                on_select=select_tab
            />
            <Filters query show behind count=rows selection />
            {keyed(list, rows, body)}
            {screens::what_to_do(doing, doing.is_wanted())}
            {screens::over_list(over, close, done)}
        </div>
    }
    .into_any()
}

/// Draws the body anew only when it turns into something else: rows, nobody, an error, the skeleton.
fn keyed(
    list: UserList,
    rows: Memo<usize>,
    body: impl Fn() -> AnyView + Copy + Send + Sync + 'static,
) -> impl Fn() -> AnyView + Send + Sync + 'static {
    let shape = Memo::new(move |_| (list.is_first(), rows.get() == 0, list.error().with(Option::is_some)));
    move || {
        // Reading is what subscribes: a memo that was never read watches nothing.
        shape.get();
        untrack(body)
    }
}

fn tab_id(tab: UserTab) -> &'static str {
    match tab {
        UserTab::Active => "active",
        UserTab::Invited => "invited",
        UserTab::Inactive => "inactive",
        UserTab::Locked => "locked",
    }
}

pub(crate) fn tab_word(policy: &Policy, tab: UserTab) -> String {
    let words = &policy.words;
    match tab {
        UserTab::Active => words.active_users.clone(),
        UserTab::Invited => words.invited_users.clone(),
        UserTab::Inactive => words.inactive_users.clone(),
        UserTab::Locked => words.locked_users.clone(),
    }
}

/// The title, the list of people of the whole organisation where there is one, and the way to new people.
#[component]
fn Header(query: Memo<UserQuery>, show: Callback<UserQuery>) -> impl IntoView {
    let navigation = use_navigation();
    let reader = use_reader();
    let policy = reader.policy();
    let is_apart = Memo::new(move |_| policy.with(|policy| query.with(|query| is_of_organisation(policy, query))));
    let in_settings = Memo::new(move |_| is_apart.get() && policy.with(|policy| policy.has_organisation_settings()));
    let title = Signal::derive(move || {
        policy.with(|policy| {
            if is_apart.get() {
                policy.words.organisation_users.clone()
            } else {
                policy.words.users.clone()
            }
        })
    });
    let invite_label = Signal::derive(move || {
        policy.with(|policy| {
            if is_apart.get() {
                policy.words.invite_organisation.clone()
            } else {
                policy.words.invite.clone()
            }
        })
    });
    let invite = Callback::new(move |()| {
        let (role, site) = query.with_untracked(|query| (query.role.clone(), query.site));
        let role = role.filter(|_| is_apart.get_untracked());
        navigation.go(Route::Invite { role, site });
    });
    let other_list = move || {
        let people = policy.with(|policy| organisation_people(policy))?;
        let apart = is_apart.get();
        // Where the navigation leads there, a button need not.
        if policy.with(|policy| policy.has_organisation_settings()) {
            return None;
        }
        let label = policy.with(|policy| {
            if apart {
                policy.words.users.clone()
            } else {
                policy.words.organisation_users.clone()
            }
        });
        let target = if apart { UserQuery::default() } else { people };
        Some(view! { <Button label=label on_press=Callback::new(move |()| show.run(target.clone())) /> })
    };
    let may_import = reader.may_everywhere(Power::Users);
    view! {
        <Show when=move || in_settings.get()>
            <OrganisationParts />
        </Show>
        <PageHeader title=title>
            {other_list}
            <Show when=move || may_import.get() && navigation.shows(&Route::Import)>
                <Link to=Signal::stored(Route::Import) class="button">
                    <span class="button__label">{text!(screen::import_link)}</span>
                </Link>
            </Show>
            <ExportMenu list=Signal::derive(move || ExportedList::Users(query.get())) />
            <Show when=move || reader.may_change()>
                <Button label=invite_label kind=ButtonKind::Primary on_press=invite />
            </Show>
        </PageHeader>
    }
    .into_any()
}

/// An empty list says why it is empty and what to do.
#[component]
fn NobodyHere(query: Memo<UserQuery>, show: Callback<UserQuery>) -> impl IntoView {
    let navigation = use_navigation();
    let reader = use_reader();
    let policy = reader.policy();
    let narrowed = move || query.with(filters::is_narrowed);
    move || {
        if narrowed() {
            let all = Callback::new(move |()| show.run(filters::widened(&query.get_untracked())));
            return view! {
                <EmptyState title=text!(screen::nobody_fits) text=text!(screen::nobody_fits_text) icon=Icon::Search>
                    <Button label=text!(screen::clear_all) on_press=all />
                </EmptyState>
            }
            .into_any();
        }
        let tab = query.with(|query| query.tab);
        let (title, text) = match tab {
            UserTab::Active => (text!(screen::nobody_active), text!(screen::nobody_active_text)),
            UserTab::Invited => (text!(screen::nobody_invited), text!(screen::nobody_invited_text)),
            UserTab::Inactive => (text!(screen::nobody_inactive), text!(screen::nobody_inactive_text)),
            UserTab::Locked => (text!(screen::nobody_locked), text!(screen::nobody_locked_text)),
        };
        let invite = Callback::new(move |()| navigation.go(Route::invite()));
        let label = Signal::derive(move || policy.with(|policy| policy.words.invite.clone()));
        if matches!(tab, UserTab::Active | UserTab::Invited) && reader.may_change() {
            view! {
                <EmptyState title=title text=text icon=Icon::People>
                    <Button label=label on_press=invite />
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <EmptyState title=title text=text icon=Icon::People /> }.into_any()
        }
    }
}

/// The people that are selected, as they were listed.
pub(super) type Selected = BTreeMap<UserId, Arc<UserRow>>;
