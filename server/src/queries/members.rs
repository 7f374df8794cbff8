//! Who has a resource: the members of a group or workspace, and those for whom a resource of a site was chosen.

use diesel::prelude::*;
use shared::facts::Facts;
use shared::ids::{ResourceId, Revision, Timestamp, UserId};
use shared::organisation::Resource;
use shared::policy::Power;
use shared::user::{Profile, ProfileField};
use shared::wire::{Member, MembersPage, MembersQuery, UserSort};

use super::cursor::{Cursor, Key};
use super::{QueryError, any_part, reach};
use crate::facts::{self, Asker};
use crate::store::schema::{assignment_resources as ar, memberships as m, users as u};
use crate::store::{Backend, Conn, StoreError, codec, number};

const ROWS: u32 = 50;
const ROWS_AT_MOST: u32 = 500;

type Columns = (String, i64, String, Option<i64>, String, String, String);

/// One page of the people who have the resource by membership or by choice, sorted by name. Those who have all of a site
/// are not among them.
///
/// # Errors
/// [`QueryError::PowerMissing`] for those who administer no users, [`QueryError::NotFound`] where they administer none.
pub fn page(
    conn: &mut Conn,
    asker: &Asker,
    id: ResourceId,
    query: &MembersQuery,
    now: Timestamp,
) -> Result<MembersPage, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Users)?;
    let resource = facts
        .organisation
        .resource(id)
        .filter(|resource| reach.covers(super::place_of(resource)))
        .ok_or(QueryError::NotFound)?;
    let limit = query.limit.unwrap_or(ROWS).clamp(1, ROWS_AT_MOST);
    let rows = || with(&facts, asker, resource, &query.search);
    let total: i64 = rows().count().get_result(conn)?;
    let mut found = rows();
    if let Some(after) = &query.after {
        let cursor = Cursor::parse(after, UserSort::Name)?;
        let Key::Text(key) = cursor.key else {
            return Err(QueryError::BadCursor);
        };
        let id = cursor.id.to_string();
        found = found.filter(u::sort_name.ge(key.clone()).and(u::sort_name.gt(key).or(u::id.gt(id))));
    }
    let mut found: Vec<Columns> = found
        .order((u::sort_name.asc(), u::id.asc()))
        .limit(i64::from(limit) + 1)
        .select((
            u::id,
            u::revision,
            u::status,
            u::locked_at,
            u::login_email,
            u::sort_name,
            u::profile_json,
        ))
        .load(conn)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = match found.last().filter(|_| more) {
        Some((id, _, _, _, _, name, _)) => {
            let id = UserId(codec::uuid(id)?);
            Some(Cursor::new(UserSort::Name, Key::Text(name.clone()), id).text()?)
        }
        None => None,
    };
    let needs = facts
        .policy
        .resource_kind(&resource.kind)
        .and_then(|kind| kind.notifies_by);
    let members = found.into_iter().map(|columns| member(columns, needs));
    Ok(MembersPage {
        members: members.collect::<Result<_, _>>()?,
        next,
        total: number(total),
    })
}

/// Everyone of the organisation who has it, through a role that the reader may see (M9).
fn with(facts: &Facts, asker: &Asker, resource: &Resource, search: &str) -> u::BoxedQuery<'static, Backend> {
    let key = resource.id.to_string();
    let mut rows = u::table
        .into_boxed::<Backend>()
        .filter(u::organisation_id.eq(asker.organisation.to_string()));
    rows = match resource.site {
        None => rows.filter(u::id.eq_any(m::table.filter(m::resource_id.eq(key)).select(m::user_id))),
        Some(_) => {
            let roles: Vec<String> = facts.policy.roles.iter().map(|role| role.id.to_string()).collect();
            let chosen = ar::table
                .filter(ar::resource_id.eq(key))
                .filter(ar::role_id.eq_any(roles));
            rows.filter(u::id.eq_any(chosen.select(ar::user_id)))
        }
    };
    for term in codec::fold(search).split_whitespace() {
        rows = rows.filter(u::search_text.like(any_part(term)).escape('\\'));
    }
    rows
}

fn member(columns: Columns, needs: Option<ProfileField>) -> Result<Member, StoreError> {
    let (id, revision, status, locked_at, login_email, _, profile) = columns;
    let profile: Profile = codec::from_json(&profile)?;
    Ok(Member {
        user: UserId(codec::uuid(&id)?),
        revision: Revision(u64::try_from(revision).unwrap_or_default()),
        name: profile.display_name(),
        login_email,
        status: codec::from_name(&status)?,
        locked: locked_at.is_some(),
        notifiable: needs.map(|field| !profile.text(field).is_empty()),
    })
}
