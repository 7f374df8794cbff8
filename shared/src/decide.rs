//! The one decision: the browser asks it on every keystroke, the server inside the transaction (X1).

use crate::edit::Edit;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::verdict::{Outcome, Verdict};
use crate::{consequences, remedy, rules};

/// Judges an edit: every refusal at once, each with the smallest edit that would be allowed instead (X3), and what the
/// edit would change and mean (X2). Nothing is looked at but the facts and the edit.
pub fn decide(facts: &Facts, edit: &Edit) -> Verdict {
    let mut verdict = judge(facts, edit);
    let remedies = remedy::find_all(facts, edit, &verdict.refusals);
    for (refusal, remedy) in verdict.refusals.iter_mut().zip(remedies) {
        refusal.remedy = remedy;
    }
    verdict
}

/// The judgement without remedies.
pub(crate) fn judge(facts: &Facts, edit: &Edit) -> Verdict {
    let mut verdict = Verdict::default();
    let plan = Plan::make(facts, edit, &mut verdict);
    rules::apply_all(&plan, &mut verdict);
    consequences::describe(&plan, &mut verdict);
    if verdict.outcome(&[]) == Outcome::Refused {
        verdict.changes.clear();
    }
    verdict
}
