//! Bodies about second factors: signing in with one, and the person's own.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::factors::SecondFactor;
use crate::ids::Timestamp;

/// `POST /api/v1/sign-in`, where the password is right and is not enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondStepNeeded {
    /// By what the person can go on.
    pub by: Vec<SecondStepBy>,
    /// Until when; after that signing in begins anew.
    pub until: Timestamp,
}

/// What a second step can be done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondStepBy {
    /// A code of the authenticator app.
    Code,
    Passkey,
    RecoveryCode,
}

/// `POST /api/v1/sign-in/second-step`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondStep {
    /// Six digits of the authenticator app; spaces do not matter.
    Code(String),
    /// One of the recovery codes; case, spaces and hyphens do not matter.
    RecoveryCode(String),
}

/// `GET /api/v1/me/factors`: what one signs in with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnFactors {
    pub factors: Vec<OwnFactor>,
    /// Recovery codes that have not been used.
    pub recovery_codes: u32,
    /// One of the person's roles asks for a second factor.
    pub required: bool,
    /// Whether passkeys can be used at this address: browsers want a name over https, or localhost.
    pub passkeys: bool,
    /// Characters that a new password needs at least.
    pub at_least: u32,
    /// When the password was chosen; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_since: Option<Timestamp>,
}

/// A second factor of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnFactor {
    /// By which a passkey is removed.
    pub id: Uuid,
    pub factor: SecondFactor,
}

/// `POST /api/v1/me/factors/authenticator-app`: what the app is told, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthenticatorSetUp {
    /// A QR code of `uri`, as an SVG document.
    pub qr: String,
    /// The secret in Base32, in groups of four, for typing it in.
    pub secret: String,
    /// `otpauth://totp/…`, for opening the app on the same device.
    pub uri: String,
}

/// `PUT /api/v1/me/factors/authenticator-app`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthenticatorCode {
    /// What the app shows.
    pub code: String,
}

/// Recovery codes, shown this once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Empty where there were some already.
    pub codes: Vec<String>,
}

/// `PUT /api/v1/me/password`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeOwnPassword {
    /// The password until now.
    pub password: String,
    /// At least 15 characters, or 8 for somebody with a second factor; not easily guessed, another one than before.
    pub new_password: String,
}
