//! Carrying a plan out, person by person.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use shared::bulk::BulkDone;
use shared::ids::Timestamp;
use shared::wire::Proposal;
use uuid::Uuid;

use super::store;
use crate::edits::{self, Context, EditError};
use crate::facts::Asker;
use crate::store::{Conn, Db, lock_organisation};

/// Jobs that this process is at. What counts is in the database; this keeps one process from doing a job twice at once.
static RUNNING: LazyLock<Mutex<BTreeSet<Uuid>>> = LazyLock::new(Mutex::default);

/// So long after its last step a job may still be under way in another process.
const STILL_MOVING: i64 = 15_000;

/// How often a person is tried whom another transaction got in the way of.
const ATTEMPTS: usize = 3;

/// Keeps a job among the running ones as long as it lives.
struct Running(Uuid);

impl Running {
    fn begin(job: Uuid) -> Option<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        // Made only where it is new: a guard that is dropped again would wait for this very lock.
        running.insert(job).then(|| Self(job))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// Whether somebody is at the job.
pub(super) fn is_moving(job: Uuid, stepped_at: Timestamp, now: Timestamp) -> bool {
    let here = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).contains(&job);
    here || now.0.saturating_sub(stepped_at.0) < STILL_MOVING
}

/// Goes on with a job in the background until everyone is done, unless this process is at it already.
pub(super) fn go_on(db: &Db, asker: &Asker, job: Uuid) {
    let Some(running) = Running::begin(job) else { return };
    let (db, asker) = (db.clone(), asker.clone());
    tokio::spawn(async move {
        let _running = running;
        let mut failed = 0;
        loop {
            let asker = asker.clone();
            match db.write(move |conn| step(conn, &asker, job)).await {
                Ok(Step::Done) => break,
                Ok(Step::OneMore) => failed = 0,
                Err(EditError::Store(error)) if failed < ATTEMPTS && error.is_worth_retrying() => failed += 1,
                Err(error) => {
                    // Whole people are done. The same request goes on with the others.
                    tracing::error!(%job, %error, "an action for many people was stopped");
                    break;
                }
            }
        }
    });
}

enum Step {
    OneMore,
    Done,
}

/// The next person: their edit and the note that they are done are one transaction.
fn step(conn: &mut Conn, asker: &Asker, job: Uuid) -> Result<Step, EditError> {
    // Another process that goes on with the same job waits here, and then finds this person done.
    lock_organisation(conn, asker.organisation)?;
    let Some(turn) = store::next(conn, job)? else {
        return Ok(Step::Done);
    };
    let context = Context::now(asker.clone());
    let proposal = Proposal {
        edit: turn.edit,
        seen_revision: Some(turn.seen_revision),
        confirmations: turn.confirmations,
        idempotency_key: key(job, turn.position),
    };
    let (done, refusals, sequence) = match edits::propose_in(conn, &context, &proposal) {
        Ok(accepted) if accepted.verdict.changes.is_empty() => (BulkDone::Nothing, Vec::new(), None),
        Ok(accepted) => (BulkDone::Changed, Vec::new(), accepted.audit_sequence),
        // What must be confirmed now is not what was.
        Err(EditError::Refused(verdict)) if verdict.refusals.is_empty() => {
            (BulkDone::ChangedMeanwhile, Vec::new(), None)
        }
        Err(EditError::Refused(verdict)) => (BulkDone::Refused, verdict.refusals, None),
        Err(EditError::ChangedMeanwhile { .. }) => (BulkDone::ChangedMeanwhile, Vec::new(), None),
        Err(error) => return Err(error),
    };
    store::note(conn, job, turn.position, done, &refusals, sequence, context.now)?;
    Ok(Step::OneMore)
}

/// The idempotency key of one person's edit: always the same for this job and person (a version 8 UUID, RFC 9562 §5.8).
fn key(job: Uuid, position: i32) -> Uuid {
    let mut bytes = *job.as_bytes();
    for (byte, more) in bytes.iter_mut().rev().zip(position.to_le_bytes()) {
        *byte ^= more;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_runs_once_at_a_time_and_moves_while_it_does() {
        let job = Uuid::from_u128(0xb01c);
        let (long_ago, now) = (Timestamp(0), Timestamp(1_000_000));
        let running = Running::begin(job).unwrap();
        assert!(Running::begin(job).is_none());
        assert!(is_moving(job, long_ago, now));
        drop(running);
        assert!(!is_moving(job, long_ago, now), "nobody is at it");
        assert!(is_moving(job, now, now), "another process may be at it");
    }

    #[test]
    fn everyone_has_a_key_of_their_own() {
        let job = Uuid::now_v7();
        let keys: BTreeSet<Uuid> = (0..1_000).map(|position| key(job, position)).collect();
        assert_eq!(keys.len(), 1_000);
        assert_eq!(key(job, 7), key(job, 7));
    }
}
