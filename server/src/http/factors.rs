//! One's own password and second factors.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use shared::text::say;
use shared::wire::{AuthenticatorCode, AuthenticatorSetUp, ChangeOwnPassword, OwnFactors, Problem, RecoveryCodes};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::extract::{Json, Path};
use super::language::words;
use super::problem::ApiError;
use super::session::{Newcomer, Proved, ProvedNewcomer, Reader};
use super::sign_in::{begun, password_problem};
use crate::accounts::factors::{self, FactorError, Owner, authenticator_app, passkeys, recovery_codes};
use crate::accounts::sessions::Device;
use crate::accounts::sign_in;
use crate::config::Secret;
use crate::{App, clock};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(own_factors))
        .routes(routes!(begin_app, confirm_app, remove_app))
        .routes(routes!(renew_codes))
        .routes(routes!(begin_passkey))
        .routes(routes!(add_passkey))
        .routes(routes!(remove_passkey))
        .routes(routes!(change_own_password))
}

/// What one signs in with.
///
/// Like everything that setting a second factor up takes, it is there also for somebody who has to do that before anything
/// else.
#[utoipa::path(
    get,
    path = "/me/factors",
    tag = "account",
    responses((status = 200, description = "Second factors, recovery codes that are left, and the password", body = OwnFactors,
        example = json!({
            "factors": [{"id": "00000000-0000-0000-0000-000000000000", "factor": {"kind": "authenticator_app", "since": 1764374400000_i64}}],
            "recovery_codes": 10, "required": false, "passkeys": true, "at_least": 8, "password_since": 1764374400000_i64
        })))
)]
async fn own_factors(State(app): State<App>, Newcomer(reader): Newcomer) -> Result<Json<OwnFactors>, ApiError> {
    let works = app.passkeys.works();
    let found = app
        .db
        .read(move |conn| factors::view(conn, reader.user, reader.organisation, works));
    Ok(Json(found.await?))
}

/// Begin setting up an authenticator app (TOTP, RFC 6238).
///
/// It counts once a code of it was given. Beginning again replaces what was begun.
#[utoipa::path(
    post,
    path = "/me/factors/authenticator-app",
    tag = "account",
    responses(
        (status = 403, description = "`/problems/fresh-authentication-needed`: sign in again first", body = Problem,
            content_type = "application/problem+json"),
        (status = 200, description = "What the app is told, shown this once", body = AuthenticatorSetUp,
            example = json!({
                "qr": "<svg …></svg>", "secret": "JBSW Y3DP EHPK 3PXP",
                "uri": "otpauth://totp/Riverside%20Clinics:ana%40riverside.example?secret=JBSWY3DPEHPK3PXP&issuer=Riverside%20Clinics"
            })),
        (status = 409, description = "`/problems/factor-there`: there is one already", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn begin_app(
    State(app): State<App>,
    ProvedNewcomer(reader): ProvedNewcomer,
) -> Result<Json<AuthenticatorSetUp>, ApiError> {
    let (owner, inside) = (owner(&reader), app.clone());
    let begun = app
        .db
        .write(move |conn| authenticator_app::begin(conn, &owner, &inside.config.secrets));
    Ok(Json(begun.await?))
}

/// Confirm the authenticator app by a code of it: from now on it is asked for.
#[utoipa::path(
    put,
    path = "/me/factors/authenticator-app",
    tag = "account",
    request_body(content = AuthenticatorCode, example = json!({"code": "123 456"})),
    responses(
        (status = 200, description = "It is set up. Recovery codes, where there were none; shown this once", body = RecoveryCodes,
            example = json!({"codes": ["k7wm-p3xr-9vtd-hq2n"]})),
        (status = 409, description = "`/problems/factor-there`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/factor-not-proved`: the code is not one of the app's", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn confirm_app(
    State(app): State<App>,
    Newcomer(reader): Newcomer,
    Json(body): Json<AuthenticatorCode>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    app.sign_ins.take(&reader.origin)?;
    let (owner, inside) = (owner(&reader), app.clone());
    let confirmed = app
        .db
        .write(move |conn| authenticator_app::confirm(conn, &owner, &inside.config.secrets, &body.code));
    Ok(Json(RecoveryCodes {
        codes: confirmed.await?,
    }))
}

/// Remove the authenticator app.
#[utoipa::path(
    delete,
    path = "/me/factors/authenticator-app",
    tag = "account",
    responses(
        (status = 403, description = "`/problems/fresh-authentication-needed`: sign in again first", body = Problem,
            content_type = "application/problem+json"),
        (status = 204, description = "Its codes do not work any more"),
        (status = 404, description = "`/problems/not-found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/factor-required`: a role asks for one; `/problems/password-too-short`: choose a \
            longer password first", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_app(State(app): State<App>, Proved(reader): Proved) -> Result<StatusCode, ApiError> {
    let owner = owner(&reader);
    app.db
        .write(move |conn| authenticator_app::remove(conn, &owner))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new recovery codes; the earlier ones do not work any more.
#[utoipa::path(
    post,
    path = "/me/factors/recovery-codes",
    tag = "account",
    responses(
        (status = 403, description = "`/problems/fresh-authentication-needed`: sign in again first", body = Problem,
            content_type = "application/problem+json"),
        (status = 200, description = "Ten codes, each good once, shown this once", body = RecoveryCodes,
            example = json!({"codes": ["k7wm-p3xr-9vtd-hq2n"]})),
        (status = 404, description = "`/problems/not-found`: there is no second factor", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn renew_codes(State(app): State<App>, Proved(reader): Proved) -> Result<Json<RecoveryCodes>, ApiError> {
    let owner = owner(&reader);
    let made = app.db.write(move |conn| recovery_codes::renew(conn, &owner));
    Ok(Json(RecoveryCodes { codes: made.await? }))
}

/// Begin adding a passkey.
#[utoipa::path(
    post,
    path = "/me/factors/passkeys/options",
    tag = "account",
    responses(
        (status = 403, description = "`/problems/fresh-authentication-needed`: sign in again first", body = Problem,
            content_type = "application/problem+json"),
        (status = 200, description = "Options for `navigator.credentials.create` (WebAuthn, \
            `PublicKeyCredentialCreationOptionsJSON` in `publicKey`)", body = Object,
            example = json!({"publicKey": {"rp": {"id": "users.example.com", "name": "Lanyard"}, "challenge": "…"}})),
        (status = 409, description = "`/problems/no-passkeys`: they cannot be used at this address", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn begin_passkey(
    State(app): State<App>,
    ProvedNewcomer(reader): ProvedNewcomer,
) -> Result<Json<Value>, ApiError> {
    let (owner, inside) = (owner(&reader), app.clone());
    let begun = app
        .db
        .write(move |conn| passkeys::begin_adding(conn, &owner, &inside.passkeys, &reader.session));
    Ok(Json(begun.await?))
}

/// A passkey that the browser has made.
#[derive(Debug, Deserialize)]
struct NewPasskey {
    /// What its person calls it.
    name: String,
    /// What `navigator.credentials.create` gave, as `toJSON()` writes it.
    credential: Value,
}

/// Add the passkey that the browser has made.
#[utoipa::path(
    post,
    path = "/me/factors/passkeys",
    tag = "account",
    request_body(content = Object, example = json!({"name": "Front desk laptop", "credential": {"id": "…"}})),
    responses(
        (status = 200, description = "It is added. Recovery codes, where there were none; shown this once", body = RecoveryCodes,
            example = json!({"codes": ["k7wm-p3xr-9vtd-hq2n"]})),
        (status = 409, description = "`/problems/factor-there`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`/problems/factor-not-proved`: it does not answer what was asked, or too late",
            body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_passkey(
    State(app): State<App>,
    Newcomer(reader): Newcomer,
    Json(body): Json<NewPasskey>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let (owner, inside) = (owner(&reader), app.clone());
    let added = app.db.write(move |conn| {
        let party = &inside.passkeys;
        passkeys::add(conn, &owner, party, &reader.session, &body.name, &body.credential)
    });
    Ok(Json(RecoveryCodes { codes: added.await? }))
}

/// Remove a passkey.
#[utoipa::path(
    delete,
    path = "/me/factors/passkeys/{id}",
    tag = "account",
    params(("id" = Uuid, Path, description = "As `GET /api/v1/me/factors` has it")),
    responses(
        (status = 403, description = "`/problems/fresh-authentication-needed`: sign in again first", body = Problem,
            content_type = "application/problem+json"),
        (status = 204, description = "It lets nobody in any more"),
        (status = 404, description = "`/problems/not-found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/factor-required` or `/problems/password-too-short`", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn remove_passkey(
    State(app): State<App>,
    Proved(reader): Proved,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    let owner = owner(&reader);
    app.db.write(move |conn| passkeys::remove(conn, &owner, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change one's own password by means of the one before. All other sessions end.
#[utoipa::path(
    put,
    path = "/me/password",
    tag = "account",
    request_body(content = ChangeOwnPassword, example = json!({
        "password": "seven lanterns by the gravel path", "new_password": "kettle under a blue sky"
    })),
    responses(
        (status = 204, description = "Changed; the answer sets the cookie `__Host-lanyard` anew.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 422, description = "`/problems/password-unusable`, or `/problems/factor-not-proved`: the password until now \
            is another one", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change_own_password(
    State(app): State<App>,
    reader: Reader,
    device: Device,
    Json(body): Json<ChangeOwnPassword>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let (password, new) = (Secret::new(body.password), Secret::new(body.new_password));
    let changed = sign_in::change_own_password(&app, reader.user, &reader.session, password, new, device).await;
    match changed {
        Ok(signed_in) => begun(&signed_in),
        Err(sign_in::SignInError::Refused) => Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "factor-not-proved",
            &say!(words(), problem::not_the_password),
            say!(words(), problem::not_the_password_detail),
        )),
        Err(error) => Err(error.into()),
    }
}

fn owner(reader: &Reader) -> Owner {
    Owner {
        user: reader.user,
        organisation: reader.organisation,
        origin: reader.origin.clone(),
        now: clock::now(),
    }
}

impl From<FactorError> for ApiError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::NotProved => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "factor-not-proved",
                &say!(words(), problem::factor_not_proved),
                say!(words(), problem::factor_not_proved_detail),
            ),
            FactorError::There => Self::conflict("factor-there", say!(words(), problem::factor_there)),
            FactorError::Unknown => Self::not_found(),
            FactorError::Required => Self::conflict("factor-required", say!(words(), problem::factor_required)),
            FactorError::PasswordTooShort => {
                Self::conflict("password-too-short", say!(words(), problem::password_too_short_alone))
            }
            FactorError::NoPasskeys => Self::new(
                StatusCode::CONFLICT,
                "no-passkeys",
                &say!(words(), problem::no_passkeys),
                say!(words(), problem::no_passkeys_detail),
            ),
            FactorError::Password(error) => password_problem(error),
            FactorError::Secrets(error) => Self::internal(error),
            FactorError::Store(error) => error.into(),
        }
    }
}
