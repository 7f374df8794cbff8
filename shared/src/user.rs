//! A user: who they are, what they hold, and where they are in the life of an account.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Place};
use crate::clinical::{Npi, Taxonomy};
use crate::ids::{ProductId, ResourceId, Revision, SiteId, Timestamp, UserId};
use crate::lifecycle::{Lock, Status};

/// A field of a person's profile. Which of them an organisation uses, and for whom, is the policy's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProfileField {
    /// The whole name in one field, as on clinical notes and signatures (D2).
    Name,
    FirstName,
    LastName,
    /// The address a person signs in with.
    LoginEmail,
    /// The address that invitations and notifications go to, where it differs (M5).
    CommunicationEmail,
    Phone,
    /// A language tag of the policy's list (M6).
    Language,
    Npi,
    /// One or more codes, separated by commas; the first is the primary one (D7).
    Taxonomies,
    Bio,
    /// Appointments at once, at least 1 (D10).
    Capacity,
    /// Minutes (D11).
    SchedulingStep,
}

impl ProfileField {
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::LoginEmail,
        Self::CommunicationEmail,
        Self::Phone,
        Self::Language,
        Self::Npi,
        Self::Taxonomies,
        Self::Bio,
        Self::Capacity,
        Self::SchedulingStep,
    ];

    /// As a policy's source names it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::LoginEmail => "login_email",
            Self::CommunicationEmail => "communication_email",
            Self::Phone => "phone",
            Self::Language => "language",
            Self::Npi => "npi",
            Self::Taxonomies => "taxonomies",
            Self::Bio => "bio",
            Self::Capacity => "capacity",
            Self::SchedulingStep => "scheduling_step",
        }
    }

    /// How many characters it may have, where nothing else limits it.
    pub fn at_most(self) -> Option<u32> {
        match self {
            Self::Name | Self::FirstName | Self::LastName => Some(120),
            Self::Bio => Some(2_000),
            _ => None,
        }
    }

    /// Whether whoever controls it can take the account over: password links go there.
    pub fn is_credential(self) -> bool {
        matches!(self, Self::LoginEmail | Self::CommunicationEmail)
    }
}

/// What a person typed, field by field; only the fields that were touched. An empty text clears the field.
pub type ProfileText = BTreeMap<ProfileField, String>;

/// A person's profile, parsed. Fields that the policy does not use are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Profile {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// Lower case.
    pub login_email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub communication_email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npi: Option<Npi>,
    /// The first is the primary one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taxonomies: Vec<Taxonomy>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bio: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling_step: Option<u16>,
}

impl Profile {
    /// A field as a person would type it.
    pub fn text(&self, field: ProfileField) -> String {
        match field {
            ProfileField::Name => self.name.clone(),
            ProfileField::FirstName => self.first_name.clone(),
            ProfileField::LastName => self.last_name.clone(),
            ProfileField::LoginEmail => self.login_email.clone(),
            ProfileField::CommunicationEmail => self.communication_email.clone(),
            ProfileField::Phone => self.phone.clone(),
            ProfileField::Language => self.language.clone(),
            ProfileField::Npi => self.npi.as_ref().map(|npi| npi.as_str().to_owned()).unwrap_or_default(),
            ProfileField::Taxonomies => self
                .taxonomies
                .iter()
                .map(Taxonomy::as_str)
                .collect::<Vec<_>>()
                .join(", "),
            ProfileField::Bio => self.bio.clone(),
            ProfileField::Capacity => self.capacity.map(|n| n.to_string()).unwrap_or_default(),
            ProfileField::SchedulingStep => self.scheduling_step.map(|n| n.to_string()).unwrap_or_default(),
        }
    }

    /// The name to show: the whole name, else first and last, else nothing (an invited person without a name, O6).
    pub fn display_name(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        [self.first_name.as_str(), self.last_name.as_str()]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Where mail for this person goes.
    pub fn mail_address(&self) -> &str {
        if self.communication_email.is_empty() {
            &self.login_email
        } else {
            &self.communication_email
        }
    }
}

/// A person's account in one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    pub revision: Revision,
    pub profile: Profile,
    pub status: Status,
    #[serde(default)]
    pub locked: Option<Lock>,
    /// Sorted; at most one for each role and place.
    pub assignments: Vec<Assignment>,
    #[serde(default)]
    pub primary_site: Option<SiteId>,
    /// Resources of the organisation that the person belongs to: chart workspaces, user groups (O12, A17).
    #[serde(default)]
    pub memberships: BTreeSet<ResourceId>,
    /// Product modules licensed for this person (T13).
    #[serde(default)]
    pub products: BTreeSet<ProductId>,
    /// When the account was last deactivated; kept after reactivation (T11).
    #[serde(default)]
    pub deactivated_at: Option<Timestamp>,
}

impl User {
    /// The places at which the person holds something, sorted, each once.
    pub fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = self.assignments.iter().map(Assignment::place).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether the account can be used now.
    pub fn can_sign_in(&self) -> bool {
        self.status.lets_in(self.locked)
    }
}
