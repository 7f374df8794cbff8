//! Actions in organisations of the presets, by the roles that are there.

use std::collections::BTreeSet;

use super::*;
use crate::access::{Assignment, Place, Scope};
use crate::ids::{Revision, RoleId, SiteId, UserId};
use crate::import::testing;
use crate::lifecycle::Status;
use crate::policy::{Policy, preset};
use crate::user::Profile;
use crate::verdict::{Confirmation, Reason};

fn site(number: u128) -> SiteId {
    SiteId(uuid::Uuid::from_u128(number))
}

fn user(number: u128, assignments: Vec<Assignment>) -> User {
    User {
        id: UserId(uuid::Uuid::from_u128(number)),
        revision: Revision(1),
        profile: Profile {
            name: format!("Person {number}"),
            login_email: format!("p{number}@b.example"),
            ..Profile::default()
        },
        status: Status::Active,
        locked: None,
        primary_site: assignments.first().and_then(|held| held.place().site()),
        assignments,
        memberships: BTreeSet::new(),
        products: BTreeSet::new(),
        deactivated_at: None,
    }
}

fn administrator(number: u128) -> User {
    user(number, vec![Assignment::new("administrator", Scope::Organisation)])
}

fn nurse(number: u128, at: &[u128]) -> User {
    let held = at
        .iter()
        .map(|at| Assignment::new("nurse", Scope::whole_site(site(*at))));
    user(number, held.collect())
}

fn bulk(administrators: u32, action: BulkAction) -> Bulk {
    Bulk::new(testing::facts(), administrators, action)
}

fn grants(judged: &Judged) -> Vec<(RoleId, Place)> {
    let (_, access) = judged.edit.as_ref().and_then(Edit::parts).unwrap();
    access
        .grant
        .iter()
        .map(|held| (held.role.clone(), held.place()))
        .collect()
}

#[test]
fn x5_of_all_administrators_the_last_one_stays() {
    let mut bulk = bulk(3, BulkAction::Deactivate);
    let outcomes: Vec<BulkOutcome> = (1..=3).map(|n| bulk.judge(administrator(n)).outcome).collect();
    assert_eq!(
        outcomes,
        [
            BulkOutcome::NeedsConfirmation,
            BulkOutcome::NeedsConfirmation,
            BulkOutcome::Refused
        ]
    );
    let last = bulk.judge(administrator(3));
    assert!(
        last.verdict
            .refusals
            .iter()
            .any(|refusal| refusal.reason == Reason::LastAdministrator),
        "{last:?}"
    );
    // Someone who is no administrator may still go.
    let nurse = bulk.judge(nurse(9, &[0]));
    let wanted = Confirmation::Deactivation { user: nurse_id() };
    assert_eq!(nurse.verdict.confirmations, [wanted]);
}

fn nurse_id() -> UserId {
    UserId(uuid::Uuid::from_u128(9))
}

#[test]
fn x5_whoever_is_activated_counts_for_those_after_them() {
    let facts = testing::facts();
    let mut back = administrator(1);
    back.status = Status::Inactive;
    let mut bulk = Bulk::new(facts, 1, BulkAction::Activate);
    assert_eq!(bulk.judge(back).outcome, BulkOutcome::WouldChange);
    assert_eq!(bulk.administrators, 2);
}

#[test]
fn x8_whoever_takes_their_own_access_away_can_do_nothing_after_it() {
    let mut facts = testing::facts();
    let me = administrator(1);
    facts.actor.kind = crate::facts::ActorKind::Member;
    facts.actor.user = me.id;
    let mut bulk = Bulk::new(facts, 2, BulkAction::Deactivate);
    assert_eq!(bulk.judge(me).outcome, BulkOutcome::NeedsConfirmation);
    let next = bulk.judge(nurse(9, &[0]));
    assert_eq!(next.outcome, BulkOutcome::Refused);
    assert_eq!(next.verdict.refusals[0].reason, Reason::ActorCannotAct);
}

#[test]
fn t4_who_is_active_already_has_nothing_to_change_and_who_is_invited_is_refused() {
    let mut bulk = bulk(1, BulkAction::Activate);
    assert_eq!(bulk.judge(nurse(1, &[0])).outcome, BulkOutcome::Nothing);
    let invited = User {
        status: Status::Invited,
        ..nurse(2, &[0])
    };
    let judged = bulk.judge(invited);
    assert_eq!(judged.outcome, BulkOutcome::Refused);
    assert_eq!(judged.verdict.refusals[0].reason, Reason::StillInvited);
}

#[test]
fn a_role_is_given_wherever_the_person_works_in_place_of_the_one_there() {
    let role: RoleId = "front_desk".into();
    let action = BulkAction::AddRole {
        role: role.clone(),
        site: None,
        resources: BTreeSet::new(),
    };
    let judged = bulk(1, action.clone()).judge(nurse(1, &[0, 1]));
    assert_eq!(
        grants(&judged),
        [
            (role.clone(), Place::Site(site(0))),
            (role.clone(), Place::Site(site(1)))
        ]
    );
    assert_eq!(judged.outcome, BulkOutcome::WouldChange, "{:?}", judged.verdict);
    let there = user(2, vec![Assignment::new("front_desk", Scope::whole_site(site(0)))]);
    assert_eq!(bulk(1, action).judge(there).outcome, BulkOutcome::Nothing);
}

#[test]
fn a_site_is_added_with_the_role_that_the_person_has() {
    let action = BulkAction::AddSite {
        site: site(2),
        role: None,
        resources: BTreeSet::new(),
    };
    let judged = bulk(1, action.clone()).judge(nurse(1, &[0]));
    assert_eq!(grants(&judged), [("nurse".into(), Place::Site(site(2)))]);
    for there in [nurse(2, &[0, 2]), administrator(3)] {
        assert_eq!(bulk(1, action.clone()).judge(there).outcome, BulkOutcome::Nothing);
    }
    let nothing_held = bulk(1, action).judge(user(4, vec![]));
    assert_eq!(nothing_held.outcome, BulkOutcome::Refused);
    assert_eq!(
        nothing_held.verdict.refusals[0].reason,
        Reason::RoleMissing { at_least: 1 }
    );
}

#[test]
fn d8_the_primary_site_is_not_taken_away() {
    let action = BulkAction::RemoveSite { site: site(0) };
    let judged = bulk(1, action.clone()).judge(nurse(1, &[0, 1]));
    assert_eq!(
        judged.verdict.refusals[0].reason,
        Reason::PrimarySiteNotReached { site: site(0) }
    );
    let other = bulk(1, BulkAction::RemoveSite { site: site(1) }).judge(nurse(1, &[0, 1]));
    assert_eq!(other.outcome, BulkOutcome::WouldChange);
    assert_eq!(bulk(1, action).judge(nurse(2, &[3])).outcome, BulkOutcome::Nothing);
}

#[test]
fn d1_people_move_from_a_site_with_what_they_have_there_and_with_their_primary_site() {
    let action = BulkAction::MoveSite {
        from: site(0),
        to: site(2),
        resources: BTreeSet::new(),
    };
    let judged = bulk(1, action.clone()).judge(nurse(1, &[0, 1]));
    assert_eq!(judged.outcome, BulkOutcome::WouldChange, "{:?}", judged.verdict);
    assert_eq!(grants(&judged), [("nurse".into(), Place::Site(site(2)))]);
    let mut after = nurse(1, &[0, 1]);
    for change in &judged.verdict.changes {
        after.apply(change);
    }
    assert_eq!(after.primary_site, Some(site(2)));
    assert_eq!(after.places(), [Place::Site(site(1)), Place::Site(site(2))]);
    // Whoever is not there stays as they are; whoever is at both only leaves the one.
    assert_eq!(
        bulk(1, action.clone()).judge(nurse(2, &[1])).outcome,
        BulkOutcome::Nothing
    );
    let both = bulk(1, action).judge(nurse(3, &[2, 0]));
    assert_eq!(both.outcome, BulkOutcome::WouldChange);
    assert_eq!(grants(&both), []);
}

#[test]
fn a_role_that_nobody_knows_is_refused_and_not_dropped() {
    let action = BulkAction::AddRole {
        role: "no_such_role".into(),
        site: Some(site(0)),
        resources: BTreeSet::new(),
    };
    let judged = bulk(1, action).judge(nurse(1, &[0]));
    assert_eq!(judged.outcome, BulkOutcome::Refused);
}

#[test]
fn a7_lines_go_with_a_role_that_needs_them() {
    let policy: Policy = preset::find("artera").unwrap().policy();
    let role = policy
        .roles
        .iter()
        .find(|role| matches!(role.resources, crate::policy::RoleResources::AtLeast(_)))
        .unwrap();
    let line = crate::organisation::Resource {
        id: crate::ids::ResourceId(uuid::Uuid::from_u128(77)),
        kind: policy.site_resource_kind().unwrap().id.clone(),
        site: Some(site(1)),
        name: "Front".to_owned(),
        archived: false,
    };
    let mut facts = testing::facts();
    facts.organisation.resources = vec![line.clone()];
    let someone = user(
        1,
        vec![Assignment {
            role: role.id.clone(),
            scope: Scope::Site {
                site: site(0),
                resources: crate::access::Resources::Only(BTreeSet::new()),
            },
        }],
    );
    facts.policy = policy.clone().into();
    let action = |resources: BTreeSet<_>| BulkAction::AddSite {
        site: site(1),
        role: None,
        resources,
    };
    let without = Bulk::new(facts.clone(), 1, action(BTreeSet::new())).judge(someone.clone());
    assert_eq!(without.outcome, BulkOutcome::Refused);
    let with = Bulk::new(facts, 1, action([line.id].into())).judge(someone);
    assert_eq!(with.outcome, BulkOutcome::WouldChange, "{:?}", with.verdict.refusals);
}
