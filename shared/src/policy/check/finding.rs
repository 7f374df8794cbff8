//! What can be wrong with a policy, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{ModuleId, PermissionId, ProductId, ResourceKindId, RoleId};
use crate::user::ProfileField;

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PolicyFinding))]
pub struct Finding {
    /// The line of the source, counted from 1, where there is a source.
    pub line: Option<u32>,
    pub path: Path,
    pub problem: Problem,
}

/// Where in a policy something stands, in the names of its source.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A key of a table.
    Key(String),
    /// An element of a list, counted from 0.
    Index(usize),
    /// The element of a list with this text.
    Item(String),
}

impl Path {
    /// The path to a key inside this one.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.0.push(Step::Key(key.to_owned()));
        self
    }

    /// The path to an element inside this one.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The path to the element with this text inside this one.
    #[must_use]
    pub fn item(mut self, item: &str) -> Self {
        self.0.push(Step::Item(item.to_owned()));
        self
    }
}

impl fmt::Display for Path {
    /// As in `role[2].permissions["billing.refunds"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Item(item) => write!(f, "[{item:?}]")?,
            }
        }
        Ok(())
    }
}

/// What can be wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PolicyProblem))]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    // The source
    /// It is not TOML.
    Syntax {
        message: String,
    },
    /// It is TOML, but not in the vocabulary of a policy.
    Shape {
        message: String,
    },
    /// Neither `"all"` nor a list.
    NeitherAllNorList,
    // Names and ids
    NameEmpty,
    /// An id is lower-case letters, digits, `_`, `-` and `.`: it stands in addresses and on the record.
    IdMalformed {
        id: String,
    },
    IdTwice {
        id: String,
    },
    ModuleUnknown {
        module: ModuleId,
    },
    PermissionUnknown {
        permission: PermissionId,
    },
    RoleUnknown {
        role: RoleId,
    },
    // Languages
    NoLanguage,
    LanguageMalformed {
        language: String,
    },
    LanguageTwice {
        language: String,
    },
    /// A translation of something that the policy does not have.
    TranslationUnknown {
        id: String,
    },
    // Roles
    /// No role at organisation level administers users (X5).
    NoAdministrator,
    /// Nobody who administers users holds all that the role gives (X4).
    NobodyCanGrant {
        role: RoleId,
    },
    ExcludesItself {
        role: RoleId,
    },
    /// An additional role that no main role can be held beside.
    ExcludedByEveryMainRole {
        role: RoleId,
    },
    /// A hidden role that says what a person is: everyone would see that there is something (M9).
    HiddenMainRole {
        role: RoleId,
    },
    /// A hidden role that administers: nobody else would know who does (M1, M9).
    HiddenAdministrator {
        role: RoleId,
    },
    /// A hidden role in an exclusion: the refusal would name it (M9).
    HiddenExclusion {
        role: RoleId,
        other: RoleId,
    },
    /// A hidden role that gives nothing: everyone holds nothing, so everyone sees it (M9).
    HiddenForNobody {
        role: RoleId,
    },
    /// Resources are chosen in a site; the role is held in the whole organisation (A7).
    ResourcesAtOrganisation {
        role: RoleId,
    },
    /// Resources are to be chosen and no kind of resource lies in sites (A7).
    NoResourceToChoose {
        role: RoleId,
    },
    // Assignments
    /// More roles are needed than anyone can hold.
    TooManyRolesNeeded {
        at_least: u32,
        at_most: u32,
    },
    /// Several roles for a person, and the same one everywhere.
    ManyRolesAndTheSame,
    /// A primary site is required and no role is held at a site (D2).
    PrimarySiteWithoutSites,
    // Transitions
    /// It leads from a role to itself.
    TransitionNowhere,
    /// An earlier transition takes every case of this one.
    TransitionShadowed,
    /// Profiles are made anew, and nobody can be deleted (A12).
    RecreateWithoutDelete,
    /// Profiles are made anew: nothing is left that could end or follow elsewhere.
    RecreateElsewhere,
    /// Something ends or follows at other sites, and the role is held in the whole organisation.
    ElsewhereAtOrganisation {
        role: RoleId,
    },
    /// Additional roles come and go by themselves; transitions are between main roles.
    TransitionOfAdditional {
        role: RoleId,
    },
    // Resources
    /// Members are chosen for kinds of the organisation; this kind lies in sites.
    MembersInSite {
        kind: ResourceKindId,
    },
    /// No role may be a member (A17).
    NoMembers {
        kind: ResourceKindId,
    },
    /// Members are notified by a field that is not asked for (A17).
    NotifiesByUnusedField {
        field: ProfileField,
    },
    // Profile
    /// A field is described twice.
    FieldTwice {
        field: ProfileField,
    },
    LoginEmailNotRequired,
    /// The login e-mail is fixed and people may change it themselves (M12).
    FixedLoginEmailIsOwn,
    /// A whole name and a first or last name are asked for: only one of them can be shown.
    TwoNames,
    /// Only clinical staff carry the field, and no role is clinical (D7).
    NobodyClinical {
        field: ProfileField,
    },
    /// A scheduling step is asked for and there is none to choose (D11).
    NoSchedulingStep,
    SchedulingStepZero,
    SchedulingStepTwice {
        minutes: u16,
    },
    // Life of an account
    NoWayOfLeaving,
    InvitationExpiresAtOnce,
    LocksAtOnce,
    TemporaryExpiresAtOnce,
    /// A session, or a proof of who one is, that ends as soon as it begins.
    EndsAtOnce,
    /// Sessions end before anybody could have been idle for so long.
    IdleBeyondSession,
    // Screens
    /// Buttons for several roles, and a person has one (O3).
    ButtonsForOneRole,
    /// Products are added on the page of a person, and a click opens a dialog (T10).
    ProductsWithoutPage,
    // Products
    ProductsWithoutTerms,
    ProductsWithoutClinicalRole,
    /// The product costs something, and the terms name no currency (X2).
    PriceWithoutCurrency {
        product: ProductId,
    },
}
