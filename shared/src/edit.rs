//! What a person may ask: a closed list. Texts are as typed; the decision parses them, so that a mistake in one is a
//! refusal with its field and reason, like any other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Holding};
use crate::embed::EmbedScopes;
use crate::export::{ExportFormat, ExportedList};
use crate::factors::FactorStep;
use crate::ids::{
    ApiKeyId, CaseId, DeviceId, PermissionId, ProductId, ResourceId, ResourceKindId, Revision, RoleId, SessionId,
    SiteId, UserId,
};
use crate::provider::{ClientSecret, IdentityProvider};
use crate::user::ProfileText;

/// One request. The new ids (of a user, a site, a resource) are made by whoever asks, so that asking twice is asking
/// for the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Make an account and send the invitation (A13, D2, M3, O3).
    Invite {
        user: UserId,
        profile: ProfileText,
        #[serde(default)]
        access: AccessPatch,
    },
    /// Change profile and access in one go (A6, D8, M12, O7).
    Change {
        user: UserId,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        profile: ProfileText,
        #[serde(default)]
        access: AccessPatch,
    },
    /// Send a new invitation; the earlier link stops working (D6).
    ResendInvitation {
        user: UserId,
    },
    /// Take a pending invitation back (M15).
    WithdrawInvitation {
        user: UserId,
    },
    /// No further sign-in; history is kept (D9).
    Deactivate {
        user: UserId,
    },
    /// Let an inactive account be used again (T4).
    Activate {
        user: UserId,
    },
    /// End the account for good (A5, M13, O11).
    Delete {
        user: UserId,
    },
    /// End the account and make it anew for the same person, with a role that is never given in place (A12): both, or
    /// neither. The new account's history goes on from the earlier one's.
    Recreate {
        user: UserId,
        /// The account that is made.
        successor: UserId,
        /// What is to differ from the profile until now.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        profile: ProfileText,
        /// All that the new account holds.
        #[serde(default)]
        access: AccessPatch,
    },
    /// Lock an account by hand.
    Lock {
        user: UserId,
    },
    /// Let a locked-out person in again (T9).
    Unlock {
        user: UserId,
    },
    /// Let the system make a temporary password, shown once (T7).
    SetTemporaryPassword {
        user: UserId,
    },
    /// End sessions: on those devices the person has to sign in again (X8). One's own, or those of somebody whom one
    /// manages.
    EndSessions {
        user: UserId,
        #[serde(default)]
        which: WhichSessions,
    },
    /// Take somebody's second factors away, who has lost them.
    ResetFactors {
        user: UserId,
    },
    /// What a person does with a password and second factors of their own. It takes proofs that no edit carries, so it is done where those
    /// are given, and only put on record as an edit.
    ChangeFactors {
        user: UserId,
        step: FactorStep,
    },
    /// License product modules for a provider (T10 to T13).
    AddProducts {
        user: UserId,
        products: BTreeSet<ProductId>,
    },
    /// Ask support for a product that is no self-service now (T11).
    OpenCase {
        user: UserId,
        product: ProductId,
    },
    /// Say what came of a support case (T11).
    CloseCase {
        user: UserId,
        case: CaseId,
        /// What came of it, in the words of whoever closes it.
        #[serde(default)]
        note: String,
    },
    /// Change what a role permits, for all its holders at once (D4, D5).
    SetRolePermissions {
        role: RoleId,
        #[serde(default)]
        grant: BTreeSet<PermissionId>,
        #[serde(default)]
        revoke: BTreeSet<PermissionId>,
    },
    CreateSite {
        site: SiteId,
        name: String,
    },
    RenameSite {
        site: SiteId,
        name: String,
    },
    /// Make the browser at a front desk one that people share: they lock it and go on with a PIN. By the browser itself,
    /// while an administrator is signed in there.
    EnrolDevice {
        device: DeviceId,
        name: String,
    },
    /// Make a shared browser an ordinary one again: PINs do not work there any more.
    ReleaseDevice {
        device: DeviceId,
    },
    /// Make a key with which a host's server asks for tokens. The key is made by the server and shown once.
    MakeApiKey {
        key: ApiKeyId,
        name: String,
        scopes: EmbedScopes,
    },
    /// Make a key useless, and every token that was asked for with it.
    RevokeApiKey {
        key: ApiKeyId,
    },
    /// Let pages of this origin use tokens of the organisation.
    AllowOrigin {
        origin: String,
    },
    /// Let them do so no more; the tokens that they have end.
    RemoveOrigin {
        origin: String,
    },
    /// Let an identity provider sign the organisation's people in, in the place of the one before. The client secret does not
    /// stand in an edit: it is sent to `PUT /api/v1/identity-provider`, which does this.
    SetIdentityProvider {
        provider: IdentityProvider,
        #[serde(default)]
        secret: ClientSecret,
    },
    /// Let people sign in with their passwords alone again.
    RemoveIdentityProvider,
    ArchiveSite {
        site: SiteId,
    },
    CreateResource {
        resource: ResourceId,
        of: ResourceKindId,
        #[serde(default)]
        site: Option<SiteId>,
        name: String,
    },
    RenameResource {
        resource: ResourceId,
        name: String,
    },
    ArchiveResource {
        resource: ResourceId,
    },
    /// Take what a list shows out of the product, as a file. Only the server knows how many rows that is, so the file is
    /// asked for, and this is put on record with it.
    Export {
        list: ExportedList,
        format: ExportFormat,
    },
    /// Put another policy in force for the whole organisation. The policy itself is among the facts.
    PublishPolicy {
        /// The version that was seen; the new one is the next.
        version: Revision,
        /// SHA-256 of the new policy's source, in hexadecimal.
        digest: String,
        /// Why, in the publisher's words.
        #[serde(default)]
        note: String,
    },
}

/// Which of a person's sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WhichSessions {
    #[default]
    All,
    /// All others: the one that is named stays.
    AllBut(SessionId),
    Only(SessionId),
}

/// The part of an edit that is about access. Only what changes is named: what the editor cannot see stays as it is (M9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct AccessPatch {
    /// Assignments to make; one for a role and place that are already held replaces its choice of resources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant: Vec<Assignment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revoke: Vec<Holding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_site: Option<SiteId>,
    /// Resources of the organisation to become a member of.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub join: BTreeSet<ResourceId>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub leave: BTreeSet<ResourceId>,
}

impl AccessPatch {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Edit {
    /// The user whom the edit is about, if it is about one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Invite { user, .. }
            | Self::Change { user, .. }
            | Self::ResendInvitation { user }
            | Self::WithdrawInvitation { user }
            | Self::Deactivate { user }
            | Self::Activate { user }
            | Self::Delete { user }
            | Self::Recreate { user, .. }
            | Self::Lock { user }
            | Self::Unlock { user }
            | Self::SetTemporaryPassword { user }
            | Self::EndSessions { user, .. }
            | Self::ResetFactors { user }
            | Self::ChangeFactors { user, .. }
            | Self::AddProducts { user, .. }
            | Self::OpenCase { user, .. }
            | Self::CloseCase { user, .. } => Some(*user),
            Self::SetRolePermissions { .. }
            | Self::CreateSite { .. }
            | Self::RenameSite { .. }
            | Self::ArchiveSite { .. }
            | Self::CreateResource { .. }
            | Self::RenameResource { .. }
            | Self::ArchiveResource { .. }
            | Self::EnrolDevice { .. }
            | Self::ReleaseDevice { .. }
            | Self::MakeApiKey { .. }
            | Self::RevokeApiKey { .. }
            | Self::AllowOrigin { .. }
            | Self::RemoveOrigin { .. }
            | Self::SetIdentityProvider { .. }
            | Self::RemoveIdentityProvider
            | Self::Export { .. }
            | Self::PublishPolicy { .. } => None,
        }
    }

    /// Whether it makes an account.
    pub fn makes_account(&self) -> bool {
        matches!(self, Self::Invite { .. } | Self::Recreate { .. })
    }

    /// The profile texts and the access part, for edits that have them.
    pub fn parts(&self) -> Option<(&ProfileText, &AccessPatch)> {
        match self {
            Self::Invite { profile, access, .. }
            | Self::Change { profile, access, .. }
            | Self::Recreate { profile, access, .. } => Some((profile, access)),
            _ => None,
        }
    }

    pub(crate) fn parts_mut(&mut self) -> Option<(&mut ProfileText, &mut AccessPatch)> {
        match self {
            Self::Invite { profile, access, .. }
            | Self::Change { profile, access, .. }
            | Self::Recreate { profile, access, .. } => Some((profile, access)),
            _ => None,
        }
    }
}
