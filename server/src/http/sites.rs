//! How many people there are at each site and in each resource. Sites and resources themselves are in the facts.

use axum::extract::State;
use shared::wire::{Problem, SitesView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::Asker;
use crate::{App, clock, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(people))
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
