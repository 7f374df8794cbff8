//! What travels about imports, version 1.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::choices::Choices;
use super::plan::Plan;
use super::rows::RowOutcome;
use super::table::Delimiter;
use crate::ids::Timestamp;
use crate::verdict::Confirmation;

/// How a file's bytes were read as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    Utf8,
    /// UTF-8 with a byte order mark, as spreadsheet programs write it.
    Utf8WithMark,
    /// UTF-16 with a byte order mark, as spreadsheet programs write "Unicode text".
    Utf16,
    Windows1252,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Planned; nothing has been changed.
    Planned,
    /// It is being carried out; nothing counts until it is done.
    Running,
    Done,
}

/// `POST /api/v1/imports`, `GET /api/v1/imports/{id}`, `PUT /api/v1/imports/{id}/choices`: a file and what importing it
/// would do now. Once it is done, the plan is empty and the results say what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportView {
    pub id: Uuid,
    pub file_name: String,
    pub uploaded_at: Timestamp,
    pub state: ImportState,
    pub encoding: Encoding,
    pub delimiter: Delimiter,
    pub choices: Choices,
    pub plan: Plan,
    /// Names this very plan: given back with [`ImportRun`], so that nothing is carried out that nobody has seen.
    pub fingerprint: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<RowResult>,
}

/// `POST /api/v1/imports/{id}/run`: carries the plan out, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportRun {
    /// The plan that was seen; when there is another by now, that one is answered with 409.
    pub fingerprint: String,
    /// Whether rows that need someone are left out. Unless that is said, such rows stand against the whole.
    #[serde(default)]
    pub leave_out_unready: bool,
    /// What the plan's confirmations ask for.
    #[serde(default)]
    pub confirmations: Vec<Confirmation>,
}

/// `GET /api/v1/imports/{id}/progress`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    pub state: ImportState,
    pub done: u32,
    pub total: u32,
}

/// What was done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RowDone {
    Created,
    Changed,
    Deactivated,
    Skipped,
    /// It needed someone, and was left out.
    LeftOut,
}

impl RowDone {
    pub const ALL: [Self; 5] = [
        Self::Created,
        Self::Changed,
        Self::Deactivated,
        Self::Skipped,
        Self::LeftOut,
    ];
}

impl From<RowOutcome> for RowDone {
    fn from(planned: RowOutcome) -> Self {
        match planned {
            RowOutcome::Create => Self::Created,
            RowOutcome::Change => Self::Changed,
            RowOutcome::Deactivate => Self::Deactivated,
            RowOutcome::Skip => Self::Skipped,
            RowOutcome::NeedsYou => Self::LeftOut,
        }
    }
}

/// One row of the result, as in `GET /api/v1/imports/{id}/result.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowResult {
    pub row: u32,
    pub name: String,
    pub login_email: String,
    pub done: RowDone,
    /// Why it was skipped or left out, or what changed, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}
