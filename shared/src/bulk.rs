//! One action for many people: what it means for each of them, as an ordinary edit that the same rules judge. [`Bulk`]
//! judges them one after the other, each in the light of those before: of two administrators who are both to be
//! deactivated, the second stays (X5).

mod meaning;
mod offer;
#[cfg(test)]
#[cfg(feature = "source")]
mod tests;
mod wire;

use std::sync::Arc;

use crate::access::Assignment;
use crate::edit::Edit;
use crate::effective::is_administrator;
use crate::facts::{Facts, Known};
use crate::policy::Policy;
use crate::user::User;
use crate::verdict::{Change, Outcome, Verdict};

pub use meaning::{BulkAction, Meaning};
pub use offer::{may_be_in, offered};
pub use wire::{
    BulkAsk, BulkCounts, BulkDone, BulkGroup, BulkJob, BulkOutcome, BulkPeople, BulkPerson, BulkPlan, BulkRefused,
    BulkResult, BulkRun, BulkSelection, BulkState, BulkTally, BulkWhy,
};

/// An action under way through many people.
#[derive(Clone, Debug)]
pub struct Bulk {
    facts: Facts,
    /// The policy as the one who asks sees it: what an action means tells nothing of roles that are hidden from them (M9).
    seen: Arc<Policy>,
    action: BulkAction,
    /// How many administer users in the whole organisation and can sign in, after the people judged so far.
    administrators: u32,
}

/// What an action comes to for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub outcome: BulkOutcome,
    /// What would be proposed; nothing for someone who already is as the action wants them.
    pub edit: Option<Edit>,
    pub verdict: Verdict,
}

impl Bulk {
    /// Begins with the facts of whoever asks, without a subject, and with how many administrators there are in all.
    pub fn new(facts: Facts, administrators: u32, action: BulkAction) -> Self {
        let seen = facts.clone().for_reader().policy;
        Self {
            facts,
            seen,
            action,
            administrators,
        }
    }

    /// What it comes to for the next person. What it would change counts for those after them.
    pub fn judge(&mut self, user: User) -> Judged {
        let edit = match self.meaning(&user) {
            Meaning::Nothing => {
                return Judged {
                    outcome: BulkOutcome::Nothing,
                    edit: None,
                    verdict: Verdict::default(),
                };
            }
            Meaning::Refused(verdict) => {
                return Judged {
                    outcome: BulkOutcome::Refused,
                    edit: None,
                    verdict,
                };
            }
            Meaning::Edit(edit) => edit,
        };
        let was_administrator = is_administrator(&self.facts.policy, &user);
        let others = self.administrators.saturating_sub(u32::from(was_administrator));
        self.facts.other_administrators = Known::Known(others);
        self.facts.subject = Some(user);
        let verdict = crate::decide(&self.facts, &edit);
        let outcome = match verdict.outcome(&[]) {
            Outcome::Refused | Outcome::Undecided => BulkOutcome::Refused,
            _ if verdict.changes.is_empty() => BulkOutcome::Nothing,
            Outcome::NeedsConfirmation => BulkOutcome::NeedsConfirmation,
            Outcome::Allowed => BulkOutcome::WouldChange,
        };
        if matches!(outcome, BulkOutcome::WouldChange | BulkOutcome::NeedsConfirmation) {
            self.go_on(others, &verdict);
        }
        Judged {
            outcome,
            edit: Some(edit),
            verdict,
        }
    }

    /// By the part of the person's access that the one who asks sees: it is the same for those who hold a hidden role as for
    /// the others.
    fn meaning(&self, user: &User) -> Meaning {
        let is_hidden =
            |held: &Assignment| self.facts.policy.role(&held.role).is_some() && self.seen.role(&held.role).is_none();
        if user.assignments.iter().any(is_hidden) {
            let mut user = user.clone();
            user.assignments.retain(|held| !is_hidden(held));
            self.action.for_user(&self.seen, &user)
        } else {
            self.action.for_user(&self.seen, user)
        }
    }

    /// As if the verdict had been carried out.
    fn go_on(&mut self, others: u32, verdict: &Verdict) {
        let Some(mut after) = self.facts.subject.take() else {
            return;
        };
        let mut is_gone = false;
        for change in &verdict.changes {
            is_gone |= matches!(change, Change::UserDeleted { .. });
            after.apply(change);
        }
        let is_administrator = !is_gone && is_administrator(&self.facts.policy, &after);
        self.administrators = others.saturating_add(u32::from(is_administrator));
        let actor = &mut self.facts.actor;
        if actor.user == after.id {
            actor.status = after.status;
            // Whoever ends their own account can act for nobody after it.
            actor.locked = after.locked.is_some() || is_gone;
            actor.assignments = after.assignments;
        }
    }
}
