//! The one decision: the browser asks it on every keystroke, the server inside the transaction (X1).

use std::borrow::Cow;

use crate::edit::Edit;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::verdict::{Field, Outcome, Reason, Verdict};
use crate::{consequences, remedy, rules};

/// Judges an edit: every refusal at once, each with the smallest edit that would be allowed instead (X3), and what the
/// edit would change and mean (X2). Nothing is looked at but the facts and the edit. Somebody whom the actor may not see
/// is nobody: an edit of them is refused in the same words, whoever they are (X4).
pub fn decide(facts: &Facts, edit: &Edit) -> Verdict {
    let mut verdict = judge(facts, edit);
    let remedies = remedy::find_all(&within_sight(facts), edit, &verdict.refusals);
    for (refusal, remedy) in verdict.refusals.iter_mut().zip(remedies) {
        refusal.remedy = remedy;
    }
    verdict
}

/// The judgement without remedies.
pub(crate) fn judge(facts: &Facts, edit: &Edit) -> Verdict {
    let mut verdict = Verdict::default();
    let seen = within_sight(facts);
    let plan = Plan::make(&seen, edit, &mut verdict);
    rules::apply_all(&plan, &mut verdict);
    consequences::describe(&plan, &mut verdict);
    // The id is used, and by whom is not told.
    if matches!(edit, Edit::Invite { .. }) && facts.subject.is_some() && seen.subject.is_none() {
        verdict.refuse("X6", Field::Whole, Reason::UserExists);
    }
    if verdict.outcome(&[]) == Outcome::Refused {
        verdict.changes.clear();
    }
    verdict
}

/// The facts without a subject whom the actor may not see, so that no rule and no description can tell of them.
fn within_sight(facts: &Facts) -> Cow<'_, Facts> {
    let is_seen = |subject| facts.actor.sees_user(&facts.policy, subject);
    if facts.subject.as_ref().is_none_or(is_seen) {
        return Cow::Borrowed(facts);
    }
    Cow::Owned(Facts {
        subject: None,
        cases: Vec::new(),
        second_factors: Vec::new(),
        ..facts.clone()
    })
}
