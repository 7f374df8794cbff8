//! The HTTP side: one thin file for each resource. Handlers take a [`session::Reader`], call the write path or a query,
//! and answer with a wire type or a [`problem::ApiError`]. No rule is decided here.
//!
//! Each resource has `routes()`, an `OpenApiRouter<App>` with paths relative to [`API`]; [`crate::openapi`] collects them.

pub mod accounts;
pub mod audit;
pub mod bearer;
pub mod bulk;
pub mod cases;
pub mod client;
pub mod devices;
pub mod edits;
pub mod embedding;
pub mod exports;
pub mod extract;
pub mod factors;
pub mod facts;
mod guard;
mod headers;
mod health;
pub(crate) mod identity_provider;
pub mod imports;
mod language;
pub mod live;
pub mod mail;
mod manifest;
pub mod policy;
pub mod problem;
pub mod provider;
pub mod roles;
pub mod second_step;
pub mod session;
pub mod sessions;
pub mod sign_in;
pub mod sites;
pub mod throttle;
pub mod users;
mod wrap;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::{App, openapi};

/// Where version 1 of the API lives.
pub const API: &str = "/api/v1";

/// Everything that the server answers: the API, its description, health, metrics and the app.
pub fn router(app: App) -> Router {
    let (routes, document) = openapi::routes().split_for_parts();
    let document = openapi::text(document);
    let description = move || {
        let document = document.clone();
        async move { ([(CONTENT_TYPE, "application/json")], document).into_response() }
    };
    routes
        .route("/api/openapi.json", get(description))
        .merge(health::routes())
        .merge(manifest::routes())
        .merge(mail::mailbox(&app))
        .route("/embed/{element}", get(embedding::page))
        .fallback(assets)
        .method_not_allowed_fallback(|| async { problem::ApiError::method_not_allowed() })
        .layer(DefaultBodyLimit::max(app.config.body_limit))
        .layer(from_fn_with_state(app.clone(), wrap::wrap))
        .with_state(app)
}

async fn assets(State(app): State<App>, request: Request<Body>) -> Response {
    app.assets.answer(&request)
}

#[cfg(test)]
mod tests;
