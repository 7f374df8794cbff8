//! For whoever runs the server: is it alive, may it get requests, how is it doing.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use shared::text::say;

use super::client::ClientAddress;
use super::language::words;
use super::problem::ApiError;
use crate::accounts::sessions;
use crate::{App, clock, metrics};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
}

/// The process answers. Says nothing about the database: restarting would not help there.
async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers, and its schema is the one that this program works with.
async fn ready(State(app): State<App>) -> Result<&'static str, ApiError> {
    match app.db.is_ready().await {
        Ok(true) => Ok("ready\n"),
        Ok(false) => Err(ApiError::unavailable(
            "the database schema is not the one of this program",
        )),
        Err(error) => Err(ApiError::unavailable(error)),
    }
}

async fn figures(State(app): State<App>, Extension(client): Extension<ClientAddress>) -> Result<Response, ApiError> {
    if !client.is_in(&app.config.metrics_from) {
        return Err(ApiError::forbidden(say!(words(), problem::metrics_forbidden)));
    }
    let open = app.db.read(|conn| sessions::count_open(conn, clock::now())).await?;
    let pool = app.db.pool_state();
    app.metrics
        .observe(pool.idle, pool.connections.saturating_sub(pool.idle), open);
    let text = app.metrics.text().map_err(ApiError::internal)?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}
