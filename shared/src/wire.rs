//! What travels between the browser (or any other client) and the server, version 1.

mod accounts;
mod audit;
mod devices;
mod edits;
mod embed;
mod factors;
mod live;
mod places;
mod providers;
mod sessions;
mod users;

use serde::{Deserialize, Serialize};

pub use accounts::{
    AcceptInvitation, AskedField, BeginProvider, Delivery, ForgotPassword, InvitationState, InvitationView, LinkState,
    LinkToken, MailResent, MailRow, PasswordJudgement, PasswordToJudge, ProviderAddress, ProviderFailure, ProviderView,
    ResetPassword, ResetView, SECOND_STEP, SignInMethod, SignInWays, UndeliveredMail,
};
pub use audit::{AuditEntry, AuditPage, AuditPerson, AuditQuery, Difference, differences};
pub use devices::{ChoosePin, DeviceList, PersonHere, PinSignIn, PinView, SharedHere, ThisDevice};
pub use edits::{Accepted, FactsQuery, Problem, Proposal};
pub use embed::{EmbedFor, EmbedRequest, EmbedToken, EmbeddedView, EmbeddingView};
pub use factors::{
    AuthenticatorCode, AuthenticatorSetUp, ChangeOwnPassword, OwnFactor, OwnFactors, RecoveryCodes, SecondStep,
    SecondStepBy, SecondStepNeeded,
};
pub use live::{AtUser, LiveChange, OtherHere, OthersHere, Topic};
pub use places::{
    HoldersPage, HoldersQuery, Member, MembersPage, MembersQuery, ResourcePeople, RoleHolder, RolePeople, RolesView,
    SitePeople, SitesView,
};
pub use providers::{CheckProvider, IdentityProviderView, SetProvider};
pub use sessions::{DeviceView, FailedSignIn, Nearness, PlaceView, SessionList, SessionState, SessionView};
pub use users::{
    Administrator, Administrators, AdministratorsQuery, TabCounts, UserPage, UserQuery, UserRow, UserSort, UserTab,
    UserView,
};

use crate::facts::Facts;
use crate::ids::CaseId;
use crate::licence::SupportCase;
use crate::user::User;

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
