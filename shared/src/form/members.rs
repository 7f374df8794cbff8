//! Being a member of a resource, asked from the resource's side (A17, O12): a group of the organisation is joined and
//! left, a resource of a site is among those that were chosen for someone there.

use std::collections::BTreeSet;

use super::access::fresh_scope;
use crate::access::{Assignment, Place, Resources, Scope};
use crate::edit::{AccessPatch, Edit};
use crate::effective::main_roles;
use crate::facts::Facts;
use crate::ids::{ResourceId, SiteId};
use crate::policy::{Level, Role, RoleKind, RoleResources};
use crate::user::User;

/// Whether the person has the resource now, by membership, by choice or because they have all of its site.
pub fn has(facts: &Facts, user: &User, resource: ResourceId) -> bool {
    let site = facts.organisation.resource(resource).and_then(|found| found.site);
    match site {
        None => user.memberships.contains(&resource),
        Some(site) => user
            .assignments
            .iter()
            .any(|held| held.place() == Place::Site(site) && reaches(held, resource)),
    }
}

/// The edit that makes the subject a member; nothing where they are one. Whether it may be made is the decision's to say.
pub fn join(facts: &Facts, resource: ResourceId) -> Option<Edit> {
    let subject = facts.subject.as_ref()?;
    if has(facts, subject, resource) {
        return None;
    }
    let access = match facts.organisation.resource(resource)?.site {
        None => AccessPatch {
            join: BTreeSet::from([resource]),
            ..AccessPatch::default()
        },
        Some(site) => granting(with(facts, subject, site, resource)?),
    };
    Some(changing(subject, access))
}

/// The edit that ends the subject's membership; nothing where there is none, or where it comes with having all of a site.
pub fn leave(facts: &Facts, resource: ResourceId) -> Option<Edit> {
    let subject = facts.subject.as_ref()?;
    let access = match facts.organisation.resource(resource)?.site {
        None if subject.memberships.contains(&resource) => AccessPatch {
            leave: BTreeSet::from([resource]),
            ..AccessPatch::default()
        },
        None => return None,
        Some(site) => granting(without(subject, site, resource)?),
    };
    Some(changing(subject, access))
}

fn reaches(held: &Assignment, resource: ResourceId) -> bool {
    match held.scope.resources() {
        Resources::All => true,
        Resources::Only(chosen) => chosen.contains(&resource),
    }
}

fn granting(assignment: Assignment) -> AccessPatch {
    AccessPatch {
        grant: vec![assignment],
        ..AccessPatch::default()
    }
}

fn changing(subject: &User, access: AccessPatch) -> Edit {
    Edit::Change {
        user: subject.id,
        profile: Default::default(),
        access,
    }
}

/// The assignment at the site with the resource besides what is chosen there. Someone who works elsewhere begins here
/// with the role that they hold there, everyone else with the first whose resources are chosen by hand.
fn with(facts: &Facts, subject: &User, site: SiteId, resource: ResourceId) -> Option<Assignment> {
    let policy = &facts.policy;
    let here = subject.assignments.iter().find_map(|held| match &held.scope {
        Scope::Site {
            site: at,
            resources: Resources::Only(chosen),
        } if *at == site => Some((held, chosen)),
        _ => None,
    });
    if let Some((held, chosen)) = here {
        let mut chosen = chosen.clone();
        chosen.insert(resource);
        return Some(Assignment {
            role: held.role.clone(),
            scope: chosen_at(site, chosen),
        });
    }
    let of_site = |role: &&Role| role.scope == Level::Site;
    let own = main_roles(policy, &subject.assignments)
        .map(|(_, role)| role)
        .find(of_site);
    let by_hand = || {
        policy.roles.iter().filter(of_site).find(|role| {
            role.kind == RoleKind::Main
                && matches!(role.resources, RoleResources::AtLeast(_))
                && facts.actor.sees_role(policy, role)
        })
    };
    let role = own.or_else(by_hand)?;
    let scope = match role.resources {
        RoleResources::AtLeast(_) => chosen_at(site, BTreeSet::from([resource])),
        RoleResources::All => fresh_scope(role, Place::Site(site), None),
    };
    Some(Assignment {
        role: role.id.clone(),
        scope,
    })
}

fn without(subject: &User, site: SiteId, resource: ResourceId) -> Option<Assignment> {
    subject.assignments.iter().find_map(|held| match &held.scope {
        Scope::Site {
            site: at,
            resources: Resources::Only(chosen),
        } if *at == site && chosen.contains(&resource) => {
            let mut chosen = chosen.clone();
            chosen.remove(&resource);
            Some(Assignment {
                role: held.role.clone(),
                scope: chosen_at(site, chosen),
            })
        }
        _ => None,
    })
}

fn chosen_at(site: SiteId, chosen: BTreeSet<ResourceId>) -> Scope {
    Scope::Site {
        site,
        resources: Resources::Only(chosen),
    }
}
