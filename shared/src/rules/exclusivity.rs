//! Roles that exclude each other are never held together (O8, O9).

use crate::access::Place;
use crate::edit::Edit;
use crate::plan::Plan;
use crate::policy::Role;
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (Edit::Invite { .. } | Edit::Change { .. }, Some(after)) = (plan.edit, plan.after.as_ref()) else {
        return;
    };
    let policy = &plan.facts.policy;
    let held: Vec<(&Role, Place)> = after
        .assignments
        .iter()
        .filter_map(|a| policy.role(&a.role).map(|role| (role, a.place())))
        .collect();
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
