//! What an organisation has settled about embedding: allowed origins, API keys, and which tokens are good.

use std::collections::BTreeMap;

use diesel::prelude::*;
use shared::embed::{AllowedOrigin, ApiKey, EmbedScopes, Embedding};
use shared::ids::{ApiKeyId, OrganisationId, Timestamp, UserId};

use super::schema::{allowed_origins as ao, api_keys as k, embed_sessions as es};
use super::{Conn, StoreError, codec, number};

/// All of it, with how many tokens are good now: origins by name, keys from the newest on, revoked ones last.
pub fn embedding(conn: &mut Conn, organisation: OrganisationId, now: Timestamp) -> Result<Embedding, StoreError> {
    let open = open_sessions(conn, organisation, now)?;
    let mut of_key: BTreeMap<&str, i64> = BTreeMap::new();
    let mut of_origin: BTreeMap<&str, i64> = BTreeMap::new();
    for session in &open {
        if let Some(key) = &session.key {
            *of_key.entry(key).or_default() += 1;
        }
        for origin in &session.origins {
            *of_origin.entry(origin).or_default() += 1;
        }
    }
    let count = |counts: &BTreeMap<&str, i64>, key: &str| number(counts.get(key).copied().unwrap_or_default());
    let origins = allowed(conn, organisation)?
        .into_iter()
        .map(|(origin, at, by)| AllowedOrigin {
            open: count(&of_origin, &origin),
            origin,
            allowed_at: Timestamp(at),
            allowed_by: by,
        })
        .collect();
    let mut keys = keys(conn, organisation)?;
    for key in &mut keys {
        key.open = count(&of_key, &key.id.to_string());
    }
    Ok(Embedding { origins, keys })
}

fn allowed(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(String, i64, String)>, StoreError> {
    Ok(ao::table
        .filter(ao::organisation_id.eq(organisation.to_string()))
        .order(ao::origin)
        .select((ao::origin, ao::allowed_at, ao::allowed_by))
        .load(conn)?)
}

type KeyRow = (
    (String, String, String, String),
    (i64, String, Option<i64>, Option<i64>, Option<String>),
);

fn keys(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<ApiKey>, StoreError> {
    let rows: Vec<KeyRow> = k::table
        .filter(k::organisation_id.eq(organisation.to_string()))
        .order((k::made_at.desc(), k::id))
        .select((
            (k::id, k::name, k::prefix, k::scopes_json),
            (k::made_at, k::made_by, k::last_used_at, k::revoked_at, k::revoked_by),
        ))
        .load(conn)?;
    let keys = rows.into_iter().map(|((id, name, prefix, scopes), row)| {
        let (made_at, made_by, last_used_at, revoked_at, revoked_by) = row;
        Ok(ApiKey {
            id: ApiKeyId(codec::uuid(&id)?),
            name,
            prefix,
            scopes: codec::from_json(&scopes)?,
            made_at: Timestamp(made_at),
            made_by,
            last_used_at: last_used_at.map(Timestamp),
            revoked_at: revoked_at.map(Timestamp),
            revoked_by,
            open: 0,
        })
    });
    let mut keys: Vec<ApiKey> = keys.collect::<Result<_, StoreError>>()?;
    keys.sort_by_key(|key| key.revoked_at.is_some());
    Ok(keys)
}

/// Whether pages of this origin may use tokens of any organisation: all that can be said before a token is sent.
pub fn is_allowed_anywhere(conn: &mut Conn, origin: &str) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(ao::table.filter(ao::origin.eq(origin)))).get_result(conn)?)
}

/// The allowed origins of an organisation.
pub fn allowed_origins(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<String>, StoreError> {
    Ok(allowed(conn, organisation)?
        .into_iter()
        .map(|(origin, ..)| origin)
        .collect())
}

/// Lets pages of this origin use tokens.
pub fn allow_origin(
    conn: &mut Conn,
    organisation: OrganisationId,
    origin: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(ao::table)
        .values((
            ao::organisation_id.eq(organisation.to_string()),
            ao::origin.eq(origin),
            ao::allowed_at.eq(now.0),
            ao::allowed_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets them do so no more: the tokens that are good there end, also where they are good elsewhere as well.
pub fn remove_origin(
    conn: &mut Conn,
    organisation: OrganisationId,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::delete(ao::table.find((organisation.to_string(), origin))).execute(conn)?;
    let there = open_sessions(conn, organisation, now)?
        .into_iter()
        .filter(|session| session.origins.iter().any(|good| good == origin))
        .map(|session| session.token_hash);
    let there: Vec<String> = there.collect();
    for some in there.chunks(500) {
        diesel::update(es::table.filter(es::token_hash.eq_any(some)))
            .set(es::ended_at.eq(now.0))
            .execute(conn)?;
    }
    Ok(())
}

/// A key as it is kept.
#[derive(Clone, Debug)]
pub struct NewApiKey<'a> {
    pub id: ApiKeyId,
    pub name: &'a str,
    /// SHA-256 of the key.
    pub key_hash: &'a str,
    pub prefix: &'a str,
    pub scopes: &'a EmbedScopes,
    pub made_by: &'a str,
}

pub fn insert_api_key(
    conn: &mut Conn,
    organisation: OrganisationId,
    key: &NewApiKey<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(k::table)
        .values((
            k::id.eq(key.id.to_string()),
            k::organisation_id.eq(organisation.to_string()),
            k::name.eq(key.name),
            k::key_hash.eq(key.key_hash),
            k::prefix.eq(key.prefix),
            k::scopes_json.eq(codec::json(key.scopes)?),
            k::made_at.eq(now.0),
            k::made_by.eq(key.made_by),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes a key useless, and every token that was asked for with it.
pub fn revoke_api_key(conn: &mut Conn, key: ApiKeyId, by: &str, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(k::table.find(key.to_string()))
        .set((k::revoked_at.eq(now.0), k::revoked_by.eq(by)))
        .execute(conn)?;
    diesel::update(
        es::table
            .filter(es::key_id.eq(key.to_string()))
            .filter(es::ended_at.is_null()),
    )
    .set(es::ended_at.eq(now.0))
    .execute(conn)?;
    Ok(())
}

/// Ends every token of one person.
pub fn end_embed_sessions_of(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::delete(es::table.filter(es::user_id.eq(user.to_string()))).execute(conn)?;
    Ok(())
}

/// Ends the examples of one session.
pub fn end_examples_of(conn: &mut Conn, session: &str) -> Result<(), StoreError> {
    diesel::delete(es::table.filter(es::of_session.eq(session))).execute(conn)?;
    Ok(())
}

struct Open {
    token_hash: String,
    key: Option<String>,
    origins: Vec<String>,
}

fn open_sessions(conn: &mut Conn, organisation: OrganisationId, now: Timestamp) -> Result<Vec<Open>, StoreError> {
    let rows: Vec<(String, Option<String>, String)> = es::table
        .filter(es::organisation_id.eq(organisation.to_string()))
        .filter(es::expires_at.gt(now.0))
        .filter(es::ended_at.is_null())
        .select((es::token_hash, es::key_id, es::origins_json))
        .load(conn)?;
    let open = rows.into_iter().map(|(token_hash, key, origins)| {
        Ok(Open {
            token_hash,
            key,
            origins: codec::from_json(&origins)?,
        })
    });
    open.collect()
}
