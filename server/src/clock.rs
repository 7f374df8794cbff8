//! The one clock of the server.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use shared::ids::Timestamp;

/// The present moment.
pub fn now() -> Timestamp {
    match STOPPED_AT.load(Ordering::Relaxed) {
        RUNNING => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        }
        at => Timestamp(at),
    }
}

const RUNNING: i64 = i64::MIN;
static STOPPED_AT: AtomicI64 = AtomicI64::new(RUNNING);

/// Stops the clock of this process at a moment, so that recorded answers can be compared byte by byte. For tests only;
/// no setting and no request leads here.
#[doc(hidden)]
pub fn stop_at(moment: Timestamp) {
    STOPPED_AT.store(moment.0, Ordering::Relaxed);
}
