//! Finding somebody who is to have the resource. Whether they may is judged when they are chosen, with what it means.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::form::join;
use shared::ids::ResourceId;
use shared::policy::Roles;
use shared::wire::{UserQuery, UserRow, UserTab};

use super::list::Members;
use super::name_or_address;
use crate::api::{ApiError, sleep, use_api};
use crate::pages::parts::{Actions, Wording, called, fetched, roles_line};
use crate::session::use_reader;
use crate::widgets::{Avatar, Button, ButtonKind, Dialog, SearchField, SkeletonShape};
use crate::words::{tell, text};

/// How long a pause in typing is before people are searched.
const PAUSE: Duration = Duration::from_millis(120);
/// So many of each list are shown; more are a matter of typing more.
const PEOPLE: u32 = 8;

#[component]
pub(super) fn AddDialog(
    resource: ResourceId,
    /// What the resource is called.
    name: String,
    open: RwSignal<bool>,
    members: Members,
    actions: Actions,
) -> impl IntoView {
    let reader = use_reader();
    let (facts, policy) = (reader.facts(), reader.policy());
    let api = StoredValue::new(use_api());
    let name = StoredValue::new(name);
    let search = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Result<Vec<UserRow>, ApiError>>);
    let asked = StoredValue::new(0_u32);
    // Only one role may be a member: then only its holders are searched.
    let role = Memo::new(move |_| {
        facts.with(|facts| {
            let kind = &facts.organisation.resource(resource)?.kind;
            match &facts.policy.resource_kind(kind)?.members {
                Roles::Only(roles) if roles.len() == 1 => roles.first().map(ToString::to_string),
                _ => None,
            }
        })
    });
    let find = move |text: String, pause: Duration| {
        search.set(text.clone());
        let turn = asked.with_value(|asked| asked.wrapping_add(1));
        asked.set_value(turn);
        let (api, role) = (api.get_value(), role.get_untracked());
        spawn_local(async move {
            sleep(pause).await;
            let mut rows = Vec::new();
            let mut failed = None;
            for tab in [UserTab::Active, UserTab::Invited] {
                let query = UserQuery {
                    tab,
                    search: text.clone(),
                    role: role.clone(),
                    limit: Some(PEOPLE),
                    ..UserQuery::default()
                };
                if asked.try_get_value() != Some(turn) {
                    return;
                }
                match api.users(&query).await {
                    Ok(page) => rows.extend(page.rows),
                    Err(error) => failed = Some(error),
                }
            }
            if asked.try_get_value() == Some(turn) {
                found.set(Some(failed.map_or(Ok(rows), Err)));
            }
        });
    };
    Effect::new(move |before: Option<bool>| {
        let is_open = open.get();
        if is_open && before != Some(true) {
            found.set(None);
            find(String::new(), Duration::ZERO);
        }
        is_open
    });
    let choose = move |row: &UserRow| {
        let person = name_or_address(&row.name, &row.login_email);
        let wording = name.with_value(|name| Wording {
            title: tell!(screen::add_person_to, person = &person, name = name),
            done: tell!(screen::added_to, person = &person, name = name),
            nothing: tell!(screen::has_it_already, person = &person, name = name),
        });
        open.set(false);
        actions.ask_made(row.id, person, wording, move |facts| join(facts, resource));
    };
    let one = move |row: UserRow| {
        let (person, roles) = policy.with(|policy| {
            (
                called(policy, &row.name, &row.login_email, row.status),
                roles_line(policy, &row.assignments),
            )
        });
        let about = [roles, row.login_email.clone()];
        let about: Vec<String> = about
            .into_iter()
            .filter(|text| !text.is_empty() && *text != person)
            .collect();
        let has = members
            .has(row.id)
            .then(|| view! { <span class="place__about">{text!(screen::has_it)}</span> });
        view! {
            <li>
                <button type="button" class="pick" on:click=move |_| choose(&row)>
                    <Avatar name=person.clone() />
                    <span class="place__words">
                        <span class="place__name">{person}</span>
                        <span class="place__about">{about.join(" · ")}</span>
                    </span>
                    {has}
                </button>
            </li>
        }
    };
    let body = move || {
        fetched(found.get(), (SkeletonShape::People, 4), None, |rows| {
            if rows.is_empty() {
                return view! { <p class="quiet">{text!(screen::nothing_called_that)}</p> }.into_any();
            }
            view! { <ul class="picks">{rows.into_iter().map(one).collect_view()}</ul> }.into_any()
        })
    };
    let title = text!(screen::add_people_to, name = name.get_value());
    let buttons = ViewFn::from(move || {
        view! { <Button label=text!(screen::cancel) kind=ButtonKind::Quiet on_press=move |()| open.set(false) /> }
            .into_any()
    });
    view! {
        <Dialog open=open title=title on_close=move |()| open.set(false) actions=buttons>
            <SearchField
                label=Signal::derive(move || policy.with(|policy| policy.words.search.clone()))
                value=search
                on_input=Callback::new(move |text| find(text, PAUSE))
            />
            <div aria-live="polite">{body}</div>
        </Dialog>
    }
    .into_any()
}
