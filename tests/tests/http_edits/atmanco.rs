use scenarios::cases;
use scenarios::http::make::{another, change, email, grant, profile, retype, site, user};
use scenarios::http::{Session, on_both};
use shared::Edit;
use shared::user::ProfileField;
use shared::verdict::{Confirmation, Consequence, Reason};
use shared::wire::{Administrators, Me, UserPage};

use super::{reasons, see, signed_in};

fn create(name: &str, login: &str) -> Edit {
    Edit::Invite {
        user: user(name),
        profile: profile(&[
            (ProfileField::FirstName, name),
            (ProfileField::LastName, "Ode"),
            (ProfileField::LoginEmail, login),
            (ProfileField::CommunicationEmail, "kit@mail.example"),
            (ProfileField::Language, "fr"),
        ]),
        access: grant(&["user"]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m2_settings_are_for_administrators_only() {
    on_both(async |app| {
        let uma = signed_in(&app, "atmanco", "uma").await;
        let ari = app.as_person("ari").await;
        for path in ["/users", "/users?tab=invited", "/sites", "/roles", "/audit"] {
            ari.get(&format!("/api/v1{path}")).await.expect_status(200);
        }
        for path in [
            "/users",
            "/users?tab=invited",
            "/sites",
            "/roles",
            "/audit",
            "/policy",
            "/embedding",
            "/identity-provider",
        ] {
            let problem = uma.get(&format!("/api/v1{path}")).await.expect_status(403).problem();
            assert_eq!(problem.kind, "/problems/forbidden", "{path}");
        }
        // What the settings do, sent without them.
        for edit in [
            create("kit", "kit@riverside.example"),
            Edit::WithdrawInvitation { user: user("pen") },
            Edit::CreateSite {
                site: site("elm"),
                name: "Elm Street".to_owned(),
            },
            Edit::AllowOrigin {
                origin: "https://portal.example".to_owned(),
            },
            Edit::SetRolePermissions {
                role: "user".into(),
                grant: ["account.settings".into()].into(),
                revoke: [].into(),
            },
        ] {
            let verdict = uma.refused(edit.clone(), &[]).await;
            assert!(
                reasons(&verdict)
                    .iter()
                    .any(|reason| matches!(reason, Reason::PowerMissing { .. })),
                "{edit:?}: {verdict:?}"
            );
        }
        ari.must(create("kit", "kit@riverside.example"), &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_a_login_email_that_was_ever_used_on_the_platform_is_not_used_again() {
    on_both(async |app| {
        let world = cases::world("atmanco");
        app.put(&world).await;
        app.put(&another(&world)).await;
        let ari = app.as_person("ari").await;
        ari.must(create("wen", "wen@riverside.example"), &[]).await;
        ari.must(Edit::WithdrawInvitation { user: user("wen") }, &[]).await;
        ari.must(
            Edit::Delete { user: user("uma") },
            &[Confirmation::Deletion { user: user("uma") }],
        )
        .await;
        for (address, reason) in [
            // By another organisation, whatever the case.
            (
                "Ari@lakeview.example",
                Reason::EmailTaken {
                    email: "ari@lakeview.example".to_owned(),
                },
            ),
            // By a removed user.
            ("uma@riverside.example", Reason::EmailRetired { email: email("uma") }),
            // By a deleted invitation.
            (" WEN@riverside.example ", Reason::EmailRetired { email: email("wen") }),
            // By one who is here.
            ("bil@riverside.example", Reason::EmailTaken { email: email("bil") }),
        ] {
            let verdict = ari.refused(create("kit", address), &[]).await;
            assert_eq!(reasons(&verdict), [&reason], "{address}");
        }
        ari.must(create("kit", "kit@riverside.example"), &[]).await;
    })
    .await;
}

/// Two organisations take the same address at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn m4_one_address_is_taken_once_also_at_the_same_moment() {
    on_both(async |app| {
        let world = cases::world("atmanco");
        app.put(&world).await;
        app.put(&another(&world)).await;
        let (ari, other) = (app.as_person("ari").await, app.sign_in("ari@lakeview.example").await);
        for round in 0..5 {
            let address = format!("kit{round}@riverside.example");
            let one = ari.proposal(create(&format!("a{round}"), &address)).await;
            let two = other.proposal(create(&format!("b{round}"), &address)).await;
            let (one, two) = tokio::join!(ari.propose(&one), other.propose(&two));
            let mut statuses = [one.status, two.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 422], "{} and {}", one.body, two.body);
        }
    })
    .await;
}

async fn everything_read(session: &Session) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for path in [
        "/api/v1/me".to_owned(),
        "/api/v1/users".to_owned(),
        "/api/v1/roles".to_owned(),
        "/api/v1/facts?role=billing_manager".to_owned(),
        "/api/v1/audit".to_owned(),
        format!("/api/v1/users/{}", user("bil")),
        format!("/api/v1/users/{}", user("una")),
        format!("/api/v1/users/{}", user("uma")),
    ] {
        let body = session.get(&path).await.expect_status(200).body;
        read.push((path, body));
    }
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn m8_m9_who_lacks_the_additional_permission_neither_sees_nor_grants_it() {
    on_both(async |app| {
        let bil = signed_in(&app, "atmanco", "bil").await;
        bil.must(change("uma", grant(&["billing_manager"])), &[]).await;
        for (path, body) in everything_read(&bil).await {
            assert!(body.contains("billing_manager"), "{path} shows it to its holders");
        }
        let ari = app.as_person("ari").await;
        for (path, body) in everything_read(&ari).await {
            assert!(!body.contains("billing_manager"), "{path}: {body}");
        }
        assert_eq!(
            ari.read::<UserPage>("/api/v1/users?role=billing_manager").await.rows,
            []
        );
        // Files and names of administrators neither, under whichever name.
        for path in [
            "/users/export",
            "/users/export?format=json",
            "/audit/export?format=json",
            "/administrators",
        ] {
            let body = ari.get(&format!("/api/v1{path}")).await.expect_status(200).body;
            let told = body.contains("billing_manager") || body.contains("Billing Manager");
            assert!(!told, "{path}: {body}");
        }
        for role in ["billing_manager", "no_such_role"] {
            let holders = ari.get(&format!("/api/v1/roles/{role}/holders")).await;
            let known = bil.get(&format!("/api/v1/roles/{role}/holders")).await;
            assert_eq!(holders.status == known.status, role == "no_such_role", "{role}");
            assert!(!holders.body.contains("uma"), "{role}: {}", holders.body);
        }
        // Sent anyway, it is as unknown as a role that there is not.
        for role in ["billing_manager", "no_such_role"] {
            let verdict = ari.refused(change("pen", grant(&[role])), &[]).await;
            assert_eq!(reasons(&verdict), [&Reason::RoleUnknown { role: role.into() }]);
        }
        let everything = Edit::SetRolePermissions {
            role: "billing_manager".into(),
            grant: ["clients.view".into()].into(),
            revoke: [].into(),
        };
        assert_eq!(
            reasons(&ari.refused(everything, &[]).await),
            [&Reason::RoleUnknown {
                role: "billing_manager".into()
            }]
        );
        // An edit by someone who does not see it leaves it held.
        ari.must(retype("una", &[(ProfileField::LastName, "Grand")]), &[]).await;
        assert!(
            see(&bil, user("una"))
                .await
                .assignments
                .iter()
                .any(|held| held.role.as_str() == "billing_manager")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_m14_the_login_email_is_never_edited() {
    on_both(async |app| {
        let ari = signed_in(&app, "atmanco", "ari").await;
        for name in ["uma", "pen"] {
            let verdict = ari
                .refused(
                    retype(name, &[(ProfileField::LoginEmail, "other@riverside.example")]),
                    &[],
                )
                .await;
            assert_eq!(reasons(&verdict), [&Reason::LoginEmailFixed], "{name}");
            // Everything else is.
            ari.must(
                retype(
                    name,
                    &[
                        (ProfileField::FirstName, "Una"),
                        (ProfileField::CommunicationEmail, "u@mail.example"),
                    ],
                ),
                &[],
            )
            .await;
            let profile = see(&ari, user(name)).await.profile;
            assert_eq!(
                (profile.login_email, profile.communication_email),
                (email(name), "u@mail.example".to_owned())
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m11_m15_a_pending_invitation_is_deleted() {
    on_both(async |app| {
        let ari = signed_in(&app, "atmanco", "ari").await;
        let before: UserPage = ari.read("/api/v1/users?tab=invited").await;
        assert_eq!((before.counts.active, before.counts.invited), (4, 1));
        ari.must(Edit::WithdrawInvitation { user: user("pen") }, &[]).await;
        let after: UserPage = ari.read("/api/v1/users?tab=invited").await;
        assert_eq!((after.rows.len(), after.counts.invited), (0, 0));
        ari.get(&format!("/api/v1/users/{}", user("pen")))
            .await
            .expect_status(404);
        let verdict = ari.refused(Edit::WithdrawInvitation { user: user("uma") }, &[]).await;
        assert!(
            reasons(&verdict)
                .iter()
                .any(|reason| matches!(reason, Reason::NotInvited { .. })),
            "{verdict:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_people_change_their_language_themselves_and_nothing_else_of_others() {
    on_both(async |app| {
        let uma = signed_in(&app, "atmanco", "uma").await;
        uma.must(retype("uma", &[(ProfileField::Language, "fr")]), &[]).await;
        assert_eq!(uma.read::<Me>("/api/v1/me").await.user.profile.language, "fr");
        for refused in [
            retype("una", &[(ProfileField::Language, "en")]),
            retype(
                "uma",
                &[
                    (ProfileField::Language, "en"),
                    (ProfileField::LoginEmail, "u@riverside.example"),
                ],
            ),
            change("uma", grant(&["administrator"])),
        ] {
            let verdict = uma.refused(refused.clone(), &[]).await;
            assert!(!verdict.refusals.is_empty(), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_who_does_not_manage_users_learns_who_does_and_nothing_else() {
    on_both(async |app| {
        let uma = signed_in(&app, "atmanco", "uma").await;
        for path in [
            "/api/v1/users",
            "/api/v1/audit",
            "/api/v1/roles",
            "/api/v1/users/export",
        ] {
            uma.get(path).await.expect_status(403);
        }
        let told: Administrators = uma.read("/api/v1/administrators").await;
        assert_eq!(told.names.len(), told.people.len());
        assert!(!told.people.is_empty());
        for person in &told.people {
            assert!(told.names.contains(&person.name), "{person:?}");
            assert!(person.email.contains('@'), "{person:?}");
        }
        app.anonymous().get("/api/v1/administrators").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m3_m5_m7_m10_the_invitation_goes_to_the_communication_email_and_every_field_is_needed() {
    on_both(async |app| {
        let ari = signed_in(&app, "atmanco", "ari").await;
        let all = [
            (ProfileField::FirstName, "Kit"),
            (ProfileField::LastName, "Ode"),
            (ProfileField::LoginEmail, "kit@riverside.example"),
            (ProfileField::CommunicationEmail, "kit@mail.example"),
            (ProfileField::Language, "fr"),
        ];
        let invite = |fields: &[(ProfileField, &str)], roles: &[&str]| Edit::Invite {
            user: user("kit"),
            profile: profile(fields),
            access: grant(roles),
        };
        for (field, _) in all {
            let without: Vec<(ProfileField, &str)> = all.into_iter().filter(|(other, _)| *other != field).collect();
            let verdict = ari.refused(invite(&without, &["user"]), &[]).await;
            assert_eq!(reasons(&verdict), [&Reason::FieldMissing { field }]);
        }
        // One role, and no other than the two.
        for roles in [&[][..], &["user", "administrator"], &["owner"]] {
            let verdict = ari.refused(invite(&all, roles), &[]).await;
            assert!(!verdict.refusals.is_empty(), "{roles:?}");
        }
        let accepted = ari.must(invite(&all, &["user"]), &[]).await;
        assert!(
            accepted.verdict.consequences.contains(&Consequence::InvitationSent {
                to: "kit@mail.example".to_owned(),
                language: "fr".to_owned(),
            }),
            "{:?}",
            accepted.verdict
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m13_access_is_removed_at_once() {
    on_both(async |app| {
        let ari = signed_in(&app, "atmanco", "ari").await;
        let uma = app.as_person("uma").await;
        let delete = Edit::Delete { user: user("uma") };
        let verdict = uma.refused(delete.clone(), &[]).await;
        assert!(
            reasons(&verdict)
                .iter()
                .any(|reason| matches!(reason, Reason::PowerMissing { .. })),
            "{verdict:?}"
        );
        // It is not kept instead.
        let verdict = ari.refused(Edit::Deactivate { user: user("uma") }, &[]).await;
        assert!(!verdict.refusals.is_empty());
        ari.must(delete, &[Confirmation::Deletion { user: user("uma") }]).await;
        uma.get("/api/v1/me").await.expect_status(401);
        ari.get(&format!("/api/v1/users/{}", user("uma")))
            .await
            .expect_status(404);
    })
    .await;
}
