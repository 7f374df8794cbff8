//! Second factors over HTTP, on both databases: setting them up, signing in with them, losing them, having to have one.
#![cfg(not(target_arch = "wasm32"))]

#[path = "http_factors/phone.rs"]
mod phone;
#[path = "http_factors/policy.rs"]
mod policy;
#[path = "http_factors/signing_in.rs"]
mod signing_in;

use diesel::prelude::*;
use reqwest::Method;
use scenarios::http::make::email;
use scenarios::http::smtp::MailServer;
use scenarios::http::{PASSWORD, Session, TestApp, on_both};
use server::store::schema::{authenticator_apps, recovery_codes};
use shared::wire::{AuthenticatorCode, AuthenticatorSetUp, OwnFactors, RecoveryCodes, SecondStep};

use phone::{APP, Phone, set_up};

/// The next codes are of a later step.
async fn time_goes_by(app: &TestApp) {
    app.past_the_server(|conn| {
        Ok(diesel::update(authenticator_apps::table)
            .set(authenticator_apps::last_step.eq(0))
            .execute(conn)?)
    })
    .await
    .expect("time goes by");
}

async fn own(session: &Session) -> OwnFactors {
    session.read("/api/v1/me/factors").await
}

async fn step(session: &mut Session, step: SecondStep) -> scenarios::http::Answer {
    let answer = session.post("/api/v1/sign-in/second-step", &step).await;
    session.keep_cookies(&answer);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_an_authenticator_app_counts_once_a_code_of_it_was_given() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mail = MailServer::start(&[]).await;
        let _sending = TestApp::join_with(app.database(), |config| mail.set(config)).await;
        let ana = app.as_person("ana").await;
        let first: AuthenticatorSetUp = ana.post(APP, &()).await.expect_status(200).json();
        let told: AuthenticatorSetUp = ana.post(APP, &()).await.expect_status(200).json();
        assert_ne!(first.secret, told.secret, "beginning again replaces what was begun");
        assert!(
            told.qr.starts_with("<svg") && told.uri.starts_with("otpauth://totp/"),
            "{}",
            told.uri
        );
        assert!(told.uri.contains("issuer="), "{}", told.uri);
        // Not yet confirmed: the password alone is enough.
        assert!(own(&ana).await.factors.is_empty());
        let _still = app.as_person("ana").await;
        let wrong = AuthenticatorCode {
            code: "000 000".to_owned(),
        };
        let problem = ana
            .send(ana.request(Method::PUT, APP).json(&wrong))
            .await
            .expect_status(422)
            .problem();
        assert_eq!(problem.kind, "/problems/factor-not-proved");
        let phone = Phone::told(&told);
        let spaced = phone.shows();
        let (left, right) = spaced.split_at(3);
        let body = AuthenticatorCode {
            code: format!(" {left} {right} "),
        };
        let codes: RecoveryCodes = ana
            .send(ana.request(Method::PUT, APP).json(&body))
            .await
            .expect_status(200)
            .json();
        assert_eq!(codes.codes.len(), 10);
        let seen = own(&ana).await;
        assert_eq!((seen.factors.len(), seen.recovery_codes, seen.at_least), (1, 10, 8));
        ana.post(APP, &()).await.expect_status(409);
        let announced = mail.mail_to(&email("ana"), 1).await;
        assert_eq!(announced.subject(), "An authenticator app was added to your account");
        // Neither the secret nor a code is in the database as it is.
        let secret = told.secret.replace(' ', "");
        let code = codes.codes[0].clone();
        let (sealed, hashes): (Vec<String>, Vec<String>) = app
            .past_the_server(|conn| {
                Ok((
                    authenticator_apps::table
                        .select(authenticator_apps::secret)
                        .load(conn)?,
                    recovery_codes::table.select(recovery_codes::code_hash).load(conn)?,
                ))
            })
            .await
            .expect("what is kept");
        assert!(sealed.iter().all(|sealed| !sealed.contains(&secret)), "{sealed:?}");
        assert!(
            hashes.iter().all(|hash| hash.len() == 64 && !hash.contains(&code)),
            "{hashes:?}"
        );
        // On record, by the person themselves, without any secret.
        let record = ana
            .get("/api/v1/audit?kind=change_factors")
            .await
            .expect_status(200)
            .body;
        assert!(
            record.contains("authenticator_app") && !record.contains(&secret),
            "{record}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_new_recovery_codes_end_the_earlier_ones_and_removing_the_last_factor_ends_all() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let renewed = "/api/v1/me/factors/recovery-codes";
        ana.post(renewed, &()).await.expect_status(404);
        let (_phone, earlier) = set_up(&ana).await;
        let codes: RecoveryCodes = ana.post(renewed, &()).await.expect_status(200).json();
        assert!(codes.codes.iter().all(|code| !earlier.contains(code)));
        let mut browser = app.anonymous();
        browser.sign_in(&email("ana"), PASSWORD).await.expect_status(200);
        let used_up = SecondStep::RecoveryCode(earlier[0].clone());
        step(&mut browser, used_up).await.expect_status(401);
        let sloppy = codes.codes[0].to_uppercase().replace('-', " ");
        step(&mut browser, SecondStep::RecoveryCode(sloppy))
            .await
            .expect_status(204);
        assert_eq!(own(&browser).await.recovery_codes, 9);
        ana.send(ana.request(Method::DELETE, APP)).await.expect_status(204);
        ana.send(ana.request(Method::DELETE, APP)).await.expect_status(404);
        let seen = own(&ana).await;
        assert_eq!((seen.factors.len(), seen.recovery_codes, seen.at_least), (0, 0, 15));
        let _by_password_alone = app.as_person("ana").await;
    })
    .await;
}
