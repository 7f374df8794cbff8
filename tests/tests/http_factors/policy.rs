//! Having to have a second factor, and losing it.

use reqwest::Method;
use scenarios::http::make::{email, user};
use scenarios::http::smtp::MailServer;
use scenarios::http::{PASSWORD, TestApp, on_both};
use shared::Edit;
use shared::policy::Policy;
use shared::verdict::Reason;
use shared::wire::{Me, SecondStep};

use super::{APP, own, set_up, step, time_goes_by};

/// The clinic's policy, with a second factor asked of its administrators.
async fn enforce(app: &TestApp) {
    app.past_the_server(|conn| {
        let organisation = server::store::organisations(conn)?.remove(0);
        let mut policy = Policy::clone(&*server::store::parsed_policy(conn, &organisation)?);
        for role in &mut policy.roles {
            role.requires_second_factor = !role.administers.is_empty();
        }
        server::store::save_policy(conn, organisation.id, &policy)
    })
    .await
    .expect("the policy is in force");
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_whoever_comes_to_need_a_second_factor_sets_it_up_before_anything_else() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (ana, fin) = (app.as_person("ana").await, app.as_person("fin").await);
        enforce(&app).await;
        // The very next request of a session that is open, and of one that begins.
        for session in [&ana, &app.as_person("ana").await] {
            for path in ["/api/v1/me", "/api/v1/users", "/api/v1/audit"] {
                let problem = session.get(path).await.expect_status(403).problem();
                assert_eq!(problem.kind, "/problems/second-factor-wanted", "{path}");
            }
            assert!(own(session).await.required);
        }
        let edit = ana.request(Method::POST, "/api/v1/edits").json(&serde_json::json!({}));
        assert_eq!(
            ana.send(edit).await.expect_status(403).problem().kind,
            "/problems/second-factor-wanted"
        );
        // Others are not asked.
        fin.get("/api/v1/me").await.expect_status(200);
        assert!(!own(&fin).await.required);
        let _codes = set_up(&ana).await;
        assert_eq!(ana.read::<Me>("/api/v1/me").await.user.id, user("ana"));
        // The last one stays.
        let problem = ana
            .send(ana.request(Method::DELETE, APP))
            .await
            .expect_status(409)
            .problem();
        assert_eq!(problem.kind, "/problems/factor-required");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_second_factors_are_reset_by_who_may_manage_the_person_and_nobody_else() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mail = MailServer::start(&[]).await;
        let _sending = TestApp::join_with(app.database(), |config| mail.set(config)).await;
        let (ana, fin) = (app.as_person("ana").await, app.as_person("fin").await);
        let (phone, _) = set_up(&fin).await;
        set_up(&ana).await;
        mail.mail_to(&email("fin"), 1).await;
        let seen = ana.view(user("fin")).await.facts.second_factors;
        assert_eq!(seen.len(), 1);
        // Not by somebody who administers nobody, and not one's own.
        let reset = |name: &str| Edit::ResetFactors { user: user(name) };
        assert!(!fin.refused(reset("ana"), &[]).await.refusals.is_empty());
        let own_ones = ana.refused(reset("ana"), &[]).await.refusals;
        assert!(
            own_ones.iter().any(|refusal| refusal.reason == Reason::OwnFactors),
            "{own_ones:?}"
        );
        // What a person does with their own takes proofs that no edit carries.
        let forged = Edit::ChangeFactors {
            user: user("ana"),
            step: shared::factors::FactorStep::RecoveryCodesMade,
        };
        ana.refused(forged, &[]).await;
        ana.must(reset("fin"), &[]).await;
        fin.get("/api/v1/me").await.expect_status(401);
        let mail = mail.mail_to(&email("fin"), 2).await;
        assert_eq!(mail.subject(), "Your second factors were reset");
        // Now the password alone is enough, and there is nothing more to reset.
        let mut browser = app.anonymous();
        browser.sign_in(&email("fin"), PASSWORD).await.expect_status(204);
        time_goes_by(&app).await;
        step(&mut app.anonymous(), SecondStep::Code(phone.shows()))
            .await
            .expect_status(401);
        let nothing = ana.refused(reset("fin"), &[]).await.refusals;
        assert!(
            nothing.iter().any(|refusal| refusal.reason == Reason::NoSecondFactor),
            "{nothing:?}"
        );
        let record = ana
            .get("/api/v1/audit?kind=reset_factors")
            .await
            .expect_status(200)
            .body;
        assert!(record.contains("reset"), "{record}");
    })
    .await;
}
