//! Signing in and out over HTTP, on both databases.
#![cfg(not(target_arch = "wasm32"))]

use std::time::{Duration, Instant};

use diesel::prelude::*;
use reqwest::Method;
use scenarios::http::make::{email, retype, user};
use scenarios::http::{PASSWORD, Session, TestApp, eventually, on_both};
use server::accounts::sources;
use server::store::schema::{sessions, sign_in_sources};
use shared::user::ProfileField;
use shared::wire::{Me, SignIn};

async fn clinic(app: &TestApp) -> Session {
    app.put_world("decoda").await;
    app.as_person("ana").await
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_the_cookie_is_for_this_host_and_out_of_reach_of_scripts() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let mut browser = app.anonymous();
        // Whatever the case of the address, and with spaces around it.
        let answer = browser
            .sign_in(" Ana@Riverside.example ", PASSWORD)
            .await
            .expect_status(204);
        let set = answer
            .headers
            .get("set-cookie")
            .and_then(|value| value.to_str().ok())
            .expect("a cookie");
        let (pair, flags) = set.split_once("; ").expect("flags");
        assert_eq!(flags, "Path=/; Secure; HttpOnly; SameSite=Lax");
        let token = pair
            .strip_prefix("__Host-lanyard=")
            .expect("the prefix that browsers insist on");
        assert!(token.len() >= 40, "a long random token");
        assert_eq!(
            answer
                .headers
                .get("cache-control")
                .and_then(|value| value.to_str().ok()),
            Some("no-store")
        );
        assert_eq!(browser.read::<Me>("/api/v1/me").await.user.id, user("ana"));
        // Whoever reads the table cannot sign in.
        let kept: Vec<String> = app
            .past_the_server(|conn| Ok(sessions::table.select(sessions::token_hash).load(conn)?))
            .await
            .expect("sessions");
        assert!(kept.iter().all(|kept| kept != token && kept.len() == 64), "{kept:?}");
        let again = app.as_person("ana").await;
        assert_ne!(again.cookie(), browser.cookie(), "each session has a token of its own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_signing_out_ends_the_session_in_the_server() {
    on_both(async |app| {
        let ana = clinic(&app).await;
        let other = app.as_person("ana").await;
        let answer = ana
            .send(ana.request(Method::POST, "/api/v1/sign-out"))
            .await
            .expect_status(204);
        let removed = answer
            .headers
            .get("set-cookie")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        assert!(
            removed.starts_with("__Host-lanyard=;") && removed.ends_with("Max-Age=0"),
            "{removed}"
        );
        // The cookie is still sent, and is good for nothing.
        assert_eq!(
            ana.get("/api/v1/me").await.expect_status(401).problem().kind,
            "/problems/not-signed-in"
        );
        other.get("/api/v1/me").await.expect_status(200);
        // Twice, or without a session, is no error.
        ana.send(ana.request(Method::POST, "/api/v1/sign-out"))
            .await
            .expect_status(204);
        let nobody = app.anonymous();
        nobody
            .send(nobody.request(Method::POST, "/api/v1/sign-out"))
            .await
            .expect_status(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_expired_and_forged_sessions_are_none() {
    on_both(async |app| {
        let ana = clinic(&app).await;
        let token = ana
            .cookie()
            .and_then(|cookie| cookie.split_once('='))
            .map(|(_, token)| token.to_owned())
            .expect("a token");
        let mut forged = token.clone();
        forged.replace_range(..1, if token.starts_with('A') { "B" } else { "A" });
        let hash: String = app
            .past_the_server(|conn| Ok(sessions::table.select(sessions::token_hash).first(conn)?))
            .await
            .expect("a session");
        for cookie in [
            format!("__Host-lanyard={forged}"),
            format!("__Host-lanyard={hash}"),
            format!("__Host-lanyard={token}x"),
            format!("lanyard={token}"),
            "__Host-lanyard=".to_owned(),
            "__Host-lanyard=' OR 1=1 --".to_owned(),
        ] {
            ana.with_cookie(&cookie).get("/api/v1/me").await.expect_status(401);
        }
        ana.get("/api/v1/me").await.expect_status(200);
        app.past_the_server(|conn| {
            let now = server::clock::now().0;
            Ok(diesel::update(sessions::table)
                .set(sessions::expires_at.eq(now))
                .execute(conn)?)
        })
        .await
        .expect("its time is up");
        let problem = ana.get("/api/v1/me").await.expect_status(401).problem();
        assert_eq!(problem.kind, "/problems/not-signed-in");
        ana.get("/api/v1/users").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_every_route_but_those_for_signing_in_wants_a_session() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let nobody = app.anonymous();
        let document: serde_json::Value = nobody.read("/api/openapi.json").await;
        let mut asked = 0;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let open = operation["security"]
                    .as_array()
                    .is_some_and(|all| all.iter().any(|one| *one == serde_json::json!({})));
                if open {
                    continue;
                }
                let path = path.replace("{id}", &user("fin").to_string());
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
                let mut request = nobody.request(method.clone(), &path);
                if operation["requestBody"].is_object() && !path.ends_with("/imports") {
                    request = request.json(&serde_json::json!({}));
                }
                let answer = nobody.send(request).await.expect_status(401);
                // What a host's server asks is proved by its key.
                let by_key = operation["security"]
                    .as_array()
                    .is_some_and(|all| all.iter().all(|one| one["api_key"].is_array()));
                let kind = if by_key {
                    "/problems/api-key-refused"
                } else {
                    "/problems/not-signed-in"
                };
                assert_eq!(answer.problem().kind, kind, "{method} {path}");
                asked += 1;
            }
        }
        assert!(asked >= 12, "only {asked} were asked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_requests_that_other_sites_make_a_browser_send_are_refused() {
    on_both(async |app| {
        let ana = clinic(&app).await;
        let proposal = ana.proposal(retype("fin", &[(ProfileField::Name, "Somebody")])).await;
        let bare = || {
            let request = ana
                .request(Method::POST, "/api/v1/edits")
                .json(&proposal)
                .build()
                .expect("a request");
            let mut headers = request.headers().clone();
            headers.remove("sec-fetch-site");
            (request, headers)
        };
        for spoilt in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![],
        ] {
            let (mut request, mut headers) = bare();
            for (name, value) in &spoilt {
                headers.insert(*name, value.parse().expect("a header"));
            }
            *request.headers_mut() = headers;
            let answer = ana.execute(request).await.expect_status(403);
            assert_eq!(answer.problem().kind, "/problems/other-site", "{spoilt:?}");
        }
        // What a plain form can send is no JSON.
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ] {
            let body = serde_json::to_string(&proposal).expect("JSON");
            let request = ana
                .request(Method::POST, "/api/v1/edits")
                .header("content-type", kind)
                .body(body);
            let answer = ana.send(request).await.expect_status(415);
            assert_eq!(answer.problem().kind, "/problems/unsupported-media-type", "{kind}");
        }
        assert_eq!(
            ana.view(user("fin"))
                .await
                .facts
                .subject
                .map(|fin| fin.profile.name)
                .as_deref(),
            Some("Fin Larsen")
        );
        // A program that says where it comes from is taken.
        let (mut request, mut headers) = bare();
        headers.insert("origin", ana.base().parse().expect("a header"));
        *request.headers_mut() = headers;
        ana.execute(request).await.expect_status(200);
    })
    .await;
}

/// The same answer for every way of failing, with nobody's name in it, and in the same time (which is told, not asserted:
/// a busy machine is not a leak).
#[tokio::test(flavor = "multi_thread")]
async fn t2_failing_to_sign_in_looks_the_same_for_everyone() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let attempts = [
            ("nobody has it", "nobody@riverside.example".to_owned(), PASSWORD),
            ("wrong password", email("ola"), "correct horse battery stable"),
            ("locked, right password", email("lou"), PASSWORD),
            ("inactive, right password", email("ivy"), PASSWORD),
            ("invited", email("nia"), PASSWORD),
            ("no address", String::new(), PASSWORD),
            (
                "a very long address",
                format!("{}@riverside.example", "x".repeat(5_000)),
                PASSWORD,
            ),
        ];
        let mut answers = Vec::new();
        for (what, address, password) in &attempts {
            let mut times: Vec<Duration> = Vec::new();
            for _ in 0..5 {
                let began = Instant::now();
                let answer = app.anonymous().sign_in(address, password).await.expect_status(401);
                times.push(began.elapsed());
                assert!(!answer.headers.contains_key("set-cookie"), "{what}");
                let mut body: serde_json::Value = answer.json();
                body["request_id"] = serde_json::Value::Null;
                answers.push((what, answer.headers.get("content-length").cloned(), body.to_string()));
            }
            times.sort_unstable();
            eprintln!("{what}: {:?} at the median", times.get(2));
        }
        let (_, length, first) = answers.first().expect("an answer");
        for (what, other_length, other) in &answers {
            assert_eq!((other_length, other), (length, first), "{what}");
        }
        // Whom to ask is said, and no names.
        assert!(first.contains("System Administrator"), "{first}");
        for name in ["Sia", "Moss", "Sol", "Vance", "Lou", "sia@"] {
            assert!(!first.contains(name), "{name} is in {first}");
        }
        app.anonymous().get("/api/v1/administrators").await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_too_many_attempts_from_one_address_are_slowed_down() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let limited = TestApp::join_with(app.database(), |config| config.sign_ins_per_minute = 3).await;
        let attempt = SignIn {
            email: email("nobody"),
            password: "x".to_owned(),
        };
        for _ in 0..3 {
            limited
                .anonymous()
                .post("/api/v1/sign-in", &attempt)
                .await
                .expect_status(401);
        }
        let problem = limited
            .anonymous()
            .post("/api/v1/sign-in", &attempt)
            .await
            .expect_status(429)
            .problem();
        assert_eq!(problem.kind, "/problems/too-many-requests");
    })
    .await;
}

/// A scenario's browser that says it is behind the trusted proxy on this machine, at this address.
fn from(app: &TestApp, address: &str) -> Session {
    app.anonymous().behind_proxy(address)
}

/// Fails to sign in from there, and waits until that was counted: nobody who fails has to wait for it.
async fn fails_from(app: &TestApp, address: &'static str, whom: &str) {
    let counted = async || -> Option<(i32, i64)> {
        let network = sources::network(address);
        app.past_the_server(move |conn| {
            let known = sign_in_sources::table
                .find(network)
                .select((sign_in_sources::failures, sign_in_sources::last_failed_at));
            Ok(known.first(conn).optional()?)
        })
        .await
        .expect("the counts")
    };
    let before = counted().await;
    from(app, address)
        .sign_in(&email(whom), "not the password at all")
        .await
        .expect_status(401);
    eventually(async || (counted().await != before).then_some(())).await;
}

/// As if the last failures had been so long ago.
async fn failed_seconds_ago(app: &TestApp, seconds: i64) {
    let then = server::clock::now().0 - seconds * 1000;
    app.past_the_server(move |conn| {
        Ok(diesel::update(sign_in_sources::table)
            .set(sign_in_sources::last_failed_at.eq(then))
            .execute(conn)?)
    })
    .await
    .expect("time goes by");
}

#[tokio::test(flavor = "multi_thread")]
async fn t14_guessing_at_many_accounts_from_one_network_has_to_wait_and_known_devices_do_not() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let set = |config: &mut server::config::ServeConfig| {
            config.sign_in_failures_per_source = 4;
            config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        };
        // Two processes count together.
        let (one, other) = (
            TestApp::join_with(app.database(), set).await,
            TestApp::join_with(app.database(), set).await,
        );
        let mut known = from(&one, "2001:db8::7");
        known.sign_in(&email("ana"), PASSWORD).await.expect_status(204);
        // No account fails often enough to lock, and each address of the /64 is another one.
        fails_from(&one, "2001:db8::1", "fin").await;
        fails_from(&other, "2001:db8::2", "nobody").await;
        fails_from(&one, "2001:db8::3", "eve").await;
        fails_from(&other, "2001:db8::4", "nobody-else").await;
        for (server, whom) in [(&one, "fin"), (&other, "nobody"), (&one, "ana")] {
            let answer = from(server, "2001:db8::5").sign_in(&email(whom), PASSWORD).await;
            let answer = answer.expect_status(429);
            let problem = answer.problem();
            assert_eq!(problem.kind, "/problems/too-many-failures", "{whom}");
            let seconds = problem.retry_after.expect("when to try again");
            assert!((1..=5).contains(&seconds), "{seconds}");
            assert!(
                problem.detail.contains(&format!("{seconds} second")),
                "{}",
                problem.detail
            );
            assert_eq!(
                answer.headers.get("retry-after").and_then(|value| value.to_str().ok()),
                Some(seconds.to_string().as_str())
            );
        }
        // Who has signed in here before goes on, and mistypes without doing harm to anybody.
        known.sign_in(&email("ana"), "not my password").await.expect_status(401);
        known.sign_in(&email("ana"), PASSWORD).await.expect_status(204);
        // Other networks are not concerned.
        from(&one, "2001:db8:0:1::1")
            .sign_in(&email("fin"), PASSWORD)
            .await
            .expect_status(204);
        from(&one, "203.0.113.5")
            .sign_in(&email("fin"), PASSWORD)
            .await
            .expect_status(204);
        // Having waited, one may try; another failure makes the wait longer.
        failed_seconds_ago(&app, 6).await;
        fails_from(&one, "2001:db8::6", "fin").await;
        failed_seconds_ago(&app, 6).await;
        let problem = from(&one, "2001:db8::6").sign_in(&email("fin"), PASSWORD).await;
        assert!(
            problem
                .expect_status(429)
                .problem()
                .retry_after
                .is_some_and(|left| left <= 4)
        );
        failed_seconds_ago(&app, 11).await;
        from(&one, "2001:db8::6")
            .sign_in(&email("fin"), PASSWORD)
            .await
            .expect_status(204);
        // After an hour nothing is left of it.
        failed_seconds_ago(&app, 3601).await;
        fails_from(&one, "2001:db8::6", "fin").await;
        from(&one, "2001:db8::8")
            .sign_in(&email("fin"), PASSWORD)
            .await
            .expect_status(204);
    })
    .await;
}
