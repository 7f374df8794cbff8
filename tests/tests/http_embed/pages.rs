//! From which pages a token is good, and that cookies never count there (CORS, Fetch Metadata).

use reqwest::{Client, Method};
use scenarios::http::make::{another, email, user};
use scenarios::http::{Answer, TestApp, on_both};
use shared::Edit;
use shared::wire::{EmbedFor, EmbedRequest, Me};

use crate::host::{Host, PORTAL, header};

const REFUSED: (u16, &str) = (403, "/problems/origin-not-allowed");

async fn preflight(app: &TestApp, origin: &str, method: &str) -> Answer {
    let anonymous = app.anonymous();
    let request = anonymous
        .request(Method::OPTIONS, "/api/v1/users")
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type");
    anonymous.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_token_is_good_in_pages_of_its_origins_alone() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let second = "https://second.example";
        ana.must(
            Edit::AllowOrigin {
                origin: second.to_owned(),
            },
            &[],
        )
        .await;
        let only = EmbedRequest {
            origins: Some([PORTAL.to_owned()].into()),
            ..Host::asks("pam")
        };
        let token = host.token(&only).await;
        host.get("/api/v1/me", &token).await.expect_status(200);
        for origin in [
            None,
            Some("null"),
            Some(second),
            Some("https://evil.example"),
            Some("http://portal.example"),
            Some("https://portal.example:8443"),
            Some("https://portal.example.evil.example"),
            Some("https://sub.portal.example"),
        ] {
            let refused = host.at(origin).get("/api/v1/me", &token).await;
            assert_eq!((refused.status, refused.problem().kind.as_str()), REFUSED, "{origin:?}");
            let may_read = header(&refused, "access-control-allow-origin");
            assert_eq!(may_read, origin.filter(|origin| *origin == second), "{origin:?}");
        }
        // In a frame it is our own page that asks.
        let own = reqwest::Client::builder().no_proxy().build().unwrap();
        let base = app.anonymous().base().to_owned();
        let asked = own
            .get(format!("{base}/api/v1/me"))
            .bearer_auth(&token)
            .header("sec-fetch-site", "same-origin");
        assert_eq!(asked.send().await.unwrap().status().as_u16(), 200);
        let asked = own
            .get(format!("{base}/api/v1/me"))
            .bearer_auth(&token)
            .header("origin", &base);
        assert_eq!(asked.send().await.unwrap().status().as_u16(), 200);

        // What was not allowed is not given either; what is allowed no more ends at once, also in another process.
        let asks = |origins: &[&str]| EmbedRequest {
            origins: Some(origins.iter().map(ToString::to_string).collect()),
            ..Host::asks("pam")
        };
        for origins in [&["https://evil.example"][..], &[PORTAL, "https://evil.example"], &[]] {
            let refused = host.ask(&asks(origins)).await.expect_status(403);
            assert_eq!(refused.problem().kind, REFUSED.1);
        }
        let other = TestApp::join(app.database()).await;
        let there = Host::with(&other, host.id, host.key.clone());
        let elsewhere = host.token(&asks(&[second])).await;
        ana.must(
            Edit::RemoveOrigin {
                origin: PORTAL.to_owned(),
            },
            &[],
        )
        .await;
        assert_eq!(
            there.refused("/api/v1/me", &token).await.1,
            "/problems/embed-session-ended"
        );
        there
            .at(Some(second))
            .get("/api/v1/me", &elsewhere)
            .await
            .expect_status(200);
        assert_eq!(
            header(&preflight(&app, PORTAL, "GET").await, "access-control-allow-origin"),
            None
        );
        ana.must(
            Edit::AllowOrigin {
                origin: PORTAL.to_owned(),
            },
            &[],
        )
        .await;
        assert_eq!(
            there.refused("/api/v1/me", &token).await.1,
            "/problems/embed-session-ended"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_preflights_say_yes_to_allowed_origins_alone() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        Host::of(&app, &ana).await;
        let yes = preflight(&app, PORTAL, "POST").await.expect_status(204);
        assert_eq!(header(&yes, "access-control-allow-origin"), Some(PORTAL));
        assert_eq!(header(&yes, "access-control-allow-methods"), Some("GET, POST"));
        assert!(header(&yes, "access-control-allow-headers").is_some_and(|sent| sent.contains("authorization")));
        assert!(header(&yes, "access-control-max-age").is_some());
        assert!(header(&yes, "vary").is_some_and(|vary| vary.contains("origin")));
        assert_eq!(header(&yes, "access-control-allow-credentials"), None);
        for origin in [
            "https://evil.example",
            "null",
            "http://portal.example",
            "https://PORTAL.example",
        ] {
            let no = preflight(&app, origin, "GET").await.expect_status(204);
            let told = no
                .headers
                .keys()
                .filter(|name| name.as_str().starts_with("access-control"));
            assert_eq!(told.count(), 0, "{origin}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_cookie_never_counts_in_another_origins_page() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let cookie = ana.cookie().expect("she is signed in").to_owned();
        let client = Client::builder().no_proxy().build().unwrap();
        let get = |origin: &'static str, site: &'static str| {
            client
                .get(format!("{}/api/v1/me", ana.base()))
                .header("cookie", &cookie)
                .header("origin", origin)
                .header("sec-fetch-site", site)
        };
        for origin in [PORTAL, "https://evil.example", "null"] {
            let answer = host.send(get(origin, "cross-site")).await;
            assert_eq!(answer.status, 401, "{origin}");
            assert_eq!(header(&answer, "access-control-allow-credentials"), None);
        }
        // An image or a script of another page names no origin, and has no cookie either.
        let image = client
            .get(format!("{}/api/v1/me", ana.base()))
            .header("cookie", &cookie)
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "no-cors");
        assert_eq!(host.send(image).await.status, 401);

        // With a token it is the token's person, whoever's cookie comes along; and nothing is ever set.
        let token = host.token(&Host::asks("pam")).await;
        let both = host
            .request(Method::GET, "/api/v1/me", &token)
            .header("cookie", &cookie);
        let answer = host.send(both).await.expect_status(200);
        assert_eq!(answer.json::<Me>().user.id, user("pam"));
        let dead = host
            .request(Method::GET, "/api/v1/me", "lyt_0")
            .header("cookie", &cookie);
        assert_eq!(host.send(dead).await.status, 401);
        for path in ["/api/v1/sign-out", "/api/v1/sign-in", "/api/v1/session"] {
            let answer = host.post(path, &serde_json::json!({}), &token).await;
            assert_eq!((answer.status, header(&answer, "set-cookie")), (403, None), "{path}");
        }
        // Ana is signed in as before.
        ana.get("/api/v1/me").await.expect_status(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_key_is_refused_in_a_page_and_elsewhere() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        for (name, value) in [("origin", PORTAL), ("sec-fetch-site", "cross-site")] {
            let request = app
                .anonymous()
                .request(Method::POST, "/api/v1/embed/sessions")
                .bearer_auth(&host.key)
                .header(name, value)
                .json(&Host::asks("pam"));
            let refused = host.send(request).await.expect_status(403);
            assert_eq!(refused.problem().kind, "/problems/api-key-in-browser");
        }
        let client = Client::builder().no_proxy().build().unwrap();
        for path in ["/api/v1/me", "/api/v1/users", "/api/v1/embedding"] {
            let request = client.get(format!("{}{path}", ana.base())).bearer_auth(&host.key);
            assert_eq!(
                host.send(request).await.expect_status(403).problem().kind,
                "/problems/outside-embedding"
            );
        }
        // Another scheme is a proxy's affair, and no proof of anything.
        let basic = client
            .get(format!("{}/api/v1/me", ana.base()))
            .basic_auth("ana", Some(&host.key));
        assert_eq!(host.send(basic).await.status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_two_organisations_do_not_meet() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        app.put(&another(&world)).await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let theirs = email("ana").replace("riverside", "lakeview");
        for who in [
            EmbedFor::LoginEmail(theirs.clone()),
            EmbedFor::Id(another(&world).users[0].id),
        ] {
            let asked = EmbedRequest {
                user: who,
                ..Host::asks("pam")
            };
            assert_eq!(
                host.ask(&asked).await.expect_status(422).problem().kind,
                "/problems/nobody-to-embed"
            );
        }
        // An origin that only the others allow is none of ours, though a preflight cannot know whose token will come.
        let them = app.sign_in(&theirs).await;
        let origin = "https://lakeview.example";
        them.must(
            Edit::AllowOrigin {
                origin: origin.to_owned(),
            },
            &[],
        )
        .await;
        let token = host.token(&Host::asks("pam")).await;
        assert_eq!(host.at(Some(origin)).refused("/api/v1/me", &token).await.1, REFUSED.1);
        // A key, an origin of others: there are none of these names.
        them.refused(Edit::RevokeApiKey { key: host.id }, &[]).await;
        them.refused(
            Edit::RemoveOrigin {
                origin: PORTAL.to_owned(),
            },
            &[],
        )
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_only_allowed_origins_frame_the_page() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let of = format!("/embed/users?organisation={}", world.organisation.id);
        let policy = |answer: &Answer| header(answer, "content-security-policy").unwrap_or_default().to_owned();
        let before = ana.get(&of).await.expect_status(200);
        assert!(policy(&before).contains("frame-ancestors 'none'"));
        assert_eq!(header(&before, "x-frame-options"), Some("DENY"));
        for origin in [PORTAL, "https://second.example"] {
            ana.must(
                Edit::AllowOrigin {
                    origin: origin.to_owned(),
                },
                &[],
            )
            .await;
        }
        let after = ana.get(&of).await.expect_status(200);
        let ancestors = format!("frame-ancestors {PORTAL} https://second.example");
        assert!(policy(&after).ends_with(&ancestors), "{}", policy(&after));
        assert_eq!(header(&after, "x-frame-options"), None);
        assert_eq!(header(&after, "set-cookie"), None);
        assert!(
            after
                .body
                .contains(&format!("content=\"{PORTAL} https://second.example\""))
        );
        for path in [
            "/embed/users",
            "/embed/users?organisation=x",
            "/embed/users?organisation=0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01",
        ] {
            assert!(
                policy(&ana.get(path).await.expect_status(200)).contains("frame-ancestors 'none'"),
                "{path}"
            );
        }
        ana.get("/embed/policy").await.expect_status(404);
        ana.get("/embed.html").await.expect_status(404);
        // No other page may be framed, and files may be loaded from anywhere.
        assert!(policy(&ana.get("/users").await).contains("frame-ancestors 'none'"));
        let script = ana.get("/widget.js").await.expect_status(200);
        assert_eq!(header(&script, "access-control-allow-origin"), Some("*"));
        assert_eq!(header(&script, "cross-origin-resource-policy"), Some("cross-origin"));
    })
    .await;
}
