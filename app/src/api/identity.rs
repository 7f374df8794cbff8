//! The organisation's identity provider.

use shared::wire::{Accepted, CheckProvider, IdentityProviderView, SetProvider};

use super::{Api, ApiError};

impl Api {
    pub(crate) async fn identity_provider(&self) -> Result<IdentityProviderView, ApiError> {
        self.get("/identity-provider").await
    }

    /// Whether a provider answers as it should.
    pub(crate) async fn check_identity_provider(&self, issuer: String) -> Result<(), ApiError> {
        self.done("/identity-provider/check", &CheckProvider { issuer }).await
    }

    /// A lost answer is asked for again with the same key: nothing is done twice.
    pub(crate) async fn set_identity_provider(&self, body: &SetProvider) -> Result<Accepted, ApiError> {
        match self.put("/identity-provider", body).await {
            Err(error) if error.leaves_open() => self.put("/identity-provider", body).await,
            answer => answer,
        }
    }
}
