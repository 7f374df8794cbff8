//! What travels about changing a policy's source piece by piece: by forms, for those who do not write TOML. The source stays
//! the truth, with its order and its comments.

use serde::{Deserialize, Serialize};

use super::Policy;
use super::check::Path;

/// `POST /api/v1/policy/revise`: changes to be made in a source, in their order. Nothing is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyRevision {
    /// TOML.
    pub source: String,
    pub changes: Vec<PolicyEdit>,
}

/// One change of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyEdit {
    /// Where: keys by their names, elements of a list by their id. An element that is not there is made when something of it
    /// is written.
    pub path: Path,
    /// What is written there; without a value it is taken out, and the default holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<PolicyValue>,
}

/// A value in a policy's source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum PolicyValue {
    Flag(bool),
    Number(u32),
    Text(String),
    List(Vec<String>),
}

/// The source after the changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyRevised {
    /// TOML.
    pub source: String,
    /// What it says, contradictions included.
    pub policy: Policy,
}

/// `GET /api/v1/policy/presets`: the policies that come with the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyPresets {
    pub presets: Vec<PolicyPreset>,
}

/// A policy to start from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyPreset {
    pub id: String,
    pub name: String,
    /// TOML.
    pub source: String,
}
