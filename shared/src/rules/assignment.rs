//! Which roles can be held where, and together with which resources (A1, A2, A7, A12, D3, M7, A17).

use crate::access::{Assignment, Place};
use crate::edit::Edit;
use crate::effective::{distinct_main_roles, main_roles};
use crate::ids::RoleId;
use crate::plan::Plan;
use crate::policy::{Level, Role, RoleKind, RoleResources, RolesPerUser, Way};
use crate::user::User;
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (Edit::Invite { .. } | Edit::Change { .. } | Edit::Recreate { .. }, Some(after)) =
        (plan.edit, plan.after.as_ref())
    else {
        return;
    };
    for grant in &plan.granted {
        judge_grant(plan, grant, verdict);
    }
    judge_unseen(plan, verdict);
    judge_revocations(plan, verdict);
    judge_number(plan, after, verdict);
    if matches!(plan.edit, Edit::Recreate { .. }) {
        judge_recreation(plan, after, verdict);
    } else {
        judge_transitions(plan, after, verdict);
    }
    judge_sameness(plan, after, verdict);
    judge_memberships(plan, after, verdict);
}

/// The role exists (for this actor: one that they may not see does not, M9), belongs at that level, and comes with the
/// resources it needs.
fn judge_grant(plan: &Plan<'_>, grant: &Assignment, verdict: &mut Verdict) {
    let (facts, policy) = (plan.facts, &plan.facts.policy);
    let field = Field::Role(grant.holding());
    let Some(role) = policy
        .role(&grant.role)
        .filter(|role| facts.actor.sees_role(policy, role))
    else {
        verdict.refuse(
            "M9",
            field,
            Reason::RoleUnknown {
                role: grant.role.clone(),
            },
        );
        return;
    };
    let fits = match grant.place() {
        Place::Organisation => role.scope == Level::Organisation,
        Place::Site(_) => role.scope == Level::Site,
    };
    if !fits {
        let reason = Reason::WrongLevel {
            role: role.id.clone(),
            place: grant.place(),
        };
        verdict.refuse("A1", field, reason);
        return;
    }
    let Some(site) = grant.place().site() else { return };
    match facts.organisation.site(site) {
        None => {
            verdict.refuse("X4", field, Reason::SiteUnknown { site });
            return;
        }
        Some(found) if found.archived => verdict.refuse("D8", field, Reason::SiteArchived { site }),
        Some(_) => {}
    }
    judge_resources(plan, grant, role, verdict);
}

/// To give a role that the actor may not see is refused also where it is held already: else the answer would tell who
/// holds it (M9).
fn judge_unseen(plan: &Plan<'_>, verdict: &mut Verdict) {
    let Some((_, access)) = plan.edit.parts() else { return };
    let (policy, actor) = (&plan.facts.policy, &plan.facts.actor);
    for held in access.grant.iter().filter(|grant| !plan.granted.contains(grant)) {
        if policy
            .role(&held.role)
            .is_some_and(|role| !actor.sees_role(policy, role))
        {
            let reason = Reason::RoleUnknown {
                role: held.role.clone(),
            };
            verdict.refuse("M9", Field::Role(held.holding()), reason);
        }
    }
}

/// A role that the actor may not see is not theirs to take away either: for them there is none (M9). One that the policy
/// has no more can be cleared away.
fn judge_revocations(plan: &Plan<'_>, verdict: &mut Verdict) {
    let Some((_, access)) = plan.edit.parts() else { return };
    let (policy, actor) = (&plan.facts.policy, &plan.facts.actor);
    for gone in &access.revoke {
        let known = match policy.role(&gone.role) {
            Some(role) => actor.sees_role(policy, role),
            None => plan
                .before
                .is_some_and(|user| user.assignments.iter().any(|held| gone.is(held))),
        };
        if !known {
            let reason = Reason::RoleUnknown {
                role: gone.role.clone(),
            };
            verdict.refuse("M9", Field::Role(gone.clone()), reason);
        }
    }
}

fn judge_resources(plan: &Plan<'_>, grant: &Assignment, role: &Role, verdict: &mut Verdict) {
    let Some((site, chosen)) = Plan::chosen(grant) else {
        if let (RoleResources::AtLeast(_), Some(site)) = (role.resources, grant.place().site()) {
            // All of a site's resources are another role's to have.
            refuse_missing(plan, role, site, verdict);
        }
        return;
    };
    for resource in chosen {
        match plan
            .facts
            .organisation
            .resource(*resource)
            .filter(|found| found.site == Some(site))
        {
            None => verdict.refuse(
                "A7",
                Field::Resources(site),
                Reason::ResourceUnknown { resource: *resource },
            ),
            Some(found) if found.archived => {
                verdict.refuse(
                    "A7",
                    Field::Resources(site),
                    Reason::ResourceArchived { resource: *resource },
                );
            }
            Some(_) => {}
        }
    }
    if let RoleResources::AtLeast(least) = role.resources
        && chosen.len() < usize::try_from(least).unwrap_or(usize::MAX)
    {
        refuse_missing(plan, role, site, verdict);
    }
}

fn refuse_missing(plan: &Plan<'_>, role: &Role, site: crate::ids::SiteId, verdict: &mut Verdict) {
    let RoleResources::AtLeast(at_least) = role.resources else {
        return;
    };
    let kind = plan.facts.policy.site_resource_kind().map(|kind| kind.id.clone());
    let reason = Reason::ResourcesMissing {
        role: role.id.clone(),
        site,
        kind,
        at_least,
    };
    verdict.refuse("A7", Field::Resources(site), reason);
}

/// Enough roles, and not more than one main role at a place where only one is wanted.
fn judge_number(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    let policy = &plan.facts.policy;
    if plan.granted.is_empty() && plan.revoked.is_empty() && plan.before.is_some() {
        return;
    }
    let main = main_roles(policy, &after.assignments).count();
    let least = usize::try_from(policy.assignment.at_least).unwrap_or(usize::MAX);
    let before = plan
        .before
        .filter(|_| !plan.edit.makes_account())
        .map_or(usize::MAX, |user| main_roles(policy, &user.assignments).count());
    // Whoever already has too few may still be edited (T6).
    if main < least && main < before {
        let reason = Reason::RoleMissing {
            at_least: policy.assignment.at_least,
        };
        verdict.refuse("D3", Field::Roles(Place::Organisation), reason);
    }
    if policy.assignment.roles_per_user == RolesPerUser::Many {
        return;
    }
    let mut places: Vec<Place> = plan.granted.iter().map(Assignment::place).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        let there = after.assignments.iter().filter(|held| held.place() == place);
        let is_main = |role: &RoleId| policy.role(role).is_some_and(|role| role.kind == RoleKind::Main);
        let roles: Vec<RoleId> = there
            .map(|held| &held.role)
            .filter(|role| is_main(role))
            .cloned()
            .collect();
        if roles.len() > 1 {
            verdict.refuse("M7", Field::Roles(place), Reason::OneRoleOnly { place, roles });
        }
    }
}

/// Some changes of role are never made in place (A12).
fn judge_transitions(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    let (Some(before), policy) = (plan.before, &plan.facts.policy) else {
        return;
    };
    let had = distinct_main_roles(policy, &before.assignments);
    for to in distinct_main_roles(policy, &after.assignments) {
        if had.iter().any(|role| role.id == to.id) {
            continue;
        }
        for from in &had {
            if policy
                .transition(&from.id, &to.id)
                .is_some_and(|t| t.way == Way::Recreate)
            {
                let granted = plan
                    .granted
                    .iter()
                    .find(|grant| grant.role == to.id)
                    .map(Assignment::holding);
                let reason = Reason::RecreateOnly {
                    from: from.id.clone(),
                    to: to.id.clone(),
                };
                verdict.refuse("A12", granted.map_or(Field::Whole, Field::Role), reason);
            }
        }
    }
}

/// An account is only ended and made anew where the role cannot be changed in place (A12).
fn judge_recreation(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    let (Some(before), policy) = (plan.before, &plan.facts.policy) else {
        return;
    };
    let had = distinct_main_roles(policy, &before.assignments);
    let wanted = distinct_main_roles(policy, &after.assignments);
    let anew = |from: &Role, to: &Role| {
        from.id != to.id
            && policy
                .transition(&from.id, &to.id)
                .is_some_and(|transition| transition.way == Way::Recreate)
    };
    if !had.iter().any(|from| wanted.iter().any(|to| anew(from, to))) {
        verdict.refuse("A12", Field::Whole, Reason::RecreationNotNeeded);
    }
}

/// The same main role everywhere, where the policy wants that (A2): the error names the place and the role held there.
fn judge_sameness(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    let policy = &plan.facts.policy;
    if !policy.assignment.same_role_at_every_site {
        return;
    }
    if distinct_main_roles(policy, &after.assignments).len() < 2 {
        return;
    }
    for grant in &plan.granted {
        if policy
            .role(&grant.role)
            .is_none_or(|role| role.kind == RoleKind::Additional)
        {
            continue;
        }
        for (held, _) in main_roles(policy, &after.assignments) {
            // Two new roles that differ are named once, at the later place; at one place, `OneRoleOnly` names them.
            let named_already = plan.granted.contains(held) && held.place() > grant.place();
            if held.role != grant.role && held.place() != grant.place() && !named_already {
                let reason = Reason::OtherRoleElsewhere {
                    wanted: grant.role.clone(),
                    held: held.role.clone(),
                    place: held.place(),
                };
                verdict.refuse("A2", Field::Role(grant.holding()), reason);
            }
        }
    }
}

/// Chart workspaces and user groups: they exist at organisation level, and some are for certain roles only (A17).
fn judge_memberships(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    let Some((_, access)) = plan.edit.parts() else { return };
    for resource in &access.join {
        let field = Field::Membership(*resource);
        let found = plan
            .facts
            .organisation
            .resource(*resource)
            .filter(|found| found.site.is_none());
        let Some((found, kind)) =
            found.and_then(|found| plan.facts.policy.resource_kind(&found.kind).map(|kind| (found, kind)))
        else {
            verdict.refuse("O12", field, Reason::ResourceUnknown { resource: *resource });
            continue;
        };
        if found.archived {
            verdict.refuse("O12", field, Reason::ResourceArchived { resource: *resource });
        } else if !after.assignments.iter().any(|held| kind.members.fits(&held.role)) {
            verdict.refuse("A17", field, Reason::MembershipNotForRole { resource: *resource });
        }
    }
}
