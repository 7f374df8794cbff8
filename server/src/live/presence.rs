//! Who else has a user's screen open. A page says so again every few seconds; what is not said again is gone by itself, so
//! a page that was closed, or lost its network, is not there any more, whichever server process it spoke to.

use diesel::prelude::*;
use shared::facts::Facts;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::policy::Power;
use shared::wire::{AtUser, OtherHere, OthersHere};

use crate::facts::{self, Asker, Reach};
use crate::queries::QueryError;
use crate::store::schema::presence as p;
use crate::store::{self, Conn, StoreError};

/// So long a page counts as open after it last said so: twice as long as pages wait, and a little.
const LASTS: i64 = 7_000;
/// People who are told at most.
const PEOPLE: usize = 10;

/// Notes that the asker's page shows a user (or does no longer), and says who else is there.
///
/// # Errors
/// As for [`crate::queries::users::view`]: whoever may not see the user learns nothing.
pub fn meet(
    conn: &mut Conn,
    asker: &Asker,
    user: UserId,
    at: &AtUser,
    now: Timestamp,
) -> Result<OthersHere, QueryError> {
    let facts = facts::for_client(conn, asker, Some(user), now)?;
    if !facts::may_see_subject(&facts) {
        return Err(QueryError::NotFound);
    }
    let page = p::table.find(at.page.to_string());
    // A page is its person's: what somebody else has said is left alone.
    let own = page.clone().filter(p::actor_id.eq(asker.user.to_string()));
    if at.leaving {
        diesel::delete(own).execute(conn)?;
        return Ok(OthersHere::default());
    }
    let key = user.to_string();
    let values = (p::user_id.eq(&key), p::editing.eq(at.editing), p::seen_at.eq(now.0));
    if diesel::update(own).set(values).execute(conn)? == 0 {
        diesel::delete(p::table.filter(p::seen_at.lt(now.0.saturating_sub(LASTS)))).execute(conn)?;
        let is_taken: Option<String> = page.select(p::page).first(conn).optional()?;
        if is_taken.is_none() {
            diesel::insert_into(p::table)
                .values((
                    p::page.eq(at.page.to_string()),
                    p::actor_id.eq(asker.user.to_string()),
                    values,
                ))
                .execute(conn)?;
        }
    }
    Ok(others(conn, &facts, asker, user, now)?)
}

fn others(
    conn: &mut Conn,
    facts: &Facts,
    asker: &Asker,
    user: UserId,
    now: Timestamp,
) -> Result<OthersHere, StoreError> {
    let rows: Vec<(String, bool)> = p::table
        .filter(p::user_id.eq(user.to_string()))
        .filter(p::seen_at.ge(now.0.saturating_sub(LASTS)))
        .filter(p::actor_id.ne(asker.user.to_string()))
        .select((p::actor_id, p::editing))
        .load(conn)?;
    let mut ids = Vec::new();
    for (actor, _) in &rows {
        ids.push(UserId(store::codec::uuid(actor)?));
    }
    ids.sort();
    ids.dedup();
    ids.truncate(PEOPLE);
    let reach = Reach::of(&facts.actor, &facts.policy, Power::Users);
    let mut people = Vec::new();
    for record in store::load_users(conn, &ids)? {
        if record.organisation != of(facts) {
            continue;
        }
        let is_seen = reach.as_ref().is_some_and(|reach| reach.meets(&record.user));
        let key = record.user.id.to_string();
        people.push(OtherHere {
            name: is_seen.then(|| store::record_name(&record.user.profile)),
            editing: rows.iter().any(|(actor, editing)| *editing && *actor == key),
        });
    }
    people.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(OthersHere { people })
}

fn of(facts: &Facts) -> OrganisationId {
    facts.organisation.id
}

/// Clears away pages that are not there any more.
///
/// # Errors
/// Those of the database.
pub fn clear_left(conn: &mut Conn, now: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(p::table.filter(p::seen_at.lt(now.0.saturating_sub(LASTS)))).execute(conn)?)
}
