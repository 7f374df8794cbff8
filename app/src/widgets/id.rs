use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// An id for `for`, `aria-describedby` and the like. Nothing may rely on its value: a host's page can have several of
/// everything, so no id is fixed.
pub(crate) fn unique_id(what: &str) -> String {
    format!("ly-{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
