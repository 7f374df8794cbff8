//! An authenticator app, as on somebody's phone.

use reqwest::Method;
use scenarios::http::Session;
use shared::wire::{AuthenticatorCode, AuthenticatorSetUp, RecoveryCodes};
use totp_rs::{Builder, Secret, Totp};

pub(crate) const APP: &str = "/api/v1/me/factors/authenticator-app";

/// An authenticator app, as on somebody's phone.
pub(crate) struct Phone(Totp);

impl Phone {
    pub(crate) fn told(told: &AuthenticatorSetUp) -> Self {
        let secret = Secret::try_from_base32(told.secret.replace(' ', "")).expect("Base32");
        Self(
            Builder::new()
                .with_secret(secret)
                .build()
                .expect("six digits, 30 seconds"),
        )
    }

    pub(crate) fn shows(&self) -> String {
        self.0.generate_current().to_string()
    }
}

/// Sets an authenticator app up for whoever is signed in: the phone, and the recovery codes.
pub(crate) async fn set_up(session: &Session) -> (Phone, Vec<String>) {
    let told: AuthenticatorSetUp = session.post(APP, &()).await.expect_status(200).json();
    let phone = Phone::told(&told);
    let body = AuthenticatorCode { code: phone.shows() };
    let answer = session.send(session.request(Method::PUT, APP).json(&body)).await;
    let codes: RecoveryCodes = answer.expect_status(200).json();
    (phone, codes.codes)
}
