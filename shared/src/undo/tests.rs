use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::inverse;
use crate::access::{Assignment, Place, Resources, Scope};
use crate::edit::{AccessPatch, Edit};
use crate::facts::{Actor, ActorKind, Facts, Known};
use crate::form::{AccessForm, UserForm};
use crate::ids::{OrganisationId, ResourceId, Revision, SiteId, Timestamp, UserId};
use crate::lifecycle::Status;
use crate::organisation::{Organisation, Resource, Site};
use crate::policy::preset;
use crate::user::{Profile, ProfileField, User};
use crate::{Outcome, decide};

const ELM: SiteId = SiteId(Uuid::from_u128(1));
const HARBOUR: SiteId = SiteId(Uuid::from_u128(2));
const ANA: UserId = UserId(Uuid::from_u128(7));

fn site(id: SiteId, name: &str) -> Site {
    Site {
        id,
        name: name.to_owned(),
        archived: false,
        products: Vec::new(),
    }
}

/// Someone with a role at Elm Street, where it is also the primary site if the policy has one, in a preset's policy.
fn facts(policy: &str, assignments: Vec<Assignment>, primary_site: Option<SiteId>) -> Facts {
    let policy = preset::find(policy).unwrap().policy();
    let line = policy.site_resource_kind().map(|kind| Resource {
        id: ResourceId(Uuid::from_u128(11)),
        kind: kind.id.clone(),
        site: Some(ELM),
        name: "Front".to_owned(),
        archived: false,
    });
    let whole = policy
        .roles
        .iter()
        .find(|role| role.scope == crate::policy::Level::Organisation);
    let everything = Assignment {
        role: whole.unwrap().id.clone(),
        scope: Scope::Organisation,
    };
    Facts {
        now: Timestamp(1_800_000_000_000),
        policy: policy.into(),
        organisation: Organisation {
            id: OrganisationId(Uuid::from_u128(100)),
            name: "Riverside".to_owned(),
            sites: vec![site(ELM, "Elm Street"), site(HARBOUR, "Harbour View")],
            resources: line.into_iter().collect(),
        },
        actor: Actor {
            user: UserId(Uuid::from_u128(99)),
            kind: ActorKind::Operator,
            status: Status::Active,
            locked: false,
            assignments: vec![everything],
            email_domain: "clinic.example".to_owned(),
            embedded: None,
        },
        subject: Some(User {
            id: ANA,
            revision: Revision(3),
            profile: Profile {
                name: "Ana García".to_owned(),
                login_email: "ana@clinic.example".to_owned(),
                ..Profile::default()
            },
            status: Status::Active,
            locked: None,
            assignments,
            primary_site,
            memberships: BTreeSet::new(),
            products: BTreeSet::new(),
            deactivated_at: None,
        }),
        devices: Vec::new(),
        embedding: Default::default(),
        provider: Default::default(),
        cases: Vec::new(),
        second_factors: Vec::new(),
        login_emails: BTreeMap::new(),
        other_administrators: Known::Known(1),
        headcount: None,
        proposed: None,
        reduced: false,
    }
}

fn clinic() -> Facts {
    let nurse = |site| Assignment::new("nurse", Scope::whole_site(site));
    facts("decoda", vec![nurse(ELM), nurse(HARBOUR)], Some(ELM))
}

/// The facts once the edit is done, and its way back judged by them: allowed, and leading to what was there before.
fn goes_back(before: &Facts, edit: &Edit) -> Edit {
    let done = decide(before, edit);
    assert_ne!(
        done.outcome(&done.confirmations),
        Outcome::Refused,
        "{:?}",
        done.refusals
    );
    let mut after = before.clone();
    let subject = after.subject.as_mut().unwrap();
    done.changes.iter().for_each(|change| subject.apply(change));
    assert_ne!(after.subject, before.subject, "the edit changes something");
    let undo = inverse(before, edit).expect("there is a way back");
    let verdict = decide(&after, &undo.edit);
    assert_eq!(verdict.refusals, []);
    assert_eq!(verdict.confirmations, undo.confirmations);
    let subject = after.subject.as_mut().unwrap();
    verdict.changes.iter().for_each(|change| subject.apply(change));
    subject.deactivated_at = None;
    assert_eq!(after.subject, before.subject);
    undo.edit
}

fn change(facts: &Facts, step: impl FnOnce(AccessForm) -> AccessForm) -> Edit {
    let subject = facts.subject.as_ref().unwrap();
    let mut form = UserForm::of(subject);
    form.access = step(form.access);
    form.change_edit(&facts.policy, subject)
}

#[test]
fn a_role_a_site_and_the_primary_site_go_back() {
    let before = clinic();
    let policy = before.policy.clone();
    goes_back(
        &before,
        &change(&before, |access| {
            access.choose_role(&policy, &"front_desk".into(), Place::Site(ELM))
        }),
    );
    goes_back(
        &before,
        &change(&before, |access| access.toggle_site(&policy, HARBOUR, &"nurse".into())),
    );
    let moved = change(&before, |access| {
        access
            .choose_primary(&policy, HARBOUR)
            .toggle_site(&policy, ELM, &"nurse".into())
    });
    goes_back(&before, &moved);
}

#[test]
fn a_profile_goes_back_to_its_former_texts_only() {
    let before = clinic();
    let typed = BTreeMap::from([
        (ProfileField::Phone, "+1 415 555 0177".to_owned()),
        (ProfileField::Name, "Ana G. Ruiz".to_owned()),
    ]);
    let edit = Edit::Change {
        user: ANA,
        profile: typed,
        access: AccessPatch::default(),
    };
    let Edit::Change { profile, access, .. } = goes_back(&before, &edit) else {
        panic!("a change is taken back by a change")
    };
    let former = BTreeMap::from([
        (ProfileField::Phone, String::new()),
        (ProfileField::Name, "Ana García".to_owned()),
    ]);
    assert_eq!((profile, access), (former, AccessPatch::default()));
}

#[test]
fn a_deactivation_goes_back_by_an_activation_and_the_reverse() {
    let before = clinic();
    assert_eq!(
        goes_back(&before, &Edit::Deactivate { user: ANA }),
        Edit::Activate { user: ANA }
    );
    let mut inactive = clinic();
    inactive.subject.as_mut().unwrap().status = Status::Inactive;
    assert_eq!(
        goes_back(&inactive, &Edit::Activate { user: ANA }),
        Edit::Deactivate { user: ANA }
    );
}

#[test]
fn what_ended_elsewhere_by_itself_comes_back_too() {
    let only_front = Resources::Only(BTreeSet::from([ResourceId(Uuid::from_u128(11))]));
    let staff = |site, resources: &Resources| {
        let resources = resources.clone();
        Assignment::new("staff", Scope::Site { site, resources })
    };
    let mut before = facts("artera", vec![staff(ELM, &only_front)], None);
    // A line of Harbour View, where access ends once the person manages Elm Street (A10).
    let mut line = before.organisation.resources.first().unwrap().clone();
    (line.id, line.site) = (ResourceId(Uuid::from_u128(12)), Some(HARBOUR));
    before.organisation.resources.push(line);
    let there = Resources::Only(BTreeSet::from([ResourceId(Uuid::from_u128(12))]));
    before.subject.as_mut().unwrap().profile = Profile {
        first_name: "Ana".to_owned(),
        last_name: "García".to_owned(),
        login_email: "ana@clinic.example".to_owned(),
        ..Profile::default()
    };
    before
        .subject
        .as_mut()
        .unwrap()
        .assignments
        .push(staff(HARBOUR, &there));
    let policy = before.policy.clone();
    let promoted = change(&before, |access| {
        access.choose_role(&policy, &"manager".into(), Place::Site(ELM))
    });
    let Edit::Change { access, .. } = goes_back(&before, &promoted) else {
        panic!("a change is taken back by a change")
    };
    assert!(access.grant.contains(&staff(HARBOUR, &there)));
}

#[test]
fn permissions_of_a_role_go_back_by_what_really_changed() {
    let mut before = clinic();
    before.subject = None;
    let edit = Edit::SetRolePermissions {
        role: "nurse".into(),
        // The first is permitted already: granting it changes nothing, so nothing of it is taken back.
        grant: BTreeSet::from(["calendar.view".into(), "billing.payments".into()]),
        revoke: BTreeSet::from(["clinical.notes".into()]),
    };
    let undo = inverse(&before, &edit).unwrap().edit;
    let expected = Edit::SetRolePermissions {
        role: "nurse".into(),
        grant: BTreeSet::from(["clinical.notes".into()]),
        revoke: BTreeSet::from(["billing.payments".into()]),
    };
    assert_eq!(undo, expected);
}

#[test]
fn a_name_goes_back() {
    let mut before = clinic();
    before.subject = None;
    let edit = Edit::RenameSite {
        site: ELM,
        name: "Elm Street North".to_owned(),
    };
    let expected = Edit::RenameSite {
        site: ELM,
        name: "Elm Street".to_owned(),
    };
    assert_eq!(inverse(&before, &edit).map(|undo| undo.edit), Some(expected));
}

#[test]
fn there_is_no_way_back_from_what_is_gone_or_refused() {
    let before = clinic();
    assert_eq!(inverse(&before, &Edit::Delete { user: ANA }), None);
    assert_eq!(inverse(&before, &Edit::ResendInvitation { user: ANA }), None);
    // Nobody without the right to it takes back what somebody else has done.
    let mut powerless = clinic();
    powerless.actor.kind = ActorKind::Member;
    powerless.actor.assignments.clear();
    assert_eq!(inverse(&powerless, &Edit::Deactivate { user: ANA }), None);
}
