//! Lists of users, one user, and who the administrators are.

mod counts;
mod filter;
mod invited;
mod total;

use diesel::dsl::exists;
use diesel::prelude::*;
use shared::access::Place;
use shared::facts::Facts;
use shared::ids::{Revision, RoleId, SiteId, Timestamp, UserId};
use shared::lifecycle::{Lock, Status};
use shared::policy::Power;
use shared::user::Profile;
use shared::wire::{Administrator, Administrators, UserPage, UserQuery, UserRow, UserSort, UserView};

use super::cursor::{Cursor, Key};
use super::{QueryError, reach, seen_assignments};
use crate::facts::{self, Asker, Reach};
use crate::store::schema::{assignments as a, sessions as se, users as u};
use crate::store::{self, Backend, Conn, StoreError, codec, number};

use filter::{Filter, Ready};
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
    if !filter::reaches_site(&reach, query) {
        return Ok(UserPage::default());
    }
    let limit = query.limit.unwrap_or(ROWS).clamp(1, ROWS_AT_MOST);
    let filter = Filter::new(conn, asker.organisation, query, &reach)?;
    let mut found = rows(conn, &filter, query, i64::from(limit) + 1)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = match found.last() {
        Some(last) if more => Some(cursor_at(last, query.sort)?.text()?),
        _ => None,
    };
    let keys: Vec<String> = found.iter().map(|((id, ..), _)| id.clone()).collect();
    let mut assignments = store::assignments_of(conn, &keys)?;
    let mut invitations = invited::invitations(conn, &invited_among(&found)?)?;
    let mut rows = Vec::with_capacity(found.len());
    for columns in found {
        let held = assignments.remove(&columns.0.0).unwrap_or_default();
        let invitation = invitations.remove(&columns.0.0);
        let mut row = user_row(columns, seen_assignments(&facts, &reach, held), &reach)?;
        row.invitation = invitation;
        rows.push(row);
    }
    Ok(UserPage {
        rows,
        next,
        counts: counts::counts(conn, &filter)?,
    })
}

/// The ids of those who are invited.
fn invited_among(found: &[Columns]) -> Result<Vec<String>, StoreError> {
    let invited = codec::name(&Status::Invited)?;
    let ids = found.iter().filter(|((_, _, status, ..), _)| *status == invited);
    Ok(ids.map(|((id, ..), _)| id.clone()).collect())
}

/// So many rows of the list, in its order, from the cursor on.
fn rows(conn: &mut Conn, filter: &Filter<'_>, query: &UserQuery, limit: i64) -> Result<Vec<Columns>, QueryError> {
    let whole = u::table
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
        .into_boxed::<Backend>();
    let ready = filter.ready();
    if ready == Some(Ready::Everybody) {
        return Ok(filter::in_order(whole, filter)?.limit(limit).load(conn)?);
    }
    // Which rows, from indexes alone; then these rows and no others.
    let of_facet = match &ready {
        Some(Ready::Facet(facet)) => filter::of_facet(conn, filter, facet, limit)?,
        _ => None,
    };
    let ids: Vec<String> = match of_facet {
        Some(ids) => ids,
        None => {
            let ids = u::table.select(u::id).into_boxed::<Backend>();
            filter::in_order(ids, filter)?.limit(limit).load(conn)?
        }
    };
    Ok(filter::sorted(whole.filter(u::id.eq_any(ids)), query.sort).load(conn)?)
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
        invitation: None,
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

/// One user with the facts for editing them: for those who administer them, and for themselves.
pub fn view(conn: &mut Conn, asker: &Asker, user: UserId, now: Timestamp) -> Result<UserView, QueryError> {
    let facts = facts::for_client(conn, asker, Some(user), now)?;
    if !facts::may_see_subject(&facts) {
        reach(&facts, Power::Users)?;
        return Err(QueryError::NotFound);
    }
    let record = store::user_record(conn, user)?.ok_or(QueryError::NotFound)?;
    let invitation = invited::invitations(conn, &[user.to_string()])?.remove(&user.to_string());
    let sessions: i64 = se::table
        .filter(se::user_id.eq(user.to_string()))
        .filter(se::expires_at.gt(now.0))
        .count()
        .get_result(conn)?;
    Ok(UserView {
        facts,
        last_seen: record.last_seen,
        invited_at: record.invited_at,
        invitation_expires: invitation.as_ref().map(|invitation| invitation.expires),
        invitation,
        sessions: number(sessions),
        made_anew: store::made_anew_at(conn, user)?,
        licences: store::licences_of(conn, user)?,
    })
}

/// Names of administrators told at most.
const NAMES: i64 = 50;

/// Who else has this power in the whole organisation or at the reader's sites, for those who have to ask them (M1).
pub fn administrators(
    conn: &mut Conn,
    asker: &Asker,
    power: Power,
    now: Timestamp,
) -> Result<Administrators, QueryError> {
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
        .filter(u::id.ne(asker.user.to_string()))
        .filter(exists(
            a::table
                .filter(a::user_id.eq(u::id))
                .filter(a::role_id.eq_any(administering(&facts, power)))
                .filter(a::site_id.is_null().or(a::site_id.eq_any(sites).assume_not_null())),
        ))
        .order((u::sort_name, u::id))
        .limit(NAMES)
        .select(u::profile_json)
        .load(conn)?;
    let mut people = Vec::with_capacity(profiles.len());
    for profile in profiles {
        let profile: Profile = codec::from_json(&profile)?;
        people.push(Administrator {
            name: store::record_name(&profile),
            email: profile.mail_address().to_owned(),
        });
    }
    let names = people.iter().map(|one| one.name.clone()).collect();
    Ok(Administrators { names, people })
}

fn administering(facts: &Facts, power: Power) -> Vec<String> {
    let roles = facts
        .policy
        .roles
        .iter()
        .filter(|role| role.administers.contains(&power));
    roles.map(|role| RoleId::as_str(&role.id).to_owned()).collect()
}
