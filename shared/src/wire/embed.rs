//! Lanyard in other applications' pages.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::embed::{AllowedOrigin, ApiKey, Element, EmbedAccess};
use crate::ids::{SiteId, Timestamp, UserId};

/// `POST /api/v1/embed/sessions`, with an API key: a token for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedRequest {
    /// Who is signed in at the host.
    pub user: EmbedFor,
    pub elements: BTreeSet<Element>,
    pub access: EmbedAccess,
    /// Only these sites; absent: as far as the key goes.
    #[serde(default)]
    pub sites: Option<BTreeSet<SiteId>>,
    /// Only pages of these origins; absent: of all that the organisation has allowed now.
    #[serde(default)]
    pub origins: Option<BTreeSet<String>>,
}

/// Whom a token is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EmbedFor {
    LoginEmail(String),
    Id(UserId),
}

/// A token, told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedToken {
    pub token: String,
    pub expires_at: Timestamp,
}

/// How far the token goes that was sent, as `GET /api/v1/me` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbeddedView {
    pub elements: BTreeSet<Element>,
    pub access: EmbedAccess,
    pub sites: Option<BTreeSet<SiteId>>,
    pub expires_at: Timestamp,
}

/// `GET /api/v1/embedding`: what the organisation has settled about embedding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbeddingView {
    /// The address of this server, as hosts name it.
    pub server: String,
    /// By name.
    pub origins: Vec<AllowedOrigin>,
    /// From the newest on, revoked ones last.
    pub keys: Vec<ApiKey>,
    /// So long a token lasts at most.
    pub token_seconds: u32,
}
