//! Carrying a plan out: every row in one transaction, so that nothing is half done whatever happens on the way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use shared::import::{ImportState, Progress};
use uuid::Uuid;

/// Imports that this process is carrying out now. It is for looking at only: what counts is in the database.
static RUNNING: LazyLock<Mutex<HashMap<Uuid, Arc<Counter>>>> = LazyLock::new(Mutex::default);

/// How far an import is.
#[derive(Debug, Default)]
pub(super) struct Counter {
    done: AtomicU32,
    total: AtomicU32,
}

impl Counter {
    pub(super) fn set_total(&self, total: usize) {
        self.total
            .store(u32::try_from(total).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    pub(super) fn one_more(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// Keeps an import among the running ones as long as it lives.
pub(super) struct Running {
    import: Uuid,
    pub(super) counter: Arc<Counter>,
}

impl Running {
    /// `None` when this process is at it already.
    pub(super) fn begin(import: Uuid) -> Option<Self> {
        let counter = Arc::new(Counter::default());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(&import) {
            return None;
        }
        running.insert(import, Arc::clone(&counter));
        Some(Self { import, counter })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.import);
    }
}

/// How far an import is that this process is carrying out now.
pub(super) fn progress(import: Uuid) -> Option<Progress> {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.get(&import).map(|counter| Progress {
        state: ImportState::Running,
        done: counter.done.load(Ordering::Relaxed),
        total: counter.total.load(Ordering::Relaxed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_import_tells_how_far_it_is_and_ends_with_its_guard() {
        let import = Uuid::from_u128(0x1ee7);
        let running = Running::begin(import).unwrap();
        assert!(Running::begin(import).is_none(), "once at a time");
        running.counter.set_total(2);
        running.counter.one_more();
        assert_eq!(
            progress(import),
            Some(Progress {
                state: ImportState::Running,
                done: 1,
                total: 2
            })
        );
        drop(running);
        assert_eq!(progress(import), None);
        assert!(Running::begin(import).is_some());
    }
}
