//! What can be done to people from their list. It is judged, so its code comes after the rows are there: the list asks
//! for it by callbacks and knows nothing of judgements.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{UserQuery, UserRow, UserTab};
use shared::{Facts, form};

use super::bulk::{BulkBar, Selection};
use super::list::UserList;
use crate::api::use_api;
use crate::pages::parts::{ActionDialog, Actions, action_chosen, action_items, called, facts_of_row};
use crate::session::{Reader, use_reader};
use crate::widgets::MenuItem;

/// The menu of one person, ready to be opened.
#[derive(Clone, Copy)]
pub(crate) struct RowMenu {
    pub(super) items: Signal<Vec<MenuItem>>,
    pub(super) choose: Callback<String>,
}

/// Between the list and what can be done from it.
#[derive(Clone, Copy)]
pub(crate) struct Doing {
    pub(super) selection: Selection,
    list: UserList,
    query: Memo<UserQuery>,
    /// Whether somebody has asked for it.
    wanted: RwSignal<bool>,
    menus: RwSignal<Option<Callback<Arc<UserRow>, RowMenu>>>,
    /// Whose account is to be ended, until the question about it is there (M13).
    removing: RwSignal<Option<Arc<UserRow>>>,
    /// How wide the column of roles is, in pixels.
    pub(super) room: RwSignal<f64>,
    /// Called when something was done to somebody.
    on_done: Callback<()>,
}

impl Doing {
    pub(super) fn new(list: UserList, query: Memo<UserQuery>, selection: Selection, on_done: Callback<()>) -> Self {
        Self {
            selection,
            list,
            query,
            wanted: RwSignal::new(false),
            menus: RwSignal::new(None),
            removing: RwSignal::new(None),
            room: RwSignal::new(0.0),
            on_done,
        }
    }

    /// Whether it has to be there: it was asked for, or people are selected.
    pub(super) fn is_wanted(self) -> Memo<bool> {
        let selected = self.selection.len();
        Memo::new(move |before: Option<&bool>| {
            before.copied().unwrap_or_default() || self.wanted.get() || self.selection.is_mode() || selected.get() > 0
        })
    }

    /// The list that is shown.
    pub(super) fn tab(self) -> UserTab {
        self.query.with(|query| query.tab)
    }

    /// Asks about ending an account, or taking an invitation back.
    pub(super) fn remove(self, row: &Arc<UserRow>) {
        self.wanted.set(true);
        self.removing.set(Some(Arc::clone(row)));
    }

    /// The menu of a row; nothing while its code is not there, which is what this asks for.
    pub(super) fn menu(self, row: &Arc<UserRow>) -> Option<RowMenu> {
        match self.menus.get() {
            Some(menus) => Some(menus.run(Arc::clone(row))),
            None => {
                self.wanted.set(true);
                None
            }
        }
    }
}

/// The dialogs and the bar of [`Doing`]; made where its code is.
#[component]
pub(crate) fn WhatToDo(doing: Doing) -> impl IntoView {
    let reader = use_reader();
    let actions = Actions::new();
    let owner = Owner::current();
    doing.menus.set(Some(Callback::new(move |row: Arc<UserRow>| {
        let menu = || menu_of(reader, actions, &row);
        match &owner {
            Some(owner) => owner.with(menu),
            None => menu(),
        }
    })));
    Effect::new(move |_| {
        let Some(row) = doing.removing.get() else { return };
        let removal = reader.policy().with_untracked(|policy| {
            let name = called(policy, &row.name, &row.login_email, row.status);
            policy.removal(row.id, row.status).map(|edit| (edit, name))
        });
        if let Some((edit, name)) = removal {
            actions.ask(edit, name);
        }
    });
    on_cleanup(move || {
        let _ = doing.menus.try_set(None);
    });
    let on_done = doing.on_done;
    view! {
        <BulkBar list=doing.list query=doing.query selection=doing.selection on_done=on_done />
        <ActionDialog actions on_done=Callback::new(move |_| on_done.run(())) />
    }
    .into_any()
}

/// Judged when the menu opens: at once from what the list knows, and where that does not tell, by the whole facts once
/// they are there (X5).
fn menu_of(reader: Reader, actions: Actions, row: &Arc<UserRow>) -> RowMenu {
    let (user, row) = (row.id, Arc::clone(row));
    let whole = RwSignal::new(None::<Arc<Facts>>);
    let api = StoredValue::new(use_api());
    let judged = {
        let row = Arc::clone(&row);
        move || {
            whole
                .get_untracked()
                .unwrap_or_else(|| Arc::new(facts_of_row(&reader.facts().get_untracked(), &row)))
        }
    };
    let chosen = judged.clone();
    let items = Signal::derive(move || {
        whole.track();
        let facts = judged();
        let knows = form::actions(&facts)
            .iter()
            .all(|(_, verdict)| verdict.undecided.is_empty());
        if !knows && whole.with_untracked(Option::is_none) {
            let api = api.get_value();
            spawn_local(async move {
                // Without an answer the dialog asks again.
                if let Ok(found) = api.user(user).await {
                    let _ = whole.try_set(Some(Arc::new(found.facts)));
                }
            });
        }
        action_items(&facts)
    });
    let choose = Callback::new(move |id: String| {
        let facts = chosen();
        let name = called(&facts.policy, &row.name, &row.login_email, row.status);
        if let Some(edit) = action_chosen(&facts, &id) {
            actions.ask(edit, name);
        }
    });
    RowMenu { items, choose }
}
