//! One's own password and second factors, and the second step of signing in.

use serde::de::IgnoredAny;
use shared::wire::{
    AuthenticatorCode, AuthenticatorSetUp, ChangeOwnPassword, OwnFactors, RecoveryCodes, SecondStep, SecondStepNeeded,
};
use uuid::Uuid;
use wasm_bindgen::JsValue;

use super::{Api, ApiError};

const APP: &str = "/me/factors/authenticator-app";

impl Api {
    /// What the sign-in that is under way waits for.
    pub(crate) async fn second_step(&self) -> Result<SecondStepNeeded, ApiError> {
        self.get_at_once("/sign-in/second-step").await
    }

    pub(crate) async fn finish_second_step(&self, answer: &SecondStep) -> Result<(), ApiError> {
        let done = self.post_at_once::<_, IgnoredAny>("/sign-in/second-step", answer).await;
        done.map(drop)
    }

    pub(crate) async fn own_factors(&self) -> Result<OwnFactors, ApiError> {
        self.get("/me/factors").await
    }

    pub(crate) async fn begin_authenticator(&self) -> Result<AuthenticatorSetUp, ApiError> {
        self.post(APP, &()).await
    }

    pub(crate) async fn confirm_authenticator(&self, code: String) -> Result<RecoveryCodes, ApiError> {
        self.put(APP, &AuthenticatorCode { code }).await
    }

    pub(crate) async fn remove_authenticator(&self) -> Result<(), ApiError> {
        self.delete(APP).await
    }

    pub(crate) async fn renew_recovery_codes(&self) -> Result<RecoveryCodes, ApiError> {
        self.post("/me/factors/recovery-codes", &()).await
    }

    pub(crate) async fn remove_passkey(&self, id: Uuid) -> Result<(), ApiError> {
        self.delete(&format!("/me/factors/passkeys/{id}")).await
    }

    /// Asks for what `navigator.credentials` is to be told.
    pub(crate) async fn passkey_options(&self, path: &str) -> Result<JsValue, ApiError> {
        self.post_js(path, &JsValue::NULL).await
    }

    /// Sends what `navigator.credentials` gave, as it is.
    pub(crate) async fn send_passkey(&self, path: &str, body: &JsValue) -> Result<JsValue, ApiError> {
        self.post_js(path, body).await
    }

    pub(crate) async fn change_own_password(&self, body: &ChangeOwnPassword) -> Result<(), ApiError> {
        self.put::<_, IgnoredAny>("/me/password", body).await.map(drop)
    }
}
