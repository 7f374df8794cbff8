//! Nobody grants what they do not hold (X4): what the subject gains must be among what the actor holds at that place.

use crate::access::{Assignment, Place, Resources};
use crate::edit::Edit;
use crate::effective::{Rights, resources_at, rights_at};
use crate::ids::{ResourceId, RoleId, SiteId};
use crate::plan::Plan;
use crate::user::User;
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    match plan.edit {
        Edit::Invite { .. } | Edit::Change { .. } => {
            judge_gains(plan, verdict);
            if let (Some(before), Some((typed, _))) = (plan.before, plan.edit.parts())
                && before.id != plan.facts.actor.user
                && let Some(field) = typed.keys().find(|field| field.is_credential())
            {
                judge_takeover(plan, before, Field::Profile(*field), verdict);
            }
        }
        // Both open an account with all that it holds.
        Edit::Activate { .. } | Edit::SetTemporaryPassword { .. } => {
            if let Some(before) = plan.before {
                judge_takeover(plan, before, Field::Whole, verdict);
            }
        }
        _ => {}
    }
}

fn judge_gains(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (facts, policy) = (plan.facts, &plan.facts.policy);
    let held: &[Assignment] = plan.before.map(|user| user.assignments.as_slice()).unwrap_or_default();
    for grant in plan.granted() {
        let Some(role) = policy
            .role(&grant.role)
            .filter(|role| facts.actor.sees_role(policy, role))
        else {
            continue;
        };
        let place = grant.place();
        let gained = Rights::of_role(policy, role).without(&rights_at(policy, held, place));
        refuse_more_than_held(plan, &role.id, place, &gained, Field::Role(grant.holding()), verdict);
        if let Some(site) = place.site() {
            judge_resources(plan, site, grant, held, verdict);
        }
    }
}

/// The resources gained at a site are among those that the actor reaches there.
fn judge_resources(plan: &Plan<'_>, site: SiteId, grant: &Assignment, held: &[Assignment], verdict: &mut Verdict) {
    let (reach, before) = (plan.facts.actor.resources_at(site), resources_at(held, site));
    if reach == Resources::All {
        return;
    }
    let gained: Vec<ResourceId> = match grant.scope.resources() {
        Resources::Only(chosen) => chosen.iter().copied().collect(),
        Resources::All => plan
            .facts
            .organisation
            .open_resources_of(site)
            .map(|resource| resource.id)
            .collect(),
    };
    for resource in gained {
        let one = Resources::Only([resource].into());
        if !reach.covers(&one) && !before.covers(&one) {
            verdict.refuse("X4", Field::Resources(site), Reason::ResourceOutOfReach { resource });
        }
    }
}

/// Whoever can open an account could use it: they must hold whatever it holds.
fn judge_takeover(plan: &Plan<'_>, subject: &User, field: Field, verdict: &mut Verdict) {
    let policy = &plan.facts.policy;
    for assignment in &subject.assignments {
        if let Some(role) = policy.role(&assignment.role) {
            let rights = Rights::of_role(policy, role);
            refuse_more_than_held(plan, &role.id, assignment.place(), &rights, field.clone(), verdict);
        }
    }
}

fn refuse_more_than_held(
    plan: &Plan<'_>,
    role: &RoleId,
    place: Place,
    rights: &Rights,
    field: Field,
    verdict: &mut Verdict,
) {
    let policy = &plan.facts.policy;
    let missing = rights.without(&plan.facts.actor.rights_at(policy, place));
    if !missing.is_empty() {
        let (permissions, powers) = (missing.permissions(policy), missing.powers());
        let reason = Reason::GrantsMoreThanHeld {
            role: role.clone(),
            place,
            permissions,
            powers,
        };
        verdict.refuse("X4", field, reason);
    }
}
