//! Assignments: a role at a scope, and what covers what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{ResourceId, RoleId, SiteId};

/// Which of a site's resources an assignment reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Resources {
    /// Every resource of the site, those added later included (A9).
    All,
    /// Only these (A7); possibly none (A8).
    Only(BTreeSet<ResourceId>),
}

impl Resources {
    /// Whether whoever has `self` also has `other`.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(own), Self::Only(wanted)) => wanted.is_subset(own),
        }
    }
}

/// A level at which a role can be held, without the choice of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The whole organisation, later sites included (A16).
    Organisation,
    Site(SiteId),
}

impl Place {
    /// Whether holding something here means holding it at `other`.
    pub fn covers(self, other: Self) -> bool {
        self == Self::Organisation || self == other
    }

    /// The site, unless this is the whole organisation.
    pub fn site(self) -> Option<SiteId> {
        match self {
            Self::Organisation => None,
            Self::Site(site) => Some(site),
        }
    }
}

/// How somebody depends on a site: who does has to be moved before it is archived (D1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SiteTie {
    /// They have nothing else: no other site, and nothing in the whole organisation.
    Only,
    /// It is their primary site (D2, D8).
    Primary,
}

impl SiteTie {
    pub const ALL: [Self; 2] = [Self::Only, Self::Primary];

    /// Whether someone with these assignments and this primary site depends on the site in this way. The server's lists
    /// ask its database for the same.
    pub fn binds(self, site: SiteId, assignments: &[Assignment], primary_site: Option<SiteId>) -> bool {
        let here = |held: &Assignment| held.place() == Place::Site(site);
        match self {
            Self::Only => !assignments.is_empty() && assignments.iter().all(here),
            Self::Primary => primary_site == Some(site),
        }
    }
}

/// Where an assignment holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Organisation,
    Site { site: SiteId, resources: Resources },
}

impl Scope {
    /// The whole of one site.
    pub fn whole_site(site: SiteId) -> Self {
        Self::Site {
            site,
            resources: Resources::All,
        }
    }

    pub fn place(&self) -> Place {
        match self {
            Self::Organisation => Place::Organisation,
            Self::Site { site, .. } => Place::Site(*site),
        }
    }

    /// The resources it reaches at its place; the whole organisation reaches all.
    pub fn resources(&self) -> &Resources {
        match self {
            Self::Organisation => &Resources::All,
            Self::Site { resources, .. } => resources,
        }
    }

    /// Whether whoever has `self` also has `other`.
    pub fn covers(&self, other: &Self) -> bool {
        self.place().covers(other.place()) && self.resources().covers(other.resources())
    }
}

/// A role held at a scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assignment {
    pub role: RoleId,
    pub scope: Scope,
}

impl Assignment {
    pub fn new(role: impl Into<RoleId>, scope: Scope) -> Self {
        Self {
            role: role.into(),
            scope,
        }
    }

    pub fn place(&self) -> Place {
        self.scope.place()
    }

    /// Role and place: there is at most one assignment for each.
    pub fn holding(&self) -> Holding {
        Holding {
            role: self.role.clone(),
            place: self.place(),
        }
    }
}

/// Which assignment is meant, when its resources do not matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holding {
    pub role: RoleId,
    pub place: Place,
}

impl Holding {
    pub fn is(&self, assignment: &Assignment) -> bool {
        self.role == assignment.role && self.place == assignment.place()
    }
}
