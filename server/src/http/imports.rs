//! Rosters: uploading, planning, settling and carrying out. The work is done in `crate::imports`.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::import::{Choices, ImportRun, ImportView, Progress, TableError, table_error};
use shared::text::say;
use shared::verdict::Verdict;
use shared::wire::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::extract::{Json, Path};
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::App;
use crate::edits::EditError;
use crate::imports::{self, File, ImportError, NearMatches, Who};

/// Around the file, a multipart body has boundaries and a name.
const UPLOAD_AT_MOST: usize = imports::BYTES_AT_MOST as usize + 64 * 1024;
/// Choices hold a text for each cell that was put right.
const CHOICES_AT_MOST: usize = 2 * 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(
            OpenApiRouter::new()
                .routes(routes!(upload))
                .layer(DefaultBodyLimit::max(UPLOAD_AT_MOST)),
        )
        .merge(
            OpenApiRouter::new()
                .routes(routes!(choose))
                .layer(DefaultBodyLimit::max(CHOICES_AT_MOST)),
        )
        .routes(routes!(show))
        .routes(routes!(run))
        .routes(routes!(progress))
        .routes(routes!(result))
}

/// A roster, as a form sends it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read part by part")]
struct RosterUpload {
    /// CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252; 5 MB at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a roster and see what importing it would do.
///
/// Nothing is changed: the answer is the plan, row by row.
#[utoipa::path(
    post,
    path = "/imports",
    tag = "imports",
    request_body(content = RosterUpload, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "Kept and planned; `Location` is where it is.", body = ImportView,
            headers(("Location" = String, description = "The address of the import"))),
        (status = 403, description = "`/problems/forbidden`: importing is for those who administer all users",
            body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`/problems/too-large`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The file is no roster: `/problems/roster-not-text`, `…-empty`, `…-no-header`, \
            `…-ragged`, `…-quote-open`, `…-too-many-rows`, `…-too-large`; the detail names the row",
            body = Problem, content_type = "application/problem+json"),
    )
)]
async fn upload(
    State(app): State<App>,
    reader: Reader,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, ApiError> {
    let form = form.map_err(|_| ApiError::unsupported_media_type("multipart/form-data"))?;
    let (name, bytes) = file_of(form).await?;
    let who = Who::from(&reader);
    let view = app
        .db
        .write(move |conn| {
            let file = File {
                name: &name,
                bytes: &bytes,
                near_matches: NearMatches::Propose,
            };
            imports::upload(conn, &who, &file)
        })
        .await?;
    let location = HeaderValue::try_from(format!("{}/imports/{}", super::API, view.id)).map_err(ApiError::internal)?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(view)).into_response())
}

/// The part of a form that is a file, or is called `file`.
async fn file_of(mut form: Multipart) -> Result<(String, Vec<u8>), ApiError> {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::too_large()
        } else {
            ApiError::malformed("body", error.body_text())
        }
    };
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some("file") && field.file_name().is_none() {
            continue;
        }
        let name = field.file_name().unwrap_or("roster").to_owned();
        let bytes = field.bytes().await.map_err(unreadable)?;
        return Ok((name, bytes.to_vec()));
    }
    Err(ApiError::malformed("body", say!(words(), problem::no_file_part)))
}

/// An import as it is now: what it would do, or what it did.
#[utoipa::path(
    get,
    path = "/imports/{id}",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import")),
    responses(
        (status = 200, description = "The plan, made anew; or the results.", body = ImportView),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn show(State(app): State<App>, reader: Reader, Path(id): Path<Uuid>) -> Result<Json<ImportView>, ApiError> {
    let who = Who::from(&reader);
    Ok(Json(app.db.read(move |conn| imports::show(conn, &who, id)).await?))
}

/// Settle which column is which, what words mean, and cells put right.
///
/// The choices replace those before. Sending the same again changes nothing.
#[utoipa::path(
    put,
    path = "/imports/{id}/choices",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import")),
    request_body(content = Choices, example = json!({
        "words": [{"about": "role", "word": "Frnt Desk", "target": {"role": "front_desk"}}],
        "corrections": [{"row": 124, "column": 3, "text": "espartaco.urena@riverside-clinics.example"}],
        "left_out": [158]
    })),
    responses(
        (status = 200, description = "The new plan.", body = ImportView),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/import-done`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn choose(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<Uuid>,
    Json(choices): Json<Choices>,
) -> Result<Json<ImportView>, ApiError> {
    let who = Who::from(&reader);
    Ok(Json(
        app.db
            .write(move |conn| imports::choose(conn, &who, id, choices))
            .await?,
    ))
}

/// Carry the plan out: all of it or nothing.
///
/// Asking again for an import that is done changes nothing and gives its results.
#[utoipa::path(
    post,
    path = "/imports/{id}/run",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import")),
    request_body(content = ImportRun, example = json!({
        "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "leave_out_unready": true,
        "confirmations": []
    })),
    responses(
        (status = 200, description = "Done; the results say what was done with every row.", body = ImportView),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/import-changed`: what would be done is not what was seen, get the plan \
            again; `/problems/import-running`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/import-not-ready`: rows need someone and are not left out; \
            `/problems/refused`: something must be confirmed, or a row is refused", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn run(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<Uuid>,
    Json(asked): Json<ImportRun>,
) -> Result<Json<ImportView>, ApiError> {
    let (who, words) = (Who::from(&reader), words());
    Ok(Json(
        app.db
            .write(move |conn| imports::run(conn, &who, id, &asked, words))
            .await?,
    ))
}

/// How far an import is.
///
/// Nothing counts until it is done; when the server stops midway, nothing was changed.
#[utoipa::path(
    get,
    path = "/imports/{id}/progress",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import")),
    responses(
        (status = 200, description = "How many of its edits are made.", body = Progress),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn progress(State(app): State<App>, reader: Reader, Path(id): Path<Uuid>) -> Result<Json<Progress>, ApiError> {
    let who = Who::from(&reader);
    Ok(Json(app.db.read(move |conn| imports::progress(conn, &who, id)).await?))
}

/// What was done with every row, as a file for spreadsheet programs.
///
/// Cells that a spreadsheet would take for a formula have an apostrophe in front.
#[utoipa::path(
    get,
    path = "/imports/{id}/result.csv",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import")),
    responses(
        (status = 200, description = "One line for each row.", body = String, content_type = "text/csv"),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/import-not-done`", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn result(State(app): State<App>, reader: Reader, Path(id): Path<Uuid>) -> Result<Response, ApiError> {
    let (who, words) = (Who::from(&reader), words());
    let file = app
        .db
        .read(move |conn| imports::result_file(conn, &who, id, words))
        .await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"import-result.csv\""),
        ),
    ];
    Ok((headers, file).into_response())
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::File(error) => not_a_roster(&error),
            ImportError::NotThere => Self::not_found(),
            ImportError::Forbidden => Self::forbidden(say!(words(), problem::import_forbidden)),
            ImportError::Running => Self::conflict("import-running", say!(words(), problem::import_running)),
            ImportError::Done => Self::conflict("import-done", say!(words(), problem::import_done)),
            ImportError::NotDone => Self::conflict("import-not-done", say!(words(), problem::import_not_done)),
            ImportError::Changed => Self::conflict("import-changed", say!(words(), problem::import_changed)),
            ImportError::NotReady(rows) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "import-not-ready",
                &say!(words(), problem::import_not_ready),
                say!(words(), problem::import_not_ready_detail, rows = rows.to_string()),
            ),
            ImportError::Unconfirmed(confirmations) => Self::refused(Verdict {
                confirmations,
                ..Verdict::default()
            }),
            ImportError::Row { row, error } => row_refused(row, *error),
        }
    }
}

/// Two rows that were fine by themselves can be too much together: the last two administrators both leave.
fn row_refused(row: u32, error: EditError) -> ApiError {
    let problem = match error {
        EditError::Refused(verdict) => ApiError::refused(*verdict),
        EditError::ChangedMeanwhile { .. } => ImportError::Changed.into(),
        EditError::Store(error) => return error.into(),
        other => return ApiError::internal(other),
    };
    problem.with_detail(say!(words(), problem::import_row_refused, row = row.to_string()))
}

fn not_a_roster(error: &TableError) -> ApiError {
    let kind = match error {
        TableError::NotText => "roster-not-text",
        TableError::Empty => "roster-empty",
        TableError::NoHeader => "roster-no-header",
        TableError::Ragged { .. } => "roster-ragged",
        TableError::QuoteOpen { .. } => "roster-quote-open",
        TableError::TooManyRows { .. } => "roster-too-many-rows",
        TableError::TooLarge { .. } => "roster-too-large",
    };
    let detail = say!(words(), problem::not_a_roster_detail, why = table_error(words(), error));
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        kind,
        &say!(words(), problem::not_a_roster),
        detail,
    )
}
