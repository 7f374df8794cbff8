//! Calls that work without being signed in, by a link that was mailed.

use serde::Serialize;
use serde::de::IgnoredAny;
use shared::wire::{
    AcceptInvitation, ForgotPassword, InvitationView, LinkToken, PasswordJudgement, PasswordToJudge, ResetPassword,
    ResetView,
};

use super::{Api, ApiError};

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

    /// Something that is answered with nothing.
    async fn done<B: Serialize>(&self, path: &str, body: &B) -> Result<(), ApiError> {
        self.post::<_, IgnoredAny>(path, body).await.map(drop)
    }
}
