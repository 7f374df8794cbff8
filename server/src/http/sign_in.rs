//! Signing in and out, and who is signed in.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use shared::text::say;
use shared::wire::{ChangePassword, EmbeddedView, Me, Problem, SecondStepNeeded, SignIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::language::words;
use super::problem::ApiError;
use super::session::{Reader, cookie, device_cookie, no_cookie, step_cookie, token_of};
use crate::accounts::opening::SignedIn;
use crate::accounts::passwords::{MAX_BYTES, PasswordError};
use crate::accounts::pins;
use crate::accounts::sessions::{self, Device};
use crate::accounts::sign_in::{self, Entry, SignInError};
use crate::accounts::token;
use crate::config::Secret;
use crate::facts::{self, Asker, FactsError};
use crate::{App, clock, live, store};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(change_password))
        .routes(routes!(me))
}

/// Sign in with e-mail and password.
///
/// Sets the session's cookie. Every failure has the same answer and takes the same time (T2).
#[utoipa::path(
    post,
    path = "/sign-in",
    tag = "sign-in",
    request_body(content = SignIn, example = json!({"email": "ana@riverside.example", "password": "seven lanterns by the gravel path"})),
    security(()),
    responses(
        (status = 200, description = "The password is right, and a second factor has to follow: \
            `POST /api/v1/sign-in/second-step`. The answer sets the cookie `__Host-lanyard-step`; nobody is signed in yet.",
            body = SecondStepNeeded, example = json!({"by": ["code", "recovery_code"], "until": 1764374400000_i64})),
        (status = 204, description = "Signed in; the answer sets the cookie `__Host-lanyard`.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 401, description = "`/problems/sign-in-refused`: these cannot be used to sign in", body = Problem,
            content_type = "application/problem+json"),
        (status = 403, description = "`/problems/password-change-needed`: the password is a temporary one and right; \
            choose a new one with `PUT /api/v1/password` (T7); `/problems/temporary-password-expired`: it was right, and its \
            time is up; `/problems/sign-in-by-provider`: it was right, and the organisation's identity provider is the only \
            way in for such an address", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`; `/problems/too-many-failures`: so many attempts from this \
            network have failed that devices on which the person has not signed in before have to wait; `Retry-After` says \
            how long", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sign_in(State(app): State<App>, device: Device, Json(body): Json<SignIn>) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let entry = sign_in::sign_in(&app, &body.email, Secret::new(body.password), device).await?;
    entered(entry)
}

/// Change a password by means of the one before, and sign in.
///
/// For a temporary password this is the only way in (T7). All sessions of the account end and a new one begins.
#[utoipa::path(
    put,
    path = "/password",
    tag = "sign-in",
    request_body(content = ChangePassword, example = json!({
        "email": "ana@riverside.example", "password": "k7wm-p3xr-9vtd-hq2n", "new_password": "seven lanterns by the gravel path"
    })),
    security(()),
    responses(
        (status = 200, description = "The password before is right, and a second factor has to follow before it is changed: \
            `POST /api/v1/sign-in/second-step`. The answer sets the cookie `__Host-lanyard-step`.", body = SecondStepNeeded,
            example = json!({"by": ["code", "recovery_code"], "until": 1764374400000_i64})),
        (status = 204, description = "Changed and signed in; the answer sets the cookie `__Host-lanyard`.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 401, description = "`/problems/sign-in-refused`: these cannot be used to sign in", body = Problem,
            content_type = "application/problem+json"),
        (status = 403, description = "`/problems/temporary-password-expired`: it was right, and its time is up (T7); \
            `/problems/sign-in-by-provider`",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/password-unusable`: too short, too long, easy to guess, or the one before", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`; `/problems/too-many-failures`: so many attempts from this \
            network have failed that devices on which the person has not signed in before have to wait; `Retry-After` says \
            how long", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change_password(
    State(app): State<App>,
    device: Device,
    Json(body): Json<ChangePassword>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let (password, new) = (Secret::new(body.password), Secret::new(body.new_password));
    let entry = sign_in::change_password(&app, &body.email, password, new, device).await?;
    entered(entry)
}

/// Sign out: the session ends at once. Without a session nothing happens.
#[utoipa::path(
    post,
    path = "/sign-out",
    tag = "sign-in",
    security((), ("session" = [])),
    responses((status = 204, description = "Nobody is signed in any more; the answer removes the cookie."))
)]
async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    if let Some(token) = token_of(&headers) {
        app.db
            .write(move |conn| sessions::end(conn, &token::digest(token.expose())))
            .await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, no_cookie())])).into_response())
}

/// Who is signed in, and the facts that every screen starts from.
#[utoipa::path(
    get,
    path = "/me",
    tag = "sign-in",
    responses((status = 200, description = "The signed-in person, the organisation and its policy", body = Me))
)]
async fn me(State(app): State<App>, reader: Reader, device: Device) -> Result<Json<Me>, ApiError> {
    let (now, asker) = (clock::now(), Asker::from(&reader));
    let embedded = reader.embedded.map(|token| EmbeddedView {
        elements: token.scopes.elements,
        access: token.scopes.access,
        sites: token.scopes.sites,
        expires_at: token.expires,
    });
    let found = app.db.read(move |conn| {
        let facts = facts::for_client(conn, &asker, None, now)?;
        let mut user = store::load_user(conn, asker.organisation, asker.user)?.ok_or(FactsError::AskerGone)?;
        if asker.embedded.is_some() {
            // A host's page learns of no more than the token is for.
            user.assignments.clone_from(&facts.actor.assignments);
        }
        Ok(Me {
            user,
            facts,
            shared_browser: pins::shared_as(conn, &device, asker.organisation)?,
            live_from: live::mark(conn, asker.organisation)?,
            embedded,
        })
    });
    match found.await {
        Ok(me) => Ok(Json(me)),
        Err(FactsError::AskerGone) => Err(ApiError::not_signed_in()),
        Err(FactsError::Store(error)) => Err(error.into()),
    }
}

fn entered(entry: Entry) -> Result<Response, ApiError> {
    match entry {
        Entry::SignedIn(signed_in) => begun(&signed_in),
        Entry::SecondStep(begun) => {
            let cookies = AppendHeaders([(SET_COOKIE, step_cookie(&begun.token)?)]);
            Ok((cookies, Json(begun.needed)).into_response())
        }
    }
}

pub(super) fn begun(signed_in: &SignedIn) -> Result<Response, ApiError> {
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([
            (SET_COOKIE, cookie(&signed_in.token)?),
            (SET_COOKIE, device_cookie(&signed_in.device)?),
        ]),
    )
        .into_response())
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-refused",
                &say!(words(), problem::sign_in_refused),
                say!(words(), problem::sign_in_refused_detail),
            ),
            SignInError::PasswordChangeNeeded => Self::new(
                StatusCode::FORBIDDEN,
                "password-change-needed",
                &say!(words(), problem::password_change_needed),
                say!(words(), problem::password_change_needed_detail),
            ),
            SignInError::TemporaryExpired { hours } => Self::new(
                StatusCode::FORBIDDEN,
                "temporary-password-expired",
                &say!(words(), problem::temporary_expired),
                say!(words(), problem::temporary_expired_detail, hours = hours),
            ),
            SignInError::ByProvider { name } => by_provider(&name),
            SignInError::Wait(time) => Self::wait(time),
            SignInError::SamePassword => unusable(say!(words(), problem::same_password)),
            SignInError::Password(error) => password_problem(error),
            SignInError::Store(error) => error.into(),
        }
    }
}

/// Whoever this is signs in by their organisation's identity provider and in no other way.
pub(super) fn by_provider(name: &str) -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "sign-in-by-provider",
        &say!(words(), problem::sign_in_by_provider, name = name),
        say!(words(), problem::sign_in_by_provider_detail, name = name),
    )
}

/// Why a password cannot be used, or cannot be looked at now.
pub(super) fn password_problem(error: PasswordError) -> ApiError {
    match error {
        PasswordError::TooShort { at_least } => unusable(say!(
            words(),
            problem::password_too_short,
            at_least = at_least.to_string()
        )),
        PasswordError::TooLong => unusable(say!(
            words(),
            problem::password_too_long,
            at_most = MAX_BYTES.to_string()
        )),
        PasswordError::TooEasy => unusable(say!(words(), problem::password_too_easy)),
        PasswordError::Busy => ApiError::unavailable(error),
        error => ApiError::internal(error),
    }
}

fn unusable(detail: impl Into<String>) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "password-unusable",
        &say!(words(), problem::password_unusable),
        detail,
    )
}
