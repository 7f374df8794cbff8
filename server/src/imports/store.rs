//! The imports table, and what a plan needs to know about the addresses of a file.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use shared::facts::{EmailUse, Known};
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::import::{Account, Choices, Delimiter, Encoding, RowResult};
use shared::policy::Policy;
use uuid::Uuid;

use crate::store::schema::login_emails_used as le;
use crate::store::{Conn, StoreError, active_administrators, codec, load_users};

diesel::table! {
    imports (id) {
        id -> Text,
        organisation_id -> Text,
        uploaded_by -> Text,
        uploaded_at -> BigInt,
        file_name -> Text,
        encoding -> Text,
        delimiter -> Text,
        content -> Text,
        choices_json -> Text,
        results_json -> Nullable<Text>,
        done_at -> Nullable<BigInt>,
    }
}

/// A file that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) id: Uuid,
    pub(super) organisation: OrganisationId,
    pub(super) uploaded_by: UserId,
    pub(super) uploaded_at: Timestamp,
    pub(super) file_name: String,
    pub(super) encoding: Encoding,
    pub(super) delimiter: Delimiter,
    pub(super) content: String,
    pub(super) choices: Choices,
    /// Once it is done.
    pub(super) results: Option<Vec<RowResult>>,
}

/// Files are people's data: those that were never imported are kept for so many days.
const KEPT_DAYS: u32 = 30;

pub(super) fn insert(conn: &mut Conn, import: &Stored) -> Result<(), StoreError> {
    let old = Timestamp(import.uploaded_at.0.saturating_sub(Timestamp(0).plus_days(KEPT_DAYS).0));
    diesel::delete(
        imports::table
            .filter(imports::organisation_id.eq(import.organisation.to_string()))
            .filter(imports::uploaded_at.lt(old.0)),
    )
    .execute(conn)?;
    diesel::insert_into(imports::table)
        .values((
            imports::id.eq(import.id.to_string()),
            imports::organisation_id.eq(import.organisation.to_string()),
            imports::uploaded_by.eq(import.uploaded_by.to_string()),
            imports::uploaded_at.eq(import.uploaded_at.0),
            imports::file_name.eq(&import.file_name),
            imports::encoding.eq(codec::name(&import.encoding)?),
            imports::delimiter.eq(codec::name(&import.delimiter)?),
            imports::content.eq(&import.content),
            imports::choices_json.eq(codec::json(&import.choices)?),
        ))
        .execute(conn)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct Columns {
    organisation_id: String,
    uploaded_by: String,
    uploaded_at: i64,
    file_name: String,
    encoding: String,
    delimiter: String,
    content: String,
    choices_json: String,
    results_json: Option<String>,
}

/// The import of this id, if it is one of the organisation.
pub(super) fn load(conn: &mut Conn, organisation: OrganisationId, id: Uuid) -> Result<Option<Stored>, StoreError> {
    let found: Option<Columns> = imports::table
        .find(id.to_string())
        .filter(imports::organisation_id.eq(organisation.to_string()))
        .select(Columns::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = found else { return Ok(None) };
    Ok(Some(Stored {
        id,
        organisation: OrganisationId(codec::uuid(&row.organisation_id)?),
        uploaded_by: UserId(codec::uuid(&row.uploaded_by)?),
        uploaded_at: Timestamp(row.uploaded_at),
        file_name: row.file_name,
        encoding: codec::from_name(&row.encoding)?,
        delimiter: codec::from_name(&row.delimiter)?,
        content: row.content,
        choices: codec::from_json(&row.choices_json)?,
        results: row.results_json.as_deref().map(codec::from_json).transpose()?,
    }))
}

pub(super) fn save_choices(conn: &mut Conn, id: Uuid, choices: &Choices) -> Result<(), StoreError> {
    diesel::update(imports::table.find(id.to_string()))
        .set(imports::choices_json.eq(codec::json(choices)?))
        .execute(conn)?;
    Ok(())
}

/// Keeps the results; the file itself is no longer needed.
pub(super) fn save_results(conn: &mut Conn, id: Uuid, results: &[RowResult], now: Timestamp) -> Result<(), StoreError> {
    diesel::update(imports::table.find(id.to_string()))
        .set((
            imports::results_json.eq(codec::json(&results)?),
            imports::content.eq(""),
            imports::done_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}

/// The account of the organisation that has this login address.
pub(super) fn account_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    email: &str,
) -> Result<Option<UserId>, StoreError> {
    let found: Option<String> = le::table
        .find(email)
        .filter(le::organisation_id.eq(organisation.to_string()))
        .filter(le::retired_at.is_null())
        .select(le::user_id)
        .first(conn)
        .optional()?;
    found.map(|user| codec::uuid(&user).map(UserId)).transpose()
}

/// Parameters in one query: SQLite takes 32,766.
const AT_ONCE: usize = 1_000;

/// What is known about the addresses of a file.
pub(super) struct Addresses {
    pub(super) uses: BTreeMap<String, EmailUse>,
    /// Those of the organisation.
    pub(super) accounts: BTreeMap<String, Account>,
}

/// Whether each of these login addresses is free, and the organisation's accounts that have one.
pub(super) fn accounts(
    conn: &mut Conn,
    organisation: OrganisationId,
    policy: &Policy,
    addresses: &BTreeSet<String>,
) -> Result<Addresses, StoreError> {
    let mut uses: BTreeMap<String, EmailUse> = addresses
        .iter()
        .map(|address| (address.clone(), EmailUse::Free))
        .collect();
    let mut owners: Vec<UserId> = Vec::new();
    let all: Vec<&String> = addresses.iter().collect();
    for some in all.chunks(AT_ONCE) {
        let used: Vec<(String, String, String, Option<i64>)> = le::table
            .filter(le::email.eq_any(some))
            .select((le::email, le::organisation_id, le::user_id, le::retired_at))
            .load(conn)?;
        for (email, of, user, retired_at) in used {
            let state = if retired_at.is_some() {
                EmailUse::Retired
            } else {
                EmailUse::Taken
            };
            if state == EmailUse::Taken && of == organisation.to_string() {
                owners.push(UserId(codec::uuid(&user)?));
            }
            uses.insert(email, state);
        }
    }
    let mut accounts = BTreeMap::new();
    let administrators = active_administrators(conn, organisation, policy, None)?;
    for some in owners.chunks(AT_ONCE) {
        for record in load_users(conn, some)? {
            let user = record.user;
            // The subject aside: whoever is counted among them is one less.
            let counted = user.can_sign_in() && shared::effective::is_administrator(policy, &user);
            let others = administrators.saturating_sub(u32::from(counted));
            let account = Account {
                other_administrators: Known::Known(others),
                user,
            };
            accounts.insert(account.user.profile.login_email.clone(), account);
        }
    }
    Ok(Addresses { uses, accounts })
}
