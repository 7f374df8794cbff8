//! Who holds a role: the people behind the counts.

use std::collections::BTreeSet;

use diesel::prelude::*;
use shared::ids::{RoleId, SiteId, Timestamp, UserId};
use shared::policy::Power;
use shared::user::Profile;
use shared::wire::{HoldersPage, HoldersQuery, RoleHolder, UserSort};

use super::cursor::{Cursor, Key};
use super::{Condition, QueryError, reach, seen_assignments};
use crate::facts::{self, Asker, Reach};
use crate::store::schema::{assignments as a, users as u};
use crate::store::{self, Backend, Conn, codec};

const ROWS: u32 = 50;
const ROWS_AT_MOST: u32 = 500;

/// One page of the holders of a role, by name, among the users whom the reader administers.
///
/// # Errors
/// [`QueryError::PowerMissing`] for a reader who administers no users, [`QueryError::NotFound`] for a role that is not
/// there or hidden from the reader, [`QueryError::BadCursor`].
pub fn page(
    conn: &mut Conn,
    asker: &Asker,
    role: &RoleId,
    query: &HoldersQuery,
    now: Timestamp,
) -> Result<HoldersPage, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Users)?;
    if facts.policy.role(role).is_none() {
        return Err(QueryError::NotFound);
    }
    let limit = query.limit.unwrap_or(ROWS).clamp(1, ROWS_AT_MOST) as usize;
    let Some(held) = held(asker, role, query.site, &reach) else {
        return Ok(HoldersPage::default());
    };
    let mut rows = u::table
        .filter(u::organisation_id.eq(asker.organisation.to_string()))
        .filter(held)
        .select((u::id, u::sort_name, u::login_email, u::status, u::profile_json))
        .into_boxed::<Backend>();
    if let Some(after) = &query.after {
        let cursor = Cursor::parse(after, UserSort::Name)?;
        let Key::Text(key) = cursor.key else {
            return Err(QueryError::BadCursor);
        };
        rows = rows.filter(
            u::sort_name
                .ge(key.clone())
                .and(u::sort_name.gt(key).or(u::id.gt(cursor.id.to_string()))),
        );
    }
    let mut found: Vec<(String, String, String, String, String)> = rows
        .order((u::sort_name, u::id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1))
        .load(conn)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = match found.last() {
        Some((id, sort_name, ..)) if more => {
            let key = Key::Text(sort_name.clone());
            Some(Cursor::new(UserSort::Name, key, UserId(codec::uuid(id)?)).text()?)
        }
        _ => None,
    };
    let keys: Vec<String> = found.iter().map(|(id, ..)| id.clone()).collect();
    let mut assignments = store::assignments_of(conn, &keys)?;
    let mut holders = Vec::with_capacity(found.len());
    for (id, _, login_email, status, profile) in found {
        let held = seen_assignments(&facts, &reach, assignments.remove(&id).unwrap_or_default());
        let places: BTreeSet<_> = held
            .iter()
            .filter(|held| held.role == *role)
            .map(|held| held.place())
            .collect();
        holders.push(RoleHolder {
            user: UserId(codec::uuid(&id)?),
            name: codec::from_json::<Profile>(&profile)?.display_name(),
            login_email,
            status: codec::from_name(&status)?,
            places: places.into_iter().collect(),
        });
    }
    Ok(HoldersPage { holders, next })
}

/// Who holds it within reach; nothing when the site that is asked for is out of reach. Someone who holds it in the whole
/// organisation is among the users of a reader who reaches some sites only where they hold something there as well.
fn held(asker: &Asker, role: &RoleId, site: Option<SiteId>, reach: &Reach) -> Option<Condition<u::table>> {
    let held = || {
        a::table
            .filter(a::organisation_id.eq(asker.organisation.to_string()))
            .filter(a::role_id.eq(role.as_str().to_owned()))
            .select(a::user_id)
    };
    let at = |sites: Vec<String>| -> Condition<u::table> {
        Box::new(u::id.eq_any(held().filter(a::site_id.eq_any(sites).assume_not_null())))
    };
    match (site, reach) {
        (Some(site), reach) if reach.covers(shared::access::Place::Site(site)) => Some(at(vec![site.to_string()])),
        (Some(_), _) => None,
        (None, Reach::Organisation) => Some(Box::new(u::id.eq_any(held()))),
        (None, Reach::Sites(sites)) => Some(at(sites.iter().map(ToString::to_string).collect())),
    }
}
