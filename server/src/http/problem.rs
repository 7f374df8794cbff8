//! Every error answer: RFC 9457 problem details. The `type` paths are stable, and each detail says what happened, what was
//! kept, and what to do.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use shared::facts::Facts;
use shared::text::say;
use shared::verdict::Verdict;
use shared::wire::{AuditEntry, Problem};

use super::language::words;
use crate::store::StoreError;

/// The media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An error as it is sent.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} ({}): {}", .0.title, .0.status, .0.detail)]
pub struct ApiError(Box<Problem>);

impl ApiError {
    /// A problem of a stable kind: `kind` is the last part of its `type` path.
    pub fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            verdict: None,
            facts: None,
            since: Vec::new(),
            retry_after: None,
            request_id: super::wrap::request_id(),
        }))
    }

    /// 422: the rules refuse the edit, or something is not confirmed yet (X1, X3).
    pub fn refused(verdict: Verdict) -> Self {
        let mut error = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "refused",
            &say!(words(), problem::refused),
            say!(words(), problem::refused_detail),
        );
        error.0.verdict = Some(Box::new(verdict));
        error
    }

    /// 409: someone else changed the subject first (X6).
    pub fn changed_meanwhile(facts: Facts, since: Vec<AuditEntry>) -> Self {
        let mut error = Self::newer_facts();
        error.0.facts = Some(Box::new(facts));
        error.0.since = since;
        error
    }

    /// The same, without what is newer.
    pub(crate) fn newer_facts() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "changed-meanwhile",
            &say!(words(), problem::changed_meanwhile),
            say!(words(), problem::changed_meanwhile_detail),
        )
    }

    /// 401: no session, or one that has ended. The same for every cause.
    pub fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            &say!(words(), problem::not_signed_in),
            say!(words(), problem::not_signed_in_detail),
        )
    }

    /// 403: signed in and allowed to, but the proof of who one is is too old for an edit as sensitive as this.
    pub fn proof_needed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "fresh-authentication-needed",
            &say!(words(), problem::proof_needed),
            say!(words(), problem::proof_needed_detail),
        )
    }

    /// 403: one of the person's roles asks for a second factor, and they have none: nothing else can be done before.
    pub fn second_factor_wanted() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "second-factor-wanted",
            &say!(words(), problem::second_factor_wanted),
            say!(words(), problem::second_factor_wanted_detail),
        )
    }

    /// 401: a token that has ended, in whichever way. The same for every cause.
    pub fn embed_session_ended() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "embed-session-ended",
            &say!(words(), problem::embed_ended),
            say!(words(), problem::embed_ended_detail),
        )
    }

    /// 403: a page of an origin where the token is not good.
    pub fn origin_not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "origin-not-allowed",
            &say!(words(), problem::origin_not_allowed),
            say!(words(), problem::origin_not_allowed_detail),
        )
    }

    /// 403: a route that the token does not cover.
    pub fn outside_embedding() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "outside-embedding",
            &say!(words(), problem::outside_embedding),
            say!(words(), problem::outside_embedding_detail),
        )
    }

    /// 401: no API key, one that is not known, or one that was revoked.
    pub fn api_key_refused() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "api-key-refused",
            &say!(words(), problem::api_key_refused),
            say!(words(), problem::api_key_refused_detail),
        )
    }

    /// 403: an API key that a page sent.
    pub fn key_in_browser() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "api-key-in-browser",
            &say!(words(), problem::key_in_browser),
            say!(words(), problem::key_in_browser_detail),
        )
    }

    /// 403: signed in, and not allowed to see or do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            &say!(words(), problem::forbidden),
            detail,
        )
    }

    /// 404: nothing there, or nothing that this reader may see.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            &say!(words(), problem::not_found),
            say!(words(), problem::not_found_detail),
        )
    }

    /// 405.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            &say!(words(), problem::method_not_allowed),
            say!(words(), problem::method_not_allowed_detail),
        )
    }

    /// 400: a part of the request (`body`, `query`, `path`) cannot be read; `place` says where and why.
    pub fn malformed(part: &str, place: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            &format!("malformed-{part}"),
            &say!(words(), problem::malformed, part = part),
            say!(
                words(),
                problem::malformed_detail,
                place = place.to_string(),
                part = part
            ),
        )
    }

    /// 400: the request can be read and makes no sense.
    pub fn bad_request(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            kind,
            &say!(words(), problem::bad_request),
            detail,
        )
    }

    /// 409: a conflict of another kind than a newer revision, such as an idempotency key used for two edits.
    pub fn conflict(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, kind, &say!(words(), problem::conflict), detail)
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            &say!(words(), problem::too_large),
            say!(words(), problem::too_large_detail),
        )
    }

    /// 414.
    pub fn uri_too_long() -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "too-large",
            &say!(words(), problem::too_large),
            say!(words(), problem::too_large_detail),
        )
    }

    /// 415: only `wanted` is taken.
    pub fn unsupported_media_type(wanted: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            &say!(words(), problem::unsupported_media_type),
            say!(words(), problem::unsupported_media_type_detail, wanted = wanted),
        )
    }

    /// 429.
    pub fn too_many_requests() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            &say!(words(), problem::too_many_requests),
            say!(words(), problem::too_many_requests_detail),
        )
    }

    /// 429: too many attempts to sign in have failed where this one comes from. Says when to try again.
    pub fn wait(time: Duration) -> Self {
        let seconds = time.as_secs_f64().ceil().max(1.0);
        let detail = if seconds < 90.0 {
            say!(words(), problem::wait_seconds, seconds = seconds as u32)
        } else {
            say!(words(), problem::wait_minutes, minutes = (seconds / 60.0).ceil() as u32)
        };
        let mut error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-failures",
            &say!(words(), problem::too_many_failures),
            detail,
        );
        error.0.retry_after = Some(seconds as u32);
        error
    }

    /// 500. The cause goes to the log, never to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "request failed");
        Self::server_error()
    }

    pub(crate) fn server_error() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            &say!(words(), problem::internal),
            say!(words(), problem::internal_detail),
        )
    }

    /// 503: the database cannot be reached or is too busy.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "request not served");
        Self::busy()
    }

    pub(crate) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            &say!(words(), problem::unavailable),
            say!(words(), problem::unavailable_detail),
        )
    }

    /// 503: the request took too long. What it began may still be finished.
    pub fn timed_out() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timed-out",
            &say!(words(), problem::timed_out),
            say!(words(), problem::timed_out_detail),
        )
    }

    /// 403: the request does not show that it comes from the app (cross-site request forgery).
    pub(crate) fn other_site(public_url: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "other-site",
            &say!(words(), problem::other_site),
            say!(words(), problem::other_site_detail, url = public_url.to_string()),
        )
    }

    /// The problem of a status that the framework gave.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::BAD_REQUEST => Self::malformed("request", say!(words(), problem::not_the_protocol)),
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type("application/json"),
            StatusCode::TOO_MANY_REQUESTS => Self::too_many_requests(),
            status if status.is_client_error() => Self::new(
                status,
                "not-accepted",
                &say!(words(), problem::not_accepted),
                say!(words(), problem::not_accepted_detail),
            ),
            status => Self::internal(format!("answered with {status} and no problem")),
        }
    }

    /// The same problem with more exact words for what happened.
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub fn problem(&self) -> &Problem {
        &self.0
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Connect(_) | StoreError::Busy(_) | StoreError::Stopped => Self::unavailable(error),
            error => Self::internal(error),
        }
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status(), self.0.retry_after);
        let mut response = (status, axum::Json(*self.0)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        response
    }
}
