//! The one door for changes.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use shared::Outcome;
use shared::text::say;
use shared::wire::{Accepted, Problem, Proposal};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::App;
use crate::edits::{self, EditError, Mode};
use crate::facts::Asker;
use crate::metrics::Judged;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(propose))
}

/// The query of `POST /api/v1/edits`.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
struct EditsQuery {
    /// Only judge the edit and change nothing.
    dry_run: bool,
}

/// Propose a change.
///
/// The server judges it by the rules, with everything it knows; accepted, it is stored with its audit row in one
/// transaction. A repeated request with the same `idempotency_key` gets the first answer again.
#[utoipa::path(
    post,
    path = "/edits",
    tag = "edits",
    params(EditsQuery),
    request_body(content = Proposal, examples(
        ("Change a role" = (value = json!({
            "edit": {
                "change": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "access": {
                    "grant": [{"role": "nurse", "scope": {"site": {"site": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02", "resources": "all"}}}],
                    "revoke": [{"role": "front_desk", "place": {"site": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02"}}]
                }}
            },
            "seen_revision": 3, "confirmations": [], "idempotency_key": "0197a3c1-0000-7000-8000-000000000001"
        }))),
        ("Deactivate, confirmed" = (value = json!({
            "edit": {"deactivate": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01"}},
            "seen_revision": 4,
            "confirmations": [{"deactivation": {"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01"}}],
            "idempotency_key": "0197a3c1-0000-7000-8000-000000000002"
        }))),
    )),
    responses(
        (status = 200, description = "Accepted and stored; with `dry_run=true` only judged, whatever the verdict.", body = Accepted,
            example = json!({
                "verdict": {"changes": [{"unlocked": {"lock": {"since": 1763769600000_i64, "cause": "failed_sign_ins"}}}],
                    "consequences": ["review_advised"], "confirmations": [], "refusals": [], "undecided": []},
                "subject": null, "audit_sequence": 57
            })),
        (status = 400, description = "`/problems/seen-revision-missing`: an edit of a user says which revision was seen",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/changed-meanwhile`: the user is newer, here are the newer facts and what was \
            changed since (X6); or `/problems/idempotency-key-used`: the key belongs to another edit; or \
            `/problems/id-taken`: the edit makes something of an id that is used already", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "`/problems/refused`: the verdict has every refusal with its remedy, and what must be \
            confirmed", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn propose(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<EditsQuery>,
    Json(proposal): Json<Proposal>,
) -> Result<Json<Accepted>, ApiError> {
    let (mode, judged) = if query.dry_run {
        (Mode::DryRun, Judged::dry_run)
    } else {
        (Mode::Apply, Judged::edit)
    };
    let given = proposal.confirmations.clone();
    let result = edits::propose(&app.db, &app.passwords, Asker::from(&reader), proposal, mode).await;
    match &result {
        Ok(_) if mode == Mode::Apply => app.metrics.decided(Outcome::Allowed, judged),
        Ok(accepted) => app.metrics.decided(accepted.verdict.outcome(&given), judged),
        Err(EditError::Refused(verdict)) => app.metrics.decided(verdict.outcome(&given), judged),
        Err(_) => {}
    }
    Ok(Json(result?))
}

impl From<EditError> for ApiError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Refused(verdict) => Self::refused(*verdict),
            EditError::ChangedMeanwhile { facts, since } => Self::changed_meanwhile(*facts, since),
            EditError::RevisionMissing => Self::new(
                StatusCode::BAD_REQUEST,
                "seen-revision-missing",
                &say!(words(), problem::revision_missing),
                say!(words(), problem::revision_missing_detail),
            ),
            EditError::KeyUsed => Self::conflict("idempotency-key-used", say!(words(), problem::edit_key_used)),
            EditError::IdTaken => Self::conflict("id-taken", say!(words(), problem::id_taken)),
            EditError::PolicyChanged(version) => Self::conflict(
                "policy-changed",
                say!(words(), problem::policy_changed, version = version.0.to_string()),
            ),
            EditError::ProviderChanged => Self::conflict("provider-changed", say!(words(), problem::provider_newer)),
            EditError::OtherDoor => Self::malformed("edit", "PUT /api/v1/identity-provider"),
            EditError::ProofNeeded => Self::proof_needed(),
            EditError::AskerGone => Self::not_signed_in(),
            EditError::Password(error) => Self::internal(error),
            EditError::Store(error) => error.into(),
        }
    }
}
