//! Putting a site or a resource away, with what it takes from whom: nobody is left there, whoever was there has been
//! changed (X6), and what they lost is on the record of each of them (X7).

use diesel::prelude::*;
use shared::access::{Assignment, Place, Resources, Scope};
use shared::ids::{OrganisationId, ResourceId, SiteId, UserId};
use shared::user::User;
use shared::verdict::Change;
use shared::wire::AuditPerson;

use crate::store::schema::{
    assignment_resources as ar, assignments as a, memberships as m, resources as r, sites as s, users as u,
};
use crate::store::{self, Conn, StoreError, codec};

/// Someone whom an edit changed that was not about them.
pub(super) struct Touched {
    pub(super) person: AuditPerson,
    pub(super) changes: Vec<Change>,
}

/// People read at once.
const BATCH: usize = 500;

pub(super) fn archive_site(
    conn: &mut Conn,
    organisation: OrganisationId,
    site: SiteId,
) -> Result<Vec<Touched>, StoreError> {
    let key = site.to_string();
    diesel::update(s::table.find(&key))
        .set(s::archived.eq(true))
        .execute(conn)?;
    let here = a::organisation_id.eq(organisation.to_string()).and(a::site_id.eq(&key));
    let there: Vec<String> = a::table
        .filter(here.clone())
        .select(a::user_id)
        .distinct()
        .order(a::user_id)
        .load(conn)?;
    let touched = touched(conn, &there, |user| {
        let ends = user.assignments.iter().filter(|held| held.place() == Place::Site(site));
        ends.map(|held| Change::Revoked {
            assignment: held.clone(),
        })
        .collect()
    })?;
    diesel::delete(ar::table.filter(ar::site_id.eq(&key))).execute(conn)?;
    diesel::delete(a::table.filter(here)).execute(conn)?;
    Ok(touched)
}

pub(super) fn archive_resource(conn: &mut Conn, resource: ResourceId) -> Result<Vec<Touched>, StoreError> {
    let key = resource.to_string();
    diesel::update(r::table.find(&key))
        .set(r::archived.eq(true))
        .execute(conn)?;
    let mut there: Vec<String> = ar::table
        .filter(ar::resource_id.eq(&key))
        .select(ar::user_id)
        .load(conn)?;
    there.extend(
        m::table
            .filter(m::resource_id.eq(&key))
            .select(m::user_id)
            .load::<String>(conn)?,
    );
    there.sort_unstable();
    there.dedup();
    let touched = touched(conn, &there, |user| {
        let without = user.assignments.iter().filter_map(|held| without(held, resource));
        let mut changes: Vec<Change> = without.map(|assignment| Change::Granted { assignment }).collect();
        if user.memberships.contains(&resource) {
            changes.push(Change::Left { resource });
        }
        changes
    })?;
    diesel::delete(ar::table.filter(ar::resource_id.eq(&key))).execute(conn)?;
    diesel::delete(m::table.filter(m::resource_id.eq(&key))).execute(conn)?;
    Ok(touched)
}

/// What is left of an assignment that has the resource by choice.
fn without(held: &Assignment, resource: ResourceId) -> Option<Assignment> {
    let Scope::Site {
        site,
        resources: Resources::Only(chosen),
    } = &held.scope
    else {
        return None;
    };
    let mut chosen = chosen.clone();
    chosen.remove(&resource).then(|| Assignment {
        role: held.role.clone(),
        scope: Scope::Site {
            site: *site,
            resources: Resources::Only(chosen),
        },
    })
}

/// Raises the revision of these people, and gives what changes for each of them.
fn touched(
    conn: &mut Conn,
    keys: &[String],
    changes: impl Fn(&User) -> Vec<Change>,
) -> Result<Vec<Touched>, StoreError> {
    let mut touched = Vec::with_capacity(keys.len());
    for batch in keys.chunks(BATCH) {
        let ids = batch
            .iter()
            .map(|key| codec::uuid(key).map(UserId))
            .collect::<Result<Vec<_>, _>>()?;
        diesel::update(u::table.filter(u::id.eq_any(batch)))
            .set(u::revision.eq(u::revision + 1))
            .execute(conn)?;
        for record in store::load_users(conn, &ids)? {
            touched.push(Touched {
                person: AuditPerson {
                    user: record.user.id,
                    name: store::record_name(&record.user.profile),
                },
                changes: changes(&record.user),
            });
        }
    }
    Ok(touched)
}
