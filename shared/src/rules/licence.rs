//! Product modules of a provider: offered where they are activated, agreed to, and sometimes a case (T10 to T13).

use std::collections::BTreeSet;

use crate::access::Place;
use crate::edit::Edit;
use crate::effective::is_clinical;
use crate::facts::Facts;
use crate::ids::{ProductId, Timestamp};
use crate::plan::Plan;
use crate::policy::Product;
use crate::user::User;
use crate::verdict::{Confirmation, Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let Some(subject) = plan.before else { return };
    match plan.edit {
        Edit::AddProducts { products, .. } => add(plan, subject, products, verdict),
        Edit::OpenCase { product, .. } => open_case(plan, subject, product, verdict),
        _ => {}
    }
}

fn add(plan: &Plan<'_>, subject: &User, products: &BTreeSet<ProductId>, verdict: &mut Verdict) {
    let policy = &plan.facts.policy;
    if products.is_empty() {
        verdict.refuse("T10", Field::Whole, Reason::NothingChosen);
    }
    judge_subject(plan, subject, verdict);
    let mut monthly_cents = 0_u32;
    for id in products {
        let field = Field::Product(id.clone());
        let Some(product) = judge_product(plan, subject, id, verdict) else {
            continue;
        };
        monthly_cents = monthly_cents.saturating_add(product.monthly_cents);
        if let Some(until) = case_needed_until(plan.facts, subject, product) {
            verdict.refuse(
                "T11",
                field,
                Reason::ProductNeedsCase {
                    product: id.clone(),
                    until,
                },
            );
        }
    }
    if let Some(terms) = &policy.terms {
        let (version, products) = (terms.version.clone(), products.clone());
        verdict.confirmations.push(Confirmation::Terms {
            version,
            products,
            monthly_cents,
        });
    }
}

fn open_case(plan: &Plan<'_>, subject: &User, id: &ProductId, verdict: &mut Verdict) {
    judge_subject(plan, subject, verdict);
    let Some(product) = judge_product(plan, subject, id, verdict) else {
        return;
    };
    if case_needed_until(plan.facts, subject, product).is_none() {
        verdict.refuse(
            "T11",
            Field::Product(id.clone()),
            Reason::CaseNotNeeded { product: id.clone() },
        );
    }
}

fn judge_subject(plan: &Plan<'_>, subject: &User, verdict: &mut Verdict) {
    if !is_clinical(&plan.facts.policy, &subject.assignments) {
        verdict.refuse("T10", Field::Whole, Reason::NotClinical);
    }
    if !subject.can_sign_in() {
        verdict.refuse("T10", Field::Whole, Reason::AccountUnusable);
    }
}

fn judge_product<'a>(plan: &Plan<'a>, subject: &User, id: &ProductId, verdict: &mut Verdict) -> Option<&'a Product> {
    let field = Field::Product(id.clone());
    let Some(product) = plan.facts.policy.product(id) else {
        verdict.refuse("T10", field, Reason::ProductUnknown { product: id.clone() });
        return None;
    };
    if subject.products.contains(id) {
        verdict.refuse("T10", field, Reason::ProductHeld { product: id.clone() });
        return None;
    }
    if !offered(plan.facts, subject).contains(&id) {
        verdict.refuse("T10", field, Reason::ProductNotActivated { product: id.clone() });
        return None;
    }
    Some(product)
}

/// The product modules that can be offered to a person: those activated at a site that they reach (T10).
pub(crate) fn offered<'a>(facts: &'a Facts, subject: &User) -> Vec<&'a ProductId> {
    let reaches = |place: Place| subject.assignments.iter().any(|held| held.place().covers(place));
    facts
        .organisation
        .open_sites()
        .filter(|site| reaches(Place::Site(site.id)))
        .flat_map(|site| site.products.iter())
        .collect()
}

/// Until when the product is no self-service for this person (T11).
pub(crate) fn case_needed_until(facts: &Facts, subject: &User, product: &Product) -> Option<Timestamp> {
    let until = subject.deactivated_at?.plus_days(product.case_within_days);
    (product.case_within_days > 0 && facts.now < until).then_some(until)
}
