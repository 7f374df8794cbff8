//! Calls about accounts and their mail; most work without being signed in, by a link that was mailed.

use serde::Serialize;
use serde::de::IgnoredAny;
use shared::wire::{
    AcceptInvitation, BeginProvider, ForgotPassword, InvitationView, LinkToken, MailResent, PasswordJudgement,
    PasswordToJudge, ProviderAddress, ResetPassword, ResetView, SignInWays, UndeliveredMail,
};

use uuid::Uuid;

use super::{Api, ApiError};
use crate::query::QueryString;

/// A body without anything in it.
#[derive(Serialize)]
struct Nothing {}

impl Api {
    pub(crate) async fn open_invitation(&self, link: &LinkToken) -> Result<InvitationView, ApiError> {
        self.post("/invitations/open", link).await
    }

    /// Accepts, and signs in.
    pub(crate) async fn accept_invitation(&self, body: &AcceptInvitation) -> Result<(), ApiError> {
        self.done("/invitations/accept", body).await
    }

    pub(crate) async fn ask_for_link(&self, link: &LinkToken) -> Result<(), ApiError> {
        self.done("/invitations/ask", link).await
    }

    pub(crate) async fn forgot_password(&self, body: &ForgotPassword) -> Result<(), ApiError> {
        self.done("/password/forgot", body).await
    }

    pub(crate) async fn open_reset(&self, link: &LinkToken) -> Result<ResetView, ApiError> {
        self.post("/password/open", link).await
    }

    pub(crate) async fn reset_password(&self, body: &ResetPassword) -> Result<(), ApiError> {
        self.done("/password/reset", body).await
    }

    pub(crate) async fn judge_password(&self, body: &PasswordToJudge) -> Result<PasswordJudgement, ApiError> {
        self.post("/password/strength", body).await
    }

    /// Mail to people whom the reader manages: what was not delivered, or what was.
    pub(crate) async fn mail(&self, delivered: bool) -> Result<UndeliveredMail, ApiError> {
        let query = QueryString::default().with("delivered", if delivered { "true" } else { "" });
        self.get(&query.after("/mail")).await
    }

    pub(crate) async fn send_mail_again(&self, id: Uuid) -> Result<(), ApiError> {
        self.done(&format!("/mail/{id}/resend"), &Nothing {}).await
    }

    pub(crate) async fn send_all_mail_again(&self) -> Result<MailResent, ApiError> {
        self.post("/mail/resend", &Nothing {}).await
    }

    /// What is offered besides a password, by a `domain` or on the page of a `link`.
    pub(crate) async fn sign_in_ways(&self, by: &str, value: &str) -> Result<SignInWays, ApiError> {
        self.get(&QueryString::default().with(by, value).after("/sign-in/ways"))
            .await
    }

    pub(crate) async fn begin_provider(&self, body: &BeginProvider) -> Result<ProviderAddress, ApiError> {
        self.post("/sign-in/provider", body).await
    }

    /// Something that is answered with nothing.
    pub(super) async fn done<B: Serialize>(&self, path: &str, body: &B) -> Result<(), ApiError> {
        self.post::<_, IgnoredAny>(path, body).await.map(drop)
    }
}
