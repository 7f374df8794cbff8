//! Nobody grants what they do not hold (X4): what the subject gains must be among what the actor holds at that place.

use crate::access::{Assignment, Place, Resources};
use crate::edit::Edit;
use crate::effective::{Rights, RightsMap, resources_at};
use crate::ids::{ResourceId, RoleId, SiteId};
use crate::plan::Plan;
use crate::user::User;
use crate::verdict::{Field, Reason, Undecided, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    match plan.edit {
        Edit::Recreate { .. } => judge_gains(plan, verdict),
        Edit::Invite { .. } | Edit::Change { .. } => {
            judge_gains(plan, verdict);
            if let (Some(before), Some((typed, _))) = (plan.before, plan.edit.parts())
                && before.id != plan.facts.actor.user
                && let Some(field) = typed.keys().find(|field| field.is_credential())
            {
                judge_takeover(plan, before, Field::Profile(*field), verdict);
            }
        }
        // They open an account with all that it holds, or take away what guards it.
        Edit::Activate { .. } | Edit::SetTemporaryPassword { .. } | Edit::ResetFactors { .. } => {
            if let Some(before) = plan.before {
                judge_takeover(plan, before, Field::Whole, verdict);
            }
        }
        _ => {}
    }
}

fn judge_gains(plan: &Plan<'_>, verdict: &mut Verdict) {
    if plan.granted.is_empty() {
        return;
    }
    let (facts, policy) = (plan.facts, &plan.facts.policy);
    let held = plan.held();
    let before = RightsMap::new(policy, held);
    let mut limits = Limits::of(plan);
    for grant in &plan.granted {
        // A role that the actor may not see was refused as unknown already (M9).
        let Some(gained) = limits.rights_of(&grant.role) else {
            continue;
        };
        let place = grant.place();
        let gained = gained.without(&before.at(place));
        let refused = limits.refuse_more(&grant.role, place, &gained, Field::Role(grant.holding()), verdict);
        if let Some(site) = place.site()
            && facts.actor.resources_at(site) != Resources::All
        {
            judge_resources(plan, site, grant, held, verdict);
            // Later resources are nobody's to give who does not have them all.
            let takes_all = *grant.scope.resources() == Resources::All && resources_at(held, site) != Resources::All;
            if takes_all && !refused {
                let reason = Reason::NotAllResourcesHeld {
                    role: grant.role.clone(),
                    site,
                };
                verdict.refuse("X4", Field::Role(grant.holding()), reason);
            }
        }
    }
}

/// The resources gained at a site are among those that the actor reaches there.
fn judge_resources(plan: &Plan<'_>, site: SiteId, grant: &Assignment, held: &[Assignment], verdict: &mut Verdict) {
    let (reach, before) = (plan.facts.actor.resources_at(site), resources_at(held, site));
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

/// Whoever can open an account could use it: they must hold whatever it holds. Of what they may not see, only that there
/// is something is said (M9); where even that is not known, the server decides.
fn judge_takeover(plan: &Plan<'_>, subject: &User, field: Field, verdict: &mut Verdict) {
    let policy = &plan.facts.policy;
    let mut limits = Limits::of(plan);
    for assignment in &subject.assignments {
        let (role, place) = (&assignment.role, assignment.place());
        if let Some(rights) = limits.rights_of(role)
            && limits.refuse_more(role, place, &rights, field.clone(), verdict)
        {
            continue;
        }
        let held = limits.actor.at(place);
        let more_rights = policy
            .role(role)
            .is_some_and(|role| !Rights::of_role(policy, role).without(&held).is_empty());
        let more_resources = place
            .site()
            .is_some_and(|site| !plan.facts.actor.resources_at(site).covers(assignment.scope.resources()));
        if more_rights || more_resources {
            verdict.refuse("X4", field.clone(), Reason::HoldsMore);
        }
    }
    if plan.facts.reduced {
        verdict.undecided.push(Undecided::HeldAccess);
    }
}

/// What the actor holds, and so the most that they can give.
struct Limits<'a> {
    plan: &'a Plan<'a>,
    actor: RightsMap,
    roles: Vec<(&'a RoleId, Rights)>,
}

impl<'a> Limits<'a> {
    fn of(plan: &'a Plan<'a>) -> Self {
        let actor = RightsMap::of_actor(&plan.facts.policy, &plan.facts.actor);
        Self {
            plan,
            actor,
            roles: Vec::new(),
        }
    }

    /// What a role gives; nothing is said of roles that the actor does not see.
    fn rights_of(&mut self, id: &RoleId) -> Option<Rights> {
        if let Some((_, rights)) = self.roles.iter().find(|(known, _)| *known == id) {
            return Some(rights.clone());
        }
        let (policy, actor) = (&self.plan.facts.policy, &self.plan.facts.actor);
        let role = policy.role(id).filter(|role| actor.sees_role(policy, role))?;
        let rights = Rights::of_role(policy, role);
        self.roles.push((&role.id, rights.clone()));
        Some(rights)
    }

    /// Refuses what is more than the actor holds at the place, and says whether there was any.
    fn refuse_more(&self, role: &RoleId, place: Place, rights: &Rights, field: Field, verdict: &mut Verdict) -> bool {
        let missing = rights.without(&self.actor.at(place));
        if !missing.is_empty() {
            let policy = &self.plan.facts.policy;
            let (permissions, powers) = (missing.permissions(policy), missing.powers());
            let reason = Reason::GrantsMoreThanHeld {
                role: role.clone(),
                place,
                permissions,
                powers,
            };
            verdict.refuse("X4", field, reason);
        }
        !missing.is_empty()
    }
}
