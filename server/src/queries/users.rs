//! Lists of users, one user, and who the administrators are.

mod total;

use std::collections::BTreeMap;

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use shared::access::Place;
use shared::facts::Facts;
use shared::ids::{OrganisationId, Revision, RoleId, SiteId, Timestamp, UserId};
use shared::lifecycle::{Lock, Status};
use shared::policy::Power;
use shared::user::Profile;
use shared::wire::{Administrators, TabCounts, UserPage, UserQuery, UserRow, UserSort, UserTab, UserView};

use super::cursor::{Cursor, Key};
use super::{Condition, QueryError, any_part, reach, seen_assignments};
use crate::facts::{self, Asker, Reach};
use crate::store::schema::{assignments as a, invitations as inv, sessions as se, user_counts as uc, users as u};
use crate::store::{self, Backend, Conn, StoreError, codec, number};

pub use total::total;

const ROWS: u32 = 50;
const ROWS_AT_MOST: u32 = 500;

type Columns = (
    (String, i64, String, Option<i64>, Option<String>),
    (String, Option<String>, i64, Option<i64>, i64, String, String),
);

/// One page of the users whom the reader administers.
pub fn page(conn: &mut Conn, asker: &Asker, query: &UserQuery, now: Timestamp) -> Result<UserPage, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Users)?;
    if query
        .role
        .as_ref()
        .is_some_and(|role| facts.policy.role(&role.as_str().into()).is_none())
    {
        return Ok(UserPage::default());
    }
    if query.site.is_some_and(|site| !reach.covers(Place::Site(site))) {
        return Ok(UserPage::default());
    }
    let limit = query.limit.unwrap_or(ROWS).clamp(1, ROWS_AT_MOST);
    let organisation = asker.organisation;
    let mut rows_query = u::table
        .filter(u::organisation_id.eq(organisation.to_string()))
        .select((
            (u::id, u::revision, u::status, u::locked_at, u::lock_cause),
            (
                u::login_email,
                u::primary_site_id,
                u::last_seen_at,
                u::invited_at,
                u::created_at,
                u::sort_name,
                u::profile_json,
            ),
        ))
        .into_boxed::<Backend>()
        .filter(in_tab(query.tab)?);
    for condition in conditions(conn, organisation, query, &reach) {
        rows_query = rows_query.filter(condition);
    }
    if let Some(after) = &query.after {
        rows_query = rows_query.filter(behind(&Cursor::parse(after, query.sort)?, query.sort)?);
    }
    let rows_query = match query.sort {
        UserSort::Name => rows_query.order((u::sort_name.asc(), u::id.asc())),
        UserSort::NameDescending => rows_query.order((u::sort_name.desc(), u::id.desc())),
        UserSort::LoginEmail => rows_query.order((u::login_email.asc(), u::id.asc())),
        UserSort::LastSeen => rows_query.order((u::last_seen_at.desc(), u::id.desc())),
        UserSort::Newest => rows_query.order((u::created_at.desc(), u::id.desc())),
    };
    let mut found: Vec<Columns> = rows_query.limit(i64::from(limit) + 1).load(conn)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = match found.last() {
        Some(last) if more => Some(cursor_at(last, query.sort)?.text()?),
        _ => None,
    };
    let keys: Vec<String> = found.iter().map(|((id, ..), _)| id.clone()).collect();
    let mut assignments = store::assignments_of(conn, &keys)?;
    let mut rows = Vec::with_capacity(found.len());
    for columns in found {
        let held = assignments.remove(&columns.0.0).unwrap_or_default();
        rows.push(user_row(columns, seen_assignments(&facts, &reach, held), &reach)?);
    }
    Ok(UserPage {
        rows,
        next,
        counts: counts(conn, organisation, query, &reach)?,
    })
}

fn user_row(
    columns: Columns,
    assignments: Vec<shared::access::Assignment>,
    reach: &Reach,
) -> Result<UserRow, StoreError> {
    let ((id, revision, status, locked_at, cause), (login_email, primary, last_seen, invited_at, _, _, profile)) =
        columns;
    let locked = match (locked_at, cause) {
        (Some(since), Some(cause)) => Some(Lock {
            since: Timestamp(since),
            cause: codec::from_name(&cause)?,
        }),
        _ => None,
    };
    let primary_site = primary.map(|site| codec::uuid(&site).map(SiteId)).transpose()?;
    Ok(UserRow {
        id: UserId(codec::uuid(&id)?),
        revision: Revision(u64::try_from(revision).unwrap_or_default()),
        name: codec::from_json::<Profile>(&profile)?.display_name(),
        login_email,
        status: codec::from_name(&status)?,
        locked,
        assignments,
        primary_site: primary_site.filter(|site| reach.covers(Place::Site(*site))),
        last_seen: (last_seen > 0).then_some(Timestamp(last_seen)),
        invited_at: invited_at.map(Timestamp),
    })
}

fn status_of(tab: UserTab) -> Option<Status> {
    match tab {
        UserTab::Active => Some(Status::Active),
        UserTab::Invited => Some(Status::Invited),
        UserTab::Inactive => Some(Status::Inactive),
        UserTab::Locked => None,
    }
}

fn in_tab(tab: UserTab) -> Result<Condition<u::table>, StoreError> {
    Ok(match status_of(tab) {
        Some(status) => Box::new(u::status.eq(codec::name(&status)?)),
        None => Box::new(u::locked_at.is_not_null()),
    })
}

/// Search, filters, and the reader's reach; the tab is on top of them.
fn conditions(conn: &Conn, organisation: OrganisationId, query: &UserQuery, reach: &Reach) -> Vec<Condition<u::table>> {
    let mut all: Vec<Condition<u::table>> = Vec::new();
    let folded = codec::fold(&query.search);
    let mut matched = Vec::new();
    for term in folded.split_whitespace() {
        match (conn, store::match_term(term)) {
            (Conn::Sqlite(_), Some(term)) => matched.push(term),
            _ => all.push(Box::new(u::search_text.like(any_part(term)).escape('\\'))),
        }
    }
    if !matched.is_empty() {
        all.push(Box::new(
            diesel::dsl::sql::<Bool>("users.number IN (SELECT rowid FROM users_search WHERE users_search MATCH ")
                .bind::<Text, _>(matched.join(" "))
                .sql(")"),
        ));
    }
    // A list of ids and not a condition on each row: who holds something is found quicker than who does not.
    let held = || {
        a::table
            .filter(a::organisation_id.eq(organisation.to_string()))
            .select(a::user_id)
    };
    match (&query.role, query.site) {
        (Some(role), Some(site)) => all.push(Box::new(
            u::id.eq_any(
                held()
                    .filter(a::role_id.eq(role.clone()))
                    .filter(a::site_id.eq(site.to_string())),
            ),
        )),
        (Some(role), None) => {
            let held = held().filter(a::role_id.eq(role.clone()));
            all.push(match reach {
                Reach::Organisation => Box::new(u::id.eq_any(held)),
                // What someone holds elsewhere is left out of their row, so it is not found either.
                Reach::Sites(sites) => {
                    let sites: Vec<String> = sites.iter().map(ToString::to_string).collect();
                    let here = a::site_id.is_null().or(a::site_id.eq_any(sites).assume_not_null());
                    Box::new(u::id.eq_any(held.filter(here)))
                }
            });
        }
        (None, Some(site)) => all.push(Box::new(u::id.eq_any(held().filter(a::site_id.eq(site.to_string()))))),
        (None, None) => {}
    }
    if let Some(clinical) = query.clinical {
        all.push(Box::new(u::is_clinical.eq(clinical)));
    }
    if let Reach::Sites(sites) = reach {
        let sites: Vec<String> = sites.iter().map(ToString::to_string).collect();
        all.push(Box::new(
            u::id.eq_any(held().filter(a::site_id.eq_any(sites).assume_not_null())),
        ));
    }
    all
}

/// Rows behind the cursor. The first half is what an index can use.
fn behind(cursor: &Cursor, sort: UserSort) -> Result<Condition<u::table>, QueryError> {
    let id = cursor.id.to_string();
    Ok(match (sort, &cursor.key) {
        (UserSort::Name, Key::Text(key)) => Box::new(
            u::sort_name
                .ge(key.clone())
                .and(u::sort_name.gt(key.clone()).or(u::id.gt(id))),
        ),
        (UserSort::NameDescending, Key::Text(key)) => Box::new(
            u::sort_name
                .le(key.clone())
                .and(u::sort_name.lt(key.clone()).or(u::id.lt(id))),
        ),
        (UserSort::LoginEmail, Key::Text(key)) => Box::new(
            u::login_email
                .ge(key.clone())
                .and(u::login_email.gt(key.clone()).or(u::id.gt(id))),
        ),
        (UserSort::LastSeen, Key::Number(key)) => {
            Box::new(u::last_seen_at.le(*key).and(u::last_seen_at.lt(*key).or(u::id.lt(id))))
        }
        (UserSort::Newest, Key::Number(key)) => {
            Box::new(u::created_at.le(*key).and(u::created_at.lt(*key).or(u::id.lt(id))))
        }
        _ => return Err(QueryError::BadCursor),
    })
}

fn cursor_at(columns: &Columns, sort: UserSort) -> Result<Cursor, StoreError> {
    let ((id, ..), (login_email, _, last_seen, _, created, sort_name, _)) = columns;
    let key = match sort {
        UserSort::Name | UserSort::NameDescending => Key::Text(sort_name.clone()),
        UserSort::LoginEmail => Key::Text(login_email.clone()),
        UserSort::LastSeen => Key::Number(*last_seen),
        UserSort::Newest => Key::Number(*created),
    };
    Ok(Cursor::new(sort, key, UserId(codec::uuid(id)?)))
}

/// How many users each tab has for the same search and filters.
fn counts(
    conn: &mut Conn,
    organisation: OrganisationId,
    query: &UserQuery,
    reach: &Reach,
) -> Result<TabCounts, StoreError> {
    let key = organisation.to_string();
    if conditions(conn, organisation, query, reach).is_empty() {
        let rows: Vec<(String, bool, i64)> = uc::table
            .filter(uc::organisation_id.eq(&key))
            .select((uc::status, uc::locked, uc::people))
            .load(conn)?;
        let mut by_status: BTreeMap<String, i64> = BTreeMap::new();
        let mut locked = 0;
        for (status, is_locked, people) in rows {
            *by_status.entry(status).or_default() += people;
            locked += if is_locked { people } else { 0 };
        }
        return tab_counts(&by_status, locked);
    }
    let mut by_status = u::table
        .group_by(u::status)
        .select((u::status, count_star()))
        .into_boxed::<Backend>()
        .filter(u::organisation_id.eq(&key));
    for condition in conditions(conn, organisation, query, reach) {
        by_status = by_status.filter(condition);
    }
    let by_status: Vec<(String, i64)> = by_status.load(conn)?;
    let mut locked = u::table
        .select(count_star())
        .into_boxed::<Backend>()
        .filter(u::organisation_id.eq(&key))
        .filter(u::locked_at.is_not_null());
    for condition in conditions(conn, organisation, query, reach) {
        locked = locked.filter(condition);
    }
    let locked: i64 = locked.first(conn)?;
    tab_counts(&by_status.into_iter().collect(), locked)
}

fn tab_counts(by_status: &BTreeMap<String, i64>, locked: i64) -> Result<TabCounts, StoreError> {
    let of = |status: Status| -> Result<u32, StoreError> {
        Ok(number(
            by_status.get(&codec::name(&status)?).copied().unwrap_or_default(),
        ))
    };
    Ok(TabCounts {
        active: of(Status::Active)?,
        invited: of(Status::Invited)?,
        inactive: of(Status::Inactive)?,
        locked: number(locked),
    })
}

/// One user with the facts for editing them: for those who administer them, and for themselves.
pub fn view(conn: &mut Conn, asker: &Asker, user: UserId, now: Timestamp) -> Result<UserView, QueryError> {
    let facts = facts::for_client(conn, asker, Some(user), now)?;
    if !facts::may_see_subject(&facts) {
        reach(&facts, Power::Users)?;
        return Err(QueryError::NotFound);
    }
    let record = store::user_record(conn, user)?.ok_or(QueryError::NotFound)?;
    let invitation: Option<i64> = inv::table
        .find(user.to_string())
        .filter(inv::ended_at.is_null())
        .select(inv::expires_at)
        .first(conn)
        .optional()?;
    let sessions: i64 = se::table
        .filter(se::user_id.eq(user.to_string()))
        .filter(se::expires_at.gt(now.0))
        .count()
        .get_result(conn)?;
    Ok(UserView {
        facts,
        last_seen: record.last_seen,
        invited_at: record.invited_at,
        invitation_expires: invitation.map(Timestamp),
        sessions: number(sessions),
    })
}

/// Names of administrators told at most.
const NAMES: i64 = 50;

/// Who administers users in the whole organisation or at the reader's sites, for those who have to ask them (M1).
pub fn administrators(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<Administrators, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let sites: Vec<String> = facts
        .actor
        .assignments
        .iter()
        .filter_map(|held| held.place().site())
        .map(|site| site.to_string())
        .collect();
    let profiles: Vec<String> = u::table
        .filter(u::organisation_id.eq(asker.organisation.to_string()))
        .filter(u::status.eq(codec::name(&Status::Active)?))
        .filter(u::locked_at.is_null())
        .filter(exists(
            a::table
                .filter(a::user_id.eq(u::id))
                .filter(a::role_id.eq_any(administering(&facts)))
                .filter(a::site_id.is_null().or(a::site_id.eq_any(sites).assume_not_null())),
        ))
        .order((u::sort_name, u::id))
        .limit(NAMES)
        .select(u::profile_json)
        .load(conn)?;
    let mut names = Vec::with_capacity(profiles.len());
    for profile in profiles {
        names.push(store::record_name(&codec::from_json(&profile)?));
    }
    Ok(Administrators { names })
}

fn administering(facts: &Facts) -> Vec<String> {
    let roles = facts
        .policy
        .roles
        .iter()
        .filter(|role| role.administers.contains(&Power::Users));
    roles.map(|role| RoleId::as_str(&role.id).to_owned()).collect()
}
