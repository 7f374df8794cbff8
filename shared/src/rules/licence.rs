//! Product modules of a provider: offered where they are activated, agreed to, and sometimes a case (T10 to T13).

use std::collections::BTreeSet;

use crate::access::Place;
use crate::edit::Edit;
use crate::effective::is_clinical;
use crate::facts::Facts;
use crate::ids::{CaseId, ProductId, Timestamp};
use crate::licence::Standing;
use crate::plan::Plan;
use crate::policy::Product;
use crate::user::User;
use crate::verdict::{Confirmation, Field, Reason, Verdict};

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let Some(subject) = plan.before else { return };
    match plan.edit {
        Edit::AddProducts { products, .. } => add(plan, subject, products, verdict),
        Edit::OpenCase { product, .. } => open_case(plan, subject, product, verdict),
        Edit::CloseCase { case, note, .. } => close_case(plan, *case, note, verdict),
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
    } else if has_open_case(plan.facts, id) {
        verdict.refuse(
            "T11",
            Field::Product(id.clone()),
            Reason::CaseOpen { product: id.clone() },
        );
    }
}

/// So much can be written about what came of a case.
const NOTE_AT_MOST: u32 = 500;

/// A case is closed once, by saying what came of it.
fn close_case(plan: &Plan<'_>, id: CaseId, note: &str, verdict: &mut Verdict) {
    match plan.facts.cases.iter().find(|case| case.id == id) {
        None => verdict.refuse("T11", Field::Whole, Reason::CaseUnknown),
        Some(case) if !case.is_open() => verdict.refuse("T11", Field::Whole, Reason::CaseClosedAlready),
        Some(_) => {}
    }
    let (length, at_most) = (note.trim().chars().count(), NOTE_AT_MOST);
    if length == 0 {
        verdict.refuse("T11", Field::Note, Reason::NoteMissing);
    } else if u32::try_from(length).is_ok_and(|length| length > at_most) {
        verdict.refuse("T11", Field::Note, Reason::NoteTooLong { at_most });
    }
}

/// How it stands with each of the policy's products for the subject; nothing for people who are no providers.
pub(crate) fn standings(facts: &Facts) -> Vec<(ProductId, Standing)> {
    let Some(subject) = facts
        .subject
        .as_ref()
        .filter(|user| is_clinical(&facts.policy, &user.assignments))
    else {
        return Vec::new();
    };
    let offered = offered(facts, subject);
    let standing = |product: &Product| {
        if subject.products.contains(&product.id) {
            Standing::Held
        } else if !offered.contains(&&product.id) {
            Standing::NotActivated
        } else if let Some(until) = case_needed_until(facts, subject, product) {
            let is_open = has_open_case(facts, &product.id);
            Standing::NeedsCase { until, is_open }
        } else {
            Standing::Offered
        }
    };
    let products = facts.policy.products.iter();
    products
        .map(|product| (product.id.clone(), standing(product)))
        .collect()
}

fn has_open_case(facts: &Facts, product: &ProductId) -> bool {
    facts
        .cases
        .iter()
        .any(|case| case.is_open() && case.product == *product)
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
