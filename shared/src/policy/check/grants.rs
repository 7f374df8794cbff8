//! Whether every role can be granted by someone: nobody grants what they do not hold (X4).

use super::{Found, Problem, at};
use crate::effective::Rights;
use crate::policy::{Level, Policy, Power, Role, RoleKind, RolesPerUser, Visibility};

pub(super) fn check(policy: &Policy, found: &mut Found) {
    if !policy
        .roles
        .iter()
        .any(|role| role.scope == Level::Organisation && role.administers.contains(&Power::Users))
    {
        found.add(super::Path::default().key("role"), Problem::NoAdministrator);
    }
    // Without anyone who administers users, that nobody grants anything is no news.
    if !policy.roles.iter().any(|role| role.administers.contains(&Power::Users)) {
        return;
    }
    for (index, role) in policy.roles.iter().enumerate() {
        if !policy.roles.iter().any(|granter| can_grant(policy, granter, role)) {
            found.add(at("role", index), Problem::NobodyCanGrant { role: role.id.clone() });
        }
    }
}

/// Whether someone with the role `granter`, and what they can hold beside it, holds all that `role` gives where it is
/// held.
fn can_grant(policy: &Policy, granter: &Role, role: &Role) -> bool {
    if !granter.administers.contains(&Power::Users) || !reaches(granter, role.scope) {
        return false;
    }
    let mut held = Rights::of_role(policy, granter);
    for other in &policy.roles {
        // A hidden role is granted by its holders (M9). Any other must be within reach of who does not hold it yet.
        let counts = other.id != role.id || role.visible_to == Visibility::Holders;
        if counts && reaches(other, role.scope) && held_beside(policy, granter, other) {
            held.add(&Rights::of_role(policy, other));
        }
    }
    Rights::of_role(policy, role).without(&held).is_empty()
}

fn reaches(role: &Role, level: Level) -> bool {
    role.scope == Level::Organisation || level == Level::Site
}

/// Whether one person can hold both.
fn held_beside(policy: &Policy, role: &Role, other: &Role) -> bool {
    if role.id == other.id || role.excludes_or_is_excluded_by(other) {
        return false;
    }
    let both_main = role.kind == RoleKind::Main && other.kind == RoleKind::Main;
    let at_two_places = role.scope != other.scope && !policy.assignment.same_role_at_every_site;
    !both_main || policy.assignment.roles_per_user == RolesPerUser::Many || at_two_places
}
