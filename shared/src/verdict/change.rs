//! What an accepted edit stores.

use serde::{Deserialize, Serialize};

use crate::access::Assignment;
use crate::edit::WhichSessions;
use crate::embed::EmbedScopes;
use crate::factors::FactorStep;
use crate::ids::{
    ApiKeyId, CaseId, DeviceId, PermissionId, ProductId, ResourceId, Revision, RoleId, SiteId, Timestamp, UserId,
};
use crate::lifecycle::{Lock, Status};
use crate::organisation::{Resource, Site};
use crate::policy::Area;
use crate::provider::{ClientSecret, IdentityProvider};
use crate::user::{Profile, ProfileField, User};

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
    /// Not all of them.
    SomeSessionsEnded {
        which: WhichSessions,
    },
    TemporaryPasswordSet,
    Factors {
        step: FactorStep,
    },
    ProductAdded {
        product: ProductId,
        terms: String,
        monthly_cents: u32,
    },
    /// The licence that the person had ends (T12).
    ProductEnded {
        product: ProductId,
        monthly_cents: u32,
    },
    CaseOpened {
        product: ProductId,
    },
    CaseClosed {
        case: CaseId,
        product: ProductId,
        note: String,
    },
    RolePermissionGranted {
        role: RoleId,
        permission: PermissionId,
    },
    RolePermissionRevoked {
        role: RoleId,
        permission: PermissionId,
    },
    DeviceEnrolled {
        device: DeviceId,
        name: String,
    },
    DeviceReleased {
        device: DeviceId,
        name: String,
    },
    ApiKeyMade {
        key: ApiKeyId,
        name: String,
        scopes: EmbedScopes,
    },
    ApiKeyRevoked {
        key: ApiKeyId,
        name: String,
    },
    OriginAllowed {
        origin: String,
    },
    OriginRemoved {
        origin: String,
    },
    IdentityProviderSet {
        /// The one before.
        from: Option<IdentityProvider>,
        to: IdentityProvider,
        secret: ClientSecret,
    },
    IdentityProviderRemoved {
        provider: IdentityProvider,
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
