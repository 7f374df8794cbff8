//! How many people hold which role where, and how many there are at each site and in each resource.

use std::collections::BTreeMap;

use diesel::dsl::{count, count_star};
use diesel::prelude::*;
use shared::access::Place;
use shared::ids::{RoleId, Timestamp};
use shared::policy::Power;
use shared::wire::{ResourcePeople, RolePeople, RolesView, SitePeople, SitesView};

use super::QueryError;
use crate::facts::{self, Asker, Reach};
use crate::store::schema::{
    assignment_resources as ar, assignments as a, memberships as m, resources as r, users as u,
};
use crate::store::{self, Conn, number};

/// Holders of each role, place by place, as far as the reader administers users or roles.
pub fn roles(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<RolesView, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = Reach::of(&facts.actor, &facts.policy, Power::Roles)
        .or_else(|| Reach::of(&facts.actor, &facts.policy, Power::Users))
        .ok_or(QueryError::PowerMissing(Power::Roles))?;
    let mut holders = store::holders(conn, asker.organisation)?;
    holders.retain(|held| facts.policy.role(&held.role).is_some() && reach.covers(held.place));
    let people = role_people(conn, asker, &reach)?
        .into_iter()
        .map(|(role, people)| RolePeople {
            role: RoleId(role),
            people: number(people),
        })
        .filter(|held| facts.policy.role(&held.role).is_some())
        .collect();
    Ok(RolesView { holders, people })
}

/// How many people hold each role where the reader reaches, each person once for a role.
fn role_people(conn: &mut Conn, asker: &Asker, reach: &Reach) -> Result<Vec<(String, i64)>, QueryError> {
    let rows = match reach {
        Reach::Organisation => store::role_people(conn, asker.organisation)?.into_iter().collect(),
        Reach::Sites(sites) => a::table
            .filter(a::organisation_id.eq(asker.organisation.to_string()))
            .filter(a::site_id.eq_any(sites.iter().map(ToString::to_string).collect::<Vec<_>>()))
            .group_by(a::role_id)
            .select((a::role_id, count(a::user_id).aggregate_distinct()))
            .order(a::role_id)
            .load::<(String, i64)>(conn)?,
    };
    Ok(rows)
}

/// People at each site and in each resource, as far as the reader administers users or sites.
pub fn sites(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<SitesView, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = Reach::of(&facts.actor, &facts.policy, Power::Sites)
        .or_else(|| Reach::of(&facts.actor, &facts.policy, Power::Users))
        .ok_or(QueryError::PowerMissing(Power::Sites))?;
    let key = asker.organisation.to_string();
    let people = store::site_people(conn, asker.organisation)?;
    let everywhere = match reach {
        Reach::Organisation => Everywhere::read(conn, &key)?,
        // They are out of sight of whoever administers some sites.
        Reach::Sites(_) => Everywhere::default(),
    };
    let primary: BTreeMap<String, i64> = u::table
        .filter(u::organisation_id.eq(&key))
        .filter(u::primary_site_id.is_not_null())
        .group_by(u::primary_site_id)
        .select((u::primary_site_id.assume_not_null(), count_star()))
        .load::<(String, i64)>(conn)?
        .into_iter()
        .collect();
    let chosen: BTreeMap<String, i64> = ar::table
        .inner_join(r::table.on(r::id.eq(ar::resource_id)))
        .filter(r::organisation_id.eq(&key))
        .group_by(ar::resource_id)
        .select((ar::resource_id, count(ar::user_id).aggregate_distinct()))
        .load::<(String, i64)>(conn)?
        .into_iter()
        .collect();
    let members: BTreeMap<String, i64> = m::table
        .inner_join(r::table.on(r::id.eq(m::resource_id)))
        .filter(r::organisation_id.eq(&key))
        .group_by(m::resource_id)
        .select((m::resource_id, count_star()))
        .load::<(String, i64)>(conn)?
        .into_iter()
        .collect();
    let of = |counts: &BTreeMap<String, i64>, key: &str| counts.get(key).copied().unwrap_or_default();
    let sites = facts
        .organisation
        .sites
        .iter()
        .filter(|site| reach.covers(Place::Site(site.id)))
        .map(|site| {
            let key = site.id.to_string();
            SitePeople {
                site: site.id,
                people: number(of(&people, &key) + everywhere.people - of(&everywhere.also_at, &key)),
                primary_here: number(of(&primary, &key)),
            }
        });
    let resources = facts
        .organisation
        .resources
        .iter()
        .filter(|resource| resource.site.is_none_or(|site| reach.covers(Place::Site(site))))
        .map(|resource| {
            let key = resource.id.to_string();
            ResourcePeople {
                resource: resource.id,
                people: number(of(&chosen, &key) + of(&members, &key)),
            }
        });
    Ok(SitesView {
        sites: sites.collect(),
        resources: resources.collect(),
    })
}

/// Who holds a role in the whole organisation: they are at each of its sites (A16).
#[derive(Default)]
struct Everywhere {
    people: i64,
    /// How many of them hold something at a site besides: they are counted there already.
    also_at: BTreeMap<String, i64>,
}

impl Everywhere {
    fn read(conn: &mut Conn, organisation: &str) -> Result<Self, QueryError> {
        let whole = diesel::alias!(a as whole);
        let everywhere = whole
            .filter(whole.field(a::organisation_id).eq(organisation))
            .filter(whole.field(a::site_id).is_null());
        let person = whole.field(a::user_id);
        let people = everywhere.select(count(person).aggregate_distinct()).first(conn)?;
        if people == 0 {
            return Ok(Self::default());
        }
        let also_at = a::table
            .filter(a::organisation_id.eq(organisation))
            .filter(a::site_id.is_not_null())
            .filter(a::user_id.eq_any(everywhere.select(person)))
            .group_by(a::site_id)
            .select((a::site_id.assume_not_null(), count(a::user_id).aggregate_distinct()))
            .load::<(String, i64)>(conn)?
            .into_iter()
            .collect();
        Ok(Self { people, also_at })
    }
}
