//! Roles that exclude each other are never held together (O8, O9).

use crate::access::Place;
use crate::edit::Edit;
use crate::plan::Plan;
use crate::policy::Role;
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (Edit::Invite { .. } | Edit::Change { .. } | Edit::Recreate { .. }, Some(after)) =
        (plan.edit, plan.after.as_ref())
    else {
        return;
    };
    let policy = &plan.facts.policy;
    let mut held: Vec<(&Role, Place)> = Vec::new();
    for assignment in &after.assignments {
        if held.iter().all(|(role, _)| role.id != assignment.role)
            && let Some(role) = policy.role(&assignment.role)
        {
            held.push((role, assignment.place()));
        }
    }
    for (position, (role, place)) in held.iter().enumerate() {
        for (other, _) in held.iter().skip(position + 1) {
            if role.excludes_or_is_excluded_by(other) {
                let reason = Reason::Exclusive {
                    role: role.id.clone(),
                    other: other.id.clone(),
                };
                verdict.refuse("O8", Field::Roles(*place), reason);
            }
        }
    }
}
