//! Browsers that several people share, and the PINs that are good there.

use serde::{Deserialize, Serialize};

use crate::device::SharedDevice;
use crate::ids::{DeviceId, Timestamp, UserId};

/// `GET /api/v1/device`: the browser that asks, signed in or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThisDevice {
    /// Absent where nobody has ever signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<DeviceId>,
    /// Where an administrator has made it a shared one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<SharedHere>,
}

/// A shared browser, as its lock screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedHere {
    pub name: String,
    pub organisation: String,
    /// Who has signed in here, has a PIN, and may come in: by name.
    pub people: Vec<PersonHere>,
}

/// Somebody who uses a shared browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonHere {
    pub user: UserId,
    pub name: String,
}

/// `GET /api/v1/devices`: the organisation's shared browsers. They are enrolled and released by edits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceList {
    /// By name.
    pub devices: Vec<SharedDevice>,
    /// The browser that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here: Option<DeviceId>,
}

/// `GET /api/v1/pin`: whether the reader has a PIN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PinView {
    /// When it was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// `PUT /api/v1/pin`: the reader's PIN on shared browsers.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChoosePin {
    pub pin: String,
}

/// `POST /api/v1/sign-in/pin`: going on at a shared browser.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PinSignIn {
    pub user: UserId,
    pub pin: String,
}
