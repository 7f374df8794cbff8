//! The smallest edit that would be allowed instead of a refused one (X3). A remedy is only offered after the same rules
//! have judged it: what is offered is allowed.

use std::collections::BTreeSet;

use crate::access::{Assignment, Holding, Place, Resources, Scope};
use crate::decide::judge;
use crate::edit::{AccessPatch, Edit};
use crate::facts::Facts;
use crate::policy::{Leaving, Need, Power};
use crate::rules::power_for;
use crate::user::{ProfileField, User};
use crate::verdict::{Field, Reason, Refusal, Remedy};

/// So many refusals one after the other are repaired before giving up.
const STEPS: usize = 8;

/// The remedy for one refusal of an edit.
pub(crate) fn find(facts: &Facts, edit: &Edit, refusal: &Refusal) -> Option<Remedy> {
    candidates(facts, edit, refusal)
        .into_iter()
        .find_map(|candidate| allowed(facts, edit, candidate))
        .map(|allowed| Remedy::Instead(Box::new(allowed)))
        .or_else(|| advice(facts, edit, refusal))
}

/// The candidate, repaired further where other things stand against it too, when it is allowed in the end and still
/// changes something.
fn allowed(facts: &Facts, asked: &Edit, mut candidate: Edit) -> Option<Edit> {
    for _ in 0..STEPS {
        if candidate == *asked {
            return None;
        }
        let verdict = judge(facts, &candidate);
        let Some(refusal) = verdict.refusals.first() else {
            return (!verdict.changes.is_empty()).then_some(candidate);
        };
        candidate = candidates(facts, &candidate, refusal).into_iter().next()?;
    }
    None
}

/// Edits near the refused one that lack what the refusal names, the nearest first.
fn candidates(facts: &Facts, edit: &Edit, refusal: &Refusal) -> Vec<Edit> {
    match (&refusal.field, &refusal.reason) {
        (
            _,
            Reason::ResourcesMissing {
                role, site, at_least, ..
            },
        ) => with_access(edit, |access| add_resources(facts, access, role, *site, *at_least)),
        (Field::Resources(_), Reason::ResourceUnknown { resource } | Reason::ResourceArchived { resource })
        | (_, Reason::ResourceOutOfReach { resource }) => with_access(edit, |access| {
            for grant in &mut access.grant {
                if let Scope::Site {
                    resources: Resources::Only(chosen),
                    ..
                } = &mut grant.scope
                {
                    chosen.remove(resource);
                }
            }
        }),
        (_, Reason::OtherRoleElsewhere { wanted, held, place }) => {
            let mut found = with_access(edit, |access| {
                for grant in access.grant.iter_mut().filter(|grant| grant.role == *wanted) {
                    grant.role = held.clone();
                }
            });
            found.extend(with_access(edit, |access| {
                access.grant.retain(|grant| grant.place() != *place);
                access.revoke.push(Holding {
                    role: held.clone(),
                    place: *place,
                });
            }));
            found
        }
        (_, Reason::Exclusive { role, other }) => {
            with_access(edit, |access| clear_exclusive(facts, access, role, other))
        }
        (_, Reason::OneRoleOnly { place, roles }) => with_access(edit, |access| keep_one(access, *place, roles)),
        (_, Reason::PrimarySiteMissing | Reason::PrimarySiteNotReached { .. })
        | (Field::PrimarySite, Reason::SiteUnknown { .. } | Reason::SiteArchived { .. }) => {
            let reached = sites_after(facts, edit);
            with_access(edit, |access| access.primary_site = reached.first().copied())
        }
        (Field::PrimarySite, Reason::PowerMissing { .. }) => with_access(edit, |access| access.primary_site = None),
        (_, Reason::RoleMissing { .. }) => with_access(edit, |access| access.revoke.clear()),
        (Field::Role(holding), _) => with_access(edit, |access| drop_role(facts, access, holding)),
        (Field::Membership(resource), _) => with_access(edit, |access| {
            access.join.remove(resource);
            access.leave.remove(resource);
        }),
        (Field::Profile(field), _) => with_profile(edit, *field),
        (Field::Product(product), reason) => products(edit, product, reason),
        (Field::Permission(permission), _) => {
            let mut smaller = edit.clone();
            if let Edit::SetRolePermissions { grant, revoke, .. } = &mut smaller {
                grant.remove(permission);
                revoke.remove(permission);
            }
            vec![smaller]
        }
        (Field::Whole, reason) => another_way(facts, edit, reason),
        _ => Vec::new(),
    }
}

fn with_access(edit: &Edit, change: impl FnOnce(&mut AccessPatch)) -> Vec<Edit> {
    let mut smaller = edit.clone();
    if let Some((_, access)) = smaller.parts_mut() {
        change(access);
    }
    vec![smaller]
}

/// Without what was typed in the field, and without what only goes with it.
fn with_profile(edit: &Edit, field: ProfileField) -> Vec<Edit> {
    let mut smaller = edit.clone();
    if let Some((profile, _)) = smaller.parts_mut() {
        profile.remove(&field);
    }
    vec![smaller]
}

/// Adds resources of the site, in the order in which people see them, until there are enough.
fn add_resources(
    facts: &Facts,
    access: &mut AccessPatch,
    role: &crate::ids::RoleId,
    site: crate::ids::SiteId,
    at_least: u32,
) {
    let place = Place::Site(site);
    if !access
        .grant
        .iter()
        .any(|grant| grant.role == *role && grant.place() == place)
    {
        let scope = Scope::Site {
            site,
            resources: Resources::Only(BTreeSet::new()),
        };
        access.grant.push(Assignment {
            role: role.clone(),
            scope,
        });
    }
    for grant in access
        .grant
        .iter_mut()
        .filter(|grant| grant.role == *role && grant.place() == place)
    {
        let mut chosen = match grant.scope.resources() {
            Resources::Only(chosen) => chosen.clone(),
            Resources::All => BTreeSet::new(),
        };
        for resource in facts.organisation.open_resources_of(site) {
            if u32::try_from(chosen.len()).unwrap_or(u32::MAX) >= at_least {
                break;
            }
            chosen.insert(resource.id);
        }
        grant.scope = Scope::Site {
            site,
            resources: Resources::Only(chosen),
        };
    }
}

/// What is newly asked for stays, what was held goes; of two that are asked for, the first stays.
fn clear_exclusive(facts: &Facts, access: &mut AccessPatch, role: &crate::ids::RoleId, other: &crate::ids::RoleId) {
    let asked = |id: &crate::ids::RoleId| access.grant.iter().position(|grant| grant.role == *id);
    let gone = match (asked(role), asked(other)) {
        (Some(first), Some(second)) if first <= second => other,
        (Some(_), None) => other,
        (Some(_) | None, Some(_)) | (None, None) => role,
    };
    access.grant.retain(|grant| grant.role != *gone);
    let held = facts
        .subject
        .iter()
        .flat_map(|user| &user.assignments)
        .filter(|held| held.role == *gone);
    for holding in held.map(Assignment::holding) {
        if !access.revoke.contains(&holding) {
            access.revoke.push(holding);
        }
    }
}

fn keep_one(access: &mut AccessPatch, place: Place, roles: &[crate::ids::RoleId]) {
    let wanted = access
        .grant
        .iter()
        .find(|grant| grant.place() == place)
        .map(|grant| grant.role.clone());
    access
        .grant
        .retain(|grant| grant.place() != place || Some(&grant.role) == wanted.as_ref());
    for role in roles.iter().filter(|role| Some(*role) != wanted.as_ref()) {
        let holding = Holding {
            role: role.clone(),
            place,
        };
        if !access.revoke.contains(&holding) {
            access.revoke.push(holding);
        }
    }
}

/// Leaves the place as it is: neither the grant nor the revocation that made room for it.
fn drop_role(facts: &Facts, access: &mut AccessPatch, holding: &Holding) {
    let held = |holding: &Holding| {
        facts
            .subject
            .iter()
            .flat_map(|user| &user.assignments)
            .any(|assignment| holding.is(assignment))
    };
    access.grant.retain(|grant| !holding.is(grant));
    access
        .revoke
        .retain(|gone| gone != holding && (gone.place != holding.place || !held(gone)));
    if access.primary_site.map(Place::Site) == Some(holding.place) {
        access.primary_site = None;
    }
}

fn sites_after(facts: &Facts, edit: &Edit) -> Vec<crate::ids::SiteId> {
    let mut ignored = crate::verdict::Verdict::default();
    let plan = crate::plan::Plan::make(facts, edit, &mut ignored);
    let Some(after) = plan.after else { return Vec::new() };
    facts
        .organisation
        .open_sites()
        .map(|site| site.id)
        .filter(|site| {
            after
                .assignments
                .iter()
                .any(|held| held.place().covers(Place::Site(*site)))
        })
        .collect()
}

fn products(edit: &Edit, product: &crate::ids::ProductId, reason: &Reason) -> Vec<Edit> {
    match (edit, reason) {
        (Edit::AddProducts { user, products }, Reason::ProductNeedsCase { .. }) if products.len() == 1 => {
            vec![Edit::OpenCase {
                user: *user,
                product: product.clone(),
            }]
        }
        (Edit::AddProducts { user, products }, _) => {
            let products = products.iter().filter(|other| *other != product).cloned().collect();
            vec![Edit::AddProducts { user: *user, products }]
        }
        (Edit::OpenCase { user, .. }, Reason::CaseNotNeeded { .. }) => {
            vec![Edit::AddProducts {
                user: *user,
                products: BTreeSet::from([product.clone()]),
            }]
        }
        _ => Vec::new(),
    }
}

/// Another edit that reaches what this one is for.
fn another_way(facts: &Facts, edit: &Edit, reason: &Reason) -> Vec<Edit> {
    let (Some(user), Some(subject)) = (edit.user(), facts.subject.as_ref()) else {
        return Vec::new();
    };
    match reason {
        Reason::WayOfLeavingUnused => {
            let leaving = &facts.policy.lifecycle.leaving;
            match edit {
                Edit::Delete { .. } if leaving.contains(&Leaving::Deactivate) => vec![Edit::Deactivate { user }],
                Edit::Deactivate { .. } if leaving.contains(&Leaving::Delete) => vec![Edit::Delete { user }],
                _ => Vec::new(),
            }
        }
        Reason::NotInvited { .. } if matches!(edit, Edit::ResendInvitation { .. }) => vec![Edit::Activate { user }],
        Reason::NotInvited { .. } => vec![Edit::Delete { user }, Edit::Deactivate { user }],
        Reason::StillInvited if matches!(edit, Edit::Deactivate { .. }) => {
            vec![Edit::WithdrawInvitation { user }, Edit::Delete { user }]
        }
        Reason::StillInvited => vec![Edit::ResendInvitation { user }],
        Reason::AccountUnusable => vec![Edit::Unlock { user }, Edit::Activate { user }],
        // Someone who also works where the actor has no say: the access that the actor has a say in can end.
        Reason::PowerMissing {
            power: Power::Users, ..
        } if matches!(edit, Edit::Delete { .. } | Edit::Deactivate { .. }) => revoke_within_reach(facts, subject),
        _ => Vec::new(),
    }
}

fn revoke_within_reach(facts: &Facts, subject: &User) -> Vec<Edit> {
    let within = |held: &&Assignment| facts.actor.has_power(&facts.policy, Power::Users, held.place());
    let revoke: Vec<Holding> = subject
        .assignments
        .iter()
        .filter(within)
        .map(Assignment::holding)
        .collect();
    if revoke.is_empty() || revoke.len() == subject.assignments.len() {
        return Vec::new();
    }
    let access = AccessPatch {
        revoke,
        ..AccessPatch::default()
    };
    vec![Edit::Change {
        user: subject.id,
        profile: Default::default(),
        access,
    }]
}

/// What to do when no other edit helps.
fn advice(facts: &Facts, edit: &Edit, refusal: &Refusal) -> Option<Remedy> {
    let power = power_for(edit);
    match (&refusal.field, &refusal.reason) {
        (_, Reason::SitesMissing { .. }) => Some(Remedy::AddSite),
        (_, Reason::ResourcesMissing { site, .. }) => {
            let none = facts.organisation.open_resources_of(*site).next().is_none();
            Some(if none {
                Remedy::AddResource(*site)
            } else {
                Remedy::Choose(refusal.field.clone())
            })
        }
        (_, Reason::RecreateOnly { to, .. }) => Some(Remedy::Recreate(to.clone())),
        (_, Reason::LastAdministrator) => Some(Remedy::AnotherAdministrator),
        (
            _,
            Reason::PowerMissing { .. }
            | Reason::SupportMayNot { .. }
            | Reason::GrantsMoreThanHeld { .. }
            | Reason::PermissionNotHeld { .. }
            | Reason::ResourceOutOfReach { .. }
            | Reason::HoldsMore
            | Reason::NotAllResourcesHeld { .. }
            | Reason::ActorCannotAct,
        ) => Some(Remedy::AskAdministrator(power)),
        (Field::Profile(field), Reason::ClinicalOnly { .. } | Reason::FieldUnused { .. }) => {
            let used = facts.policy.field(*field).is_some_and(|rule| rule.need != Need::Unused);
            used.then_some(Remedy::Choose(Field::Roles(Place::Organisation)))
        }
        (Field::Profile(_), Reason::LoginEmailFixed) => None,
        (Field::Profile(field), _) => Some(Remedy::Retype(*field)),
        (field @ (Field::Roles(_) | Field::Role(_) | Field::PrimarySite | Field::Name | Field::Resources(_)), _) => {
            Some(Remedy::Choose(field.clone()))
        }
        _ => None,
    }
}
