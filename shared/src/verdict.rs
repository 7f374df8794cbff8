//! The answer to an edit: what would change, what that means, what must be confirmed, what is refused and the smallest
//! edit that would be allowed, and what only the server can know.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Holding, Place, Resources};
use crate::edit::Edit;
use crate::ids::{PermissionId, ProductId, ResourceId, ResourceKindId, Revision, RoleId, SiteId, Timestamp, UserId};
use crate::lifecycle::{Lock, Status};
use crate::organisation::{Resource, Site};
use crate::policy::check::Finding;
use crate::policy::{Area, Power};
use crate::user::{Profile, ProfileField, User};

/// The whole judgement of one edit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// What is stored when the edit is accepted, in this order. Empty when something is refused.
    pub changes: Vec<Change>,
    /// What that means for people, before they save (X2).
    pub consequences: Vec<Consequence>,
    /// What the person who saves has to confirm.
    pub confirmations: Vec<Confirmation>,
    /// Everything that stands against it, never only the first.
    pub refusals: Vec<Refusal>,
    /// What this place cannot know; "checked when you save".
    pub undecided: Vec<Undecided>,
}

/// What a verdict comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Refused,
    Undecided,
    /// Allowed once everything wanted is confirmed.
    NeedsConfirmation,
    Allowed,
}

impl Verdict {
    /// What the verdict comes to when `given` has been confirmed.
    pub fn outcome(&self, given: &[Confirmation]) -> Outcome {
        if !self.refusals.is_empty() {
            Outcome::Refused
        } else if !self.undecided.is_empty() {
            Outcome::Undecided
        } else if self.missing(given).next().is_some() {
            Outcome::NeedsConfirmation
        } else {
            Outcome::Allowed
        }
    }

    /// What must still be confirmed. A confirmation counts only for exactly what it named.
    pub fn missing<'a>(&'a self, given: &'a [Confirmation]) -> impl Iterator<Item = &'a Confirmation> {
        self.confirmations.iter().filter(|wanted| !given.contains(wanted))
    }

    /// The refusals of one field.
    pub fn refusals_at<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = &'a Refusal> {
        self.refusals.iter().filter(move |refusal| refusal.field == *field)
    }

    pub(crate) fn refuse(&mut self, rule: &'static str, field: Field, reason: Reason) {
        let refusal = Refusal {
            rule: Cow::Borrowed(rule),
            field,
            reason,
            remedy: None,
        };
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }
}

/// Where in a form something belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The edit as a whole.
    Whole,
    Profile(ProfileField),
    /// A role at a place.
    Role(Holding),
    /// The choice of roles at a place.
    Roles(Place),
    /// The resources chosen at a site.
    Resources(SiteId),
    PrimarySite,
    Membership(ResourceId),
    Product(ProductId),
    Permission(PermissionId),
    /// The name of a site or resource.
    Name,
}

/// One thing that stands against an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// The behaviour that refuses: "A7".
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub rule: Cow<'static, str>,
    pub field: Field,
    pub reason: Reason,
    pub remedy: Option<Remedy>,
}

/// What would help (X3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The edit nearest to this one that nothing refuses.
    Instead(Box<Edit>),
    /// A site must be added first (D1).
    AddSite,
    /// A resource must be added at the site first (A7).
    AddResource(SiteId),
    /// The field must be typed anew; nobody can guess it.
    Retype(ProfileField),
    /// The profile has to be deleted and made anew at the role's level (A12).
    Recreate(RoleId),
    /// Someone who administers this has to do it.
    AskAdministrator(Power),
    /// Someone else must be made an administrator first (X5).
    AnotherAdministrator,
    /// Something must be chosen or typed here; nobody can guess it.
    Choose(Field),
}

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
    NpiNotDigits,
    NpiLength {
        digits: u32,
    },
    NpiFirstDigit,
    NpiCheckDigit,
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

/// What the server will decide because it is unknown here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Undecided {
    /// Whether the address is free (M4).
    LoginEmail { email: String },
    /// Whether someone else can administer users (X5).
    OtherAdministrators,
    /// How many people it touches.
    Headcount,
    /// Whether the person holds something that the actor may not see (M9, X4).
    HeldAccess,
}

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
    /// Resources of a site gained; `All` includes later ones (A9).
    ResourcesGained {
        site: SiteId,
        resources: Resources,
    },
    ResourcesLost {
        site: SiteId,
        resources: Resources,
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
    /// The account is usable and reaches nothing until something is assigned (T6).
    ReachesNothing,
    /// A look at the account is advised (T9).
    ReviewAdvised,
    TemporaryPassword,
    ProductAdded {
        product: ProductId,
        monthly_cents: u32,
    },
    CaseOpened {
        product: ProductId,
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
    /// People who end up without any resource (A8).
    PeopleLeftWithout {
        people: u32,
        kind: ResourceKindId,
    },
}

/// What is stored. Applied by [`User::apply`] to users; the server stores the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    UserCreated {
        user: User,
    },
    ProfileChanged {
        field: ProfileField,
        from: String,
        to: String,
    },
    Granted {
        assignment: Assignment,
    },
    Revoked {
        assignment: Assignment,
    },
    PrimarySiteChanged {
        from: Option<SiteId>,
        to: Option<SiteId>,
    },
    Joined {
        resource: ResourceId,
    },
    Left {
        resource: ResourceId,
    },
    StatusChanged {
        from: Status,
        to: Status,
    },
    Deactivated {
        at: Timestamp,
    },
    Locked {
        lock: Lock,
    },
    Unlocked {
        lock: Lock,
    },
    UserDeleted {
        user: UserId,
        profile: Profile,
    },
    InvitationIssued {
        to: String,
        language: String,
    },
    InvitationEnded,
    SessionsEnded,
    TemporaryPasswordSet,
    ProductAdded {
        product: ProductId,
        terms: String,
        monthly_cents: u32,
    },
    CaseOpened {
        product: ProductId,
    },
    RolePermissionGranted {
        role: RoleId,
        permission: PermissionId,
    },
    RolePermissionRevoked {
        role: RoleId,
        permission: PermissionId,
    },
    SiteCreated {
        site: Site,
    },
    SiteRenamed {
        site: SiteId,
        from: String,
        to: String,
    },
    SiteArchived {
        site: SiteId,
    },
    ResourceCreated {
        resource: Resource,
    },
    ResourceRenamed {
        resource: ResourceId,
        from: String,
        to: String,
    },
    ResourceArchived {
        resource: ResourceId,
    },
    Exported {
        rows: u32,
    },
    PolicyPublished {
        version: Revision,
        /// The parts in which it differs from the version before.
        areas: Vec<Area>,
    },
}
