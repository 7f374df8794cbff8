//! Everything a decision may look at, the actor and the time included. The server loads them inside the transaction;
//! the browser gets what its reader may know, and what it may not know is *unknown*, never assumed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Place};
use crate::device::SharedDevice;
use crate::embed::{EmbedScopes, Embedding};
use crate::factors::SecondFactor;
use crate::ids::{RoleId, Timestamp, UserId};
use crate::licence::SupportCase;
use crate::lifecycle::Status;
use crate::organisation::Organisation;
use crate::policy::Policy;
use crate::provider::ProviderFacts;
use crate::user::User;

/// Something that may be unknown here and known in the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Known<T> {
    Known(T),
    #[default]
    Unknown,
}

impl<T: Copy> Known<T> {
    pub fn get(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facts {
    pub now: Timestamp,
    pub policy: Arc<Policy>,
    pub organisation: Organisation,
    pub actor: Actor,
    /// The user whom the edit is about; absent for an invitation and for edits of roles and sites.
    #[serde(default)]
    pub subject: Option<User>,
    /// Support cases about the subject, closed ones too, newest first (T11).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<SupportCase>,
    /// Browsers that people share, for edits of those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<SharedDevice>,
    /// What is settled about embedding, for edits of that.
    #[serde(default, skip_serializing_if = "Embedding::is_empty")]
    pub embedding: Embedding,
    /// The identity provider, for edits of that.
    #[serde(default, skip_serializing_if = "ProviderFacts::is_empty")]
    pub provider: ProviderFacts,
    /// The second factors that the subject has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub second_factors: Vec<SecondFactor>,
    /// For login e-mails that an edit proposes, whether they are free; an address that is missing here is unknown (M4).
    #[serde(default)]
    pub login_emails: BTreeMap<String, EmailUse>,
    /// How many people, the subject aside, administer users in the whole organisation and can sign in (X5). Where a policy
    /// is proposed: by that policy.
    #[serde(default)]
    pub other_administrators: Known<u32>,
    /// How many people hold what a change to a role, a site or a resource is about: counts, never their records.
    #[serde(default)]
    pub headcount: Option<Headcount>,
    /// The policy that would be put in force, for an edit that asks for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Arc<Policy>>,
    /// Roles that the actor may not see were left out: someone may hold more than is said here (M9).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reduced: bool,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    pub user: UserId,
    #[serde(default)]
    pub kind: ActorKind,
    pub status: Status,
    #[serde(default)]
    pub locked: bool,
    pub assignments: Vec<Assignment>,
    /// The part of the actor's login e-mail after the @ (O5).
    #[serde(default)]
    pub email_domain: String,
    /// How far the token goes with which they ask from another application's page; nothing in the console. What they hold
    /// is narrowed to it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedded: Option<EmbedScopes>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Someone of the organisation.
    #[default]
    Member,
    /// The vendor's support staff (T1).
    Support,
    /// The command line of whoever runs the server: it may do what an administrator of everything may.
    Operator,
    /// The product by itself, because the policy says so: a lock after failed attempts (T14). It asks for nothing.
    System,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EmailUse {
    Free,
    /// An account has it now.
    Taken,
    /// An account had it once.
    Retired,
}

/// Counts of people for edits of roles, sites and resources. Nobody is counted twice in one number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Headcount {
    /// Holders of the role that is edited, place by place.
    pub holders: Vec<Holders>,
    /// How many people hold the role anywhere.
    pub people: u32,
    /// People whose primary site is the one that is edited.
    pub primary_here: u32,
    /// People who reach no other site than the one that is edited.
    pub only_here: u32,
    /// People whose chosen resources are nothing but the resource that is edited (A8).
    pub left_without: u32,
    /// People who would be in breach of the proposed policy and are not of the one in force.
    #[serde(skip_serializing_if = "is_zero")]
    pub in_breach: u32,
    /// Rows of the list that is exported.
    #[serde(skip_serializing_if = "is_zero")]
    pub rows: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holders {
    pub role: RoleId,
    pub place: Place,
    pub people: u32,
}
