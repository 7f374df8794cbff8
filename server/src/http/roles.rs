//! Who holds which role where. The roles themselves are in the policy.

use axum::extract::State;
use shared::wire::{Problem, RolesView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::Asker;
use crate::{App, clock, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(holders))
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
async fn holders(State(app): State<App>, reader: Reader) -> Result<Json<RolesView>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::places::roles(conn, &asker, now))
            .await?,
    ))
}
