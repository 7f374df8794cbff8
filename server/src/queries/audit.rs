//! Reading the audit record, with filters.

use diesel::dsl::exists;
use diesel::prelude::*;
use shared::access::{Holding, Place};
use shared::edit::Edit;
use shared::export::ExportedList;
use shared::facts::Facts;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::policy::Power;
use shared::verdict::{Change, Confirmation};
use shared::wire::{AuditEntry, AuditPage, AuditQuery};

use super::{QueryError, any_part, reach, sees};
use crate::audit::Row;
use crate::facts::{self, Asker, Reach};
use crate::store::schema::{assignments as a, audit as au};
use crate::store::{self, Backend, Conn, StoreError, codec, number};

const ROWS: u32 = 50;
const ROWS_AT_MOST: u32 = 500;

/// One page of the record, newest first.
pub fn page(conn: &mut Conn, asker: &Asker, query: &AuditQuery, now: Timestamp) -> Result<AuditPage, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Audit)?;
    let limit = query.limit.unwrap_or(ROWS).clamp(1, ROWS_AT_MOST);
    let mut found: Vec<Row> = filtered(conn, asker.organisation, query, &reach)?
        .order(au::sequence.desc())
        .limit(i64::from(limit) + 1)
        .select(Row::as_select())
        .load(conn)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|row| u64::try_from(row.sequence).unwrap_or_default());
    Ok(AuditPage {
        entries: entries(found, &facts, &reach)?,
        next,
    })
}

/// How many entries the record has for these filters.
///
/// # Errors
/// [`QueryError::PowerMissing`] for those who may not read the record.
pub fn total(conn: &mut Conn, asker: &Asker, query: &AuditQuery, now: Timestamp) -> Result<u32, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Audit)?;
    let entries: i64 = filtered(conn, asker.organisation, query, &reach)?
        .count()
        .get_result(conn)?;
    Ok(number(entries))
}

/// The entries that the filters find within the reader's reach, in no order.
fn filtered(
    conn: &mut Conn,
    organisation: OrganisationId,
    query: &AuditQuery,
    reach: &Reach,
) -> Result<au::BoxedQuery<'static, Backend>, StoreError> {
    let mut rows = au::table
        .into_boxed::<Backend>()
        .filter(au::organisation_id.eq(organisation.to_string()));
    if let Some(subject) = query.subject {
        // What the person did and was under an earlier account belongs to them too (A12).
        let line = store::lineage(conn, organisation, subject)?;
        rows = rows.filter(au::subject_id.eq_any(line).assume_not_null());
    }
    if let Some(actor) = query.actor {
        rows = rows.filter(au::actor_id.eq(actor.to_string()));
    }
    if let Some(kind) = &query.kind {
        rows = rows.filter(au::edit_kind.eq(kind.clone()));
    }
    if let Some(from) = query.from {
        rows = rows.filter(au::at.ge(from.0));
    }
    if let Some(until) = query.until {
        rows = rows.filter(au::at.lt(until.0));
    }
    if let Some(before) = query.before {
        rows = rows.filter(au::sequence.lt(i64::try_from(before).unwrap_or(i64::MAX)));
    }
    for term in codec::fold(&query.search).split_whitespace() {
        rows = rows.filter(au::search_text.like(any_part(term)).escape('\\'));
    }
    if let Reach::Sites(sites) = reach {
        // What was done to people who are there now.
        let sites: Vec<String> = sites.iter().map(ToString::to_string).collect();
        let there = a::table
            .filter(au::subject_id.eq(a::user_id.nullable()).assume_not_null())
            .filter(a::site_id.eq_any(sites).assume_not_null());
        rows = rows.filter(exists(there));
    }
    Ok(rows)
}

/// The latest entries about one user, newest first, as a reader of these facts sees them.
pub fn latest_about(
    conn: &mut Conn,
    facts: &Facts,
    subject: UserId,
    entries_at_most: u64,
) -> Result<Vec<AuditEntry>, StoreError> {
    let rows: Vec<Row> = au::table
        .filter(au::organisation_id.eq(facts.organisation.id.to_string()))
        .filter(au::subject_id.eq(subject.to_string()))
        .order(au::sequence.desc())
        .limit(i64::try_from(entries_at_most).unwrap_or(i64::MAX))
        .select(Row::as_select())
        .load(conn)?;
    entries(rows, facts, &Reach::Organisation)
}

fn entries(rows: Vec<Row>, facts: &Facts, reach: &Reach) -> Result<Vec<AuditEntry>, StoreError> {
    rows.into_iter()
        .map(|row| row.entry().map(|entry| redacted(entry, facts, reach)))
        .collect()
}

/// The entry without roles and sites that the reader may not know of.
fn redacted(mut entry: AuditEntry, facts: &Facts, reach: &Reach) -> AuditEntry {
    let seen = |holding: &Holding| sees(facts, reach, &holding.role, holding.place);
    entry.changes.retain(|change| match change {
        Change::Granted { assignment } | Change::Revoked { assignment } => seen(&assignment.holding()),
        Change::RolePermissionGranted { role, .. } | Change::RolePermissionRevoked { role, .. } => {
            facts.policy.role(role).is_some()
        }
        _ => true,
    });
    for change in &mut entry.changes {
        if let Change::UserCreated { user } = change {
            user.assignments.retain(|assignment| seen(&assignment.holding()));
        }
    }
    entry.confirmations.retain(|confirmation| match confirmation {
        Confirmation::AccessEnds { role, sites } => {
            facts.policy.role(role).is_some() && sites.iter().all(|site| reach.covers(Place::Site(*site)))
        }
        _ => true,
    });
    if let Edit::Export {
        list: ExportedList::Users(query),
        ..
    } = &mut entry.edit
    {
        let is_seen = |role: &String| facts.policy.role(&role.as_str().into()).is_some();
        query.role = query.role.take().filter(is_seen);
        query.site = query.site.filter(|site| reach.covers(Place::Site(*site)));
    }
    if let Edit::Invite { access, .. } | Edit::Change { access, .. } | Edit::Recreate { access, .. } = &mut entry.edit {
        access.grant.retain(|assignment| seen(&assignment.holding()));
        access.revoke.retain(|holding| seen(holding));
    }
    entry
}
