//! Support cases.

use axum::extract::State;
use shared::wire::{CasePage, CaseQuery, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::Asker;
use crate::{App, clock, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(cases))
}

/// Read support cases, newest first.
///
/// What the vendor is asked to do about products of people whom the reader administers (T11). A case is opened and closed
/// by an edit.
#[utoipa::path(
    get,
    path = "/cases",
    tag = "users",
    params(CaseQuery),
    responses(
        (status = 200, description = "One page of the open cases, or of the closed ones", body = CasePage,
            example = json!({
                "cases": [{
                    "id": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c09",
                    "person": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "name": "Ana García"},
                    "product": "billing",
                    "opened_by": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c04", "name": "Maya Reyes"},
                    "opened_at": 1763769600000_i64,
                    "closed": {
                        "by": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c04", "name": "Maya Reyes"},
                        "at": 1763856000000_i64, "note": "Added by support"
                    }
                }],
                "next": null
            })),
        (status = 400, description = "`/problems/malformed-query`, or `/problems/cursor-unknown`: `before` names no case",
            body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn cases(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<CaseQuery>,
) -> Result<Json<CasePage>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::cases::page(conn, &asker, &query, now))
            .await?,
    ))
}
