//! Browsers that several people share, and the PINs that are good there.

use serde::de::IgnoredAny;
use shared::ids::UserId;
use shared::wire::{ChoosePin, DeviceList, PinSignIn, PinView, ThisDevice};

use super::{Api, ApiError};

impl Api {
    /// This browser, whether somebody is signed in or not.
    pub(crate) async fn this_device(&self) -> Result<ThisDevice, ApiError> {
        self.get("/device").await
    }

    pub(crate) async fn devices(&self) -> Result<DeviceList, ApiError> {
        self.get("/devices").await
    }

    pub(crate) async fn own_pin(&self) -> Result<PinView, ApiError> {
        self.get("/pin").await
    }

    pub(crate) async fn choose_pin(&self, pin: String) -> Result<(), ApiError> {
        self.put::<_, IgnoredAny>("/pin", &ChoosePin { pin }).await.map(drop)
    }

    pub(crate) async fn remove_pin(&self) -> Result<(), ApiError> {
        self.delete("/pin").await
    }

    pub(crate) async fn go_on_with_pin(&self, user: UserId, pin: String) -> Result<(), ApiError> {
        let body = PinSignIn { user, pin };
        self.post::<_, IgnoredAny>("/sign-in/pin", &body).await.map(drop)
    }
}
