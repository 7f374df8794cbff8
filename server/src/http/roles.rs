//! Who holds which role where. The roles themselves are in the policy.

use axum::extract::State;
use shared::ids::RoleId;
use shared::wire::{HoldersPage, HoldersQuery, Problem, RolesView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path, Query};
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::Asker;
use crate::{App, clock, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(counts)).routes(routes!(holders))
}

/// How many people hold which role where.
///
/// As far as the reader administers users or roles.
#[utoipa::path(
    get,
    path = "/roles",
    tag = "roles",
    responses(
        (status = 200, description = "Counts, role by role and place by place; places where nobody holds a role are left out",
            body = RolesView,
            example = json!({"holders": [
                {"role": "front_desk", "place": {"site": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02"}, "people": 12},
                {"role": "administrator", "place": "organisation", "people": 2}
            ]})),
        (status = 403, description = "`/problems/forbidden`: the reader administers neither roles nor users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn counts(State(app): State<App>, reader: Reader) -> Result<Json<RolesView>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::places::roles(conn, &asker, now))
            .await?,
    ))
}

/// Who holds a role, by name, page by page.
///
/// Everybody whom a change of the role would reach, whatever the state of their account; of them those whom the reader
/// administers (D4).
#[utoipa::path(
    get,
    path = "/roles/{role}/holders",
    tag = "roles",
    params(("role" = RoleId, Path, description = "The role"), HoldersQuery),
    responses(
        (status = 200, description = "One page, by name; each person once, with the places at which they hold the role",
            body = HoldersPage,
            example = json!({
                "holders": [{
                    "user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "name": "Ana García",
                    "login_email": "ana.garcia@riverside.example", "status": "active",
                    "places": [{"site": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02"}]
                }],
                "next": null
            })),
        (status = 400, description = "`/problems/malformed-query`, or `/problems/cursor-unknown`: `after` is not from this list",
            body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "`/problems/not-found`: no such role, or none that this reader may see", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn holders(
    State(app): State<App>,
    reader: Reader,
    Path(role): Path<RoleId>,
    Query(query): Query<HoldersQuery>,
) -> Result<Json<HoldersPage>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::holders::page(conn, &asker, &role, &query, now))
            .await?,
    ))
}
