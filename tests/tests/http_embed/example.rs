//! The example on the page of embedding: a token of a session, to read, in our own pages alone (X8).

use reqwest::{Client, Method};
use scenarios::http::make::{retype, user};
use scenarios::http::{Answer, Session, on_both};
use shared::Edit;
use shared::edit::WhichSessions;
use shared::embed::EmbedAccess;
use shared::user::ProfileField;
use shared::wire::{EmbedToken, EmbeddingView, Me};

use crate::host::{Host, PORTAL};

const EXAMPLE: &str = "/api/v1/embed/example";

async fn example(session: &Session) -> String {
    let answer = session.post(EXAMPLE, &()).await.expect_status(201);
    answer.json::<EmbedToken>().token
}

/// A request with the token from a page of our own, without any cookie.
async fn own(session: &Session, path: &str, token: &str) -> Answer {
    let client = Client::builder().no_proxy().build().expect("a client");
    let request = client
        .request(Method::GET, format!("{}{path}", session.base()))
        .header("sec-fetch-site", "same-origin")
        .bearer_auth(token);
    session.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_an_example_reads_in_our_own_pages_alone_and_changes_nothing() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let token = example(&ana).await;
        let me: Me = own(&ana, "/api/v1/me", &token).await.expect_status(200).json();
        assert_eq!(me.user.id, user("ana"));
        assert_eq!(me.embedded.map(|embedded| embedded.access), Some(EmbedAccess::Read));
        for path in ["/api/v1/users", "/api/v1/roles", "/api/v1/audit"] {
            own(&ana, path, &token).await.expect_status(200);
        }
        // It is good at no host, not even at one that is allowed; and nowhere outside of a page.
        let refused = (403, "/problems/origin-not-allowed".to_owned());
        assert_eq!(host.refused("/api/v1/me", &token).await, refused);
        assert_eq!(host.at(None).refused("/api/v1/me", &token).await, refused);
        assert_eq!(host.at(Some(PORTAL)).refused("/api/v1/users", &token).await, refused);
        // What is not of the elements stays closed, another example included.
        for path in ["/api/v1/embedding", "/api/v1/policy", "/api/v1/sessions"] {
            own(&ana, path, &token).await.expect_status(403);
        }
        let client = Client::builder().no_proxy().build().expect("a client");
        let post = |path: &str| {
            let request = client.post(format!("{}{path}", ana.base()));
            request.header("sec-fetch-site", "same-origin").bearer_auth(&token)
        };
        ana.send(post(EXAMPLE).json(&())).await.expect_status(403);
        let proposal = ana
            .proposal(retype("fin", &[(ProfileField::Phone, "+1 415 555 0199")]))
            .await;
        let refused = ana.send(post("/api/v1/edits").json(&proposal)).await.expect_status(422);
        assert!(refused.body.contains("embedded_to_read"), "{}", refused.body);
        // It counts as nobody's at another application.
        let settled: EmbeddingView = ana.read("/api/v1/embedding").await;
        assert!(settled.keys.iter().all(|key| key.open == 0) && settled.origins.iter().all(|origin| origin.open == 0));
        // Only for those who administer embedding.
        app.as_person("pam").await.post(EXAMPLE, &()).await.expect_status(403);
        app.anonymous().post(EXAMPLE, &()).await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_an_example_ends_with_the_page_the_next_one_and_its_session() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (ana, abe) = (app.as_person("ana").await, app.as_person("abe").await);
        let is_good = async |token: &str| own(&ana, "/api/v1/me", token).await.status == 200;
        let others = example(&abe).await;
        let first = example(&ana).await;
        let second = example(&ana).await;
        assert!(!is_good(&first).await && is_good(&second).await);
        ana.send(ana.request(Method::DELETE, EXAMPLE)).await.expect_status(204);
        assert!(!is_good(&second).await && is_good(&others).await);
        let third = example(&ana).await;
        ana.post("/api/v1/sign-out", &()).await.expect_status(204);
        assert!(!is_good(&third).await);
        // Also when somebody else ends it.
        let (back, which) = (app.as_person("ana").await, WhichSessions::All);
        let user = user("abe");
        back.must(Edit::EndSessions { user, which }, &[]).await;
        assert!(!is_good(&others).await);
    })
    .await;
}
