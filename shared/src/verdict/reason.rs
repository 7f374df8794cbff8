//! Why something is refused.

use serde::{Deserialize, Serialize};

use crate::access::Place;
use crate::embed::OriginFault;
use crate::ids::{ApiKeyId, DeviceId, PermissionId, ProductId, ResourceId, ResourceKindId, RoleId, SiteId, Timestamp};
use crate::lifecycle::Status;
use crate::policy::Power;
use crate::policy::check::Finding;
use crate::provider::{ProviderFault, ProviderField};
use crate::user::ProfileField;

/// Why something is refused: a typed value with its data; words are made where it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    // Who asks
    ActorCannotAct,
    SupportMayNot {
        power: Power,
    },
    PowerMissing {
        power: Power,
        place: Place,
    },
    GrantsMoreThanHeld {
        role: RoleId,
        place: Place,
        permissions: Vec<PermissionId>,
        powers: Vec<Power>,
    },
    /// The account opens more than the actor holds; what that is, is not theirs to see (M9).
    HoldsMore,
    ResourceOutOfReach {
        resource: ResourceId,
    },
    /// The role reaches all resources of the site, later ones too; the actor reaches some.
    NotAllResourcesHeld {
        role: RoleId,
        site: SiteId,
    },
    PermissionNotHeld {
        permission: PermissionId,
    },
    LastAdministrator,
    // What is asked about
    UserUnknown,
    UserExists,
    RoleUnknown {
        role: RoleId,
    },
    SiteUnknown {
        site: SiteId,
    },
    /// No shared browser of the organisation.
    DeviceUnknown {
        device: DeviceId,
    },
    /// No key of the organisation, or one that is revoked.
    ApiKeyUnknown {
        key: ApiKeyId,
    },
    OriginUnusable {
        fault: OriginFault,
    },
    OriginAllowed {
        origin: String,
    },
    OriginUnknown {
        origin: String,
    },
    IdentityProviderUnusable {
        field: ProviderField,
        fault: ProviderFault,
    },
    /// There is none to remove.
    IdentityProviderMissing,
    /// A key for nothing.
    ElementsMissing,
    /// A key for some sites, and none is chosen.
    SitesOfKeyMissing,
    /// There are as many as there may be.
    EnoughOfThem {
        at_most: u32,
    },
    // With a token
    /// The token is good for reading.
    EmbeddedToRead,
    /// The token is for another part of the product.
    OutsideEmbedding,
    /// It asks for a proof that no other application's page may take.
    OnlyInConsole,
    SiteArchived {
        site: SiteId,
    },
    ResourceUnknown {
        resource: ResourceId,
    },
    ResourceArchived {
        resource: ResourceId,
    },
    PermissionUnknown {
        permission: PermissionId,
    },
    ProductUnknown {
        product: ProductId,
    },
    KindUnknown {
        kind: ResourceKindId,
    },
    // Assignments
    WrongLevel {
        role: RoleId,
        place: Place,
    },
    RoleMissing {
        at_least: u32,
    },
    OneRoleOnly {
        place: Place,
        roles: Vec<RoleId>,
    },
    OtherRoleElsewhere {
        wanted: RoleId,
        held: RoleId,
        place: Place,
    },
    Exclusive {
        role: RoleId,
        other: RoleId,
    },
    RecreateOnly {
        from: RoleId,
        to: RoleId,
    },
    /// The role can be changed in place: there is no need to make the account anew (A12).
    RecreationNotNeeded,
    ResourcesMissing {
        role: RoleId,
        site: SiteId,
        kind: Option<ResourceKindId>,
        at_least: u32,
    },
    MembershipNotForRole {
        resource: ResourceId,
    },
    PrimarySiteMissing,
    PrimarySiteNotReached {
        site: SiteId,
    },
    SitesMissing {
        at_least: u32,
        there: u32,
    },
    // Profile
    FieldUnused {
        field: ProfileField,
    },
    FieldMissing {
        field: ProfileField,
    },
    FieldTooLong {
        field: ProfileField,
        at_most: u32,
    },
    FieldHasControlCharacters {
        field: ProfileField,
    },
    ClinicalOnly {
        field: ProfileField,
    },
    EmailMalformed {
        text: String,
    },
    EmailTaken {
        email: String,
    },
    EmailRetired {
        email: String,
    },
    LoginEmailFixed,
    PhoneMalformed {
        text: String,
    },
    LanguageUnknown {
        language: String,
    },
    /// The character at a place, counted from 1, is no digit.
    NpiNotDigits {
        at: u32,
        found: String,
    },
    NpiLength {
        digits: u32,
    },
    NpiFirstDigit {
        found: u8,
    },
    /// The last digit is not the one that fits the nine before it.
    NpiCheckDigit {
        found: u8,
        fits: u8,
    },
    TaxonomyMalformed {
        text: String,
    },
    TaxonomyTwice {
        code: String,
    },
    NumberMalformed {
        text: String,
    },
    CapacityTooSmall,
    SchedulingStepUnknown {
        minutes: u16,
        steps: Vec<u16>,
    },
    // Life of an account
    NotInvited {
        status: Status,
    },
    StillInvited,
    AlreadyActive,
    AlreadyInactive,
    NotLocked,
    AlreadyLocked,
    WayOfLeavingUnused,
    WithdrawalUnused,
    /// Second factors are their person's own affair, and are changed where the proofs for it are given.
    OwnFactors,
    NoSecondFactor,
    // Products
    NotClinical,
    ProductNotActivated {
        product: ProductId,
    },
    ProductHeld {
        product: ProductId,
    },
    ProductNeedsCase {
        product: ProductId,
        until: Timestamp,
    },
    CaseNotNeeded {
        product: ProductId,
    },
    /// A case about it is open already.
    CaseOpen {
        product: ProductId,
    },
    CaseUnknown,
    CaseClosedAlready,
    NoteMissing,
    AccountUnusable,
    NothingChosen,
    // Roles, sites, resources
    RoleHoldsEverything {
        role: RoleId,
    },
    NameMissing,
    NameTooLong {
        at_most: u32,
    },
    NameTaken {
        name: String,
    },
    IdTaken,
    SiteInUse {
        primary_here: u32,
        only_here: u32,
    },
    WrongLevelForKind {
        kind: ResourceKindId,
    },
    // Policies
    /// The proposed policy contradicts itself.
    PolicyContradicts {
        findings: Vec<Finding>,
    },
    /// It is the policy that is in force already.
    PolicyUnchanged,
    /// The policy in force has parts that the actor may not see (M9), so they cannot write it anew.
    PolicyHidden,
    /// Nobody who can sign in would administer users by the proposed policy (X5).
    NobodyAdministers,
    NoteTooLong {
        at_most: u32,
    },
}
