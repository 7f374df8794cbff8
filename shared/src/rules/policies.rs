//! Exports and policies: what is put on record about lists that leave the product (X7), and who may write a policy anew and
//! how far (X4, X5, M9).

use crate::access::Place;
use crate::edit::Edit;
use crate::facts::Actor;
use crate::ids::{PermissionId, RoleId};
use crate::plan::Plan;
use crate::policy::check::check;
use crate::policy::{Policy, Power};
use crate::verdict::{Confirmation, Field, Reason, Undecided, Verdict};

const NOTE_AT_MOST: u32 = 500;

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    match plan.edit {
        // Only whoever wrote the file knows how many rows it has: nobody claims an export that was none.
        Edit::Export { .. } if plan.facts.headcount.is_none() => verdict.undecided.push(Undecided::Headcount),
        Edit::PublishPolicy { note, .. } => judge_policy(plan, note, verdict),
        _ => {}
    }
}

fn judge_policy(plan: &Plan<'_>, note: &str, verdict: &mut Verdict) {
    let (facts, in_force) = (plan.facts, &plan.facts.policy);
    if note.chars().count() > NOTE_AT_MOST as usize {
        let at_most = NOTE_AT_MOST;
        verdict.refuse("X7", Field::Whole, Reason::NoteTooLong { at_most });
    }
    if in_force.roles.iter().any(|role| !facts.actor.sees_role(in_force, role)) {
        verdict.refuse("M9", Field::Whole, Reason::PolicyHidden);
    }
    let (Some(proposed), Some(count)) = (&facts.proposed, &facts.headcount) else {
        verdict.undecided.push(Undecided::Headcount);
        return;
    };
    if proposed == in_force {
        verdict.refuse("X7", Field::Whole, Reason::PolicyUnchanged);
    }
    let findings = check(proposed);
    if !findings.is_empty() {
        verdict.refuse("X1", Field::Whole, Reason::PolicyContradicts { findings });
        return;
    }
    judge_gains(&facts.actor, in_force, proposed, verdict);
    match facts.other_administrators.get() {
        Some(0) => verdict.refuse("X5", Field::Whole, Reason::NobodyAdministers),
        Some(_) => {}
        None => verdict.undecided.push(Undecided::OtherAdministrators),
    }
    if count.in_breach > 0 {
        verdict.confirmations.push(Confirmation::Breach {
            people: count.in_breach,
        });
    }
}

/// Nobody gives a role what they do not hold themselves (X4). What the policy in force does not know can be given by whoever
/// holds all that it knows: nobody could hold it yet.
fn judge_gains(actor: &Actor, in_force: &Policy, proposed: &Policy, verdict: &mut Verdict) {
    let held = actor.rights_at(in_force, Place::Organisation);
    let permissions = held.permissions(in_force);
    let holds_all = permissions.len() == in_force.permissions.len();
    let gave = |role: &RoleId, permission: &PermissionId| {
        in_force.permission(permission).is_some() && in_force.role(role).is_some_and(|role| role.permits(permission))
    };
    for role in &proposed.roles {
        for permission in &proposed.permissions {
            let id = &permission.id;
            let known = in_force.permission(id).is_some();
            let may_give = if known { permissions.contains(id) } else { holds_all };
            if role.permits(id) && !gave(&role.id, id) && !may_give {
                let permission = id.clone();
                verdict.refuse(
                    "X4",
                    Field::Permission(id.clone()),
                    Reason::PermissionNotHeld { permission },
                );
            }
        }
        let administered = in_force.role(&role.id).map(|role| &role.administers);
        for power in &role.administers {
            if *power == NEWEST && !is_known(in_force, NEWEST) {
                continue;
            }
            if administered.is_none_or(|powers| !powers.contains(power)) {
                require_power(&held, *power, verdict);
            }
        }
    }
    for power in proposed
        .support
        .may_administer
        .difference(&in_force.support.may_administer)
    {
        require_power(&held, *power, verdict);
    }
}

/// The power that came with the newest version of Lanyard. Policies from before do not have it: it is first given by whoever
/// writes the policy. Any other power that nobody has was given up, and does not come back that way (X4).
const NEWEST: Power = Power::Embedding;

/// Whether anybody could hold the power until now.
fn is_known(policy: &Policy, power: Power) -> bool {
    policy.roles.iter().any(|role| role.administers.contains(&power)) || policy.support.may_administer.contains(&power)
}

fn require_power(held: &crate::effective::Rights, power: Power, verdict: &mut Verdict) {
    if !held.has_power(power) {
        let place = Place::Organisation;
        verdict.refuse("X4", Field::Whole, Reason::PowerMissing { power, place });
    }
}
