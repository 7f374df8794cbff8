//! People of a small clinic, held against other policies.

use std::collections::BTreeSet;

use super::*;
use crate::access::{Assignment, Scope};
use crate::ids::{Revision, SiteId};
use crate::import::testing;
use crate::policy::{Roles, RolesPerUser};
use crate::user::Profile;

fn clerk() -> User {
    let site = SiteId(uuid::Uuid::from_u128(1));
    User {
        id: UserId(uuid::Uuid::from_u128(5)),
        revision: Revision(1),
        profile: Profile {
            name: "Ana".to_owned(),
            login_email: "ana@b.example".to_owned(),
            ..Profile::default()
        },
        status: Status::Active,
        locked: None,
        assignments: vec![Assignment::new("front_desk", Scope::whole_site(site))],
        primary_site: Some(site),
        memberships: BTreeSet::new(),
        products: BTreeSet::new(),
        deactivated_at: None,
    }
}

/// What the change of the policy newly breaks for the clerk.
fn broken(user: &User, change: impl FnOnce(&mut Policy)) -> Vec<Reason> {
    let facts = testing::facts();
    let mut proposed = Policy::clone(&facts.policy);
    change(&mut proposed);
    let in_force = Standard::new(Arc::clone(&facts.policy), facts.organisation.clone());
    let proposed = Standard::new(proposed.into(), facts.organisation);
    assert_eq!(new_breaches(&in_force, &in_force, user), []);
    let breaches = new_breaches(&in_force, &proposed, user);
    breaches.into_iter().map(|breach| breach.reason).collect()
}

#[test]
fn the_same_policy_breaks_nothing() {
    assert_eq!(broken(&clerk(), |_| {}), []);
    let facts = testing::facts();
    let standard = Standard::new(facts.policy, facts.organisation);
    assert_eq!(standard.breaches(&clerk()), []);
}

#[test]
fn a_role_that_is_gone_is_missed_by_its_holders() {
    let clerk = clerk();
    let role = clerk.assignments[0].role.clone();
    let gone = role.clone();
    let reasons = broken(&clerk, move |policy| policy.roles.retain(|other| other.id != gone));
    assert!(reasons.contains(&Reason::RoleUnknown { role }), "{reasons:?}");
}

#[test]
fn roles_that_exclude_each_other_from_now_on_are_found_together() {
    let mut clerk = clerk();
    let second = Assignment::new("billing_manager", clerk.assignments[0].scope.clone());
    clerk.assignments.push(second);
    clerk.assignments.sort();
    let facts = testing::facts();
    let mut both = Policy::clone(&facts.policy);
    both.assignment.roles_per_user = RolesPerUser::Many;
    let mut apart = both.clone();
    let role = apart
        .roles
        .iter_mut()
        .find(|role| role.id == clerk.assignments[1].role)
        .unwrap();
    role.excludes = Roles::All;
    let (both, apart) = (
        Standard::new(both.into(), facts.organisation.clone()),
        Standard::new(apart.into(), facts.organisation),
    );
    let breaches = new_breaches(&both, &apart, &clerk);
    assert!(
        matches!(breaches.as_slice(), [one] if matches!(one.reason, Reason::Exclusive { .. })),
        "{breaches:?}"
    );
}

#[test]
fn a_field_that_becomes_required_is_missed_where_it_is_empty() {
    let require = |policy: &mut Policy| {
        policy.fields.push(crate::policy::FieldRule {
            id: ProfileField::Phone,
            label: "Cell Phone".to_owned(),
            hint: String::new(),
            need: Need::Required,
            clinical_only: false,
            own: false,
        });
    };
    let missing = Reason::FieldMissing {
        field: ProfileField::Phone,
    };
    assert_eq!(broken(&clerk(), require), [missing]);
    let mut with_phone = clerk();
    with_phone.profile.phone = "555 0100 22".to_owned();
    assert_eq!(broken(&with_phone, require), []);
}

#[test]
fn a_field_that_is_no_longer_used_breaks_nothing() {
    assert_eq!(
        broken(&clerk(), |policy| policy
            .fields
            .retain(|field| field.id != ProfileField::Bio)),
        []
    );
}

#[test]
fn a_primary_site_that_becomes_required_is_missed() {
    let mut nowhere = clerk();
    nowhere.primary_site = None;
    let facts = testing::facts();
    let mut before = Policy::clone(&facts.policy);
    before.assignment.primary_site = Need::Optional;
    let (before, after) = (
        Standard::new(before.into(), facts.organisation.clone()),
        Standard::new(facts.policy, facts.organisation),
    );
    let reasons: Vec<Reason> = new_breaches(&before, &after, &nowhere)
        .into_iter()
        .map(|breach| breach.reason)
        .collect();
    assert_eq!(reasons, [Reason::PrimarySiteMissing]);
}

#[test]
fn a_product_that_is_gone_and_a_role_that_is_no_longer_clinical_are_found() {
    let mut provider = clerk();
    provider.products.insert("billing".into());
    let facts = testing::facts();
    let standard = Standard::new(facts.policy, facts.organisation);
    let reasons: Vec<Reason> = standard.breaches(&provider).into_iter().map(|b| b.reason).collect();
    let product = "billing".into();
    assert_eq!(reasons, [Reason::ProductUnknown { product }]);
}
