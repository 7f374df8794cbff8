//! Where people are signed in. Ending a session is an edit, like every change.

use axum::extract::State;
use shared::ids::UserId;
use shared::wire::{Problem, SessionList, SessionState};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path};
use super::problem::ApiError;
use super::session::{Glance, Reader};
use crate::accounts::sessions::{self, Lifetimes};
use crate::facts::Asker;
use crate::store::StoreError;
use crate::{App, clock, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(state, stay))
        .routes(routes!(own))
        .routes(routes!(of_user))
}

/// How long this session still lasts.
///
/// Asking does not count as using it.
#[utoipa::path(
    get,
    path = "/session",
    tag = "sign-in",
    responses((status = 200, description = "Until when, unless it is used", body = SessionState,
        example = json!({"seconds_left": 1800, "idle_seconds": 3600, "can_stay": true, "is_proved": true})))
)]
async fn state(State(app): State<App>, Glance(session): Glance) -> Result<Json<SessionState>, ApiError> {
    let (lifetimes, now) = (Lifetimes::from(&app.config), clock::now());
    let found = app.db.read(move |conn| sessions::state(conn, &session, lifetimes, now));
    Ok(Json(found.await?))
}

/// Use this session, so that it goes on: what somebody does who types and asks nothing.
#[utoipa::path(
    post,
    path = "/session",
    tag = "sign-in",
    responses((status = 200, description = "Until when it lasts now, unless it is used", body = SessionState,
        example = json!({"seconds_left": 3600, "idle_seconds": 3600, "can_stay": false, "is_proved": false})))
)]
async fn stay(State(app): State<App>, Glance(session): Glance) -> Result<Json<SessionState>, ApiError> {
    let (lifetimes, now) = (Lifetimes::from(&app.config), clock::now());
    let used = app.db.write(move |conn| {
        sessions::touch(conn, &session, lifetimes, now)?;
        // It may have ended at this very moment.
        match sessions::find(conn, &session.token_hash, now)? {
            Some(session) => sessions::state(conn, &session, lifetimes, now).map(Some),
            None => Ok(None),
        }
    });
    let state: Option<SessionState> = used.await.map_err(|error: StoreError| ApiError::from(error))?;
    state.map(Json).ok_or_else(ApiError::not_signed_in)
}

/// Where the reader is signed in, and which attempts with their address failed.
///
/// Sessions are ended by the edit `end_sessions`.
#[utoipa::path(
    get,
    path = "/sessions",
    tag = "sign-in",
    responses((status = 200, description = "The session that asks comes first", body = SessionList,
        example = json!({
            "sessions": [{
                "id": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c11", "current": true,
                "device": {"browser": "Chrome", "system": "Windows"},
                "place": {"address": "203.0.113.9", "nearness": "same"},
                "since": 1763769600000_i64, "last_seen": 1763773200000_i64
            }],
            "failed": []
        })))
)]
async fn own(State(app): State<App>, reader: Reader) -> Result<Json<SessionList>, ApiError> {
    let user = reader.user;
    list(app, reader, user).await
}

/// Where a user is signed in, which attempts with their address failed, and since when they are locked (T14).
///
/// For those who may end these sessions, by the edit `end_sessions`.
#[utoipa::path(
    get,
    path = "/users/{id}/sessions",
    tag = "users",
    params(("id" = UserId, Path, description = "The user")),
    responses(
        (status = 200, description = "Those that were used last come first", body = SessionList,
            example = json!({
                "sessions": [{
                    "id": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c11", "current": false,
                    "device": {"browser": "Safari", "system": "iPad"},
                    "place": {"address": "10.20.1.4", "nearness": "private"},
                    "since": 1763769600000_i64, "last_seen": 1763773200000_i64
                }],
                "failed": [{
                    "at": 1763769500000_i64, "device": {"browser": "Firefox", "system": "Linux"},
                    "place": {"address": "198.51.100.7", "nearness": "elsewhere"}
                }],
                "locked": {"since": 1763769500000_i64, "cause": "failed_sign_ins"}
            })),
        (status = 403, description = "`/problems/forbidden`: the reader may not end this user's sessions", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "`/problems/not-found`: nobody, or nobody whom this reader may see", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn of_user(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<UserId>,
) -> Result<Json<SessionList>, ApiError> {
    list(app, reader, id).await
}

async fn list(app: App, reader: Reader, user: UserId) -> Result<Json<SessionList>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    let found = app
        .db
        .read(move |conn| queries::sessions::of_user(conn, &asker, &reader.session, user, now));
    Ok(Json(found.await?))
}
