//! Several people at once: who is selected, and what can be done with them. What it would mean, and doing it, is in
//! `dialog`, whose code comes when it is first asked for.

mod choose;
mod dialog;
mod outcome;
mod review;
mod selection;
mod work;

use futures_util::FutureExt;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos::{ev, html, prelude::*};
use shared::bulk::{self, BulkAction, BulkSelection};
use shared::policy::Policy;
use shared::wire::UserQuery;

use self::dialog::BulkDialog;
pub(super) use self::selection::Selection;
use super::list::UserList;
use crate::navigation::use_navigation;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Icon, IconView, Menu, MenuItem, Toasts};
use crate::words::{tell, text};

/// Whoever has selected so many may well mean everyone, although more rows have come since.
const MANY: usize = 100;

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
        let mut offered: Vec<Ask> = selection.with(|chosen| {
            policy
                .with(|policy| bulk::offered(policy, |tab| chosen.is_some_in(tab)))
                .into_iter()
                .map(Ask::Action)
                .collect()
        });
        offered.push(Ask::Roles);
        offered.extend(policy.with(|policy| policy.works_at_sites()).then_some(Ask::Sites));
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
    // All rows that were loaded are selected, and there are more; in the mode of a narrow list, whenever somebody is left.
    let everyone = Memo::new(move |_| {
        let all = list.len().get();
        let or_more = list
            .counts()
            .with(|counts| query.with(|query| counts.may_have_more(query.tab)));
        let known = list.known_len();
        let wants_all = selection.is_mode() || count.get() == known || count.get() >= MANY;
        let offers = !selection.is_matching() && known > 0 && wants_all && (all > count.get() || or_more);
        offers.then_some((all, or_more))
    });
    let select_all = Callback::new(move |()| {
        let Some((all, or_more)) = everyone.get_untracked() else {
            return;
        };
        let known = untrack(|| list.known());
        if known.len() == all && !or_more {
            selection.set(known);
        } else {
            selection.set_matching(query.get_untracked(), all, or_more);
        }
    });
    let all_label = Signal::derive(move || match everyone.get() {
        Some((all, false)) => tell!(bulk::select_all, count = all),
        _ => tell!(bulk::select_all_more),
    });
    let selected = move || {
        let count = count.get();
        if count == 0 {
            tell!(bulk::select_first)
        } else if selection.may_be_more() {
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
    let bar = NodeRef::<html::Div>::new();
    let owns_window = use_navigation().owns_window();
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() != "Escape" || !selection.is_mode_untracked() {
            return;
        }
        let root = || bar.try_get_untracked()??.closest(".lanyard").ok()?;
        let is = |what: &web_sys::Element, state: &str| what.matches(state).unwrap_or_default();
        let Some(root) = root() else { return };
        let over = root.query_selector("dialog[open], :popover-open").ok().flatten();
        // The keys of the page around a widget are its own.
        if over.is_none() && (owns_window || is(&root, ":focus-within")) {
            selection.leave();
        }
    });
    on_cleanup(move || escape.remove());
    let items = Signal::derive(move || {
        let offered = offered.get().into_iter().enumerate();
        let item = |(at, ask): (usize, Ask)| {
            let item = MenuItem::new(at.to_string(), policy.with(|policy| ask.label(policy)));
            if ask.is_danger() { item.danger() } else { item }
        };
        offered.map(item).collect::<Vec<_>>()
    });
    let choose = Callback::new(move |id: String| {
        let ask = id
            .parse()
            .ok()
            .and_then(|at: usize| offered.with_untracked(|offered| offered.get(at).cloned()));
        if let Some(ask) = ask {
            press(ask);
        }
    });
    let leave = Signal::derive(move || {
        if selection.is_mode() {
            tell!(bulk::done)
        } else {
            tell!(bulk::clear)
        }
    });
    let is_shown = Memo::new(move |_| selection.is_mode() || count.get() > 0);
    let is_empty = Memo::new(move |_| count.get() == 0);
    view! {
        <Show when=move || is_shown.get()>
            <div
                class="selection-bar"
                class:is-empty=is_empty
                role="region"
                aria-label=text!(bulk::selected_people)
                node_ref=bar
            >
                <span class="selection-bar__count" role="status">{selected}</span>
                <Show when=move || everyone.with(Option::is_some)>
                    <button type="button" class="link" on:click=move |_| select_all.run(())>
                        {all_label}
                    </button>
                </Show>
                <div class="selection-bar__actions">
                    {move || offered.get().into_iter().map(button).collect_view()}
                </div>
                // Where they would fill half of the screen, they are behind one button.
                <Show when=move || !is_empty.get()>
                    <div class="selection-bar__menu narrow-only">
                        <Menu
                            label=text!(bulk::actions)
                            items=items
                            on_choose=choose
                            face=ViewFn::from(|| {
                                view! {
                                    <span class="button__label">{text!(bulk::actions)}</span>
                                    <IconView icon=Icon::ChevronDown />
                                }
                            })
                        />
                    </div>
                </Show>
                <Button label=leave kind=ButtonKind::Quiet on_press=Callback::new(move |()| selection.leave()) />
            </div>
        </Show>
        {dialog}
    }
    .into_any()
}
