//! The audit record, and how two versions of a user differ.

use serde::{Deserialize, Serialize};

use crate::access::Assignment;
use crate::edit::Edit;
use crate::facts::ActorKind;
use crate::ids::{ResourceId, SiteId, Timestamp, UserId};
use crate::lifecycle::Status;
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Confirmation};

/// `GET /api/v1/audit?…`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct AuditQuery {
    /// Changes to this user, also while they had an earlier account that was made anew (A12).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<UserId>,
    /// Changes by this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// A kind of edit, as in `Edit::kind`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// From this moment on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Any part of the actor's or subject's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// Entries older than this sequence number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Give it as `before` to go on; absent at the beginning of the record.
    pub next: Option<u64>,
}

/// One row of the audit record (X7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Counts from 1 in each organisation, without gaps.
    pub sequence: u64,
    pub at: Timestamp,
    pub actor: AuditPerson,
    pub actor_kind: ActorKind,
    /// Where the request came from: an IP address, or the command line.
    pub origin: String,
    pub edit: Edit,
    pub subject: Option<AuditPerson>,
    /// Old and new values.
    pub changes: Vec<Change>,
    pub confirmations: Vec<Confirmation>,
    /// SHA-256 over this row and the hash before, in hexadecimal.
    pub hash: String,
}

/// A person as they were called then; the account may be gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPerson {
    pub user: UserId,
    pub name: String,
}

/// One field in which two versions of a user differ (X6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    Profile {
        field: ProfileField,
        seen: String,
        now: String,
    },
    Access {
        seen: Vec<Assignment>,
        now: Vec<Assignment>,
    },
    PrimarySite {
        seen: Option<SiteId>,
        now: Option<SiteId>,
    },
    Status {
        seen: Status,
        now: Status,
    },
    Locked {
        seen: bool,
        now: bool,
    },
    Memberships {
        seen: Vec<ResourceId>,
        now: Vec<ResourceId>,
    },
}

/// What changed between the version a person saw and the one there is now.
pub fn differences(seen: &User, now: &User) -> Vec<Difference> {
    let mut found: Vec<Difference> = ProfileField::ALL
        .into_iter()
        .filter_map(|field| {
            let (before, after) = (seen.profile.text(field), now.profile.text(field));
            (before != after).then_some(Difference::Profile {
                field,
                seen: before,
                now: after,
            })
        })
        .collect();
    if seen.assignments != now.assignments {
        found.push(Difference::Access {
            seen: seen.assignments.clone(),
            now: now.assignments.clone(),
        });
    }
    if seen.primary_site != now.primary_site {
        found.push(Difference::PrimarySite {
            seen: seen.primary_site,
            now: now.primary_site,
        });
    }
    if seen.status != now.status {
        found.push(Difference::Status {
            seen: seen.status,
            now: now.status,
        });
    }
    if seen.locked.is_some() != now.locked.is_some() {
        found.push(Difference::Locked {
            seen: seen.locked.is_some(),
            now: now.locked.is_some(),
        });
    }
    if seen.memberships != now.memberships {
        let list = |user: &User| user.memberships.iter().copied().collect();
        found.push(Difference::Memberships {
            seen: list(seen),
            now: list(now),
        });
    }
    found
}
