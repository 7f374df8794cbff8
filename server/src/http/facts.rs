//! What edits are judged by.

use axum::extract::State;
use shared::Facts;
use shared::text::say;
use shared::wire::{FactsQuery, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::{self, Asker};
use crate::{App, clock};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_edit))
}

/// Facts for an edit that is not about one user.
///
/// With a role, a site or a resource: how many people a change would touch. With a login e-mail: whether it is free (M4);
/// only so many look-ups a minute. What the reader may not know is unknown, and judged when the edit is sent.
#[utoipa::path(
    get,
    path = "/facts",
    tag = "facts",
    params(FactsQuery),
    responses(
        (status = 200, description = "Facts as far as the reader may know them", body = Facts),
        (status = 400, description = "`/problems/too-many-subjects`: at most one of role, site, resource and login_email",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`: too many look-ups of login e-mails", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn of_edit(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<FactsQuery>,
) -> Result<Json<Facts>, ApiError> {
    let given = [
        query.role.is_some(),
        query.site.is_some(),
        query.resource.is_some(),
        query.login_email.is_some(),
    ];
    if given.into_iter().filter(|given| *given).count() > 1 {
        return Err(too_many_subjects());
    }
    if query.login_email.is_some() {
        app.look_ups.take(&reader.user.to_string())?;
    }
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| facts::for_query(conn, &asker, &query, now))
            .await?,
    ))
}

/// 400: facts for one subject are asked for at a time.
pub(crate) fn too_many_subjects() -> ApiError {
    ApiError::bad_request("too-many-subjects", say!(words(), problem::too_many_subjects))
}
