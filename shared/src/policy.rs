//! What one organisation declares: its words, roles, permissions and rules. Data, read by the one rule engine; each of
//! the presets is a TOML file of this shape, and so is every organisation's own policy.

mod areas;
pub mod breach;
mod change;
pub mod check;
#[cfg(feature = "source")]
pub mod compare;
mod kinds;
pub mod preset;
mod revise;
mod roles;
mod rules;
mod screens;
mod sections;
#[cfg(feature = "source")]
pub mod source;
mod translation;
mod versions;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{PermissionId, ProductId, ResourceKindId, RoleId};
use crate::user::ProfileField;

pub use areas::{Area, areas_that_differ};
pub use change::{PolicyChange, PolicyFlag, PolicyItem, PolicyNumber};
pub use kinds::{FieldRule, Product, ResourceKind, Terms};
pub use revise::{PolicyEdit, PolicyPreset, PolicyPresets, PolicyRevised, PolicyRevision, PolicyValue};
pub use roles::{
    Elsewhere, Level, Module, Permission, Permissions, Power, Role, RoleKind, RoleResources, Roles, Transition,
    Visibility, Way,
};
pub use rules::{
    AssignmentRules, IdentityRules, Leaving, LifecycleRules, LoginEmail, Need, NewLink, OtherDomain, RolesPerUser,
    SiteRules, SupportRules, Unique,
};
pub use screens::{EditForm, InviteForm, LockedList, RemoveControl, RoleToggles, ScreenRules};
pub use sections::Section;
pub use translation::{Named, Translation};
pub use versions::{
    PersonInBreach, PolicyAsk, PolicyChecked, PolicyComparison, PolicyDifference, PolicyPreview, PolicyProposal,
    PolicySource, PolicyVersion, PolicyVersionView, PolicyView,
};
pub use words::Words;

/// A whole policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What people call this way of working.
    pub name: String,
    #[serde(default)]
    pub words: Words,
    /// Language tags (BCP 47) that a person may prefer; the first is the default.
    #[serde(default = "default_languages")]
    pub languages: Vec<String>,
    #[serde(default)]
    pub sites: SiteRules,
    #[serde(default)]
    pub assignment: AssignmentRules,
    #[serde(default)]
    pub identity: IdentityRules,
    #[serde(default)]
    pub lifecycle: LifecycleRules,
    #[serde(default)]
    pub support: SupportRules,
    #[serde(default)]
    pub screens: ScreenRules,
    #[serde(default, rename = "module")]
    pub modules: Vec<Module>,
    #[serde(default, rename = "permission")]
    pub permissions: Vec<Permission>,
    #[serde(default, rename = "role")]
    pub roles: Vec<Role>,
    #[serde(default, rename = "transition")]
    pub transitions: Vec<Transition>,
    #[serde(default, rename = "resource_kind")]
    pub resource_kinds: Vec<ResourceKind>,
    #[serde(default, rename = "field")]
    pub fields: Vec<FieldRule>,
    #[serde(default, rename = "product")]
    pub products: Vec<Product>,
    /// The terms under which products are added (T12); needed where there are products.
    #[serde(default)]
    pub terms: Option<Terms>,
    /// Its names in other languages, by their tags without a region ("fr"). Its own are in the default language.
    #[serde(default, rename = "translation", skip_serializing_if = "BTreeMap::is_empty")]
    pub translations: BTreeMap<String, Translation>,
}

impl Policy {
    pub fn role(&self, id: &RoleId) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == *id)
    }

    pub fn permission(&self, id: &PermissionId) -> Option<&Permission> {
        self.permissions.iter().find(|permission| permission.id == *id)
    }

    pub fn resource_kind(&self, id: &ResourceKindId) -> Option<&ResourceKind> {
        self.resource_kinds.iter().find(|kind| kind.id == *id)
    }

    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.products.iter().find(|product| product.id == *id)
    }

    pub fn field(&self, field: ProfileField) -> Option<&FieldRule> {
        self.fields.iter().find(|rule| rule.id == field)
    }

    /// The kind of resource that lies in sites (lines), if the policy has one.
    pub fn site_resource_kind(&self) -> Option<&ResourceKind> {
        self.resource_kinds.iter().find(|kind| kind.level == Level::Site)
    }

    /// The rule for changing from one role to another; the first that fits.
    pub fn transition(&self, from: &RoleId, to: &RoleId) -> Option<&Transition> {
        self.transitions.iter().find(|t| t.from.fits(from) && t.to.fits(to))
    }
}

fn default_languages() -> Vec<String> {
    vec!["en".to_owned()]
}
