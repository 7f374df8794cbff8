//! The last person who can administer users stays one (X5), whoever asks and by whichever way.

use crate::effective::is_administrator;
use crate::plan::Plan;
use crate::verdict::{Field, Reason, Undecided, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (Some(before), policy) = (plan.before, &plan.facts.policy) else {
        return;
    };
    let stays = plan.after.as_ref().is_some_and(|after| is_administrator(policy, after));
    if stays || !is_administrator(policy, before) {
        return;
    }
    match plan.facts.other_administrators.get() {
        Some(0) => verdict.refuse("X5", Field::Whole, Reason::LastAdministrator),
        Some(_) => {}
        None => verdict.undecided.push(Undecided::OtherAdministrators),
    }
}
