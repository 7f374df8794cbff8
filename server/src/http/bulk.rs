//! One action for many people: planned, confirmed, carried out in the background. The work is done in `crate::bulk`.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::bulk::{BulkAsk, BulkJob, BulkPeople, BulkPlan, BulkRun};
use shared::text::say;
use shared::wire::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::App;
use crate::bulk::{self, BulkError, PEOPLE_AT_MOST};
use crate::facts::Asker;

/// Room for the ids of as many people as one action may be about.
const SELECTION_AT_MOST: usize = PEOPLE_AT_MOST as usize * 48;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(
            OpenApiRouter::new()
                .routes(routes!(plan))
                .routes(routes!(begin))
                .layer(DefaultBodyLimit::max(SELECTION_AT_MOST)),
        )
        .routes(routes!(job))
        .routes(routes!(results))
        .routes(routes!(results_as_file))
}

/// See what an action would come to for everyone who is selected.
///
/// Nothing is changed. Everyone is judged by the same rules as one by one, and in the light of those before: of all
/// administrators who are to be deactivated, the last one stays. `people` has one page of them, the counts are for all.
#[utoipa::path(
    post,
    path = "/bulk/plan",
    tag = "bulk",
    request_body(content = BulkAsk, example = json!({
        "action": {"add_role": {"role": "front_desk"}},
        "selection": {"matching": {"query": {"tab": "active", "search": "", "sort": "name"}, "except": []}}
    })),
    responses(
        (status = 200, description = "The plan", body = BulkPlan),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "`/problems/too-many-people`", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn plan(State(app): State<App>, reader: Reader, Json(ask): Json<BulkAsk>) -> Result<Json<BulkPlan>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(app.db.read(move |conn| bulk::plan(conn, &asker, &ask)).await?))
}

/// Carry a plan out.
///
/// The server does so in the background, person by person, each in a transaction of their own and judged anew; the job says
/// how far it is. The same request again gives the same job and goes on with it if the server was stopped midway; nobody's
/// edit is made twice.
#[utoipa::path(
    post,
    path = "/bulk",
    tag = "bulk",
    request_body(content = BulkRun, example = json!({
        "action": "deactivate",
        "selection": {"users": ["0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01"]},
        "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "confirmed": true,
        "idempotency_key": "0197a3c1-0000-7000-8000-000000000003"
    })),
    responses(
        (status = 202, description = "Begun; `Location` is where the job is.", body = BulkJob,
            headers(("Location" = String, description = "The address of the job"))),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "`/problems/plan-changed`: what would be done is not what was seen, get the plan \
            again; `/problems/idempotency-key-used`: the key belongs to another action", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "`/problems/refused`: something must be confirmed; `/problems/too-many-people`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
async fn begin(State(app): State<App>, reader: Reader, Json(asked): Json<BulkRun>) -> Result<Response, ApiError> {
    let job = bulk::begin(&app.db, Asker::from(&reader), asked).await?;
    let location = HeaderValue::try_from(format!("{}/bulk/{}", super::API, job.id)).map_err(ApiError::internal)?;
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(job)).into_response())
}

/// How far an action is.
///
/// For the one who asked for it.
#[utoipa::path(
    get,
    path = "/bulk/{id}",
    tag = "bulk",
    params(("id" = Uuid, Path, description = "The job")),
    responses((status = 200, description = "How many are done, and what came of it", body = BulkJob))
)]
async fn job(State(app): State<App>, reader: Reader, Path(id): Path<Uuid>) -> Result<Json<BulkJob>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(app.db.read(move |conn| bulk::job(conn, &asker, id)).await?))
}

/// Which page of the people.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
struct PeopleQuery {
    /// The `next` of the page before.
    after: Option<u32>,
    /// People at most; 100 unless given, 1,000 at most.
    limit: Option<u32>,
}

/// What came of an action, person by person.
#[utoipa::path(
    get,
    path = "/bulk/{id}/people",
    tag = "bulk",
    params(("id" = Uuid, Path, description = "The job"), PeopleQuery),
    responses((status = 200, description = "One page, in the order of the plan", body = BulkPeople))
)]
async fn results(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<Uuid>,
    Query(query): Query<PeopleQuery>,
) -> Result<Json<BulkPeople>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(
        app.db
            .read(move |conn| bulk::people(conn, &asker, id, query.after, query.limit))
            .await?,
    ))
}

/// What came of an action for everyone, as a file for spreadsheet programs.
///
/// Cells that a spreadsheet would take for a formula have an apostrophe in front.
#[utoipa::path(
    get,
    path = "/bulk/{id}/result.csv",
    tag = "bulk",
    params(("id" = Uuid, Path, description = "The job")),
    responses((status = 200, description = "One line for each person", body = String, content_type = "text/csv"))
)]
async fn results_as_file(State(app): State<App>, reader: Reader, Path(id): Path<Uuid>) -> Result<Response, ApiError> {
    let (asker, words) = (Asker::from(&reader), words());
    let file = app
        .db
        .read(move |conn| bulk::result_file(conn, &asker, id, words))
        .await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"result.csv\""),
        ),
    ];
    Ok((headers, file).into_response())
}

impl From<BulkError> for ApiError {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::TooMany(people) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "too-many-people",
                &say!(words(), problem::too_many_people),
                say!(
                    words(),
                    problem::too_many_people_detail,
                    people = people.to_string(),
                    at_most = PEOPLE_AT_MOST.to_string()
                ),
            ),
            BulkError::Changed => Self::conflict("plan-changed", say!(words(), problem::plan_changed)),
            BulkError::KeyUsed => Self::conflict("idempotency-key-used", say!(words(), problem::action_key_used)),
            BulkError::Unconfirmed(confirmations) => Self::refused(bulk::unconfirmed(confirmations)),
            BulkError::ProofNeeded => Self::proof_needed(),
            BulkError::NotThere => Self::not_found(),
            BulkError::Query(error) => error.into(),
        }
    }
}
