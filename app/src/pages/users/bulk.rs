//! Several people at once: who is selected, and what can be done with them. What it would mean, and doing it, is in
//! `dialog`, whose code comes when it is first asked for.

mod choose;
mod dialog;
mod outcome;
mod review;
mod work;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::bulk::{BulkAction, BulkSelection};
use shared::ids::UserId;
use shared::policy::{Leaving, Policy};
use shared::wire::{UserQuery, UserRow, UserTab};

use self::dialog::BulkDialog;
use super::Selected;
use super::list::UserList;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Toasts};
use crate::words::{tell, text};

/// Whoever has selected so many may well mean everyone, although more rows have come since.
const MANY: usize = 100;

#[derive(Clone, Debug, PartialEq)]
enum Chosen {
    /// These, as they were listed.
    These(Selected),
    /// Everyone whom the list finds, but for some.
    Matching {
        query: UserQuery,
        total: usize,
        /// Whether counting stopped before the end.
        or_more: bool,
        except: BTreeSet<UserId>,
    },
}

/// Who is selected.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    chosen: RwSignal<Chosen>,
}

impl Selection {
    pub(super) fn new() -> Self {
        Self {
            chosen: RwSignal::new(Chosen::These(Selected::new())),
        }
    }

    pub(super) fn len(self) -> Memo<usize> {
        Memo::new(move |_| {
            self.chosen.with(|chosen| match chosen {
                Chosen::These(people) => people.len(),
                Chosen::Matching { total, except, .. } => total.saturating_sub(except.len()),
            })
        })
    }

    /// Whether everyone whom the list finds is selected, later pages included.
    pub(super) fn is_matching(self) -> bool {
        self.chosen.with(|chosen| matches!(chosen, Chosen::Matching { .. }))
    }

    fn may_be_more(self) -> bool {
        self.chosen
            .with(|chosen| matches!(chosen, Chosen::Matching { or_more: true, .. }))
    }

    pub(super) fn has(self, user: UserId) -> bool {
        self.chosen.with(|chosen| match chosen {
            Chosen::These(people) => people.contains_key(&user),
            Chosen::Matching { except, .. } => !except.contains(&user),
        })
    }

    pub(super) fn put(self, row: Arc<UserRow>, on: bool) {
        self.chosen.update(|chosen| match (chosen, on) {
            (Chosen::These(people), true) => drop(people.insert(row.id, row)),
            (Chosen::These(people), false) => drop(people.remove(&row.id)),
            (Chosen::Matching { except, .. }, true) => drop(except.remove(&row.id)),
            (Chosen::Matching { except, .. }, false) => drop(except.insert(row.id)),
        });
    }

    pub(super) fn set(self, rows: Vec<Arc<UserRow>>) {
        let people = rows.into_iter().map(|row| (row.id, row)).collect();
        self.chosen.set(Chosen::These(people));
    }

    fn set_matching(self, query: UserQuery, total: usize, or_more: bool) {
        self.chosen.set(Chosen::Matching {
            query,
            total,
            or_more,
            except: BTreeSet::new(),
        });
    }

    pub(super) fn clear(self) {
        if self.chosen.with_untracked(|chosen| !chosen.is_nobody()) {
            self.chosen.set(Chosen::These(Selected::new()));
        }
    }

    fn whom(self) -> BulkSelection {
        self.chosen.with_untracked(|chosen| match chosen {
            Chosen::These(people) => BulkSelection::Users(people.keys().copied().collect()),
            Chosen::Matching { query, except, .. } => BulkSelection::Matching {
                query: query.clone(),
                except: except.clone(),
            },
        })
    }
}

impl Chosen {
    fn is_nobody(&self) -> bool {
        matches!(self, Self::These(people) if people.is_empty())
    }

    /// Whether someone of them may be in this list.
    fn is_some_in(&self, tab: UserTab) -> bool {
        let is_in = |row: &Arc<UserRow>| tab.has(row.status, row.locked);
        match self {
            Self::These(people) => people.values().any(is_in),
            // Whoever is locked may be active or inactive besides.
            Self::Matching { query, .. } => {
                query.tab == tab || (query.tab == UserTab::Locked && tab == UserTab::Active)
            }
        }
    }
}

/// The actions that the selected people have, in the order of the menu of one.
fn actions(policy: &Policy, chosen: &Chosen) -> Vec<BulkAction> {
    let lifecycle = &policy.lifecycle;
    let is_in = |tab| chosen.is_some_in(tab);
    let leaves = |way| lifecycle.leaving.contains(&way);
    [
        (is_in(UserTab::Invited), BulkAction::ResendInvitation),
        (
            is_in(UserTab::Invited) && lifecycle.withdraw_invitation,
            BulkAction::WithdrawInvitation,
        ),
        (is_in(UserTab::Locked), BulkAction::Unlock),
        (is_in(UserTab::Inactive), BulkAction::Activate),
        (
            is_in(UserTab::Active) && leaves(Leaving::Deactivate),
            BulkAction::Deactivate,
        ),
        (
            (is_in(UserTab::Active) || is_in(UserTab::Inactive)) && leaves(Leaving::Delete),
            BulkAction::Delete,
        ),
    ]
    .into_iter()
    .filter_map(|(fits, action)| fits.then_some(action))
    .collect()
}

/// What is asked for: an action, or one that is put together in the dialog.
#[derive(Clone, Debug, PartialEq)]
enum Ask {
    Action(BulkAction),
    Roles,
    Sites,
}

impl Ask {
    /// What it is called, in the organisation's words.
    fn label(&self, policy: &Policy) -> String {
        let words = &policy.words;
        match self {
            Self::Roles => tell!(bulk::change_roles, role = &words.role),
            Self::Sites => tell!(bulk::change_sites, sites = policy.places().unwrap_or_default()),
            Self::Action(action) => match action {
                BulkAction::Activate => words.activate_selected.clone(),
                BulkAction::Deactivate => words.deactivate.clone(),
                BulkAction::Unlock => words.unlock.clone(),
                BulkAction::ResendInvitation => words.resend_invitation.clone(),
                BulkAction::WithdrawInvitation => words.withdraw_invitation.clone(),
                BulkAction::Delete => words.delete.clone(),
                _ => words.save.clone(),
            },
        }
    }

    /// Whether it takes an account or an invitation away.
    fn is_danger(&self) -> bool {
        matches!(
            self,
            Self::Action(BulkAction::Deactivate | BulkAction::WithdrawInvitation | BulkAction::Delete)
        )
    }
}

/// What the dialog is made with.
#[derive(Clone)]
struct Asked {
    ask: Ask,
    whom: BulkSelection,
    selection: Selection,
    /// Where it says that the dialog is not needed any more.
    asked: RwSignal<Option<Ask>>,
    on_done: Callback<()>,
}

#[wasm_split(lists, wasm_split_path = ::leptos::wasm_split, preload(fetch_dialog), fallible)]
fn make_dialog(asked: Asked) -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <BulkDialog asked /> }.into_any())
}

/// The bar under the list while somebody is selected.
#[component]
pub(super) fn BulkBar(
    list: UserList,
    query: Memo<UserQuery>,
    selection: Selection,
    /// Called when something was done to somebody.
    on_done: Callback<()>,
) -> impl IntoView {
    let policy = use_reader().policy();
    let toasts = Toasts::get();
    let count = selection.len();
    let asked = RwSignal::new(None::<Ask>);
    let fetching = RwSignal::new(false);
    let offered = Memo::new(move |_| {
        let mut offered: Vec<Ask> = selection.chosen.with(|chosen| {
            policy
                .with(|policy| actions(policy, chosen))
                .into_iter()
                .map(Ask::Action)
                .collect()
        });
        offered.push(Ask::Roles);
        offered.extend(policy.with(|policy| policy.has_sites()).then_some(Ask::Sites));
        offered
    });
    let press = move |ask: Ask| {
        fetching.set(true);
        spawn_local(async move {
            let there = fetch_dialog().await.is_ok();
            let _ = fetching.try_set(false);
            if there {
                let _ = asked.try_set(Some(ask));
            } else {
                toasts.warn(|| tell!(bulk::not_loaded));
            }
        });
    };
    let button = move |ask: Ask| {
        let (named, pressed) = (ask.clone(), ask);
        view! {
            <Button
                label=Signal::derive(move || policy.with(|policy| named.label(policy)))
                busy=fetching
                on_press=Callback::new(move |()| press(pressed.clone()))
            />
        }
    };
    // All rows that were loaded are selected, and there are more.
    let everyone = Memo::new(move |_| {
        let all = list.len().get();
        let or_more = list
            .counts()
            .with(|counts| query.with(|query| counts.may_have_more(query.tab)));
        let known = list.known_len();
        let offers = !selection.is_matching()
            && known > 0
            && (count.get() == known || count.get() >= MANY)
            && (all > count.get() || or_more);
        offers.then_some((all, or_more))
    });
    let select_all = Callback::new(move |()| {
        if let Some((all, or_more)) = everyone.get_untracked() {
            selection.set_matching(query.get_untracked(), all, or_more);
        }
    });
    let all_label = Signal::derive(move || match everyone.get() {
        Some((all, false)) => tell!(bulk::select_all, count = all),
        _ => tell!(bulk::select_all_more),
    });
    let selected = move || {
        let count = count.get();
        if selection.may_be_more() {
            tell!(bulk::selected_more, count = count)
        } else {
            tell!(bulk::selected, count = count)
        }
    };
    let dialog = move || {
        let ask = asked.get()?;
        let made = make_dialog(Asked {
            ask,
            whom: selection.whom(),
            selection,
            asked,
            on_done,
        });
        made.now_or_never()?.ok()
    };
    view! {
        <Show when=move || { count.get() > 0 }>
            <div class="selection-bar" role="region" aria-label=text!(bulk::selected_people)>
                <span class="selection-bar__count" role="status">{selected}</span>
                <Show when=move || everyone.with(Option::is_some)>
                    <button type="button" class="link" on:click=move |_| select_all.run(())>
                        {all_label}
                    </button>
                </Show>
                {move || offered.get().into_iter().map(button).collect_view()}
                <Button
                    label=text!(bulk::clear)
                    kind=ButtonKind::Quiet
                    on_press=Callback::new(move |()| selection.clear())
                />
            </div>
        </Show>
        {dialog}
    }
    .into_any()
}
