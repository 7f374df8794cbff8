//! Roles, what they permit and administer, and what follows when one takes the place of another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{ModuleId, PermissionId, RoleId};

/// A module of the product: a heading over permissions (D5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Module {
    pub id: ModuleId,
    pub name: String,
}

/// Something that a person can be allowed to do in the host's product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Permission {
    pub id: PermissionId,
    pub name: String,
    pub module: ModuleId,
}

/// What a person administers here, in this product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// Invite, edit and remove users.
    Users,
    /// Change what roles permit.
    Roles,
    /// Create, rename and archive sites and resources.
    Sites,
    /// Read the audit record.
    Audit,
    /// Write the organisation's policy: all of its rules and words.
    Policy,
    /// Let other applications show the organisation's users and roles in their pages: API keys and allowed origins.
    Embedding,
}

impl Power {
    pub const ALL: [Self; 6] = [
        Self::Users,
        Self::Roles,
        Self::Sites,
        Self::Audit,
        Self::Policy,
        Self::Embedding,
    ];

    /// As a policy and a query name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Roles => "roles",
            Self::Sites => "sites",
            Self::Audit => "audit",
            Self::Policy => "policy",
            Self::Embedding => "embedding",
        }
    }
}

/// A level of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Organisation,
    Site,
}

/// A role: what its holders may do, and what holding it excludes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    /// What the Roles reference says about it (O13).
    #[serde(default)]
    pub about: String,
    /// Where it is held.
    pub scope: Level,
    /// Which of a site's resources its holders reach.
    #[serde(default)]
    pub resources: RoleResources,
    #[serde(default)]
    pub permissions: Permissions,
    #[serde(default)]
    pub administers: BTreeSet<Power>,
    /// Roles that cannot be held beside it (O8).
    #[serde(default)]
    pub excludes: Roles,
    #[serde(default)]
    pub kind: RoleKind,
    /// Who learns that the role exists (M9).
    #[serde(default)]
    pub visible_to: Visibility,
    /// Its holders are clinical staff: they carry clinical fields (D7) and can be licensed for products (T10).
    #[serde(default)]
    pub clinical: bool,
    /// Its holders sign in with a second factor: who has none sets one up before anything else ("Enforce MFA").
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requires_second_factor: bool,
}

impl Role {
    /// Whether the two roles cannot be held together, whichever of them says so.
    pub fn excludes_or_is_excluded_by(&self, other: &Self) -> bool {
        self.id != other.id && (self.excludes.fits(&other.id) || other.excludes.fits(&self.id))
    }

    pub fn permits(&self, permission: &PermissionId) -> bool {
        match &self.permissions {
            Permissions::All => true,
            Permissions::Only(ids) => ids.contains(permission),
        }
    }
}

/// How an assignment of the role takes the resources of its site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoleResources {
    /// Every one, later ones too (A9).
    #[default]
    All,
    /// Chosen by hand, at least so many (A7).
    AtLeast(u32),
}

/// All permissions, or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permissions {
    All,
    #[serde(untagged)]
    Only(BTreeSet<PermissionId>),
}

impl Default for Permissions {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

/// All (other) roles, or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Roles {
    All,
    #[serde(untagged)]
    Only(BTreeSet<RoleId>),
}

impl Roles {
    pub fn fits(&self, role: &RoleId) -> bool {
        match self {
            Self::All => true,
            Self::Only(roles) => roles.contains(role),
        }
    }
}

impl Default for Roles {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// Says what a person is.
    #[default]
    Main,
    /// Comes on top of a main role (M8).
    Additional,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    #[default]
    Everyone,
    /// Only those who hold everything that the role gives (M9).
    Holders,
}

/// What a change from one role to another means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Transition {
    pub from: Roles,
    pub to: Roles,
    #[serde(default)]
    pub way: Way,
    #[serde(default)]
    pub elsewhere: Elsewhere,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Way {
    #[default]
    InPlace,
    /// Never in place: the profile is deleted and made anew (A12).
    Recreate,
}

/// What becomes of the old role at the other sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    #[default]
    Stays,
    /// It ends there, and the person who saves confirms that (A10).
    Ends,
    /// It changes there likewise (D4's one role for a person).
    Follows,
}
