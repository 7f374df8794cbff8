//! Sessions over HTTP, on both databases: where somebody is signed in, ending it, and how soon it counts.
#![cfg(not(target_arch = "wasm32"))]

use std::time::{Duration, Instant};

use scenarios::http::make::{email, user};
use scenarios::http::{PASSWORD, Session, TestApp, on_both};
use shared::Edit;
use shared::edit::WhichSessions;
use shared::ids::SessionId;
use shared::wire::{AuditPage, Nearness, SessionList, SessionView};

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
