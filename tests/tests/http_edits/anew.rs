//! Accounts that are ended and made anew in one go (A12).

use scenarios::http::make::{change, email, grant, instead, profile, resource, retype, user};
use scenarios::http::{PASSWORD, on_both};
use shared::Edit;
use shared::edit::AccessPatch;
use shared::lifecycle::Status;
use shared::user::{ProfileField, ProfileText};
use shared::verdict::{Change, Confirmation, Consequence, Reason};
use shared::wire::{AuditPage, UserPage};

use super::{confirmed, reasons, see, signed_in};

fn anew(name: &str, successor: &str, access: AccessPatch) -> Edit {
    Edit::Recreate {
        user: user(name),
        successor: user(successor),
        profile: ProfileText::new(),
        access,
    }
}

fn recreation(name: &str, role: &str) -> Confirmation {
    Confirmation::Recreation {
        user: user(name),
        roles: vec![role.into()],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_promotion_is_one_step_that_keeps_the_person_the_address_and_the_history() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let sue = app.as_person("sue").await;
        ada.must(retype("sue", &[(ProfileField::Phone, "+1 555 010 0042")]), &[])
            .await;
        let with_group = AccessPatch {
            join: [resource("night")].into(),
            ..grant(&["enterprise"])
        };
        let accepted = confirmed(
            &ada,
            anew("sue", "sue2", with_group),
            recreation("sue", "enterprise"),
            Confirmation::Deletion { user: user("sue") },
        )
        .await;
        assert!(accepted.verdict.consequences.contains(&Consequence::HistoryContinues));
        assert_eq!(accepted.subject.as_ref().map(|made| made.id), Some(user("sue2")));

        // The earlier account is gone with its sessions and its password.
        sue.get("/api/v1/me").await.expect_status(401);
        app.anonymous()
            .sign_in(&email("sue"), PASSWORD)
            .await
            .expect_status(401);
        ada.get(&format!("/api/v1/users/{}", user("sue")))
            .await
            .expect_status(404);
        // The new one is the same person at the same address, invited anew, and holds nothing of the old.
        let view = ada.view(user("sue2")).await;
        assert!(view.made_anew.is_some() && view.invitation_expires.is_some());
        let made = view.facts.subject.expect("the new account");
        assert_eq!(
            (made.status, &made.profile.login_email),
            (Status::Invited, &email("sue"))
        );
        assert_eq!(made.profile.phone, "+1 555 010 0042");
        assert_eq!(made.assignments, grant(&["enterprise"]).grant);
        assert_eq!(made.memberships, [resource("night")].into());
        let found: UserPage = ada.read("/api/v1/users?search=sue&tab=invited").await;
        assert_eq!(found.rows.len(), 1);

        // Its record begins with the earlier account's, under either id, and nowhere else.
        for id in ["sue", "sue2"] {
            let page: AuditPage = ada.read(&format!("/api/v1/audit?subject={}", user(id))).await;
            let kinds: Vec<bool> = page
                .entries
                .iter()
                .map(|entry| matches!(entry.edit, Edit::Recreate { .. }))
                .collect();
            assert_eq!(kinds, [true, false], "{id}");
            let made_anew = page.entries.first().expect("how it came about");
            assert_eq!(made_anew.confirmations, [recreation("sue", "enterprise")]);
            let both = |change: &Change| {
                matches!(change, Change::UserDeleted { .. }) || matches!(change, Change::UserCreated { .. })
            };
            assert_eq!(made_anew.changes.iter().filter(|change| both(change)).count(), 2);
        }
        let others: AuditPage = ada.read(&format!("/api/v1/audit?subject={}", user("sam"))).await;
        assert_eq!(others.entries, []);

        // And once more, back to a practice: the whole line is kept.
        ada.must(
            anew("sue2", "sue3", grant(&["manager at elm"])),
            &[recreation("sue2", "manager")],
        )
        .await;
        let page: AuditPage = ada.read(&format!("/api/v1/audit?subject={}", user("sue3"))).await;
        assert_eq!(page.entries.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_what_goes_wrong_on_the_way_changes_nothing() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let sam = app.as_person("sam").await;
        let before = see(&ada, user("sam")).await;
        // The new account's id is somebody else's: found out when the old account is gone already.
        let problem = ada
            .edit(
                anew("sam", "bea", grant(&["enterprise"])),
                &[recreation("sam", "enterprise")],
            )
            .await
            .expect_status(409)
            .problem();
        assert_eq!(problem.kind, "/problems/id-taken");
        assert_eq!(see(&ada, user("sam")).await, before);
        sam.get("/api/v1/me").await.expect_status(200);
        app.anonymous()
            .sign_in(&email("sam"), PASSWORD)
            .await
            .expect_status(204);
        let page: AuditPage = ada.read("/api/v1/audit").await;
        assert_eq!(page.entries, []);
        // Sent twice it is done once.
        let mut proposal = ada.proposal(anew("sam", "sam2", grant(&["enterprise"]))).await;
        proposal.confirmations = vec![recreation("sam", "enterprise")];
        let first = ada.propose(&proposal).await.expect_status(200).body;
        let second = ada.propose(&proposal).await.expect_status(200).body;
        assert_eq!(first, second);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_a18_only_who_may_do_both_may_do_it() {
    on_both(async |app| {
        app.put_world("artera").await;
        let mia = app.as_person("mia").await;
        for refused in [
            anew("sam", "new", grant(&["enterprise"])),
            anew("mia", "new", grant(&["enterprise"])),
            anew("sue", "new", grant(&["enterprise"])),
        ] {
            let verdict = mia.refused(refused.clone(), &[recreation("sam", "enterprise")]).await;
            let by_power = |reason: &&Reason| matches!(reason, Reason::PowerMissing { .. });
            assert!(reasons(&verdict).iter().any(by_power), "{refused:?}: {verdict:?}");
        }
        // Whoever has the enterprise is out of a Manager's sight.
        let verdict = mia.refused(anew("eve", "new", grant(&["manager at elm"])), &[]).await;
        assert_eq!(reasons(&verdict), [&Reason::UserUnknown]);
        let ada = app.as_person("ada").await;
        // Not for what can be done in place, nor with the old account's own id, nor without lines.
        for (edit, rule) in [
            (anew("sam", "new", grant(&["manager at elm"])), "A12"),
            (anew("sam", "sam", grant(&["enterprise"])), "X6"),
            (anew("eve", "new", grant(&["staff at elm with nothing"])), "A7"),
            (anew("nobody", "new", grant(&["enterprise"])), "X1"),
        ] {
            let verdict = ada.refused(edit.clone(), &[]).await;
            let rules: Vec<&str> = verdict.refusals.iter().map(|one| one.rule.as_ref()).collect();
            assert!(rules.contains(&rule), "{edit:?}: {rules:?}");
        }
        // Somebody else's address is not taken over on the way.
        let Edit::Recreate {
            user,
            successor,
            access,
            ..
        } = anew("sam", "new", grant(&["enterprise"]))
        else {
            unreachable!("made so")
        };
        let profile = profile(&[(ProfileField::LoginEmail, &email("eve"))]);
        let edit = Edit::Recreate {
            user,
            successor,
            profile,
            access,
        };
        let verdict = ada.refused(edit, &[]).await;
        assert_eq!(reasons(&verdict), [&Reason::EmailTaken { email: email("eve") }]);
        // Whoever saw an older state does not end an account on the ground of it (X6).
        let stale = ada.proposal(anew("sam", "new", grant(&["enterprise"]))).await;
        ada.must(
            change("sam", instead(&["staff at elm"], &["staff at elm with elm_back"])),
            &[],
        )
        .await;
        ada.propose(&stale).await.expect_status(409);
    })
    .await;
}
