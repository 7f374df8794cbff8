//! Signing in in two steps.

use diesel::prelude::*;
use reqwest::Method;
use scenarios::http::make::{email, user};
use scenarios::http::smtp::MailServer;
use scenarios::http::{PASSWORD, TestApp, on_both};
use server::store::schema::{ceremonies, sessions};
use shared::Edit;
use shared::factors::{FactorStep, PasswordChange};
use shared::lifecycle::LockCause;
use shared::wire::{AuditPage, ChangeOwnPassword, ChangePassword, Me, SecondStep, SecondStepBy, SecondStepNeeded};

use super::{APP, own, set_up, step, time_goes_by};

#[tokio::test(flavor = "multi_thread")]
async fn t2_a_right_password_alone_lets_nobody_in_who_has_a_second_factor() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let (phone, _) = set_up(&ana).await;
        // With a wrong password nothing tells that there is a factor.
        let told = app
            .anonymous()
            .sign_in(&email("ana"), "not her password")
            .await
            .expect_status(401)
            .problem();
        let other = app
            .anonymous()
            .sign_in(&email("fin"), "not his password")
            .await
            .expect_status(401)
            .problem();
        assert_eq!((&told.kind, &told.detail), (&other.kind, &other.detail));

        let mut browser = app.anonymous();
        let answer = browser.sign_in(&email("ana"), PASSWORD).await.expect_status(200);
        let needed: SecondStepNeeded = answer.json();
        assert_eq!(needed.by, [SecondStepBy::Code, SecondStepBy::RecoveryCode]);
        let set = answer
            .headers
            .get("set-cookie")
            .and_then(|value| value.to_str().ok())
            .expect("a cookie");
        assert!(
            set.starts_with("__Host-lanyard-step=") && set.ends_with("Secure; HttpOnly; SameSite=Strict; Max-Age=600"),
            "{set}"
        );
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1, "no session yet");
        browser.get("/api/v1/me").await.expect_status(401);
        let seen: SecondStepNeeded = browser.read("/api/v1/sign-in/second-step").await;
        assert_eq!(seen, needed);
        // The code that set the app up has been used.
        let used = SecondStep::Code(phone.shows());
        let problem = step(&mut browser, used).await.expect_status(401).problem();
        assert_eq!(problem.kind, "/problems/second-step-refused");
        time_goes_by(&app).await;
        // In another browser the same code is good for nothing.
        step(&mut app.anonymous(), SecondStep::Code(phone.shows()))
            .await
            .expect_status(401);
        let code = phone.shows();
        step(&mut browser, SecondStep::Code(code.clone()))
            .await
            .expect_status(204);
        assert_eq!(browser.read::<Me>("/api/v1/me").await.user.id, user("ana"));
        // Neither that sign-in nor that code is good twice.
        let problem = step(&mut browser, SecondStep::Code(code.clone()))
            .await
            .expect_status(401)
            .problem();
        assert_eq!(problem.kind, "/problems/sign-in-over");
        let mut again = app.anonymous();
        again.sign_in(&email("ana"), PASSWORD).await.expect_status(200);
        step(&mut again, SecondStep::Code(code)).await.expect_status(401);
        let by: Vec<String> = app
            .past_the_server(|conn| {
                Ok(sessions::table
                    .order(sessions::created_at)
                    .select(sessions::signed_in_by)
                    .load(conn)?)
            })
            .await
            .expect("sessions");
        assert_eq!(by, ["password", "password_and_code"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t14_wrong_codes_end_the_sign_in_and_lock_the_account_as_wrong_passwords_do() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let (phone, codes) = set_up(&ana).await;
        let mut guessed = 0;
        let locked = loop {
            let mut stranger = app.anonymous();
            let answer = stranger.sign_in(&email("ana"), PASSWORD).await;
            if answer.status == 401 {
                break answer.problem();
            }
            for _ in 0..5 {
                let guess = SecondStep::RecoveryCode("2222-2222-2222-2222".to_owned());
                let problem = step(&mut stranger, guess).await.expect_status(401).problem();
                assert_eq!(problem.kind, "/problems/second-step-refused");
                guessed += 1;
            }
            // Now even a right one comes too late.
            let right = SecondStep::RecoveryCode(codes[0].clone());
            let problem = step(&mut stranger, right).await.expect_status(401).problem();
            assert_eq!(problem.kind, "/problems/sign-in-over");
            assert!(guessed <= 20, "the account never locks");
        };
        assert_eq!(locked.kind, "/problems/sign-in-refused");
        let seen = ana.view(user("ana")).await.facts.subject.expect("herself");
        assert_eq!(seen.locked.map(|lock| lock.cause), Some(LockCause::FailedSignIns));
        // On a device that she has signed in from before, she gets in all the same.
        time_goes_by(&app).await;
        let mut hers = ana.clone();
        hers.sign_in(&email("ana"), PASSWORD).await.expect_status(200);
        step(&mut hers, SecondStep::Code(phone.shows()))
            .await
            .expect_status(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_a_sign_in_that_is_not_finished_is_over_in_minutes() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (phone, _) = set_up(&app.as_person("ana").await).await;
        let mut browser = app.anonymous();
        browser.sign_in(&email("ana"), PASSWORD).await.expect_status(200);
        time_goes_by(&app).await;
        app.past_the_server(|conn| {
            Ok(diesel::update(ceremonies::table)
                .set(ceremonies::expires_at.eq(1_i64))
                .execute(conn)?)
        })
        .await
        .expect("ten minutes go by");
        let problem = step(&mut browser, SecondStep::Code(phone.shows()))
            .await
            .expect_status(401)
            .problem();
        assert_eq!(problem.kind, "/problems/sign-in-over");
        browser.get("/api/v1/sign-in/second-step").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_recovery_code_is_good_once_and_told_by_mail() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mail = MailServer::start(&[]).await;
        let _sending = TestApp::join_with(app.database(), |config| mail.set(config)).await;
        let (_, codes) = set_up(&app.as_person("ana").await).await;
        mail.mail_to(&email("ana"), 1).await;
        for status in [204, 401] {
            let mut browser = app.anonymous();
            browser.sign_in(&email("ana"), PASSWORD).await.expect_status(200);
            let code = SecondStep::RecoveryCode(codes[3].clone());
            step(&mut browser, code).await.expect_status(status);
        }
        let told = mail.mail_to(&email("ana"), 2).await;
        assert_eq!(told.subject(), "A recovery code was used to sign in");
        assert!(told.plain().contains("9 codes are left"), "{}", told.plain());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_a_password_is_changed_only_once_the_second_factor_has_followed() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let (phone, _) = set_up(&ana).await;
        time_goes_by(&app).await;
        let mut thief = app.anonymous();
        let body = ChangePassword {
            email: email("ana"),
            password: PASSWORD.to_owned(),
            new_password: "v7!kQz2p".to_owned(),
        };
        let answer = thief
            .send(thief.request(Method::PUT, "/api/v1/password").json(&body))
            .await
            .expect_status(200);
        thief.keep_cookies(&answer);
        // Nothing has happened yet: sessions are open, and the password is the one before.
        ana.get("/api/v1/me").await.expect_status(200);
        app.anonymous()
            .sign_in(&email("ana"), PASSWORD)
            .await
            .expect_status(200);
        step(&mut thief, SecondStep::Code(phone.shows()))
            .await
            .expect_status(204);
        ana.get("/api/v1/me").await.expect_status(401);
        app.anonymous()
            .sign_in(&email("ana"), PASSWORD)
            .await
            .expect_status(401);
        app.anonymous()
            .sign_in(&email("ana"), "v7!kQz2p")
            .await
            .expect_status(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_x7_eight_characters_are_enough_beside_a_second_factor_and_not_without() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mut ana = app.as_person("ana").await;
        let change = |password: &str, new: &str| ChangeOwnPassword {
            password: password.to_owned(),
            new_password: new.to_owned(),
        };
        let path = "/api/v1/me/password";
        let short = ana
            .send(ana.request(Method::PUT, path).json(&change(PASSWORD, "v7!kQz2p")))
            .await;
        assert_eq!(short.expect_status(422).problem().kind, "/problems/password-unusable");
        let wrong = ana
            .send(ana.request(Method::PUT, path).json(&change("another one", "v7!kQz2p")))
            .await;
        assert_eq!(wrong.expect_status(422).problem().kind, "/problems/factor-not-proved");
        set_up(&ana).await;
        let other = ana.clone();
        let changed = ana
            .send(ana.request(Method::PUT, path).json(&change(PASSWORD, "v7!kQz2p")))
            .await
            .expect_status(204);
        other.get("/api/v1/me").await.expect_status(401);
        ana.keep_cookies(&changed);
        // The last factor stays until the password can stand alone.
        let refused = ana
            .send(ana.request(Method::DELETE, APP))
            .await
            .expect_status(409)
            .problem();
        assert_eq!(refused.kind, "/problems/password-too-short");
        let longer = change("v7!kQz2p", "kettle under a blue sky");
        let changed = ana
            .send(ana.request(Method::PUT, path).json(&longer))
            .await
            .expect_status(204);
        ana.keep_cookies(&changed);
        ana.send(ana.request(Method::DELETE, APP)).await.expect_status(204);
        assert!(own(&ana).await.factors.is_empty());
        // Both changes are on record (X7).
        let record: AuditPage = ana.read("/api/v1/audit").await;
        let by_herself = FactorStep::PasswordChanged {
            how: PasswordChange::Own,
        };
        let on_record = record.entries.iter().filter(
            |entry| matches!(&entry.edit, Edit::ChangeFactors { user: whose, step } if *whose == user("ana") && *step == by_herself),
        );
        assert_eq!(on_record.count(), 2);
    })
    .await;
}
