//! The rules. Each compares the state before an edit with the state after it and adds what it finds to the verdict; all
//! of them are asked, so that a person sees everything that stands in the way at once. A rule reads the policy and
//! names no role, site or organisation.

mod assignment;
mod authority;
pub(crate) use authority::power_for;
mod delegation;
mod devices;
mod embedding;
mod exclusivity;
mod identity;
mod last_holder;
pub(crate) mod licence;
mod lifecycle;
mod policies;
pub(crate) mod profile;
mod providers;
mod roles;
mod scoping;
mod sites;

use crate::plan::Plan;
use crate::verdict::Verdict;

pub(crate) fn apply_all(plan: &Plan<'_>, verdict: &mut Verdict) {
    authority::apply(plan, verdict);
    if plan.before.is_some() || plan.after.is_some() {
        lifecycle::apply(plan, verdict);
        identity::apply(plan, verdict);
        profile::apply(plan, verdict);
        assignment::apply(plan, verdict);
        exclusivity::apply(plan, verdict);
        scoping::apply(plan, verdict);
        delegation::apply(plan, verdict);
        last_holder::apply(plan, verdict);
        licence::apply(plan, verdict);
    }
    roles::apply(plan, verdict);
    policies::apply(plan, verdict);
    sites::apply(plan, verdict);
    devices::apply(plan, verdict);
    embedding::apply(plan, verdict);
    providers::apply(plan, verdict);
}

/// The rules about what someone is and holds, whoever made it so and by whichever edit.
pub(crate) fn apply_to_state(plan: &Plan<'_>, verdict: &mut Verdict) {
    profile::apply(plan, verdict);
    assignment::apply(plan, verdict);
    exclusivity::apply(plan, verdict);
    scoping::apply(plan, verdict);
}
