use diesel::prelude::*;
use reqwest::Method;
use scenarios::http::make::{change, email, grant, user};
use scenarios::http::{PASSWORD, on_both};
use server::store::schema::{licences, support_cases};
use shared::Edit;
use shared::lifecycle::Status;
use shared::verdict::{Confirmation, Consequence, Reason};
use shared::wire::{Accepted, UserPage};

use super::{confirmed, reasons, see, signed_in};

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
async fn t10_t12_t13_products_are_added_after_the_terms_are_agreed_to() {
    on_both(async |app| {
        let sia = signed_in(&app, "tebra", "sia").await;
        let add = |product: &str| Edit::AddProducts {
            user: user("dr"),
            products: [product.into()].into(),
        };
        // Only what is activated at the provider's practice.
        let verdict = sia.refused(add("patient_engagement"), &[]).await;
        assert!(
            reasons(&verdict).contains(&&Reason::ProductNotActivated {
                product: "patient_engagement".into()
            }),
            "{verdict:?}"
        );
        let terms = |monthly_cents| Confirmation::Terms {
            version: "2024-10-09".to_owned(),
            products: ["ehr".into()].into(),
            monthly_cents,
        };
        // Agreeing to a price that has changed since is agreeing to nothing.
        confirmed(&sia, add("ehr"), terms(19_900), terms(9_900)).await;
        assert_eq!(
            see(&sia, user("dr")).await.products,
            ["ehr".into(), "practice_management".into()].into()
        );
        let agreed: (String, String, i64) = app
            .past_the_server(|conn| {
                Ok(licences::table
                    .find((user("dr").to_string(), "ehr"))
                    .select((licences::terms_version, licences::agreed_by, licences::monthly_cents))
                    .first(conn)?)
            })
            .await
            .expect("the agreement is on record");
        assert_eq!(agreed, ("2024-10-09".to_owned(), user("sia").to_string(), 19_900));
        let verdict = sia.refused(add("ehr"), &[]).await;
        assert!(
            reasons(&verdict).contains(&&Reason::ProductHeld { product: "ehr".into() }),
            "{verdict:?}"
        );
        let other = Edit::AddProducts {
            user: user("ola"),
            products: ["ehr".into()].into(),
        };
        assert!(reasons(&sia.refused(other, &[]).await).contains(&&Reason::NotClinical));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t11_soon_after_a_deactivation_billing_needs_a_case() {
    on_both(async |app| {
        let mut world = scenarios::cases::world("tebra");
        let now = server::clock::now();
        for person in &mut world.users {
            if person.id == user("dee") {
                person.deactivated_at = Some(now.plus_days(0));
            }
        }
        app.put(&world).await;
        let sia = app.as_person("sia").await;
        let billing = |name: &str| Edit::AddProducts {
            user: user(name),
            products: ["billing".into()].into(),
        };
        let verdict = sia.refused(billing("dee"), &[]).await;
        assert!(
            matches!(reasons(&verdict).as_slice(), [Reason::ProductNeedsCase { until, .. }] if *until > now),
            "{verdict:?}"
        );
        let case = |name: &str| Edit::OpenCase {
            user: user(name),
            product: "billing".into(),
        };
        sia.must(case("dee"), &[]).await;
        let opened: Vec<String> = app
            .past_the_server(|conn| Ok(support_cases::table.select(support_cases::user_name).load(conn)?))
            .await
            .expect("the cases");
        assert_eq!(opened, ["Dee Marsh"]);
        // Dan's deactivation was long ago.
        let verdict = sia.refused(case("dan"), &[]).await;
        assert_eq!(
            reasons(&verdict),
            [&Reason::CaseNotNeeded {
                product: "billing".into()
            }]
        );
    })
    .await;
}
