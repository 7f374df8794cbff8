//! How many users a list finds, exactly.

use diesel::dsl::count_star;
use diesel::prelude::*;
use shared::access::Place;
use shared::ids::Timestamp;
use shared::policy::Power;
use shared::wire::UserQuery;

use super::{conditions, in_tab};
use crate::facts::{self, Asker};
use crate::queries::{QueryError, reach};
use crate::store::schema::users as u;
use crate::store::{Backend, Conn, number};

/// How many users the whole list has, page after page.
///
/// # Errors
/// [`QueryError::PowerMissing`] for readers who administer no users.
pub fn total(conn: &mut Conn, asker: &Asker, query: &UserQuery, now: Timestamp) -> Result<u32, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Users)?;
    let is_unknown = |role: &String| facts.policy.role(&role.as_str().into()).is_none();
    if query.role.as_ref().is_some_and(is_unknown) || query.site.is_some_and(|site| !reach.covers(Place::Site(site))) {
        return Ok(0);
    }
    let mut found = u::table
        .select(count_star())
        .into_boxed::<Backend>()
        .filter(u::organisation_id.eq(asker.organisation.to_string()))
        .filter(in_tab(query.tab)?);
    for condition in conditions(conn, asker.organisation, query, &reach) {
        found = found.filter(condition);
    }
    let people: i64 = found.first(conn)?;
    Ok(number(people))
}
