//! What a difference between two policies means, where a sentence can say it.

use serde::{Deserialize, Serialize};

use super::{Named, Need, Power};

/// A meaning, to be told in the reader's language. Names are those of the policies, for what the reader's own policy does not
/// have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PolicyChange {
    /// It is new, or gone.
    Item {
        named: Named,
        name: String,
        there: bool,
    },
    /// What was called one thing is called another: an item, or a word of the organisation.
    Renamed {
        from: String,
        to: String,
    },
    RolePermits {
        role: PolicyItem,
        permission: PolicyItem,
        on: bool,
    },
    /// Everything, later permissions too; else only those of a list.
    RolePermitsAll {
        role: PolicyItem,
        on: bool,
    },
    RoleAdministers {
        role: PolicyItem,
        power: Power,
        on: bool,
    },
    RoleExcludes {
        role: PolicyItem,
        other: PolicyItem,
        on: bool,
    },
    /// Every other role; else only those of a list.
    RoleExcludesAll {
        role: PolicyItem,
        on: bool,
    },
    RoleClinical {
        role: PolicyItem,
        on: bool,
    },
    RoleSecondFactor {
        role: PolicyItem,
        on: bool,
    },
    /// Whether a field has to be filled in.
    FieldNeed {
        field: PolicyItem,
        need: Need,
    },
    PrimarySiteNeed {
        need: Need,
    },
    Number {
        setting: PolicyNumber,
        from: u32,
        to: u32,
    },
    Flag {
        setting: PolicyFlag,
        on: bool,
    },
    /// A language that people may prefer.
    Language {
        language: String,
        on: bool,
    },
    /// A name in another language.
    Translated {
        language: String,
        from: Option<String>,
        to: String,
    },
    /// The price of a product for one provider and month, in hundredths of the currency unit.
    Price {
        product: PolicyItem,
        from: u32,
        to: u32,
    },
}

impl PolicyChange {
    /// Whether the sentence leaves out what is in it: then the source is shown besides.
    pub fn needs_source(&self) -> bool {
        matches!(
            self,
            Self::Item { there: true, .. }
                | Self::Translated { .. }
                | Self::RolePermitsAll { on: false, .. }
                | Self::RoleExcludesAll { on: false, .. }
        )
    }
}

/// Something of a policy with an id, and what it is called there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyItem {
    pub id: String,
    pub name: String,
}

/// A setting that is a whole number, as the source names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PolicyNumber {
    BeforeInviting,
    AtLeast,
    InvitationDays,
    LockAfter,
    TemporaryPasswordHours,
    SessionIdleMinutes,
    SharedIdleMinutes,
    SessionHours,
    ProofMinutes,
}

/// A setting that is one of two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PolicyFlag {
    /// People may hold several main roles at one place.
    ManyRoles,
    SameRoleAtEverySite,
    /// The login e-mail is fixed once the invitation is out.
    LoginEmailFixed,
    /// A login e-mail was never used before.
    LoginEmailNew,
    /// Another domain than the inviter's has to be confirmed.
    OtherDomainConfirmed,
    LeaveByDeactivation,
    LeaveByDeletion,
    WithdrawInvitation,
    AcceptByProvider,
    /// Whoever asks for a new link gets it by itself; else from an administrator.
    NewLinkSent,
}
