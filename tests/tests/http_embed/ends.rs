//! How a key and a token end, at once and in every process (X8).

use std::time::Duration;

use reqwest::Method;
use scenarios::http::make::{change, instead, user};
use scenarios::http::{TestApp, eventually, on_both};
use shared::Edit;
use shared::edit::WhichSessions;
use shared::verdict::Confirmation;
use shared::wire::EmbedToken;

use crate::host::{Host, everything, make_key};

const ENDED: (u16, &str) = (401, "/problems/embed-session-ended");

fn is_ended((status, kind): &(u16, String)) -> bool {
    (*status, kind.as_str()) == ENDED
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_wrong_or_revoked_key_gives_nothing_and_ends_what_it_gave() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let other = TestApp::join(app.database()).await;
        let token = host.token(&Host::asks("pam")).await;
        let wrong = format!("lyk_{}", "0".repeat(64));
        for key in [wrong.as_str(), "lyk_", "", "lyt_x", &token] {
            let stranger = Host::with(&app, host.id, key.to_owned());
            let refused = stranger.ask(&Host::asks("pam")).await;
            assert!(matches!(refused.status, 401 | 403), "{key}: {}", refused.body);
            assert!(refused.body.contains("/problems/"), "{}", refused.body);
        }
        let (id, second) = make_key(&ana, "Second", everything()).await;
        let of_second = Host::with(&app, id, second).token(&Host::asks("pam")).await;

        ana.must(Edit::RevokeApiKey { key: host.id }, &[]).await;
        assert_eq!(
            host.ask(&Host::asks("pam")).await.expect_status(401).problem().kind,
            "/problems/api-key-refused"
        );
        assert!(is_ended(&host.refused("/api/v1/me", &token).await));
        let there = Host::with(&other, host.id, host.key.clone());
        assert!(is_ended(&there.refused("/api/v1/me", &token).await));
        there.ask(&Host::asks("pam")).await.expect_status(401);
        // The other key's is as good as before; and nobody revokes one key twice.
        there.get("/api/v1/me", &of_second).await.expect_status(200);
        ana.refused(Edit::RevokeApiKey { key: host.id }, &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_token_expires() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let quick = TestApp::join_with(app.database(), |config| {
            config.embed_token_time = Duration::from_secs(2)
        })
        .await;
        let quick = Host::with(&quick, host.id, host.key.clone());
        let token: EmbedToken = quick.ask(&Host::asks("pam")).await.expect_status(201).json();
        let lasting: EmbedToken = host.ask(&Host::asks("pam")).await.expect_status(201).json();
        assert!(lasting.expires_at > token.expires_at);
        // Wherever it is used: what it was made with counts.
        let refused = eventually(async || {
            let answer = host.get("/api/v1/me", &token.token).await;
            (answer.status != 200).then_some(answer)
        })
        .await;
        assert_eq!((refused.status, refused.problem().kind.as_str()), ENDED);
        host.get("/api/v1/me", &lasting.token).await.expect_status(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_token_ends_with_the_persons_rights_in_every_process() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let other = TestApp::join(app.database()).await;
        let there = Host::with(&other, host.id, host.key.clone());

        // Deactivated.
        let fay = user("fay");
        let token = host.token(&Host::asks("fay")).await;
        there.get("/api/v1/me", &token).await.expect_status(200);
        ana.must(
            Edit::Deactivate { user: fay },
            &[Confirmation::Deactivation { user: fay }],
        )
        .await;
        assert!(is_ended(&host.refused("/api/v1/me", &token).await));
        assert!(is_ended(&there.refused("/api/v1/me", &token).await));
        let refused = host.ask(&Host::asks("fay")).await.expect_status(422);
        assert_eq!(refused.problem().kind, "/problems/nobody-to-embed");
        // Back again, an old token is as dead as before.
        ana.must(Edit::Activate { user: fay }, &[]).await;
        assert!(is_ended(&there.refused("/api/v1/me", &token).await));

        // Locked.
        let token = host.token(&Host::asks("pam")).await;
        ana.must(Edit::Lock { user: user("pam") }, &[]).await;
        assert!(is_ended(&there.refused("/api/v1/me", &token).await));
        host.ask(&Host::asks("pam")).await.expect_status(422);
        ana.must(Edit::Unlock { user: user("pam") }, &[]).await;

        // Signed out everywhere by an administrator.
        let token = host.token(&Host::asks("pam")).await;
        let which = WhichSessions::All;
        ana.must(
            Edit::EndSessions {
                user: user("pam"),
                which,
            },
            &[],
        )
        .await;
        assert!(is_ended(&there.refused("/api/v1/me", &token).await));

        // A role less: the token is good, what the role gave is gone with the next request.
        let token = host.token(&Host::asks("pam")).await;
        there.get("/api/v1/users", &token).await.expect_status(200);
        ana.must(
            change("pam", instead(&["practice_manager at elm"], &["front_desk at elm"])),
            &[],
        )
        .await;
        assert_eq!(
            there
                .get("/api/v1/users", &token)
                .await
                .expect_status(403)
                .problem()
                .kind,
            "/problems/forbidden"
        );
        there.get("/api/v1/me", &token).await.expect_status(200);

        // Deleted, or never there.
        host.ask(&Host::asks("nobody")).await.expect_status(422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_live_stream_ends_with_its_token() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let token = host.token(&Host::asks("ana")).await;
        let mut stream = host
            .request(Method::GET, "/api/v1/live", &token)
            .send()
            .await
            .expect("the stream begins");
        assert_eq!(stream.status().as_u16(), 200);
        assert!(stream.chunk().await.expect("the first event").is_some());
        ana.must(Edit::RevokeApiKey { key: host.id }, &[]).await;
        let ended = tokio::time::timeout(Duration::from_secs(30), async {
            while let Ok(Some(_)) = stream.chunk().await {}
        });
        ended.await.expect("the stream ends");
    })
    .await;
}
