//! The organisation's identity provider.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::Timestamp;
use crate::provider::{ClientSecret, IdentityProvider};

/// `GET /api/v1/identity-provider`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityProviderView {
    /// The one that is set; its secret is told to nobody.
    pub provider: Option<IdentityProvider>,
    pub has_secret: bool,
    pub changed_at: Option<Timestamp>,
    /// What has to be registered at the provider: where it sends browsers back to.
    pub redirect: String,
    /// The address that people type.
    pub server: String,
    /// Whether a provider on the server's own machine can be set: for development and demonstrations.
    pub own_machine: bool,
}

/// `POST /api/v1/identity-provider/check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckProvider {
    pub issuer: String,
}

/// `PUT /api/v1/identity-provider`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetProvider {
    pub provider: IdentityProvider,
    #[serde(default)]
    pub secret: ClientSecret,
    /// With `"secret": "new"`; it is in no edit, no record and no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// `changed_at` of the settings that were seen; null where none was set (X6).
    #[serde(default)]
    pub seen: Option<Timestamp>,
    /// Made once for each intended change: a repeated request changes nothing twice.
    pub idempotency_key: Uuid,
}

impl std::fmt::Debug for SetProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret is for no log.
        f.debug_struct("SetProvider")
            .field("provider", &self.provider)
            .field("secret", &self.secret)
            .finish_non_exhaustive()
    }
}
