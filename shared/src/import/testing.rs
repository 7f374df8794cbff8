//! A small clinic for the tests of this folder.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::plan::{Account, Planned, World, plan};
use super::{Choices, Table, addresses};
use crate::access::{Assignment, Scope};
use crate::facts::{Actor, ActorKind, EmailUse, Facts, Known};
use crate::ids::{OrganisationId, Revision, SiteId, Timestamp, UserId};
use crate::lifecycle::Status;
use crate::organisation::{Organisation, Site};
use crate::policy::{Policy, preset};
use crate::user::{Profile, User};

const SITES: [&str; 6] = [
    "Downtown Urgent Care",
    "Elm Street",
    "Harbour View",
    "Lakeside Imaging",
    "Riverside Pediatrics",
    "St. Mary's – North",
];

pub(super) fn policy() -> Policy {
    preset::find("decoda").unwrap().policy()
}

pub(super) fn site(name: &str) -> SiteId {
    SiteId(Uuid::from_u128(
        SITES.iter().position(|site| *site == name).unwrap() as u128
    ))
}

pub(crate) fn facts() -> Facts {
    let site = |name: &&str| Site {
        id: site(name),
        name: (*name).to_owned(),
        archived: false,
        products: vec![],
    };
    Facts {
        now: Timestamp(1_800_000_000_000),
        policy: policy().into(),
        organisation: Organisation {
            id: OrganisationId(Uuid::from_u128(1)),
            name: "Riverside".to_owned(),
            sites: SITES.iter().map(site).collect(),
            resources: vec![],
        },
        actor: Actor {
            user: UserId(Uuid::from_u128(2)),
            kind: ActorKind::Operator,
            status: Status::Active,
            locked: false,
            assignments: vec![Assignment::new("administrator", Scope::Organisation)],
            email_domain: "clinic.example".to_owned(),
            embedded: None,
        },
        subject: None,
        devices: Vec::new(),
        embedding: Default::default(),
        provider: Default::default(),
        cases: Vec::new(),
        second_factors: Vec::new(),
        login_emails: BTreeMap::new(),
        other_administrators: Known::Unknown,
        headcount: None,
        proposed: None,
        reduced: false,
    }
}

/// A table of lines whose cells are separated by bars; the first is the header.
pub(super) fn lines(lines: &[&str]) -> Table {
    Table::new(lines.iter().map(|line| line.split('|').map(str::to_owned).collect())).unwrap()
}

pub(super) fn table(lines: &[&[&str]]) -> Table {
    Table::new(
        lines
            .iter()
            .map(|line| line.iter().map(|cell| (*cell).to_owned()).collect()),
    )
    .unwrap()
}

/// An account with one role at some sites, the first of them the primary one.
pub(super) fn account(email: &str, name: &str, role: &str, sites: &[&str], status: Status) -> User {
    let mut assignments: Vec<Assignment> = sites
        .iter()
        .map(|name| Assignment::new(role, Scope::whole_site(site(name))))
        .collect();
    assignments.sort();
    User {
        id: UserId(Uuid::from_u128(email.bytes().map(u128::from).sum())),
        revision: Revision(7),
        profile: Profile {
            name: name.to_owned(),
            login_email: email.to_owned(),
            ..Profile::default()
        },
        status,
        locked: None,
        assignments,
        primary_site: sites.first().map(|name| site(name)),
        memberships: Default::default(),
        products: Default::default(),
        deactivated_at: None,
    }
}

/// The plan for a table in an organisation that has these accounts.
pub(super) fn planned(table: &Table, choices: &Choices, accounts: &[User]) -> Planned {
    planned_with(table, choices, accounts, facts())
}

pub(super) fn planned_with(table: &Table, choices: &Choices, accounts: &[User], mut facts: Facts) -> Planned {
    let accounts: BTreeMap<String, Account> = accounts
        .iter()
        .map(|user| {
            let account = Account {
                user: user.clone(),
                other_administrators: Known::Known(1),
            };
            (user.profile.login_email.clone(), account)
        })
        .collect();
    facts.login_emails = addresses(table, choices, &facts.policy)
        .into_iter()
        .map(|email| {
            let state = if accounts.contains_key(&email) {
                EmailUse::Taken
            } else {
                EmailUse::Free
            };
            (email, state)
        })
        .collect();
    plan(table, choices, World { facts, accounts }, |email| {
        UserId(Uuid::from_u128(1_000_000 + email.bytes().map(u128::from).sum::<u128>()))
    })
}
