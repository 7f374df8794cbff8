//! Forgotten passwords, and locks after failed attempts.

use diesel::prelude::*;
use reqwest::Method;
use scenarios::http::make::{email, retype, user};
use scenarios::http::smtp::{Fate, MailServer};
use scenarios::http::{Answer, PASSWORD, Session, TestApp, eventually, on_both};
use server::store::schema::{credentials, links, outbox};
use shared::Edit;
use shared::factors::{FactorStep, PasswordChange};
use shared::lifecycle::LockCause;
use shared::user::ProfileField;
use shared::wire::{
    AuditPage, ChangeOwnPassword, ChangePassword, Delivery, ForgotPassword, LinkState, LinkToken, MailRow, Me,
    PasswordJudgement, PasswordToJudge, ResetPassword, ResetView, UndeliveredMail, UserPage,
};

use super::{NEW_PASSWORD, sending};

async fn forgot(app: &TestApp, address: &str) -> Answer {
    let body = ForgotPassword {
        email: address.to_owned(),
    };
    app.anonymous().post("/api/v1/password/forgot", &body).await
}

/// What is on record about the password of somebody, newest first (X7).
async fn password_changes(app: &TestApp, name: &'static str) -> Vec<PasswordChange> {
    let record: AuditPage = app.as_person("sia").await.read("/api/v1/audit").await;
    let changes = record.entries.into_iter().filter_map(|entry| match entry.edit {
        Edit::ChangeFactors {
            user: whose,
            step: FactorStep::PasswordChanged { how },
        } if whose == user(name) && entry.actor.user == whose => Some(how),
        _ => None,
    });
    changes.collect()
}

async fn look(app: &TestApp, token: &str) -> Answer {
    let body = LinkToken {
        token: token.to_owned(),
    };
    app.anonymous().post("/api/v1/password/open", &body).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = ResetPassword {
        token: token.to_owned(),
        password: password.to_owned(),
    };
    app.anonymous().post("/api/v1/password/reset", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_x7_a_forgotten_password_is_chosen_anew_by_mail() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let ola = app.as_person("ola").await;
        forgot(&app, &format!(" {} ", email("ola").to_uppercase()))
            .await
            .expect_status(202);
        let sent = mail.mail_to(&email("ola"), 1).await;
        let token = sent.token();
        assert!(sent.plain().contains("/new-password#"), "{}", sent.plain());
        for _ in 0..2 {
            let seen: ResetView = look(&app, &token).await.expect_status(200).json();
            assert_eq!((seen.state, seen.login_email), (LinkState::Open, email("ola")));
        }
        for weak in ["short", "aaaaaaaaaaaaaaaaa", "ola ola ola ola ola"] {
            let problem = reset(&app, &token, weak).await.expect_status(422).problem();
            assert_eq!(problem.kind, "/problems/password-unusable", "{weak}");
        }
        ola.get("/api/v1/me").await.expect_status(200);
        reset(&app, &token, NEW_PASSWORD).await.expect_status(204);
        // Other sessions end, the password before is none, and the link is used up.
        ola.get("/api/v1/me").await.expect_status(401);
        app.anonymous()
            .sign_in(&email("ola"), PASSWORD)
            .await
            .expect_status(401);
        app.anonymous()
            .sign_in(&email("ola"), NEW_PASSWORD)
            .await
            .expect_status(204);
        assert_eq!(
            reset(&app, &token, "a sky above the kettle")
                .await
                .expect_status(409)
                .problem()
                .kind,
            "/problems/link-not-open"
        );
        let seen: ResetView = look(&app, &token).await.expect_status(200).json();
        assert_eq!(seen.state, LinkState::Used);
        let announced = mail.mail_to(&email("ola"), 2).await;
        assert_eq!(announced.subject(), "Your password was changed");
        assert!(announced.plain().contains("127.0.0.1"), "{}", announced.plain());
        assert_eq!(password_changes(&app, "ola").await, [PasswordChange::Link]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_only_the_newest_link_works_and_only_for_an_hour() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        forgot(&app, &email("ola")).await.expect_status(202);
        let earlier = mail.mail_to(&email("ola"), 1).await.token();
        app.past_the_server(|conn| {
            Ok(diesel::update(outbox::table)
                .set(outbox::created_at.eq(1_i64))
                .execute(conn)?)
        })
        .await
        .expect("time goes by");
        forgot(&app, &email("ola")).await.expect_status(202);
        let newer = mail.mail_to(&email("ola"), 2).await.token();
        reset(&app, &earlier, NEW_PASSWORD).await.expect_status(409);
        app.past_the_server(|conn| {
            Ok(diesel::update(links::table)
                .set(links::expires_at.eq(1_i64))
                .execute(conn)?)
        })
        .await
        .expect("an hour goes by");
        reset(&app, &newer, NEW_PASSWORD).await.expect_status(409);
        let seen: ResetView = look(&app, &newer).await.expect_status(200).json();
        assert_eq!(seen.state, LinkState::Expired);
        reset(&app, "0000", NEW_PASSWORD).await.expect_status(404);
    })
    .await;
}

/// A link that somebody asked for and that could not be delivered: it waits to be sent again by hand.
async fn dead_link(app: &TestApp, admin: &Session, name: &str) -> MailRow {
    forgot(app, &email(name)).await.expect_status(202);
    eventually(async || {
        let list: UndeliveredMail = admin.read("/api/v1/mail").await;
        let mut mails = list.mails.into_iter();
        mails.find(|mail| mail.user == user(name) && matches!(mail.delivery, Delivery::Failed { .. }))
    })
    .await
}

async fn resend(admin: &Session, mail: &MailRow) -> Answer {
    let again = format!("/api/v1/mail/{}/resend", mail.id);
    admin.send(admin.request(Method::POST, &again)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_a_link_that_has_not_gone_out_ends_with_the_address() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mail = MailServer::start(&[Fate::RefusedForGood]).await;
        let _server = sending(&app, &mail).await;
        let ana = app.as_person("ana").await;
        let dead = dead_link(&app, &ana, "fin").await;
        let anew = retype("fin", &[(ProfileField::LoginEmail, "fin.new@riverside.example")]);
        ana.must(anew, &[]).await;
        resend(&ana, &dead).await.expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_a_temporary_password_ends_links_that_went_out_and_those_that_have_not() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mail = MailServer::start(&[Fate::Taken, Fate::RefusedForGood]).await;
        let _server = sending(&app, &mail).await;
        let ana = app.as_person("ana").await;
        forgot(&app, &email("fin")).await.expect_status(202);
        let sent = mail.mail_to(&email("fin"), 1).await.token();
        let dead = dead_link(&app, &ana, "pam").await;
        for name in ["fin", "pam"] {
            ana.must(Edit::SetTemporaryPassword { user: user(name) }, &[]).await;
        }
        reset(&app, &sent, NEW_PASSWORD).await.expect_status(409);
        resend(&ana, &dead).await.expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_no_link_is_made_for_an_address_of_before_nor_for_one_who_asked_long_ago() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mail = MailServer::start(&[Fate::RefusedForGood; 2]).await;
        let _server = sending(&app, &mail).await;
        let ana = app.as_person("ana").await;
        let (fin, pam) = (dead_link(&app, &ana, "fin").await, dead_link(&app, &ana, "pam").await);
        let (old, late) = (fin.id.to_string(), pam.id.to_string());
        app.past_the_server(move |conn| {
            diesel::update(outbox::table.find(old))
                .set(outbox::recipient.eq("fin.before@riverside.example"))
                .execute(conn)?;
            let then = server::clock::now().0 - 3_601_000;
            Ok(diesel::update(outbox::table.find(late))
                .set(outbox::created_at.eq(then))
                .execute(conn)?)
        })
        .await
        .expect("time goes by");
        for dead in [fin, pam] {
            resend(&ana, &dead).await.expect_status(202);
            eventually(async || {
                let list: UndeliveredMail = ana.read("/api/v1/mail").await;
                list.mails.iter().all(|mail| mail.id != dead.id).then_some(())
            })
            .await;
        }
        assert_eq!((mail.taken().len(), mail.tried()), (0, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_asking_for_a_new_password_tells_nobody_whether_there_is_an_account() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let mut answers = Vec::new();
        // Active, unknown, locked, inactive, invited, and no address at all.
        for name in ["ola", "nobody", "lou", "ivy", "nia"] {
            answers.push(forgot(&app, &email(name)).await.expect_status(202).body);
        }
        answers.push(forgot(&app, "").await.expect_status(202).body);
        assert!(answers.iter().all(|answer| answer.is_empty()), "{answers:?}");
        mail.mail_to(&email("ola"), 1).await;
        // A second request within the minute sends no second mail.
        forgot(&app, &email("ola")).await.expect_status(202);
        forgot(&app, &email("sia")).await.expect_status(202);
        mail.mail_to(&email("sia"), 1).await;
        assert_eq!(mail.taken().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_passwords_are_judged_by_how_easily_they_are_guessed() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let judge = async |password: &str, email: Option<String>| -> PasswordJudgement {
            let body = PasswordToJudge {
                password: password.to_owned(),
                email,
                ..PasswordToJudge::default()
            };
            let answer = app.anonymous().post("/api/v1/password/strength", &body).await;
            answer.expect_status(200).json()
        };
        assert_eq!(judge("password", None).await.score, 0);
        assert!(
            judge("password", None)
                .await
                .refusal
                .is_some_and(|why| why.contains("15"))
        );
        let good = judge(NEW_PASSWORD, None).await;
        assert_eq!((good.score, good.refusal), (4, None));
        // What is known about the person makes it weaker.
        let address = Some("marguerite.duquesnoy@riverside.example".to_owned());
        let own = judge("margueriteduquesnoy", address.clone()).await;
        assert!(own.refusal.is_some() && own.score < judge("margueriteduquesnoy", None).await.score);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_expected_of_somebody_makes_no_password_of_theirs() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let ola = app.as_person("ola").await;
        let judge = async |password: &str| -> PasswordJudgement {
            let body = PasswordToJudge {
                password: password.to_owned(),
                ..PasswordToJudge::default()
            };
            ola.post("/api/v1/password/strength", &body)
                .await
                .expect_status(200)
                .json()
        };
        let me: Me = ola.read("/api/v1/me").await;
        let name = me.user.profile.display_name();
        for easy in [
            "Tebra tebra tebra".to_owned(),
            "Password1! Password1!".to_owned(),
            "correct horse battery staple".to_owned(),
            "admin riverside example".to_owned(),
            "Elm Street Elm Street".to_owned(),
            format!("{name} {name} {name}"),
        ] {
            let judged = judge(&easy).await;
            assert!(judged.refusal.is_some() && judged.score < 3, "{easy}: {}", judged.score);
        }
        let judged = judge(NEW_PASSWORD).await;
        assert!(judged.refusal.is_none() && judged.score >= 3);
    })
    .await;
}

async fn failures(app: &TestApp, name: &'static str) -> i32 {
    app.past_the_server(move |conn| {
        Ok(credentials::table
            .find(user(name).to_string())
            .select(credentials::failed_sign_ins)
            .first(conn)?)
    })
    .await
    .expect("an account with a password")
}

/// Fails, and waits until that was counted: nobody who fails has to wait for it.
async fn fail(app: &TestApp, browser: &mut Session, name: &'static str) {
    let before = failures(app, name).await;
    browser
        .sign_in(&email(name), "not the password at all")
        .await
        .expect_status(401);
    eventually(async || (failures(app, name).await > before).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t14_too_many_failed_attempts_lock_out_strangers_and_not_the_person() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let sia = app.as_person("sia").await;
        let ola = app.as_person("ola").await;
        let mut stranger = app.anonymous();
        for _ in 0..4 {
            fail(&app, &mut stranger, "ola").await;
        }
        let before: UserPage = sia.read("/api/v1/users?tab=locked&search=ola").await;
        assert_eq!(before.rows.len(), 0, "not yet");
        fail(&app, &mut stranger, "ola").await;
        let told = mail.mail_to(&email("ola"), 1).await;
        assert_eq!(told.subject(), "Your account is locked");
        let locked: UserPage = sia.read("/api/v1/users?tab=locked&search=ola").await;
        let cause = locked.rows.first().and_then(|row| row.locked).map(|lock| lock.cause);
        assert_eq!(cause, Some(LockCause::FailedSignIns));
        // A stranger is out, also with the right password; the answer is the one of every failure (T2).
        let refused = app
            .anonymous()
            .sign_in(&email("ola"), PASSWORD)
            .await
            .expect_status(401);
        assert!(refused.body.contains("System Administrator"), "{}", refused.body);
        // The person is where they were, and gets in again on their own device.
        ola.get("/api/v1/me").await.expect_status(200);
        let mut own = ola.clone();
        own.sign_in(&email("ola"), PASSWORD).await.expect_status(204);
        // X7: on record, with where from.
        let record: AuditPage = sia.read(&format!("/api/v1/audit?subject={}", user("ola"))).await;
        let entry = record.entries.first().expect("an entry");
        assert_eq!(
            (&entry.edit, entry.origin.as_str()),
            (&Edit::Lock { user: user("ola") }, "127.0.0.1")
        );
        assert_eq!(entry.actor_kind, shared::facts::ActorKind::System);
        // T9: an administrator unlocks, and the counting begins anew.
        let view = sia.view(user("ola")).await;
        assert!(view.facts.subject.is_some_and(|ola| ola.locked.is_some()));
        sia.must(Edit::Unlock { user: user("ola") }, &[]).await;
        assert_eq!(failures(&app, "ola").await, 0);
        app.anonymous()
            .sign_in(&email("ola"), PASSWORD)
            .await
            .expect_status(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t14_a_device_of_the_person_has_attempts_of_its_own_and_they_end_too() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let sia = app.as_person("sia").await;
        let mut own = app.as_person("ola").await;
        for _ in 0..5 {
            own.sign_in(&email("ola"), "not the password at all")
                .await
                .expect_status(401);
        }
        let locked = async || sia.read::<UserPage>("/api/v1/users?tab=locked&search=ola").await;
        eventually(async || (!locked().await.rows.is_empty()).then_some(())).await;
        assert_eq!(failures(&app, "ola").await, 0, "counted on the device");
        own.sign_in(&email("ola"), PASSWORD).await.expect_status(401);
        assert_eq!(locked().await.rows.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t14_whoever_finds_an_unlocked_device_guesses_no_better_there_than_at_the_door() {
    on_both(async |app| {
        let world = app.put_world("tebra").await;
        let sia = app.as_person("sia").await;
        let own = app.as_person("ola").await;
        let guess = async |password: &str| {
            let body = ChangeOwnPassword {
                password: password.to_owned(),
                new_password: NEW_PASSWORD.to_owned(),
            };
            let request = own.request(Method::PUT, "/api/v1/me/password").json(&body);
            own.send(request).await
        };
        let locked = async || sia.read::<UserPage>("/api/v1/users?tab=locked&search=ola").await.rows;
        for _ in 1..world.policy.lifecycle.lock_after {
            let problem = guess("not the password at all").await.expect_status(422).problem();
            assert_eq!(problem.kind, "/problems/factor-not-proved");
        }
        own.get("/api/v1/me").await.expect_status(200);
        assert!(locked().await.is_empty());
        guess("not the password at all").await.expect_status(422);
        // The account is locked for whoever has not signed in elsewhere, and this session is over.
        assert_eq!(locked().await.len(), 1);
        guess(PASSWORD).await.expect_status(401);
        own.get("/api/v1/me").await.expect_status(401);
        own.clone().sign_in(&email("ola"), PASSWORD).await.expect_status(401);
    })
    .await;
}

/// Chooses a password of one's own in the place of another one.
async fn choose(app: &TestApp, name: &str, password: &str, new: &str) -> Answer {
    let browser = app.anonymous();
    let body = ChangePassword {
        email: email(name),
        password: password.to_owned(),
        new_password: new.to_owned(),
    };
    browser
        .send(browser.request(Method::PUT, "/api/v1/password").json(&body))
        .await
}

/// As if the password had been made so many hours ago.
async fn made_hours_ago(app: &TestApp, name: &'static str, hours: i64) {
    app.past_the_server(move |conn| {
        let theirs = credentials::table.find(user(name).to_string());
        let then = server::clock::now().0 - hours * 3_600_000;
        Ok(diesel::update(theirs)
            .set(credentials::changed_at.eq(then))
            .execute(conn)?)
    })
    .await
    .expect("time goes by");
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_x7_a_temporary_password_lets_in_only_to_change_it_and_expires() {
    on_both(async |app| {
        let world = app.put_world("tebra").await;
        let hours = i64::from(world.policy.lifecycle.temporary_password_hours);
        let sia = app.as_person("sia").await;
        let made = sia.must(Edit::SetTemporaryPassword { user: user("ola") }, &[]).await;
        let temporary = made.temporary_password.expect("shown once");
        let enter = async |password: &str| app.anonymous().sign_in(&email("ola"), password).await;
        assert_eq!(
            enter(&temporary).await.expect_status(403).problem().kind,
            "/problems/password-change-needed"
        );
        // Almost too late it still works, and one minute of the last hour is enough.
        made_hours_ago(&app, "ola", hours - 1).await;
        assert_eq!(
            enter(&temporary).await.expect_status(403).problem().kind,
            "/problems/password-change-needed"
        );
        made_hours_ago(&app, "ola", hours).await;
        for answer in [
            enter(&temporary).await,
            choose(&app, "ola", &temporary, NEW_PASSWORD).await,
        ] {
            let problem = answer.expect_status(403).problem();
            assert_eq!(problem.kind, "/problems/temporary-password-expired");
            assert!(
                problem.detail.contains(&format!("{hours} hours")) && problem.detail.contains("Forgot your password?"),
                "{}",
                problem.detail
            );
        }
        // Only who knows it learns that it was one (T2).
        assert_eq!(
            enter("not the password at all").await.expect_status(401).problem().kind,
            "/problems/sign-in-refused"
        );
        // Another one works again, and what the person chose does not expire.
        let made = sia.must(Edit::SetTemporaryPassword { user: user("ola") }, &[]).await;
        let temporary = made.temporary_password.expect("shown once");
        choose(&app, "ola", &temporary, NEW_PASSWORD).await.expect_status(204);
        assert_eq!(password_changes(&app, "ola").await, [PasswordChange::Temporary]);
        made_hours_ago(&app, "ola", hours * 100).await;
        enter(NEW_PASSWORD).await.expect_status(204);
    })
    .await;
}
