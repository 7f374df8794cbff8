//! What people have besides roles: resources, profile fields, and products with the terms that they come under.

use serde::{Deserialize, Serialize};

use super::{Level, Need, Roles};
use crate::ids::{ProductId, ResourceKindId};
use crate::user::ProfileField;

/// A kind of resource: a line, a chart workspace, a user group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourceKind {
    pub id: ResourceKindId,
    pub name: String,
    pub plural: String,
    /// Where such a resource lies.
    pub level: Level,
    /// What someone who has none of them does not see: "Patient Channels" (A7, A8).
    #[serde(default)]
    pub shows: String,
    /// Roles whose holders may be members, for kinds at organisation level (A17).
    #[serde(default = "all_roles")]
    pub members: Roles,
    /// The profile field that a member needs to be notified (A17).
    #[serde(default)]
    pub notifies_by: Option<ProfileField>,
    /// What such a member gets: "Internal Mention notifications" (A17); empty where it has no name of its own.
    #[serde(default)]
    pub notification: String,
}

fn all_roles() -> Roles {
    Roles::All
}

/// Whether and for whom a profile field is used, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    pub id: ProfileField,
    pub label: String,
    #[serde(default)]
    pub hint: String,
    pub need: Need,
    /// Only clinical staff carry it (D7).
    #[serde(default)]
    pub clinical_only: bool,
    /// Whether people may change it for themselves (M6).
    #[serde(default)]
    pub own: bool,
}

/// A product module that is licensed per provider (T10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    /// Price for one provider and month, in hundredths of the currency unit.
    #[serde(default)]
    pub monthly_cents: u32,
    /// Within so many days of the provider's deactivation it is no self-service: a support case is needed (T11).
    #[serde(default)]
    pub case_within_days: u32,
    /// Every site that is added has it activated, so that its providers can be licensed for it (T10).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_new_sites: bool,
}

/// Terms that are agreed to when products are added (T12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Names the wording that was agreed to, on the record (T13).
    pub version: String,
    /// The sentence beside the checkbox.
    pub agreement: String,
    /// The terms themselves, to be read before agreeing: paragraphs with an empty line between them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default)]
    pub currency: String,
}
