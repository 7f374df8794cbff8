//! One action for many people. What it means for each of them is decided in `shared::bulk`; it is carried out by the one
//! write path, person by person, each in a transaction of their own together with the note that they are done. Whenever
//! the server stops, whole people are done and the job knows which.

mod plan;
mod result;
mod run;
mod store;

use shared::bulk::{BulkAsk, BulkDone, BulkJob, BulkPeople, BulkPlan, BulkResult, BulkRun, BulkState};
use shared::effective;
use shared::ids::UserId;
use shared::text::Words;
use shared::verdict::{Confirmation, Verdict};
use uuid::Uuid;

use crate::facts::{Asker, FactsError};
use crate::queries::QueryError;
use crate::store::{Conn, Db, StoreError, codec};
use crate::{clock, edits};

pub use plan::PEOPLE_AT_MOST;

use plan::{Item, Seen};

/// Why an action is not planned or not carried out.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// More people than one action may be about (422).
    #[error("{0} people are too many for one action")]
    TooMany(u32),
    /// What would be done is not what was seen (409).
    #[error("the plan has changed since it was seen")]
    Changed,
    /// The idempotency key was used for another action (409).
    #[error("the idempotency key was used for another action")]
    KeyUsed,
    /// Something must be confirmed first (422).
    #[error("something must be confirmed")]
    Unconfirmed(Vec<Confirmation>),
    /// What it does for one of them asks for a recent proof of who one is (403).
    #[error("a recent proof of who asks is needed")]
    ProofNeeded,
    /// None of this id, or somebody else's (404).
    #[error("there is no such action")]
    NotThere,
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl From<StoreError> for BulkError {
    fn from(error: StoreError) -> Self {
        Self::Query(error.into())
    }
}

impl From<diesel::result::Error> for BulkError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Query(error.into())
    }
}

impl From<FactsError> for BulkError {
    fn from(error: FactsError) -> Self {
        Self::Query(error.into())
    }
}

/// What an action would come to. Nothing is changed.
///
/// # Errors
/// [`BulkError::TooMany`], [`BulkError::Query`].
pub fn plan(conn: &mut Conn, asker: &Asker, ask: &BulkAsk) -> Result<BulkPlan, BulkError> {
    let mut seen = Seen::page(ask.offset, ask.limit);
    plan::each(conn, asker, &ask.action, &ask.selection, clock::now(), |person| {
        seen.add(person)
    })?;
    Ok(seen.plan())
}

/// Carries a plan out that was seen, and gives the job that does so. Asked again with the same key, it gives the same job,
/// and goes on with it where it was stopped.
///
/// # Errors
/// Every [`BulkError`]; nothing is changed then.
pub async fn begin(db: &Db, asker: Asker, asked: BulkRun) -> Result<BulkJob, BulkError> {
    let request_hash = codec::sha256(codec::json(&(&asked.action, &asked.selection, asked.confirmed))?.as_bytes());
    let (who, key) = (asker.clone(), asked.idempotency_key);
    let known = db
        .read(move |conn| -> Result<_, BulkError> { Ok(store::by_key(conn, &who, key)?) })
        .await?;
    let id = match known {
        Some((_, hash)) if hash != request_hash => return Err(BulkError::KeyUsed),
        Some((id, _)) => id,
        None => {
            let who = asker.clone();
            let (action, items) = db
                .read(move |conn| -> Result<_, BulkError> {
                    let items = judged(conn, &who, &asked)?;
                    Ok((asked.action, items))
                })
                .await?;
            let who = asker.clone();
            let kept = db
                .write(move |conn| -> Result<_, BulkError> {
                    Ok(store::insert(
                        conn,
                        &who,
                        key,
                        &request_hash,
                        &action,
                        &items,
                        clock::now(),
                    )?)
                })
                .await;
            match kept {
                // The same request came twice at the same moment, and the other one was first.
                Err(BulkError::Query(QueryError::Store(error))) if error.is_taken() => {
                    let who = asker.clone();
                    let first = db
                        .read(move |conn| -> Result<_, BulkError> { Ok(store::by_key(conn, &who, key)?) })
                        .await?;
                    first.map(|(id, _)| id).ok_or(BulkError::NotThere)?
                }
                kept => kept?,
            }
        }
    };
    // The proof was asked for when it began; how long it takes is not the person's affair.
    let begun_by = Asker {
        authenticated: None,
        ..asker.clone()
    };
    run::go_on(db, &begun_by, id);
    let who = asker.clone();
    db.read(move |conn| job(conn, &who, id)).await
}

/// The plan as it is now, if it is the one that was seen and everything is confirmed.
fn judged(conn: &mut Conn, asker: &Asker, asked: &BulkRun) -> Result<Vec<Item>, BulkError> {
    let mut seen = Seen::page(0, Some(0));
    let mut items = Vec::new();
    plan::each(conn, asker, &asked.action, &asked.selection, clock::now(), |person| {
        items.push(Item::of(&person));
        seen.add(person)
    })?;
    let plan = seen.plan();
    if plan.fingerprint != asked.fingerprint {
        return Err(BulkError::Changed);
    }
    if plan.counts.needs_confirmation > 0 && !asked.confirmed {
        let wanted = plan.groups.into_iter().filter_map(|group| match group.why {
            shared::bulk::BulkWhy::Confirm(wanted) => Some(wanted),
            shared::bulk::BulkWhy::Refused(_) => None,
        });
        return Err(BulkError::Unconfirmed(wanted.collect()));
    }
    let edits = items.iter().filter_map(|item| item.edit.as_ref());
    if !edits::is_proof_recent(conn, asker, edits, clock::now())? {
        return Err(BulkError::ProofNeeded);
    }
    Ok(items)
}

/// How far an action is, for the one who asked for it.
///
/// # Errors
/// [`BulkError::NotThere`].
pub fn job(conn: &mut Conn, asker: &Asker, id: Uuid) -> Result<BulkJob, BulkError> {
    let stored = store::load(conn, asker, id)?.ok_or(BulkError::NotThere)?;
    let tally = store::tally(conn, id)?;
    let done = tally.changed + tally.nothing + tally.refused + tally.changed_meanwhile;
    let state = if tally.waiting == 0 {
        BulkState::Done
    } else if run::is_moving(id, stored.stepped_at, clock::now()) {
        BulkState::Running
    } else {
        BulkState::Stopped
    };
    Ok(BulkJob {
        id,
        action: stored.action,
        state,
        total: done + tally.waiting,
        done,
        tally,
        asked_at: stored.asked_at,
    })
}

/// One page of what came of an action, in the order of the plan.
///
/// # Errors
/// [`BulkError::NotThere`].
pub fn people(
    conn: &mut Conn,
    asker: &Asker,
    id: Uuid,
    after: Option<u32>,
    limit: Option<u32>,
) -> Result<BulkPeople, BulkError> {
    store::load(conn, asker, id)?.ok_or(BulkError::NotThere)?;
    let limit = limit.unwrap_or(100).clamp(1, 1_000);
    let mut rows = store::people(conn, id, after, limit + 1)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|(position, _)| *position);
    let mut people: Vec<BulkResult> = rows.into_iter().map(|(_, person)| person).collect();
    mark_reaching_nothing(conn, asker, &mut people)?;
    Ok(BulkPeople { people, next })
}

/// Whoever was changed and has no access now is somebody to look after (T6).
fn mark_reaching_nothing(conn: &mut Conn, asker: &Asker, people: &mut [BulkResult]) -> Result<(), BulkError> {
    let changed = people.iter().filter(|person| person.done == BulkDone::Changed);
    let ids: Vec<UserId> = changed.map(|person| person.user).collect();
    let now = crate::store::load_users(conn, &ids)?;
    for record in now.iter().filter(|record| record.organisation == asker.organisation) {
        if let Some(person) = people.iter_mut().find(|person| person.user == record.user.id) {
            person.reaches_nothing = effective::reaches_nothing(record.user.status, &record.user.assignments);
        }
    }
    Ok(())
}

/// What came of an action for everyone, as a file for spreadsheet programs.
///
/// # Errors
/// [`BulkError::NotThere`].
pub fn result_file(conn: &mut Conn, asker: &Asker, id: Uuid, words: &Words) -> Result<Vec<u8>, BulkError> {
    store::load(conn, asker, id)?.ok_or(BulkError::NotThere)?;
    let people = store::people(conn, id, None, PEOPLE_AT_MOST)?;
    let mut facts = crate::facts::for_client(conn, asker, None, clock::now())?;
    facts.policy = facts.policy.spoken(words).into();
    let results = people.into_iter().map(|(_, person)| person);
    Ok(result::csv(results, &facts, words).map_err(|error| StoreError::Corrupt(error.to_string()))?)
}

/// A refusal that names what must be confirmed.
pub(crate) fn unconfirmed(confirmations: Vec<Confirmation>) -> Verdict {
    Verdict {
        confirmations,
        ..Verdict::default()
    }
}
