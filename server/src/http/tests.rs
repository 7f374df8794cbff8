//! What every answer has in common, and signing in and out. What resources answer is tested over HTTP in `tests/`.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use diesel::prelude::*;
use serde_json::{Value, json};
use shared::policy::preset;
use tower::ServiceExt as _;

use super::*;
use crate::accounts::administrator::{self, AdministratorError, NewAdministrator};
use crate::accounts::passwords::{self, Passwords};
use crate::config::ServeConfig;
use crate::edits::Password;
use crate::store::schema::users;
use crate::store::{Db, Options, StoreError};

const EMAIL: &str = "ana@clinic.example";
const PASSWORD: &str = "seven lanterns by the gravel path";

struct Server {
    app: App,
    _folder: tempfile::TempDir,
}

async fn server(config: ServeConfig, password: Password) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let db = Db::open(&url, Options::default()).await.unwrap();
    let new = NewAdministrator {
        organisation: "Clinic".to_owned(),
        policy: preset::all().first().map(preset::Preset::policy),
        email: EMAIL.to_owned(),
        name: "Ana García".to_owned(),
        role: None,
        sites: vec!["Elm Street".to_owned()],
        password_hash: passwords::hash(PASSWORD).unwrap(),
        password,
    };
    db.write(move |conn| administrator::create(conn, &new)).await.unwrap();
    Server {
        app: App::new(db, config, Passwords::new(1).unwrap()),
        _folder: folder,
    }
}

async fn chosen() -> Server {
    server(ServeConfig::default(), Password::Chosen).await
}

impl Server {
    async fn send(&self, request: Request<Body>) -> Response {
        router(self.app.clone()).oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn get_as(&self, path: &str, cookie: &str) -> Response {
        self.send(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap())
            .await
    }

    async fn sign_in(&self, email: &str, password: &str) -> Response {
        self.send(post("/api/v1/sign-in", &json!({"email": email, "password": password})))
            .await
    }
}

fn post(path: &str, body: &Value) -> Request<Body> {
    Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

async fn read(response: Response) -> Value {
    serde_json::from_slice(&to_bytes(response.into_body(), 10_000_000).await.unwrap()).unwrap()
}

/// Status and `type` of a problem; that it is a whole one is checked on the way.
async fn problem(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body = read(response).await;
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"], id);
    assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
    (status, body["type"].as_str().unwrap().to_owned())
}

fn session_cookie(response: &Response) -> String {
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let set = response.headers()["set-cookie"].to_str().unwrap();
    assert!(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let server = chosen().await;
    for path in ["/", "/users", "/api/v1/me", "/api/openapi.json", "/healthz", "/no.such"] {
        let response = server.get(path).await;
        let headers = response.headers();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert!(headers.contains_key("permissions-policy") && headers.contains_key("x-request-id"));
        assert!(
            !headers.contains_key("strict-transport-security"),
            "{path}: not behind TLS"
        );
    }
    assert_eq!(server.get("/api/v1/me").await.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    for (hsts_subdomains, told) in [
        (true, "max-age=31536000; includeSubDomains"),
        (false, "max-age=31536000"),
    ] {
        let config = ServeConfig {
            public_url: "https://users.example.com".parse().unwrap(),
            hsts_subdomains,
            ..ServeConfig::default()
        };
        let server = server(config, Password::Chosen).await;
        assert_eq!(server.get("/").await.headers()["strict-transport-security"], told);
    }
}

#[tokio::test]
async fn errors_of_the_framework_are_problems_too() {
    let server = server(
        ServeConfig {
            body_limit: 1000,
            ..ServeConfig::default()
        },
        Password::Chosen,
    )
    .await;
    let is = |status: u16, kind: &str| (status, format!("/problems/{kind}"));
    assert_eq!(problem(server.get("/api/v1/nothing").await).await, is(404, "not-found"));
    assert_eq!(problem(server.get("/api/v1/me").await).await, is(401, "not-signed-in"));
    assert_eq!(problem(server.get("/metrics").await).await, is(403, "forbidden"));

    let response = server.get("/api/v1/sign-in").await;
    assert!(response.headers()["allow"].to_str().unwrap().contains("POST"));
    assert_eq!(problem(response).await, is(405, "method-not-allowed"));

    let mut request = post("/api/v1/sign-in", &json!({}));
    *request.body_mut() = Body::from("{\"email\": \"a\",\n \"password\": 3}");
    let response = server.send(request).await;
    let detail = read(response).await["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("password: invalid type: integer `3`, expected a string at line 2 column 14"),
        "{detail}"
    );

    let long = json!({"email": "a".repeat(2000), "password": "b"});
    assert_eq!(
        problem(server.send(post("/api/v1/sign-in", &long)).await).await,
        is(413, "too-large")
    );

    let mut request = post("/api/v1/sign-in", &json!({}));
    request
        .headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(
        problem(server.send(request).await).await,
        is(415, "unsupported-media-type")
    );

    let mut request = post("/api/v1/sign-in", &json!({}));
    request
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(problem(server.send(request).await).await, is(403, "other-site"));
}

#[tokio::test]
async fn signing_in_gives_a_session_and_signing_out_ends_it() {
    let server = chosen().await;
    let cookie = session_cookie(&server.sign_in(" Ana@Clinic.example ", PASSWORD).await);
    let me = read(server.get_as("/api/v1/me", &cookie).await).await;
    assert_eq!(me["user"]["profile"]["login_email"], EMAIL);

    let mut request = post("/api/v1/sign-out", &Value::Null);
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    let response = server.send(request).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(
        server.get_as("/api/v1/me", &cookie).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn every_failure_to_sign_in_has_the_same_answer() {
    let server = chosen().await;
    let mut answers = Vec::new();
    for (email, password) in [
        (EMAIL, "wrong"),
        ("nobody@clinic.example", PASSWORD),
        ("", ""),
        (EMAIL, ""),
    ] {
        let response = server.sign_in(email, password).await;
        assert!(!response.headers().contains_key("set-cookie"));
        let mut body = read(response).await;
        body["request_id"].take();
        answers.push(body);
    }
    change(&server, "active", Some(1)).await;
    let mut body = read(server.sign_in(EMAIL, PASSWORD).await).await;
    body["request_id"].take();
    answers.push(body);
    assert_eq!(answers[0]["type"], "/problems/sign-in-refused");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    // T2: whom to ask, and nobody's name.
    assert!(
        answers[0]["detail"]
            .as_str()
            .unwrap()
            .contains("contact your System Administrator")
    );
    assert!(!answers[0].to_string().contains("Ana"));
}

#[tokio::test]
async fn a_session_is_worth_nothing_once_its_user_is_locked_or_inactive() {
    let server = chosen().await;
    let cookie = session_cookie(&server.sign_in(EMAIL, PASSWORD).await);
    assert_eq!(server.get_as("/api/v1/me", &cookie).await.status(), StatusCode::OK);
    change(&server, "active", Some(1)).await;
    assert_eq!(
        server.get_as("/api/v1/me", &cookie).await.status(),
        StatusCode::UNAUTHORIZED
    );
    change(&server, "inactive", None).await;
    assert_eq!(
        server.get_as("/api/v1/me", &cookie).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

/// Changes the one user behind the rules' back.
async fn change(server: &Server, status: &'static str, locked_at: Option<i64>) {
    let changed = server.app.db.write(move |conn| {
        let cause = locked_at.map(|_| "administrator");
        let changes = (
            users::status.eq(status),
            users::locked_at.eq(locked_at),
            users::lock_cause.eq(cause),
        );
        diesel::update(users::table)
            .set(changes)
            .execute(conn)
            .map_err(StoreError::from)
    });
    assert_eq!(changed.await.unwrap(), 1);
}

#[tokio::test]
async fn a_temporary_password_lets_nobody_in_until_it_is_changed() {
    let server = server(ServeConfig::default(), Password::Temporary).await;
    let refused = problem(server.sign_in(EMAIL, PASSWORD).await).await;
    assert_eq!(refused, (403, "/problems/password-change-needed".to_owned()));

    let put = |new: &str, old: &str| {
        let mut request = post(
            "/api/v1/password",
            &json!({"email": EMAIL, "password": old, "new_password": new}),
        );
        *request.method_mut() = axum::http::Method::PUT;
        request
    };
    let unusable = (422, "/problems/password-unusable".to_owned());
    assert_eq!(problem(server.send(put("short", PASSWORD)).await).await, unusable);
    assert_eq!(problem(server.send(put(PASSWORD, PASSWORD)).await).await, unusable);
    assert_eq!(
        problem(server.send(put("another good phrase", "wrong")).await).await.0,
        401
    );
    let cookie = session_cookie(&server.send(put("another good phrase", PASSWORD)).await);
    assert_eq!(server.get_as("/api/v1/me", &cookie).await.status(), StatusCode::OK);
    assert_eq!(server.sign_in(EMAIL, PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
    session_cookie(&server.sign_in(EMAIL, "another good phrase").await);
}

#[tokio::test]
async fn too_many_attempts_have_to_wait() {
    let server = server(
        ServeConfig {
            sign_ins_per_minute: 1,
            ..ServeConfig::default()
        },
        Password::Chosen,
    )
    .await;
    assert_eq!(server.sign_in(EMAIL, "wrong").await.status(), StatusCode::UNAUTHORIZED);
    let second = problem(server.sign_in(EMAIL, PASSWORD).await).await;
    assert_eq!(second, (429, "/problems/too-many-requests".to_owned()));
}

#[tokio::test]
async fn the_rules_judge_the_first_administrator_too() {
    let server = chosen().await;
    let new = NewAdministrator {
        organisation: "Another".to_owned(),
        policy: preset::all().first().map(preset::Preset::policy),
        email: EMAIL.to_owned(),
        name: String::new(),
        role: None,
        sites: Vec::new(),
        password_hash: String::new(),
        password: Password::Chosen,
    };
    let error = server
        .app
        .db
        .write(move |conn| administrator::create(conn, &new))
        .await
        .unwrap_err();
    let AdministratorError::Refused(reasons) = &error else {
        panic!("{error}")
    };
    assert_eq!(reasons.len(), 2, "no name, an address in use: {reasons:?}");
    let count: i64 = server
        .app
        .db
        .read(|conn| {
            crate::store::schema::organisations::table
                .count()
                .get_result(conn)
                .map_err(StoreError::from)
        })
        .await
        .unwrap();
    assert_eq!(count, 1, "nothing was made");
}

#[tokio::test]
async fn the_description_names_every_error_and_can_be_compared() {
    let server = chosen().await;
    let served = to_bytes(server.get("/api/openapi.json").await.into_body(), 10_000_000)
        .await
        .unwrap();
    assert_eq!(String::from_utf8(served.to_vec()).unwrap(), openapi::document());
    let document: Value = serde_json::from_slice(&served).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert!(
        paths.contains_key("/api/v1/edits") && paths.contains_key("/api/v1/users/{id}"),
        "{:?}",
        paths.keys()
    );
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let responses = &operation["responses"];
            for status in ["400", "500", "503"] {
                assert!(
                    responses[status].is_object(),
                    "{method} {path} does not describe {status}"
                );
            }
            if operation.get("security").is_none() {
                assert!(responses["401"].is_object(), "{method} {path} does not describe 401");
            }
            assert!(
                !operation["summary"].as_str().unwrap_or_default().is_empty(),
                "{method} {path} has no summary"
            );
        }
    }
    // Every reference leads somewhere.
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is referred to and not described");
    }
}
