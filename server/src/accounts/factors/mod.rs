//! Second factors: what somebody has besides their password. Adding, removing and using them is on the audit record and
//! told by mail; whose they are is always read anew.

pub mod authenticator_app;
pub mod passkeys;
pub mod recovery_codes;

use diesel::dsl::exists;
use diesel::prelude::*;
use shared::factors::{self, FactorKind, SecondFactor};
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::wire::{OwnFactor, OwnFactors, SecondStepBy};
use uuid::Uuid;

use super::passwords::{MIN_CHARACTERS, MIN_CHARACTERS_WITH_FACTOR, PasswordError};
use crate::edits;
use crate::secrets::SecretsError;
use crate::store::schema::{
    authenticator_apps as aa, ceremonies as ce, credentials as c, passkeys as pk, recovery_codes as rc,
};
use crate::store::{self, Conn, StoreError, codec};

/// Why something about second factors was not done.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// A code, or what a passkey said, is wrong, has been used, or comes too late.
    #[error("this does not prove it")]
    NotProved,
    /// There is one already.
    #[error("there is one already")]
    There,
    #[error("there is no such factor")]
    Unknown,
    /// It is the last one, and one of the person's roles asks for one.
    #[error("a role asks for a second factor")]
    Required,
    /// It is the last one, and the password is too short to be the only factor.
    #[error("the password is too short to be the only factor")]
    PasswordTooShort,
    /// Passkeys cannot be used at the address of this server.
    #[error("passkeys need a name over https, or localhost")]
    NoPasskeys,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for FactorError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Whose factors, who asks from where, and when.
#[derive(Clone, Debug)]
pub struct Owner {
    pub user: UserId,
    pub organisation: OrganisationId,
    pub origin: String,
    pub now: Timestamp,
}

/// Whether somebody has a second factor: signing in with a password asks for it then.
pub fn has_one(conn: &mut Conn, user: UserId) -> Result<bool, StoreError> {
    let key = user.to_string();
    let app = aa::table.find(&key).filter(aa::confirmed_at.is_not_null());
    let keys = pk::table.filter(pk::user_id.eq(&key));
    Ok(diesel::select(exists(app)).get_result(conn)? || diesel::select(exists(keys)).get_result(conn)?)
}

/// The second factors that somebody has.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<SecondFactor>, StoreError> {
    Ok(own(conn, user)?.into_iter().map(|own| own.factor).collect())
}

fn own(conn: &mut Conn, user: UserId) -> Result<Vec<OwnFactor>, StoreError> {
    let key = user.to_string();
    let mut found = Vec::new();
    let app: Option<(Option<i64>, Option<i64>)> = aa::table
        .find(&key)
        .select((aa::confirmed_at, aa::last_used_at))
        .first(conn)
        .optional()?;
    if let Some((Some(since), last_used)) = app {
        found.push(OwnFactor {
            id: Uuid::nil(),
            factor: SecondFactor {
                kind: FactorKind::AuthenticatorApp,
                name: String::new(),
                since: Timestamp(since),
                last_used: last_used.map(Timestamp),
            },
        });
    }
    let keys: Vec<(String, String, i64, Option<i64>)> = pk::table
        .filter(pk::user_id.eq(&key))
        .order((pk::created_at, pk::id))
        .select((pk::id, pk::name, pk::created_at, pk::last_used_at))
        .load(conn)?;
    for (id, name, since, last_used) in keys {
        found.push(OwnFactor {
            id: codec::uuid(&id)?,
            factor: SecondFactor {
                kind: FactorKind::Passkey,
                name,
                since: Timestamp(since),
                last_used: last_used.map(Timestamp),
            },
        });
    }
    Ok(found)
}

/// By what somebody can do the second step of signing in; empty where none is needed.
pub fn steps(conn: &mut Conn, user: UserId) -> Result<Vec<SecondStepBy>, StoreError> {
    let factors = of_user(conn, user)?;
    let has = |kind| factors.iter().any(|factor| factor.kind == kind);
    let mut by = Vec::new();
    if has(FactorKind::AuthenticatorApp) {
        by.push(SecondStepBy::Code);
    }
    if has(FactorKind::Passkey) {
        by.push(SecondStepBy::Passkey);
    }
    if !by.is_empty() && recovery_codes::left(conn, user)? > 0 {
        by.push(SecondStepBy::RecoveryCode);
    }
    Ok(by)
}

/// Characters that a password of this person needs at least (NIST SP 800-63B-4, 3.1.1.2).
pub fn at_least(conn: &mut Conn, user: UserId) -> Result<usize, StoreError> {
    Ok(if has_one(conn, user)? {
        MIN_CHARACTERS_WITH_FACTOR
    } else {
        MIN_CHARACTERS
    })
}

/// Whether one of this person's roles asks for a second factor.
pub fn is_required(conn: &mut Conn, user: UserId, organisation: OrganisationId) -> Result<bool, StoreError> {
    let Some(row) = store::organisation_row(conn, organisation)? else {
        return Ok(false);
    };
    let policy = store::parsed_policy(conn, &row)?;
    // Asked at every request: where no role asks for one, that is all.
    if !policy.roles.iter().any(|role| role.requires_second_factor) {
        return Ok(false);
    }
    let key = user.to_string();
    let mut held = store::assignments_of(conn, std::slice::from_ref(&key))?;
    Ok(factors::is_required(&policy, &held.remove(&key).unwrap_or_default()))
}

/// Whether this person has to set a second factor up before anything else ("Enforce MFA").
pub fn must_set_up(conn: &mut Conn, user: UserId, organisation: OrganisationId) -> Result<bool, StoreError> {
    Ok(is_required(conn, user, organisation)? && !has_one(conn, user)?)
}

/// What a person signs in with, for themselves.
pub fn view(
    conn: &mut Conn,
    user: UserId,
    organisation: OrganisationId,
    passkeys: bool,
) -> Result<OwnFactors, StoreError> {
    let password_since: Option<i64> = c::table
        .find(user.to_string())
        .select(c::changed_at)
        .first(conn)
        .optional()?;
    Ok(OwnFactors {
        factors: own(conn, user)?,
        recovery_codes: recovery_codes::left(conn, user)?,
        required: is_required(conn, user, organisation)?,
        passkeys,
        at_least: u32::try_from(at_least(conn, user)?).unwrap_or(u32::MAX),
        password_since: password_since.map(Timestamp),
    })
}

/// Whether a factor may go: the last one may not where a role asks for one, or where the password could not stand alone.
fn check_may_go(conn: &mut Conn, owner: &Owner) -> Result<(), FactorError> {
    if own(conn, owner.user)?.len() > 1 {
        return Ok(());
    }
    if is_required(conn, owner.user, owner.organisation)? {
        return Err(FactorError::Required);
    }
    if password_is_short(conn, owner.user)? {
        return Err(FactorError::PasswordTooShort);
    }
    Ok(())
}

/// Whether the password is shorter than one that is the only factor has to be.
pub fn password_is_short(conn: &mut Conn, user: UserId) -> Result<bool, StoreError> {
    let short: Option<bool> = c::table
        .find(user.to_string())
        .select(c::is_short)
        .first(conn)
        .optional()?;
    Ok(short.unwrap_or_default())
}

/// Without a factor recovery codes are good for nothing.
fn tidy_up(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    if !has_one(conn, user)? {
        recovery_codes::remove_all(conn, user)?;
    }
    Ok(())
}

/// Recovery codes for somebody who has none left, because a factor was just added; nothing for others.
fn first_codes(conn: &mut Conn, owner: &Owner) -> Result<Vec<String>, FactorError> {
    if recovery_codes::left(conn, owner.user)? > 0 {
        return Ok(Vec::new());
    }
    recovery_codes::make(conn, owner.user)
}

/// Takes all second factors away, recovery codes and what was begun included.
pub fn remove_all(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    let key = user.to_string();
    diesel::delete(aa::table.find(&key)).execute(conn)?;
    diesel::delete(pk::table.filter(pk::user_id.eq(&key))).execute(conn)?;
    diesel::delete(rc::table.filter(rc::user_id.eq(&key))).execute(conn)?;
    diesel::delete(ce::table.filter(ce::user_id.eq(&key))).execute(conn)?;
    Ok(())
}

fn put_on_record(conn: &mut Conn, owner: &Owner, step: shared::factors::FactorStep) -> Result<(), StoreError> {
    edits::change_factors(conn, owner.organisation, owner.user, step, &owner.origin, owner.now)
}
