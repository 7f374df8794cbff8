//! Mail that waits, was sent or could not be delivered. It is put here in the transaction that makes it necessary, so
//! nothing is sent for an edit that did not happen.
//!
//! Whoever sends a mail claims it first: the count of attempts goes up by one and the mail is out of everyone's sight for
//! [`LEASE`]. Only one of several processes can raise a count from what it saw. A process that is killed before it says
//! what became of a mail leaves it to be tried again later, with the same Message-ID.

use std::time::Duration;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use shared::factors::{FactorKind, FactorStep};
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::wire::Delivery;
use uuid::Uuid;

use crate::store::schema::outbox as o;
use crate::store::{Conn, StoreError, codec};

/// So long a claimed mail is left alone: longer than sending it can take.
pub const LEASE: Duration = Duration::from_secs(300);

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To the invited person (D6, M10, O4).
    Invitation,
    /// To somebody who forgot their password (T7).
    PasswordReset,
    /// To somebody whose password was changed.
    PasswordChanged,
    /// To somebody whose account was locked by failed attempts (T14).
    AccountLocked,
    /// To whoever invited: the invited person asks for a new link.
    LinkWanted,
    // To somebody whose second factors have changed.
    AuthenticatorAdded,
    AuthenticatorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    PinChosen,
    PinRemoved,
    ProviderAccountRefused,
    FactorsReset,
    /// To somebody for whom an administrator has set a temporary password (T7).
    TemporaryPasswordSet,
    /// To the addresses that somebody has, once one of them has changed.
    AddressChanged,
    /// To an address that was somebody's and is not any more.
    AddressLeft,
    // To those who administer embedding: what pages of other applications may show has changed.
    ApiKeyMade,
    ApiKeyRevoked,
    OriginAllowed,
    OriginRemoved,
    // To those who write the policy: who signs people in has changed.
    ProviderSet,
    ProviderRemoved,
}

impl Kind {
    /// The mail that tells of this.
    pub fn about_factors(step: &FactorStep) -> Self {
        match step {
            FactorStep::Added { kind, .. } => match kind {
                FactorKind::AuthenticatorApp => Self::AuthenticatorAdded,
                FactorKind::Passkey => Self::PasskeyAdded,
            },
            FactorStep::Removed { kind, .. } => match kind {
                FactorKind::AuthenticatorApp => Self::AuthenticatorRemoved,
                FactorKind::Passkey => Self::PasskeyRemoved,
            },
            FactorStep::RecoveryCodesMade => Self::RecoveryCodesMade,
            FactorStep::RecoveryCodeUsed => Self::RecoveryCodeUsed,
            FactorStep::PinChosen => Self::PinChosen,
            FactorStep::PinRemoved => Self::PinRemoved,
            FactorStep::PasswordChanged { .. } => Self::PasswordChanged,
            FactorStep::ProviderAccountRefused => Self::ProviderAccountRefused,
            FactorStep::Reset => Self::FactorsReset,
        }
    }
}

/// A mail to put into the outbox.
#[derive(Clone, Debug)]
pub struct NewMail<'a> {
    pub organisation: OrganisationId,
    /// Whom it is about; who gets it, but for [`Kind::LinkWanted`].
    pub user: UserId,
    pub kind: Kind,
    pub to: &'a str,
    /// Tag of the language that it is written in.
    pub language: &'a str,
    /// From where whatever it tells of was done, or [`AboutSettings`], or [`AboutAddress`]; empty where that does not matter.
    pub origin: &'a str,
}

/// What a mail about settings of the organisation tells besides its kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AboutSettings {
    /// The name of whoever did it; empty where it was whoever runs the server.
    pub by: String,
    /// The name of the key, the origin that was allowed or removed, or the identity provider.
    pub what: String,
    /// From where it was done.
    pub origin: String,
}

/// What a mail about a changed address tells besides its kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AboutAddress {
    /// The name of whoever changed it; empty where it was whoever runs the server.
    pub by: String,
    /// Whether that is the person whose address it is.
    #[serde(default)]
    pub by_themselves: bool,
    /// The address to sign in with, before and after, where that is what changed.
    pub login: Option<(String, String)>,
    /// Where mail goes to now, where that is what changed.
    pub mail: Option<String>,
    /// From where it was done.
    pub origin: String,
}

/// A mail that this process alone may send now.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: Uuid,
    pub organisation: OrganisationId,
    pub user: UserId,
    pub kind: Kind,
    pub to: String,
    pub language: String,
    pub origin: String,
    pub created: Timestamp,
    /// Counts from 1.
    pub attempt: i32,
}

/// Puts a mail into the outbox.
pub fn put(conn: &mut Conn, mail: &NewMail<'_>, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(o::table)
        .values((
            o::id.eq(Uuid::now_v7().to_string()),
            o::organisation_id.eq(mail.organisation.to_string()),
            o::user_id.eq(mail.user.to_string()),
            o::kind.eq(codec::name(&mail.kind)?),
            o::recipient.eq(mail.to),
            o::language.eq(mail.language),
            o::details.eq(mail.origin),
            o::created_at.eq(now.0),
            o::attempts.eq(0),
            o::next_attempt_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes back what has not been sent of a kind to somebody.
pub fn drop_unsent(conn: &mut Conn, user: UserId, kind: Kind) -> Result<(), StoreError> {
    let theirs = o::table
        .filter(o::user_id.eq(user.to_string()))
        .filter(o::kind.eq(codec::name(&kind)?));
    diesel::delete(theirs.filter(o::sent_at.is_null())).execute(conn)?;
    Ok(())
}

/// Takes back whatever has not been sent about somebody who is gone.
pub fn drop_all_unsent(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    let theirs = o::table.filter(o::user_id.eq(user.to_string()));
    diesel::delete(theirs.filter(o::sent_at.is_null())).execute(conn)?;
    Ok(())
}

/// Whether a mail of this kind was put in for somebody since a moment.
pub fn has_since(conn: &mut Conn, user: UserId, kind: Kind, since: Timestamp) -> Result<bool, StoreError> {
    let found = o::table
        .filter(o::user_id.eq(user.to_string()))
        .filter(o::kind.eq(codec::name(&kind)?))
        .filter(o::created_at.ge(since.0));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

/// Whether some mail can be tried now.
pub fn is_due(conn: &mut Conn, now: Timestamp) -> Result<bool, StoreError> {
    Ok(next_due(conn, now)?.is_some())
}

type Due = (String, String, String, String, String, String, String, i64, i32);

fn next_due(conn: &mut Conn, now: Timestamp) -> Result<Option<Due>, StoreError> {
    Ok(o::table
        .filter(o::sent_at.is_null())
        .filter(o::failed_at.is_null())
        .filter(o::next_attempt_at.le(now.0))
        .order((o::next_attempt_at, o::id))
        .select((
            o::id,
            o::organisation_id,
            o::user_id,
            o::kind,
            o::recipient,
            o::language,
            o::details,
            o::created_at,
            o::attempts,
        ))
        .first(conn)
        .optional()?)
}

/// Claims the mail that has waited longest; none if none can be tried now, or another process was quicker.
pub fn claim(conn: &mut Conn, now: Timestamp) -> Result<Option<Claimed>, StoreError> {
    let Some((id, organisation, user, kind, to, language, origin, created, attempts)) = next_due(conn, now)? else {
        return Ok(None);
    };
    let unchanged = o::table
        .find(&id)
        .filter(o::attempts.eq(attempts))
        .filter(o::next_attempt_at.le(now.0));
    let claimed = diesel::update(unchanged)
        .set((o::attempts.eq(attempts + 1), o::next_attempt_at.eq(after(now, LEASE).0)))
        .execute(conn)?;
    if claimed == 0 {
        return Ok(None);
    }
    Ok(Some(Claimed {
        id: codec::uuid(&id)?,
        organisation: OrganisationId(codec::uuid(&organisation)?),
        user: UserId(codec::uuid(&user)?),
        kind: codec::from_name(&kind)?,
        to,
        language,
        origin,
        created: Timestamp(created),
        attempt: attempts + 1,
    }))
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// It will be tried again at this moment.
    Later {
        at: Timestamp,
        why: String,
    },
    /// It cannot be delivered.
    Failed {
        why: String,
    },
    /// There is no need for it any more.
    Dropped,
}

/// Writes down what became of an attempt, unless the mail has been taken back or claimed anew since.
pub fn settle(conn: &mut Conn, mail: &Claimed, outcome: &Outcome, now: Timestamp) -> Result<(), StoreError> {
    let id = mail.id.to_string();
    let ours = o::table.filter(o::id.eq(&id)).filter(o::attempts.eq(mail.attempt));
    match outcome {
        Outcome::Sent => diesel::update(ours)
            .set((o::sent_at.eq(Some(now.0)), o::last_error.eq(None::<String>)))
            .execute(conn)?,
        Outcome::Later { at, why } => diesel::update(ours)
            .set((o::next_attempt_at.eq(at.0), o::last_error.eq(Some(why))))
            .execute(conn)?,
        Outcome::Failed { why } => diesel::update(ours)
            .set((o::failed_at.eq(Some(now.0)), o::last_error.eq(Some(why))))
            .execute(conn)?,
        Outcome::Dropped => diesel::delete(ours).execute(conn)?,
    };
    Ok(())
}

/// A mail that was given up, or waits, is tried again at once. For one that was given up the attempts count afresh: what
/// fails for a moment must not give it up again at once.
pub fn try_again(conn: &mut Conn, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let unsent = o::table.find(id.to_string()).filter(o::sent_at.is_null());
    // Nobody has claimed one that was given up: the count is nobody's.
    diesel::update(unsent.clone().filter(o::failed_at.is_not_null()))
        .set((o::failed_at.eq(None::<i64>), o::attempts.eq(0)))
        .execute(conn)?;
    diesel::update(unsent).set(o::next_attempt_at.eq(now.0)).execute(conn)?;
    Ok(())
}

/// Clears away mail that was sent before this moment.
pub fn clear_sent(conn: &mut Conn, before: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(o::table.filter(o::sent_at.lt(before.0))).execute(conn)?)
}

/// The columns that say how far a mail has come.
pub type Progress = (Option<i64>, Option<i64>, i64, Option<String>);

/// How far a mail has come.
pub fn delivery((sent, failed, next, error): Progress) -> Delivery {
    match (sent, failed) {
        (Some(at), _) => Delivery::Sent { at: Timestamp(at) },
        (None, Some(at)) => Delivery::Failed {
            at: Timestamp(at),
            why: error.unwrap_or_default(),
        },
        (None, None) => Delivery::Waiting {
            next: Timestamp(next),
            why: error,
        },
    }
}

pub(crate) fn after(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(
        now.0
            .saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)),
    )
}
