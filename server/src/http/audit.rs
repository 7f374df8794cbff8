//! The record of all changes.

use axum::extract::State;
use shared::wire::{AuditPage, AuditQuery, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::Asker;
use crate::{App, clock, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(page))
}

/// Read the audit record, newest first.
///
/// Who changed what, when, from where, with old and new values and what was confirmed (X7).
#[utoipa::path(
    get,
    path = "/audit",
    tag = "audit",
    params(AuditQuery),
    responses(
        (status = 200, description = "One page", body = AuditPage,
            example = json!({
                "entries": [{
                    "sequence": 57, "at": 1763769600000_i64,
                    "actor": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c04", "name": "Maya Reyes"},
                    "actor_kind": "member", "origin": "203.0.113.7",
                    "edit": {"unlock": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01"}},
                    "subject": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "name": "Ana García"},
                    "changes": [{"unlocked": {"lock": {"since": 1763766000000_i64, "cause": "failed_sign_ins"}}}],
                    "confirmations": [],
                    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                }],
                "next": 57
            })),
        (status = 403, description = "`/problems/forbidden`: the reader may not read the record", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn page(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditPage>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::audit::page(conn, &asker, &query, now))
            .await?,
    ))
}
