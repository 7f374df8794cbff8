//! The data files of the demonstration organisations.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use shared::ids::{PermissionId, ProductId, ResourceKindId, RoleId};
use shared::lifecycle::Status;
use shared::user::ProfileField;

use super::DemoError;

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
}

/// One row of the people's file. Lists are separated by `|`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) email: String,
    roles: String,
    /// The first is the primary one.
    sites: String,
    /// Names of resources at each of the sites, for roles that choose them.
    resources: String,
    groups: String,
    pub(super) status: Status,
    locked: String,
    /// Days ago.
    pub(super) invited: u32,
    /// Days ago.
    pub(super) seen: Option<u32>,
    pub(super) phone: String,
    pub(super) language: String,
    pub(super) npi: String,
    pub(super) taxonomies: String,
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

    pub(super) fn is_locked(&self) -> bool {
        !self.locked.is_empty()
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
