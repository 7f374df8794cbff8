//! Lists as files.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::export::{ExportFormat, ExportedList};
use shared::wire::{AuditQuery, Problem, UserQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Query;
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::App;
use crate::edits::Context;
use crate::export::{self, Export, ExportError};
use crate::facts::Asker;

/// How many rows the file has, so that a client can show how far it is.
const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(users)).routes(routes!(activity))
}

/// The form of the file.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
struct ExportQuery {
    /// `csv` unless given: for spreadsheet programs. `json`: an array of objects.
    format: ExportFormat,
}

/// Take a list of users out as a file: every page of it.
///
/// The rows and columns that the list shows this reader, in the organisation's words. In CSV, cells that a spreadsheet
/// would take for a formula have an apostrophe in front. It is put on the audit record before the first row is sent.
#[utoipa::path(
    get,
    path = "/users/export",
    tag = "users",
    params(ExportQuery, UserQuery),
    responses(
        (status = 200, description = "The file, sent while it is read; a broken transfer is no whole file.", body = String,
            content_type = "text/csv",
            headers(("X-Total-Count" = u32, description = "How many rows there are"),
                ("Content-Disposition" = String, description = "The name of the file"))),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn users(
    State(app): State<App>,
    reader: Reader,
    Query(form): Query<ExportQuery>,
    Query(query): Query<UserQuery>,
) -> Result<Response, ApiError> {
    file(&app, &reader, ExportedList::Users(query), form.format).await
}

/// Take the audit record out as a file: every page of it, newest first.
///
/// The entries that the filters find and the record shows this reader. The export itself is put on record, too, and is not
/// in the file.
#[utoipa::path(
    get,
    path = "/audit/export",
    tag = "audit",
    params(ExportQuery, AuditQuery),
    responses(
        (status = 200, description = "The file, sent while it is read; a broken transfer is no whole file.", body = String,
            content_type = "text/csv",
            headers(("X-Total-Count" = u32, description = "How many rows there are"),
                ("Content-Disposition" = String, description = "The name of the file"))),
        (status = 403, description = "`/problems/forbidden`: the reader may not read the record", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn activity(
    State(app): State<App>,
    reader: Reader,
    Query(form): Query<ExportQuery>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, ApiError> {
    file(&app, &reader, ExportedList::Activity(query), form.format).await
}

async fn file(app: &App, reader: &Reader, list: ExportedList, format: ExportFormat) -> Result<Response, ApiError> {
    let context = Context::now(Asker::from(reader));
    let Export {
        file_name,
        format,
        total,
        body,
    } = export::begin(&app.db, context, list, format, words()).await?;
    let kind = match format {
        ExportFormat::Csv => "text/csv; charset=utf-8",
        ExportFormat::Json => "application/json",
    };
    let disposition = format!("attachment; filename=\"{file_name}\"");
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::try_from(disposition).map_err(ApiError::internal)?,
    );
    headers.insert(X_TOTAL_COUNT, HeaderValue::from(total));
    Ok((headers, body).into_response())
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Query(error) => error.into(),
            ExportError::Edit(error) => error.into(),
        }
    }
}
