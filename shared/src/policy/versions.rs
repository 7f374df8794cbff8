//! What travels about policies: the one in force, its versions, and what another one would mean.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::check::{Finding, Path};
use super::{Area, Policy, PolicyChange};
use crate::ids::{Revision, Timestamp, UserId};
use crate::verdict::{Confirmation, Refusal, Verdict};
use crate::wire::AuditPerson;

/// `GET /api/v1/policy`: the policy in force, and those before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyView {
    pub version: Revision,
    /// TOML, as it was written; where it was changed otherwise, as it would be written.
    pub source: String,
    pub policy: Policy,
    /// Newest first.
    pub versions: Vec<PolicyVersion>,
}

/// A policy that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyVersion {
    pub version: Revision,
    pub published_at: Timestamp,
    /// Nobody for the first one, which the organisation was made with.
    pub published_by: Option<AuditPerson>,
    /// Why, in the publisher's words.
    pub note: String,
}

/// `GET /api/v1/policy/versions/{version}`: one of them, whole. Publishing its source again is going back to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyVersionView {
    pub version: PolicyVersion,
    pub source: String,
    pub policy: Policy,
}

/// `POST /api/v1/policy/check`: a source to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicySource {
    /// TOML.
    pub source: String,
}

/// What is wrong with a source, with the lines; nothing where it can be published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyChecked {
    pub findings: Vec<Finding>,
    /// What it says, where it can be read; contradictions included.
    pub policy: Option<Policy>,
}

/// `POST /api/v1/policy/preview`: what publishing a source would mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyAsk {
    /// TOML.
    pub source: String,
    /// Leave out so many people of the answer.
    #[serde(default)]
    pub offset: u32,
    /// Tell of so many people; 100 unless given, 500 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What publishing a policy would mean. Nothing is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyPreview {
    /// The version that it was held against, and would come after.
    pub version: Revision,
    pub verdict: Verdict,
    pub differences: Vec<PolicyDifference>,
    /// People who would be in breach of it and are not of the one in force.
    pub in_breach: u32,
    /// How many of them the reader may see.
    pub in_reach: u32,
    /// One page of those, by name.
    pub people: Vec<PersonInBreach>,
}

/// Somebody who would not fit a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonInBreach {
    pub user: UserId,
    /// Empty where the person has no name yet (O6).
    pub name: String,
    pub login_email: String,
    /// What they do not fit, and thereby what they would need.
    pub breaches: Vec<Refusal>,
}

/// `POST /api/v1/policy`: put a policy in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyProposal {
    /// TOML.
    pub source: String,
    /// Why, for those who read the versions; 500 characters at most.
    #[serde(default)]
    pub note: String,
    /// The version that it was written from (X6).
    pub seen_version: Revision,
    #[serde(default)]
    pub confirmations: Vec<Confirmation>,
    /// Made once for each intended publication: a repeated request changes nothing twice.
    pub idempotency_key: Uuid,
}

/// One thing in which two policies differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyDifference {
    pub area: Area,
    /// Where it stands; elements of a list are named by their id.
    pub path: Path,
    /// What it means; absent where only the source can say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<PolicyChange>,
    /// As the source would write it; absent where it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// As the source would write it; absent where it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// `GET /api/v1/policy/compare?from=…&to=…`: two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyComparison {
    pub from: PolicyVersion,
    pub to: PolicyVersion,
    pub differences: Vec<PolicyDifference>,
}
