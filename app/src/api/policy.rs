//! Calls about the organisation's policy.

use shared::ids::Revision;
use shared::policy::{
    PolicyAsk, PolicyChecked, PolicyComparison, PolicyPresets, PolicyPreview, PolicyProposal, PolicyRevised,
    PolicyRevision, PolicySource, PolicyVersionView, PolicyView,
};
use shared::wire::Accepted;

use super::{Api, ApiError};

impl Api {
    /// The policy in force, with its source and its versions.
    pub(crate) async fn policy(&self) -> Result<PolicyView, ApiError> {
        self.get("/policy").await
    }

    /// What is wrong with a source, with its lines.
    pub(crate) async fn check_policy(&self, source: String) -> Result<PolicyChecked, ApiError> {
        self.post("/policy/check", &PolicySource { source }).await
    }

    /// The policies that come with the product.
    pub(crate) async fn policy_presets(&self) -> Result<PolicyPresets, ApiError> {
        self.get("/policy/presets").await
    }

    /// A source with changes made in it.
    pub(crate) async fn revise_policy(&self, revision: &PolicyRevision) -> Result<PolicyRevised, ApiError> {
        self.post("/policy/revise", revision).await
    }

    /// What publishing a source would mean.
    pub(crate) async fn preview_policy(&self, ask: &PolicyAsk) -> Result<PolicyPreview, ApiError> {
        self.post("/policy/preview", ask).await
    }

    /// Puts a policy in force. A lost answer is asked for again with the same key: nothing is published twice.
    pub(crate) async fn publish_policy(&self, proposal: &PolicyProposal) -> Result<Accepted, ApiError> {
        match self.post("/policy", proposal).await {
            Err(error) if error.leaves_open() => self.post("/policy", proposal).await,
            answer => answer,
        }
    }

    pub(crate) async fn policy_version(&self, version: Revision) -> Result<PolicyVersionView, ApiError> {
        self.get(&format!("/policy/versions/{}", version.0)).await
    }

    pub(crate) async fn compare_policies(&self, from: Revision, to: Revision) -> Result<PolicyComparison, ApiError> {
        self.get(&format!("/policy/compare?from={}&to={}", from.0, to.0)).await
    }
}
