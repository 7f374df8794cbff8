//! Lists of users, one user, and who administers them.

use serde::{Deserialize, Serialize};

use super::InvitationState;
use crate::access::{Assignment, SiteTie};
use crate::facts::Facts;
use crate::ids::{Revision, SiteId, Timestamp, UserId};
use crate::licence::Licence;
use crate::lifecycle::{Lock, Status};
use crate::policy::Power;

/// Which list of users (D6, M11, T3, T8). A locked user is in `locked` and in the list of their status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserTab {
    #[default]
    Active,
    Invited,
    Inactive,
    Locked,
}

impl UserTab {
    pub const ALL: [Self; 4] = [Self::Active, Self::Invited, Self::Inactive, Self::Locked];

    /// The status of everyone in the list; none where they are there for another reason.
    pub fn status(self) -> Option<Status> {
        match self {
            Self::Active => Some(Status::Active),
            Self::Invited => Some(Status::Invited),
            Self::Inactive => Some(Status::Inactive),
            Self::Locked => None,
        }
    }

    /// Whether someone in this state is in the list.
    pub fn has<L>(self, status: Status, lock: Option<L>) -> bool {
        self.status().map_or(lock.is_some(), |own| own == status)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserSort {
    #[default]
    Name,
    NameDescending,
    LoginEmail,
    LastSeen,
    Newest,
}

/// `GET /api/v1/users?…`: which users, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct UserQuery {
    pub tab: UserTab,
    /// Any part of a name or login e-mail; accents and case do not matter (T5).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// Of those at `site`, the ones who depend on it in this way; without `site` it counts for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tie: Option<SiteTie>,
    /// Only clinical staff (providers), or only others (T8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clinical: Option<bool>,
    /// Only locked accounts, or only others (T8): with a list of another status, those who are both (T14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    pub sort: UserSort,
    /// The `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows at most; 50 unless given, 500 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of users. Counts are for the same search and filters, tab by tab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserPage {
    pub rows: Vec<UserRow>,
    /// Give it as `after` to get the page that follows; absent on the last.
    pub next: Option<String>,
    pub counts: TabCounts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TabCounts {
    pub active: u32,
    pub invited: u32,
    pub inactive: u32,
    pub locked: u32,
    /// Where counting stopped, if it did: a tab with so many has so many or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_to: Option<u32>,
}

impl TabCounts {
    /// Whether the tab may have more than [`of`](Self::of) it says.
    pub fn may_have_more(&self, tab: UserTab) -> bool {
        self.counted_to.is_some_and(|end| self.of(tab) >= end)
    }

    pub fn of(&self, tab: UserTab) -> u32 {
        match tab {
            UserTab::Active => self.active,
            UserTab::Invited => self.invited,
            UserTab::Inactive => self.inactive,
            UserTab::Locked => self.locked,
        }
    }
}

/// A user as a list shows them. Assignments at sites that the reader cannot reach are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserRow {
    pub id: UserId,
    pub revision: Revision,
    /// Empty where the person has no name yet (O6).
    pub name: String,
    pub login_email: String,
    pub status: Status,
    pub locked: Option<Lock>,
    pub assignments: Vec<Assignment>,
    pub primary_site: Option<SiteId>,
    pub last_seen: Option<Timestamp>,
    pub invited_at: Option<Timestamp>,
    /// Of someone who is invited: how far the mail has come, and until when its link works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationState>,
}

/// `GET /api/v1/users/{id}`: one user, with the facts for editing them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    pub facts: Facts,
    pub last_seen: Option<Timestamp>,
    pub invited_at: Option<Timestamp>,
    /// Until when the invitation's link works.
    pub invitation_expires: Option<Timestamp>,
    /// The invitation that is out, and how far its mail has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationState>,
    /// Sessions that are open now.
    pub sessions: u32,
    /// When the account was made anew from an earlier one, whose history goes on in it (A12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_anew: Option<Timestamp>,
    /// The agreements by which the person has products (T13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<Licence>,
}

/// What `GET /api/v1/administrators` is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct AdministratorsQuery {
    /// What they have to be able to do; `users` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
}

/// `GET /api/v1/administrators`: whom to ask, for everyone in the organisation (M1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Administrators {
    /// Names, sorted; those who can sign in now.
    pub names: Vec<String>,
    /// The same people, with how they are reached.
    #[serde(default)]
    pub people: Vec<Administrator>,
}

/// Someone who can help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Administrator {
    pub name: String,
    /// Where mail to them goes: the communication e-mail, else the login e-mail (M5).
    pub email: String,
}
