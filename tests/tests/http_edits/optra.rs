use scenarios::http::make::{change, email, grant, instead, profile, resource, retype, user};
use scenarios::http::{PASSWORD, on_both};
use shared::Edit;
use shared::edit::AccessPatch;
use shared::lifecycle::Status;
use shared::policy::{EditForm, InviteForm};
use shared::user::ProfileField;
use shared::verdict::{Confirmation, Consequence, Reason};
use shared::wire::{Me, UserPage};

use super::{confirmed, reasons, see, signed_in};

fn create(name: &str, address: &str, roles: &[&str]) -> Edit {
    Edit::Invite {
        user: user(name),
        profile: profile(&[(ProfileField::LoginEmail, address)]),
        access: grant(roles),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_managing_users_requires_the_admin_role() {
    on_both(async |app| {
        let cy = signed_in(&app, "optra", "cy").await;
        for path in ["/api/v1/users", "/api/v1/audit", "/api/v1/roles", "/api/v1/sites"] {
            assert_eq!(
                cy.get(path).await.expect_status(403).problem().kind,
                "/problems/forbidden",
                "{path}"
            );
        }
        let verdict = cy.refused(create("kit", &email("kit"), &["chart_editor"]), &[]).await;
        assert!(
            matches!(reasons(&verdict).as_slice(), [Reason::PowerMissing { .. }]),
            "{verdict:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o3_o5_o6_an_invitation_with_several_roles_to_another_domain_is_confirmed() {
    on_both(async |app| {
        let ann = signed_in(&app, "optra", "ann").await;
        // One's own domain needs no confirmation.
        ann.must(create("kit", &email("kit"), &["chart_editor", "billing_admin"]), &[])
            .await;
        let accepted = confirmed(
            &ann,
            create("kim", "kim@partner.example", &["workflow_editor"]),
            Confirmation::OtherDomain {
                domain: "partner.example".to_owned(),
            },
            Confirmation::OtherDomain {
                domain: "riverside.example".to_owned(),
            },
        )
        .await;
        assert_eq!(accepted.subject.map(|kim| kim.status), Some(Status::Invited));
        let invited: UserPage = ann.read("/api/v1/users?tab=invited&search=kim").await;
        assert_eq!(
            invited.rows.first().map(|row| row.name.as_str()),
            Some(""),
            "an invited user without a name"
        );
        ann.must(change("kim", grant(&["workflow_deployer"])), &[]).await;
        assert_eq!(see(&ann, user("kim")).await.assignments.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o7_email_and_roles_are_changed_and_the_new_address_signs_in() {
    on_both(async |app| {
        let ann = signed_in(&app, "optra", "ann").await;
        let new = "cyd@riverside.example";
        ann.must(
            retype("cy", &[(ProfileField::LoginEmail, "Cyd@Riverside.example")]),
            &[],
        )
        .await;
        app.sign_in(new).await.get("/api/v1/me").await.expect_status(200);
        app.anonymous().sign_in(&email("cy"), PASSWORD).await.expect_status(401);
        ann.must(change("cy", instead(&["device_technician"], &["device_enroller"])), &[])
            .await;
        let verdict = ann
            .refused(retype("dot", &[(ProfileField::LoginEmail, new)]), &[])
            .await;
        assert_eq!(reasons(&verdict), [&Reason::EmailTaken { email: new.to_owned() }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o8_o9_exclusive_roles_are_never_combined() {
    on_both(async |app| {
        let ann = signed_in(&app, "optra", "ann").await;
        for edit in [
            change("cy", grant(&["admin"])),
            change("cy", grant(&["chart_viewer_only"])),
            change("vi", grant(&["billing_admin"])),
            change("abe", grant(&["chart_viewer_only"])),
            create("kit", &email("kit"), &["admin", "chart_editor"]),
            create("kit", &email("kit"), &["admin", "chart_viewer_only"]),
        ] {
            let verdict = ann.refused(edit.clone(), &[]).await;
            assert!(
                reasons(&verdict)
                    .iter()
                    .any(|reason| matches!(reason, Reason::Exclusive { .. })),
                "{edit:?}"
            );
        }
        ann.must(
            change(
                "vi",
                instead(
                    &["chart_viewer_only"],
                    &["billing_admin", "device_technician", "chart_editor"],
                ),
            ),
            &[],
        )
        .await;
        assert_eq!(see(&ann, user("vi")).await.assignments.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o10_o11_o12_deletion_is_confirmed_immediate_and_permanent() {
    on_both(async |app| {
        let ann = signed_in(&app, "optra", "ann").await;
        let cy = app.as_person("cy").await;
        let accepted = confirmed(
            &ann,
            Edit::Delete { user: user("cy") },
            Confirmation::Deletion { user: user("cy") },
            Confirmation::Deletion { user: user("dot") },
        )
        .await;
        assert_eq!(accepted.subject, None);
        cy.get("/api/v1/me").await.expect_status(401);
        app.anonymous().sign_in(&email("cy"), PASSWORD).await.expect_status(401);
        ann.get(&format!("/api/v1/users/{}", user("cy")))
            .await
            .expect_status(404);
        // Others who share a workspace are not affected.
        assert_eq!(see(&ann, user("dot")).await.memberships, [resource("cardio")].into());
        let verdict = ann.refused(Edit::Delete { user: user("cy") }, &[]).await;
        assert_eq!(reasons(&verdict), [&Reason::UserUnknown]);
        // A new invitation is needed, and it brings nothing back.
        ann.must(create("cy again", &email("cy"), &["chart_editor"]), &[]).await;
        let again = see(&ann, user("cy again")).await;
        assert!(again.memberships.is_empty() && again.status == Status::Invited);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o12_people_join_and_leave_workspaces() {
    on_both(async |app| {
        let ann = signed_in(&app, "optra", "ann").await;
        let access = AccessPatch {
            join: [resource("trials")].into(),
            leave: [resource("cardio")].into(),
            ..AccessPatch::default()
        };
        ann.must(change("dot", access), &[]).await;
        assert_eq!(see(&ann, user("dot")).await.memberships, [resource("trials")].into());
        assert_eq!(see(&ann, user("cy")).await.memberships.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o2_o13_what_each_role_can_do_and_how_screens_are_arranged_is_in_the_policy_that_everyone_gets() {
    on_both(async |app| {
        let cy = signed_in(&app, "optra", "cy").await;
        let policy = cy.read::<Me>("/api/v1/me").await.facts.policy;
        assert_eq!(
            (policy.screens.invite, policy.screens.edit),
            (InviteForm::Dialog, EditForm::Dialog)
        );
        assert!(policy.roles.iter().all(|role| !role.about.is_empty()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o10_o12_an_invitation_that_is_out_is_taken_back_with_its_roles() {
    on_both(async |app| {
        let ann = signed_in(&app, "optra", "ann").await;
        ann.must(create("kit", &email("kit"), &["chart_editor"]), &[]).await;
        let accepted = ann.must(Edit::WithdrawInvitation { user: user("kit") }, &[]).await;
        assert!(
            accepted.verdict.consequences.contains(&Consequence::RolesEnd {
                roles: vec!["chart_editor".into()]
            }),
            "{:?}",
            accepted.verdict
        );
        ann.get(&format!("/api/v1/users/{}", user("kit")))
            .await
            .expect_status(404);
    })
    .await;
}
