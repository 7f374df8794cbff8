//! Signing in by an organisation's identity provider (OpenID Connect).

use axum::extract::{Path, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use shared::ids::OrganisationId;
use shared::text::say;
use shared::wire::{BeginProvider, Problem, ProviderAddress, ProviderFailure, ProviderView, SECOND_STEP, SignInWays};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::extract::{Json, Query};
use super::language::words;
use super::problem::ApiError;
use super::session::{cookie, cookie_named, device_cookie, step_cookie, without_cookie};
use crate::accounts::openid::{self, Answer, BeginError, Failed};
use crate::accounts::provider;
use crate::accounts::sessions::Device;
use crate::accounts::sign_in::Entry;
use crate::config::Secret;
use crate::{App, store};

/// The cookie by which the browser that went to the provider is known when it comes back.
const BROWSER_COOKIE: &str = "__Host-lanyard-provider";
/// As long as an attempt works.
const BROWSER_SECONDS: u32 = 15 * 60;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ways))
        .routes(routes!(begin_by_provider))
        .routes(routes!(finish_by_provider))
}

/// Whose ways to sign in are asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WaysQuery {
    /// The domain of the address that somebody types.
    #[serde(default)]
    domain: String,
    /// The organisation's own sign-in page: `riverside` of `/sign-in/riverside`.
    #[serde(default)]
    link: String,
}

/// How people with addresses of a domain can sign in, or those who come by their organisation's own sign-in page.
///
/// It depends on the domain alone: nothing is said of any person (T2).
#[utoipa::path(
    get,
    path = "/sign-in/ways",
    tag = "sign-in",
    params(WaysQuery),
    security(()),
    responses(
        (status = 200, description = "Besides a password", body = SignInWays,
            example = json!({"provider": {"link": "riverside", "name": "Riverside ID", "only": false}})),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ways(
    State(app): State<App>,
    device: Device,
    Query(query): Query<WaysQuery>,
) -> Result<Json<SignInWays>, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let found = app.db.read(move |conn| {
        if query.link.is_empty() {
            return provider::of_domain(conn, &query.domain);
        }
        let found = provider::of_link(conn, &query.link)?;
        Ok::<_, store::StoreError>(found.map(|found| ProviderView {
            link: found.link,
            name: found.name,
            only: false,
        }))
    });
    Ok(Json(SignInWays { provider: found.await? }))
}

/// Begin to sign in by an organisation's identity provider.
///
/// The browser goes to the address of the answer, and comes back by `GET /api/v1/sign-in/callback/{organisation}`. In a browser
/// where somebody is signed in it is for a proof: the provider has to ask anew who they are.
#[utoipa::path(
    post,
    path = "/sign-in/provider",
    tag = "sign-in",
    request_body(content = BeginProvider, example = json!({"link": "riverside", "email": "ana@riverside.example"})),
    security(()),
    responses(
        (status = 200, description = "Where the browser goes; a cookie of the answer ties what comes back to it", body = ProviderAddress,
            headers(("Set-Cookie" = String, description = "`__Host-lanyard-provider`, for this host only")),
            example = json!({"address": "https://id.riverside.example/auth?client_id=lanyard&response_type=code&state=5c0f…"})),
        (status = 404, description = "`/problems/not-found`: no organisation has this link", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "`/problems/provider-unreachable`: the identity provider does not answer as it should", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn begin_by_provider(
    State(app): State<App>,
    device: Device,
    Json(body): Json<BeginProvider>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let begun = openid::begin(&app, body.link, body.email, device).await?;
    let text = format!(
        "{BROWSER_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={BROWSER_SECONDS}",
        begun.browser.expose()
    );
    let mut value = HeaderValue::try_from(text).map_err(ApiError::internal)?;
    value.set_sensitive(true);
    let body = Json(ProviderAddress { address: begun.address });
    Ok((AppendHeaders([(SET_COOKIE, value)]), body).into_response())
}

/// What the provider sends the browser back with (OpenID Connect Core 1.0, 3.1.2.5; RFC 9207).
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CallbackQuery {
    #[serde(default)]
    state: String,
    code: Option<String>,
    /// The provider's error, in its place.
    error: Option<String>,
    /// The issuer.
    iss: Option<String>,
}

/// Come back from an identity provider.
///
/// Signs the person in, or leads to the sign-in page, which asks for the second factor that a role of theirs requires, or says
/// what went wrong. An attempt is good once, in the browser that
/// began it.
#[utoipa::path(
    get,
    path = "/sign-in/callback/{organisation}",
    tag = "sign-in",
    params(("organisation" = Uuid, Path, description = "Whose provider sends them: an answer to another organisation's attempt is \
        refused"), CallbackQuery),
    security(()),
    responses(
        (status = 303, description = "To the app: signed in, with the cookie `__Host-lanyard`; or to the sign-in page, with \
            `second-step` and the cookie `__Host-lanyard-step`, or what went wrong, after the sign #",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
    )
)]
async fn finish_by_provider(
    State(app): State<App>,
    device: Device,
    headers: HeaderMap,
    Path(organisation): Path<Uuid>,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, ApiError> {
    let over = (SET_COOKIE, without_cookie(BROWSER_COOKIE)?);
    let leads = |to: String| Ok::<_, ApiError>((LOCATION, HeaderValue::try_from(to).map_err(ApiError::internal)?));
    let failed = |failed: Failed| {
        let page = failed.link.map(|link| format!("/{link}")).unwrap_or_default();
        format!("/sign-in{page}#{}", failed.why.word())
    };
    if app.sign_ins.take(&device.origin).is_err() {
        let to = failed(Failed {
            why: ProviderFailure::Unreachable,
            link: None,
        });
        return Ok((StatusCode::SEE_OTHER, AppendHeaders([leads(to)?])).into_response());
    }
    let answer = Answer {
        organisation: OrganisationId(organisation),
        state: query.state,
        code: query.code.map(Secret::new),
        error: query.error,
        issuer: query.iss,
    };
    let browser = cookie_named(&headers, BROWSER_COOKIE);
    let headers = match openid::finish(&app, answer, browser, device).await {
        Ok((Entry::SecondStep(begun), link)) => vec![
            leads(format!("/sign-in/{link}#{SECOND_STEP}"))?,
            over,
            (SET_COOKIE, step_cookie(&begun.token)?),
        ],
        Ok((Entry::SignedIn(signed_in), _)) => vec![
            leads("/".to_owned())?,
            over,
            (SET_COOKIE, cookie(&signed_in.token)?),
            (SET_COOKIE, device_cookie(&signed_in.device)?),
        ],
        Err(why) => vec![leads(failed(why))?, over],
    };
    Ok((StatusCode::SEE_OTHER, headers_of(headers)).into_response())
}

/// All of them, also those of one name.
fn headers_of(all: Vec<(axum::http::HeaderName, HeaderValue)>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in all {
        map.append(name, value);
    }
    map
}

impl From<BeginError> for ApiError {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::Unknown => Self::not_found(),
            BeginError::Unreachable => Self::new(
                StatusCode::BAD_GATEWAY,
                "provider-unreachable",
                &say!(words(), problem::provider_unreachable),
                say!(words(), problem::provider_unreachable_detail),
            ),
            BeginError::Store(error) => error.into(),
        }
    }
}
