//! The app as the server gives it, and what whoever runs the server looks at.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use scenarios::http::{Answer, Backend, Session, TestApp, on_both};
use sha2::{Digest, Sha256};

async fn browser() -> (TestApp, Session) {
    let app = TestApp::start(Backend::Sqlite).await;
    let browser = app.anonymous();
    (app, browser)
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Contents of scripts that stand in the page itself.
fn inline_scripts(page: &str) -> Vec<&str> {
    page.split("<script")
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .filter(|(attributes, _)| !attributes.contains("src="))
        .filter_map(|(_, rest)| rest.split_once("</script>"))
        .map(|(script, _)| script)
        .collect()
}

/// Files that the page names. Its attributes may be without quotes.
fn files(page: &str) -> BTreeSet<String> {
    page.split(|c: char| c.is_whitespace() || "\"'=><".contains(c))
        .filter(|text| text.starts_with('/') && text.rsplit('/').next().is_some_and(|name| name.contains('.')))
        // Icons and the manifest keep their names: home screens ask for them again.
        .filter(|path| !path.starts_with("/api/") && !path.starts_with("/icons/") && !path.ends_with(".webmanifest"))
        .filter(|path| *path != "/service-worker.js")
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_allows_exactly_the_scripts_that_are_in_it() {
    let (_app, browser) = browser().await;
    let page = browser.get("/").await.expect_status(200);
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-cache");
    let policy = header(&page, "content-security-policy").to_owned();
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(
        !policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    let allowed = policy
        .split(['\'', ' ', ';'])
        .filter(|part| part.starts_with("sha256-"))
        .count();
    let scripts = inline_scripts(&page.body);
    for script in &scripts {
        let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script.as_bytes())));
        assert!(policy.contains(&hash), "{hash} of {script:?} is not in {policy}");
    }
    assert_eq!(allowed, scripts.len(), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_kept_for_ever_by_their_hash_and_sent_compressed() {
    let (_app, browser) = browser().await;
    let page = browser.get("/").await.expect_status(200);
    let files = files(&page.body);
    // A server that was built without the app says so, and names no files.
    let is_built = !page.body.contains("The app is not built yet");
    assert_eq!(files.len() >= 3, is_built, "script, program and style: {files:?}");
    for path in &files {
        let file = browser.get(path).await.expect_status(200);
        assert_eq!(
            header(&file, "cache-control"),
            "public, max-age=31536000, immutable",
            "{path}"
        );
        let kind = header(&file, "content-type");
        assert!(
            !kind.is_empty() && kind != "application/octet-stream",
            "{path} is {kind}"
        );
    }
    for path in files.iter().map(String::as_str).chain(["/"]) {
        let request = |encoding: &str| {
            browser
                .request(Method::GET, path)
                .header("accept-encoding", encoding.to_owned())
        };
        let (_, plain) = browser.raw(request("identity")).await;
        for (asked, given) in [
            ("br, gzip", "br"),
            ("gzip", "gzip"),
            ("identity", ""),
            ("br;q=0, gzip;q=0", ""),
        ] {
            let (headers, bytes) = browser.raw(request(asked)).await;
            let encoding = headers.get("content-encoding").and_then(|value| value.to_str().ok());
            let encoding = encoding.unwrap_or_default();
            // A file so small that it does not get smaller is sent as it is.
            let is_as_asked = encoding == given || (encoding.is_empty() && plain < 1_000);
            assert!(is_as_asked, "{path}, {asked}: {encoding:?}");
            assert_eq!(
                bytes < plain,
                !encoding.is_empty(),
                "{path}, {asked}: {bytes} of {plain}"
            );
            assert_eq!(
                headers.get("vary").and_then(|value| value.to_str().ok()),
                Some("accept-encoding")
            );
        }
    }
    // Asked again with what it was told, a browser is spared the bytes.
    let etag = header(&page, "etag").to_owned();
    let again = browser
        .send(browser.request(Method::GET, "/").header("if-none-match", etag))
        .await
        .expect_status(304);
    assert_eq!(again.body, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_screens_get_the_page_and_missing_files_do_not() {
    let (_app, browser) = browser().await;
    let page = browser.get("/").await.expect_status(200).body;
    for screen in [
        "/users",
        "/users/0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01",
        "/roles",
        "/sign-in",
        "/?tab=invited",
    ] {
        let answer = browser.get(screen).await.expect_status(200);
        assert_eq!(answer.body, page, "{screen}");
        assert_eq!(header(&answer, "cache-control"), "no-cache");
    }
    for missing in [
        "/app-0000000000000000.js",
        "/style.css",
        "/favicon.png.map",
        "/../Cargo.toml",
        "/.env",
    ] {
        assert_eq!(
            browser.get(missing).await.expect_status(404).problem().kind,
            "/problems/not-found",
            "{missing}"
        );
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        browser.send(browser.request(method, "/users")).await.expect_status(405);
    }
    let head = browser
        .send(browser.request(Method::HEAD, "/users"))
        .await
        .expect_status(200);
    assert_eq!(head.body, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_server_sees_that_it_lives_is_ready_and_how_it_does() {
    on_both(async |app| {
        let nobody = app.anonymous();
        assert_eq!(nobody.get("/healthz").await.expect_status(200).body, "ok\n");
        assert_eq!(nobody.get("/readyz").await.expect_status(200).body, "ready\n");
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        ana.get("/api/v1/users?search=Larsen").await.expect_status(200);
        ana.get("/api/v1/users/no-id").await.expect_status(404);
        let metrics = nobody.get("/metrics").await.expect_status(200);
        assert!(header(&metrics, "content-type").starts_with("application/openmetrics-text"));
        assert!(metrics.body.ends_with("# EOF\n"));
        for part in ["/api/v1/users", "/api/v1/users/{id}", "sign_in"] {
            assert!(metrics.body.contains(part), "{part} is not in {}", metrics.body);
        }
        // Routes and counts, never names, addresses or what was searched for.
        for secret in ["Larsen", "riverside.example", "no-id"] {
            assert!(
                !metrics.body.split(['"', ' ', '\n']).any(|word| word.contains(secret)),
                "{secret}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_the_networks_that_the_settings_name() {
    let app = TestApp::start(Backend::Sqlite).await;
    let closed = TestApp::join_with(app.database(), |config| config.metrics_from.clear()).await;
    assert_eq!(
        closed
            .anonymous()
            .get("/metrics")
            .await
            .expect_status(403)
            .problem()
            .kind,
        "/problems/forbidden"
    );
    closed.anonymous().get("/healthz").await.expect_status(200);
}
