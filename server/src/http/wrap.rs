//! What happens around every request: an id, a span in the log, the guard against other sites, the time limit, security
//! headers, metrics; and every error answer is a problem.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderName};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use uuid::Uuid;

use super::API;
use super::problem::{ApiError, PROBLEM_JSON};
use super::{bearer, client, guard, headers, language};
use crate::App;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request that is being answered: it ties an answer to the log.
pub(super) fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

pub(super) async fn wrap(State(app): State<App>, mut request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    let _under_way = app.metrics.request_begins();
    let id = Uuid::now_v7().to_string();
    let method = request.method().clone();
    // The route, never the address: addresses and queries hold names and e-mails.
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "(app)".to_owned(),
    };
    let client = client::ClientAddress::of(&request, &app.config.trusted_proxies);
    let span = tracing::info_span!("request", id, %method, route, client = %client);
    request.extensions_mut().insert(client);

    let asked = request.headers().clone();
    let answer = async {
        let response = answer(&app, request, next).await;
        normalised(response)
    };
    let answer = REQUEST_ID.scope(id.clone(), language::answering(&asked, answer));
    let mut response = answer.instrument(span.clone()).await;

    headers::secure(&app, response.headers_mut(), route.starts_with("/api"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    if !method.is_safe() && response.status().is_success() {
        app.live.wake();
    }
    let (took, status) = (started.elapsed(), response.status().as_u16());
    app.metrics.request(method_label(&method), &route, status, took);
    span.in_scope(|| tracing::info!(status, microseconds = took.as_micros(), "answered"));
    response
}

/// Bytes of a query at most: several times what the longest filter and search come to, and too few to search with for long.
const MAX_QUERY: usize = 4096;

async fn answer(app: &App, request: Request<Body>, next: Next) -> Response {
    if request.uri().query().is_some_and(|query| query.len() > MAX_QUERY) {
        return ApiError::uri_too_long().into_response();
    }
    let is_api = request.uri().path().starts_with(API);
    let answering = async {
        if is_api {
            of_api(app, request, next).await
        } else {
            checked(app, request, next, false).await
        }
    };
    match tokio::time::timeout(app.config.request_time, answering).await {
        Ok(response) => response,
        Err(_) => ApiError::timed_out().into_response(),
    }
}

/// Answers a request of the API: who asks and from which page comes first.
async fn of_api(app: &App, mut request: Request<Body>, next: Next) -> Response {
    let from = bearer::other_origin(&request, app);
    if bearer::is_preflight(&request) {
        return bearer::preflight(app, from).await;
    }
    let has_bearer = bearer::sent(request.headers()).is_some();
    let mut response = match bearer::admit(app, &mut request).await {
        Ok(()) => checked(app, request, next, has_bearer).await,
        Err(error) => error.into_response(),
    };
    if has_bearer {
        bearer::without_cookies(response.headers_mut());
    }
    bearer::open(app, from, &mut response).await;
    response
}

async fn checked(app: &App, request: Request<Body>, next: Next, has_bearer: bool) -> Response {
    match guard::check(&request, &app.config.public_url, has_bearer) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// Error answers that the framework made become problems; what else they say (`Allow`) stays.
fn normalised(response: Response) -> Response {
    let status = response.status();
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == PROBLEM_JSON);
    if !(status.is_client_error() || status.is_server_error()) || is_problem {
        return response;
    }
    let mut problem = ApiError::of_status(status).into_response();
    if let Some(allow) = response.headers().get(ALLOW) {
        problem.headers_mut().insert(ALLOW, allow.clone());
    }
    problem
}

/// Methods that nobody uses must not make series in the metrics.
fn method_label(method: &axum::http::Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}
