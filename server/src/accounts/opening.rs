//! Opening a session: the one way in, however somebody has proved who they are.

use diesel::prelude::*;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::lifecycle::{LockCause, Status};
use shared::wire::SignInMethod;

use super::sessions::{self, Device, Lifetimes};
use super::{devices, pins, provider, token};
use crate::config::Secret;
use crate::store::schema::{credentials, users};
use crate::store::{Conn, StoreError, codec};

/// Somebody is signed in: what the answer's cookies are made of.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub token: Secret<String>,
    /// For the cookie by which this device is known again.
    pub device: Secret<String>,
    pub user: UserId,
    pub organisation: OrganisationId,
}

/// Why somebody who has proved who they are does not get in all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotIn {
    #[error("the account does not let them in")]
    ShutOut,
    /// They sign in by their organisation's identity provider and in no other way.
    #[error("they sign in by {name}")]
    ByProvider { name: String },
}

/// How somebody has proved who they are, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    pub by: SignInMethod,
    /// What is sensitive asks for a recent proof: then the age of this one counts.
    pub at: Timestamp,
}

impl Proved {
    /// They have done so just now.
    pub fn now(by: SignInMethod, now: Timestamp) -> Self {
        let at = match by {
            // A PIN gets a person back to their work; for what is sensitive they prove who they are in another way.
            SignInMethod::Pin => Timestamp::default(),
            _ => now,
        };
        Self { by, at }
    }
}

/// Opens a session for a person who has proved who they are, if their account lets them in now: it is active, no lock
/// shuts this device out (T14), and this way of proving it is one for their address. Failed attempts count from zero again, and
/// the device is known from now on.
///
/// The caller holds the transaction in which the proof was used up.
///
/// # Errors
/// Those of the database; and it answers [`NotIn`] when the account does not let them in.
pub fn open_session(
    conn: &mut Conn,
    user: UserId,
    proved: Proved,
    device: &Device,
    lifetimes: Lifetimes,
    now: Timestamp,
) -> Result<Result<SignedIn, NotIn>, StoreError> {
    let method = codec::name(&proved.by)?;
    let Some((organisation, address)) = organisation_that_lets_in(conn, user, device)? else {
        tracing::info!(%user, method, outcome = "shut_out", "sign-in");
        return Ok(Err(NotIn::ShutOut));
    };
    if proved.by != SignInMethod::IdentityProvider
        && let Some(name) = provider::only_way(conn, organisation, &address)?
    {
        tracing::info!(%user, %organisation, method, outcome = "by_provider_only", "sign-in");
        return Ok(Err(NotIn::ByProvider { name }));
    }
    let known = match &device.token {
        Some(token) => token.clone(),
        None => Secret::new(token::secret().map_err(|error| StoreError::Corrupt(format!("no randomness: {error}")))?),
    };
    forget_failures(conn, user)?;
    pins::forget_wrong(conn, user)?;
    devices::signed_in(conn, user, &known, now)?;
    let here = Device {
        token: Some(known.clone()),
        ..device.clone()
    };
    let token = sessions::begin(conn, user, organisation, proved, &here, lifetimes, now)?;
    // Neither address nor token: who reads the log learns who came when, and nothing to come in with.
    tracing::info!(%user, %organisation, method, outcome = "signed_in", "sign-in");
    Ok(Ok(SignedIn {
        token,
        device: known,
        user,
        organisation,
    }))
}

/// Whether an account in this state lets its person in, on a device from which they have signed in before or not. A lock
/// that failed attempts brought about keeps out strangers alone (T14).
pub(super) fn lets_in(status: Status, lock: Option<LockCause>, is_known_here: bool) -> bool {
    status.lets_in(lock.filter(|cause| cause.shuts_out() || !is_known_here))
}

/// Whether the account of somebody lets them in now, on this device.
pub(super) fn is_let_in(conn: &mut Conn, user: UserId, device: &Device) -> Result<bool, StoreError> {
    Ok(organisation_that_lets_in(conn, user, device)?.is_some())
}

/// With the address that they sign in with.
fn organisation_that_lets_in(
    conn: &mut Conn,
    user: UserId,
    device: &Device,
) -> Result<Option<(OrganisationId, String)>, StoreError> {
    let found: Option<(String, String, Option<String>, String)> = users::table
        .find(user.to_string())
        .select((
            users::organisation_id,
            users::status,
            users::lock_cause,
            users::login_email,
        ))
        .first(conn)
        .optional()?;
    let Some((organisation, status, lock, address)) = found else {
        return Ok(None);
    };
    let is_known_here = devices::failures(conn, user, device.token.as_ref())?.is_some();
    if !lets_in(codec::from_name(&status)?, sessions::lock_cause(lock)?, is_known_here) {
        return Ok(None);
    }
    Ok(Some((OrganisationId(codec::uuid(&organisation)?), address)))
}

fn forget_failures(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::update(credentials::table.find(user.to_string()))
        .filter(credentials::failed_sign_ins.gt(0))
        .set(credentials::failed_sign_ins.eq(0))
        .execute(conn)?;
    Ok(())
}
