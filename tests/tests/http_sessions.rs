//! Sessions over HTTP, on both databases: where somebody is signed in, ending it, and how soon it counts.
#![cfg(not(target_arch = "wasm32"))]

use std::time::{Duration, Instant};

use diesel::prelude::*;
use scenarios::http::make::{change, email, instead, retype, site, user};
use scenarios::http::{PASSWORD, Session, TestApp, on_both};
use server::accounts::token::digest;
use server::store::schema::sessions as se;
use shared::edit::WhichSessions;
use shared::ids::SessionId;
use shared::user::ProfileField;
use shared::verdict::Confirmation;
use shared::wire::{AuditPage, ChangePassword, Nearness, SessionList, SessionState, SessionView};
use shared::{AccessPatch, Edit};

const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

async fn own(session: &Session) -> SessionList {
    session.read("/api/v1/sessions").await
}

async fn of(session: &Session, name: &str) -> SessionList {
    session.read(&format!("/api/v1/users/{}/sessions", user(name))).await
}

fn end(name: &str, which: WhichSessions) -> Edit {
    Edit::EndSessions {
        user: user(name),
        which,
    }
}

fn current(list: &SessionList) -> SessionId {
    list.sessions
        .iter()
        .find(|one: &&SessionView| one.current)
        .map(|one| one.id)
        .expect("the session that asks is among them")
}

async fn signed_in_with(app: &TestApp, name: &str, agent: &str) -> Session {
    let mut session = app.anonymous();
    let body = serde_json::json!({"email": email(name), "password": PASSWORD});
    let request = session
        .request(reqwest::Method::POST, "/api/v1/sign-in")
        .header("user-agent", agent)
        .json(&body);
    let answer = session.send(request).await.expect_status(204);
    session.keep_cookies(&answer);
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_one_sees_where_one_is_signed_in_and_ends_what_one_does_not_know() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let here = signed_in_with(&app, "fin", CHROME).await;
        let there = app.as_person("fin").await;
        let third = app.as_person("fin").await;
        let list = own(&here).await;
        assert_eq!(list.sessions.len(), 3);
        let first = list.sessions.first().expect("a session");
        assert!(first.current, "the one that asks comes first");
        assert_eq!(first.device.browser.as_deref(), Some("Chrome"));
        assert_eq!(first.device.system.as_deref(), Some("Windows"));
        assert_eq!(first.place.nearness, Nearness::Server);
        assert_eq!(list.sessions.iter().filter(|one| one.current).count(), 1);

        // Fin administers nobody, and ends a session of his own.
        let gone = current(&own(&there).await);
        here.must(end("fin", WhichSessions::Only(gone)), &[]).await;
        there.get("/api/v1/me").await.expect_status(401);
        third.get("/api/v1/me").await.expect_status(200);

        let kept = current(&own(&here).await);
        here.must(end("fin", WhichSessions::AllBut(kept)), &[]).await;
        third.get("/api/v1/me").await.expect_status(401);
        assert_eq!(own(&here).await.sessions.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_who_manages_somebody_ends_their_sessions_in_every_process() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let other = TestApp::join(app.database()).await;
        let (fin, tablet) = (app.as_person("fin").await, other.as_person("fin").await);
        let pam = other.as_person("pam").await;
        let list = of(&pam, "fin").await;
        assert_eq!(list.sessions.len(), 2);
        assert!(list.sessions.iter().all(|one| !one.current));

        let gone = current(&own(&fin).await);
        pam.must(end("fin", WhichSessions::Only(gone)), &[]).await;
        fin.get("/api/v1/me").await.expect_status(401);
        tablet.get("/api/v1/me").await.expect_status(200);
        pam.must(end("fin", WhichSessions::All), &[]).await;
        tablet.get("/api/v1/me").await.expect_status(401);
        assert!(of(&pam, "fin").await.sessions.is_empty());
        // The password is as it was.
        app.as_person("fin").await.get("/api/v1/me").await.expect_status(200);
        pam.get("/api/v1/me").await.expect_status(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_ended_sessions_are_on_record() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (ana, _fin) = (app.as_person("ana").await, app.as_person("fin").await);
        ana.must(end("fin", WhichSessions::All), &[]).await;
        let page: AuditPage = ana
            .read(&format!("/api/v1/audit?subject={}&kind=end_sessions", user("fin")))
            .await;
        let entry = page.entries.first().expect("an entry");
        assert_eq!(entry.actor.user, user("ana"));
        assert_eq!(entry.edit, end("fin", WhichSessions::All));
    })
    .await;
}

/// X4: nobody reaches whom they do not manage, whatever they send.
#[tokio::test(flavor = "multi_thread")]
async fn x4_sessions_of_others_are_out_of_reach() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let fay = app.as_person("fay").await;
        let (fin, pam) = (app.as_person("fin").await, app.as_person("pam").await);
        let of_fay = current(&own(&fay).await);
        // Fin administers nobody; Pam administers Elm Street, and Fay works at Oak Avenue, too.
        for (asker, status) in [(&fin, 403), (&pam, 403)] {
            let path = format!("/api/v1/users/{}/sessions", user("fay"));
            asker.get(&path).await.expect_status(status);
            asker.refused(end("fay", WhichSessions::All), &[]).await;
            asker.refused(end("fay", WhichSessions::Only(of_fay)), &[]).await;
        }
        // Somebody else's session under one's own name.
        fin.must(end("fin", WhichSessions::Only(of_fay)), &[]).await;
        fay.get("/api/v1/me").await.expect_status(200);
        let path = format!("/api/v1/users/{}/sessions", user("nobody"));
        pam.get(&path).await.expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t14_failed_attempts_are_seen_with_when_and_from_where() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let sia = app.as_person("sia").await;
        for _ in 0..2 {
            app.anonymous()
                .sign_in(&email("ola"), "not this one")
                .await
                .expect_status(401);
        }
        // Counting is not waited for by the one who tries.
        let began = Instant::now();
        let list = loop {
            let list = of(&sia, "ola").await;
            if list.failed.len() == 2 || began.elapsed() > Duration::from_secs(10) {
                break list;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(list.failed.len(), 2);
        let last = list.failed.first().expect("an attempt");
        assert_eq!(last.place.nearness, Nearness::Server);
        assert!(server::clock::now().0 - last.at.0 < 60_000, "{:?}", last.at);
        assert_eq!(list.locked, None);
        let lou = of(&sia, "lou").await;
        assert!(lou.locked.is_some(), "Lou is locked");
    })
    .await;
}

/// Puts other times into the session that asks, as if the clock had gone on.
async fn age(app: &TestApp, session: &Session, minutes: i64) {
    let token = session
        .cookie()
        .and_then(|cookie| cookie.split_once('='))
        .map(|(_, token)| token.to_owned())
        .expect("a token");
    let by = minutes * 60_000;
    app.past_the_server(move |conn| {
        diesel::update(se::table.find(digest(&token)))
            .set((
                se::created_at.eq(se::created_at - by),
                se::last_seen_at.eq(se::last_seen_at - by),
                se::expires_at.eq(se::expires_at - by),
                se::authenticated_at.eq(se::authenticated_at - by),
            ))
            .execute(conn)?;
        Ok(())
    })
    .await
    .expect("the session is older now");
}

/// The same person in the same browser once more.
async fn prove(session: &mut Session, name: &str) {
    session.sign_in(&email(name), PASSWORD).await.expect_status(204);
}

/// Deactivation, deletion, another password and another role, by one process: what the other answers next.
#[tokio::test(flavor = "multi_thread")]
async fn x8_what_ends_an_account_or_its_rights_counts_at_the_next_request_of_every_process() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let other = TestApp::join(app.database()).await;
        let ana = app.as_person("ana").await;
        let (fin, pat) = (other.as_person("fin").await, other.as_person("pat").await);
        let (pia, twin) = (other.as_person("pia").await, app.as_person("pia").await);
        for session in [&fin, &pat, &pia, &twin] {
            session.get("/api/v1/me").await.expect_status(200);
        }
        let confirmed = [Confirmation::Deactivation { user: user("fin") }];
        ana.must(Edit::Deactivate { user: user("fin") }, &confirmed).await;
        fin.get("/api/v1/me").await.expect_status(401);

        // Pat may list people, and the next moment may not.
        pat.get("/api/v1/users").await.expect_status(200);
        let less = instead(
            &["practice_manager at elm", "practice_manager at oak"],
            &["front_desk at elm", "front_desk at oak"],
        );
        ana.must(
            change(
                "pat",
                AccessPatch {
                    primary_site: Some(site("elm")),
                    ..less
                },
            ),
            &[],
        )
        .await;
        pat.get("/api/v1/users").await.expect_status(403);
        pat.get("/api/v1/me").await.expect_status(200);

        let body = ChangePassword {
            email: email("pia"),
            password: PASSWORD.to_owned(),
            new_password: "kettle under a blue sky".to_owned(),
        };
        let anew = app.anonymous();
        anew.send(anew.request(reqwest::Method::PUT, "/api/v1/password").json(&body))
            .await
            .expect_status(204);
        pia.get("/api/v1/me").await.expect_status(401);
        twin.get("/api/v1/me").await.expect_status(401);
    })
    .await;
    on_both(async |app| {
        app.put_world("artera").await;
        let other = TestApp::join(app.database()).await;
        let (ada, sam) = (app.as_person("ada").await, other.as_person("sam").await);
        sam.get("/api/v1/me").await.expect_status(200);
        let confirmed = [Confirmation::Deletion { user: user("sam") }];
        ada.must(Edit::Delete { user: user("sam") }, &confirmed).await;
        sam.get("/api/v1/me").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_session_ends_idle_and_looking_at_it_does_not_keep_it() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let fin = app.as_person("fin").await;
        let fresh: SessionState = fin.read("/api/v1/session").await;
        assert_eq!(fresh.idle_seconds, 3600);
        assert!((3600..=3660).contains(&fresh.seconds_left), "{fresh:?}");
        // Looking is not using.
        age(&app, &fin, 50).await;
        let late: SessionState = fin.read("/api/v1/session").await;
        assert!((540..=660).contains(&late.seconds_left), "{late:?}");
        let again: SessionState = fin.read("/api/v1/session").await;
        assert!(again.seconds_left <= late.seconds_left && again.can_stay, "{again:?}");
        // Somebody who types stays.
        let nothing = serde_json::json!({});
        let kept: SessionState = fin.post("/api/v1/session", &nothing).await.expect_status(200).json();
        assert!(kept.seconds_left >= 3590, "{kept:?}");
        age(&app, &fin, 62).await;
        fin.get("/api/v1/session").await.expect_status(401);
        fin.post("/api/v1/session", &nothing).await.expect_status(401);
        fin.get("/api/v1/me").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_no_use_keeps_a_session_beyond_its_longest_life() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mut fin = app.as_person("fin").await;
        let nothing = serde_json::json!({});
        for _ in 0..14 {
            age(&app, &fin, 50).await;
            fin.post("/api/v1/session", &nothing).await.expect_status(200);
        }
        // Eleven hours and forty minutes.
        let late: SessionState = fin.read("/api/v1/session").await;
        assert!(late.seconds_left <= 20 * 60 && !late.can_stay, "{late:?}");
        // Signing in again, in the same browser, begins a session in the place of this one.
        let before = fin.clone();
        prove(&mut fin, "fin").await;
        before.get("/api/v1/me").await.expect_status(401);
        assert_eq!(own(&fin).await.sessions.len(), 1);
        let fresh: SessionState = fin.read("/api/v1/session").await;
        assert!(fresh.can_stay || fresh.seconds_left > 3500, "{fresh:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_the_policy_says_how_long_sessions_last() {
    on_both(async |app| {
        let mut world = scenarios::cases::world("decoda");
        std::sync::Arc::make_mut(&mut world.policy)
            .lifecycle
            .session_idle_minutes = 5;
        app.put(&world).await;
        let fin = app.as_person("fin").await;
        let state: SessionState = fin.read("/api/v1/session").await;
        assert!(state.idle_seconds == 300 && state.seconds_left <= 330, "{state:?}");
        age(&app, &fin, 6).await;
        fin.get("/api/v1/me").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_sensitive_edits_ask_for_a_recent_proof_and_others_do_not() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mut ana = app.as_person("ana").await;
        age(&app, &ana, 16).await;
        // A name is changed as before.
        ana.must(retype("fin", &[(ProfileField::Name, "Fin Larsson")]), &[])
            .await;
        let raise = || change("fin", instead(&["front_desk at elm"], &["practice_manager at elm"]));
        let sensitive = [
            raise(),
            change("pam", instead(&["practice_manager at elm"], &["front_desk at elm"])),
            retype("ana", &[(ProfileField::LoginEmail, "ana.new@riverside.example")]),
            Edit::SetTemporaryPassword { user: user("abe") },
        ];
        for edit in sensitive {
            let problem = ana.edit(edit.clone(), &[]).await.expect_status(403).problem();
            assert_eq!(problem.kind, "/problems/fresh-authentication-needed", "{edit:?}");
        }
        // What the rules refuse is refused, and nobody is asked for a password in vain.
        let pam = app.as_person("pam").await;
        age(&app, &pam, 16).await;
        pam.refused(change("fin", instead(&["front_desk at elm"], &["administrator"])), &[])
            .await;
        assert_eq!(
            ana.view(user("fin"))
                .await
                .facts
                .subject
                .map(|fin| fin.assignments.len()),
            Some(1)
        );

        // The very same request, once she has signed in again.
        let proposal = ana.proposal(raise()).await;
        ana.propose(&proposal).await.expect_status(403);
        prove(&mut ana, "ana").await;
        ana.propose(&proposal).await.expect_status(200);
    })
    .await;
}
