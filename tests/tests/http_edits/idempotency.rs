use scenarios::http::make::{invite, retype, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::ids::Revision;
use shared::user::ProfileField;
use shared::verdict::Confirmation;
use shared::wire::{Accepted, AuditPage};

use super::{see, signed_in};

/// The answer got lost and the request is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn x6_a_repeated_request_gets_the_first_answer_and_changes_nothing_twice() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let rename = ana.proposal(retype("fin", &[(ProfileField::Name, "Fin L.")])).await;
        let first = ana.propose(&rename).await.expect_status(200);
        // Someone else was there in between; the repeated request still is the first one.
        app.as_person("abe")
            .await
            .must(retype("fin", &[(ProfileField::Phone, "+1 555 010 0100")]), &[])
            .await;
        let again = ana.propose(&rename).await.expect_status(200);
        assert_eq!(again.json::<Accepted>(), first.json::<Accepted>());
        assert_eq!(see(&ana, user("fin")).await.revision, Revision(3));

        let invitation = ana.proposal(invite("kit", "Kit Ode", "front_desk at elm", "elm")).await;
        let first: Accepted = ana.propose(&invitation).await.expect_status(200).json();
        let again: Accepted = ana.propose(&invitation).await.expect_status(200).json();
        assert_eq!(again, first);
        assert_eq!(ana.read::<AuditPage>("/api/v1/audit").await.entries.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x6_the_same_request_sent_at_the_same_time_happens_once() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let invitation = ana.proposal(invite("kit", "Kit Ode", "front_desk at elm", "elm")).await;
        let sent = || ana.propose(&invitation);
        let (a, b, c, d) = tokio::join!(sent(), sent(), sent(), sent());
        let first: Accepted = a.expect_status(200).json();
        for other in [b, c, d] {
            assert_eq!(other.expect_status(200).json::<Accepted>(), first);
        }
        assert_eq!(ana.read::<AuditPage>("/api/v1/audit").await.entries.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x6_a_key_belongs_to_one_edit_of_one_person() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let first = ana.proposal(retype("fin", &[(ProfileField::Name, "Fin L.")])).await;
        ana.propose(&first).await.expect_status(200);
        let mut other = ana.proposal(retype("fin", &[(ProfileField::Name, "Somebody")])).await;
        other.idempotency_key = first.idempotency_key;
        let problem = ana.propose(&other).await.expect_status(409).problem();
        assert_eq!(problem.kind, "/problems/idempotency-key-used");
        assert_eq!(see(&ana, user("fin")).await.profile.name, "Fin L.");
        // Another person's keys are their own, and their answers too.
        let abe = app.as_person("abe").await;
        abe.propose(&other).await.expect_status(200);
        assert_eq!(see(&ana, user("fin")).await.profile.name, "Somebody");
    })
    .await;
}

/// What was refused did not happen: the key may come again with what was missing.
#[tokio::test(flavor = "multi_thread")]
async fn x6_a_refused_request_does_not_use_its_key_up() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let mut proposal = ana.proposal(Edit::Deactivate { user: user("fin") }).await;
        ana.propose(&proposal).await.expect_status(422);
        proposal.confirmations = vec![Confirmation::Deactivation { user: user("fin") }];
        ana.propose(&proposal).await.expect_status(200);
        ana.propose(&proposal).await.expect_status(200);
        assert_eq!(ana.read::<AuditPage>("/api/v1/audit").await.entries.len(), 1);
    })
    .await;
}
