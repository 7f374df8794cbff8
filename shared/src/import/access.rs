//! From the roles and sites of a row to what is granted and revoked.

use std::collections::BTreeSet;

use super::fold::fold;
use super::person::Person;
use super::rows::Why;
use crate::access::{Assignment, Resources, Scope};
use crate::edit::AccessPatch;
use crate::facts::Facts;
use crate::ids::{ResourceId, SiteId};
use crate::policy::{Elsewhere, Level, Need, Role, RoleKind, RoleResources, RolesPerUser};
use crate::user::User;

/// What the row's person should hold: each of the roles at each of the sites.
pub(super) fn wanted(facts: &Facts, person: &Person) -> Vec<Assignment> {
    let roles = person.roles.iter().filter_map(|id| facts.policy.role(id));
    let mut wanted: Vec<Assignment> = roles
        .flat_map(|role| match role.scope {
            Level::Organisation => vec![Assignment {
                role: role.id.clone(),
                scope: Scope::Organisation,
            }],
            Level::Site => person
                .sites
                .iter()
                .map(|site| Assignment {
                    role: role.id.clone(),
                    scope: Scope::Site {
                        site: *site,
                        resources: resources_at(facts, person, role, *site),
                    },
                })
                .collect(),
        })
        .collect();
    wanted.sort();
    wanted
}

fn resources_at(facts: &Facts, person: &Person, role: &Role, site: SiteId) -> Resources {
    match role.resources {
        RoleResources::All => Resources::All,
        RoleResources::AtLeast(_) => {
            let names = person.resources.as_deref().unwrap_or_default();
            let found = facts
                .organisation
                .open_resources_of(site)
                .filter(|found| names.contains(&fold(&found.name)));
            Resources::Only(found.map(|resource| resource.id).collect::<BTreeSet<ResourceId>>())
        }
    }
}

/// Words for resources that none of the person's sites has.
pub(super) fn unmatched_resources(facts: &Facts, person: &Person) -> Vec<Why> {
    let known: Vec<String> = person
        .sites
        .iter()
        .flat_map(|site| facts.organisation.open_resources_of(*site))
        .map(|resource| fold(&resource.name))
        .collect();
    let words = person.resources.iter().flatten().filter(|word| !known.contains(word));
    words
        .map(|word| Why::ResourceUnmatched { word: word.clone() })
        .collect()
}

/// Access for a new account.
pub(super) fn for_new(facts: &Facts, person: &Person) -> AccessPatch {
    AccessPatch {
        grant: wanted(facts, person),
        primary_site: primary_site(facts, person),
        ..AccessPatch::default()
    }
}

/// What differs for an account that there is, and the sites that it keeps although the file does not name them.
///
/// The file's word about a role counts at the sites that it names; where the policy wants one role everywhere and says
/// that a change follows, it counts at the others too. Sites that the file does not name are kept: a roster tells where
/// people work, and access rules are set by hand.
pub(super) fn for_existing(facts: &Facts, person: &Person, user: &User) -> (AccessPatch, Vec<SiteId>) {
    let mut wanted = wanted(facts, person);
    if wanted.is_empty() {
        let primary_site = primary_site(facts, person).filter(|site| user.primary_site != Some(*site));
        return (
            AccessPatch {
                primary_site,
                ..AccessPatch::default()
            },
            Vec::new(),
        );
    }
    let named: BTreeSet<SiteId> = person.sites.iter().copied().collect();
    let mut revoke = Vec::new();
    let mut kept = BTreeSet::new();
    for held in &user.assignments {
        let Some(role) = facts.policy.role(&held.role).filter(|role| role.kind == RoleKind::Main) else {
            continue;
        };
        let site = held.place().site();
        let here = wanted.iter().filter(|next| next.place() == held.place());
        if here.clone().any(|next| next.role == held.role) {
            continue;
        }
        if here.clone().any(|next| replaces(facts, next, role)) {
            revoke.push(held.holding());
        } else if let Some(site) = site.filter(|site| !named.contains(site)) {
            match follows(facts, person, role) {
                Some(next) => {
                    revoke.push(held.holding());
                    let scope = Scope::Site {
                        site,
                        resources: held.scope.resources().clone(),
                    };
                    wanted.push(Assignment {
                        role: next.id.clone(),
                        scope,
                    });
                    kept.insert(site);
                }
                None => {
                    kept.insert(site);
                }
            }
        }
    }
    for held in user.assignments.iter().filter_map(|held| held.place().site()) {
        if !named.contains(&held) {
            kept.insert(held);
        }
    }
    let grant = wanted.into_iter().filter(|next| !is_held(next, user, person)).collect();
    let primary_site = primary_site(facts, person).filter(|site| user.primary_site != Some(*site));
    (
        AccessPatch {
            grant,
            revoke,
            primary_site,
            ..AccessPatch::default()
        },
        kept.into_iter().collect(),
    )
}

/// Whether the wanted assignment takes the place of a role that is held where it will hold.
fn replaces(facts: &Facts, next: &Assignment, held: &Role) -> bool {
    let Some(role) = facts.policy.role(&next.role).filter(|role| role.kind == RoleKind::Main) else {
        return false;
    };
    facts.policy.assignment.roles_per_user == RolesPerUser::One || role.excludes_or_is_excluded_by(held)
}

/// The one role that a held role becomes at the sites that the file does not name.
fn follows<'a>(facts: &'a Facts, person: &Person, held: &Role) -> Option<&'a Role> {
    let [role] = person.roles.as_slice() else { return None };
    let next = facts
        .policy
        .role(role)
        .filter(|next| next.scope == Level::Site && next.id != held.id)?;
    let transition = facts.policy.transition(&held.id, &next.id)?;
    (facts.policy.assignment.same_role_at_every_site && transition.elsewhere == Elsewhere::Follows).then_some(next)
}

fn is_held(next: &Assignment, user: &User, person: &Person) -> bool {
    user.assignments.iter().any(|held| {
        // A file that does not speak of resources changes none.
        held.holding() == next.holding() && (person.resources.is_none() || held.scope == next.scope)
    })
}

fn primary_site(facts: &Facts, person: &Person) -> Option<SiteId> {
    person
        .primary_site
        .filter(|_| facts.policy.assignment.primary_site != Need::Unused)
}
