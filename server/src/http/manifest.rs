//! The web app manifest: what a tablet needs to put the app on its home screen, in the language that its browser asks for.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use shared::text::say;

use super::language::words;
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/manifest.webmanifest", get(manifest))
}

async fn manifest() -> Response {
    let words = words();
    let icon = |source: &str, sizes: &str, kind: &str, purpose: &str| json!({"src": source, "sizes": sizes, "type": kind, "purpose": purpose});
    let shortcut = |name: String, url: &str| json!({"name": name, "url": url});
    let body = json!({
        "id": "/",
        "name": "Lanyard",
        "short_name": "Lanyard",
        "description": say!(words, live::app_about),
        "lang": words.language().tag(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#fcfcfc",
        "theme_color": "#17505c",
        "icons": [
            icon("/icons/icon.svg", "any", "image/svg+xml", "any"),
            icon("/icons/icon-192.png", "192x192", "image/png", "any"),
            icon("/icons/icon-512.png", "512x512", "image/png", "any"),
            icon("/icons/icon-maskable-512.png", "512x512", "image/png", "maskable"),
        ],
        "shortcuts": [
            shortcut(say!(words, live::to_users), "/"),
            shortcut(say!(words, live::to_invite), "/invite"),
            shortcut(say!(words, live::to_roles), "/roles"),
        ],
    });
    let headers = [
        (CONTENT_TYPE, "application/manifest+json"),
        (CACHE_CONTROL, "no-cache"),
        (VARY, "accept-language"),
    ];
    (headers, Json(body)).into_response()
}
