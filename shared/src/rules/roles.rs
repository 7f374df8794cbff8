//! Changing what a role permits, for all its holders at once (D4, D5, X4).

use crate::access::Place;
use crate::edit::Edit;
use crate::ids::PermissionId;
use crate::plan::Plan;
use crate::policy::Permissions;
use crate::verdict::{Field, Reason, Undecided, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let Edit::SetRolePermissions { role, grant, revoke } = plan.edit else {
        return;
    };
    let (actor, policy) = (&plan.facts.actor, &plan.facts.policy);
    let Some(role) = policy.role(role).filter(|found| actor.sees_role(policy, found)) else {
        verdict.refuse("D4", Field::Whole, Reason::RoleUnknown { role: role.clone() });
        return;
    };
    if role.permissions == Permissions::All {
        verdict.refuse(
            "D4",
            Field::Whole,
            Reason::RoleHoldsEverything { role: role.id.clone() },
        );
        return;
    }
    let held = actor.rights_at(policy, Place::Organisation).permissions(policy);
    let may_touch = |permission: &PermissionId| held.contains(permission);
    for permission in grant.iter().chain(revoke) {
        let field = Field::Permission(permission.clone());
        if policy.permission(permission).is_none() {
            verdict.refuse(
                "D5",
                field,
                Reason::PermissionUnknown {
                    permission: permission.clone(),
                },
            );
        } else if grant.contains(permission) && !role.permits(permission) && !may_touch(permission) {
            verdict.refuse(
                "X4",
                field,
                Reason::PermissionNotHeld {
                    permission: permission.clone(),
                },
            );
        }
    }
    if plan.facts.headcount.is_none() {
        verdict.undecided.push(Undecided::Headcount);
    }
}
