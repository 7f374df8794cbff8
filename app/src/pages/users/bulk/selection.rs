//! Who is selected. It is part of the list; what can be done with them comes later.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use shared::bulk::{BulkSelection, may_be_in};
use shared::ids::UserId;
use shared::wire::{UserQuery, UserRow, UserTab};

use crate::pages::users::Selected;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Chosen {
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
pub(crate) struct Selection {
    chosen: RwSignal<Chosen>,
    /// Where boxes beside everybody leave no room for names, people are selected in a mode of its own.
    mode: RwSignal<bool>,
}

impl Selection {
    pub(crate) fn new() -> Self {
        Self {
            chosen: RwSignal::new(Chosen::These(Selected::new())),
            mode: RwSignal::new(false),
        }
    }

    pub(crate) fn is_mode(self) -> bool {
        self.mode.get()
    }

    pub(super) fn is_mode_untracked(self) -> bool {
        self.mode.get_untracked()
    }

    pub(crate) fn enter(self) {
        self.mode.set(true);
    }

    /// Ends the mode, too.
    pub(crate) fn leave(self) {
        self.mode.set(false);
        self.clear();
    }

    pub(super) fn with<T>(self, read: impl FnOnce(&Chosen) -> T) -> T {
        self.chosen.with(read)
    }

    pub(crate) fn len(self) -> Memo<usize> {
        Memo::new(move |_| {
            self.chosen.with(|chosen| match chosen {
                Chosen::These(people) => people.len(),
                Chosen::Matching { total, except, .. } => total.saturating_sub(except.len()),
            })
        })
    }

    /// Whether everyone whom the list finds is selected, later pages included.
    pub(crate) fn is_matching(self) -> bool {
        self.chosen.with(|chosen| matches!(chosen, Chosen::Matching { .. }))
    }

    pub(super) fn may_be_more(self) -> bool {
        self.chosen
            .with(|chosen| matches!(chosen, Chosen::Matching { or_more: true, .. }))
    }

    pub(crate) fn has(self, user: UserId) -> bool {
        self.chosen.with(|chosen| match chosen {
            Chosen::These(people) => people.contains_key(&user),
            Chosen::Matching { except, .. } => !except.contains(&user),
        })
    }

    pub(crate) fn put(self, row: Arc<UserRow>, on: bool) {
        self.chosen.update(|chosen| match (chosen, on) {
            (Chosen::These(people), true) => drop(people.insert(row.id, row)),
            (Chosen::These(people), false) => drop(people.remove(&row.id)),
            (Chosen::Matching { except, .. }, true) => drop(except.remove(&row.id)),
            (Chosen::Matching { except, .. }, false) => drop(except.insert(row.id)),
        });
    }

    pub(crate) fn set(self, rows: Vec<Arc<UserRow>>) {
        let people = rows.into_iter().map(|row| (row.id, row)).collect();
        self.chosen.set(Chosen::These(people));
    }

    pub(crate) fn set_matching(self, query: UserQuery, total: usize, or_more: bool) {
        self.chosen.set(Chosen::Matching {
            query,
            total,
            or_more,
            except: BTreeSet::new(),
        });
    }

    pub(crate) fn clear(self) {
        if self.chosen.with_untracked(|chosen| !chosen.is_nobody()) {
            self.chosen.set(Chosen::These(Selected::new()));
        }
    }

    pub(super) fn whom(self) -> BulkSelection {
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
    pub(super) fn is_some_in(&self, tab: UserTab) -> bool {
        let is_in = |row: &Arc<UserRow>| tab.has(row.status, row.locked);
        match self {
            Self::These(people) => people.values().any(is_in),
            Self::Matching { query, .. } => may_be_in(query.tab, tab),
        }
    }
}
