//! People and their accounts.

use axum::extract::State;
use shared::ids::UserId;
use shared::policy::Power;
use shared::text::say;
use shared::wire::{Administrators, AdministratorsQuery, Problem, UserPage, UserQuery, UserView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path, Query};
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::{Asker, FactsError};
use crate::queries::{self, QueryError};
use crate::{App, clock};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(administrators))
}

/// List users, page by page.
///
/// Only users whom the reader administers; assignments at sites that the reader does not reach are left out.
#[utoipa::path(
    get,
    path = "/users",
    tag = "users",
    params(UserQuery),
    responses(
        (status = 200, description = "One page, with how many users each tab has for the same search and filters", body = UserPage,
            example = json!({
                "rows": [{
                    "id": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "revision": 3, "name": "Ana García",
                    "login_email": "ana.garcia@riverside.example", "status": "active", "locked": null,
                    "assignments": [{"role": "provider", "scope": {"site":
                        {"site": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02", "resources": "all"}}}],
                    "primary_site": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02",
                    "last_seen": 1763769600000_i64, "invited_at": 1759276800000_i64
                }],
                "next": null, "counts": {"active": 1, "invited": 0, "inactive": 0, "locked": 0}
            })),
        (status = 400, description = "`/problems/malformed-query`, or `/problems/cursor-unknown`: `after` is not from this order",
            body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<UserQuery>,
) -> Result<Json<UserPage>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::users::page(conn, &asker, &query, now))
            .await?,
    ))
}

/// One user, with the facts for editing them.
///
/// For those who administer the user, and for the user themselves.
#[utoipa::path(
    get,
    path = "/users/{id}",
    tag = "users",
    params(("id" = UserId, Path, description = "The user")),
    responses(
        (status = 200, description = "The user is the facts' subject", body = UserView),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "`/problems/not-found`: nobody, or nobody whom this reader may see", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn one(State(app): State<App>, reader: Reader, Path(id): Path<UserId>) -> Result<Json<UserView>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .read(move |conn| queries::users::view(conn, &asker, id, now))
            .await?,
    ))
}

/// Whom to ask: the names and addresses of others who have a power, at one's own sites or in the whole organisation.
///
/// For everyone in the organisation (M1).
#[utoipa::path(
    get,
    path = "/administrators",
    tag = "users",
    params(AdministratorsQuery),
    responses((status = 200, description = "Names, sorted", body = Administrators,
        example = json!({"names": ["Maya Reyes", "Tom Okafor"], "people": [
            {"name": "Maya Reyes", "email": "maya.reyes@riverside.example"},
            {"name": "Tom Okafor", "email": "tom.okafor@riverside.example"}
        ]})))
)]
async fn administrators(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<AdministratorsQuery>,
) -> Result<Json<Administrators>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    let power = query.power.unwrap_or(Power::Users);
    Ok(Json(
        app.db
            .read(move |conn| queries::users::administrators(conn, &asker, power, now))
            .await?,
    ))
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::PowerMissing(power) => Self::forbidden(match power {
                Power::Users => say!(words(), problem::for_users),
                Power::Roles => say!(words(), problem::for_roles),
                Power::Sites => say!(words(), problem::for_sites),
                Power::Audit => say!(words(), problem::for_audit),
                Power::Policy => say!(words(), problem::for_policy),
                Power::Embedding => say!(words(), problem::for_embedding),
            }),
            QueryError::NotFound => Self::not_found(),
            QueryError::BadCursor => Self::bad_request("cursor-unknown", say!(words(), problem::cursor_unknown)),
            QueryError::Facts(error) => error.into(),
            QueryError::Store(error) => error.into(),
        }
    }
}

impl From<FactsError> for ApiError {
    fn from(error: FactsError) -> Self {
        match error {
            FactsError::AskerGone => Self::not_signed_in(),
            FactsError::Store(error) => error.into(),
        }
    }
}
