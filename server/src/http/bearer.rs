//! What is sent instead of a cookie: an API key by a host's server, a token by its page. And what pages of other origins may
//! do at all: with a token, from where it is good, to the routes of its elements (CORS); never with a cookie.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, COOKIE,
    ORIGIN, SET_COOKIE, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::embed::Element;

use super::problem::ApiError;
use super::{API, guard};
use crate::accounts::embedding::{self, EmbedSession, KEY_PREFIX, TOKEN_PREFIX};
use crate::config::Secret;
use crate::{App, clock, store};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Where tokens are asked for.
pub(super) const SESSIONS: &str = "/embed/sessions";

/// Headers that scripts of other origins may read.
const EXPOSED: &str = "content-disposition, retry-after, x-request-id, x-total-count";
/// Headers that they may send.
const ACCEPTED: &str = "accept-language, authorization, content-type, last-event-id, x-unattended";
/// How long a browser need not ask again whether a page may ask. What the page then asks is judged each time.
const PREFLIGHT_SECONDS: &str = "600";

/// The API key that a request came with.
#[derive(Clone, Debug)]
pub struct Key(pub Secret<String>);

/// The good token that a request came with, and where the request came from.
#[derive(Clone, Debug)]
pub struct Token {
    pub session: EmbedSession,
    /// The origin of the page; nothing for a page of our own, in a frame.
    pub from: Option<String>,
}

/// The routes that elements use, each with what it is used for; nothing else is open to tokens.
const OPEN: [(Method, &str, &[Element]); 23] = {
    use Element::{Activity, Roles, User, Users};
    [
        (Method::GET, "/me", &Element::ALL),
        (Method::GET, "/administrators", &Element::ALL),
        (Method::GET, "/live", &Element::ALL),
        (Method::GET, "/facts", &[Users, User, Roles]),
        (Method::POST, "/edits", &[Users, User, Roles]),
        (Method::GET, "/users", &[Users]),
        (Method::GET, "/users/export", &[Users]),
        (Method::GET, "/users/{id}", &[Users, User]),
        (Method::GET, "/users/{id}/sessions", &[Users, User]),
        (Method::POST, "/users/{id}/presence", &[Users, User]),
        (Method::GET, "/cases", &[Users]),
        (Method::GET, "/sites", &[Users, User]),
        (Method::GET, "/resources/{id}/members", &[Users, User]),
        (Method::GET, "/roles", &[Users, Roles]),
        (Method::GET, "/roles/{role}/holders", &[Roles]),
        (Method::POST, "/bulk/plan", &[Users]),
        (Method::POST, "/bulk", &[Users]),
        (Method::GET, "/bulk/{id}", &[Users]),
        (Method::GET, "/bulk/{id}/people", &[Users]),
        (Method::GET, "/bulk/{id}/result.csv", &[Users]),
        (Method::GET, "/audit/export", &[Activity]),
        (Method::GET, "/audit", &[Activity]),
        // Of one user, on the user's screen.
        (Method::GET, OF_SUBJECT, &[Users, User]),
    ]
};

/// The record of one user, as the table names it.
const OF_SUBJECT: &str = "/audit?subject";

/// Whether the route of this request is open to a token for these elements.
fn is_open(elements: &BTreeSet<Element>, request: &Request<Body>) -> bool {
    let route = request.extensions().get::<MatchedPath>();
    let Some(route) = route.and_then(|route| route.as_str().strip_prefix(API)) else {
        return false;
    };
    let method = match *request.method() {
        Method::HEAD => &Method::GET,
        ref other => other,
    };
    let query = request.uri().query().unwrap_or_default();
    let of_subject = route == "/audit" && query.split('&').any(|part| part.starts_with("subject="));
    OPEN.iter().any(|(open, path, used_by)| {
        open == method
            && (*path == route || (of_subject && *path == OF_SUBJECT))
            && used_by.iter().any(|element| elements.contains(element))
    })
}

/// Looks at what a request of the API came with, before anything else does. A request with a key or a token has no cookies
/// from here on, and neither has one that a page of another origin makes.
///
/// # Errors
/// 401 and 403, each of its kind.
pub(super) async fn admit(app: &App, request: &mut Request<Body>) -> Result<(), ApiError> {
    let Some(sent) = sent(request.headers()) else {
        if is_of_other_page(request, app) {
            request.headers_mut().remove(COOKIE);
        }
        return Ok(());
    };
    request.headers_mut().remove(COOKIE);
    request.headers_mut().remove(AUTHORIZATION);
    match sent {
        key if key.expose().starts_with(KEY_PREFIX) => admit_key(request, key),
        token if token.expose().starts_with(TOKEN_PREFIX) => admit_token(app, request, token).await,
        _ if is_for_tokens(request) => Err(ApiError::api_key_refused()),
        _ => Err(ApiError::not_signed_in()),
    }
}

/// What stands behind `Bearer` (RFC 6750, 2.1). Other schemes are a proxy's affair.
pub(super) fn sent(headers: &HeaderMap) -> Option<Secret<String>> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = text.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Secret::new(secret.trim().to_owned()))
}

/// Whether tokens are asked for.
fn is_for_tokens(request: &Request<Body>) -> bool {
    let route = request.extensions().get::<MatchedPath>();
    route.is_some_and(|route| route.as_str().strip_prefix(API) == Some(SESSIONS))
}

fn admit_key(request: &mut Request<Body>, key: Secret<String>) -> Result<(), ApiError> {
    if request.headers().contains_key(ORIGIN) || request.headers().contains_key(SEC_FETCH_SITE) {
        return Err(ApiError::key_in_browser());
    }
    if !is_for_tokens(request) {
        return Err(ApiError::outside_embedding());
    }
    request.extensions_mut().insert(Key(key));
    Ok(())
}

async fn admit_token(app: &App, request: &mut Request<Body>, token: Secret<String>) -> Result<(), ApiError> {
    let now = clock::now();
    let session = app.db.read(move |conn| embedding::find(conn, &token, now)).await?;
    let session = session.ok_or_else(ApiError::embed_session_ended)?;
    let from = match page(request, app) {
        Page::Own => None,
        Page::Other(origin) if session.origins.contains(&origin) => Some(origin),
        Page::Other(_) | Page::Unknown => return Err(ApiError::origin_not_allowed()),
    };
    if !is_open(&session.scopes.elements, request) {
        return Err(ApiError::outside_embedding());
    }
    request.extensions_mut().insert(Token { session, from });
    Ok(())
}

/// Where a request was made.
enum Page {
    /// In a page of our own: the one in a host's frame.
    Own,
    Other(String),
    /// Not in a page, or in one that has no origin (`null`).
    Unknown,
}

fn page(request: &Request<Body>, app: &App) -> Page {
    let headers = request.headers();
    let origin = headers.get(ORIGIN);
    let authority = request.uri().authority().map(|authority| authority.as_str());
    match origin.map(|origin| origin.to_str()) {
        // A page asks its own origin without naming it, unless it changes something.
        None if headers.get(SEC_FETCH_SITE).is_some_and(|site| site == "same-origin") => Page::Own,
        None => Page::Unknown,
        Some(Ok(origin)) if guard::is_own_origin(headers, origin, authority, &app.config.public_url) => Page::Own,
        Some(Ok("null") | Err(_)) => Page::Unknown,
        Some(Ok(origin)) => Page::Other(origin.to_owned()),
    }
}

/// Whether a page of another origin makes the request by itself; following a link to us is something else.
fn is_of_other_page(request: &Request<Body>, app: &App) -> bool {
    let headers = request.headers();
    if headers.contains_key(ORIGIN) {
        return !matches!(page(request, app), Page::Own);
    }
    let is_elsewhere = headers
        .get(SEC_FETCH_SITE)
        .is_some_and(|site| site == "cross-site" || site == "same-site");
    is_elsewhere && headers.get(SEC_FETCH_MODE).is_none_or(|mode| mode != "navigate")
}

/// Whether a browser asks if a page of another origin may ask (Fetch, 4.8).
pub(super) fn is_preflight(request: &Request<Body>) -> bool {
    let headers = request.headers();
    *request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The origin of a page that is not ours.
pub(super) fn other_origin(request: &Request<Body>, app: &App) -> Option<HeaderValue> {
    match page(request, app) {
        Page::Other(_) => request.headers().get(ORIGIN).cloned(),
        Page::Own | Page::Unknown => None,
    }
}

/// The answer to a preflight: yes, if the origin is allowed in some organisation; in which, only a token says.
pub(super) async fn preflight(app: &App, origin: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let allowed = match &origin {
        Some(origin) => is_allowed(app, origin).await,
        None => false,
    };
    let headers = response.headers_mut();
    headers.insert(
        VARY,
        HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers"),
    );
    if let (true, Some(origin)) = (allowed, origin) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ACCEPTED));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(PREFLIGHT_SECONDS));
    }
    response
}

/// Lets the page read an answer, if its origin is allowed. Nothing else is told to one that is not.
pub(super) async fn open(app: &App, origin: Option<HeaderValue>, response: &mut Response) {
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    let Some(origin) = origin else { return };
    if !is_allowed(app, &origin).await {
        return;
    }
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

async fn is_allowed(app: &App, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let origin = origin.to_owned();
    let found = app.db.read(move |conn| store::is_allowed_anywhere(conn, &origin)).await;
    found.unwrap_or_else(|error| {
        tracing::warn!(%error, "an origin could not be looked up");
        false
    })
}

/// Takes cookies out of an answer to a request that had a key or a token.
pub(super) fn without_cookies(headers: &mut HeaderMap) {
    headers.remove(SET_COOKIE);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A route that is renamed is noticed.
    #[test]
    fn the_routes_of_elements_are_routes() {
        let document: serde_json::Value = serde_json::from_str(&crate::openapi::document()).unwrap();
        for (method, route, _) in &OPEN {
            let route = route.split('?').next().unwrap();
            let method = method.as_str().to_lowercase();
            assert!(
                document["paths"][format!("{API}{route}")][&method].is_object(),
                "{method} {route}"
            );
        }
    }
}
