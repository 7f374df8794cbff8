//! The second step of signing in, and passkeys as the only step.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde_json::Value;
use shared::text::say;
use shared::wire::{Problem, SecondStep, SecondStepNeeded};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::language::words;
use super::problem::ApiError;
use super::session::{StepToken, no_step_cookie, step_cookie};
use super::sign_in::{begun, by_provider};
use crate::App;
use crate::accounts::opening::SignedIn;
use crate::accounts::second_step::{self, Answer, StepError};
use crate::accounts::sessions::Device;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(look, finish_second_step))
        .routes(routes!(ask_passkey))
        .routes(routes!(finish_by_passkey))
        .routes(routes!(ask_passkey_alone))
        .routes(routes!(sign_in_with_passkey))
}

/// What the sign-in that is under way in this browser waits for.
#[utoipa::path(
    get,
    path = "/sign-in/second-step",
    tag = "sign-in",
    security(()),
    responses(
        (status = 200, description = "By what the person can go on", body = SecondStepNeeded,
            example = json!({"by": ["code", "passkey", "recovery_code"], "until": 1764374400000_i64})),
        (status = 401, description = "`/problems/sign-in-over`: none is under way in this browser", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn look(State(app): State<App>, StepToken(token): StepToken) -> Result<Json<SecondStepNeeded>, ApiError> {
    Ok(Json(second_step::look(&app, token).await?))
}

/// Finish signing in with a code of the authenticator app or a recovery code.
///
/// Wrong codes count as wrong passwords do (T14); after a few, signing in begins anew. No code is taken twice.
#[utoipa::path(
    post,
    path = "/sign-in/second-step",
    tag = "sign-in",
    request_body(content = SecondStep, example = json!({"code": "123 456"})),
    security(()),
    responses(
        (status = 204, description = "Signed in; the answer sets the cookie `__Host-lanyard`.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 401, description = "`/problems/second-step-refused`: wrong or used; or `/problems/sign-in-over`: sign in anew",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn finish_second_step(
    State(app): State<App>,
    device: Device,
    StepToken(token): StepToken,
    Json(body): Json<SecondStep>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    through(&second_step::finish(&app, token, Answer::Typed(body), device).await?)
}

/// Ask for one of the person's passkeys as the second step.
#[utoipa::path(
    post,
    path = "/sign-in/second-step/passkey-options",
    tag = "sign-in",
    security(()),
    responses(
        (status = 200, description = "Options for `navigator.credentials.get` (WebAuthn, `PublicKeyCredentialRequestOptionsJSON` \
            in `publicKey`)", body = Object,
            example = json!({"publicKey": {"rpId": "users.example.com", "challenge": "…", "userVerification": "required"}})),
        (status = 401, description = "`/problems/sign-in-over`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask_passkey(
    State(app): State<App>,
    device: Device,
    StepToken(token): StepToken,
) -> Result<Json<Value>, ApiError> {
    app.sign_ins.take(&device.origin)?;
    Ok(Json(second_step::ask_passkey(&app, token).await?))
}

/// Finish signing in with a passkey as the second step.
#[utoipa::path(
    post,
    path = "/sign-in/second-step/passkey",
    tag = "sign-in",
    request_body(content = Object, description = "What `navigator.credentials.get` gave, as `toJSON()` writes it",
        example = json!({"id": "…", "rawId": "…", "type": "public-key", "response": {}, "clientExtensionResults": {}})),
    security(()),
    responses(
        (status = 204, description = "Signed in; the answer sets the cookie `__Host-lanyard`.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 401, description = "`/problems/second-step-refused` or `/problems/sign-in-over`", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn finish_by_passkey(
    State(app): State<App>,
    device: Device,
    StepToken(token): StepToken,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    through(&second_step::finish(&app, token, Answer::Passkey(body), device).await?)
}

/// Ask for any passkey of this server, to sign in with it alone.
#[utoipa::path(
    post,
    path = "/sign-in/passkey-options",
    tag = "sign-in",
    security(()),
    responses(
        (status = 200, description = "Options for `navigator.credentials.get`; the answer sets the cookie \
            `__Host-lanyard-step`", body = Object,
            example = json!({"publicKey": {"rpId": "users.example.com", "challenge": "…", "userVerification": "required"}})),
        (status = 409, description = "`/problems/no-passkeys`: they cannot be used at this address", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask_passkey_alone(State(app): State<App>, device: Device) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let (token, options) = second_step::ask_passkey_alone(&app).await?;
    Ok((AppendHeaders([(SET_COOKIE, step_cookie(&token)?)]), Json(options)).into_response())
}

/// Sign in with a passkey and nothing else.
#[utoipa::path(
    post,
    path = "/sign-in/passkey",
    tag = "sign-in",
    request_body(content = Object, description = "What `navigator.credentials.get` gave, as `toJSON()` writes it",
        example = json!({"id": "…", "rawId": "…", "type": "public-key", "response": {}, "clientExtensionResults": {}})),
    security(()),
    responses(
        (status = 204, description = "Signed in; the answer sets the cookie `__Host-lanyard`.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 401, description = "`/problems/second-step-refused`: the passkey cannot be used here; or \
            `/problems/sign-in-over`; or `/problems/sign-in-refused`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/sign-in-by-provider`: it is theirs, and they sign in by the identity provider alone",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sign_in_with_passkey(
    State(app): State<App>,
    device: Device,
    StepToken(token): StepToken,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    through(&second_step::with_passkey(&app, token, body, device).await?)
}

fn through(signed_in: &SignedIn) -> Result<Response, ApiError> {
    let mut response = begun(signed_in)?;
    response.headers_mut().append(SET_COOKIE, no_step_cookie());
    Ok(response)
}

impl From<StepError> for ApiError {
    fn from(error: StepError) -> Self {
        match error {
            StepError::NotBegun => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-over",
                &say!(words(), problem::sign_in_over),
                say!(words(), problem::sign_in_over_detail),
            ),
            StepError::Wrong => Self::new(
                StatusCode::UNAUTHORIZED,
                "second-step-refused",
                &say!(words(), problem::second_step_refused),
                say!(words(), problem::second_step_refused_detail),
            ),
            StepError::Refused => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-refused",
                &say!(words(), problem::sign_in_refused),
                say!(words(), problem::sign_in_refused_detail),
            ),
            StepError::ByProvider { name } => by_provider(&name),
            StepError::Factor(error) => error.into(),
        }
    }
}
