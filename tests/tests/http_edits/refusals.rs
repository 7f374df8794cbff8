use scenarios::http::make::{change, email, grant, instead, invite, retype, site, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::decide;
use shared::edit::AccessPatch;
use shared::ids::Revision;
use shared::user::ProfileField;
use shared::verdict::{Confirmation, Outcome, Reason};
use shared::wire::{Accepted, AuditPage, Problem, Proposal};
use uuid::Uuid;

use super::{reasons, see, signed_in};

/// Whatever the browser refuses the server refuses too, with the same verdict, when the bare API is used.
#[tokio::test(flavor = "multi_thread")]
async fn x1_x3_a_refused_edit_sent_with_the_bare_api_gets_the_verdict_that_the_browser_has() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let edits = [
            ("ana", change("fin", grant(&["billing_manager at elm"])), user("fin")),
            ("ana", change("fin", instead(&["front_desk at elm"], &[])), user("fin")),
            (
                "ana",
                retype(
                    "pia",
                    &[(ProfileField::Npi, "1234567890"), (ProfileField::Capacity, "0")],
                ),
                user("pia"),
            ),
            ("ana", Edit::Activate { user: user("fin") }, user("fin")),
            (
                "pam",
                change("fin", instead(&["front_desk at elm"], &["provider at elm"])),
                user("fin"),
            ),
            ("pam", change("fay", instead(&["front_desk at oak"], &[])), user("fay")),
            (
                "pam",
                retype("fay", &[(ProfileField::LoginEmail, "pam+fay@riverside.example")]),
                user("fay"),
            ),
            ("pam", Edit::Deactivate { user: user("fay") }, user("fay")),
        ];
        for (actor, edit, subject) in edits {
            let session = app.as_person(actor).await;
            let view = session.view(subject).await;
            let answer = session.edit(edit.clone(), &[]).await.expect_status(422);
            let problem = answer.problem();
            assert_eq!((problem.kind.as_str(), problem.status), ("/problems/refused", 422));
            let verdict = *problem.verdict.expect("a refusal comes with its verdict");
            assert_eq!(verdict.outcome(&[]), Outcome::Refused, "{edit:?}");
            assert_eq!(verdict.changes, [], "nothing would change");
            let mut facts = view.facts.clone();
            if let Some((typed, _)) = edit.parts()
                && let Some(address) = typed.get(&ProfileField::LoginEmail)
            {
                // The browser asks when the address is typed.
                let looked_up: shared::Facts = session
                    .read(&format!("/api/v1/facts?login_email={}", address.replace('+', "%2B")))
                    .await;
                facts.login_emails = looked_up.login_emails;
            }
            assert_eq!(verdict, decide(&facts, &edit), "{actor}: {edit:?}");
            assert_eq!(
                session.view(subject).await.facts.subject,
                view.facts.subject,
                "{actor}: {edit:?}"
            );
        }
    })
    .await;
}

/// A remedy is an edit that the server takes.
#[tokio::test(flavor = "multi_thread")]
async fn x3_the_edit_that_a_refusal_offers_instead_is_accepted() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let verdict = ana
            .refused(change("fin", grant(&["billing_manager at elm"])), &[])
            .await;
        let offered = verdict.refusals.iter().find_map(|refusal| match &refusal.remedy {
            Some(shared::verdict::Remedy::Instead(edit)) => Some((**edit).clone()),
            _ => None,
        });
        let accepted = ana.must(offered.expect("an edit that is allowed"), &[]).await;
        let held = accepted.subject.expect("the user").assignments;
        assert_eq!(held, grant(&["billing_manager at elm"]).grant);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_an_edit_of_nobody_and_of_nonsense_is_refused() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let verdict = ana.refused(Edit::Deactivate { user: user("nobody") }, &[]).await;
        assert_eq!(reasons(&verdict), [&Reason::UserUnknown]);
        let verdict = ana
            .refused(invite("fin", "Fin Larsen", "front_desk at elm", "elm"), &[])
            .await;
        assert!(reasons(&verdict).contains(&&Reason::UserExists), "{verdict:?}");
        for nonsense in [
            serde_json::json!({"edit": {"promote": {"user": user("fin")}}, "idempotency_key": user("key")}),
            serde_json::json!({"edit": {"deactivate": {}}, "idempotency_key": user("key")}),
            serde_json::json!({"edit": {"deactivate": {"user": user("fin")}}}),
            serde_json::json!([]),
        ] {
            let problem = ana.post("/api/v1/edits", &nonsense).await.expect_status(400).problem();
            assert_eq!(problem.kind, "/problems/malformed-body", "{nonsense}");
        }
    })
    .await;
}

/// `?dry_run=true` says what would happen, and nothing has happened.
#[tokio::test(flavor = "multi_thread")]
async fn x2_a_dry_run_judges_and_changes_nothing() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let fin_before = ana.view(user("fin")).await;
        let mut proposal = ana.proposal(Edit::Deactivate { user: user("fin") }).await;
        let judged: Accepted = ana
            .post("/api/v1/edits?dry_run=true", &proposal)
            .await
            .expect_status(200)
            .json();
        assert_eq!(judged.verdict.outcome(&[]), Outcome::NeedsConfirmation);
        assert!(!judged.verdict.changes.is_empty() && !judged.verdict.consequences.is_empty());
        assert_eq!((judged.subject, judged.audit_sequence), (None, None));
        let refused: Accepted = ana
            .judge(Edit::Activate { user: user("fin") }, Some(Revision(1)))
            .await
            .expect_status(200)
            .json();
        assert_eq!(reasons(&refused.verdict), [&Reason::AlreadyActive]);
        let invited: Accepted = ana
            .judge(invite("kit", "Kit Ode", "front_desk at elm", "elm"), None)
            .await
            .expect_status(200)
            .json();
        assert_eq!(invited.verdict.outcome(&[]), Outcome::Allowed);
        assert_eq!(ana.view(user("fin")).await.facts.subject, fin_before.facts.subject);
        ana.get(&format!("/api/v1/users/{}", user("kit")))
            .await
            .expect_status(404);
        assert_eq!(ana.read::<AuditPage>("/api/v1/audit").await.entries, []);
        // The key is not used up either.
        proposal.confirmations = judged.verdict.confirmations;
        ana.propose(&proposal).await.expect_status(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_nobody_grants_what_they_do_not_hold_or_where_they_are_not() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let pam = app.as_person("pam").await;
        // A role that holds more.
        let verdict = pam
            .refused(
                change("fin", instead(&["front_desk at elm"], &["provider at elm"])),
                &[],
            )
            .await;
        assert!(
            reasons(&verdict)
                .iter()
                .any(|reason| matches!(reason, Reason::GrantsMoreThanHeld { .. })),
            "{verdict:?}"
        );
        // Oneself upward.
        let verdict = pam
            .refused(
                change("pam", instead(&["practice_manager at elm"], &["administrator"])),
                &[],
            )
            .await;
        assert!(!verdict.refusals.is_empty());
        // A site that is out of reach, and one that is in.
        let edit = invite("kit", "Kit Ode", "front_desk at oak", "oak");
        let verdict = pam.refused(edit, &[]).await;
        assert!(
            reasons(&verdict)
                .iter()
                .any(|reason| matches!(reason, Reason::PowerMissing { .. })),
            "{verdict:?}"
        );
        pam.must(invite("kit", "Kit Ode", "front_desk at elm", "elm"), &[])
            .await;
        // Whoever administers nobody.
        let fin = app.as_person("fin").await;
        for edit in [
            change("fin", instead(&["front_desk at elm"], &["practice_manager at elm"])),
            Edit::Lock { user: user("fay") },
            Edit::CreateSite {
                site: site("new"),
                name: "New".to_owned(),
            },
            Edit::SetRolePermissions {
                role: "front_desk".into(),
                grant: ["billing.refunds".into()].into(),
                revoke: [].into(),
            },
        ] {
            let verdict = fin.refused(edit.clone(), &[]).await;
            assert!(
                reasons(&verdict)
                    .iter()
                    .any(|reason| matches!(reason, Reason::PowerMissing { .. })),
                "{edit:?}: {verdict:?}"
            );
        }
        assert_eq!(
            see(&app.as_person("ana").await, user("fin")).await.assignments,
            grant(&["front_desk at elm"]).grant
        );
    })
    .await;
}

/// A confirmation counts for exactly what it names.
#[tokio::test(flavor = "multi_thread")]
async fn x2_archiving_a_site_is_confirmed_for_as_many_people_as_it_touches() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        // Elm is the primary site of some and the only one of others.
        let verdict = ana.refused(Edit::ArchiveSite { site: site("elm") }, &[]).await;
        assert!(
            reasons(&verdict)
                .iter()
                .any(|reason| matches!(reason, Reason::SiteInUse { .. })),
            "{verdict:?}"
        );
        // Everyone whose primary site is Oak gets another; then only Fay and Pat are still touched.
        for name in ["abe", "pat"] {
            let access = AccessPatch {
                primary_site: Some(site("elm")),
                ..AccessPatch::default()
            };
            ana.must(change(name, access), &[]).await;
        }
        let edit = Edit::ArchiveSite { site: site("oak") };
        let accepted = super::confirmed(
            &ana,
            edit,
            Confirmation::Archiving { people: 2 },
            Confirmation::Archiving { people: 1 },
        )
        .await;
        assert!(accepted.audit_sequence.is_some());
        assert_eq!(
            see(&ana, user("fay")).await.assignments,
            grant(&["front_desk at elm"]).grant
        );
        assert_eq!(see(&ana, user("fay")).await.revision, Revision(2));
    })
    .await;
}

/// What is refused is refused whole: no part of it happens.
#[tokio::test(flavor = "multi_thread")]
async fn x1_a_half_good_edit_changes_nothing() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let edit = Edit::Change {
            user: user("fin"),
            profile: scenarios::http::make::profile(&[
                (ProfileField::Name, "Fin L."),
                (ProfileField::LoginEmail, &email("ana")),
            ]),
            access: instead(&["front_desk at elm"], &["billing_manager at elm"]),
        };
        let answer = ana.edit(edit, &[]).await.expect_status(422);
        let problem: Problem = answer.problem();
        let verdict = problem.verdict.expect("a verdict");
        assert_eq!(reasons(&verdict), [&Reason::EmailTaken { email: email("ana") }]);
        let fin = see(&ana, user("fin")).await;
        assert_eq!((fin.profile.name.as_str(), fin.revision), ("Fin Larsen", Revision(1)));
        assert_eq!(fin.assignments, grant(&["front_desk at elm"]).grant);
    })
    .await;
}

/// That a revision is missing is said to those alone who may see the user; the rules refuse all others (X6, A18).
#[tokio::test(flavor = "multi_thread")]
async fn x6_a18_only_who_may_see_a_user_is_told_that_the_revision_is_missing() {
    on_both(async |app| {
        app.put_world("decoda").await;
        // The front desk manages nobody.
        let fay = app.as_person("fay").await;
        for whom in [user("fin"), user("nobody at all")] {
            let proposal = Proposal {
                edit: Edit::Deactivate { user: whom },
                seen_revision: None,
                confirmations: Vec::new(),
                idempotency_key: Uuid::now_v7(),
            };
            let refused = fay.propose(&proposal).await.expect_status(422).problem();
            assert_eq!(refused.kind, "/problems/refused");
        }
        // Who may see them is told what is missing.
        let ana = app.as_person("ana").await;
        let proposal = Proposal {
            edit: Edit::Deactivate { user: user("fin") },
            seen_revision: None,
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        };
        let missing = ana.propose(&proposal).await.expect_status(400).problem();
        assert_eq!(missing.kind, "/problems/seen-revision-missing");
    })
    .await;
}
