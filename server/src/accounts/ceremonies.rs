//! What a browser has begun and not finished: a sign-in whose password was right, a challenge to a passkey. Known by a
//! random token in a cookie of its own, kept as its SHA-256, for a few minutes.

use std::time::Duration;

use diesel::prelude::*;
use serde::Serialize;
use shared::ids::{Timestamp, UserId};

use super::passwords::Hashed;
use crate::mail::outbox::after;
use crate::store::schema::ceremonies as ce;
use crate::store::{Conn, StoreError, codec};

/// So long there is to finish.
pub const LASTS: Duration = Duration::from_secs(10 * 60);
/// After so many wrong answers it has to be begun anew.
const ANSWERS: i32 = 5;

/// What was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The password was right, or the identity provider has said who it is; the second step is missing.
    SecondStep,
    /// A passkey is the only step.
    PasskeyAlone,
    /// A passkey is being added; known by the session.
    AddPasskey,
}

/// A ceremony under way.
#[derive(Clone, Debug)]
pub struct Ceremony {
    /// None until a passkey says who it is.
    pub user: Option<UserId>,
    /// The challenge that was sent; JSON.
    pub challenge: Option<String>,
    /// The password that is to be set once the second step is done (T7).
    pub new_password: Option<Hashed>,
    /// When the identity provider last asked who it is, if the second step follows that and not a password.
    pub provider_asked: Option<Timestamp>,
    pub until: Timestamp,
}

impl Ceremony {
    /// One of somebody, that begins now.
    pub fn of(user: UserId, now: Timestamp) -> Self {
        Self {
            user: Some(user),
            ..Self::of_nobody(now)
        }
    }

    /// One of whoever it will turn out to be.
    pub fn of_nobody(now: Timestamp) -> Self {
        Self {
            user: None,
            challenge: None,
            new_password: None,
            provider_asked: None,
            until: after(now, LASTS),
        }
    }
}

/// Begins a ceremony, in the place of an earlier one of the same token.
pub fn put(conn: &mut Conn, token_hash: &str, purpose: Purpose, ceremony: &Ceremony) -> Result<(), StoreError> {
    let name = codec::name(&purpose)?;
    diesel::delete(ce::table.find((token_hash, &name))).execute(conn)?;
    let new = ceremony.new_password.as_ref();
    diesel::insert_into(ce::table)
        .values((
            ce::token_hash.eq(token_hash),
            ce::purpose.eq(&name),
            ce::user_id.eq(ceremony.user.map(|user| user.to_string())),
            ce::challenge.eq(&ceremony.challenge),
            ce::new_password.eq(new.map(|new| &new.text)),
            ce::new_password_is_short.eq(new.is_some_and(|new| new.is_short)),
            ce::expires_at.eq(ceremony.until.0),
            ce::provider_asked_at.eq(ceremony.provider_asked.map(|asked| asked.0)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The ceremony of this token, if it is not over.
pub fn find(
    conn: &mut Conn,
    token_hash: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Ceremony>, StoreError> {
    type Row = (Option<String>, Option<String>, Option<String>, bool, Option<i64>, i64);
    let row: Option<Row> = ce::table
        .find((token_hash, codec::name(&purpose)?))
        .filter(ce::expires_at.gt(now.0))
        .filter(ce::failures.lt(ANSWERS))
        .select((
            ce::user_id,
            ce::challenge,
            ce::new_password,
            ce::new_password_is_short,
            ce::provider_asked_at,
            ce::expires_at,
        ))
        .first(conn)
        .optional()?;
    row.map(|(user, challenge, new, is_short, asked, until)| {
        Ok(Ceremony {
            user: user.map(|user| codec::uuid(&user).map(UserId)).transpose()?,
            challenge,
            new_password: new.map(|text| Hashed { text, is_short }),
            provider_asked: asked.map(Timestamp),
            until: Timestamp(until),
        })
    })
    .transpose()
}

/// The same, which is over with that: of two who finish it at once, one does.
pub fn take(
    conn: &mut Conn,
    token_hash: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Ceremony>, StoreError> {
    let found = find(conn, token_hash, purpose, now)?;
    let ended = end(conn, token_hash, purpose)?;
    Ok(found.filter(|_| ended))
}

/// Ends a ceremony; whether it was there.
pub fn end(conn: &mut Conn, token_hash: &str, purpose: Purpose) -> Result<bool, StoreError> {
    let ended = diesel::delete(ce::table.find((token_hash, codec::name(&purpose)?))).execute(conn)?;
    Ok(ended == 1)
}

/// Sends a challenge in it; an earlier one cannot be answered any more.
pub fn challenge(conn: &mut Conn, token_hash: &str, purpose: Purpose, challenge: &str) -> Result<(), StoreError> {
    diesel::update(ce::table.find((token_hash, codec::name(&purpose)?)))
        .set(ce::challenge.eq(Some(challenge)))
        .execute(conn)?;
    Ok(())
}

/// Counts a wrong answer; the challenge, if one was sent, cannot be answered again.
pub fn failed(conn: &mut Conn, token_hash: &str, purpose: Purpose) -> Result<(), StoreError> {
    diesel::update(ce::table.find((token_hash, codec::name(&purpose)?)))
        .set((ce::failures.eq(ce::failures + 1), ce::challenge.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// Clears away what is over.
pub fn clear_ended(conn: &mut Conn, now: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(ce::table.filter(ce::expires_at.le(now.0))).execute(conn)?)
}
