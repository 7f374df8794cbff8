//! What a list shows, as a file: its columns in the organisation's words, and the cells of each row. Nothing that the list
//! does not show.

use serde::{Deserialize, Serialize};

use crate::access::Place;
use crate::calendar::iso;
use crate::effective::sees_nothing_at;
use crate::facts::Facts;
use crate::ids::{RoleId, SiteId};
use crate::lifecycle::Status;
use crate::policy::{Level, Power};
use crate::text::Teller;
use crate::verdict::Consequence;
use crate::wire::{AuditEntry, AuditQuery, UserQuery, UserRow, UserTab};

/// A form in which a list can be taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// For spreadsheet programs: RFC 4180, in UTF-8 with a byte order mark.
    #[default]
    Csv,
    /// For programs: an array of objects.
    Json,
}

impl ExportFormat {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
        }
    }

    /// How the name of such a file ends, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Which list is taken out, as it was searched and filtered; `after`, `before` and `limit` count for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportedList {
    Users(UserQuery),
    Activity(AuditQuery),
}

impl ExportedList {
    /// What whoever reads the list needs.
    pub fn power(&self) -> Power {
        match self {
            Self::Users(_) => Power::Users,
            Self::Activity(_) => Power::Audit,
        }
    }
}

/// A column of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Name,
    LoginEmail,
    Roles,
    Sites,
    LastSeen,
    InvitedAt,
    Status,
    /// What the list marks about someone's access (A8, T6).
    Access,
    Sequence,
    At,
    Actor,
    Origin,
    Subject,
    Action,
    Changes,
    Confirmed,
    /// What came of an action for many people, and why.
    Outcome,
    Reason,
}

impl Column {
    /// The name of the column in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LoginEmail => "login_email",
            Self::Roles => "roles",
            Self::Sites => "sites",
            Self::LastSeen => "last_seen",
            Self::InvitedAt => "invited_at",
            Self::Status => "status",
            Self::Access => "access",
            Self::Sequence => "sequence",
            Self::At => "at",
            Self::Actor => "actor",
            Self::Origin => "origin",
            Self::Subject => "subject",
            Self::Action => "action",
            Self::Changes => "changes",
            Self::Confirmed => "confirmed",
            Self::Outcome => "outcome",
            Self::Reason => "reason",
        }
    }
}

/// The columns of the list of users: those that the list has for this policy and tab.
pub fn user_columns(facts: &Facts, tab: UserTab) -> Vec<Column> {
    let policy = &facts.policy;
    let has_sites = !facts.organisation.sites.is_empty() || policy.roles.iter().any(|role| role.scope == Level::Site);
    let moment = if tab == UserTab::Invited {
        Column::InvitedAt
    } else {
        Column::LastSeen
    };
    let mut columns = vec![Column::Name, Column::LoginEmail, Column::Roles];
    columns.extend(has_sites.then_some(Column::Sites));
    columns.extend([moment, Column::Status, Column::Access]);
    columns
}

/// The columns of the activity record.
pub fn activity_columns() -> Vec<Column> {
    vec![
        Column::Sequence,
        Column::At,
        Column::Actor,
        Column::Action,
        Column::Subject,
        Column::Changes,
        Column::Confirmed,
        Column::Origin,
    ]
}

/// One cell of a user's row, in words.
pub fn user_cell(facts: &Facts, teller: &Teller<'_>, row: &UserRow, column: Column) -> String {
    match column {
        Column::Name if row.name.is_empty() && row.status == Status::Invited => facts.policy.words.unnamed.clone(),
        Column::Name => row.name.clone(),
        Column::LoginEmail => row.login_email.clone(),
        Column::Roles => roles(teller, row),
        Column::Sites => sites(teller, row),
        Column::LastSeen => row.last_seen.map(iso).unwrap_or_default(),
        Column::InvitedAt => row.invited_at.map(iso).unwrap_or_default(),
        Column::Status => {
            let status = teller.status(row.status);
            match row.locked {
                Some(_) => format!("{status}, {}", facts.policy.words.locked),
                None => status,
            }
        }
        Column::Access => access(facts, teller, row),
        _ => String::new(),
    }
}

fn roles(teller: &Teller<'_>, row: &UserRow) -> String {
    let mut seen: Vec<&RoleId> = Vec::new();
    for held in &row.assignments {
        if !seen.contains(&&held.role) {
            seen.push(&held.role);
        }
    }
    joined(seen.into_iter().map(|role| teller.role(role)))
}

/// Every site, the primary one first.
fn sites(teller: &Teller<'_>, row: &UserRow) -> String {
    if row.assignments.iter().any(|held| held.place() == Place::Organisation) {
        return teller.place(Place::Organisation);
    }
    let mut sites: Vec<SiteId> = Vec::new();
    let held = row.assignments.iter().filter_map(|held| held.place().site());
    for site in row.primary_site.into_iter().chain(held) {
        if !sites.contains(&site) {
            sites.push(site);
        }
    }
    joined(sites.into_iter().map(|site| teller.site(site)))
}

fn access(facts: &Facts, teller: &Teller<'_>, row: &UserRow) -> String {
    if row.assignments.is_empty() {
        return teller.consequence(&Consequence::ReachesNothing);
    }
    let kind = facts.policy.site_resource_kind().map(|kind| kind.id.clone());
    let nothing = sees_nothing_at(&facts.policy, &row.assignments).into_iter();
    joined(nothing.map(|site| {
        let kind = kind.clone();
        teller.consequence(&Consequence::SeesNothing { site, kind })
    }))
}

/// One cell of an entry of the activity record, in words.
pub fn activity_cell(teller: &Teller<'_>, entry: &AuditEntry, column: Column) -> String {
    match column {
        Column::Sequence => entry.sequence.to_string(),
        Column::At => iso(entry.at),
        Column::Actor if entry.actor.name.is_empty() => teller.actor_kind(entry.actor_kind),
        Column::Actor => entry.actor.name.clone(),
        Column::Origin => entry.origin.clone(),
        Column::Subject => entry
            .subject
            .as_ref()
            .map(|person| person.name.clone())
            .unwrap_or_default(),
        Column::Action => teller.headline(entry),
        Column::Changes => joined(entry.changes.iter().map(|change| teller.change(change))),
        Column::Confirmed => joined(entry.confirmations.iter().map(|given| teller.confirmation(given))),
        _ => String::new(),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests;
