//! Who may ask: the power that an edit needs, at every place that it touches (O1, M1, A18, T1, X4).

use crate::access::{Holding, Place};
use crate::edit::Edit;
use crate::facts::ActorKind;
use crate::plan::Plan;
use crate::policy::{Policy, Power};
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (facts, policy) = (plan.facts, &plan.facts.policy);
    if !facts.actor.can_act() {
        verdict.refuse("X8", Field::Whole, Reason::ActorCannotAct);
        return;
    }
    super::embedding::judge_token(plan, verdict);
    let power = power_for(policy, plan.edit);
    if facts.actor.kind == ActorKind::Support && !policy.support.may_administer.contains(&power) {
        verdict.refuse("T1", Field::Whole, Reason::SupportMayNot { power });
        return;
    }
    let is_own = is_own_affair(plan);
    if !is_own && !facts.actor.has_power_somewhere(policy, power) {
        let place = Place::Organisation;
        verdict.refuse(rule_for(power), Field::Whole, Reason::PowerMissing { power, place });
        return;
    }
    // Nobody, or nobody whom the actor may see.
    if plan.before.is_none() && plan.edit.user().is_some() && !matches!(plan.edit, Edit::Invite { .. }) {
        verdict.refuse("X1", Field::Whole, Reason::UserUnknown);
    }
    if is_own {
        return;
    }
    for (field, place) in places_touched(plan) {
        if !facts.actor.has_power(policy, power, place) {
            verdict.refuse("A18", field, Reason::PowerMissing { power, place });
        }
    }
}

/// The power that an edit needs.
pub(crate) fn power_for(policy: &Policy, edit: &Edit) -> Power {
    match edit {
        Edit::CloseCase { .. } => policy.support.closes_cases,
        Edit::SetRolePermissions { .. } => Power::Roles,
        Edit::CreateSite { .. }
        | Edit::RenameSite { .. }
        | Edit::ArchiveSite { .. }
        | Edit::CreateResource { .. }
        | Edit::RenameResource { .. }
        | Edit::ArchiveResource { .. } => Power::Sites,
        // Whoever says who signs people in can be anybody, and whoever writes the policy can have any role.
        Edit::PublishPolicy { .. } | Edit::SetIdentityProvider { .. } | Edit::RemoveIdentityProvider => Power::Policy,
        Edit::MakeApiKey { .. } | Edit::RevokeApiKey { .. } | Edit::AllowOrigin { .. } | Edit::RemoveOrigin { .. } => {
            Power::Embedding
        }
        Edit::Export { list, .. } => list.power(),
        _ => Power::Users,
    }
}

fn rule_for(power: Power) -> &'static str {
    match power {
        Power::Users => "O1",
        Power::Roles | Power::Sites | Power::Audit | Power::Policy | Power::Embedding => "X4",
    }
}

/// What people do for themselves: change fields that the policy leaves to them (M6), end their own sessions (X8).
fn is_own_affair(plan: &Plan<'_>) -> bool {
    if let Edit::EndSessions { user, .. } = plan.edit {
        return *user == plan.facts.actor.user;
    }
    let Edit::Change { user, profile, access } = plan.edit else {
        return false;
    };
    *user == plan.facts.actor.user
        && access.is_empty()
        && !profile.is_empty()
        && profile
            .keys()
            .all(|field| plan.facts.policy.field(*field).is_some_and(|rule| rule.own))
}

/// The places at which the actor needs the power, each with the field that needs it.
fn places_touched(plan: &Plan<'_>) -> Vec<(Field, Place)> {
    match plan.edit {
        Edit::Invite { access, .. } | Edit::Change { access, .. } => {
            let mut touched: Vec<(Field, Place)> = access
                .grant
                .iter()
                .map(|grant| (Field::Role(grant.holding()), grant.place()))
                .chain(access.revoke.iter().map(|gone| (Field::Role(gone.clone()), gone.place)))
                .collect();
            for resource in access.join.iter().chain(&access.leave) {
                touched.push((Field::Membership(*resource), Place::Organisation));
            }
            if let Some(site) = access.primary_site {
                touched.push((Field::PrimarySite, Place::Site(site)));
            }
            // What follows at other sites is a change there (X4). What merely ends there (A10) is not.
            for (site, _, to) in &plan.follows_elsewhere {
                let (role, place) = (to.clone(), Place::Site(*site));
                touched.push((Field::Role(Holding { role, place }), place));
            }
            touched.extend(places_for_profile(plan));
            touched
        }
        // What ends, and what is made.
        Edit::Recreate { access, .. } => {
            let ends = subject_places(plan).into_iter().map(|place| (Field::Whole, place));
            let granted = access.grant.iter();
            let made = granted.map(|grant| (Field::Role(grant.holding()), grant.place()));
            let joined = access.join.iter();
            let joined = joined.map(|resource| (Field::Membership(*resource), Place::Organisation));
            let primary = access.primary_site.map(|site| (Field::PrimarySite, Place::Site(site)));
            ends.chain(made).chain(joined).chain(primary).collect()
        }
        Edit::RenameSite { site, .. } => vec![(Field::Whole, Place::Site(*site))],
        Edit::CreateResource { site, .. } => vec![(Field::Whole, site.map_or(Place::Organisation, Place::Site))],
        Edit::RenameResource { resource, .. } | Edit::ArchiveResource { resource } => {
            let site = plan.facts.organisation.resource(*resource).and_then(|found| found.site);
            vec![(Field::Whole, site.map_or(Place::Organisation, Place::Site))]
        }
        Edit::SetRolePermissions { .. }
        | Edit::CreateSite { .. }
        | Edit::ArchiveSite { .. }
        | Edit::EnrolDevice { .. }
        | Edit::ReleaseDevice { .. }
        | Edit::MakeApiKey { .. }
        | Edit::RevokeApiKey { .. }
        | Edit::AllowOrigin { .. }
        | Edit::RemoveOrigin { .. }
        | Edit::SetIdentityProvider { .. }
        | Edit::RemoveIdentityProvider
        | Edit::PublishPolicy { .. } => {
            vec![(Field::Whole, Place::Organisation)]
        }
        // It shows what the list shows: what is where the power is.
        Edit::Export { .. } => Vec::new(),
        // The life of an account touches everything that the person holds.
        _ => subject_places(plan)
            .into_iter()
            .map(|place| (Field::Whole, place))
            .collect(),
    }
}

/// Where the subject is; nowhere when there is none.
fn subject_places(plan: &Plan<'_>) -> Vec<Place> {
    let Some(places) = plan.before.map(|user| user.places()) else {
        return Vec::new();
    };
    if places.is_empty() {
        vec![Place::Organisation]
    } else {
        places
    }
}

/// A profile may be edited by whoever administers users at one of the person's places; addresses that lead into the
/// account only by who does so at all of them, since whoever controls the address controls the account.
fn places_for_profile(plan: &Plan<'_>) -> Vec<(Field, Place)> {
    let (Some(_), Some((typed, _))) = (plan.before, plan.edit.parts()) else {
        return Vec::new();
    };
    let places = subject_places(plan);
    let reached = |place: &Place| plan.facts.actor.has_power(&plan.facts.policy, Power::Users, *place);
    let reaches_one = places.iter().any(reached);
    typed
        .keys()
        .filter_map(|field| {
            let unreached = places.iter().find(|place| !reached(place))?;
            (field.is_credential() || !reaches_one).then_some((Field::Profile(*field), *unreached))
        })
        .collect()
}
