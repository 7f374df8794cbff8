//! Requests that other sites make a browser send (cross-site request forgery): whatever changes something must come from
//! the app itself, and its body must be of a type that a plain form cannot send.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName};

use super::API;
use super::problem::ApiError;
use crate::config::Origin;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses an unsafe request of a page that is not ours, or whose body has another type than its route takes. What has a key
/// or a token needs no such proof: no browser sends one by itself.
pub(super) fn check(request: &Request<Body>, public_url: &Origin, has_bearer: bool) -> Result<(), ApiError> {
    if request.method().is_safe() {
        return Ok(());
    }
    if !has_bearer {
        check_origin(request, public_url)?;
    }
    check_type(request)
}

fn check_origin(request: &Request<Body>, public_url: &Origin) -> Result<(), ApiError> {
    let authority = request.uri().authority().map(|authority| authority.as_str());
    if is_own(request.headers(), authority, public_url) {
        Ok(())
    } else {
        Err(ApiError::other_site(public_url))
    }
}

fn check_type(request: &Request<Body>) -> Result<(), ApiError> {
    let wanted = if request.uri().path().starts_with(&format!("{API}/imports")) {
        &["application/json", "multipart/form-data"][..]
    } else {
        &["application/json"][..]
    };
    if has_body(request) && !wanted.contains(&essence(request.headers()).as_str()) {
        return Err(ApiError::unsupported_media_type(&wanted.join(" or ")));
    }
    Ok(())
}

fn is_own(headers: &HeaderMap, authority: Option<&str>, public_url: &Origin) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // Every current browser says it, and no page can change it (Fetch Metadata).
    if let Some(site) = text(&SEC_FETCH_SITE) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(&ORIGIN) else { return false };
    is_own_origin(headers, origin, authority, public_url)
}

/// Whether an origin is ours: the address that people type, or the one that the request was sent to.
pub(super) fn is_own_origin(headers: &HeaderMap, origin: &str, authority: Option<&str>, public_url: &Origin) -> bool {
    if origin == public_url.to_string() {
        return true;
    }
    let Some((_, from)) = origin.split_once("://") else {
        return false;
    };
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    host.or(authority).is_some_and(|host| host.eq_ignore_ascii_case(from))
}

fn has_body(request: &Request<Body>) -> bool {
    use axum::body::HttpBody as _;
    request.headers().contains_key(TRANSFER_ENCODING) || !request.body().is_end_stream()
}

/// The media type without its parameters, in lower case.
fn essence(headers: &HeaderMap) -> String {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(headers: &[(&str, &str)]) -> Result<(), u16> {
        let mut request = Request::builder().method("POST").uri("/api/v1/edits");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let origin = "https://users.example.com".parse().unwrap();
        check(&request.body(Body::empty()).unwrap(), &origin, false).map_err(|error| error.status().as_u16())
    }

    #[test]
    fn only_the_own_site_may_change_something() {
        assert_eq!(post(&[("sec-fetch-site", "same-origin")]), Ok(()));
        assert_eq!(post(&[("sec-fetch-site", "none")]), Ok(()));
        assert_eq!(post(&[("origin", "https://users.example.com")]), Ok(()));
        assert_eq!(
            post(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]),
            Ok(())
        );
        assert_eq!(post(&[]), Err(403));
        assert_eq!(post(&[("sec-fetch-site", "same-site")]), Err(403));
        assert_eq!(
            post(&[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://users.example.com")
            ]),
            Err(403)
        );
        assert_eq!(
            post(&[("origin", "https://evil.example.com"), ("host", "users.example.com")]),
            Err(403)
        );
        assert_eq!(post(&[("origin", "null"), ("host", "users.example.com")]), Err(403));
    }

    #[test]
    fn a_body_has_to_be_json() {
        let body = |path: &str, kind: &str| {
            let request = Request::builder()
                .method("POST")
                .uri(path)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", kind)
                .body(Body::from("x"))
                .unwrap();
            let origin = "https://users.example.com".parse().unwrap();
            check(&request, &origin, false).map_err(|error| error.status().as_u16())
        };
        assert_eq!(body("/api/v1/edits", "application/json; charset=utf-8"), Ok(()));
        assert_eq!(body("/api/v1/edits", "text/plain"), Err(415));
        assert_eq!(body("/api/v1/edits", "multipart/form-data; boundary=x"), Err(415));
        assert_eq!(body("/api/v1/imports", "multipart/form-data; boundary=x"), Ok(()));
        assert_eq!(body("/api/v1/imports", "application/x-www-form-urlencoded"), Err(415));
    }
}
