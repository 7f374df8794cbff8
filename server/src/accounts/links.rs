//! Links that are mailed. A link has 256 random bits and is stored as their SHA-256; opening one consumes nothing, because
//! mail scanners open links; using one ends all links of its purpose.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use shared::ids::{Timestamp, UserId};

use super::token;
use crate::config::Secret;
use crate::store::schema::links as l;
use crate::store::{Conn, StoreError, codec};

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To accept an invitation (M10, O4).
    Invitation,
    /// To choose a new password (T7).
    Password,
}

/// A link that was found by its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub user: UserId,
    pub expires: Timestamp,
    /// Used, or replaced by a newer one.
    pub ended: bool,
}

impl Link {
    /// Whether it can be used now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.ended && now < self.expires
    }
}

/// Makes a link and gives its token, which is nowhere else.
pub fn make(
    conn: &mut Conn,
    user: UserId,
    purpose: Purpose,
    now: Timestamp,
    expires: Timestamp,
) -> Result<Secret<String>, StoreError> {
    let token = token::secret().map_err(|error| StoreError::Corrupt(format!("no randomness: {error}")))?;
    diesel::insert_into(l::table)
        .values((
            l::token_hash.eq(token::digest(&token)),
            l::user_id.eq(user.to_string()),
            l::purpose.eq(codec::name(&purpose)?),
            l::created_at.eq(now.0),
            l::expires_at.eq(expires.0),
        ))
        .execute(conn)?;
    Ok(Secret::new(token))
}

/// The link of this token, whether it is open or not.
pub fn find(conn: &mut Conn, purpose: Purpose, token: &str) -> Result<Option<Link>, StoreError> {
    let row: Option<(String, i64, Option<i64>)> = l::table
        .find(token::digest(token))
        .filter(l::purpose.eq(codec::name(&purpose)?))
        .select((l::user_id, l::expires_at, l::ended_at))
        .first(conn)
        .optional()?;
    row.map(|(user, expires, ended)| {
        Ok(Link {
            user: UserId(codec::uuid(&user)?),
            expires: Timestamp(expires),
            ended: ended.is_some(),
        })
    })
    .transpose()
}

/// Ends all open links of one user for this purpose.
pub fn end_all_of(conn: &mut Conn, user: UserId, purpose: Purpose, now: Timestamp) -> Result<(), StoreError> {
    let theirs = l::table
        .filter(l::user_id.eq(user.to_string()))
        .filter(l::purpose.eq(codec::name(&purpose)?));
    diesel::update(theirs.filter(l::ended_at.is_null()))
        .set(l::ended_at.eq(Some(now.0)))
        .execute(conn)?;
    Ok(())
}

/// Clears away links that expired before this moment: whoever opens one then learns only that it does not work.
pub fn clear_expired(conn: &mut Conn, before: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(l::table.filter(l::expires_at.lt(before.0))).execute(conn)?)
}
