//! Headers that every answer has.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

use crate::App;

/// Nothing that a user administration needs.
const PERMISSIONS: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), \
     publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=()";

/// Adds the security headers; answers of the API are not kept by anyone unless they say so.
pub(super) fn secure(app: &App, headers: &mut HeaderMap, is_api: bool) {
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if headers
        .get(CONTENT_SECURITY_POLICY)
        .is_none_or(|policy| !may_be_framed(policy))
    {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    if !headers.contains_key(&policy) {
        headers.insert(policy, HeaderValue::from_static("same-origin"));
    }
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if app.config.public_url.is_https() {
        let scope = match app.config.hsts_subdomains {
            true => "max-age=31536000; includeSubDomains",
            false => "max-age=31536000",
        };
        set(STRICT_TRANSPORT_SECURITY, scope);
    }
    // A page that is not the app's has a policy of its own, and a stricter one.
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, app.content_security_policy.clone());
    }
    if is_api && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// Lets a page be shown in a frame of our own, under a policy of its own.
pub(super) fn in_frame_of_own(response: &mut axum::response::Response, policy: &'static str) {
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
}

/// Whether a policy lets somebody show the page in a frame; the older header knows nobody but all or none.
fn may_be_framed(policy: &HeaderValue) -> bool {
    policy
        .to_str()
        .is_ok_and(|policy| policy.contains("frame-ancestors") && !policy.contains("frame-ancestors 'none'"))
}
