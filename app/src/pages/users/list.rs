//! The rows of the list: loaded page by page as they come into sight, kept until a newer answer is there.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{TabCounts, Topic, UserPage, UserQuery, UserRow};

use crate::api::{Api, ApiError, sleep, use_api};
use crate::live;
use crate::widgets::Grip;

/// Rows of the first page: more than any screen shows.
const FIRST: u32 = 100;
/// Rows of the pages after it.
const MORE: u32 = 500;
/// So many rows before the last known one the next page is asked for.
const AHEAD: usize = 100;
/// So long after the line broke it is tried again.
const AGAIN: Duration = Duration::from_secs(3);
/// Changes that come this close together are read at once.
const GATHER: Duration = Duration::from_millis(120);

/// The rows that are known, and the way to more.
#[derive(Clone, Copy)]
pub(super) struct UserList {
    api: StoredValue<Api>,
    rows: RwSignal<Vec<Arc<UserRow>>>,
    next: RwSignal<Option<String>>,
    counts: RwSignal<TabCounts>,
    /// The query that the rows answer; nothing before the first answer.
    answered: RwSignal<Option<UserQuery>>,
    error: RwSignal<Option<ApiError>>,
    loading: RwSignal<bool>,
    running: StoredValue<Option<AbortHandle>>,
    /// The last row that was in sight.
    wanted: StoredValue<usize>,
    /// Counts what was heard of changes elsewhere; and whether they are being read.
    heard: StoredValue<u32>,
    refreshing: StoredValue<bool>,
    grip: StoredValue<Grip>,
}

impl UserList {
    pub(super) fn new() -> Self {
        let list = Self {
            api: StoredValue::new(use_api()),
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            counts: RwSignal::new(TabCounts::default()),
            answered: RwSignal::new(None),
            error: RwSignal::new(None),
            loading: RwSignal::new(false),
            running: StoredValue::new(None),
            wanted: StoredValue::new(0),
            heard: StoredValue::new(0),
            refreshing: StoredValue::new(false),
            grip: StoredValue::new(Grip::new()),
        };
        on_cleanup(move || list.stop());
        live::hear(&list.api.get_value(), move |change| {
            if change.touches(Topic::People) {
                list.refresh();
            }
        });
        list
    }

    /// Asks for the rows of a query; an older question that is still open is taken back.
    pub(super) fn ask(self, query: UserQuery) {
        self.wanted.set_value(0);
        self.load(query, None);
    }

    /// Asks for the same rows anew: something has changed them.
    pub(super) fn ask_again(self) {
        if let Some(query) = self.answered.get_untracked() {
            self.load(query, None);
        }
    }

    /// Rows up to here are in sight: more are loaded before they are needed.
    pub(super) fn reach(self, until: usize) {
        self.wanted.set_value(until);
        self.load_more();
    }

    fn load_more(self) {
        let known = self.rows.with_untracked(Vec::len);
        let wanted = self.wanted.get_value();
        if self.loading.get_untracked() || wanted + AHEAD < known {
            return;
        }
        if let (Some(query), Some(after)) = (self.answered.get_untracked(), self.next.get_untracked()) {
            self.load(query, Some(after));
        }
    }

    fn load(self, query: UserQuery, after: Option<String>) {
        self.stop();
        self.loading.set(true);
        let api = self.api.get_value();
        let limit = Some(if after.is_some() { MORE } else { FIRST });
        let asked = UserQuery {
            after: after.clone(),
            limit,
            ..query.clone()
        };
        let (work, handle) = abortable(async move { api.users(&asked).await });
        self.running.set_value(Some(handle));
        spawn_local(async move {
            // Taken back: whoever did so asks for something else.
            let Ok(answer) = work.await else { return };
            if self.loading.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(page) => {
                    self.take(query, after.is_some(), page);
                    self.load_more();
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    fn take(self, query: UserQuery, goes_on: bool, page: UserPage) {
        let UserPage { rows, next, counts } = page;
        let more = rows.into_iter().map(Arc::new);
        if goes_on {
            self.rows.update(|known| known.extend(more));
        } else {
            self.rows.set(more.collect());
        }
        self.next.set(next);
        self.counts.set(counts);
        self.answered.set(Some(query));
        self.error.set(None);
    }

    /// The list on the screen, for what must not move under somebody's finger.
    pub(super) fn grip(self) -> Grip {
        self.grip.get_value()
    }

    /// Reads anew what is known, because something has changed elsewhere. Nothing on the screen goes away meanwhile, and
    /// what is in sight, selected, or being touched stays where it is.
    fn refresh(self) {
        let heard = self.heard.get_value().wrapping_add(1);
        self.heard.set_value(heard);
        if self.refreshing.get_value() {
            return;
        }
        self.refreshing.set_value(true);
        spawn_local(async move {
            while self.read_anew().await == Some(true) {}
            let _ = self.refreshing.try_update_value(|refreshing| *refreshing = false);
        });
    }

    /// Whether more was heard of meanwhile; nothing when the list is gone.
    async fn read_anew(self) -> Option<bool> {
        // Several at once are one.
        sleep(GATHER).await;
        let heard = self.heard.try_get_value()?;
        let query = self.answered.try_get_untracked()?;
        let Some(query) = query.filter(|_| !self.loading.get_untracked()) else {
            // The first rows, or rows of another question, are on their way.
            sleep(GATHER).await;
            return self.loading.try_get_untracked();
        };
        let api = self.api.try_get_value()?.by_itself();
        let known = self.rows.with_untracked(Vec::len);
        let wanted = known.min(self.wanted.get_value() + AHEAD).max(FIRST as usize);
        let (mut rows, mut after) = (Vec::new(), None);
        let page = loop {
            let more = u32::try_from(wanted.saturating_sub(rows.len())).unwrap_or(MORE);
            let asked = UserQuery {
                after,
                limit: Some(more.clamp(1, MORE)),
                ..query.clone()
            };
            let mut page = match api.users(&asked).await {
                Ok(page) => page,
                // What was heard of is not forgotten because the line breaks just then.
                Err(error) if error.is_passing() => {
                    sleep(AGAIN).await;
                    return Some(true);
                }
                Err(_) => return Some(false),
            };
            rows.extend(std::mem::take(&mut page.rows).into_iter().map(Arc::new));
            if page.next.is_none() || rows.len() >= wanted {
                break page;
            }
            after = page.next;
        };
        loop {
            if self.answered.try_get_untracked()?.as_ref() != Some(&query) || self.loading.get_untracked() {
                // Something else is shown by now.
                return Some(true);
            }
            let before = self.rows.get_untracked();
            let touched = self.grip.try_get_value()?.touched();
            let has_moved =
                |at: usize| before.get(at).map(|row| row.id) != rows.get(at).map(|row: &Arc<UserRow>| row.id);
            let moves = (0..before.len().min(rows.len())).any(has_moved);
            let disturbs =
                touched.is_held && moves || touched.row.is_some_and(|at| before.get(at) != rows.get(at) || moves);
            if !disturbs {
                if moves {
                    let place = |at: usize| {
                        let id = before.get(at)?.id;
                        rows.iter().position(|row| row.id == id)
                    };
                    self.grip.try_get_value()?.keep_place(place, before.len());
                }
                break;
            }
            // Whoever holds something is let go on; then the rows come.
            sleep(GATHER).await;
            if self.heard.try_get_value()? != heard {
                return Some(true);
            }
        }
        self.rows.set(rows);
        self.next.set(page.next);
        self.counts.set(page.counts);
        self.load_more();
        Some(self.heard.try_get_value()? != heard)
    }

    fn stop(self) {
        let _ = self.running.try_update_value(|running| {
            if let Some(handle) = running.take() {
                handle.abort();
            }
        });
    }

    pub(super) fn counts(self) -> Signal<TabCounts> {
        self.counts.into()
    }

    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        self.error.into()
    }

    /// Whether nothing has been answered yet.
    pub(super) fn is_first(self) -> bool {
        self.answered.with(Option::is_none)
    }

    /// Whether the rows are those of an older question.
    pub(super) fn is_behind(self, query: Memo<UserQuery>) -> Memo<bool> {
        Memo::new(move |_| {
            self.answered
                .with(|answered| query.with(|query| answered.as_ref() != Some(query)))
        })
    }

    /// How many rows there are, those not loaded yet included.
    pub(super) fn len(self) -> Memo<usize> {
        Memo::new(move |_| {
            let known = self.rows.with(Vec::len);
            let all = self.answered.with(|query| {
                let tab = query.as_ref().map(|query| query.tab).unwrap_or_default();
                usize::try_from(self.counts.with(|counts| counts.of(tab))).unwrap_or(usize::MAX)
            });
            if self.next.with(Option::is_some) {
                all.max(known)
            } else {
                known
            }
        })
    }

    pub(super) fn row(self, at: usize) -> Option<Arc<UserRow>> {
        self.rows.with(|rows| rows.get(at).cloned())
    }

    pub(super) fn known_len(self) -> usize {
        self.rows.with(Vec::len)
    }

    pub(super) fn known(self) -> Vec<Arc<UserRow>> {
        self.rows.get()
    }
}
