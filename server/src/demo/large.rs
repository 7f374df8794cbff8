//! Large organisations, for measuring: as many people, sites and roles as asked for, written in bulk past the write path.
//! Their people are made up of the same names over and over; their audit record is empty.

use std::collections::BTreeSet;

use shared::access::{Assignment, Scope};
use shared::ids::{OrganisationId, Revision, RoleId, SiteId, Timestamp, UserId};
use shared::lifecycle::{Lock, LockCause, Status};
use shared::organisation::Site;
use shared::policy::{Level, Need, Permissions, Policy, Power, Role, preset};
use shared::user::{Profile, ProfileField, User};
use uuid::Uuid;

use super::{DemoError, data};
use crate::clock;
use crate::store::{self, Conn, Db, StoreError};

/// A large organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Large {
    pub organisation: OrganisationId,
    /// Someone who administers everything. Without a password: nobody can sign in until one is set.
    pub administrator: UserId,
}

/// People written at once.
const BATCH: usize = 500;

/// Makes an organisation of so many users, sites and roles (those of the first preset at least).
///
/// # Errors
/// When the database fails; nothing is left then.
pub async fn large(db: &Db, users: u32, sites: u32, roles: u32) -> Result<Large, DemoError> {
    let names = data::names()?;
    let now = clock::now();
    let organisation = OrganisationId(Uuid::now_v7());
    let called = Called {
        organisation,
        name: format!("Large {organisation}"),
        domain: format!("{}.example", organisation.0.simple()),
    };
    db.write(move |conn| make(conn, &names, &called, (users, sites.max(1), roles), now))
        .await
}

/// How a large organisation is known.
pub(super) struct Called {
    pub(super) organisation: OrganisationId,
    pub(super) name: String,
    /// Of everyone's address.
    pub(super) domain: String,
}

pub(super) fn make(
    conn: &mut Conn,
    names: &[(String, String)],
    called: &Called,
    (users, sites, roles): (u32, u32, u32),
    now: Timestamp,
) -> Result<Large, DemoError> {
    let preset = preset::all()
        .first()
        .ok_or_else(|| DemoError::Data("there is no preset".to_owned()))?;
    let policy = with_roles(preset.policy(), roles);
    let organisation = called.organisation;
    store::create_organisation(conn, organisation, &called.name, &policy, now)?;
    let mut places = Vec::new();
    for number in 1..=sites {
        let site = Site {
            id: SiteId(Uuid::now_v7()),
            name: format!("Site {number:03}"),
            archived: false,
            products: Vec::new(),
        };
        store::insert_site(conn, organisation, &site, now)?;
        places.push(site.id);
    }
    let of = |level: Level| -> Vec<&RoleId> {
        policy
            .roles
            .iter()
            .filter(|role| role.scope == level)
            .map(|role| &role.id)
            .collect()
    };
    let administers = |role: &&Role| role.scope == Level::Organisation && role.administers.contains(&Power::Users);
    let chief = policy.roles.iter().find(administers).map(|role| &role.id);
    let chief = chief.ok_or_else(|| DemoError::Data("the policy has no administrator".to_owned()))?;
    let site_roles = of(Level::Site);
    let mut administrator = None;
    let mut batch = Vec::with_capacity(BATCH);
    for number in 0..users {
        let at = number as usize;
        let pick = |step: usize| places.get((at * step + at / 7) % places.len().max(1)).copied();
        let (first, last) = (
            at % names.len().max(1),
            (at / names.len().max(1) * 13 + at * 7) % names.len().max(1),
        );
        let (first, last) = (
            names.get(first).map(|name| &name.0),
            names.get(last).map(|name| &name.1),
        );
        // One in a thousand administers; the first one does.
        let (assignments, primary) = if at.is_multiple_of(1_000) {
            (
                vec![Assignment {
                    role: chief.clone(),
                    scope: Scope::Organisation,
                }],
                pick(1),
            )
        } else {
            let held: BTreeSet<SiteId> = (1..=1 + at % 3).filter_map(pick).collect();
            let role = site_roles.get(at % site_roles.len().max(1)).map(|role| (*role).clone());
            let held = held.into_iter().zip(std::iter::repeat(role));
            let assignments = held.filter_map(|(site, role)| {
                Some(Assignment {
                    role: role?,
                    scope: Scope::whole_site(site),
                })
            });
            (assignments.collect(), pick(1))
        };
        let status = match at % 20 {
            0 => Status::Active,
            18 => Status::Invited,
            19 => Status::Inactive,
            _ => Status::Active,
        };
        let user = User {
            id: UserId(Uuid::now_v7()),
            revision: Revision(1),
            profile: profile(
                &policy,
                first.map(String::as_str).unwrap_or_default(),
                last.map(String::as_str).unwrap_or_default(),
                &format!("person{number}@{}", called.domain),
            ),
            status,
            locked: (at % 251 == 250).then_some(Lock {
                since: now,
                cause: LockCause::FailedSignIns,
            }),
            assignments,
            primary_site: primary.filter(|_| policy.assignment.primary_site != Need::Unused),
            memberships: BTreeSet::new(),
            products: BTreeSet::new(),
            deactivated_at: (status == Status::Inactive).then_some(now),
        };
        administrator.get_or_insert(user.id);
        batch.push(user);
        if batch.len() == BATCH {
            store::insert_users(conn, organisation, &batch, &policy, now)?;
            batch.clear();
        }
    }
    store::insert_users(conn, organisation, &batch, &policy, now)?;
    store::analyze(conn)?;
    let administrator =
        administrator.ok_or_else(|| DemoError::Store(StoreError::Corrupt("nobody asked for".to_owned())))?;
    Ok(Large {
        organisation,
        administrator,
    })
}

fn profile(policy: &Policy, first: &str, last: &str, email: &str) -> Profile {
    let mut profile = Profile {
        login_email: email.to_owned(),
        ..Profile::default()
    };
    if policy.field(ProfileField::Name).is_some() {
        profile.name = format!("{first} {last}");
    } else {
        (profile.first_name, profile.last_name) = (first.to_owned(), last.to_owned());
    }
    profile
}

/// The policy with roles at sites added until it has so many; each permits another part of everything.
fn with_roles(mut policy: Policy, roles: u32) -> Policy {
    let every: Vec<_> = policy
        .permissions
        .iter()
        .map(|permission| permission.id.clone())
        .collect();
    let pattern = policy
        .roles
        .iter()
        .find(|role| role.scope == Level::Site && role.administers.is_empty())
        .cloned();
    let Some(pattern) = pattern else { return policy };
    for number in policy.roles.len()..roles as usize {
        let permitted = every
            .iter()
            .enumerate()
            .filter(|(at, _)| (at + number) % 3 != 0)
            .map(|(_, id)| id.clone());
        policy.roles.push(Role {
            id: RoleId(format!("role_{number}")),
            name: format!("Role {number}"),
            permissions: Permissions::Only(permitted.collect()),
            ..pattern.clone()
        });
    }
    policy
}
