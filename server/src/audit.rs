//! The audit record (X7): one row for each accepted edit, in its transaction. Rows are numbered without gaps in each
//! organisation, each row's hash covers the hash of the row before, and the organisation keeps the number and hash of the
//! last row: a row that was changed, removed or inserted, also at the end, is found and named by [`verify`]. The databases
//! refuse to change rows anyway; the chain shows what was done past them.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use shared::edit::Edit;
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::verdict::{Change, Confirmation};
use shared::wire::{AuditEntry, AuditPerson};

use crate::store::schema::{audit, organisations};
use crate::store::{Conn, StoreError, codec};

/// What is put on record.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    pub organisation: OrganisationId,
    pub at: Timestamp,
    pub actor: &'a AuditPerson,
    pub actor_kind: ActorKind,
    pub origin: &'a str,
    pub edit: &'a Edit,
    pub subject: Option<&'a AuditPerson>,
    pub changes: &'a [Change],
    pub confirmations: &'a [Confirmation],
}

/// A row as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit)]
pub struct Row {
    organisation_id: String,
    pub(crate) sequence: i64,
    at: i64,
    actor_id: String,
    actor_name: String,
    actor_kind: String,
    origin: String,
    edit_kind: String,
    edit_json: String,
    subject_id: Option<String>,
    subject_name: Option<String>,
    search_text: String,
    changes_json: String,
    confirmations_json: String,
    previous_hash: String,
    hash: String,
}

impl Row {
    /// SHA-256 over every column but the hash itself. Each text goes in with its length, so that no two rows are written
    /// alike.
    fn computed_hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut text = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        text("lanyard audit 1");
        text(&self.organisation_id);
        text(&self.sequence.to_string());
        text(&self.at.to_string());
        text(&self.actor_id);
        text(&self.actor_name);
        text(&self.actor_kind);
        text(&self.origin);
        text(&self.edit_kind);
        text(&self.edit_json);
        for optional in [&self.subject_id, &self.subject_name] {
            text(if optional.is_some() { "some" } else { "none" });
            text(optional.as_deref().unwrap_or_default());
        }
        text(&self.search_text);
        text(&self.changes_json);
        text(&self.confirmations_json);
        text(&self.previous_hash);
        codec::hex(&hash.finalize())
    }

    /// The row as it travels.
    pub fn entry(self) -> Result<AuditEntry, StoreError> {
        let subject = match (self.subject_id, self.subject_name) {
            (Some(id), Some(name)) => Some(AuditPerson {
                user: UserId(codec::uuid(&id)?),
                name,
            }),
            _ => None,
        };
        Ok(AuditEntry {
            sequence: u64::try_from(self.sequence).unwrap_or_default(),
            at: Timestamp(self.at),
            actor: AuditPerson {
                user: UserId(codec::uuid(&self.actor_id)?),
                name: self.actor_name,
            },
            actor_kind: codec::from_name(&self.actor_kind)?,
            origin: self.origin,
            edit: codec::from_json(&self.edit_json)?,
            subject,
            changes: codec::from_json(&self.changes_json)?,
            confirmations: codec::from_json(&self.confirmations_json)?,
            hash: self.hash,
        })
    }
}

/// The name of an edit's kind, as the wire writes it.
pub fn edit_kind(edit: &Edit) -> Result<String, StoreError> {
    let value = serde_json::to_value(edit).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let kind = match &value {
        serde_json::Value::String(kind) => Some(kind),
        serde_json::Value::Object(tagged) => tagged.keys().next(),
        _ => None,
    };
    kind.cloned()
        .ok_or_else(|| StoreError::Corrupt("an edit without its kind".to_owned()))
}

/// Appends to an organisation's record and gives the row's number. The caller holds the organisation's lock.
pub fn append(conn: &mut Conn, record: &Record<'_>) -> Result<u64, StoreError> {
    let key = record.organisation.to_string();
    let (last, previous_hash): (i64, String) = organisations::table
        .find(&key)
        .select((organisations::audit_sequence, organisations::audit_hash))
        .first(conn)?;
    let subject_name = record.subject.map(|subject| subject.name.clone());
    let mut row = Row {
        sequence: last + 1,
        at: record.at.0,
        actor_id: record.actor.user.to_string(),
        actor_name: record.actor.name.clone(),
        actor_kind: codec::name(&record.actor_kind)?,
        origin: record.origin.to_owned(),
        edit_kind: edit_kind(record.edit)?,
        edit_json: codec::json(record.edit)?,
        subject_id: record.subject.map(|subject| subject.user.to_string()),
        search_text: codec::fold(&format!(
            "{} {}",
            record.actor.name,
            subject_name.as_deref().unwrap_or_default()
        )),
        subject_name,
        changes_json: codec::json(&record.changes)?,
        confirmations_json: codec::json(&record.confirmations)?,
        previous_hash,
        hash: String::new(),
        organisation_id: key,
    };
    row.hash = row.computed_hash();
    diesel::update(organisations::table.find(&row.organisation_id))
        .set((
            organisations::audit_sequence.eq(row.sequence),
            organisations::audit_hash.eq(&row.hash),
        ))
        .execute(conn)?;
    let sequence = u64::try_from(row.sequence).unwrap_or_default();
    diesel::insert_into(audit::table).values(row).execute(conn)?;
    Ok(sequence)
}

/// Something that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The row's content does not fit its hash.
    Changed { sequence: u64 },
    /// The row is not the one that the row after it (or the organisation, for the last) was written behind: it was
    /// changed with its hash, or put in the place of another.
    Replaced { sequence: u64 },
    /// These rows are gone.
    Removed { from: u64, to: u64 },
    /// The row was put behind the end of the record.
    Inserted { sequence: u64 },
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed { sequence } => write!(f, "row {sequence} was changed: its content does not fit its hash"),
            Self::Replaced { sequence } => write!(
                f,
                "row {sequence} was replaced: what follows was written behind another"
            ),
            Self::Removed { from, to } if from == to => write!(f, "row {from} was removed"),
            Self::Removed { from, to } => write!(f, "rows {from} to {to} were removed"),
            Self::Inserted { sequence } => write!(f, "row {sequence} was inserted behind the end of the record"),
        }
    }
}

/// Rows read at once.
const BATCH: i64 = 1_000;

/// Reads a whole record and names every row that is not as it was written.
pub fn verify(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, StoreError> {
    let key = organisation.to_string();
    let (head, head_hash): (i64, String) = organisations::table
        .find(&key)
        .select((organisations::audit_sequence, organisations::audit_hash))
        .first(conn)?;
    let number = |sequence: i64| u64::try_from(sequence).unwrap_or_default();
    let mut findings = Vec::new();
    let (mut last, mut last_hash) = (0_i64, String::new());
    loop {
        let rows: Vec<Row> = audit::table
            .filter(audit::organisation_id.eq(&key))
            .filter(audit::sequence.gt(last))
            .order(audit::sequence)
            .limit(BATCH)
            .select(Row::as_select())
            .load(conn)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.sequence > last + 1 && last < head {
                findings.push(Finding::Removed {
                    from: number(last + 1),
                    to: number((row.sequence - 1).min(head)),
                });
            } else if row.previous_hash != last_hash && row.sequence <= head {
                findings.push(Finding::Replaced { sequence: number(last) });
            }
            if row.sequence > head {
                findings.push(Finding::Inserted {
                    sequence: number(row.sequence),
                });
            } else if row.computed_hash() != row.hash {
                findings.push(Finding::Changed {
                    sequence: number(row.sequence),
                });
            }
            if row.sequence == head && row.hash != head_hash {
                findings.push(Finding::Replaced { sequence: number(head) });
            }
            (last, last_hash) = (row.sequence, row.hash);
        }
    }
    if last < head {
        findings.push(Finding::Removed {
            from: number(last + 1),
            to: number(head),
        });
    }
    Ok(findings)
}

#[cfg(test)]
mod tests;
