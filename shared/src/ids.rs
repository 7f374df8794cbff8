//! Identifiers: one type each, so that a site is never passed where a user is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! entity_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

entity_ids! {
    /// One organisation: a clinic group, a laboratory.
    OrganisationId,
    /// A person with (or invited to) an account in one organisation.
    UserId,
    /// A place where people work: a practice, a location.
    SiteId,
    /// What lies in a site or in the organisation and is shared out: a line, a chart workspace, a group.
    ResourceId,
    /// What the vendor is asked to do about a product of a person.
    CaseId,
    /// One sign-in on one device, as lists name it; it lets nobody in.
    SessionId,
    /// A browser that several people share, made of what it was given when somebody first signed in there.
    DeviceId,
    /// A key with which a host's server asks for tokens, as lists name it; it opens nothing.
    ApiKeyId,
}

macro_rules! policy_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as the policy writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

policy_ids! {
    /// A role that the policy declares.
    RoleId,
    /// A permission that the policy declares, such as `billing.refund`.
    PermissionId,
    /// A group of permissions: the module of the product that they belong to.
    ModuleId,
    /// A kind of resource that the policy declares.
    ResourceKindId,
    /// A product module that can be licensed for a provider.
    ProductId,
}

/// Counts the changes of one user (or of one policy): two people who saw different revisions saw different states (X6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    const MILLIS_PER_DAY: i64 = 86_400_000;

    /// The moment `days` later.
    pub fn plus_days(self, days: u32) -> Self {
        Self(
            self.0
                .saturating_add(i64::from(days).saturating_mul(Self::MILLIS_PER_DAY)),
        )
    }
}
