//! Who would not fit a policy: the people of an organisation as they are, held against it. It is the rules of an
//! invitation that are asked, as if everyone were invited anew with what they hold; there is no second set of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Need, Policy};
use crate::edit::{AccessPatch, Edit};
use crate::effective::is_clinical;
use crate::facts::{Actor, ActorKind, Facts, Known};
use crate::ids::{Timestamp, UserId};
use crate::lifecycle::Status;
use crate::organisation::Organisation;
use crate::plan::Plan;
use crate::rules;
use crate::user::{ProfileField, ProfileText, User};
use crate::verdict::{Field, Reason, Refusal, Verdict};

/// Something in which a person does not fit a policy; the reason says what they would need.
pub type Breach = Refusal;

/// A policy to hold people against.
#[derive(Debug)]
pub struct Standard {
    facts: Facts,
}

impl Standard {
    /// The policy in this organisation, with all of its sites and resources.
    pub fn new(policy: Arc<Policy>, organisation: Organisation) -> Self {
        Self {
            facts: Facts {
                now: Timestamp(0),
                policy,
                organisation,
                // Whoever asks makes no difference: it is about the people, not about who may edit them.
                actor: Actor {
                    user: UserId(uuid::Uuid::nil()),
                    kind: ActorKind::Operator,
                    status: Status::Active,
                    locked: false,
                    assignments: Vec::new(),
                    email_domain: String::new(),
                    embedded: None,
                },
                subject: None,
                devices: Vec::new(),
                embedding: Default::default(),
                provider: Default::default(),
                cases: Vec::new(),
                second_factors: Vec::new(),
                login_emails: BTreeMap::new(),
                other_administrators: Known::Unknown,
                headcount: None,
                proposed: None,
                reduced: false,
            },
        }
    }

    /// Everything in which the user does not fit.
    pub fn breaches(&self, user: &User) -> Vec<Breach> {
        let policy = &self.facts.policy;
        let edit = Edit::Invite {
            user: user.id,
            profile: self.texts(user),
            access: AccessPatch {
                grant: user.assignments.clone(),
                revoke: Vec::new(),
                primary_site: user.primary_site,
                join: user.memberships.clone(),
                leave: Default::default(),
            },
        };
        let mut verdict = Verdict::default();
        let plan = Plan::make(&self.facts, &edit, &mut verdict);
        rules::apply_to_state(&plan, &mut verdict);
        // How many sites there are is nothing that a person could be in breach of (D1).
        verdict
            .refusals
            .retain(|refusal| !matches!(refusal.reason, Reason::SitesMissing { .. }));
        for product in &user.products {
            let field = Field::Product(product.clone());
            if policy.product(product).is_none() {
                let product = product.clone();
                verdict.refuse("T10", field, Reason::ProductUnknown { product });
            } else if !is_clinical(policy, &user.assignments) {
                verdict.refuse("T10", field, Reason::NotClinical);
            }
        }
        verdict.refusals
    }

    /// What is in the fields that the policy shows for this person. Others keep what they have and show it to nobody, which
    /// breaks no rule.
    fn texts(&self, user: &User) -> ProfileText {
        let policy = &self.facts.policy;
        let clinical = is_clinical(policy, &user.assignments);
        let shown = |field: &ProfileField| {
            policy
                .field(*field)
                .is_some_and(|rule| rule.need != Need::Unused && (clinical || !rule.clinical_only))
        };
        ProfileField::ALL
            .into_iter()
            .filter(shown)
            .map(|field| (field, user.profile.text(field)))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }
}

/// What a policy would newly break for a person: breaches of it that are none of the one in force.
pub fn new_breaches(in_force: &Standard, proposed: &Standard, user: &User) -> Vec<Breach> {
    let mut breaches = proposed.breaches(user);
    if !breaches.is_empty() {
        let old = in_force.breaches(user);
        breaches.retain(|breach| !old.contains(breach));
    }
    breaches
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests;
