//! Edits: what is asked, what is answered, and the facts that judge it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AuditEntry;
use crate::edit::Edit;
use crate::facts::Facts;
use crate::ids::{ResourceId, Revision, SiteId};
use crate::user::User;
use crate::verdict::{Confirmation, Verdict};

/// `POST /api/v1/edits`: the one door for writes. With `?dry_run=true` it is only judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposal {
    pub edit: Edit,
    /// The subject's revision that the proposer saw; needed for edits of a user who exists (X6).
    #[serde(default)]
    pub seen_revision: Option<Revision>,
    #[serde(default)]
    pub confirmations: Vec<Confirmation>,
    /// Made once for each intended edit: a repeated request changes nothing twice and gets the first answer again.
    pub idempotency_key: Uuid,
}

/// The answer to an accepted (or only judged) proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accepted {
    pub verdict: Verdict,
    /// The subject after the edit; absent when there is none any more, or none was edited.
    pub subject: Option<User>,
    /// Where the edit stands on the audit record; absent for a dry run.
    pub audit_sequence: Option<u64>,
    /// A temporary password, shown this once (T7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_password: Option<String>,
    /// The API key that was made, shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
}

/// An error as RFC 9457 problem details (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `/problems/refused`, `/problems/changed-meanwhile`, `/problems/not-signed-in`, …
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, what was kept, what to do.
    pub detail: String,
    /// 422: why it is refused, or what must still be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Box<Verdict>>,
    /// 409: the newer facts (X6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Facts>>,
    /// 409: who changed the user since, and what (X6). Newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<AuditEntry>,
    /// 429: so many seconds later it is worth trying again; the header Retry-After says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Ties the answer to the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// `GET /api/v1/facts?…`: facts for an edit that is not about one user. At most one of them is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct FactsQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceId>,
    /// A login e-mail to look up for an invitation (rate-limited; M4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_email: Option<String>,
}
