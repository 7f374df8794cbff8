//! The server's resources, call by call, as `shared::wire` describes them.

use shared::Facts;
use shared::ids::{ResourceId, RoleId, UserId};
use shared::policy::Power;
use shared::wire::{
    Accepted, Administrator, Administrators, AuditPage, AuditQuery, CasePage, CaseQuery, ChangePassword, FactsQuery,
    HoldersPage, HoldersQuery, Me, MembersPage, MembersQuery, Proposal, RolesView, SignIn, SitesView, UserPage,
    UserQuery, UserView,
};

use super::{Api, ApiError};
use crate::query::QueryString;
use crate::route::query_string;
use crate::words::speak_facts;

/// A body without anything in it.
#[derive(serde::Serialize)]
struct Nothing {}

impl Api {
    /// Who is signed in, with the facts that every screen starts from.
    pub(crate) async fn me(&self) -> Result<Me, ApiError> {
        self.get_at_once("/me").await
    }

    /// Signs in; whether a second step has to follow.
    pub(crate) async fn sign_in(&self, email: String, password: String) -> Result<bool, ApiError> {
        let answer: Option<serde::de::IgnoredAny> = self.post_at_once("/sign-in", &SignIn { email, password }).await?;
        Ok(answer.is_some())
    }

    /// Changes a password by means of the one before, and signs in; whether a second step has to follow first.
    pub(crate) async fn change_password(
        &self,
        email: String,
        password: String,
        new_password: String,
    ) -> Result<bool, ApiError> {
        let body = ChangePassword {
            email,
            password,
            new_password,
        };
        let answer: Option<serde::de::IgnoredAny> = self.put("/password", &body).await?;
        Ok(answer.is_some())
    }

    pub(crate) async fn sign_out(&self) -> Result<(), ApiError> {
        self.post_at_once::<_, serde::de::IgnoredAny>("/sign-out", &Nothing {})
            .await
            .map(drop)
    }

    pub(crate) async fn users(&self, query: &UserQuery) -> Result<UserPage, ApiError> {
        self.get(&query_string(query).after("/users")).await
    }

    pub(crate) async fn user(&self, user: UserId) -> Result<UserView, ApiError> {
        let mut view: UserView = self.get(&format!("/users/{user}")).await?;
        self.tongue.telling(|| speak_facts(&mut view.facts));
        Ok(view)
    }

    /// Facts for an edit that is not about one user.
    pub(crate) async fn facts(&self, query: &FactsQuery) -> Result<Facts, ApiError> {
        let query = QueryString::default()
            .with_some("role", query.role.as_ref())
            .with_some("site", query.site)
            .with_some("resource", query.resource)
            .with_some("login_email", query.login_email.as_ref());
        let mut facts: Facts = self.get(&query.after("/facts")).await?;
        self.tongue.telling(|| speak_facts(&mut facts));
        Ok(facts)
    }

    /// Those who have this power, for those who do not (M1).
    pub(crate) async fn administrators(&self, power: Power) -> Result<Vec<Administrator>, ApiError> {
        let query = QueryString::default().with("power", power.as_str());
        self.get::<Administrators>(&query.after("/administrators"))
            .await
            .map(|found| found.people)
    }

    pub(crate) async fn roles(&self) -> Result<RolesView, ApiError> {
        self.get("/roles").await
    }

    /// Who holds a role, page by page.
    pub(crate) async fn holders(&self, role: &RoleId, query: &HoldersQuery) -> Result<HoldersPage, ApiError> {
        let query = QueryString::default()
            .with_some("site", query.site)
            .with_some("after", query.after.as_ref())
            .with_some("limit", query.limit);
        let path = format!("/roles/{}/holders", js_sys::encode_uri_component(role.as_str()));
        self.get(&query.after(&path)).await
    }

    pub(crate) async fn sites(&self) -> Result<SitesView, ApiError> {
        self.get("/sites").await
    }

    /// Those who have a resource, page by page.
    pub(crate) async fn members(&self, resource: ResourceId, query: &MembersQuery) -> Result<MembersPage, ApiError> {
        let path = QueryString::default()
            .with("search", &query.search)
            .with_some("after", query.after.as_ref())
            .with_some("limit", query.limit)
            .after(&format!("/resources/{resource}/members"));
        self.get(&path).await
    }

    /// Pages of the audit record, newest first.
    pub(crate) async fn audit(&self, query: &AuditQuery) -> Result<AuditPage, ApiError> {
        self.get(&audit_query(query).after("/audit")).await
    }

    /// Pages of support cases, newest first (T11).
    pub(crate) async fn cases(&self, query: &CaseQuery) -> Result<CasePage, ApiError> {
        let query = QueryString::default()
            .with_some("closed", query.closed.then_some(true))
            .with_some("before", query.before)
            .with_some("limit", query.limit);
        self.get(&query.after("/cases")).await
    }

    /// The one door for writes.
    pub(crate) async fn propose(&self, proposal: &Proposal) -> Result<Accepted, ApiError> {
        let answer: Result<Accepted, ApiError> = self.post("/edits", proposal).await;
        if let (Some(host), Ok(accepted)) = (self.host(), &answer) {
            host.committed(&proposal.edit, accepted.subject.as_ref());
        }
        answer
    }
}

/// The record, as it is searched and filtered.
pub(super) fn audit_query(query: &AuditQuery) -> QueryString {
    QueryString::default()
        .with_some("subject", query.subject)
        .with_some("actor", query.actor)
        .with_some("kind", query.kind.as_ref())
        .with_some("from", query.from.map(|moment| moment.0))
        .with_some("until", query.until.map(|moment| moment.0))
        .with("search", &query.search)
        .with_some("before", query.before)
        .with_some("limit", query.limit)
}
