//! Support cases about the people whom a reader administers (T11).

use diesel::prelude::*;
use shared::ids::Timestamp;
use shared::policy::Power;
use shared::wire::{CasePage, CaseQuery};

use super::{QueryError, reach};
use crate::facts::{self, Asker, Reach};
use crate::store::schema::{assignments as a, support_cases as c};
use crate::store::{self, Backend, CaseRow, Conn};

const ROWS: u32 = 50;
const ROWS_AT_MOST: u32 = 200;

/// One page of the open or the closed cases, newest first.
///
/// # Errors
/// [`QueryError::PowerMissing`] for those who administer no users; [`QueryError::BadCursor`] where `before` names no case.
pub fn page(conn: &mut Conn, asker: &Asker, query: &CaseQuery, now: Timestamp) -> Result<CasePage, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Users)?;
    let state = if query.closed { store::CLOSED } else { store::OPEN };
    let mut rows = c::table
        .into_boxed::<Backend>()
        .filter(c::organisation_id.eq(asker.organisation.to_string()))
        .filter(c::state.eq(state));
    if let Reach::Sites(sites) = &reach {
        // About people who are there now.
        let sites: Vec<String> = sites.iter().map(ToString::to_string).collect();
        let there = a::table
            .filter(a::organisation_id.eq(asker.organisation.to_string()))
            .filter(a::site_id.eq_any(sites).assume_not_null())
            .select(a::user_id);
        rows = rows.filter(c::user_id.eq_any(there));
    }
    if let Some(before) = query.before {
        let key = before.to_string();
        let since: i64 = c::table
            .find(&key)
            .filter(c::organisation_id.eq(asker.organisation.to_string()))
            .select(c::created_at)
            .first(conn)
            .optional()?
            .ok_or(QueryError::BadCursor)?;
        rows = rows.filter(c::created_at.lt(since).or(c::created_at.eq(since).and(c::id.lt(key))));
    }
    let limit = query.limit.unwrap_or(ROWS).clamp(1, ROWS_AT_MOST);
    let mut found: Vec<CaseRow> = rows
        .order((c::created_at.desc(), c::id.desc()))
        .limit(i64::from(limit) + 1)
        .select(CaseRow::as_select())
        .load(conn)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let cases = found
        .into_iter()
        .map(CaseRow::into_case)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(CasePage {
        next: cases.last().filter(|_| more).map(|case| case.id),
        cases,
    })
}
