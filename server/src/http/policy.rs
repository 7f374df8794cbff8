//! The organisation's policy: all of its rules and words. The work is done in `crate::policies`.

use axum::extract::{DefaultBodyLimit, State};
use serde::Deserialize;
use shared::ids::Revision;
use shared::policy::{
    PolicyAsk, PolicyChecked, PolicyComparison, PolicyPresets, PolicyPreview, PolicyProposal, PolicyRevised,
    PolicyRevision, PolicySource, PolicyVersionView, PolicyView,
};
use shared::text::say;
use shared::wire::{Accepted, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path, Query};
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::App;
use crate::edits::Context;
use crate::facts::Asker;
use crate::policies::{self, PolicyError};

/// A policy of thousands of lines.
const SOURCE_AT_MOST: usize = 512 * 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(view, publish))
        .routes(routes!(check))
        .routes(routes!(presets))
        .routes(routes!(revise))
        .routes(routes!(preview))
        .routes(routes!(version))
        .routes(routes!(compare))
        .layer(DefaultBodyLimit::max(SOURCE_AT_MOST))
}

/// The policy in force, with its source and its versions.
///
/// For those who may write it and see all of it.
#[utoipa::path(
    get,
    path = "/policy",
    tag = "policy",
    responses(
        (status = 200, description = "The policy", body = PolicyView),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn view(State(app): State<App>, reader: Reader) -> Result<Json<PolicyView>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(app.db.read(move |conn| policies::view(conn, &asker)).await?))
}

/// Find what is wrong with a source, with its lines.
///
/// Nothing is changed; for an editor, while it is written.
#[utoipa::path(
    post,
    path = "/policy/check",
    tag = "policy",
    request_body(content = PolicySource, example = json!({"source": "name = \"Ours\"\n"})),
    responses(
        (status = 200, description = "Every finding; without any it could be published", body = PolicyChecked),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn check(
    State(app): State<App>,
    reader: Reader,
    Json(asked): Json<PolicySource>,
) -> Result<Json<PolicyChecked>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(
        app.db
            .read(move |conn| policies::check(conn, &asker, &asked.source))
            .await?,
    ))
}

/// The policies that come with the product.
///
/// Any of them can be what an organisation's own policy starts from.
#[utoipa::path(
    get,
    path = "/policy/presets",
    tag = "policy",
    responses(
        (status = 200, description = "Every preset with its source", body = PolicyPresets),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn presets(State(app): State<App>, reader: Reader) -> Result<Json<PolicyPresets>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(app.db.read(move |conn| policies::presets(conn, &asker)).await?))
}

/// Change a source piece by piece.
///
/// Nothing is published: the answer is the source with the changes made in it, its order and its comments kept. For forms,
/// so that whoever changes a role's name or permissions need not write TOML.
#[utoipa::path(
    post,
    path = "/policy/revise",
    tag = "policy",
    request_body(content = PolicyRevision, example = json!({
        "source": "name = \"Ours\"\n",
        "changes": [{"path": [{"key": "words"}, {"key": "site"}], "value": "Practice"}]
    })),
    responses(
        (status = 200, description = "The source after the changes, and what it says", body = PolicyRevised),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/refused`: the source cannot be read, before the changes or after them; the \
            verdict has every finding", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn revise(
    State(app): State<App>,
    reader: Reader,
    Json(asked): Json<PolicyRevision>,
) -> Result<Json<PolicyRevised>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(
        app.db.read(move |conn| policies::revise(conn, &asker, &asked)).await?,
    ))
}

/// See what publishing a source would mean.
///
/// Nothing is changed: the verdict, what differs from the policy in force, and who would not fit it any more, with what each
/// of them would need. `people` has one page of those whom the reader may see.
#[utoipa::path(
    post,
    path = "/policy/preview",
    tag = "policy",
    request_body(content = PolicyAsk, example = json!({"source": "name = \"Ours\"\n", "offset": 0, "limit": 100})),
    responses(
        (status = 200, description = "What it would mean", body = PolicyPreview),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/refused`: the source is no policy; the verdict has every finding",
            body = Problem, content_type = "application/problem+json"),
    )
)]
async fn preview(
    State(app): State<App>,
    reader: Reader,
    Json(asked): Json<PolicyAsk>,
) -> Result<Json<PolicyPreview>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(
        app.db.read(move |conn| policies::preview(conn, &asker, &asked)).await?,
    ))
}

/// Put a policy in force.
///
/// It becomes the next version, for everyone at once. To go back, publish the source of an earlier version. People who do not
/// fit the new policy keep what they have until they are edited; that has to be confirmed.
#[utoipa::path(
    post,
    path = "/policy",
    tag = "policy",
    request_body(content = PolicyProposal, example = json!({
        "source": "name = \"Ours\"\n", "note": "Front desks refund no more", "seen_version": 3,
        "confirmations": [{"breach": {"people": 2}}], "idempotency_key": "0197a3c1-0000-7000-8000-000000000004"
    })),
    responses(
        (status = 200, description = "In force; the verdict's change names the version", body = Accepted),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/policy-changed`: another version is in force than the one that was seen; \
            `/problems/idempotency-key-used`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/refused`: it contradicts itself, gives more than the publisher holds, leaves \
            nobody who administers users, or something must be confirmed", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn publish(
    State(app): State<App>,
    reader: Reader,
    Json(asked): Json<PolicyProposal>,
) -> Result<Json<Accepted>, ApiError> {
    let context = Context::now(Asker::from(&reader));
    Ok(Json(
        app.db
            .write(move |conn| policies::publish(conn, &context, &asked))
            .await?,
    ))
}

/// One version of the policy, whole.
#[utoipa::path(
    get,
    path = "/policy/versions/{version}",
    tag = "policy",
    params(("version" = u64, Path, description = "The number of the version")),
    responses(
        (status = 200, description = "The version", body = PolicyVersionView),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn version(
    State(app): State<App>,
    reader: Reader,
    Path(version): Path<u64>,
) -> Result<Json<PolicyVersionView>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(
        app.db
            .read(move |conn| policies::version(conn, &asker, Revision(version)))
            .await?,
    ))
}

/// Which two versions.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
struct CompareQuery {
    from: u64,
    to: u64,
}

/// Two versions of the policy, side by side.
#[utoipa::path(
    get,
    path = "/policy/compare",
    tag = "policy",
    params(CompareQuery),
    responses(
        (status = 200, description = "Everything that differs, area by area", body = PolicyComparison),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/not-found`: there is no such version", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn compare(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<CompareQuery>,
) -> Result<Json<PolicyComparison>, ApiError> {
    let asker = Asker::from(&reader);
    Ok(Json(
        app.db
            .read(move |conn| policies::compare(conn, &asker, Revision(query.from), Revision(query.to)))
            .await?,
    ))
}

impl From<PolicyError> for ApiError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Hidden => Self::forbidden(say!(words(), problem::policy_parts_hidden)),
            PolicyError::NoSuchPart(part) => Self::malformed("body", part),
            PolicyError::NotThere => Self::not_found(),
            PolicyError::Query(error) => error.into(),
            PolicyError::Edit(error) => error.into(),
        }
    }
}
