//! Roles: what each permits, as a grid of permissions by module; what a change does to how many people, before it is
//! saved (D4, D5); and a reference of what each role can do (O13).

mod change;
mod draft;
mod grid;
mod holders;
mod reference;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::RoleId;
use shared::policy::Power;
use shared::wire::{Accepted, RolesView, Topic};

use self::change::{RoleChange, Sessions};
use self::draft::Draft;
use self::grid::RolesGrid;
use self::reference::RolesReference;
use super::parts::{not_read, say_done};
use crate::api::{Api, ApiError, use_api};
use crate::edit_session::EditSession;
use crate::live;
use crate::navigation::use_navigation;
use crate::session::{use_reader, use_session};
use crate::widgets::{Button, ButtonKind, PageHeader, SavePanel, Skeleton, SkeletonShape, Tab, Tabs, Toasts};
use crate::words::{tell, text};

const PERMISSIONS: &str = "permissions";
const REFERENCE: &str = "reference";

#[component]
pub(crate) fn RolesPage() -> impl IntoView {
    let policy = use_reader().policy();
    let tab = RwSignal::new(PERMISSIONS.to_owned());
    let api = StoredValue::new(use_api());
    // What was read last stays in sight while it is read anew.
    let read = RwSignal::new(None::<Result<Arc<RolesView>, ApiError>>);
    let read_with = move |api: Api| {
        spawn_local(async move {
            let answer = api.roles().await.map(Arc::new);
            let _ = read.try_update(|read| {
                if answer.is_ok() || !matches!(read, Some(Ok(_))) {
                    *read = Some(answer);
                }
            });
        });
    };
    let reload = Callback::new(move |()| read_with(api.get_value()));
    reload.run(());
    live::hear(&api.get_value(), move |change| {
        if change.touches(Topic::Roles) || change.touches(Topic::People) {
            read_with(api.get_value().by_itself());
        }
    });
    let is_there = Memo::new(move |_| read.with(|read| matches!(read, Some(Ok(_)))));
    let holders = Signal::derive(move || {
        read.with(|read| match read {
            Some(Ok(view)) => Arc::clone(view),
            _ => Arc::default(),
        })
    });
    // What is in hand outlives a look at the reference.
    let draft = Draft::new();
    use_navigation().guard(Signal::derive(move || draft.is_changed()));
    let tabs = Signal::derive(|| {
        vec![
            Tab::new(PERMISSIONS, tell!(screen::permissions), None),
            Tab::new(REFERENCE, tell!(screen::reference), None),
        ]
    });
    let meanwhile = move || {
        read.with(|read| match read {
            Some(Err(error)) => not_read(error, Some(reload)),
            _ => view! { <Skeleton shape=SkeletonShape::Grid /> }.into_any(),
        })
    };
    let in_reference = Memo::new(move |_| tab.with(|tab| tab == REFERENCE));
    let body = move || match (is_there.get(), in_reference.get()) {
        (false, _) => meanwhile.into_any(),
        (true, true) => view! { <RolesReference holders=holders.get() /> }.into_any(),
        (true, false) => view! { <Permissions holders on_saved=reload draft /> }.into_any(),
    };
    view! {
        <div class="page">
            <PageHeader title=Signal::derive(move || policy.with(|policy| policy.words.roles.clone())) />
            <Tabs
                label=text!(screen::views)
                tabs=tabs
                selected=tab
                on_select=move |id| tab.set(id)
            />
            {body}
        </div>
    }
    .into_any()
}

/// The grid, and beside it what the changes in hand would do.
#[component]
fn Permissions(holders: Signal<Arc<RolesView>>, on_saved: Callback<()>, draft: Draft) -> impl IntoView {
    let reader = use_reader();
    let policy = reader.policy();
    let session_of_reader = use_session();
    let toasts = Toasts::get();
    let holds = reader.may_everywhere(Power::Roles);
    let may_edit = Memo::new(move |_| holds.get() && reader.may_change());
    let table = NodeRef::<leptos::html::Table>::new();
    let sessions: Sessions = RwSignal::new(BTreeMap::new());
    let in_hand = Memo::new(move |_| policy.with(|policy| draft.roles(policy)));
    let is_saving = RwSignal::new(false);
    let undone = Callback::new(move |_: Accepted| {
        session_of_reader.refresh_soon();
        on_saved.run(());
    });
    let name_of = move |role: &RoleId| {
        policy.with_untracked(|policy| policy.role(role).map(|role| role.name.clone()).unwrap_or_default())
    };
    // Each role is an edit of its own: one after the other, and what is not accepted stays in hand with its reason. One's
    // own roles come last, because what they lose, one cannot give to others any more (X4).
    let save = Callback::new(move |()| {
        if is_saving.get_untracked() {
            return;
        }
        let mut order = in_hand.get_untracked();
        let own = reader.facts().with_untracked(|facts| {
            let held = facts.actor.assignments.iter();
            held.map(|held| held.role.clone()).collect::<Vec<_>>()
        });
        order.sort_by_key(|role| own.contains(role));
        is_saving.set(true);
        spawn_local(async move {
            let mut last = None;
            for role in order {
                let session = sessions.try_with_untracked(|all| all.get(&role).copied()).flatten();
                let Some(session) = session else { continue };
                let Some(accepted) = session.saved().await else {
                    continue;
                };
                let name = name_of(&role);
                let text = move || tell!(screen::role_saved, name = &name);
                say_done(toasts, text, session.way_back(&accepted), undone);
                draft.discard_role(&role);
                last = Some(accepted);
            }
            let _ = is_saving.try_set(false);
            if let Some(accepted) = last {
                undone.try_run(accepted);
                if !draft.is_changed() {
                    grid::focus(table);
                }
            }
        });
    });
    let discard = Callback::new(move |()| {
        draft.discard();
        grid::focus(table);
    });
    let refused = Signal::derive(move || {
        let judged = |session: &EditSession| {
            let (verdict, given) = (session.verdict().get(), session.given().get());
            if !verdict.refusals.is_empty() {
                Some(tell!(screen::refused_see_list))
            } else if verdict.missing(&given).next().is_some() {
                Some(tell!(screen::confirm_in_list))
            } else {
                None
            }
        };
        sessions.with(|all| all.values().find_map(judged))
    });
    let save_word = Signal::derive(move || {
        in_hand.with(|roles| match roles.as_slice() {
            [role] => policy.with(|policy| {
                let name = policy.role(role).map(|role| role.name.as_str()).unwrap_or_default();
                tell!(screen::save_role, name = name)
            }),
            roles => tell!(grid::save_roles, count = roles.len()),
        })
    });
    let urgent = Signal::derive(move || sessions.with(|all| all.values().any(|session| session.has_problem().get())));
    let is_changed = Memo::new(move |_| draft.is_changed());
    let actions = ViewFn::from(move || {
        view! {
            <Show when=move || is_changed.get()>
                <Button label=text!(screen::discard) kind=ButtonKind::Quiet on_press=discard />
                <Button label=save_word kind=ButtonKind::Primary busy=is_saving refused=refused on_press=save />
            </Show>
        }
    });
    let summary = Signal::derive(move || match draft.count() {
        0 => tell!(outcome::nothing_changes),
        count => tell!(grid::in_hand_short, count = count, roles = in_hand.with(Vec::len)),
    });
    let count = move || {
        let count = draft.count();
        (count > 0).then(|| tell!(grid::in_hand, count = count, roles = in_hand.with(Vec::len)))
    };
    view! {
        <div class="roles" class:split=move || may_edit.get() class:is-idle=move || !is_changed.get()>
            <RolesGrid holders may_edit draft table />
            // Always there, so that nothing moves under the pointer when a change begins.
            <Show when=move || may_edit.get()>
                <SavePanel title=text!(screen::what_will_change) summary=summary actions=actions.clone() urgent=urgent>
                    <p class="role-changes__count" role="status">{count}</p>
                    <For
                        each=move || in_hand.get()
                        key=Clone::clone
                        children=move |role| view! { <RoleChange role draft sessions /> }
                    />
                    <Show when=move || !is_changed.get()>
                        <p class="consequences__none">{text!(screen::change_and_see)}</p>
                    </Show>
                </SavePanel>
            </Show>
        </div>
    }
    .into_any()
}
