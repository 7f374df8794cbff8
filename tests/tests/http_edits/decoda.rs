use diesel::prelude::*;
use scenarios::cases;
use scenarios::http::make::{change, email, grant, instead, invite, profile, retype, site, user};
use scenarios::http::{PASSWORD, TestApp, on_both};
use server::store::schema::{invitations, outbox};
use shared::Edit;
use shared::edit::AccessPatch;
use shared::ids::Timestamp;
use shared::lifecycle::Status;
use shared::user::ProfileField;
use shared::verdict::{Confirmation, Field, Reason, Remedy};
use shared::wire::{AuditPage, Me, RolesView, UserPage};

use super::{confirmed, reasons, see, signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn d1_nobody_is_invited_before_there_is_a_location() {
    on_both(async |app| {
        let mut world = cases::world("decoda");
        world.organisation.sites.clear();
        world.users.retain(|person| person.id == user("ana"));
        for person in &mut world.users {
            person.primary_site = None;
        }
        app.put(&world).await;
        let ana = app.as_person("ana").await;
        let kit = || invite("kit", "Kit Ode", "front_desk at new", "new");
        let verdict = ana.refused(kit(), &[]).await;
        let missing = verdict
            .refusals
            .iter()
            .find(|refusal| refusal.reason == Reason::SitesMissing { at_least: 1, there: 0 });
        assert_eq!(
            missing.and_then(|refusal| refusal.remedy.clone()),
            Some(Remedy::AddSite),
            "{verdict:?}"
        );
        ana.must(
            Edit::CreateSite {
                site: site("new"),
                name: "Harbour View".to_owned(),
            },
            &[],
        )
        .await;
        ana.must(kit(), &[]).await;
        assert_eq!(see(&ana, user("kit")).await.primary_site, Some(site("new")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_d3_an_invitation_needs_address_name_primary_location_and_role() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let empty = Edit::Invite {
            user: user("kit"),
            profile: profile(&[]),
            access: AccessPatch::default(),
        };
        let verdict = ana.refused(empty, &[]).await;
        let fields: Vec<&Field> = verdict.refusals.iter().map(|refusal| &refusal.field).collect();
        for field in [
            Field::Profile(ProfileField::Name),
            Field::Profile(ProfileField::LoginEmail),
            Field::PrimarySite,
            Field::Roles(shared::access::Place::Organisation),
        ] {
            assert!(fields.contains(&&field), "{field:?} is not in {fields:?}");
        }
        let before: UserPage = ana.read("/api/v1/users?tab=invited").await;
        let accepted = ana
            .must(invite("kit", "Kit  Ode", "front_desk at oak", "oak"), &[])
            .await;
        let kit = accepted.subject.expect("the new user");
        assert_eq!((kit.status, kit.profile.name.as_str()), (Status::Invited, "Kit Ode"));
        let after: UserPage = ana.read("/api/v1/users?tab=invited").await;
        assert_eq!(after.counts.invited, before.counts.invited + 1);
        assert!(
            after
                .rows
                .iter()
                .any(|row| row.id == kit.id && row.invited_at.is_some())
        );
        let view = ana.view(kit.id).await;
        assert!(view.invitation_expires > view.invited_at);
        // No password yet, so no way in.
        app.anonymous()
            .sign_in(&email("kit"), PASSWORD)
            .await
            .expect_status(401);
        assert_eq!(mails_to(&app, "kit").await.len(), 1);
    })
    .await;
}

/// Recipients of invitations that are to be sent to a person.
async fn mails_to(app: &TestApp, name: &'static str) -> Vec<String> {
    app.past_the_server(move |conn| {
        Ok(outbox::table
            .filter(outbox::user_id.eq(user(name).to_string()))
            .filter(outbox::sent_at.is_null())
            .select(outbox::recipient)
            .load(conn)?)
    })
    .await
    .expect("the outbox")
}

#[tokio::test(flavor = "multi_thread")]
async fn d3_d4_a_role_is_changed_and_counted() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let holders = async |role: &str| {
            let roles: RolesView = ana.read("/api/v1/roles").await;
            roles
                .people
                .iter()
                .find(|held| held.role.as_str() == role)
                .map_or(0, |held| held.people)
        };
        let (front, billing) = (holders("front_desk").await, holders("billing_manager").await);
        // Fay has it at two locations: one role for a person.
        ana.must(
            change("fay", instead(&["front_desk at elm"], &["billing_manager at elm"])),
            &[],
        )
        .await;
        assert_eq!(
            see(&ana, user("fay")).await.assignments,
            grant(&["billing_manager at elm", "billing_manager at oak"])
                .grant
                .into_iter()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
        assert_eq!(
            (holders("front_desk").await, holders("billing_manager").await),
            (front - 1, billing + 1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_d5_x8_a_change_to_a_role_reaches_all_its_holders_at_once() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let fay = app.as_person("fay").await;
        let permits = async |permission: &str| {
            let me: Me = fay.read("/api/v1/me").await;
            me.facts
                .policy
                .role(&"front_desk".into())
                .is_some_and(|role| role.permits(&permission.into()))
        };
        assert!(!permits("billing.refunds").await && permits("calendar.delete").await);
        let edit = Edit::SetRolePermissions {
            role: "front_desk".into(),
            grant: ["billing.refunds".into()].into(),
            revoke: ["calendar.delete".into()].into(),
        };
        ana.must(edit, &[]).await;
        assert!(permits("billing.refunds").await && !permits("calendar.delete").await);
        let unknown = Edit::SetRolePermissions {
            role: "front_desk".into(),
            grant: ["x.y".into()].into(),
            revoke: [].into(),
        };
        assert_eq!(
            reasons(&ana.refused(unknown, &[]).await),
            [&Reason::PermissionUnknown {
                permission: "x.y".into()
            }]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_a_new_invitation_takes_the_place_of_the_earlier_one() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        ana.must(invite("kit", "Kit Ode", "front_desk at elm", "elm"), &[])
            .await;
        // The mail was sent.
        app.past_the_server(|conn| {
            diesel::update(outbox::table)
                .set(outbox::sent_at.eq(Some(1_i64)))
                .execute(conn)?;
            diesel::update(invitations::table)
                .set(invitations::issued_at.eq(1_i64))
                .execute(conn)?;
            Ok(())
        })
        .await
        .expect("as if it had been sent");
        ana.must(Edit::ResendInvitation { user: user("kit") }, &[]).await;
        assert_eq!(mails_to(&app, "kit").await, [email("kit")]);
        let kept: Vec<i64> = app
            .past_the_server(|conn| {
                Ok(invitations::table
                    .filter(invitations::user_id.eq(user("kit").to_string()))
                    .select(invitations::issued_at)
                    .load(conn)?)
            })
            .await
            .expect("the invitations");
        assert!(matches!(kept.as_slice(), [issued] if *issued > 1), "{kept:?}");
        // There is nothing to send again to someone who is in.
        let verdict = ana.refused(Edit::ResendInvitation { user: user("fin") }, &[]).await;
        assert_eq!(reasons(&verdict), [&Reason::NotInvited { status: Status::Active }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_d10_d11_the_clinical_profile_is_checked_and_kept() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        for (field, text, reason) in [
            (
                ProfileField::Npi,
                "1234567890",
                Reason::NpiCheckDigit { found: 0, fits: 3 },
            ),
            (ProfileField::Npi, "123456789", Reason::NpiLength { digits: 9 }),
            (ProfileField::Npi, "3234567893", Reason::NpiFirstDigit { found: 3 }),
            (
                ProfileField::Npi,
                "12345x7893",
                Reason::NpiNotDigits {
                    at: 6,
                    found: "x".into(),
                },
            ),
            (
                ProfileField::Taxonomies,
                "207Q",
                Reason::TaxonomyMalformed {
                    text: "207Q".to_owned(),
                },
            ),
            (ProfileField::Capacity, "0", Reason::CapacityTooSmall),
        ] {
            let verdict = ana.refused(retype("pia", &[(field, text)]), &[]).await;
            assert_eq!(reasons(&verdict), [&reason], "{text}");
        }
        let verdict = ana
            .refused(retype("pia", &[(ProfileField::SchedulingStep, "17")]), &[])
            .await;
        assert!(
            matches!(
                reasons(&verdict).as_slice(),
                [Reason::SchedulingStepUnknown { minutes: 17, .. }]
            ),
            "{verdict:?}"
        );
        let verdict = ana
            .refused(retype("fin", &[(ProfileField::Npi, "1234567893")]), &[])
            .await;
        assert_eq!(
            reasons(&verdict),
            [&Reason::ClinicalOnly {
                field: ProfileField::Npi
            }]
        );
        let texts = [
            (ProfileField::Npi, "1245319599"),
            (ProfileField::Taxonomies, "208000000X, 207Q00000X"),
            (ProfileField::Bio, "Treats children."),
            (ProfileField::Capacity, "2"),
            (ProfileField::SchedulingStep, "15"),
        ];
        ana.must(retype("pia", &texts), &[]).await;
        let pia = see(&ana, user("pia")).await.profile;
        for (field, text) in texts {
            assert_eq!(pia.text(field), text);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_a_person_sees_their_locations_and_the_primary_one_stays_among_them() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let fay = app.as_person("fay").await;
        let sites = async || {
            let me: Me = fay.read("/api/v1/me").await;
            let mut sites: Vec<_> = me.facts.organisation.sites.iter().map(|site| site.id).collect();
            sites.sort_unstable();
            sites
        };
        let mut both = vec![site("elm"), site("oak")];
        both.sort_unstable();
        assert_eq!(sites().await, both);
        let verdict = ana
            .refused(change("fay", instead(&["front_desk at elm"], &[])), &[])
            .await;
        assert_eq!(
            reasons(&verdict),
            [&Reason::PrimarySiteNotReached { site: site("elm") }]
        );
        let access = AccessPatch {
            primary_site: Some(site("oak")),
            ..instead(&["front_desk at elm"], &[])
        };
        ana.must(change("fay", access), &[]).await;
        assert_eq!(see(&ana, user("fay")).await.primary_site, Some(site("oak")));
        assert_eq!(sites().await, [site("oak")], "at once");
        let verdict = ana.refused(change("fay", grant(&["front_desk at pine"])), &[]).await;
        assert!(
            reasons(&verdict).contains(&&Reason::SiteArchived { site: site("pine") }),
            "{verdict:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d9_deactivation_ends_sessions_at_once_and_keeps_the_history() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let fin = app.as_person("fin").await;
        ana.must(retype("fin", &[(ProfileField::Phone, "+1 555 010 0100")]), &[])
            .await;
        fin.get("/api/v1/me").await.expect_status(200);
        confirmed(
            &ana,
            Edit::Deactivate { user: user("fin") },
            Confirmation::Deactivation { user: user("fin") },
            Confirmation::Deactivation { user: user("fay") },
        )
        .await;
        fin.get("/api/v1/me").await.expect_status(401);
        app.anonymous()
            .sign_in(&email("fin"), PASSWORD)
            .await
            .expect_status(401);
        let view = ana.view(user("fin")).await;
        assert_eq!(view.sessions, 0);
        let kept = view.facts.subject.expect("the account is there");
        assert_eq!(
            (kept.status, kept.assignments),
            (Status::Inactive, grant(&["front_desk at elm"]).grant)
        );
        assert!(kept.deactivated_at > Some(Timestamp(0)));
        let record: AuditPage = ana.read(&format!("/api/v1/audit?subject={}", user("fin"))).await;
        assert_eq!(record.entries.len(), 2);
        // Deleting is no way of leaving here.
        let verdict = ana
            .refused(
                Edit::Delete { user: user("fin") },
                &[Confirmation::Deletion { user: user("fin") }],
            )
            .await;
        assert_eq!(reasons(&verdict), [&Reason::WayOfLeavingUnused]);
    })
    .await;
}
