use std::collections::BTreeSet;

use scenarios::cases;
use scenarios::http::make::{change, email, grant, instead, profile, resource, retype, site, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::access::{Place, Resources, Scope};
use shared::edit::AccessPatch;
use shared::user::ProfileField;
use shared::verdict::{Confirmation, Consequence, Reason, Refusal, Remedy};
use shared::wire::UserPage;

use super::{confirmed, reasons, see, signed_in};

fn add(name: &str, role: &str) -> Edit {
    Edit::Invite {
        user: user(name),
        profile: profile(&[
            (ProfileField::FirstName, name),
            (ProfileField::LastName, "Ode"),
            (ProfileField::LoginEmail, &email(name)),
        ]),
        access: grant(&[role]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a2_another_type_elsewhere_is_an_error_that_names_the_practice_and_the_type() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let verdict = ada.refused(change("sam", grant(&["manager at oak"])), &[]).await;
        let other = Reason::OtherRoleElsewhere {
            wanted: "manager".into(),
            held: "staff".into(),
            place: Place::Site(site("elm")),
        };
        assert!(reasons(&verdict).contains(&&other), "{verdict:?}");
        // The same type is added in each further practice (A3).
        ada.must(change("sam", grant(&["staff at oak with oak_front"])), &[])
            .await;
        assert_eq!(see(&ada, user("sam")).await.assignments.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_a3_a_type_is_held_at_its_level_and_in_each_practice_of_its_own() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        for wrong in ["staff", "manager", "enterprise at elm"] {
            let verdict = ada.refused(add("kit", wrong), &[]).await;
            let level = |refusal: &&Refusal| matches!(refusal.reason, Reason::WrongLevel { .. });
            let found = verdict.refusals.iter().find(level);
            assert_eq!(
                found.map(|refusal| refusal.rule.as_ref()),
                Some("A1"),
                "{wrong}: {verdict:?}"
            );
        }
        // Of two practices somebody is added in each: nothing of the second comes with the first.
        ada.must(add("kit", "staff at elm with elm_front"), &[]).await;
        assert_eq!(see(&ada, user("kit")).await.assignments.len(), 1);
        ada.must(change("kit", grant(&["staff at oak with oak_front"])), &[])
            .await;
        let mut both = ["staff at elm with elm_front", "staff at oak with oak_front"].map(cases::assignment);
        both.sort();
        assert_eq!(see(&ada, user("kit")).await.assignments, both);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a14_a15_an_enterprise_user_has_both_names_and_an_address_and_a_phone_that_is_one() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let invite = |texts: &[(ProfileField, &str)]| Edit::Invite {
            user: user("kit"),
            profile: profile(texts),
            access: grant(&["enterprise"]),
        };
        let whole = [
            (ProfileField::FirstName, "Kit"),
            (ProfileField::LastName, "Ode"),
            (ProfileField::LoginEmail, "kit@riverside.example"),
        ];
        for left_out in whole {
            let rest: Vec<_> = whole.into_iter().filter(|text| *text != left_out).collect();
            let verdict = ada.refused(invite(&rest), &[]).await;
            let missing = Reason::FieldMissing { field: left_out.0 };
            assert_eq!(reasons(&verdict), [&missing]);
        }
        let mut phoned = whole.to_vec();
        phoned.push((ProfileField::Phone, "ring me"));
        let verdict = ada.refused(invite(&phoned), &[]).await;
        assert!(
            matches!(reasons(&verdict)[..], [Reason::PhoneMalformed { .. }]),
            "{verdict:?}"
        );
        ada.must(invite(&whole), &[]).await;
        assert_eq!(
            see(&ada, user("kit")).await.assignments,
            [cases::assignment("enterprise")]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a4_the_selected_practice_scopes_the_list_and_the_edits() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let (elm, oak) = (site("elm"), site("oak"));
        let page: UserPage = ada.read(&format!("/api/v1/users?site={oak}&limit=100")).await;
        let listed: BTreeSet<_> = page.rows.iter().map(|row| row.id).collect();
        assert_eq!(listed, ["ada", "eve", "max", "sue"].map(user).into());
        assert_eq!(page.counts.active, 4);
        // An edit at one practice leaves what is held at the other.
        ada.must(change("sue", instead(&["staff at oak"], &[])), &[]).await;
        assert_eq!(
            see(&ada, user("sue")).await.assignments,
            [cases::assignment("staff at elm with elm_front")]
        );
        // A practice is not selected by who does not reach it, and nothing is done there, whatever the address says.
        let mia = app.as_person("mia").await;
        for query in [format!("site={oak}"), format!("site={oak}&search=max")] {
            let page: UserPage = mia.read(&format!("/api/v1/users?{query}")).await;
            assert_eq!((page.rows, page.counts.active), (vec![], 0), "{query}");
            let file = mia
                .get(&format!("/api/v1/users/export?{query}"))
                .await
                .expect_status(200)
                .body;
            assert!(!file.contains("Max Weber"), "{query}: {file}");
        }
        let page: UserPage = mia.read(&format!("/api/v1/users?site={elm}&limit=100")).await;
        for row in &page.rows {
            assert!(
                row.assignments.iter().all(|held| held.place() == Place::Site(elm)),
                "{row:?}"
            );
        }
        let verdict = mia
            .refused(change("sam", grant(&["staff at oak with oak_front"])), &[])
            .await;
        assert!(!verdict.refusals.is_empty(), "{verdict:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_who_does_not_manage_all_of_somebody_does_not_delete_them() {
    on_both(async |app| {
        let mut world = cases::world("artera");
        for person in &mut world.users {
            if person.id == user("bea") {
                person.assignments = grant(&["staff at oak with oak_front"]).grant;
            }
        }
        app.put(&world).await;
        let delete = |name: &str| Edit::Delete { user: user(name) };
        let agreed = |name: &str| [Confirmation::Deletion { user: user(name) }];
        // A Manager of another practice, or of one of two, and Staff of the same: confirmed or not.
        let (mia, sam) = (app.as_person("mia").await, app.as_person("sam").await);
        for (session, name) in [(&mia, "bea"), (&mia, "sue"), (&sam, "sue"), (&sam, "sam")] {
            for given in [&[][..], &agreed(name)] {
                let verdict = session.refused(delete(name), given).await;
                assert!(!verdict.refusals.is_empty(), "{name}: {verdict:?}");
            }
        }
        // Accounts are deleted here, not switched off.
        let max = app.as_person("max").await;
        let verdict = max.refused(Edit::Deactivate { user: user("sue") }, &[]).await;
        assert!(
            reasons(&verdict)
                .iter()
                .any(|reason| matches!(reason, Reason::WayOfLeavingUnused)),
            "{verdict:?}"
        );
        let sue = app.as_person("sue").await;
        confirmed(
            &max,
            delete("sue"),
            Confirmation::Deletion { user: user("sue") },
            Confirmation::Deletion { user: user("sam") },
        )
        .await;
        sue.get("/api/v1/me").await.expect_status(401);
        max.get(&format!("/api/v1/users/{}", user("sue")))
            .await
            .expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a6_the_type_is_changed_by_who_manages_the_practice() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let promote = |name: &str, at: &str| {
            let (staff, manager) = (format!("staff at {at}"), format!("manager at {at}"));
            change(name, instead(&[&staff], &[&manager]))
        };
        // Staff change nobody's type, their own neither.
        let sam = app.as_person("sam").await;
        for name in ["sam", "sue"] {
            let verdict = sam.refused(promote(name, "elm"), &[]).await;
            assert!(
                reasons(&verdict)
                    .iter()
                    .any(|reason| matches!(reason, Reason::PowerMissing { .. })),
                "{name}: {verdict:?}"
            );
        }
        // A Manager of another practice does not either.
        let mia = app.as_person("mia").await;
        let verdict = mia.refused(promote("sue", "oak"), &[]).await;
        assert!(!verdict.refusals.is_empty(), "{verdict:?}");
        let before = [cases::assignment("staff at elm with elm_front")];
        assert_eq!(see(&ada, user("sam")).await.assignments, before);
        mia.must(promote("sam", "elm"), &[]).await;
        assert_eq!(
            see(&ada, user("sam")).await.assignments,
            [cases::assignment("manager at elm")]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a13_enterprise_users_are_added_by_enterprise_users_alone() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        for name in ["mia", "max", "sam"] {
            let session = app.as_person(name).await;
            let verdict = session.refused(add("kit", "enterprise"), &[]).await;
            assert!(
                reasons(&verdict).iter().any(
                    |reason| matches!(reason, Reason::PowerMissing { place, .. } if *place == Place::Organisation)
                ),
                "{name}: {verdict:?}"
            );
        }
        let invited = "/api/v1/users?tab=invited&role=enterprise";
        assert_eq!(ada.read::<UserPage>(invited).await.rows, []);
        ada.must(add("kit", "enterprise"), &[]).await;
        let page: UserPage = ada.read(invited).await;
        let listed: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        assert_eq!(listed, [user("kit")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_a_manager_who_becomes_staff_is_given_lines_by_hand() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        for lines in ["staff at elm with nothing", "staff at elm"] {
            let verdict = ada
                .refused(change("mia", instead(&["manager at elm"], &[lines])), &[])
                .await;
            let missing = verdict
                .refusals
                .iter()
                .find(|refusal| matches!(refusal.reason, Reason::ResourcesMissing { .. }));
            assert_eq!(missing.map(|refusal| refusal.rule.as_ref()), Some("A7"), "{verdict:?}");
        }
        // Lines of another practice and lines that are closed are none.
        for lines in ["staff at elm with oak_front", "staff at elm with elm_old"] {
            let verdict = ada
                .refused(change("mia", instead(&["manager at elm"], &[lines])), &[])
                .await;
            assert!(!verdict.refusals.is_empty(), "{lines}");
        }
        ada.must(
            change("mia", instead(&["manager at elm"], &["staff at elm with elm_back"])),
            &[],
        )
        .await;
        assert_eq!(
            see(&ada, user("mia")).await.assignments,
            [cases::assignment("staff at elm with elm_back")]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a8_whoever_loses_their_only_line_is_marked() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        confirmed(
            &ada,
            Edit::ArchiveResource {
                resource: resource("elm_back"),
            },
            Confirmation::Archiving { people: 1 },
            Confirmation::Archiving { people: 2 },
        )
        .await;
        let none = [cases::assignment("staff at elm with nothing")];
        assert_eq!(see(&ada, user("bea")).await.assignments, none);
        let list: UserPage = ada.read("/api/v1/users?search=bea").await;
        assert_eq!(
            list.rows.first().map(|row| row.assignments.as_slice()),
            Some(none.as_slice())
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a9_a_new_manager_has_all_lines_later_ones_too() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        // What was sent about lines does not matter.
        ada.must(
            change(
                "sam",
                instead(&["staff at elm with elm_front"], &["manager at elm with elm_front"]),
            ),
            &[],
        )
        .await;
        let scope = Scope::Site {
            site: site("elm"),
            resources: Resources::All,
        };
        assert_eq!(
            see(&ada, user("sam"))
                .await
                .assignments
                .first()
                .map(|held| held.scope.clone()),
            Some(scope)
        );
        let line = Edit::CreateResource {
            resource: resource("later"),
            of: "line".into(),
            site: Some(site("elm")),
            name: "Later line".to_owned(),
        };
        ada.must(line, &[]).await;
        // The new manager gives the later line to somebody.
        let sam = app.as_person("sam").await;
        sam.must(change("bea", grant(&["staff at elm with later"])), &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a10_a11_a_new_manager_loses_other_practices_after_the_saver_has_seen_which() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let accepted = confirmed(
            &ada,
            change("sue", instead(&["staff at elm"], &["manager at elm"])),
            Confirmation::AccessEnds {
                role: "staff".into(),
                sites: vec![site("oak")],
            },
            Confirmation::AccessEnds {
                role: "staff".into(),
                sites: vec![site("pine")],
            },
        )
        .await;
        let ends = Consequence::EndsElsewhere {
            site: site("oak"),
            role: "staff".into(),
        };
        assert!(
            accepted.verdict.consequences.contains(&ends),
            "{:?}",
            accepted.verdict.consequences
        );
        assert_eq!(
            see(&ada, user("sue")).await.assignments,
            grant(&["manager at elm"]).grant
        );
        ada.must(change("sue", grant(&["manager at oak"])), &[]).await;
        assert_eq!(see(&ada, user("sue")).await.assignments.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_the_enterprise_type_is_reached_by_deleting_and_making_anew() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let verdict = ada
            .refused(change("mia", instead(&["manager at elm"], &["enterprise"])), &[])
            .await;
        let recreate = verdict
            .refusals
            .iter()
            .find(|refusal| matches!(refusal.reason, Reason::RecreateOnly { .. }));
        assert_eq!(
            recreate.and_then(|refusal| refusal.remedy.clone()),
            Some(Remedy::Recreate("enterprise".into())),
            "{verdict:?}"
        );
        ada.must(
            Edit::Delete { user: user("mia") },
            &[Confirmation::Deletion { user: user("mia") }],
        )
        .await;
        let mut again = add("mia2", "enterprise");
        if let Edit::Invite { profile, .. } = &mut again {
            profile.insert(ProfileField::LoginEmail, email("mia"));
        }
        ada.must(again, &[]).await;
        ada.get(&format!("/api/v1/users/{}", user("mia")))
            .await
            .expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_group_members_with_a_cell_phone_can_be_notified() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let join = || AccessPatch {
            join: [resource("night")].into(),
            ..AccessPatch::default()
        };
        for (name, possible) in [("ada", true), ("eve", false)] {
            let accepted = ada.must(change(name, join()), &[]).await;
            let notifiable = Consequence::Notifiable {
                resource: resource("night"),
                field: ProfileField::Phone,
                possible,
            };
            assert!(
                accepted.verdict.consequences.contains(&notifiable),
                "{name}: {:?}",
                accepted.verdict.consequences
            );
            assert_eq!(see(&ada, user(name)).await.memberships, [resource("night")].into());
        }
        let verdict = ada.refused(change("sam", join()), &[]).await;
        assert_eq!(
            reasons(&verdict),
            [&Reason::MembershipNotForRole {
                resource: resource("night")
            }]
        );
        ada.must(
            change(
                "ada",
                AccessPatch {
                    leave: [resource("night")].into(),
                    ..AccessPatch::default()
                },
            ),
            &[],
        )
        .await;
        assert!(see(&ada, user("ada")).await.memberships.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_a_manager_manages_users_of_their_own_practices_only() {
    on_both(async |app| {
        app.put_world("artera").await;
        let mia = app.as_person("mia").await;
        mia.must(add("kit", "staff at elm with elm_front"), &[]).await;
        mia.must(retype("sam", &[(ProfileField::LastName, "Reyes Soto")]), &[])
            .await;
        for refused in [
            add("kim", "enterprise"),
            add("kim", "staff at oak with oak_front"),
            retype("eve", &[(ProfileField::LastName, "L.")]),
            Edit::Delete { user: user("eve") },
            Edit::Delete { user: user("max") },
        ] {
            let verdict = mia.refused(refused.clone(), &[]).await;
            assert!(!verdict.refusals.is_empty(), "{refused:?}");
        }
        // Staff manage nobody.
        let sam = app.as_person("sam").await;
        let verdict = sam.refused(add("kim", "staff at elm with elm_front"), &[]).await;
        assert!(
            reasons(&verdict)
                .iter()
                .any(|reason| matches!(reason, Reason::PowerMissing { .. }))
        );
    })
    .await;
}
