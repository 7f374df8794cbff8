//! Signing in with e-mail and password. Every way of failing looks the same and takes the same time (T2): an unknown
//! address, a wrong password, an account that is invited, inactive or locked. A lock that failed attempts brought about does
//! not shut out devices on which the person has signed in before (T14). Whether somebody has a second factor shows only
//! once the password is right.

use std::time::Duration;

use diesel::prelude::*;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::lifecycle::{LockCause, Status};
use shared::wire::SignInMethod;
use uuid::Uuid;

use super::opening::{self, NotIn, Proved, SignedIn, open_session};
use super::passwords::PasswordError;
use super::second_step::{self, Begun};
use super::sessions::{self, Device, Lifetimes};
use super::{devices, factors, lockout, provider, sources};
use crate::config::Secret;
use crate::metrics::SignInOutcome;
use crate::store::schema::{credentials, users};
use crate::store::{Conn, StoreError, codec};
use crate::{App, clock, edits, store};

/// Bytes of an address at most (RFC 5321).
const MAX_ADDRESS: usize = 254;

/// How an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// One answer for every cause.
    #[error("these cannot be used to sign in")]
    Refused,
    /// The password is a temporary one and right (T7).
    #[error("the password must be changed")]
    PasswordChangeNeeded,
    /// The password is a temporary one and right, and its time is up (T7).
    #[error("temporary passwords work for {hours} hours")]
    TemporaryExpired { hours: u32 },
    /// The password is right, and the person signs in by their organisation's identity provider and in no other way.
    #[error("they sign in by {name}")]
    ByProvider { name: String },
    /// The new password is the old one.
    #[error("the new password is the old one")]
    SamePassword,
    /// Too many attempts from the same network have failed, and this device is a stranger's.
    #[error("attempts from there have to wait")]
    Wait(Duration),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotIn> for SignInError {
    fn from(why: NotIn) -> Self {
        match why {
            NotIn::ShutOut => Self::Refused,
            NotIn::ByProvider { name } => Self::ByProvider { name },
        }
    }
}

/// What a right password leads to.
#[derive(Clone, Debug)]
pub enum Entry {
    SignedIn(SignedIn),
    /// A second factor has to follow.
    SecondStep(Begun),
}

struct Account {
    user: UserId,
    organisation: OrganisationId,
    status: Status,
    lock: Option<LockCause>,
    /// Whether they have signed in from this device before.
    is_known_here: bool,
    hash: Option<String>,
    /// The password is a temporary one (T7).
    must_change: bool,
    /// The password was chosen beside a second factor, is too short without one, and there is none any more.
    is_too_short: bool,
    /// When the password was made.
    changed_at: Timestamp,
}

/// Signs a person in.
pub async fn sign_in(app: &App, email: &str, password: Secret<String>, device: Device) -> Result<Entry, SignInError> {
    let result = attempt(app, email, password, None, device).await;
    count(app, &result);
    result
}

/// Changes a password by means of the one before, ends all sessions, and signs the person in. For somebody with a second
/// factor it happens once that has followed.
pub async fn change_password(
    app: &App,
    email: &str,
    password: Secret<String>,
    new: Secret<String>,
    device: Device,
) -> Result<Entry, SignInError> {
    if password == new {
        return Err(SignInError::SamePassword);
    }
    let result = attempt(app, email, password, Some(new), device).await;
    count(app, &result);
    result
}

/// Somebody who is signed in changes their own password by means of the one before: all their sessions end, and one begins
/// in the place of this one, opened as that one was.
///
/// Whoever finds an unlocked device guesses no better here than at the door: answers get slower, wrong ones count on the
/// account and the device, and the one that locks ends the session, too (T14).
pub async fn change_own_password(
    app: &App,
    user: UserId,
    session: &str,
    password: Secret<String>,
    new: Secret<String>,
    device: Device,
) -> Result<SignedIn, SignInError> {
    if password == new {
        return Err(SignInError::SamePassword);
    }
    let (open, here) = (session.to_owned(), device.token.clone());
    let known = app.db.read(move |conn| {
        let account = current(conn, user, here.as_ref())?.ok_or(SignInError::Refused)?;
        let method = sessions::method(conn, &open)?.ok_or(SignInError::Refused)?;
        Ok::<_, SignInError>((
            account,
            method,
            (super::about(conn, user)?, factors::at_least(conn, user)?),
            store::user_record(conn, user)?.map(|record| record.user.profile.login_email),
        ))
    });
    let (account, method, (about, at_least), address) = known.await?;
    let address = address.unwrap_or_default();
    tokio::time::sleep(app.slowness.pause(&address)).await;
    let fits = app.passwords.verify(password, account.hash.clone()).await?;
    if !fits || !account.may_sign_in() {
        app.slowness.failed(&address);
        let (organisation, session) = (account.organisation, session.to_owned());
        tracing::info!(%user, %organisation, method = "password", outcome = "refused", "own password");
        app.db
            .write(move |conn| failed_inside(conn, (user, organisation), &session, &device, clock::now()))
            .await?;
        return Err(SignInError::Refused);
    }
    app.slowness.succeeded(&address);
    let new = app.passwords.hash(new, about, at_least).await?;
    let (hash, lifetimes) = (account.hash, Lifetimes::from(&app.config));
    let open = session.to_owned();
    app.db
        .write(move |conn| {
            let now = clock::now();
            // Ended meanwhile, it does not come back.
            let before = sessions::find(conn, &open, now)?.ok_or(SignInError::Refused)?;
            // The password alone is no newer proof of what took more than that.
            let at = match method {
                SignInMethod::Password => now,
                _ => before.authenticated,
            };
            if current(conn, user, None)?.is_none_or(|now| now.hash != hash) {
                return Err(SignInError::Refused);
            }
            edits::change_password(conn, account.organisation, user, &new, &device.origin, now)?;
            Ok(open_session(
                conn,
                user,
                Proved { by: method, at },
                &device,
                lifetimes,
                now,
            )??)
        })
        .await
}

/// Counts a wrong password that was given where somebody is signed in. Once it has locked the account, or the device is a
/// stranger's, that session is over.
fn failed_inside(
    conn: &mut Conn,
    (user, organisation): (UserId, OrganisationId),
    session: &str,
    device: &Device,
    now: Timestamp,
) -> Result<(), StoreError> {
    lockout::failed(conn, user, organisation, device, now)?;
    sources::failed(conn, user, device, now)?;
    let is_out = current(conn, user, device.token.as_ref())?.is_none_or(|account| !account.may_sign_in());
    if is_out {
        sessions::end(conn, session)?;
    }
    Ok(())
}

async fn attempt(
    app: &App,
    email: &str,
    password: Secret<String>,
    new: Option<Secret<String>>,
    device: Device,
) -> Result<Entry, SignInError> {
    let address = email.trim().to_lowercase();
    tokio::time::sleep(app.slowness.pause(&address)).await;
    let account = if address.len() <= MAX_ADDRESS {
        let (address, token) = (address.clone(), device.token.clone());
        app.db.read(move |conn| find(conn, &address, token.as_ref())).await?
    } else {
        None
    };
    // Said to everyone alike, whether there is such an account or not.
    if !account.as_ref().is_some_and(|account| account.is_known_here) {
        let (origin, at_most) = (device.origin.clone(), app.config.sign_in_failures_per_source);
        let wait = app
            .db
            .read(move |conn| sources::wait(conn, &origin, at_most, clock::now()));
        if let Some(wait) = wait.await? {
            return Err(SignInError::Wait(wait));
        }
    }
    let hash = account.as_ref().and_then(|account| account.hash.clone());
    let typed = password.clone();
    let fits = app.passwords.verify(password, hash.clone()).await?;
    if !fits {
        app.slowness.failed(&address);
        let (user, organisation) = (
            account.as_ref().map(|account| account.user.to_string()),
            account.as_ref().map(|account| account.organisation.to_string()),
        );
        tracing::info!(user, organisation, method = "password", outcome = "refused", "sign-in");
        count_failure(app, account.map(|account| (account.user, account.organisation)), device);
        return Err(SignInError::Refused);
    }
    let Some(account) = account else {
        return Err(SignInError::Refused);
    };
    if !account.may_sign_in() {
        return Err(SignInError::Refused);
    }
    let (organisation, typed_address) = (account.organisation, address.clone());
    let only_way = app
        .db
        .read(move |conn| provider::only_way(conn, organisation, &typed_address));
    if let Some(name) = only_way.await? {
        return Err(SignInError::ByProvider { name });
    }
    if account.must_change {
        not_expired(app, &account).await?;
    }
    if (account.must_change || account.is_too_short) && new.is_none() {
        return Err(SignInError::PasswordChangeNeeded);
    }
    let better = match (&new, &hash) {
        (None, Some(stored)) => app.passwords.rehash(typed, stored).await?,
        _ => None,
    };
    let new = match new {
        Some(new) => {
            let user = account.user;
            let known = app
                .db
                .read(move |conn| Ok::<_, StoreError>((super::about(conn, user)?, factors::at_least(conn, user)?)));
            let (about, at_least) = known.await?;
            Some(app.passwords.hash(new, about, at_least).await?)
        }
        None => None,
    };
    let lifetimes = Lifetimes::from(&app.config);
    let (user, organisation) = (account.user, account.organisation);
    let entry = app
        .db
        .write(move |conn| {
            // Everything may have changed while the password was verified.
            if current(conn, user, device.token.as_ref())?.is_none_or(|now| now.hash != hash) {
                return Err(SignInError::Refused);
            }
            let now = clock::now();
            let by = factors::steps(conn, user)?;
            if !by.is_empty() {
                return Ok(Entry::SecondStep(second_step::begin(conn, user, by, new, now)?));
            }
            if let Some(new) = new {
                edits::change_password(conn, organisation, user, &new, &device.origin, now)?;
            }
            if let Some(better) = better {
                set_hash(conn, user, &better)?;
            }
            let opened = open_session(
                conn,
                user,
                Proved::now(SignInMethod::Password, now),
                &device,
                lifetimes,
                now,
            )?;
            Ok(Entry::SignedIn(opened?))
        })
        .await?;
    app.slowness.succeeded(&address);
    Ok(entry)
}

/// Whether a temporary password still works: an hour for each that the policy says (T7). Only who knows it is told.
async fn not_expired(app: &App, account: &Account) -> Result<(), SignInError> {
    let organisation = account.organisation;
    let policy = app.db.read(move |conn| {
        let row = store::organisation_row(conn, organisation)?;
        row.map(|row| store::parsed_policy(conn, &row)).transpose()
    });
    let hours = policy
        .await?
        .map_or(0, |policy| policy.lifecycle.temporary_password_hours);
    let until = account.changed_at.0.saturating_add(i64::from(hours) * 3_600_000);
    if clock::now().0 < until {
        Ok(())
    } else {
        Err(SignInError::TemporaryExpired { hours })
    }
}

/// Counts a failed attempt on the account. Nobody waits for it, and it is done for nobody's account too: otherwise the
/// time of the answer would tell whether there is one (T2).
fn count_failure(app: &App, account: Option<(UserId, OrganisationId)>, device: Device) {
    let nobody = (UserId(Uuid::nil()), OrganisationId(Uuid::nil()));
    let (db, (user, organisation)) = (app.db.clone(), account.unwrap_or(nobody));
    tokio::spawn(async move {
        let (now, here) = (clock::now(), device.clone());
        // Two transactions: one network fails for many accounts at once, and none is to wait or fail for another's sake.
        let by_source = db.write(move |conn| sources::failed(conn, user, &here, now));
        if let Err(error) = by_source.await {
            tracing::warn!(%error, "a failed attempt to sign in was not counted where it came from");
        }
        let counted = db.write(move |conn| lockout::failed(conn, user, organisation, &device, now));
        if let Err(error) = counted.await {
            tracing::warn!(%error, "a failed attempt to sign in was not counted");
        }
    });
}

/// Counts the outcome for the metrics.
fn count(app: &App, result: &Result<Entry, SignInError>) {
    match result {
        // Counted once the second step is done.
        Ok(Entry::SecondStep(_)) => {}
        Ok(Entry::SignedIn(_)) => app.metrics.sign_in(SignInOutcome::signed_in),
        Err(SignInError::Refused | SignInError::Wait(_)) => app.metrics.sign_in(SignInOutcome::refused),
        Err(SignInError::PasswordChangeNeeded) => app.metrics.sign_in(SignInOutcome::password_change_needed),
        Err(_) => {}
    }
}

impl Account {
    fn may_sign_in(&self) -> bool {
        opening::lets_in(self.status, self.lock, self.is_known_here)
    }
}

type Row = (
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<bool>,
    Option<i64>,
);

fn account(row: Row) -> Result<Account, StoreError> {
    let (user, organisation, status, lock, hash, must_change, changed_at) = row;
    Ok(Account {
        user: UserId(codec::uuid(&user)?),
        organisation: OrganisationId(codec::uuid(&organisation)?),
        status: codec::from_name(&status)?,
        lock: sessions::lock_cause(lock)?,
        is_known_here: false,
        hash,
        must_change: must_change.unwrap_or_default(),
        is_too_short: false,
        changed_at: Timestamp(changed_at.unwrap_or_default()),
    })
}

/// The account of this address, with what is needed to judge an attempt from a device.
fn find(conn: &mut Conn, address: &str, device: Option<&Secret<String>>) -> Result<Option<Account>, StoreError> {
    let row: Option<Row> = users::table
        .left_join(credentials::table.on(credentials::user_id.eq(users::id)))
        .filter(users::login_email.eq(address))
        .select((
            users::id,
            users::organisation_id,
            users::status,
            users::lock_cause,
            credentials::password_hash.nullable(),
            credentials::must_change.nullable(),
            credentials::changed_at.nullable(),
        ))
        .first(conn)
        .optional()?;
    let mut found = row.map(account).transpose()?;
    // Asked for nobody's account too.
    let user = found.as_ref().map_or(UserId(Uuid::nil()), |account| account.user);
    if let Some(found) = &mut found {
        found.is_too_short = factors::password_is_short(conn, user)? && !factors::has_one(conn, user)?;
    }
    let is_known_here = devices::failures(conn, user, device)?.is_some();
    Ok(found.map(|account| Account {
        is_known_here,
        ..account
    }))
}

fn current(conn: &mut Conn, user: UserId, device: Option<&Secret<String>>) -> Result<Option<Account>, StoreError> {
    let address: Option<String> = users::table
        .filter(users::id.eq(user.to_string()))
        .select(users::login_email)
        .first(conn)
        .optional()?;
    match address {
        Some(address) => find(conn, &address, device),
        None => Ok(None),
    }
}

/// The same password, hashed by newer parameters.
fn set_hash(conn: &mut Conn, user: UserId, hash: &str) -> Result<(), StoreError> {
    diesel::update(credentials::table.filter(credentials::user_id.eq(user.to_string())))
        .set(credentials::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}
