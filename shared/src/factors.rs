//! Second factors: what somebody has besides their password, and who has to have one.

use serde::{Deserialize, Serialize};

use crate::access::Assignment;
use crate::ids::Timestamp;
use crate::policy::Policy;

/// What a second factor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// An app that shows codes which change every 30 seconds (TOTP, RFC 6238).
    AuthenticatorApp,
    /// A key pair on a device or in a password manager (WebAuthn); it can be the only step, too.
    Passkey,
}

/// A second factor that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactor {
    pub kind: FactorKind,
    /// What its person calls it; empty where there can be one only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
}

/// How somebody came to choose another password of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PasswordChange {
    /// By the one before.
    Own,
    /// By a link that was mailed ("Forgot your password?").
    Link,
    /// By a temporary one, which has to be changed (T7).
    Temporary,
}

/// What happens to what somebody signs in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FactorStep {
    Added {
        kind: FactorKind,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
    },
    Removed {
        kind: FactorKind,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
    },
    /// New recovery codes; the earlier ones do not work any more.
    RecoveryCodesMade,
    /// Somebody signed in with a recovery code.
    RecoveryCodeUsed,
    /// A PIN for shared browsers, in the place of an earlier one if there was one.
    PinChosen,
    PinRemoved,
    /// Another password, which its person chose.
    PasswordChanged {
        how: PasswordChange,
    },
    /// The organisation's identity provider sent another account of its own than before, and it was not let in.
    ProviderAccountRefused,
    /// An administrator took all of them away.
    Reset,
}

/// Whether a person with these assignments has to have a second factor ("Enforce MFA"): one of their roles asks for it,
/// wherever they hold it.
pub fn is_required(policy: &Policy, assignments: &[Assignment]) -> bool {
    assignments
        .iter()
        .filter_map(|held| policy.role(&held.role))
        .any(|role| role.requires_second_factor)
}
