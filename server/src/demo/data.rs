//! The data files of the demonstration organisations.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use shared::ids::{PermissionId, ProductId, ResourceKindId, RoleId};
use shared::lifecycle::Status;
use shared::user::ProfileField;

use super::DemoError;
use super::others::{self, Event, Others};

/// One organisation: its description and its people.
pub(super) struct Source {
    organisation: &'static str,
    people: &'static str,
}

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        &[$(Source {
            organisation: include_str!(concat!($name, ".toml")),
            people: include_str!(concat!($name, ".csv")),
        }),+]
    };
}

pub(super) const SOURCES: &[Source] = sources![
    "riverside",
    "riverside-new",
    "northfield",
    "harmony",
    "talents",
    "heartlab",
    "maple",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Demo {
    pub(super) name: String,
    pub(super) preset: String,
    pub(super) password: String,
    #[serde(rename = "sign_in")]
    pub(super) sign_ins: Vec<SignIn>,
    #[serde(default, rename = "site")]
    pub(super) sites: Vec<DemoSite>,
    #[serde(default, rename = "resource")]
    pub(super) resources: Vec<DemoResource>,
    #[serde(default, rename = "edit")]
    pub(super) edits: Vec<DemoEdit>,
    /// Besides the people of the file.
    #[serde(default)]
    pub(super) others: Option<Others>,
    #[serde(skip)]
    pub(super) people: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    pub(super) who: String,
    pub(super) email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoSite {
    pub(super) name: String,
    #[serde(default)]
    pub(super) products: Vec<ProductId>,
    /// Nobody is there any more: it is archived later on.
    #[serde(default)]
    pub(super) closed: bool,
}

impl Demo {
    pub(super) fn open_sites(&self) -> impl Iterator<Item = &str> {
        self.sites
            .iter()
            .filter(|site| !site.closed)
            .map(|site| site.name.as_str())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoResource {
    pub(super) kind: ResourceKindId,
    #[serde(default)]
    pub(super) site: Option<String>,
    pub(super) name: String,
}

/// Something that was changed later on, by someone of the organisation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoEdit {
    pub(super) days_ago: u32,
    pub(super) by: String,
    #[serde(flatten)]
    pub(super) what: What,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Permissions {
        role: RoleId,
        grant: BTreeSet<PermissionId>,
        revoke: BTreeSet<PermissionId>,
    },
    Profile {
        email: String,
        fields: BTreeMap<ProfileField, String>,
    },
    Products {
        email: String,
        products: BTreeSet<ProductId>,
    },
    RenameSite {
        site: String,
        name: String,
    },
    ArchiveSite {
        site: String,
    },
    CreateResource {
        kind: ResourceKindId,
        #[serde(default)]
        site: Option<String>,
        name: String,
    },
    RenameResource {
        #[serde(default)]
        site: Option<String>,
        resource: String,
        name: String,
    },
    ArchiveResource {
        #[serde(default)]
        site: Option<String>,
        resource: String,
    },
}

/// What the people's file says of an account that wrong passwords have locked; any other word stands for an administrator.
pub(super) const LOCKED_OUT: &str = "attempts";
/// Locked by somebody, the same way.
pub(super) const LOCKED_BY_HAND: &str = "yes";

/// One row of the people's file. Lists are separated by `|`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) email: String,
    pub(super) roles: String,
    /// The first is the primary one.
    pub(super) sites: String,
    /// Names of resources at each of the sites, for roles that choose them.
    pub(super) resources: String,
    pub(super) groups: String,
    pub(super) status: Status,
    pub(super) locked: String,
    /// Days ago.
    pub(super) invited: u32,
    /// Days ago.
    pub(super) seen: Option<u32>,
    pub(super) phone: String,
    pub(super) language: String,
    pub(super) npi: String,
    pub(super) taxonomies: String,
    /// The minute of the day at which things happen to one of those whom no file names.
    #[serde(skip)]
    pub(super) minute: Option<u16>,
    /// Who looks after them, where that is one person.
    #[serde(skip)]
    pub(super) by: Option<String>,
    #[serde(skip)]
    pub(super) events: Vec<Event>,
    /// Inactive, and everything they held was taken away (T6).
    #[serde(skip)]
    pub(super) cleared: bool,
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').filter(|part| !part.is_empty())
}

impl Person {
    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        list(&self.roles)
    }

    pub(super) fn sites(&self) -> impl Iterator<Item = &str> {
        list(&self.sites)
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        list(&self.resources)
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        list(&self.groups)
    }

    /// The same person, as someone to change into who they were before.
    pub(super) fn as_before(&self) -> Self {
        Self {
            first: self.first.clone(),
            last: self.last.clone(),
            email: self.email.clone(),
            roles: self.roles.clone(),
            sites: self.sites.clone(),
            resources: self.resources.clone(),
            groups: self.groups.clone(),
            locked: self.locked.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            npi: self.npi.clone(),
            taxonomies: self.taxonomies.clone(),
            by: self.by.clone(),
            events: Vec::new(),
            ..*self
        }
    }

    pub(super) fn is_locked(&self) -> bool {
        !self.locked.is_empty()
    }

    /// Whether it was wrong passwords that locked the account, and no administrator.
    pub(super) fn is_locked_out(&self) -> bool {
        self.locked == LOCKED_OUT
    }
}

pub(super) fn read(source: &Source) -> Result<Demo, DemoError> {
    let wrong = |error: &dyn std::fmt::Display| DemoError::Data(error.to_string());
    let mut demo: Demo = toml::from_str(source.organisation).map_err(|error| wrong(&error))?;
    let mut rows = csv::Reader::from_reader(source.people.as_bytes());
    demo.people = rows
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(&error))?;
    let others = others::people(&demo)?;
    demo.people.extend(others);
    Ok(demo)
}

/// The password that the people of the first demonstration have.
pub(super) fn password() -> Result<String, DemoError> {
    let first = SOURCES.first().map(read).transpose()?;
    Ok(first.map(|demo| demo.password).unwrap_or_default())
}

/// First and last names, for people by the thousand.
pub(super) fn names() -> Result<Vec<(String, String)>, DemoError> {
    let mut rows = csv::Reader::from_reader(include_str!("names.csv").as_bytes());
    rows.deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| DemoError::Data(error.to_string()))
}
