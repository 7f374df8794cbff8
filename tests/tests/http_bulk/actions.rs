//! Each action for some who would change, some to whom it is nothing and some who are refused: planned person by person, and
//! carried out as planned.

use std::collections::BTreeSet;

use scenarios::http::make::{grant, resource, site, user};
use scenarios::http::{Session, on_both};
use shared::bulk::{BulkAction, BulkDone, BulkJob, BulkOutcome, BulkPeople};
use shared::ids::Revision;
use shared::lifecycle::Status;
use shared::user::User;
use shared::wire::AuditPage;

use super::{done, plan, run, users};

const CHANGES: (BulkOutcome, &str) = (BulkOutcome::WouldChange, "");
const CONFIRMED: (BulkOutcome, &str) = (BulkOutcome::NeedsConfirmation, "");
const NOTHING: (BulkOutcome, &str) = (BulkOutcome::Nothing, "");

/// Refused by this rule, whatever else stands against it.
const fn refused(rule: &str) -> (BulkOutcome, &str) {
    (BulkOutcome::Refused, rule)
}

async fn see(session: &Session, name: &str) -> User {
    session
        .view(user(name))
        .await
        .facts
        .subject
        .expect("the reader sees them")
}

/// Plans the action for these people, finds for each what is expected, carries it out and finds the same again: who was to
/// change is changed by one edit, and nobody else is.
async fn carry_out(session: &Session, action: BulkAction, expected: &[(&str, (BulkOutcome, &str))]) -> BulkJob {
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    let selection = users(&names);
    let seen = plan(session, &action, &selection).await;
    assert_eq!(seen.total as usize, expected.len());
    for (name, (outcome, rule)) in expected {
        let person = seen.people.iter().find(|person| person.user == user(name));
        let person = person.expect("everyone who is selected is in the plan");
        assert_eq!(person.outcome, *outcome, "{name}: {:?}", person.verdict);
        let rules: Vec<&str> = person.verdict.refusals.iter().map(|one| one.rule.as_ref()).collect();
        assert_eq!(
            rules.contains(rule),
            *outcome == BulkOutcome::Refused,
            "{name}: {rules:?}"
        );
    }

    let job = done(session, &run(&action, &selection, &seen)).await;
    let page: BulkPeople = session
        .read(&format!("/api/v1/bulk/{}/people?limit=1000", job.id))
        .await;
    for (name, (outcome, rule)) in expected {
        let person = page.people.iter().find(|person| person.user == user(name));
        let person = person.expect("everyone who is selected has a result");
        let (came_of_it, revision) = match outcome {
            BulkOutcome::WouldChange | BulkOutcome::NeedsConfirmation => (BulkDone::Changed, Revision(2)),
            BulkOutcome::Nothing => (BulkDone::Nothing, Revision(1)),
            BulkOutcome::Refused => (BulkDone::Refused, Revision(1)),
        };
        assert_eq!(person.done, came_of_it, "{name}: {:?}", person.refusals);
        let is_changed = came_of_it == BulkDone::Changed;
        assert_eq!(person.audit_sequence.is_some(), is_changed, "{name}");
        let told = person.refusals.iter().any(|one| one.rule == *rule);
        assert_eq!(told, came_of_it == BulkDone::Refused, "{name}: {:?}", person.refusals);
        assert_eq!(see(session, name).await.revision, revision, "{name}");
    }
    // Each on the record for themselves.
    let record: AuditPage = session.read("/api/v1/audit?limit=500").await;
    assert_eq!(record.entries.len(), job.tally.changed as usize);
    job
}

#[tokio::test(flavor = "multi_thread")]
async fn a3_a7_a_site_is_added_with_the_role_that_each_has_elsewhere() {
    on_both(async |app| {
        app.put_world("artera").await;
        let ada = app.as_person("ada").await;
        let action = BulkAction::AddSite {
            site: site("oak"),
            role: None,
            resources: BTreeSet::new(),
        };
        // A Manager has every line, Staff needs one; Max is there already, and Eve everywhere.
        let expected = [
            ("mia", CHANGES),
            ("sam", refused("A7")),
            ("max", NOTHING),
            ("eve", NOTHING),
        ];
        carry_out(&ada, action, &expected).await;
        let held = grant(&["manager at elm", "manager at oak"]).grant;
        let mia = see(&ada, "mia").await;
        assert!(held.iter().all(|one| mia.assignments.contains(one)), "{mia:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_a_site_is_taken_away_but_for_those_whose_primary_or_only_one_it_is() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let action = BulkAction::RemoveSite { site: site("elm") };
        // Pat's primary location is Oak, Fay's is Elm, and Fin works nowhere else.
        let expected = [
            ("pat", CHANGES),
            ("fay", refused("D8")),
            ("fin", refused("D3")),
            ("abe", NOTHING),
        ];
        carry_out(&ana, action, &expected).await;
        let pat = see(&ana, "pat").await;
        assert_eq!(pat.assignments, grant(&["practice_manager at oak"]).grant);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t4_t6_inactive_accounts_are_activated_and_who_reaches_nothing_is_told() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let sia = app.as_person("sia").await;
        let expected = [
            ("ivy", CHANGES),
            ("bo", CHANGES),
            ("ora", CHANGES),
            ("ola", NOTHING),
            ("nia", refused("T4")),
        ];
        let job = carry_out(&sia, BulkAction::Activate, &expected).await;
        for name in ["ivy", "bo", "ora"] {
            assert_eq!(see(&sia, name).await.status, Status::Active);
        }
        // Inactive and locked are two things (T14).
        assert!(see(&sia, "bo").await.locked.is_some());
        let page: BulkPeople = sia.read(&format!("/api/v1/bulk/{}/people", job.id)).await;
        let nowhere = page.people.iter().filter(|person| person.reaches_nothing);
        assert_eq!(nowhere.map(|person| person.user).collect::<Vec<_>>(), [user("ora")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d9_accounts_are_deactivated_but_for_those_who_never_came() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let fin = app.as_person("fin").await;
        fin.get("/api/v1/me").await.expect_status(200);
        let expected = [
            ("fin", CONFIRMED),
            ("fay", CONFIRMED),
            ("pen", refused("D9")),
            ("ina", NOTHING),
        ];
        carry_out(&ana, BulkAction::Deactivate, &expected).await;
        assert_eq!(see(&ana, "fin").await.status, Status::Inactive);
        // Sessions end at once.
        fin.get("/api/v1/me").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a2_a12_a_role_is_given_where_the_rules_let_it_be() {
    on_both(async |app| {
        app.put_world("artera").await;
        let ada = app.as_person("ada").await;
        let action = BulkAction::AddRole {
            role: "staff".into(),
            site: Some(site("elm")),
            resources: [resource("elm_front")].into(),
        };
        // Max is a Manager at Oak, and Eve's account would have to be made anew.
        let expected = [
            ("mia", CHANGES),
            ("bea", CHANGES),
            ("sam", NOTHING),
            ("max", refused("A2")),
            ("eve", refused("A12")),
        ];
        carry_out(&ada, action, &expected).await;
        let bea = see(&ada, "bea").await;
        assert_eq!(bea.assignments, grant(&["staff at elm with elm_back, elm_front"]).grant);
        assert_eq!(
            see(&ada, "mia").await.assignments,
            grant(&["staff at elm with elm_front"]).grant
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o3_a_role_is_taken_away_but_not_the_last_one_that_somebody_has() {
    on_both(async |app| {
        app.put_world("optra").await;
        let ann = app.as_person("ann").await;
        let action = BulkAction::RemoveRole {
            role: "chart_editor".into(),
            site: None,
        };
        let expected = [("cy", CHANGES), ("dot", refused("D3")), ("vi", NOTHING)];
        carry_out(&ann, action, &expected).await;
        assert_eq!(see(&ann, "cy").await.assignments, grant(&["device_technician"]).grant);
        assert_eq!(see(&ann, "dot").await.assignments, grant(&["chart_editor"]).grant);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_invitations_go_out_again_to_those_who_have_not_come_yet() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let expected = [("pen", CHANGES), ("fin", refused("D6")), ("ina", refused("D6"))];
        let before = ana.view(user("pen")).await.invitation;
        carry_out(&ana, BulkAction::ResendInvitation, &expected).await;
        let after = ana.view(user("pen")).await.invitation;
        assert!(after.is_some() && after != before, "{before:?} {after:?}");
    })
    .await;
}
