//! What a reader may see of what has changed: nobody out of their sight is named, and what concerns only roles, places or
//! people that they do not see is not told at all (M9). The deletion of somebody of whom nobody knows any more where they
//! were is a bare hint to look again.

use std::collections::BTreeSet;

use shared::access::Place;
use shared::ids::{ResourceId, RoleId, SiteId, Timestamp, UserId};
use shared::policy::Power;
use shared::wire::{LiveChange, Topic};

use super::changes::{Batch, Row, Thing};
use crate::facts::{self, Asker, FactsError, Reach};
use crate::store::{Conn, StoreError, assignments_of};

/// Where a reader sees what.
#[derive(Clone, Debug)]
pub struct Sight {
    reader: UserId,
    users: Option<Reach>,
    record: Option<Reach>,
    /// Whether they administer embedding.
    embedding: bool,
    /// Whether they set the identity provider.
    provider: bool,
    roles: BTreeSet<RoleId>,
    sites: BTreeSet<SiteId>,
    resources: BTreeSet<ResourceId>,
}

impl Sight {
    /// As it is now.
    ///
    /// # Errors
    /// When the reader is gone, and those of the database.
    pub fn load(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<Self, FactsError> {
        let facts = facts::for_client(conn, asker, None, now)?;
        let reach = |power| Reach::of(&facts.actor, &facts.policy, power);
        Ok(Self {
            reader: asker.user,
            users: reach(Power::Users),
            record: reach(Power::Audit),
            embedding: reach(Power::Embedding) == Some(Reach::Organisation),
            provider: reach(Power::Policy) == Some(Reach::Organisation),
            roles: facts.policy.roles.iter().map(|role| role.id.clone()).collect(),
            sites: facts.organisation.sites.iter().map(|site| site.id).collect(),
            resources: facts.organisation.resources.iter().map(|one| one.id).collect(),
        })
    }

    /// Whether these rows may change what the reader sees: then it has to be loaded anew before they are told.
    pub fn is_moved_by(&self, batch: &Batch) -> bool {
        batch.rows.as_ref().is_none_or(|rows| {
            rows.iter().any(|row| {
                row.subject == Some(self.reader)
                    || row
                        .things
                        .iter()
                        .any(|thing| !matches!(thing, Thing::Case | Thing::Device | Thing::Embedding | Thing::Provider))
            })
        })
    }

    /// What the reader is told of these rows, from behind `after` on.
    pub fn of(&self, batch: &Batch, after: i64) -> LiveChange {
        let mut told = LiveChange::default();
        let Some(rows) = &batch.rows else {
            told.topics.insert(Topic::Everything);
            return told;
        };
        let mut users = BTreeSet::new();
        for row in rows.iter().filter(|row| row.sequence > after) {
            self.add(row, &mut told, &mut users);
        }
        told.users = users.into_iter().collect();
        told
    }

    fn add(&self, row: &Row, told: &mut LiveChange, users: &mut BTreeSet<UserId>) {
        if let Some(subject) = row.subject {
            let is_self = subject == self.reader;
            if is_self {
                // Their rights may be others: what is shown by them, too.
                told.topics.extend([Topic::Me, Topic::People]);
            }
            let is_seen = covers(self.users.as_ref(), row);
            if is_seen {
                told.topics.insert(Topic::People);
            }
            if is_self || is_seen {
                users.insert(subject);
            }
            if row.is_gone && self.users.is_some() {
                told.topics.insert(Topic::People);
            }
        }
        if covers(self.record.as_ref(), row) {
            told.topics.insert(Topic::Record);
        }
        for thing in &row.things {
            match thing {
                Thing::Role(role) if self.roles.contains(role) => {
                    told.topics.extend([Topic::Roles, Topic::Me]);
                }
                Thing::Site(site) if self.sites.contains(site) => {
                    told.topics.extend([Topic::Places, Topic::Me]);
                }
                Thing::Resource(resource) if self.resources.contains(resource) => {
                    told.topics.extend([Topic::Places, Topic::Me]);
                }
                Thing::Policy => {
                    let all = [Topic::Policy, Topic::Roles, Topic::Places, Topic::People, Topic::Me];
                    told.topics.extend(all);
                }
                Thing::Case if covers(self.users.as_ref(), row) => {
                    told.topics.insert(Topic::Cases);
                }
                Thing::Device => {
                    told.topics.insert(Topic::Me);
                }
                Thing::Embedding if self.embedding => {
                    told.topics.insert(Topic::Embedding);
                }
                Thing::Provider if self.provider => {
                    told.topics.insert(Topic::Provider);
                }
                Thing::Embedding
                | Thing::Provider
                | Thing::Role(_)
                | Thing::Site(_)
                | Thing::Resource(_)
                | Thing::Case => {}
            }
        }
    }

    /// What the reader is told of mails that went out, or did not.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of_mails(&self, conn: &mut Conn, users: &[UserId]) -> Result<LiveChange, StoreError> {
        let mut seen: Vec<UserId> = match &self.users {
            None => Vec::new(),
            Some(Reach::Organisation) => users.to_vec(),
            Some(reach @ Reach::Sites(_)) => {
                let keys: Vec<String> = users.iter().map(ToString::to_string).collect();
                let held = assignments_of(conn, &keys)?;
                let is_there = |user: &&UserId| {
                    let held = held.get(&user.to_string()).into_iter().flatten();
                    held.into_iter().any(|held| reach.covers(held.place()))
                };
                users.iter().filter(is_there).copied().collect()
            }
        };
        seen.sort();
        seen.dedup();
        let mut told = LiveChange {
            users: seen,
            topics: BTreeSet::new(),
        };
        if !told.users.is_empty() {
            told.topics.extend([Topic::Mail, Topic::People]);
        }
        Ok(told)
    }
}

/// Whether a row is about somebody, or about nobody in particular, within reach.
fn covers(reach: Option<&Reach>, row: &Row) -> bool {
    match reach {
        None => false,
        Some(Reach::Organisation) => true,
        Some(reach @ Reach::Sites(_)) => row.sites.iter().any(|site| reach.covers(Place::Site(*site))),
    }
}
