//! Counts of people, for rules that look across users: numbers leave the database, records do not.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::count;
use diesel::prelude::*;
use shared::access::Place;
use shared::facts::{Headcount, Holders};
use shared::ids::{OrganisationId, ResourceId, RoleId, SiteId, UserId};
use shared::lifecycle::Status;
use shared::policy::{Level, Policy, Power};

use super::schema::{
    assignment_counts as ac, assignment_resources as ar, assignments as a, facet_counts as fc, memberships as m,
    users as u,
};
use super::{Backend, Conn, StoreError, codec};

/// How many people, `except` aside, administer users in the whole organisation and can sign in (X5).
pub fn active_administrators(
    conn: &mut Conn,
    organisation: OrganisationId,
    policy: &Policy,
    except: Option<UserId>,
) -> Result<u32, StoreError> {
    let roles: Vec<&str> = policy
        .roles
        .iter()
        .filter(|role| role.administers.contains(&Power::Users) && role.scope == Level::Organisation)
        .map(|role| role.id.as_str())
        .collect();
    let people: i64 = a::table
        .inner_join(u::table.on(u::id.eq(a::user_id)))
        .filter(a::organisation_id.eq(organisation.to_string()))
        .filter(a::role_id.eq_any(roles))
        .filter(a::site_id.is_null())
        .filter(u::status.eq(codec::name(&Status::Active)?))
        .filter(u::locked_at.is_null())
        .filter(u::id.ne(except.map(|user| user.to_string()).unwrap_or_default()))
        .select(count(a::user_id).aggregate_distinct())
        .first(conn)?;
    Ok(number(people))
}

/// What a change to a role, a site or a resource touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadcountOf {
    Role(RoleId),
    Site(SiteId),
    Resource(ResourceId),
}

/// Counts the people whom a change would touch.
pub fn headcount(conn: &mut Conn, organisation: OrganisationId, of: &HeadcountOf) -> Result<Headcount, StoreError> {
    let key = organisation.to_string();
    match of {
        HeadcountOf::Role(role) => {
            let by_state: Vec<i64> = fc::table
                .filter(fc::organisation_id.eq(&key))
                .filter(fc::role_id.eq(role.as_str()))
                .filter(fc::site_id.eq(""))
                .select(fc::people)
                .load(conn)?;
            Ok(Headcount {
                holders: holders_of(conn, organisation, Some(role))?,
                people: number(by_state.into_iter().sum()),
                ..Headcount::default()
            })
        }
        HeadcountOf::Site(site) => {
            let site_key = site.to_string();
            // Several roles of one person at the site count once in `people`.
            let here: Vec<(String, String)> = a::table
                .filter(a::organisation_id.eq(&key))
                .filter(a::site_id.eq(&site_key))
                .select((a::user_id, a::role_id))
                .load(conn)?;
            let mut by_role: BTreeMap<&str, u32> = BTreeMap::new();
            for (_, role) in &here {
                *by_role.entry(role).or_default() += 1;
            }
            let people: BTreeSet<&str> = here.iter().map(|(user, _)| user.as_str()).collect();
            let near = diesel::alias!(super::schema::assignments as near);
            let elsewhere: i64 = a::table
                .filter(a::organisation_id.eq(&key))
                .filter(a::site_id.is_null().or(a::site_id.ne(&site_key)))
                .filter(
                    a::user_id.eq_any(
                        near.filter(near.field(a::organisation_id).eq(&key))
                            .filter(near.field(a::site_id).eq(&site_key))
                            .select(near.field(a::user_id)),
                    ),
                )
                .select(count(a::user_id).aggregate_distinct())
                .first(conn)?;
            let primary: i64 = u::table
                .filter(u::organisation_id.eq(&key))
                .filter(u::primary_site_id.eq(&site_key))
                .count()
                .get_result(conn)?;
            let all = u32::try_from(people.len()).unwrap_or(u32::MAX);
            Ok(Headcount {
                holders: by_role
                    .into_iter()
                    .map(|(role, people)| Holders {
                        role: RoleId::from(role),
                        place: Place::Site(*site),
                        people,
                    })
                    .collect(),
                people: all,
                primary_here: number(primary),
                only_here: all.saturating_sub(number(elsewhere)),
                ..Headcount::default()
            })
        }
        HeadcountOf::Resource(resource) => resource_headcount(conn, *resource),
    }
}

fn resource_headcount(conn: &mut Conn, resource: ResourceId) -> Result<Headcount, StoreError> {
    let key = resource.to_string();
    type Choice = (String, String, String);
    let choices: Vec<Choice> = ar::table
        .filter(ar::resource_id.eq(&key))
        .select((ar::user_id, ar::role_id, ar::site_id))
        .load(conn)?;
    let mut people: BTreeSet<String> = choices.iter().map(|(user, _, _)| user.clone()).collect();
    let members: Vec<String> = m::table.filter(m::resource_id.eq(&key)).select(m::user_id).load(conn)?;
    // Assignments that keep another resource of the same site.
    let other = diesel::alias!(super::schema::assignment_resources as other);
    let mut left: BTreeSet<String> = BTreeSet::new();
    for batch in choices.chunks(500) {
        let users: Vec<&str> = batch.iter().map(|(user, _, _)| user.as_str()).collect();
        let keeping: Vec<Choice> = other
            .filter(other.field(ar::user_id).eq_any(users))
            .filter(other.field(ar::resource_id).ne(&key))
            .select((
                other.field(ar::user_id),
                other.field(ar::role_id),
                other.field(ar::site_id),
            ))
            .load(conn)?;
        let keeping: BTreeSet<&Choice> = keeping.iter().collect();
        left.extend(
            batch
                .iter()
                .filter(|choice| !keeping.contains(choice))
                .map(|(user, _, _)| user.clone()),
        );
    }
    people.extend(members);
    Ok(Headcount {
        people: u32::try_from(people.len()).unwrap_or(u32::MAX),
        left_without: u32::try_from(left.len()).unwrap_or(u32::MAX),
        ..Headcount::default()
    })
}

/// How many people hold which role where.
pub fn holders(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Holders>, StoreError> {
    holders_of(conn, organisation, None)
}

fn holders_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    role: Option<&RoleId>,
) -> Result<Vec<Holders>, StoreError> {
    let mut counted = ac::table
        .select((ac::role_id, ac::site_id, ac::people))
        .into_boxed::<Backend>()
        .filter(ac::organisation_id.eq(organisation.to_string()))
        .filter(ac::people.gt(0));
    if let Some(role) = role {
        counted = counted.filter(ac::role_id.eq(role.as_str()));
    }
    let rows: Vec<(String, String, i64)> = counted.load(conn)?;
    let mut holders = Vec::new();
    for (role, site, people) in rows {
        let place = match site.as_str() {
            "" => Place::Organisation,
            site => Place::Site(SiteId(codec::uuid(site)?)),
        };
        holders.push(Holders {
            role: RoleId(role),
            place,
            people: number(people),
        });
    }
    holders.sort_by(|one, other| (&one.role, one.place).cmp(&(&other.role, other.place)));
    Ok(holders)
}

/// How many people hold each role anywhere, each person once for a role.
pub fn role_people(conn: &mut Conn, organisation: OrganisationId) -> Result<BTreeMap<String, i64>, StoreError> {
    let rows: Vec<(String, i64)> = fc::table
        .filter(fc::organisation_id.eq(organisation.to_string()))
        .filter(fc::role_id.ne(""))
        .select((fc::role_id, fc::people))
        .load(conn)?;
    Ok(summed(rows))
}

/// How many people hold something at each site, each person once for a site.
pub fn site_people(conn: &mut Conn, organisation: OrganisationId) -> Result<BTreeMap<String, i64>, StoreError> {
    let rows: Vec<(String, i64)> = fc::table
        .filter(fc::organisation_id.eq(organisation.to_string()))
        .filter(fc::role_id.eq(""))
        .select((fc::site_id, fc::people))
        .load(conn)?;
    Ok(summed(rows))
}

/// The counts of all states together; nothing where nobody is left.
fn summed(rows: Vec<(String, i64)>) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (key, people) in rows {
        *sums.entry(key).or_default() += people;
    }
    sums.retain(|_, people| *people > 0);
    sums
}

pub(crate) fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(if count < 0 { 0 } else { u32::MAX })
}
