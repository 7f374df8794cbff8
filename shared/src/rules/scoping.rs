//! Sites: at least one before anyone is invited, and a primary one among those a person reaches (D1, D2, D8).

use crate::access::Place;
use crate::edit::Edit;
use crate::facts::ActorKind;
use crate::plan::Plan;
use crate::policy::{Need, Power};
use crate::user::User;
use crate::verdict::{Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (Edit::Invite { .. } | Edit::Change { .. } | Edit::Recreate { .. }, Some(after)) =
        (plan.edit, plan.after.as_ref())
    else {
        return;
    };
    if matches!(plan.edit, Edit::Invite { .. }) {
        if is_beginning(plan, after) {
            return;
        }
        judge_number_of_sites(plan, verdict);
    }
    judge_primary_site(plan, after, verdict);
}

/// Before the first site there is nobody who could add it: whoever runs the server makes that person, without a site.
fn is_beginning(plan: &Plan<'_>, after: &User) -> bool {
    let facts = plan.facts;
    let adds_sites = || {
        let everywhere = after
            .assignments
            .iter()
            .filter(|held| held.place() == Place::Organisation);
        everywhere
            .filter_map(|held| facts.policy.role(&held.role))
            .any(|role| role.administers.contains(&Power::Sites))
    };
    facts.actor.kind == ActorKind::Operator
        && after.primary_site.is_none()
        && facts.organisation.open_sites().next().is_none()
        && adds_sites()
}

fn judge_number_of_sites(plan: &Plan<'_>, verdict: &mut Verdict) {
    let at_least = plan.facts.policy.sites.before_inviting;
    let there = u32::try_from(plan.facts.organisation.open_sites().count()).unwrap_or(u32::MAX);
    if there < at_least {
        verdict.refuse("D1", Field::Whole, Reason::SitesMissing { at_least, there });
    }
}

fn judge_primary_site(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    let need = plan.facts.policy.assignment.primary_site;
    let before = plan.before.filter(|_| !plan.edit.makes_account());
    let Some(site) = after.primary_site else {
        let was_there = before.is_none_or(|user| user.primary_site.is_some());
        if need == Need::Required && was_there {
            verdict.refuse("D2", Field::PrimarySite, Reason::PrimarySiteMissing);
        }
        return;
    };
    let changed =
        before.is_none_or(|user| user.primary_site != after.primary_site || user.assignments != after.assignments);
    if !changed {
        return;
    }
    match plan.facts.organisation.site(site) {
        None => verdict.refuse("D8", Field::PrimarySite, Reason::SiteUnknown { site }),
        Some(found) if found.archived => {
            verdict.refuse("D8", Field::PrimarySite, Reason::SiteArchived { site });
        }
        Some(_)
            if !after
                .assignments
                .iter()
                .any(|held| held.place().covers(Place::Site(site))) =>
        {
            verdict.refuse("D8", Field::PrimarySite, Reason::PrimarySiteNotReached { site });
        }
        Some(_) => {}
    }
}
