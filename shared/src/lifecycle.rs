//! The states of an account. Locked is a separate flag: a user may be inactive and locked at once (T14).

use serde::{Deserialize, Serialize};

use crate::ids::Timestamp;

/// Where an account is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// An invitation is out; nobody has signed in yet.
    Invited,
    Active,
    /// May not sign in; everything about the person is kept (D9).
    Inactive,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Active, Self::Invited, Self::Inactive];

    /// Whether an account in this state lets its person in, given the lock that may be on it (D9, T14).
    pub fn lets_in<L>(self, lock: Option<L>) -> bool {
        self == Self::Active && lock.is_none()
    }
}

/// Why and since when an account is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lock {
    pub since: Timestamp,
    pub cause: LockCause,
}

impl Lock {
    /// Whether it shuts everyone out. One that failed attempts brought about keeps strangers out, and leaves the person
    /// where they are signed in or have signed in before: nobody can lock somebody out by guessing (T14).
    pub fn shuts_out(self) -> bool {
        self.cause.shuts_out()
    }
}

impl LockCause {
    /// As [`Lock::shuts_out`].
    pub fn shuts_out(self) -> bool {
        self == Self::Administrator
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LockCause {
    /// Too many failed attempts to sign in (T14).
    FailedSignIns,
    Administrator,
}
