//! One person in the list.

use std::sync::Arc;

use leptos::prelude::*;
use shared::effective;
use shared::lifecycle::Status;
use shared::policy::RemoveControl;
use shared::wire::{UserQuery, UserRow, UserTab};

use super::doing::{Doing, RowMenu};
use super::list::UserList;
use crate::dates::Moment;
use crate::navigation::Link;
use crate::pages::parts::{
    called, delivery_line, reaches_nothing_words, role_names, sees_nothing_mark, short_lock_words, sites_line,
    status_word,
};
use crate::route::{Route, UserPart};
use crate::session::use_reader;
use crate::widgets::{Avatar, Checkbox, Icon, IconButton, IconView, Menu, MenuItem, Names, StatusSign, observe_size};
use crate::words::{spoken, tell, text};

/// The heads of the columns; the box selects everybody who is loaded.
#[component]
pub(super) fn Head(list: UserList, query: Memo<UserQuery>, doing: Doing) -> impl IntoView {
    let policy = use_reader().policy();
    let selection = doing.selection;
    let roles = NodeRef::<leptos::html::Div>::new();
    observe_size(roles, move || {
        if let Some(head) = roles.get_untracked() {
            doing.room.set(f64::from(head.client_width()));
        }
    });
    let has_sites = policy.with_untracked(|policy| policy.works_at_sites());
    let chosen = selection.len();
    let all = Memo::new(move |_| {
        let known = list.known().len();
        known > 0 && (selection.is_matching() || chosen.get() == known)
    });
    let toggle = Callback::new(move |on: bool| {
        if on {
            selection.set(untrack(|| list.known()));
        } else {
            selection.clear();
        }
    });
    view! {
        <span role="columnheader" class="medium-up">
            <Checkbox
                label=text!(screen::select_all_loaded)
                bare=true
                checked=all
                some=Signal::derive(move || chosen.get() > 0 && !all.get())
                on_change=toggle
            />
        </span>
        <span role="columnheader">{text!(screen::name)}</span>
        <div role="columnheader" class="medium-up truncate" node_ref=roles>{move || policy.with(|policy| policy.role_heading().to_owned())}</div>
        {has_sites.then(|| view! {
            <span role="columnheader" class="wide-only truncate">{move || policy.with(|policy| policy.words.sites.clone())}</span>
        })}
        <span role="columnheader" class="wide-only nowrap">
            {move || {
                match query.with(|query| query.tab) {
                    UserTab::Invited => tell!(screen::invited),
                    UserTab::Locked => policy.with(|policy| policy.words.locked.clone()),
                    UserTab::Active | UserTab::Inactive => tell!(screen::last_seen),
                }
            }}
        </span>
        <span role="columnheader">{text!(screen::status)}</span>
        <span role="columnheader"><span class="visually-hidden">{text!(screen::actions)}</span></span>
    }
    .into_any()
}

/// The cells of the row at a position; the shape of a person until they are loaded.
#[component]
pub(super) fn PersonRow(at: usize, list: UserList, doing: Doing) -> impl IntoView {
    let person = Memo::new(move |_| list.row(at));
    move || {
        // A row is drawn at once; in another language it is drawn anew.
        spoken();
        match person.get() {
        Some(row) => view! { <Cells row doing /> }.into_any(),
        None => view! { <span class="person" role="gridcell" aria-busy="true"><span class="visually-hidden">{text!(screen::loading)}</span></span> }
            .into_any(),
    }
    }
}

#[component]
fn Cells(row: Arc<UserRow>, doing: Doing) -> impl IntoView {
    let selection = doing.selection;
    let reader = use_reader();
    let facts = reader.facts().get_untracked();
    let policy = &facts.policy;
    let name = called(policy, &row.name, &row.login_email, row.status);
    let roles = role_names(policy, &row.assignments);
    let has_sites = policy.works_at_sites();
    let open = reader.route_of(row.id);
    let sites = sites_line(policy, &facts.organisation, &row.assignments, row.primary_site);
    let mark = sees_nothing_mark(policy, &row.assignments);
    let locked = row.locked.map(|_| policy.words.locked.clone());
    // In the list of the locked, what counts is why and since when (T14).
    let lock = row.locked.filter(|_| doing.tab() == UserTab::Locked);
    let mail = row
        .invitation
        .as_ref()
        .and_then(|invitation| delivery_line(invitation, crate::fresh::now()));
    let label = status_word(policy, row.status);

    // An account without any access leads to where it is given (T6).
    let reaches_nothing = effective::reaches_nothing(row.status, &row.assignments);
    let told = reaches_nothing_words(policy);
    let mark = mark.map(|mark| {
        let shown = view! { <IconView icon=Icon::Alert />{mark} };
        if reaches_nothing {
            let to = Route::User {
                user: row.id,
                part: UserPart::Access,
            };
            view! { <span title=told><Link to=Signal::stored(to) class="mark">{shown}</Link></span> }.into_any()
        } else {
            view! { <span class="mark">{shown}</span> }.into_any()
        }
    });
    let (select_row, menu_row) = (Arc::clone(&row), Arc::clone(&row));
    let user = row.id;
    let select = Callback::new(move |on: bool| selection.put(Arc::clone(&select_row), on));
    const EDIT: &str = "edit";
    // Made when the menu first opens, and kept: what it has read by then counts.
    let menu = StoredValue::new(None::<RowMenu>);
    let edit_word = policy.words.edit.clone();
    let items = Signal::derive(move || {
        let mut items = vec![MenuItem::new(EDIT, edit_word.clone())];
        if menu.with_value(Option::is_none) {
            menu.set_value(doing.menu(&menu_row));
        }
        match menu.get_value() {
            Some(menu) => items.extend(menu.items.get()),
            None => items.push(MenuItem::new(String::new(), tell!(screen::loading)).refused(Some(String::new()))),
        }
        items
    });
    let navigation = crate::navigation::use_navigation();
    let folded = [roles.join(", ").as_str(), sites.as_str()]
        .iter()
        .filter(|text| !text.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" · ");
    // Where the column is narrow, the name is cut off.
    let whole = name.clone();
    let select_label = tell!(screen::select, name = &name);
    let menu_label = tell!(screen::actions_for, name = &name);
    let chosen = open.clone();
    let choose = Callback::new(move |id: String| {
        if id == EDIT {
            navigation.go(chosen.clone());
            return;
        }
        if let Some(menu) = menu.get_value() {
            menu.choose.run(id);
        }
    });
    // Whoever is invited was never here: what counts is since when they are.
    let moment = if row.status == Status::Invited {
        row.invited_at
    } else {
        row.last_seen
    };
    let seen = match (lock, moment) {
        (Some(lock), _) => view! {
            <span class="twofold">
                <span>{short_lock_words(lock)}</span>
                <span class="quiet"><Moment at=lock.since relative=true /></span>
            </span>
        }
        .into_any(),
        (None, Some(at)) => view! { <Moment at relative=true /> }.into_any(),
        (None, None) => text!(screen::never).into_any(),
    };
    let name_shown = name.clone();
    let face = if row.name.is_empty() {
        row.login_email.clone()
    } else {
        row.name.clone()
    };
    let row_status = row.status;
    let remove = (policy.screens.remove == RemoveControl::Row).then(|| {
        let word = policy.removal_word(row.status).to_owned();
        let label = tell!(screen::choice_of, what = &word, choice = &name);
        let row = Arc::clone(&row);
        (!word.is_empty()).then(|| {
            view! {
                <span class="medium-up">
                    <IconButton icon=Icon::Trash label=label on_press=Callback::new(move |()| doing.remove(&row)) />
                </span>
            }
        })
    });
    // The address leads to the person as the name does; by the keyboard one way is enough. Where it is the name, once is
    // enough too.
    let by_address = open.clone();
    let email = move |class: &'static str| {
        (row.login_email != name_shown).then(|| {
            let open = by_address.clone();
            view! {
                <span class=class on:click=move |_| navigation.go(open.clone())>{row.login_email.clone()}</span>
            }
        })
    };
    let address = match lock {
        // Where there is no column for it, it takes the place of the address.
        Some(lock) => view! {
            {email("person__address person__address--opens wide-only")}
            <span class="person__address below-wide">
                {short_lock_words(lock)}" · "<Moment at=lock.since relative=true />
            </span>
        }
        .into_any(),
        None => view! {
            {email("person__address person__address--opens medium-up")}
            <span class="person__address narrow-only">{folded}</span>
        }
        .into_any(),
    };
    view! {
        <span role="gridcell" class="medium-up row-select">
            <Checkbox
                label=select_label
                bare=true
                checked=Signal::derive(move || selection.has(user))
                on_change=select
            />
        </span>
        <span role="gridcell" class="person" title=whole>
            <Avatar name=face />
            <span class="person__words">
                <Link to=Signal::stored(open) class="person__name">{name}</Link>
                {address}
            </span>
        </span>
        <span role="gridcell" class="medium-up roles-cell">
            <Names names=roles room=doing.room />
            // Where there is no column for them, places stand under the roles.
            {has_sites.then(|| view! { <span class="person__address below-wide truncate">{sites.clone()}</span> })}
        </span>
        {has_sites.then(|| view! { <span role="gridcell" class="wide-only truncate">{sites}</span> })}
        <span role="gridcell" class="wide-only nowrap">{seen}</span>
        <span role="gridcell">
            <StatusSign status=row_status label=label locked=Signal::stored(locked) />
            {mark}
            {mail.map(|(attention, line)| {
                if attention {
                    view! { <span class="mark"><IconView icon=Icon::Alert /><span class="truncate">{line}</span></span> }.into_any()
                } else {
                    view! { <span class="delivery">{line}</span> }.into_any()
                }
            })}
        </span>
        <span role="gridcell" class="row-actions">
            {remove}
            <Menu label=menu_label items=items on_choose=choose />
        </span>
    }
    .into_any()
}
