//! How many people there are at each site and in each resource, and who has a resource. Sites and resources themselves are in the facts.

use axum::extract::State;
use shared::ids::ResourceId;
use shared::wire::{MembersPage, MembersQuery, Problem, SitesView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path, Query};
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::Asker;
use crate::{App, clock, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(people)).routes(routes!(members))
}

/// How many people there are at each site and in each resource.
///
/// As far as the reader administers users or sites.
#[utoipa::path(
    get,
    path = "/sites",
    tag = "sites",
    responses(
        (status = 200, description = "Counts", body = SitesView,
            example = json!({
                "sites": [{"site": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02", "people": 38, "primary_here": 21}],
                "resources": [{"resource": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c03", "people": 7}]
            })),
        (status = 403, description = "`/problems/forbidden`: the reader administers neither sites nor users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn people(State(app): State<App>, reader: Reader) -> Result<Json<SitesView>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::places::sites(conn, &asker, now))
            .await?,
    ))
}

/// Who has a resource, page by page.
///
/// Members of a group or workspace, or those for whom a resource of a site was chosen; not those who have all of a site
/// (A17, O12). As far as the reader administers users.
#[utoipa::path(
    get,
    path = "/resources/{id}/members",
    tag = "sites",
    params(("id" = ResourceId, Path, description = "The resource"), MembersQuery),
    responses(
        (status = 200, description = "One page, sorted by name", body = MembersPage,
            example = json!({
                "members": [{
                    "user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "revision": 3, "name": "Ana García",
                    "login_email": "ana.garcia@riverside.example", "status": "active", "locked": false, "notifiable": true
                }],
                "next": null, "total": 1
            })),
        (status = 400, description = "`/problems/malformed-query`, or `/problems/cursor-unknown`: `after` is not from this list",
            body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "`/problems/not-found`: none, or none where this reader administers users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn members(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<ResourceId>,
    Query(query): Query<MembersQuery>,
) -> Result<Json<MembersPage>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::members::page(conn, &asker, id, &query, now))
            .await?,
    ))
}
