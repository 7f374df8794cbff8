//! What an edit means for people, and what of it the person who saves has to confirm.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{Place, Resources};
use crate::ids::{PermissionId, ProductId, ResourceId, ResourceKindId, RoleId, SiteId, Timestamp, UserId};
use crate::policy::Power;
use crate::user::ProfileField;

/// What an edit means for people (X2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Permissions and powers gained at a place.
    AccessGained {
        place: Place,
        permissions: Vec<PermissionId>,
        administers: Vec<Power>,
    },
    AccessLost {
        place: Place,
        permissions: Vec<PermissionId>,
        administers: Vec<Power>,
    },
    /// All roles end with the account; in the policy's order (O10, O11).
    RolesEnd {
        roles: Vec<RoleId>,
    },
    /// Resources of a site gained; `All` includes later ones (A9).
    ResourcesGained {
        site: SiteId,
        resources: Resources,
    },
    ResourcesLost {
        site: SiteId,
        resources: Resources,
    },
    /// Tokens that people use in other applications' pages now.
    EmbedSessionsEnd {
        sessions: u32,
    },
    /// Every site, later ones too (A16).
    EverySite,
    /// A role ends at another site without having been asked for (A10).
    EndsElsewhere {
        site: SiteId,
        role: RoleId,
    },
    /// A role changes at another site likewise.
    FollowsElsewhere {
        site: SiteId,
        from: RoleId,
        to: RoleId,
    },
    /// What the profile has for clinical staff stays on record, and is not shown while no role is clinical (D7).
    ClinicalKept {
        fields: Vec<ProfileField>,
    },
    /// What was kept of it is shown again.
    ClinicalReturns {
        fields: Vec<ProfileField>,
    },
    /// The person has no resource there and sees none of what such resources show (A8).
    SeesNothing {
        site: SiteId,
        kind: Option<ResourceKindId>,
    },
    MembershipBegins {
        resource: ResourceId,
    },
    MembershipEnds {
        resource: ResourceId,
    },
    /// Whether a member can be notified (A17).
    Notifiable {
        resource: ResourceId,
        field: ProfileField,
        possible: bool,
    },
    InvitationSent {
        to: String,
        language: String,
    },
    InvitationLinkEnds,
    SignInAddressChanges {
        from: String,
        to: String,
    },
    /// New rights apply from the next request on; the person stays signed in (X8).
    RightsAtOnce,
    SignInEnds,
    SessionsEnd,
    SignInPossible,
    HistoryKept,
    GoneForGood,
    /// The person gets in again with the invitation, and with a password that they choose then (A12).
    SignInAnew,
    /// What was done until now is the history of the new account too (A12).
    HistoryContinues,
    /// The account is usable and reaches nothing until something is assigned (T6).
    ReachesNothing,
    /// A look at the account is advised (T9).
    ReviewAdvised,
    TemporaryPassword,
    /// The password alone is enough again, until a new second factor is set up.
    FactorsRemoved,
    ProductAdded {
        product: ProductId,
        monthly_cents: u32,
    },
    /// A licence ends, and what it costs a month (T12).
    ProductEnds {
        product: ProductId,
        monthly_cents: u32,
    },
    CaseOpened {
        product: ProductId,
    },
    /// Closing a case adds nothing: from when on the product can be added here, at once where no moment is said.
    CaseEnds {
        product: ProductId,
        self_service_from: Option<Timestamp>,
    },
    /// All holders of a role gain or lose a permission (D4).
    HoldersGain {
        role: RoleId,
        permission: PermissionId,
        people: u32,
        sites: u32,
    },
    HoldersLose {
        role: RoleId,
        permission: PermissionId,
        people: u32,
        sites: u32,
    },
    /// Holders of a role at a site that is archived.
    HoldersLoseSite {
        site: SiteId,
        role: RoleId,
        people: u32,
    },
    /// Members of a group, or people to whom a resource was assigned: it is archived (A8, O12).
    PeopleLose {
        resource: ResourceId,
        people: u32,
    },
    /// People who end up without any resource (A8).
    PeopleLeftWithout {
        people: u32,
        kind: ResourceKindId,
    },
}

/// What must be confirmed by the person who saves. It names what is confirmed: when that changes, it must be asked anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// Access elsewhere ends (A10).
    AccessEnds { role: RoleId, sites: Vec<SiteId> },
    /// The address has another domain than one's own (O5).
    OtherDomain { domain: String },
    /// The account is gone for good (O10, O11).
    Deletion { user: UserId },
    /// The account ends and is made anew with these roles (A12).
    Recreation { user: UserId, roles: Vec<RoleId> },
    /// The person cannot sign in any more (D9).
    Deactivation { user: UserId },
    /// The terms of the products (T12), with what they cost a month, in hundredths.
    Terms {
        version: String,
        products: BTreeSet<ProductId>,
        monthly_cents: u32,
    },
    /// People lose access because a site or resource is archived.
    Archiving { people: u32 },
    /// People do not fit the new policy until they are edited; what they hold stays.
    Breach { people: u32 },
}
