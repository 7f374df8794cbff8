//! The actions of a "…" menu: those that are refused with their reason, and after them what the rules allow instead (X3).

use shared::edit::Edit;
use shared::verdict::{Remedy, Verdict};
use shared::{Facts, form};

use super::{action_label, is_danger};
use crate::verdict_words::objection;
use crate::widgets::MenuItem;

/// What marks the id of an item that is offered instead of a refused one.
const INSTEAD: char = '!';

/// The items for what can be done with the subject of the facts.
pub(crate) fn action_items(facts: &Facts) -> Vec<MenuItem> {
    let mut items = Vec::new();
    for (at, (edit, verdict)) in form::actions(facts).iter().enumerate() {
        let item = MenuItem::new(at.to_string(), action_label(&facts.policy, edit));
        let objections: Vec<_> = verdict
            .refusals
            .iter()
            .map(|refusal| objection(facts, refusal))
            .collect();
        let reasons: Vec<&str> = objections.iter().map(|one| one.text.as_str()).collect();
        let item = item.refused((!reasons.is_empty()).then(|| reasons.join(" ")));
        items.push(if is_danger(edit) { item.danger() } else { item });
        if instead(verdict).is_some()
            && let Some(link) = objections.into_iter().find_map(|one| one.remedy)
        {
            items.push(MenuItem::new(format!("{at}{INSTEAD}"), link.label));
        }
    }
    items
}

/// The edit that an item of [`action_items`] stands for.
pub(crate) fn action_chosen(facts: &Facts, id: &str) -> Option<Edit> {
    let at: usize = id.trim_end_matches(INSTEAD).parse().ok()?;
    let (edit, verdict) = form::actions(facts).into_iter().nth(at)?;
    if id.ends_with(INSTEAD) {
        instead(&verdict).cloned()
    } else {
        Some(edit)
    }
}

fn instead(verdict: &Verdict) -> Option<&Edit> {
    verdict.refusals.iter().find_map(|refusal| match &refusal.remedy {
        Some(Remedy::Instead(edit)) => Some(&**edit),
        _ => None,
    })
}
