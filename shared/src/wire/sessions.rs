//! Sessions: where somebody is signed in, and who tried in vain.

use serde::{Deserialize, Serialize};

use crate::ids::{SessionId, Timestamp};
use crate::lifecycle::Lock;

/// `GET /api/v1/sessions` and `GET /api/v1/users/{id}/sessions`: where a person is signed in. A session is ended by an edit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The one that asks first, then those that were used last.
    pub sessions: Vec<SessionView>,
    /// Attempts to sign in that failed, newest first: the last few.
    pub failed: Vec<FailedSignIn>,
    /// Since when the account is locked and why, if it is (T14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<Lock>,
}

/// An open session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    pub device: DeviceView,
    pub place: PlaceView,
    /// When it was begun.
    pub since: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen: Timestamp,
}

/// An attempt to sign in that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailedSignIn {
    pub at: Timestamp,
    pub device: DeviceView,
    pub place: PlaceView,
}

/// What a device says that it is. Nothing vouches for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct DeviceView {
    /// "Chrome", where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// "Windows", where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
}

/// Where a request came from: a network address, and how near that is to the one who reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaceView {
    pub address: String,
    pub nearness: Nearness,
}

/// How near an address is. Where on earth it lies is not guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    /// The machine that the server runs on.
    Server,
    /// The address that the reader comes from, too.
    Same,
    /// A private network (RFC 1918, RFC 4193): inside the house, as the server sees it.
    Private,
    /// Anywhere else.
    Elsewhere,
}

/// `GET /api/v1/session`: how long the session that asks still lasts. Asking does not count as using it; `POST` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionState {
    /// Until it ends, unless it is used.
    pub seconds_left: u32,
    /// So long it lasts without being used.
    pub idle_seconds: u32,
    /// Whether using it puts the end off: not when the end is that of its longest life.
    pub can_stay: bool,
    /// Whether its person has proved who they are so lately that sensitive edits are taken.
    #[serde(default)]
    pub is_proved: bool,
}
