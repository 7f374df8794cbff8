//! Tokens of people in other applications' pages. Like a session's, a token is random and kept as its SHA-256; it says who
//! somebody is and how far it goes at most, and nothing of what they may do: that is read anew each time (X8).

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use shared::embed::{Element, EmbedAccess, EmbedScopes};
use shared::ids::{ApiKeyId, OrganisationId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::wire::{EmbedFor, EmbedRequest};

use super::{factors, sessions, token};
use crate::config::Secret;
use crate::store::schema::{api_keys as k, embed_sessions as es, users as u};
use crate::store::{self, Conn, StoreError, codec};

/// What an API key begins with: secret scanners find keys by it.
pub const KEY_PREFIX: &str = "lyk_";
/// What a token begins with.
pub const TOKEN_PREFIX: &str = "lyt_";
/// Characters of a key that lists show.
const SHOWN: usize = 12;
/// How exactly the last use of a key is known.
const USED_EVERY: i64 = 60_000;

/// A key that was just made: the whole of it is nowhere else.
#[derive(Clone, Debug)]
pub struct MadeKey {
    pub key: Secret<String>,
    pub prefix: String,
    pub hash: String,
}

/// Makes a key of 256 random bits.
pub fn make_key() -> Result<MadeKey, StoreError> {
    let key = random(KEY_PREFIX)?;
    Ok(MadeKey {
        prefix: key.chars().take(SHOWN).collect(),
        hash: token::digest(&key),
        key: Secret::new(key),
    })
}

fn random(prefix: &str) -> Result<String, StoreError> {
    let secret = token::secret().map_err(|error| StoreError::Corrupt(format!("no randomness: {error}")))?;
    Ok(format!("{prefix}{secret}"))
}

/// A key that is not revoked.
#[derive(Clone, Debug)]
pub struct GoodKey {
    pub id: ApiKeyId,
    pub organisation: OrganisationId,
    pub scopes: EmbedScopes,
    last_used: Option<i64>,
}

/// The key, if there is one and it is not revoked. It is found by its hash, so how long that takes says nothing of keys.
pub fn find_key(conn: &mut Conn, key: &Secret<String>) -> Result<Option<GoodKey>, StoreError> {
    let row: Option<(String, String, String, Option<i64>)> = k::table
        .filter(k::key_hash.eq(token::digest(key.expose())))
        .filter(k::revoked_at.is_null())
        .select((k::id, k::organisation_id, k::scopes_json, k::last_used_at))
        .first(conn)
        .optional()?;
    let Some((id, organisation, scopes, last_used)) = row else {
        return Ok(None);
    };
    Ok(Some(GoodKey {
        id: ApiKeyId(codec::uuid(&id)?),
        organisation: OrganisationId(codec::uuid(&organisation)?),
        scopes: codec::from_json(&scopes)?,
        last_used,
    }))
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The key was revoked meanwhile.
    #[error("the key is not good any more")]
    KeyGone,
    /// More than the key is for, or nothing.
    #[error("beyond the key")]
    BeyondKey,
    /// An origin that the organisation has not allowed, or none is allowed.
    #[error("an origin that is not allowed")]
    OriginNotAllowed,
    /// Nobody of the organisation who may sign in now: one answer, whatever the cause.
    #[error("nobody who may sign in")]
    Nobody,
    /// One of the person's roles asks for a second factor, and they have none.
    #[error("a second factor is wanted first")]
    SecondFactorWanted,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for EmbedError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A token that was just made: it is nowhere else.
#[derive(Clone, Debug)]
pub struct MadeToken {
    pub token: Secret<String>,
    pub expires: Timestamp,
}

/// Makes a token for what was asked with a key, in the caller's transaction.
///
/// # Errors
/// [`EmbedError`]; nothing is made then.
pub fn begin(
    conn: &mut Conn,
    key: &GoodKey,
    asked: &EmbedRequest,
    lasts: Duration,
    now: Timestamp,
) -> Result<MadeToken, EmbedError> {
    // Whoever revokes the key or removes an origin at this moment waits for this, and then ends it.
    store::lock_organisation(conn, key.organisation)?;
    let good: i64 = k::table
        .find(key.id.to_string())
        .filter(k::revoked_at.is_null())
        .count()
        .get_result(conn)?;
    if good == 0 {
        return Err(EmbedError::KeyGone);
    }
    let scopes = EmbedScopes {
        elements: asked.elements.clone(),
        access: asked.access,
        sites: asked.sites.clone().or_else(|| key.scopes.sites.clone()),
    };
    let is_nothing = scopes.elements.is_empty() || scopes.sites.as_ref().is_some_and(BTreeSet::is_empty);
    if is_nothing || !key.scopes.covers(&scopes) {
        return Err(EmbedError::BeyondKey);
    }
    let allowed = store::allowed_origins(conn, key.organisation)?;
    let origins = asked
        .origins
        .clone()
        .unwrap_or_else(|| allowed.iter().cloned().collect());
    if origins.is_empty() || !origins.iter().all(|origin| allowed.contains(origin)) {
        return Err(EmbedError::OriginNotAllowed);
    }
    let user = person(conn, key.organisation, &asked.user)?.ok_or(EmbedError::Nobody)?;
    if factors::must_set_up(conn, user, key.organisation)? {
        return Err(EmbedError::SecondFactorWanted);
    }
    let of = Of::Key(key.id);
    let made = make_token(conn, of, key.organisation, user, &scopes, &origins, (now, lasts))?;
    sessions::seen(conn, user, now)?;
    if key.last_used.is_none_or(|at| now.0.saturating_sub(at) >= USED_EVERY) {
        diesel::update(k::table.find(key.id.to_string()))
            .set(k::last_used_at.eq(now.0))
            .execute(conn)?;
    }
    Ok(made)
}

/// What a token ends with.
enum Of<'a> {
    Key(ApiKeyId),
    /// The session's token, as it is kept.
    Session(&'a str),
}

fn make_token(
    conn: &mut Conn,
    of: Of<'_>,
    organisation: OrganisationId,
    user: UserId,
    scopes: &EmbedScopes,
    origins: &BTreeSet<String>,
    (now, lasts): (Timestamp, Duration),
) -> Result<MadeToken, StoreError> {
    let token = random(TOKEN_PREFIX)?;
    let lasts = i64::try_from(lasts.as_millis()).unwrap_or_default();
    let expires = Timestamp(now.0.saturating_add(lasts));
    let (key, session) = match of {
        Of::Key(key) => (Some(key.to_string()), None),
        Of::Session(session) => (None, Some(session)),
    };
    diesel::insert_into(es::table)
        .values((
            es::token_hash.eq(token::digest(&token)),
            es::key_id.eq(key),
            es::of_session.eq(session),
            es::organisation_id.eq(organisation.to_string()),
            es::user_id.eq(user.to_string()),
            es::scopes_json.eq(codec::json(scopes)?),
            es::origins_json.eq(codec::json(origins)?),
            es::created_at.eq(now.0),
            es::expires_at.eq(expires.0),
        ))
        .execute(conn)?;
    Ok(MadeToken {
        token: Secret::new(token),
        expires,
    })
}

/// So long the token of an example lasts at most; the page that shows it asks for the next one.
const EXAMPLE_LASTS: Duration = Duration::from_secs(300);

/// Makes a token with which somebody sees the elements on the page of embedding: to read, in our own pages alone, and for as
/// long as their session at most. It takes the place of the one before.
pub fn begin_example(
    conn: &mut Conn,
    session: &str,
    (user, organisation): (UserId, OrganisationId),
    lasts: Duration,
    now: Timestamp,
) -> Result<MadeToken, StoreError> {
    store::end_examples_of(conn, session)?;
    let scopes = EmbedScopes {
        elements: Element::ALL.into(),
        access: EmbedAccess::Read,
        sites: None,
    };
    let times = (now, lasts.min(EXAMPLE_LASTS));
    make_token(
        conn,
        Of::Session(session),
        organisation,
        user,
        &scopes,
        &BTreeSet::new(),
        times,
    )
}

/// The person of this organisation, if their account lets them in now.
fn person(conn: &mut Conn, organisation: OrganisationId, wanted: &EmbedFor) -> Result<Option<UserId>, StoreError> {
    let mut rows = u::table
        .filter(u::organisation_id.eq(organisation.to_string()))
        .select((u::id, u::status, u::lock_cause))
        .into_boxed::<store::Backend>();
    rows = match wanted {
        EmbedFor::LoginEmail(email) => rows.filter(u::login_email.eq(email.trim().to_lowercase())),
        EmbedFor::Id(id) => rows.filter(u::id.eq(id.to_string())),
    };
    let row: Option<(String, String, Option<String>)> = rows.first(conn).optional()?;
    let Some((id, status, lock)) = row else {
        return Ok(None);
    };
    let lock = sessions::lock_cause(lock)?.filter(|cause| cause.shuts_out());
    if !codec::from_name::<Status>(&status)?.lets_in(lock) {
        return Ok(None);
    }
    Ok(Some(UserId(codec::uuid(&id)?)))
}

/// A token that is good now, of a person whose account lets them in.
#[derive(Clone, Debug)]
pub struct EmbedSession {
    pub token_hash: String,
    pub user: UserId,
    pub organisation: OrganisationId,
    pub scopes: EmbedScopes,
    /// Where it is good, of the origins that are allowed now.
    pub origins: Vec<String>,
    pub expires: Timestamp,
}

/// The token's session; none if it has ended in any way.
pub fn find(conn: &mut Conn, token: &Secret<String>, now: Timestamp) -> Result<Option<EmbedSession>, StoreError> {
    type Row = (
        (String, String, String, String, i64),
        (String, Option<String>, Option<String>),
    );
    let token_hash = token::digest(token.expose());
    let row: Option<Row> = es::table
        .inner_join(u::table.on(u::id.eq(es::user_id)))
        .left_join(k::table.on(es::key_id.eq(k::id.nullable())))
        .filter(es::token_hash.eq(&token_hash))
        .filter(es::expires_at.gt(now.0))
        .filter(es::ended_at.is_null())
        .filter(k::revoked_at.is_null())
        .select((
            (
                es::user_id,
                es::organisation_id,
                es::scopes_json,
                es::origins_json,
                es::expires_at,
            ),
            (u::status, u::lock_cause, es::of_session),
        ))
        .first(conn)
        .optional()?;
    let Some(((user, organisation, scopes, origins, expires), (status, lock, of))) = row else {
        return Ok(None);
    };
    if !is_open(conn, of.as_deref(), now)? {
        return Ok(None);
    }
    let lock = sessions::lock_cause(lock)?.filter(|cause| cause.shuts_out());
    if !codec::from_name::<Status>(&status)?.lets_in(lock) {
        return Ok(None);
    }
    let organisation = OrganisationId(codec::uuid(&organisation)?);
    let allowed = store::allowed_origins(conn, organisation)?;
    let mut origins: Vec<String> = codec::from_json(&origins)?;
    origins.retain(|origin| allowed.contains(origin));
    Ok(Some(EmbedSession {
        token_hash,
        user: UserId(codec::uuid(&user)?),
        organisation,
        scopes: codec::from_json(&scopes)?,
        origins,
        expires: Timestamp(expires),
    }))
}

/// Whether the session that shows an example is open; a token of a key has none.
fn is_open(conn: &mut Conn, session: Option<&str>, now: Timestamp) -> Result<bool, StoreError> {
    match session {
        Some(session) => Ok(sessions::find(conn, session, now)?.is_some()),
        None => Ok(true),
    }
}

/// Those of these tokens, by their hashes, that [`find`] would still find.
pub(super) fn open_among(conn: &mut Conn, hashes: &[&String], now: Timestamp) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String, String, Option<String>, Option<String>)> = es::table
        .inner_join(u::table.on(u::id.eq(es::user_id)))
        .left_join(k::table.on(es::key_id.eq(k::id.nullable())))
        .filter(es::token_hash.eq_any(hashes.iter().copied()))
        .filter(es::expires_at.gt(now.0))
        .filter(es::ended_at.is_null())
        .filter(k::revoked_at.is_null())
        .select((es::token_hash, u::status, u::lock_cause, es::of_session))
        .load(conn)?;
    let mut open = Vec::with_capacity(rows.len());
    for (hash, status, locked, of) in rows {
        let lock = sessions::lock_cause(locked)?.filter(|cause| cause.shuts_out());
        if codec::from_name::<Status>(&status)?.lets_in(lock) && is_open(conn, of.as_deref(), now)? {
            open.push(hash);
        }
    }
    Ok(open)
}

/// Clears away tokens that have expired, and says how many they were.
pub fn clear_ended(conn: &mut Conn, now: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(es::table.filter(es::expires_at.le(now.0))).execute(conn)?)
}
