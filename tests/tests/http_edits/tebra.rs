use std::collections::BTreeSet;

use reqwest::Method;
use scenarios::http::make::{change, email, grant, site, user};
use scenarios::http::{PASSWORD, on_both};
use server::edits::{self, Context, EditError, Mode};
use server::facts::Asker;
use shared::facts::ActorKind;
use shared::ids::{SiteId, UserId};
use shared::lifecycle::{LockCause, Status};
use shared::policy::Power;
use shared::verdict::{Consequence, Reason};
use shared::wire::{Accepted, AuditPage, Problem, Proposal, UserPage};
use shared::{AccessPatch, Edit};
use uuid::Uuid;

use super::{reasons, see, signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn t1_t3_t4_system_administrators_reactivate_and_nobody_else() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let edit = || Edit::Activate { user: user("ivy") };
        for other in ["mo", "ola"] {
            let verdict = app.as_person(other).await.refused(edit(), &[]).await;
            assert!(
                matches!(reasons(&verdict).as_slice(), [Reason::PowerMissing { .. }]),
                "{verdict:?}"
            );
        }
        let sia = app.as_person("sia").await;
        app.anonymous()
            .sign_in(&email("ivy"), PASSWORD)
            .await
            .expect_status(401);
        let before: UserPage = sia.read("/api/v1/users?tab=inactive").await;
        sia.must(edit(), &[]).await;
        let after: UserPage = sia.read("/api/v1/users?tab=inactive").await;
        assert_eq!(
            (after.counts.inactive, after.counts.active),
            (before.counts.inactive - 1, before.counts.active + 1)
        );
        app.sign_in(&email("ivy")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t6_an_account_that_reaches_nothing_says_so_until_something_is_assigned() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let accepted = sia.must(Edit::Activate { user: user("ora") }, &[]).await;
        assert!(
            accepted.verdict.consequences.contains(&Consequence::ReachesNothing),
            "{:?}",
            accepted.verdict
        );
        assert!(see(&sia, user("ora")).await.assignments.is_empty());
        sia.must(change("ora", grant(&["office_staff at elm"])), &[]).await;
        assert_eq!(
            see(&sia, user("ora")).await.assignments,
            grant(&["office_staff at elm"]).grant
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_a_temporary_password_is_shown_once_and_must_be_changed() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let ola = app.as_person("ola").await;
        let proposal = sia.proposal(Edit::SetTemporaryPassword { user: user("ola") }).await;
        let first: Accepted = sia.propose(&proposal).await.expect_status(200).json();
        let temporary = first.temporary_password.clone().expect("it is shown this once");
        let again = sia.propose(&proposal).await.expect_status(200);
        assert_eq!(
            again.json::<Accepted>(),
            Accepted {
                temporary_password: None,
                ..first
            }
        );
        for path in ["/api/v1/audit".to_owned(), format!("/api/v1/users/{}", user("ola"))] {
            let body = sia.get(&path).await.expect_status(200).body;
            assert!(!body.contains(&temporary), "{path}");
        }
        // The password before is none any more, and the temporary one is good for one thing.
        ola.get("/api/v1/me").await.expect_status(401);
        app.anonymous()
            .sign_in(&email("ola"), PASSWORD)
            .await
            .expect_status(401);
        let problem = app
            .anonymous()
            .sign_in(&email("ola"), &temporary)
            .await
            .expect_status(403)
            .problem();
        assert_eq!(problem.kind, "/problems/password-change-needed");
        let mut browser = app.anonymous();
        let changed =
            |new: &str| serde_json::json!({"email": email("ola"), "password": temporary, "new_password": new});
        for unusable in [temporary.as_str(), "too short"] {
            let request = browser
                .request(Method::PUT, "/api/v1/password")
                .json(&changed(unusable));
            browser.send(request).await.expect_status(422);
        }
        let request = browser
            .request(Method::PUT, "/api/v1/password")
            .json(&changed("a phrase of my own"));
        browser.send(request).await.expect_status(204);
        browser
            .sign_in(&email("ola"), "a phrase of my own")
            .await
            .expect_status(204);
        browser.get("/api/v1/me").await.expect_status(200);
        app.anonymous()
            .sign_in(&email("ola"), &temporary)
            .await
            .expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t9_t14_a_locked_account_is_unlocked_and_being_inactive_is_another_thing() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        app.anonymous()
            .sign_in(&email("lou"), PASSWORD)
            .await
            .expect_status(401);
        let accepted = sia.must(Edit::Unlock { user: user("lou") }, &[]).await;
        assert!(
            accepted.verdict.consequences.contains(&Consequence::ReviewAdvised),
            "{:?}",
            accepted.verdict
        );
        app.sign_in(&email("lou")).await;
        assert_eq!(
            reasons(&sia.refused(Edit::Unlock { user: user("lou") }, &[]).await),
            [&Reason::NotLocked]
        );
        // Inactive and locked: neither ends the other.
        sia.must(Edit::Unlock { user: user("bo") }, &[]).await;
        let bo = see(&sia, user("bo")).await;
        assert_eq!((bo.status, bo.locked), (Status::Inactive, None));
        app.anonymous().sign_in(&email("bo"), PASSWORD).await.expect_status(401);
        sia.must(Edit::Activate { user: user("bo") }, &[]).await;
        app.sign_in(&email("bo")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t8_t14_lists_are_filtered_by_lock_and_by_provider_alone_and_together() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let names = async |query: &str| -> Vec<String> {
            let page: UserPage = sia.read(&format!("/api/v1/users?{query}")).await;
            page.rows.into_iter().map(|row| row.name).collect()
        };
        assert_eq!(names("tab=locked").await, ["Bo Frey", "Lou Kim"]);
        assert_eq!(names("tab=locked&clinical=true").await, ["Lou Kim"]);
        assert_eq!(names("tab=locked&clinical=false").await, ["Bo Frey"]);
        assert_eq!(names("tab=inactive&locked=true").await, ["Bo Frey"]);
        assert_eq!(names("tab=inactive&locked=false").await, ["Ivy Chen", "Ora Lund"]);
        assert_eq!(names("tab=active&locked=true&clinical=true").await, ["Lou Kim"]);
        assert_eq!(names("tab=active&locked=true&search=moss").await, [""; 0]);
        let page: UserPage = sia.read("/api/v1/users?tab=inactive&locked=true").await;
        assert_eq!(
            (page.counts.active, page.counts.inactive, page.counts.locked),
            (1, 1, 2)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_t14_a_locked_account_is_told_whom_to_ask_without_a_name_and_listed_with_cause_and_time() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let told = async |email: &str, password: &str| -> Problem {
            let answer = app.anonymous().sign_in(email, password).await;
            answer.expect_status(401).problem()
        };
        // The right password and a locked account, a wrong one, and an address that nobody has: the same answer.
        let locked = told(&email("lou"), PASSWORD).await;
        assert!(locked.detail.contains("System Administrator"), "{}", locked.detail);
        assert!(locked.detail.contains("created your account"), "{}", locked.detail);
        for name in ["Sia", "Sol", "Moss", "Vance", "Lou"] {
            assert!(!locked.detail.contains(name), "{}", locked.detail);
        }
        assert_eq!(told(&email("ola"), "not the password").await.detail, locked.detail);
        assert_eq!(told("nobody@nowhere.example", PASSWORD).await.detail, locked.detail);
        let page: UserPage = sia.read("/api/v1/users?tab=locked").await;
        let row = page.rows.iter().find(|row| row.id == user("lou"));
        let lock = row.and_then(|row| row.locked).expect("it is in the list");
        assert_eq!(lock.cause, LockCause::FailedSignIns);
        assert_eq!(see(&sia, user("lou")).await.locked, Some(lock));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_the_vendors_support_staff_are_refused_whatever_they_ask() {
    on_both(async |app| {
        let world = app.put_world("tebra").await;
        let case = world
            .cases
            .iter()
            .find(|case| case.is_open())
            .expect("a case is open")
            .id;
        let (ola, elm) = (user("ola"), site("elm"));
        let edits = [
            Edit::Invite {
                user: UserId(Uuid::now_v7()),
                profile: Default::default(),
                access: AccessPatch::default(),
            },
            change("ola", grant(&["biller at elm"])),
            Edit::ResendInvitation { user: user("nia") },
            Edit::WithdrawInvitation { user: user("nia") },
            Edit::Deactivate { user: ola },
            Edit::Activate { user: user("ivy") },
            Edit::Delete { user: ola },
            Edit::Lock { user: ola },
            Edit::Unlock { user: user("lou") },
            Edit::SetTemporaryPassword { user: ola },
            Edit::AddProducts {
                user: user("dr"),
                products: ["ehr".into()].into(),
            },
            Edit::OpenCase {
                user: user("dee"),
                product: "billing".into(),
            },
            Edit::CloseCase {
                user: user("cam"),
                case,
                note: "Done".to_owned(),
            },
            Edit::SetRolePermissions {
                role: "biller".into(),
                grant: ["settings.practice".into()].into(),
                revoke: BTreeSet::new(),
            },
            Edit::CreateSite {
                site: SiteId(Uuid::now_v7()),
                name: "Theirs".to_owned(),
            },
            Edit::RenameSite {
                site: elm,
                name: "Theirs".to_owned(),
            },
            Edit::ArchiveSite { site: elm },
        ];
        let asker = Asker {
            authenticated: None,
            embedded: None,
            organisation: world.organisation.id,
            user: UserId(Uuid::now_v7()),
            kind: ActorKind::Support,
            origin: "192.0.2.1".to_owned(),
        };
        for edit in edits {
            let asker = asker.clone();
            let seen = edit.user().and_then(|user| world.user(user)).map(|user| user.revision);
            let proposal = Proposal {
                edit,
                seen_revision: seen,
                confirmations: Vec::new(),
                idempotency_key: Uuid::now_v7(),
            };
            let told = format!("{:?}", proposal.edit);
            let refused = app
                .past_the_server(move |conn| {
                    let context = Context {
                        mode: Mode::Apply,
                        ..Context::now(asker)
                    };
                    match edits::propose_in(conn, &context, &proposal) {
                        Err(EditError::Refused(verdict)) => Ok(verdict.refusals),
                        other => panic!("{other:?}"),
                    }
                })
                .await
                .expect("it is judged");
            let may_not = |power| Reason::SupportMayNot { power };
            let named = [Power::Users, Power::Roles, Power::Sites].map(may_not);
            assert!(
                refused
                    .iter()
                    .any(|one| one.rule == "T1" && named.contains(&one.reason)),
                "{told}: {refused:?}"
            );
        }
        // And there is nothing on the record.
        let sia = app.as_person("sia").await;
        assert!(sia.read::<AuditPage>("/api/v1/audit").await.entries.is_empty());
    })
    .await;
}
