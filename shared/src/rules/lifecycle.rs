//! The legal moves of an account (D6, D9, M13, M15, O10, O11, T4, T9, T14).

use crate::edit::Edit;
use crate::ids::RoleId;
use crate::lifecycle::Status;
use crate::plan::Plan;
use crate::policy::Leaving;
use crate::user::User;
use crate::verdict::{Confirmation, Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let Some(subject) = plan.before else { return };
    let leaving = &plan.facts.policy.lifecycle.leaving;
    let user = subject.id;
    let mut refuse = |rule, reason| verdict.refuse(rule, Field::Whole, reason);
    match plan.edit {
        Edit::ResendInvitation { .. } => require_invited(subject, "D6", &mut refuse),
        Edit::WithdrawInvitation { .. } => {
            require_invited(subject, "M15", &mut refuse);
            if !plan.facts.policy.lifecycle.withdraw_invitation {
                refuse("M15", Reason::WithdrawalUnused);
            }
        }
        Edit::Deactivate { .. } => {
            if !leaving.contains(&Leaving::Deactivate) {
                refuse("D9", Reason::WayOfLeavingUnused);
            }
            // Activated again it would be in use without ever having been accepted: a pending invitation is withdrawn.
            if subject.status == Status::Invited {
                refuse("D9", Reason::StillInvited);
            }
            if subject.status == Status::Inactive {
                refuse("D9", Reason::AlreadyInactive);
            }
            verdict.confirmations.push(Confirmation::Deactivation { user });
        }
        Edit::Delete { .. } => {
            if !leaving.contains(&Leaving::Delete) {
                refuse("O11", Reason::WayOfLeavingUnused);
            }
            verdict.confirmations.push(Confirmation::Deletion { user });
        }
        Edit::Recreate { .. } => {
            if !leaving.contains(&Leaving::Delete) {
                refuse("A12", Reason::WayOfLeavingUnused);
            }
            let mut roles: Vec<RoleId> = Vec::new();
            for held in plan.after.iter().flat_map(|after| &after.assignments) {
                if !roles.contains(&held.role) {
                    roles.push(held.role.clone());
                }
            }
            verdict.confirmations.push(Confirmation::Recreation { user, roles });
        }
        Edit::Activate { .. } => match subject.status {
            Status::Active => refuse("T4", Reason::AlreadyActive),
            Status::Invited => refuse("T4", Reason::StillInvited),
            Status::Inactive => {}
        },
        Edit::Lock { .. } if subject.locked.is_some() => refuse("T14", Reason::AlreadyLocked),
        Edit::Unlock { .. } if subject.locked.is_none() => refuse("T9", Reason::NotLocked),
        Edit::ResetFactors { .. } if user == plan.facts.actor.user => refuse("X4", Reason::OwnFactors),
        Edit::ResetFactors { .. } if plan.facts.second_factors.is_empty() => refuse("X3", Reason::NoSecondFactor),
        Edit::ChangeFactors { .. } => refuse("X4", Reason::OwnFactors),
        Edit::SetTemporaryPassword { .. } if subject.status == Status::Invited => refuse("T7", Reason::StillInvited),
        _ => {}
    }
}

fn require_invited(subject: &User, rule: &'static str, refuse: &mut impl FnMut(&'static str, Reason)) {
    if subject.status != Status::Invited {
        refuse(rule, Reason::NotInvited { status: subject.status });
    }
}
