use axum::body::to_bytes;

use super::*;

const APP: Asset = Asset {
    path: "app-0123456789abcdef_bg.wasm",
    hash: "aaaaaaaaaaaaaaaabbbb",
    plain: b"plain",
    brotli: Some(b"brotli"),
    gzip: Some(b"gzip"),
};
const PAGE: Asset = Asset {
    path: "index.html",
    hash: "ccccccccccccccccdddd",
    plain: b"<html>",
    brotli: None,
    gzip: Some(b"zipped"),
};

fn ask(method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Assets::new(&[APP, PAGE]).answer(&request.body(Body::empty()).unwrap())
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), 1000).await.unwrap().to_vec()
}

#[tokio::test]
async fn a_hashed_file_is_compressed_and_cached_for_good() {
    let response = ask(
        Method::GET,
        "/app-0123456789abcdef_bg.wasm",
        &[("accept-encoding", "gzip, br")],
    );
    assert_eq!(header(&response, "content-type"), "application/wasm");
    assert_eq!(header(&response, "content-encoding"), "br");
    assert_eq!(header(&response, "vary"), "accept-encoding");
    assert_eq!(
        header(&response, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(header(&response, "etag"), "\"aaaaaaaaaaaaaaaa-br\"");
    assert_eq!(body(response).await, b"brotli");

    let response = ask(Method::GET, "/app-0123456789abcdef_bg.wasm", &[]);
    assert_eq!(header(&response, "content-encoding"), "");
    assert_eq!(header(&response, "etag"), "\"aaaaaaaaaaaaaaaa\"");
    assert_eq!(body(response).await, b"plain");
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let headers = [
        ("accept-encoding", "br"),
        ("if-none-match", "\"other\", W/\"aaaaaaaaaaaaaaaa-br\""),
    ];
    let response = ask(Method::GET, "/app-0123456789abcdef_bg.wasm", &headers);
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&response, "etag"), "\"aaaaaaaaaaaaaaaa-br\"");
    assert!(body(response).await.is_empty());

    let headers = [
        ("accept-encoding", "gzip"),
        ("if-none-match", "\"aaaaaaaaaaaaaaaa-br\""),
    ];
    assert_eq!(
        ask(Method::GET, "/app-0123456789abcdef_bg.wasm", &headers).status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn addresses_of_screens_get_the_page_and_nothing_else_does() {
    for path in ["/", "/users", "/users/018f0000-0000-7000-8000-000000000000"] {
        let response = ask(Method::GET, path, &[]);
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(header(&response, "cache-control"), "no-cache");
        assert_eq!(body(response).await, b"<html>");
    }
    for path in ["/api", "/api/v1/nothing", "/gone-0123456789abcdef.js", "/favicon.ico"] {
        let response = ask(Method::GET, path, &[]);
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&response, "content-type"), "application/problem+json");
    }
    let response = ask(Method::POST, "/users", &[]);
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, "allow"), "GET, HEAD");
}

#[test]
fn a_server_without_the_app_says_how_to_build_it() {
    assert!(Assets::new(&[]).index().contains("cargo xtask run"));
}

#[test]
fn only_names_with_a_hash_are_cached_for_good() {
    for (path, hashed) in [
        ("lanyard-0f3a5b7c9d1e2f40.css", true),
        ("app-0f3a5b7c9d1e2f40_bg.wasm", true),
        ("some-app-0f3a5b7c9d1e2f40.js", true),
        ("index.html", false),
        ("widget-test.html", false),
        ("lanyard-7e64f31f269d2c3.css", true),
        ("deadbeefdeadbeef.js", false),
        ("app-0f3a5b7c9d1e2f40", false),
    ] {
        assert_eq!(is_hashed(path), hashed, "{path}");
    }
}
