//! The answer to an edit: what would change, what that means, what must be confirmed, what is refused and the smallest
//! edit that would be allowed, and what only the server can know.

mod change;
mod consequence;
mod reason;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use self::change::Change;
pub use self::consequence::{Confirmation, Consequence};
pub use self::reason::Reason;
use crate::access::{Holding, Place};
use crate::edit::Edit;
use crate::ids::{PermissionId, ProductId, ResourceId, RoleId, SiteId};
use crate::policy::Power;
use crate::provider::ProviderField;
use crate::user::ProfileField;

/// The whole judgement of one edit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// What is stored when the edit is accepted, in this order. Empty when something is refused.
    pub changes: Vec<Change>,
    /// What that means for people, before they save (X2).
    pub consequences: Vec<Consequence>,
    /// What the person who saves has to confirm.
    pub confirmations: Vec<Confirmation>,
    /// Everything that stands against it, never only the first.
    pub refusals: Vec<Refusal>,
    /// What this place cannot know; "checked when you save".
    pub undecided: Vec<Undecided>,
}

/// What a verdict comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Refused,
    Undecided,
    /// Allowed once everything wanted is confirmed.
    NeedsConfirmation,
    Allowed,
}

impl Verdict {
    /// What the verdict comes to when `given` has been confirmed.
    pub fn outcome(&self, given: &[Confirmation]) -> Outcome {
        if !self.refusals.is_empty() {
            Outcome::Refused
        } else if !self.undecided.is_empty() {
            Outcome::Undecided
        } else if self.missing(given).next().is_some() {
            Outcome::NeedsConfirmation
        } else {
            Outcome::Allowed
        }
    }

    /// What must still be confirmed. A confirmation counts only for exactly what it named.
    pub fn missing<'a>(&'a self, given: &'a [Confirmation]) -> impl Iterator<Item = &'a Confirmation> {
        self.confirmations.iter().filter(|wanted| !given.contains(wanted))
    }

    /// The refusals of one field.
    pub fn refusals_at<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = &'a Refusal> {
        self.refusals.iter().filter(move |refusal| refusal.field == *field)
    }

    pub(crate) fn refuse(&mut self, rule: &'static str, field: Field, reason: Reason) {
        let refusal = Refusal {
            rule: Cow::Borrowed(rule),
            field,
            reason,
            remedy: None,
        };
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }
}

/// Where in a form something belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The edit as a whole.
    Whole,
    Profile(ProfileField),
    /// A role at a place.
    Role(Holding),
    /// The choice of roles at a place.
    Roles(Place),
    /// The resources chosen at a site.
    Resources(SiteId),
    PrimarySite,
    Membership(ResourceId),
    Product(ProductId),
    Permission(PermissionId),
    /// The name of a site or resource.
    Name,
    /// What came of a case.
    Note,
    /// An origin whose pages may use tokens.
    Origin,
    /// What a key is for.
    Elements,
    /// A setting of the identity provider.
    Provider(ProviderField),
}

/// One thing that stands against an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// The behaviour that refuses: "A7".
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub rule: Cow<'static, str>,
    pub field: Field,
    pub reason: Reason,
    pub remedy: Option<Remedy>,
}

/// What would help (X3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The edit nearest to this one that nothing refuses.
    Instead(Box<Edit>),
    /// A site must be added first (D1).
    AddSite,
    /// A resource must be added at the site first (A7).
    AddResource(SiteId),
    /// The field must be typed anew; nobody can guess it.
    Retype(ProfileField),
    /// The profile has to be deleted and made anew at the role's level (A12).
    Recreate(RoleId),
    /// Someone who administers this has to do it.
    AskAdministrator(Power),
    /// Someone else must be made an administrator first (X5).
    AnotherAdministrator,
    /// Something must be chosen or typed here; nobody can guess it.
    Choose(Field),
}

/// What the server will decide because it is unknown here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Undecided {
    /// Whether the address is free (M4).
    LoginEmail { email: String },
    /// Whether someone else can administer users (X5).
    OtherAdministrators,
    /// How many people it touches.
    Headcount,
    /// Whether the person holds something that the actor may not see (M9, X4).
    HeldAccess,
    /// Whether the sign-in page and the domains of an identity provider are another organisation's.
    ProviderClaims,
}
