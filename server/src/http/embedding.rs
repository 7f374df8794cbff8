//! Lanyard in other applications' pages: tokens for hosts' servers, what is settled about them, and the page for frames.
//! Keys and origins are made and ended by edits.

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::embed::Element;
use shared::ids::OrganisationId;
use shared::text::say;
use shared::wire::{EmbedRequest, EmbedToken, EmbeddingView, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bearer::Key;
use super::client::ClientAddress;
use super::extract::Json;
use super::language::words;
use super::problem::ApiError;
use super::session::Reader;
use crate::accounts::embedding::{self, EmbedError, MadeToken};
use crate::facts::Asker;
use crate::{App, assets, clock, queries, store};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(embed))
        .routes(routes!(settled))
        .routes(routes!(example, end_example))
}

impl FromRequestParts<App> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(ApiError::api_key_refused)
    }
}

/// Ask for a token for somebody who is signed in at the host.
///
/// By the host's server, with an API key as `Authorization: Bearer lyk_…`, without cookies and never from a page. The token
/// is sent by the page as `Authorization: Bearer lyt_…`, with `credentials: "omit"`. It lasts minutes; ask for a new one
/// before it ends. With it somebody can do what they may do anyway, within its elements, its access and its sites, in pages of
/// its origins; and nothing that asks for a fresh proof of who they are.
#[utoipa::path(
    post,
    path = "/embed/sessions",
    tag = "embedding",
    request_body(content = EmbedRequest, examples(
        ("The list of users, to manage" = (value = json!({
            "user": {"login_email": "ana@riverside.example"}, "elements": ["users", "user"], "access": "manage"
        }))),
        ("One site's users, to read, in one portal" = (value = json!({
            "user": {"id": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01"}, "elements": ["users"], "access": "read",
            "sites": ["0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c02"], "origins": ["https://portal.example"]
        }))),
    )),
    security(("api_key" = [])),
    responses(
        (status = 201, description = "The token, told this once", body = EmbedToken, example = json!({
            "token": "lyt_5d8c1e0f7b2a49d6c3e8f1a0b7d4925e6c1f3a8b0d7e2c49f6a1b8d3e0c75f24", "expires_at": 1763770200000_i64
        })),
        (status = 401, description = "`/problems/api-key-refused`: no such key, or it was revoked", body = Problem,
            content_type = "application/problem+json"),
        (status = 403, description = "`/problems/beyond-key`: more than the key is for; `/problems/origin-not-allowed`: an origin \
            that the organisation has not allowed, or it has allowed none; `/problems/second-factor-wanted`: the person has to \
            set a second factor up in Lanyard first; `/problems/api-key-in-browser`: the request came from a page", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "`/problems/nobody-to-embed`: nobody of this organisation who may sign in now", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`: too many tokens with this key, or too many wrong keys from \
            this address", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn embed(
    State(app): State<App>,
    Key(key): Key,
    client: ClientAddress,
    Json(asked): Json<EmbedRequest>,
) -> Result<Response, ApiError> {
    let Some(key) = app.db.read(move |conn| embedding::find_key(conn, &key)).await? else {
        app.sign_ins.take(&client.to_string())?;
        return Err(ApiError::api_key_refused());
    };
    app.embed_tokens.take(&key.id.to_string())?;
    let lasts = app.config.embed_token_time;
    let made = app
        .db
        .write(move |conn| embedding::begin(conn, &key, &asked, lasts, clock::now()))
        .await?;
    Ok(told(made))
}

fn told(made: MadeToken) -> Response {
    let told = EmbedToken {
        token: made.token.expose().clone(),
        expires_at: made.expires,
    };
    (StatusCode::CREATED, Json(told)).into_response()
}

/// What the organisation has settled about embedding: allowed origins, and API keys without their secrets.
#[utoipa::path(
    get,
    path = "/embedding",
    tag = "embedding",
    responses(
        (status = 200, description = "With how many tokens are good now", body = EmbeddingView, example = json!({
            "server": "https://users.example.com",
            "origins": [{"origin": "https://portal.example", "allowed_at": 1763769600000_i64, "allowed_by": "Maya Reyes", "open": 12}],
            "keys": [{
                "id": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c31", "name": "Portal, production", "prefix": "lyk_5d8c1e0f",
                "scopes": {"elements": ["users", "user"], "access": "manage", "sites": null},
                "made_at": 1763769600000_i64, "made_by": "Maya Reyes", "last_used_at": 1763773200000_i64,
                "revoked_at": null, "revoked_by": null, "open": 12
            }],
            "token_seconds": 600
        })),
        (status = 403, description = "`/problems/forbidden`: the reader does not administer embedding", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn settled(State(app): State<App>, reader: Reader) -> Result<Json<EmbeddingView>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    let found = app
        .db
        .read(move |conn| queries::embedding::settled(conn, &asker, now))
        .await?;
    Ok(Json(EmbeddingView {
        server: app.config.public_url.to_string(),
        origins: found.origins,
        keys: found.keys,
        token_seconds: u32::try_from(app.config.embed_token_time.as_secs()).unwrap_or(u32::MAX),
    }))
}

/// Ask for a token that shows the elements on the page of embedding.
///
/// For whoever administers embedding, by their session's cookie and from our own pages. The token reads what its person may
/// read, is good in our own pages and nowhere else, lasts five minutes at most and ends with their session. There is one for
/// each session: asking again ends the one before.
#[utoipa::path(
    post,
    path = "/embed/example",
    tag = "embedding",
    responses(
        (status = 201, description = "The token, told this once", body = EmbedToken, example = json!({
            "token": "lyt_5d8c1e0f7b2a49d6c3e8f1a0b7d4925e6c1f3a8b0d7e2c49f6a1b8d3e0c75f24", "expires_at": 1763769900000_i64
        })),
        (status = 403, description = "`/problems/forbidden`: the reader does not administer embedding", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn example(State(app): State<App>, reader: Reader) -> Result<Response, ApiError> {
    app.embed_tokens.take(&reader.session)?;
    let (asker, now) = (Asker::from(&reader), clock::now());
    app.db
        .read(move |conn| queries::embedding::settled(conn, &asker, now))
        .await?;
    let lasts = app.config.embed_token_time;
    let made = app
        .db
        .write(move |conn| {
            let person = (reader.user, reader.organisation);
            embedding::begin_example(conn, &reader.session, person, lasts, now)
        })
        .await?;
    Ok(told(made))
}

/// End the example of this session.
#[utoipa::path(
    delete,
    path = "/embed/example",
    tag = "embedding",
    responses((status = 204, description = "Its token is not good any more; there may have been none"))
)]
async fn end_example(State(app): State<App>, reader: Reader) -> Result<StatusCode, ApiError> {
    app.db
        .write(move |conn| store::end_examples_of(conn, &reader.session))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The query of `/embed/{element}`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct OfOrganisation {
    organisation: Option<OrganisationId>,
}

/// The page in a frame of a host whose policy forbids our script: for pages of the organisation's allowed origins alone, which
/// it names to its script. It has no cookie and no token; the host's page gives it one.
pub(super) async fn page(
    State(app): State<App>,
    Path(element): Path<String>,
    query: Result<Query<OfOrganisation>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    if !Element::ALL.iter().any(|known| known.name() == element) {
        return Err(ApiError::not_found());
    }
    let organisation = query.ok().and_then(|Query(query)| query.organisation);
    let allowed = match organisation {
        Some(organisation) => {
            app.db
                .read(move |conn| store::allowed_origins(conn, organisation))
                .await?
        }
        None => Vec::new(),
    };
    let policy = assets::framed_policy(&app.content_security_policy, &allowed);
    let mut response = app.assets.framed(&allowed);
    response.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::try_from(policy).map_err(ApiError::internal)?,
    );
    Ok(response)
}

impl From<EmbedError> for ApiError {
    fn from(error: EmbedError) -> Self {
        match error {
            EmbedError::KeyGone => Self::api_key_refused(),
            EmbedError::BeyondKey => Self::new(
                StatusCode::FORBIDDEN,
                "beyond-key",
                &say!(words(), problem::beyond_key),
                say!(words(), problem::beyond_key_detail),
            ),
            EmbedError::OriginNotAllowed => Self::origin_not_allowed(),
            EmbedError::Nobody => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "nobody-to-embed",
                &say!(words(), problem::nobody_to_embed),
                say!(words(), problem::nobody_to_embed_detail),
            ),
            EmbedError::SecondFactorWanted => Self::second_factor_wanted(),
            EmbedError::Store(error) => error.into(),
        }
    }
}
