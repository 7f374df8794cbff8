//! The parts of a policy, and which of them differ between two versions.

use serde::{Deserialize, Serialize};

use super::Policy;

/// A part of a policy, as its source names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Area {
    Name,
    Words,
    Languages,
    Sites,
    Assignment,
    Identity,
    Lifecycle,
    Support,
    Screens,
    Modules,
    Permissions,
    Roles,
    Transitions,
    ResourceKinds,
    Fields,
    Products,
    Terms,
    Translations,
}

impl Area {
    pub const ALL: [Self; 18] = [
        Self::Name,
        Self::Words,
        Self::Languages,
        Self::Sites,
        Self::Assignment,
        Self::Identity,
        Self::Lifecycle,
        Self::Support,
        Self::Screens,
        Self::Modules,
        Self::Permissions,
        Self::Roles,
        Self::Transitions,
        Self::ResourceKinds,
        Self::Fields,
        Self::Products,
        Self::Terms,
        Self::Translations,
    ];

    /// The key of the part at the top of a source.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Words => "words",
            Self::Languages => "languages",
            Self::Sites => "sites",
            Self::Assignment => "assignment",
            Self::Identity => "identity",
            Self::Lifecycle => "lifecycle",
            Self::Support => "support",
            Self::Screens => "screens",
            Self::Modules => "module",
            Self::Permissions => "permission",
            Self::Roles => "role",
            Self::Transitions => "transition",
            Self::ResourceKinds => "resource_kind",
            Self::Fields => "field",
            Self::Products => "product",
            Self::Terms => "terms",
            Self::Translations => "translation",
        }
    }

    fn differs(self, one: &Policy, other: &Policy) -> bool {
        match self {
            Self::Name => one.name != other.name,
            Self::Words => one.words != other.words,
            Self::Languages => one.languages != other.languages,
            Self::Sites => one.sites != other.sites,
            Self::Assignment => one.assignment != other.assignment,
            Self::Identity => one.identity != other.identity,
            Self::Lifecycle => one.lifecycle != other.lifecycle,
            Self::Support => one.support != other.support,
            Self::Screens => one.screens != other.screens,
            Self::Modules => one.modules != other.modules,
            Self::Permissions => one.permissions != other.permissions,
            Self::Roles => one.roles != other.roles,
            Self::Transitions => one.transitions != other.transitions,
            Self::ResourceKinds => one.resource_kinds != other.resource_kinds,
            Self::Fields => one.fields != other.fields,
            Self::Products => one.products != other.products,
            Self::Terms => one.terms != other.terms,
            Self::Translations => one.translations != other.translations,
        }
    }
}

/// The parts in which two policies differ, in the order of a source.
pub fn areas_that_differ(one: &Policy, other: &Policy) -> Vec<Area> {
    Area::ALL.into_iter().filter(|area| area.differs(one, other)).collect()
}
