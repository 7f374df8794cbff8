//! How many users a list finds, exactly.

use diesel::dsl::count_star;
use diesel::prelude::*;
use shared::ids::Timestamp;
use shared::policy::Power;
use shared::wire::UserQuery;

use super::filter::{Filter, in_tab, reaches_site};
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
    if query.role.as_ref().is_some_and(is_unknown) || !reaches_site(&reach, query) {
        return Ok(0);
    }
    let mut found = u::table
        .select(count_star())
        .into_boxed::<Backend>()
        .filter(in_tab(query.tab)?);
    for condition in Filter::new(conn, asker.organisation, query, &reach)?.conditions() {
        found = found.filter(condition);
    }
    let people: i64 = found.first(conn)?;
    Ok(number(people))
}
