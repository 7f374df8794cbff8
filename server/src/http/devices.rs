//! Browsers that several people share: which there are, who goes on there, and with which PIN. They are enrolled and
//! released by edits.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::device::{PIN_AT_LEAST, PIN_AT_MOST, PinFault};
use shared::factors::FactorStep;
use shared::ids::Timestamp;
use shared::text::say;
use shared::wire::{ChoosePin, DeviceList, PinSignIn, PinView, Problem, ThisDevice};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::language::words;
use super::problem::ApiError;
use super::session::{Proved, Reader};
use super::sign_in::begun;
use crate::accounts::pins::{self, PinError};
use crate::accounts::sessions::Device;
use crate::config::Secret;
use crate::facts::Asker;
use crate::store::{Conn, StoreError};
use crate::{App, clock, edits, queries};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(here))
        .routes(routes!(all))
        .routes(routes!(pin, choose_pin, remove_pin))
        .routes(routes!(sign_in_with_pin))
}

/// The browser that asks: what it is called by, and who goes on there with a PIN where it is a shared one.
#[utoipa::path(
    get,
    path = "/device",
    tag = "sign-in",
    security((), ("session" = [])),
    responses((status = 200, description = "Names are told to a shared browser alone", body = ThisDevice,
        example = json!({
            "id": "0197a3c0-6a1e-8c55-9d3f-2f6f1f0b1c21",
            "shared": {"name": "Front desk, left", "organisation": "Riverside Clinics",
                "people": [{"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "name": "Ana García"}]}
        })))
)]
async fn here(State(app): State<App>, device: Device) -> Result<Json<ThisDevice>, ApiError> {
    let id = pins::device_id(&device);
    let shared = app.db.read(move |conn| pins::here(conn, &device)).await?;
    Ok(Json(ThisDevice { id, shared }))
}

/// List the organisation's shared browsers.
#[utoipa::path(
    get,
    path = "/devices",
    tag = "accounts",
    responses(
        (status = 200, description = "By name", body = DeviceList,
            example = json!({
                "devices": [{"id": "0197a3c0-6a1e-8c55-9d3f-2f6f1f0b1c21", "name": "Front desk, left",
                    "enrolled_at": 1763769600000_i64, "enrolled_by": "Ana García"}],
                "here": "0197a3c0-6a1e-8c55-9d3f-2f6f1f0b1c21"
            })),
        (status = 403, description = "`/problems/forbidden`: the reader does not administer users everywhere",
            body = Problem, content_type = "application/problem+json"),
    )
)]
async fn all(State(app): State<App>, reader: Reader, device: Device) -> Result<Json<DeviceList>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    let devices = app
        .db
        .read(move |conn| queries::devices::all(conn, &asker, now))
        .await?;
    Ok(Json(DeviceList {
        devices,
        here: pins::device_id(&device),
    }))
}

/// Whether the reader has a PIN, and since when.
#[utoipa::path(
    get,
    path = "/pin",
    tag = "sign-in",
    responses((status = 200, description = "Never the PIN itself", body = PinView, example = json!({"since": 1763769600000_i64})))
)]
async fn pin(State(app): State<App>, reader: Reader) -> Result<Json<PinView>, ApiError> {
    let since = app.db.read(move |conn| pins::since(conn, reader.user)).await?;
    Ok(Json(PinView { since }))
}

/// Choose the PIN with which one goes on at shared browsers.
#[utoipa::path(
    put,
    path = "/pin",
    tag = "sign-in",
    request_body(content = ChoosePin, example = json!({"pin": "482910"})),
    responses(
        (status = 204, description = "It replaces the one before"),
        (status = 403, description = "`/problems/fresh-authentication-needed`: sign in again first", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "`/problems/pin-unusable`: not six to twelve digits, or what is tried first", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn choose_pin(
    State(app): State<App>,
    Proved(reader): Proved,
    Json(body): Json<ChoosePin>,
) -> Result<StatusCode, ApiError> {
    let hash = pins::hash(&app, Secret::new(body.pin))
        .await
        .map_err(super::sign_in::password_problem)?;
    let hash = hash.map_err(unusable)?;
    app.db
        .write(move |conn| {
            let now = clock::now();
            pins::choose(conn, reader.user, &hash, now)?;
            on_record(conn, &reader, FactorStep::PinChosen, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give the PIN up.
#[utoipa::path(
    delete,
    path = "/pin",
    tag = "sign-in",
    responses((status = 204, description = "There is none any more"))
)]
async fn remove_pin(State(app): State<App>, reader: Reader) -> Result<StatusCode, ApiError> {
    app.db
        .write(move |conn| {
            let now = clock::now();
            if pins::since(conn, reader.user)?.is_none() {
                return Ok::<_, StoreError>(());
            }
            pins::forget(conn, reader.user)?;
            on_record(conn, &reader, FactorStep::PinRemoved, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn on_record(conn: &mut Conn, reader: &Reader, step: FactorStep, now: Timestamp) -> Result<(), StoreError> {
    edits::change_factors(conn, reader.organisation, reader.user, step, &reader.origin, now)
}

/// Go on at a shared browser with a PIN.
///
/// Only where an administrator has enrolled the browser and the person has signed in there before. What needs a fresh proof
/// of who somebody is asks for more.
#[utoipa::path(
    post,
    path = "/sign-in/pin",
    tag = "sign-in",
    request_body(content = PinSignIn, example = json!({"user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "pin": "482910"})),
    security(()),
    responses(
        (status = 204, description = "Signed in; the answer sets the cookie `__Host-lanyard`.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 403, description = "`/problems/sign-in-by-provider`: it was right, and they sign in by the identity provider alone",
            body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`/problems/pin-refused`, or `/problems/pin-used-up`: only the password helps now", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sign_in_with_pin(
    State(app): State<App>,
    device: Device,
    Json(body): Json<PinSignIn>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    begun(&pins::sign_in(&app, body.user, Secret::new(body.pin), device).await?)
}

pub(crate) fn unusable(fault: PinFault) -> ApiError {
    let detail = match fault {
        PinFault::NotDigits => say!(words(), pin::not_digits),
        PinFault::TooShort => say!(words(), pin::too_short, at_least = PIN_AT_LEAST.to_string()),
        PinFault::TooLong => say!(words(), pin::too_long, at_most = PIN_AT_MOST.to_string()),
        PinFault::Obvious => say!(words(), pin::obvious),
    };
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "pin-unusable",
        &say!(words(), pin::unusable),
        detail,
    )
}

impl From<PinError> for ApiError {
    fn from(error: PinError) -> Self {
        let refused = |kind: &str, detail: String| {
            Self::new(StatusCode::UNAUTHORIZED, kind, &say!(words(), pin::refused), detail)
        };
        match error {
            PinError::Refused => refused("pin-refused", say!(words(), pin::refused_detail)),
            PinError::ByProvider { name } => super::sign_in::by_provider(&name),
            PinError::UsedUp => refused("pin-used-up", say!(words(), pin::used_up)),
            PinError::Hash(error) => super::sign_in::password_problem(error),
            PinError::Store(error) => error.into(),
        }
    }
}
