//! What has been added to the audit records, and which mails have gone out.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use shared::ids::{OrganisationId, ResourceId, RoleId, SiteId, Timestamp, UserId};
use shared::verdict::Change;

use crate::store::schema::{audit as au, organisations as o, outbox as ob};
use crate::store::{self, Conn, StoreError, codec};

/// Rows that are told one by one at most; whoever is further behind reads everything anew.
const AT_MOST: i64 = 500;
/// Mails of so many milliseconds before are looked at again: other processes' clocks, and transactions that took their time.
const MAILS_AGAIN: i64 = 10_000;

/// The end of an organisation's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub sequence: i64,
    /// How streams name it.
    pub mark: String,
}

impl Head {
    /// A number would tell how much happens that the reader does not see; the mark says nothing by itself.
    fn new(sequence: i64, hash: &str) -> Self {
        let mut mark = codec::sha256(format!("lanyard live 1 {hash}").as_bytes());
        mark.truncate(24);
        Self { sequence, mark }
    }
}

/// Rows of one record, in a row.
#[derive(Clone, Debug)]
pub struct Batch {
    pub organisation: OrganisationId,
    /// The row before the first one.
    pub after: i64,
    pub until: Head,
    /// Absent where they are too many to be told.
    pub rows: Option<Vec<Row>>,
}

/// What a row is about.
#[derive(Clone, Debug)]
pub struct Row {
    pub sequence: i64,
    pub subject: Option<UserId>,
    /// Where the subject holds something now, or did until then.
    pub sites: BTreeSet<SiteId>,
    /// The subject is deleted: nobody knows any more where they were.
    pub is_gone: bool,
    pub things: Vec<Thing>,
}

/// What changes besides users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    Role(RoleId),
    Site(SiteId),
    Resource(ResourceId),
    Policy,
    Case,
    Device,
    Embedding,
    Provider,
}

/// The mark of the end of the record as it is now.
///
/// # Errors
/// Those of the database.
pub fn mark(conn: &mut Conn, organisation: OrganisationId) -> Result<String, StoreError> {
    head(conn, organisation).map(|head| head.mark)
}

fn head(conn: &mut Conn, organisation: OrganisationId) -> Result<Head, StoreError> {
    let (sequence, hash): (i64, String) = o::table
        .find(organisation.to_string())
        .select((o::audit_sequence, o::audit_hash))
        .first(conn)?;
    Ok(Head::new(sequence, &hash))
}

/// What happened since a mark.
#[derive(Clone, Debug)]
pub enum Since {
    /// Nothing was asked, or nothing happened.
    Nothing(Head),
    Rows(Batch),
}

/// What happened since the row of this mark. A mark that is not known, or of too long ago, means everything.
///
/// # Errors
/// Those of the database.
pub fn since(conn: &mut Conn, organisation: OrganisationId, mark: Option<&str>) -> Result<Since, StoreError> {
    let head = head(conn, organisation)?;
    let Some(mark) = mark.filter(|mark| *mark != head.mark) else {
        return Ok(Since::Nothing(head));
    };
    let recent: Vec<(i64, String)> = au::table
        .filter(au::organisation_id.eq(organisation.to_string()))
        .filter(au::sequence.le(head.sequence))
        .order(au::sequence.desc())
        .limit(AT_MOST + 1)
        .select((au::sequence, au::hash))
        .load(conn)?;
    let begins_here = recent.len() <= AT_MOST as usize && Head::new(0, "").mark == mark;
    let known = recent.iter().map(|(sequence, hash)| Head::new(*sequence, hash));
    let after = match known.into_iter().find(|known| known.mark == mark) {
        Some(known) => Some(known.sequence),
        None => begins_here.then_some(0),
    };
    let batch = match after {
        Some(after) => batch(conn, organisation, after, head)?,
        None => Batch {
            organisation,
            after: 0,
            until: head,
            rows: None,
        },
    };
    Ok(Since::Rows(batch))
}

/// What was added behind these heads.
pub(super) fn news(conn: &mut Conn, heads: &BTreeMap<OrganisationId, i64>) -> Result<Vec<Batch>, StoreError> {
    let ids: Vec<String> = heads.keys().map(ToString::to_string).collect();
    let now: Vec<(String, i64, String)> = o::table
        .filter(o::id.eq_any(ids))
        .select((o::id, o::audit_sequence, o::audit_hash))
        .load(conn)?;
    let mut found = Vec::new();
    for (id, sequence, hash) in now {
        let organisation = OrganisationId(codec::uuid(&id)?);
        let Some(after) = heads.get(&organisation).copied().filter(|after| *after < sequence) else {
            continue;
        };
        found.push(batch(conn, organisation, after, Head::new(sequence, &hash))?);
    }
    Ok(found)
}

fn batch(conn: &mut Conn, organisation: OrganisationId, after: i64, until: Head) -> Result<Batch, StoreError> {
    let rows = if until.sequence - after > AT_MOST {
        None
    } else {
        Some(rows(conn, organisation, after, until.sequence)?)
    };
    Ok(Batch {
        organisation,
        after,
        until,
        rows,
    })
}

fn rows(conn: &mut Conn, organisation: OrganisationId, after: i64, until: i64) -> Result<Vec<Row>, StoreError> {
    let stored: Vec<(i64, Option<String>, String)> = au::table
        .filter(au::organisation_id.eq(organisation.to_string()))
        .filter(au::sequence.gt(after))
        .filter(au::sequence.le(until))
        .order(au::sequence)
        .select((au::sequence, au::subject_id, au::changes_json))
        .load(conn)?;
    let mut subjects: Vec<String> = stored.iter().filter_map(|(_, subject, _)| subject.clone()).collect();
    subjects.sort();
    subjects.dedup();
    let held = store::assignments_of(conn, &subjects)?;
    let mut rows = Vec::with_capacity(stored.len());
    for (sequence, subject, changes) in stored {
        let changes: Vec<Change> = codec::from_json(&changes)?;
        let mut row = Row {
            sequence,
            subject: subject.as_deref().map(codec::uuid).transpose()?.map(UserId),
            sites: BTreeSet::new(),
            is_gone: false,
            things: Vec::new(),
        };
        let now = subject.and_then(|subject| held.get(&subject)).into_iter().flatten();
        row.sites.extend(now.filter_map(|held| held.place().site()));
        for change in &changes {
            row.add(change);
        }
        rows.push(row);
    }
    Ok(rows)
}

impl Row {
    fn add(&mut self, change: &Change) {
        match change {
            Change::Granted { assignment } | Change::Revoked { assignment } => {
                self.sites.extend(assignment.place().site());
            }
            Change::UserCreated { user } => {
                let sites = user.assignments.iter().filter_map(|held| held.place().site());
                self.sites.extend(sites);
            }
            Change::UserDeleted { .. } => self.is_gone = true,
            Change::CaseOpened { .. } | Change::CaseClosed { .. } => self.things.push(Thing::Case),
            Change::RolePermissionGranted { role, .. } | Change::RolePermissionRevoked { role, .. } => {
                self.things.push(Thing::Role(role.clone()));
            }
            Change::SiteCreated { site } => self.things.push(Thing::Site(site.id)),
            Change::SiteRenamed { site, .. } | Change::SiteArchived { site } => self.things.push(Thing::Site(*site)),
            Change::ResourceCreated { resource } => self.things.push(Thing::Resource(resource.id)),
            Change::ResourceRenamed { resource, .. } | Change::ResourceArchived { resource } => {
                self.things.push(Thing::Resource(*resource));
            }
            Change::PolicyPublished { .. } => self.things.push(Thing::Policy),
            Change::DeviceEnrolled { .. } | Change::DeviceReleased { .. } => self.things.push(Thing::Device),
            Change::ApiKeyMade { .. }
            | Change::ApiKeyRevoked { .. }
            | Change::OriginAllowed { .. }
            | Change::OriginRemoved { .. } => self.things.push(Thing::Embedding),
            Change::IdentityProviderSet { .. } | Change::IdentityProviderRemoved { .. } => {
                self.things.push(Thing::Provider);
            }
            Change::ProfileChanged { .. }
            | Change::PrimarySiteChanged { .. }
            | Change::Joined { .. }
            | Change::Left { .. }
            | Change::StatusChanged { .. }
            | Change::Deactivated { .. }
            | Change::Locked { .. }
            | Change::Unlocked { .. }
            | Change::InvitationIssued { .. }
            | Change::InvitationEnded
            | Change::SessionsEnded
            | Change::SomeSessionsEnded { .. }
            | Change::TemporaryPasswordSet
            | Change::Factors { .. }
            | Change::ProductAdded { .. }
            | Change::ProductEnded { .. }
            | Change::Exported { .. } => {}
        }
    }
}

/// Which mails were told already.
#[derive(Clone, Debug, Default)]
pub(super) struct Mails {
    /// When it was first looked; what is older is nobody's news.
    since: Option<i64>,
    told: BTreeSet<(String, i64)>,
}

type Mailed = BTreeMap<OrganisationId, Vec<UserId>>;

/// Those that were sent or given up since the last look, and what is told by now.
pub(super) fn mails(
    conn: &mut Conn,
    organisations: &[OrganisationId],
    mut known: Mails,
    now: Timestamp,
) -> Result<(Mailed, Mails), StoreError> {
    let begin = *known.since.get_or_insert(now.0);
    let from = begin.max(now.0.saturating_sub(MAILS_AGAIN));
    let ids: Vec<String> = organisations.iter().map(ToString::to_string).collect();
    type Mail = (String, String, String, Option<i64>, Option<i64>);
    let columns = (ob::id, ob::organisation_id, ob::user_id, ob::sent_at, ob::failed_at);
    let sent: Vec<Mail> = ob::table
        .filter(ob::organisation_id.eq_any(&ids))
        .filter(ob::sent_at.ge(from))
        .select(columns)
        .load(conn)?;
    let failed: Vec<Mail> = ob::table
        .filter(ob::organisation_id.eq_any(&ids))
        .filter(ob::failed_at.ge(from))
        .select(columns)
        .load(conn)?;
    let mut news = Mailed::new();
    for (id, organisation, user, sent, failed) in sent.into_iter().chain(failed) {
        let at = sent.or(failed).unwrap_or_default();
        if known.told.insert((id, at)) {
            let organisation = OrganisationId(codec::uuid(&organisation)?);
            news.entry(organisation).or_default().push(UserId(codec::uuid(&user)?));
        }
    }
    known.told.retain(|(_, at)| *at >= from);
    Ok((news, known))
}
