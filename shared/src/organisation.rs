//! An organisation's places and what lies in them.

use serde::{Deserialize, Serialize};

use crate::ids::{OrganisationId, ProductId, ResourceId, ResourceKindId, SiteId};

/// A place where people work. The policy says what it is called ("Practice", "Location").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Site {
    pub id: SiteId,
    pub name: String,
    /// No longer in use: nobody can be assigned there.
    #[serde(default)]
    pub archived: bool,
    /// The product modules that are activated here; only these can be licensed for its providers (T10).
    #[serde(default)]
    pub products: Vec<ProductId>,
}

/// Something shared out among people: a line in a site; a chart workspace or a user group in the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resource {
    pub id: ResourceId,
    pub kind: ResourceKindId,
    /// The site it lies in; `None` for what belongs to the organisation.
    #[serde(default)]
    pub site: Option<SiteId>,
    pub name: String,
    #[serde(default)]
    pub archived: bool,
}

/// The organisation as a decision sees it: the sites and resources that the actor or the subject can reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
    pub sites: Vec<Site>,
    pub resources: Vec<Resource>,
}

impl Organisation {
    /// The site of this id, archived or not.
    pub fn site(&self, id: SiteId) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == id)
    }

    /// The resource of this id, archived or not.
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    /// Sites that people can be assigned to.
    pub fn open_sites(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter().filter(|site| !site.archived)
    }

    /// Resources in use in one site, in the order in which they are listed.
    pub fn open_resources_of(&self, site: SiteId) -> impl Iterator<Item = &Resource> {
        self.resources
            .iter()
            .filter(move |resource| resource.site == Some(site) && !resource.archived)
    }
}
