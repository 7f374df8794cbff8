//! What travels between the browser (or any other client) and the server, version 1.

mod accounts;
mod devices;
mod embed;
mod factors;
mod live;
mod sessions;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use accounts::{
    AcceptInvitation, AskedField, BeginProvider, Delivery, ForgotPassword, InvitationState, InvitationView, LinkState,
    LinkToken, MailResent, MailRow, PasswordJudgement, PasswordToJudge, ProviderAddress, ProviderFailure, ProviderView,
    ResetPassword, ResetView, SignInMethod, SignInWays, UndeliveredMail,
};
pub use devices::{ChoosePin, DeviceList, PersonHere, PinSignIn, PinView, SharedHere, ThisDevice};
pub use embed::{EmbedFor, EmbedRequest, EmbedToken, EmbeddedView, EmbeddingView};
pub use live::{AtUser, LiveChange, OtherHere, OthersHere, Topic};
pub use sessions::{DeviceView, FailedSignIn, Nearness, PlaceView, SessionList, SessionState, SessionView};

pub use factors::{
    AuthenticatorCode, AuthenticatorSetUp, ChangeOwnPassword, OwnFactor, OwnFactors, RecoveryCodes, SecondStep,
    SecondStepBy, SecondStepNeeded,
};

use crate::access::{Assignment, Place, SiteTie};
use crate::edit::Edit;
use crate::facts::{ActorKind, Facts, Holders};
use crate::ids::{CaseId, ResourceId, Revision, RoleId, SiteId, Timestamp, UserId};
use crate::licence::{Licence, SupportCase};
use crate::lifecycle::{Lock, Status};
use crate::policy::Power;
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Confirmation, Verdict};

/// `POST /api/v1/sign-in`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

/// `PUT /api/v1/password`: by means of the password before; signs in with the new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePassword {
    pub email: String,
    /// The password until now, or the temporary one.
    pub password: String,
    /// At least 15 characters, not easily guessed, another one than before.
    pub new_password: String,
}

/// `GET /api/v1/me`: who is signed in, and the facts that every screen starts from (without a subject).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub user: User,
    pub facts: Facts,
    /// What the browser that asks is called, where people share it: they lock it instead of leaving it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_browser: Option<String>,
    /// The `Last-Event-ID` for a live stream that goes on from what this answer says.
    #[serde(default)]
    pub live_from: String,
    /// How far the token goes that was sent instead of a session; `null` in a session.
    #[serde(default)]
    pub embedded: Option<EmbeddedView>,
}

/// `POST /api/v1/edits`: the one door for writes. With `?dry_run=true` it is only judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposal {
    pub edit: Edit,
    /// The subject's revision that the proposer saw; needed for edits of a user who exists (X6).
    #[serde(default)]
    pub seen_revision: Option<Revision>,
    #[serde(default)]
    pub confirmations: Vec<Confirmation>,
    /// Made once for each intended edit: a repeated request changes nothing twice and gets the first answer again.
    pub idempotency_key: Uuid,
}

/// The answer to an accepted (or only judged) proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accepted {
    pub verdict: Verdict,
    /// The subject after the edit; absent when there is none any more, or none was edited.
    pub subject: Option<User>,
    /// Where the edit stands on the audit record; absent for a dry run.
    pub audit_sequence: Option<u64>,
    /// A temporary password, shown this once (T7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_password: Option<String>,
    /// The API key that was made, shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
}

/// An error as RFC 9457 problem details (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `/problems/refused`, `/problems/changed-meanwhile`, `/problems/not-signed-in`, …
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, what was kept, what to do.
    pub detail: String,
    /// 422: why it is refused, or what must still be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Box<Verdict>>,
    /// 409: the newer facts (X6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Facts>>,
    /// 409: who changed the user since, and what (X6). Newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<AuditEntry>,
    /// 429: so many seconds later it is worth trying again; the header Retry-After says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Ties the answer to the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

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

/// `GET /api/v1/cases?…`: support cases about people whom the reader administers (T11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct CaseQuery {
    /// Those that are closed; the open ones unless it is said.
    pub closed: bool,
    /// The `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<CaseId>,
    /// So many at most; 50 unless given, 200 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasePage {
    /// Newest first.
    pub cases: Vec<SupportCase>,
    /// Give it as `before` to go on; absent on the last page.
    pub next: Option<CaseId>,
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

/// `GET /api/v1/roles`: how many people hold which role where. The roles themselves are in the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolesView {
    pub holders: Vec<Holders>,
    /// How many people hold each role anywhere that the reader reaches; nobody is counted twice for one role.
    #[serde(default)]
    pub people: Vec<RolePeople>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolePeople {
    pub role: RoleId,
    pub people: u32,
}

/// What `GET /api/v1/roles/{role}/holders` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct HoldersQuery {
    /// Only those who hold the role at this site.
    pub site: Option<SiteId>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// At most so many on a page: 50, or what is asked for up to 500.
    pub limit: Option<u32>,
}

/// Who holds a role, by name, page by page (D4): everybody whom a change of the role would reach, whatever the state of
/// their account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldersPage {
    pub holders: Vec<RoleHolder>,
    /// Where the next page begins; absent after the last one.
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleHolder {
    pub user: UserId,
    /// Empty for somebody who was invited without one.
    pub name: String,
    pub login_email: String,
    pub status: Status,
    /// Where they hold it, as far as the reader reaches.
    pub places: Vec<Place>,
}

/// `GET /api/v1/sites`: how many people there are at each site and in each resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SitesView {
    pub sites: Vec<SitePeople>,
    pub resources: Vec<ResourcePeople>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SitePeople {
    pub site: SiteId,
    pub people: u32,
    pub primary_here: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResourcePeople {
    pub resource: ResourceId,
    /// People who reach it by choice or membership; holders of "all resources" are not counted.
    pub people: u32,
}

/// `GET /api/v1/resources/{id}/members?…`: which of those who have a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct MembersQuery {
    /// Any part of a name or login e-mail; accents and case do not matter.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// The `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows at most; 50 unless given, 500 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of those who have a resource by membership or by choice, sorted by name (A17, O12).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MembersPage {
    pub members: Vec<Member>,
    /// Give it as `after` to get the page that follows; absent on the last.
    pub next: Option<String>,
    /// How many the search finds, on all pages.
    pub total: u32,
}

/// Someone who has a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    pub user: UserId,
    pub revision: Revision,
    /// Empty where the person has no name yet (O6).
    pub name: String,
    pub login_email: String,
    pub status: Status,
    pub locked: bool,
    /// Where its kind notifies members: whether this one has what that needs, a cell phone (A17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifiable: Option<bool>,
}

/// `GET /api/v1/facts?…`: facts for an edit that is not about one user. At most one of them is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct FactsQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceId>,
    /// A login e-mail to look up for an invitation (rate-limited; M4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_email: Option<String>,
}

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
