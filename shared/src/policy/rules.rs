//! How sites, roles, identities, accounts and the vendor's support are dealt with.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Power;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SiteRules {
    /// So many sites must exist before anyone can be invited (D1).
    pub before_inviting: u32,
    /// Sites are kept and listed although nobody is assigned to one: every role reaches all of them (M7: clients).
    pub listed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AssignmentRules {
    /// How many main roles a person may hold; additional roles do not count.
    pub roles_per_user: RolesPerUser,
    /// Whether the main role is the same at every site (A2).
    pub same_role_at_every_site: bool,
    /// How many roles a person needs at least; 0 lets an account exist that reaches nothing (T6).
    pub at_least: u32,
    /// Whether everyone has a primary site among those they reach (D2, D8).
    pub primary_site: Need,
}

impl Default for AssignmentRules {
    fn default() -> Self {
        Self {
            roles_per_user: RolesPerUser::One,
            same_role_at_every_site: false,
            at_least: 1,
            primary_site: Need::Unused,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RolesPerUser {
    /// One at each place.
    One,
    Many,
}

/// Whether something must, may or cannot be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Required,
    Optional,
    #[default]
    Unused,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IdentityRules {
    pub login_email: LoginEmail,
    /// Who else may have had the same login e-mail (M4).
    pub unique: Unique,
    /// What happens when the address has another domain than the inviter's (O5).
    pub other_domain: OtherDomain,
    /// Minutes that a scheduling step may have (D11).
    pub scheduling_steps: Vec<u16>,
}

impl Default for IdentityRules {
    fn default() -> Self {
        Self {
            login_email: LoginEmail::Editable,
            unique: Unique::Platform,
            other_domain: OtherDomain::Allow,
            scheduling_steps: vec![5, 10, 15, 20, 30, 45, 60],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoginEmail {
    /// It can be changed (O7).
    Editable,
    /// Fixed from the invitation on (M12, M14).
    Fixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unique {
    /// No account that exists now, in any organisation, has it.
    Platform,
    /// No account has ever had it, those removed and invitations deleted included (M4).
    PlatformForever,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OtherDomain {
    Allow,
    Confirm,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LifecycleRules {
    /// How people leave. With `delete` only, an account ends for good (O11); with `deactivate`, it is kept (D9).
    pub leaving: BTreeSet<Leaving>,
    /// Whether a pending invitation can be taken back (M15).
    pub withdraw_invitation: bool,
    /// Days until an invitation's link expires.
    pub invitation_days: u32,
    /// What happens when somebody asks for a new link because theirs does not work any more.
    pub new_link: NewLink,
    /// Failed sign-ins until the account locks (T14).
    pub lock_after: u32,
    /// Hours until a temporary password that was not used does not work any more (T7).
    pub temporary_password_hours: u32,
    /// Whether somebody who is invited gets in by the organisation's identity provider too, without the mail's link, when
    /// it vouches for the address that was invited (OpenID Connect).
    pub accept_by_provider: bool,
    /// Minutes without a request until a session ends.
    pub session_idle_minutes: u32,
    /// Minutes without a request until a session ends on a browser that people share at a front desk.
    pub shared_idle_minutes: u32,
    /// Hours until a session ends in any case.
    pub session_hours: u32,
    /// So many minutes long a proof of who one is counts as recent; sensitive edits ask for a recent one.
    pub proof_minutes: u32,
}

impl Default for LifecycleRules {
    fn default() -> Self {
        Self {
            leaving: BTreeSet::from([Leaving::Deactivate]),
            withdraw_invitation: true,
            invitation_days: 7,
            new_link: NewLink::Sent,
            lock_after: 10,
            temporary_password_hours: 72,
            accept_by_provider: true,
            session_idle_minutes: 60,
            shared_idle_minutes: 5,
            session_hours: 12,
            proof_minutes: 15,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    Deactivate,
    Delete,
}

/// How an invited person gets a new link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NewLink {
    /// It goes out by itself, to the address that was invited.
    #[default]
    Sent,
    /// Whoever invited is told, and sends it.
    AskAdministrator,
}

/// What the vendor's own support staff may do in a customer's organisation; nothing unless it is named (T1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SupportRules {
    pub may_administer: BTreeSet<Power>,
    /// The power by which a support case is closed; opening one is part of managing users (T11).
    pub closes_cases: Power,
}

impl Default for SupportRules {
    fn default() -> Self {
        Self {
            may_administer: BTreeSet::new(),
            closes_cases: Power::Users,
        }
    }
}
