//! What becomes of one row, and why.

use serde::{Deserialize, Serialize};

use crate::ids::{RoleId, SiteId, UserId};
use crate::user::ProfileField;
use crate::verdict::{Change, Refusal, Undecided};

/// What will happen with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// Something stands against it: the person who imports puts it right or leaves the row out.
    NeedsYou,
    /// An account is made and the invitation sent.
    Create,
    /// An account that there is gets what differs.
    Change,
    /// An account that there is ends, because the person has left.
    Deactivate,
    /// Nothing happens.
    Skip,
}

impl RowOutcome {
    /// In the order in which a person wants to see them.
    pub const ALL: [Self; 5] = [Self::NeedsYou, Self::Create, Self::Change, Self::Deactivate, Self::Skip];
}

/// One row of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowPlan {
    /// As a spreadsheet numbers it: the header is row 1.
    pub row: u32,
    /// As in the file, or as put right.
    pub cells: Vec<String>,
    /// The columns whose cells were put right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<u32>,
    pub outcome: RowOutcome,
    /// Why it is skipped, or everything that stands against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What was done with the file's cells on the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// The name as it will be shown.
    pub name: String,
    /// The address as it will be kept.
    pub login_email: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleId>,
    /// The primary site first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteId>,
    /// The account, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// What changes about an account that there is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// Something to know about a row, and the cell where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// Counts from 0; absent where no one cell is meant, or the file has no such column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    pub why: Why,
}

/// Why a row is skipped or needs the person who imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    // Skipped
    /// The same person with the same details stands in an earlier row.
    DuplicateOf {
        row: u32,
    },
    /// The account has all that the row says.
    AlreadyAsInFile,
    /// The person has left, and has no account.
    LeftWithoutAccount,
    /// The person has left, and the account is inactive already.
    LeftAndInactive,
    /// The person who imports left it out.
    LeftOut,
    // Needs you
    /// The same person stands in another row with other details.
    SamePersonDiffers {
        row: u32,
    },
    /// Someone else in the file has the same login address.
    SameAddress {
        rows: Vec<u32>,
    },
    /// The address belongs to an account under an entirely different name.
    AccountOfAnother {
        user: UserId,
        name: String,
    },
    RoleUnmatched {
        word: String,
        proposals: Vec<RoleId>,
    },
    SiteUnmatched {
        word: String,
        proposals: Vec<SiteId>,
    },
    StandingUnmatched {
        word: String,
    },
    ResourceUnmatched {
        word: String,
    },
    /// A spreadsheet would take the name for a formula.
    FormulaLooking,
    /// The person has left, and accounts can only be deleted for good here: not by a file.
    DeletionByHand,
    /// The rules refuse it.
    Refused {
        refusal: Refusal,
    },
    /// The rules cannot tell from what is known here.
    Undecided {
        undecided: Undecided,
    },
}

/// What was done with a cell, or what is worth knowing, while the row goes ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Spaces around or doubled inside were removed.
    SpacesRemoved { column: u32 },
    /// The address was written with capitals.
    AddressLowered { column: u32 },
    /// On leave: treated like everyone who works here.
    OnLeave,
    /// Only clinical staff carry it; the role is not clinical.
    ClinicalOnly { column: u32, field: ProfileField },
    /// The whole name was parted: the last word is the last name.
    NameParted,
    /// The account reaches these sites too, which the file does not name; that stays.
    SitesKept { sites: Vec<SiteId> },
    /// The account is inactive and stays so.
    StaysInactive,
}
