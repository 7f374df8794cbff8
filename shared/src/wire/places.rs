//! Who holds which role, and who is at which site and in which resource.

use serde::{Deserialize, Serialize};

use crate::access::Place;
use crate::facts::Holders;
use crate::ids::{ResourceId, Revision, RoleId, SiteId, UserId};
use crate::lifecycle::Status;

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
