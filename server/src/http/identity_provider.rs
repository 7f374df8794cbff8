//! The organisation's identity provider: which it is, whether it answers, and setting it. The work is done in `crate::edits`.

use axum::extract::State;
use axum::http::StatusCode;
use shared::access::Place;
use shared::policy::Power;
use shared::text::say;
use shared::wire::{Accepted, CheckProvider, IdentityProviderView, Problem, SetProvider};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::accounts::openid::{self, Undiscovered, callback};
use crate::accounts::provider;
use crate::accounts::sessions::Device;
use crate::config::Secret;
use crate::edits::{self, Context, ProviderAsked};
use crate::facts::{self, Asker};
use crate::queries::QueryError;
use crate::secrets::SecretsError;
use crate::store::Conn;
use crate::{App, clock};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(identity_provider, set_identity_provider))
        .routes(routes!(check_identity_provider))
}

/// A provider on the server's own machine is for demonstrations and for developing.
fn own_machine(app: &App) -> bool {
    app.config.mail.mailbox || app.config.public_url.is_loopback()
}

/// Whoever says who signs people in can be anybody: so it takes the power over all rules.
fn may_set(conn: &mut Conn, asker: &Asker) -> Result<(), QueryError> {
    let facts = facts::of_asker(conn, asker, clock::now())?;
    if facts.actor.has_power(&facts.policy, Power::Policy, Place::Organisation) {
        Ok(())
    } else {
        Err(QueryError::PowerMissing(Power::Policy))
    }
}

/// The identity provider that signs the organisation's people in.
///
/// For those who may write the policy. The client secret is told to nobody.
#[utoipa::path(
    get,
    path = "/identity-provider",
    tag = "policy",
    responses(
        (status = 200, description = "Its settings, if one is set", body = IdentityProviderView, example = json!({
            "provider": {"name": "Riverside ID", "issuer": "https://id.riverside.example", "client_id": "lanyard", "link": "riverside",
                "domains": [{"name": "riverside.example", "only_way": false}]},
            "has_secret": true, "changed_at": 1763769600000_i64,
            "redirect": "https://users.example.com/api/v1/sign-in/callback/0197a3c1-0000-7000-8000-000000000001",
            "server": "https://users.example.com", "own_machine": false
        })),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn identity_provider(State(app): State<App>, reader: Reader) -> Result<Json<IdentityProviderView>, ApiError> {
    let (asker, organisation) = (Asker::from(&reader), reader.organisation);
    let set = app
        .db
        .read(move |conn| {
            may_set(conn, &asker)?;
            Ok::<_, QueryError>(provider::of(conn, asker.organisation)?)
        })
        .await?;
    let server = app.config.public_url.to_string();
    Ok(Json(IdentityProviderView {
        has_secret: set.as_ref().is_some_and(provider::Provider::has_secret),
        changed_at: set.as_ref().map(|set| set.changed_at),
        provider: set.map(|set| set.settings()),
        redirect: callback(&server, organisation),
        server,
        own_machine: own_machine(&app),
    }))
}

/// Ask a provider for its description, as setting it does.
///
/// Nothing is changed. The server asks `{issuer}/.well-known/openid-configuration` (OpenID Connect Discovery 1.0, 4).
#[utoipa::path(
    post,
    path = "/identity-provider/check",
    tag = "policy",
    request_body(content = CheckProvider, example = json!({"issuer": "https://id.riverside.example"})),
    responses(
        (status = 204, description = "It answers, and under this very issuer"),
        (status = 403, description = "`/problems/forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/provider-no-answer`, `/problems/provider-no-description`, or \
            `/problems/provider-other-issuer`, which says the issuer that it calls itself", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn check_identity_provider(
    State(app): State<App>,
    reader: Reader,
    device: Device,
    Json(asked): Json<CheckProvider>,
) -> Result<StatusCode, ApiError> {
    let asker = Asker::from(&reader);
    app.db.read(move |conn| may_set(conn, &asker)).await?;
    app.sign_ins.take(&device.origin)?;
    is_there(&app, asked.issuer.trim()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set the identity provider, in the place of the one before.
///
/// Judged as the edit `set_identity_provider`, and on record as that. The provider is asked for its description first. The
/// client secret comes beside the edit, is kept encrypted and told to nobody; to remove a provider, propose the edit
/// `remove_identity_provider`.
#[utoipa::path(
    put,
    path = "/identity-provider",
    tag = "policy",
    request_body(content = SetProvider, example = json!({
        "provider": {"name": "Riverside ID", "issuer": "https://id.riverside.example", "client_id": "lanyard", "link": "riverside",
            "domains": [{"name": "riverside.example", "only_way": false}]},
        "secret": "new", "client_secret": "…", "seen": null, "idempotency_key": "0197a3c1-0000-7000-8000-000000000005"
    })),
    responses(
        (status = 200, description = "Set; `audit_sequence` is absent where nothing was another one", body = Accepted, example = json!({
            "verdict": {"changes": [{"identity_provider_set": {"from": null, "to": {"name": "Riverside ID",
                "issuer": "https://id.riverside.example", "client_id": "lanyard", "link": "riverside",
                "domains": [{"name": "riverside.example", "only_way": false}]}, "secret": "new"}}],
                "consequences": [], "confirmations": [], "refusals": [], "undecided": []},
            "subject": null, "audit_sequence": 58
        })),
        (status = 403, description = "`/problems/fresh-authentication-needed`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/provider-changed`: somebody has changed it meanwhile; \
            `/problems/idempotency-key-used`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/refused`, with every refusal and the setting that it is about; or the provider \
            cannot be used: `/problems/provider-no-answer`, `/problems/provider-no-description`, `/problems/provider-other-issuer`",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_identity_provider(
    State(app): State<App>,
    reader: Reader,
    device: Device,
    Json(asked): Json<SetProvider>,
) -> Result<Json<Accepted>, ApiError> {
    let context = Context::now(Asker::from(&reader));
    let given = asked
        .client_secret
        .filter(|secret| !secret.trim().is_empty())
        .map(Secret::new);
    let sealed = provider::sealed(&app.config.secrets, reader.organisation, given.as_ref())?;
    let asked = ProviderAsked {
        provider: asked.provider,
        secret: asked.secret,
        sealed,
        seen: asked.seen,
        own_machine: own_machine(&app),
        idempotency_key: asked.idempotency_key,
    };
    let (first, judged) = (context.clone(), asked.clone());
    app.db
        .read(move |conn| edits::judge_provider(conn, &first, &judged).map(drop))
        .await?;
    app.sign_ins.take(&device.origin)?;
    is_there(&app, asked.provider.issuer.trim()).await?;
    Ok(Json(
        app.db
            .write(move |conn| edits::set_provider(conn, &context, &asked))
            .await?,
    ))
}

/// Whether the provider answers as it should. Administrators of organisations ask through TLS, on the servers of others.
async fn is_there(app: &App, issuer: &str) -> Result<(), ApiError> {
    let fault = shared::provider::issuer_fault(issuer, own_machine(app));
    let found = match fault {
        Some(_) => Err(Undiscovered::NoDescription("no address of an issuer".to_owned())),
        None => openid::describe(&app.outbound, issuer).await.map(drop),
    };
    found.map_err(|why| {
        tracing::info!(issuer, %why, "an identity provider that is to be set cannot be used");
        unusable(why, issuer)
    })
}

/// What to do about a provider that cannot be used.
pub(crate) fn unusable(why: Undiscovered, issuer: &str) -> ApiError {
    let words = words();
    let (kind, title, detail) = match why {
        Undiscovered::NoAnswer(_) => (
            "provider-no-answer",
            say!(words, problem::provider_no_answer),
            say!(words, problem::provider_no_answer_detail, issuer = issuer),
        ),
        Undiscovered::NoDescription(_) => (
            "provider-no-description",
            say!(words, problem::provider_no_description),
            say!(
                words,
                problem::provider_no_description_detail,
                issuer = issuer.trim_end_matches('/')
            ),
        ),
        Undiscovered::OtherIssuer(said) => (
            "provider-other-issuer",
            say!(words, problem::provider_other_issuer),
            say!(words, problem::provider_other_issuer_detail, said = said),
        ),
    };
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, kind, &title, detail)
}

impl From<SecretsError> for ApiError {
    fn from(error: SecretsError) -> Self {
        match error {
            SecretsError::NoKey => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "no-secret-key",
                &say!(words(), problem::no_secret_key),
                say!(words(), problem::no_secret_key_detail),
            ),
            error => Self::internal(error),
        }
    }
}
