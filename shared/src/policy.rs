//! What one organisation declares: its words, roles, permissions and rules. Data, read by the one rule engine; each of
//! the presets is a TOML file of this shape, and so is every organisation's own policy.

mod areas;
pub mod breach;
pub mod check;
#[cfg(feature = "source")]
pub mod compare;
pub mod preset;
mod revise;
mod screens;
mod sections;
#[cfg(feature = "source")]
pub mod source;
mod translation;
mod versions;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{ModuleId, PermissionId, ProductId, ResourceKindId, RoleId};
use crate::user::ProfileField;

pub use areas::{Area, areas_that_differ};
pub use revise::{PolicyEdit, PolicyPreset, PolicyPresets, PolicyRevised, PolicyRevision, PolicyValue};
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

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SiteRules {
    /// So many sites must exist before anyone can be invited (D1).
    pub before_inviting: u32,
    /// Sites are kept and listed although nobody is assigned to one: every role reaches all of them (M7: clients).
    pub listed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AssignmentRules {
    /// How many main roles a person may hold; additional roles do not count.
    pub roles_per_user: RolesPerUser,
    /// Whether the main role is the same at every site (A2).
    pub same_role_at_every_site: bool,
    /// How many roles a person needs at least; 0 lets an account exist that reaches nothing (T6).
    pub at_least: u32,
    /// Whether everyone has a primary site among those they reach (D2, D8).
    pub primary_site: Need,
}

impl Default for AssignmentRules {
    fn default() -> Self {
        Self {
            roles_per_user: RolesPerUser::One,
            same_role_at_every_site: false,
            at_least: 1,
            primary_site: Need::Unused,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RolesPerUser {
    /// One at each place.
    One,
    Many,
}

/// Whether something must, may or cannot be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Required,
    Optional,
    #[default]
    Unused,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IdentityRules {
    pub login_email: LoginEmail,
    /// Who else may have had the same login e-mail (M4).
    pub unique: Unique,
    /// What happens when the address has another domain than the inviter's (O5).
    pub other_domain: OtherDomain,
    /// Minutes that a scheduling step may have (D11).
    pub scheduling_steps: Vec<u16>,
}

impl Default for IdentityRules {
    fn default() -> Self {
        Self {
            login_email: LoginEmail::Editable,
            unique: Unique::Platform,
            other_domain: OtherDomain::Allow,
            scheduling_steps: vec![5, 10, 15, 20, 30, 45, 60],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoginEmail {
    /// It can be changed (O7).
    Editable,
    /// Fixed from the invitation on (M12, M14).
    Fixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unique {
    /// No account that exists now, in any organisation, has it.
    Platform,
    /// No account has ever had it, those removed and invitations deleted included (M4).
    PlatformForever,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OtherDomain {
    Allow,
    Confirm,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LifecycleRules {
    /// How people leave. With `delete` only, an account ends for good (O11); with `deactivate`, it is kept (D9).
    pub leaving: BTreeSet<Leaving>,
    /// Whether a pending invitation can be taken back (M15).
    pub withdraw_invitation: bool,
    /// Days until an invitation's link expires.
    pub invitation_days: u32,
    /// What happens when somebody asks for a new link because theirs does not work any more.
    pub new_link: NewLink,
    /// Failed sign-ins until the account locks (T14).
    pub lock_after: u32,
    /// Hours until a temporary password that was not used does not work any more (T7).
    pub temporary_password_hours: u32,
    /// Whether somebody who is invited gets in by the organisation's identity provider too, without the mail's link, when
    /// it vouches for the address that was invited (OpenID Connect).
    pub accept_by_provider: bool,
    /// Minutes without a request until a session ends.
    pub session_idle_minutes: u32,
    /// Minutes without a request until a session ends on a browser that people share at a front desk.
    pub shared_idle_minutes: u32,
    /// Hours until a session ends in any case.
    pub session_hours: u32,
    /// So many minutes long a proof of who one is counts as recent; sensitive edits ask for a recent one.
    pub proof_minutes: u32,
}

impl Default for LifecycleRules {
    fn default() -> Self {
        Self {
            leaving: BTreeSet::from([Leaving::Deactivate]),
            withdraw_invitation: true,
            invitation_days: 7,
            new_link: NewLink::Sent,
            lock_after: 10,
            temporary_password_hours: 72,
            accept_by_provider: true,
            session_idle_minutes: 60,
            shared_idle_minutes: 5,
            session_hours: 12,
            proof_minutes: 15,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    Deactivate,
    Delete,
}

/// How an invited person gets a new link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NewLink {
    /// It goes out by itself, to the address that was invited.
    #[default]
    Sent,
    /// Whoever invited is told, and sends it.
    AskAdministrator,
}

/// What the vendor's own support staff may do in a customer's organisation; nothing unless it is named (T1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SupportRules {
    pub may_administer: BTreeSet<Power>,
    /// The power by which a support case is closed; opening one is part of managing users (T11).
    pub closes_cases: Power,
}

impl Default for SupportRules {
    fn default() -> Self {
        Self {
            may_administer: BTreeSet::new(),
            closes_cases: Power::Users,
        }
    }
}

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
