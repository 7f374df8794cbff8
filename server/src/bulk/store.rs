//! The tables of actions for many people.

use diesel::dsl::count_star;
use diesel::prelude::*;
use shared::bulk::{BulkAction, BulkDone, BulkResult, BulkTally};
use shared::edit::Edit;
use shared::ids::{Revision, Timestamp, UserId};
use shared::verdict::{Confirmation, Refusal};
use uuid::Uuid;

use super::plan::Item;
use crate::facts::Asker;
use crate::store::{Conn, StoreError, codec, number};

diesel::table! {
    bulk_jobs (id) {
        id -> Text,
        organisation_id -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
        request_key -> Text,
        request_hash -> Text,
        action_json -> Text,
        stepped_at -> BigInt,
    }
}

diesel::table! {
    bulk_people (job_id, position) {
        job_id -> Text,
        position -> Integer,
        user_id -> Text,
        name -> Text,
        login_email -> Text,
        edit_json -> Nullable<Text>,
        seen_revision -> BigInt,
        confirmations_json -> Text,
        done -> Text,
        refusals_json -> Text,
        audit_sequence -> Nullable<BigInt>,
    }
}

use bulk_jobs as j;
use bulk_people as p;

/// A job without its people.
pub(super) struct Stored {
    pub(super) action: BulkAction,
    pub(super) asked_at: Timestamp,
    pub(super) stepped_at: Timestamp,
}

/// Whose turn it is.
pub(super) struct Turn {
    pub(super) position: i32,
    pub(super) edit: Edit,
    pub(super) seen_revision: Revision,
    pub(super) confirmations: Vec<Confirmation>,
}

/// Results are people's data: they are kept for so many days.
const KEPT_DAYS: u32 = 30;

/// The job that this request is, with the hash of what it asked.
pub(super) fn by_key(conn: &mut Conn, asker: &Asker, key: Uuid) -> Result<Option<(Uuid, String)>, StoreError> {
    let found: Option<(String, String)> = j::table
        .filter(j::organisation_id.eq(asker.organisation.to_string()))
        .filter(j::asked_by.eq(asker.user.to_string()))
        .filter(j::request_key.eq(key.to_string()))
        .select((j::id, j::request_hash))
        .first(conn)
        .optional()?;
    found.map(|(id, hash)| Ok((codec::uuid(&id)?, hash))).transpose()
}

/// Keeps what is to be done for everyone.
pub(super) fn insert(
    conn: &mut Conn,
    asker: &Asker,
    key: Uuid,
    request_hash: &str,
    action: &BulkAction,
    items: &[Item],
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let old = Timestamp(now.0.saturating_sub(Timestamp(0).plus_days(KEPT_DAYS).0));
    diesel::delete(
        j::table
            .filter(j::organisation_id.eq(asker.organisation.to_string()))
            .filter(j::asked_at.lt(old.0)),
    )
    .execute(conn)?;
    let id = Uuid::now_v7();
    diesel::insert_into(j::table)
        .values((
            j::id.eq(id.to_string()),
            j::organisation_id.eq(asker.organisation.to_string()),
            j::asked_by.eq(asker.user.to_string()),
            j::asked_at.eq(now.0),
            j::request_key.eq(key.to_string()),
            j::request_hash.eq(request_hash),
            j::action_json.eq(codec::json(action)?),
            j::stepped_at.eq(now.0),
        ))
        .execute(conn)?;
    for (position, item) in (0_i32..).zip(items) {
        diesel::insert_into(p::table)
            .values((
                p::job_id.eq(id.to_string()),
                p::position.eq(position),
                p::user_id.eq(item.user.to_string()),
                p::name.eq(&item.name),
                p::login_email.eq(&item.login_email),
                p::edit_json.eq(item.edit.as_ref().map(codec::json).transpose()?),
                p::seen_revision.eq(i64::try_from(item.seen_revision.0).unwrap_or(i64::MAX)),
                p::confirmations_json.eq(codec::json(&item.confirmations)?),
                p::done.eq(codec::name(&item.done)?),
                p::refusals_json.eq(codec::json(&item.refusals)?),
            ))
            .execute(conn)?;
    }
    Ok(id)
}

/// The job of this id, if the asker asked for it.
pub(super) fn load(conn: &mut Conn, asker: &Asker, id: Uuid) -> Result<Option<Stored>, StoreError> {
    let found: Option<(String, i64, i64)> = j::table
        .find(id.to_string())
        .filter(j::organisation_id.eq(asker.organisation.to_string()))
        .filter(j::asked_by.eq(asker.user.to_string()))
        .select((j::action_json, j::asked_at, j::stepped_at))
        .first(conn)
        .optional()?;
    found
        .map(|(action, asked_at, stepped_at)| {
            Ok(Stored {
                action: codec::from_json(&action)?,
                asked_at: Timestamp(asked_at),
                stepped_at: Timestamp(stepped_at),
            })
        })
        .transpose()
}

pub(super) fn tally(conn: &mut Conn, id: Uuid) -> Result<BulkTally, StoreError> {
    let counts: Vec<(String, i64)> = p::table
        .filter(p::job_id.eq(id.to_string()))
        .group_by(p::done)
        .select((p::done, count_star()))
        .load(conn)?;
    let mut tally = BulkTally::default();
    for (done, people) in counts {
        let count = match codec::from_name::<BulkDone>(&done)? {
            BulkDone::Waiting => &mut tally.waiting,
            BulkDone::Changed => &mut tally.changed,
            BulkDone::Nothing => &mut tally.nothing,
            BulkDone::Refused => &mut tally.refused,
            BulkDone::ChangedMeanwhile => &mut tally.changed_meanwhile,
        };
        *count = number(people);
    }
    Ok(tally)
}

/// Results in the order of the plan, with their positions.
pub(super) fn people(
    conn: &mut Conn,
    id: Uuid,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<(u32, BulkResult)>, StoreError> {
    type Row = (i32, String, String, String, String, String, Option<i64>);
    let after = after.map_or(-1, |after| i32::try_from(after).unwrap_or(i32::MAX));
    let rows: Vec<Row> = p::table
        .filter(p::job_id.eq(id.to_string()))
        .filter(p::position.gt(after))
        .order(p::position)
        .limit(i64::from(limit))
        .select((
            p::position,
            p::user_id,
            p::name,
            p::login_email,
            p::done,
            p::refusals_json,
            p::audit_sequence,
        ))
        .load(conn)?;
    let mut people = Vec::with_capacity(rows.len());
    for (position, user, name, login_email, done, refusals, sequence) in rows {
        let result = BulkResult {
            user: UserId(codec::uuid(&user)?),
            name,
            login_email,
            done: codec::from_name(&done)?,
            refusals: codec::from_json(&refusals)?,
            reaches_nothing: false,
            audit_sequence: sequence.and_then(|sequence| u64::try_from(sequence).ok()),
        };
        people.push((u32::try_from(position).unwrap_or_default(), result));
    }
    Ok(people)
}

/// The next one who waits.
pub(super) fn next(conn: &mut Conn, id: Uuid) -> Result<Option<Turn>, StoreError> {
    let found: Option<(i32, Option<String>, i64, String)> = p::table
        .filter(p::job_id.eq(id.to_string()))
        .filter(p::done.eq(codec::name(&BulkDone::Waiting)?))
        .order(p::position)
        .select((p::position, p::edit_json, p::seen_revision, p::confirmations_json))
        .first(conn)
        .optional()?;
    let Some((position, edit, revision, confirmations)) = found else {
        return Ok(None);
    };
    let edit = edit.ok_or_else(|| StoreError::Corrupt("someone waits for no edit".to_owned()))?;
    Ok(Some(Turn {
        position,
        edit: codec::from_json(&edit)?,
        seen_revision: Revision(u64::try_from(revision).unwrap_or_default()),
        confirmations: codec::from_json(&confirmations)?,
    }))
}

/// Notes what came of it for one person.
pub(super) fn note(
    conn: &mut Conn,
    id: Uuid,
    position: i32,
    done: BulkDone,
    refusals: &[Refusal],
    sequence: Option<u64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = id.to_string();
    diesel::update(p::table.find((&key, position)))
        .set((
            p::done.eq(codec::name(&done)?),
            p::refusals_json.eq(codec::json(&refusals)?),
            p::audit_sequence.eq(sequence.and_then(|sequence| i64::try_from(sequence).ok())),
        ))
        .execute(conn)?;
    diesel::update(j::table.find(&key))
        .set(j::stepped_at.eq(now.0))
        .execute(conn)?;
    Ok(())
}
