//! Signing in with e-mail and password. Every way of failing looks the same and takes the same time (T2): an unknown
//! address, a wrong password, an account that is invited, inactive or locked.

use diesel::prelude::*;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::lifecycle::Status;
use uuid::Uuid;

use super::passwords::PasswordError;
use super::sessions::{self, Device, Lifetimes};
use crate::config::Secret;
use crate::metrics::SignInOutcome;
use crate::store::schema::{credentials, users};
use crate::store::{Conn, StoreError, codec};
use crate::{App, clock};

/// Bytes of an address at most (RFC 5321).
const MAX_ADDRESS: usize = 254;

/// How an attempt ended well.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub token: Secret<String>,
    pub user: UserId,
    pub organisation: OrganisationId,
}

/// How an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// One answer for every cause.
    #[error("these cannot be used to sign in")]
    Refused,
    /// The password is a temporary one and right (T7).
    #[error("the password must be changed")]
    PasswordChangeNeeded,
    /// The new password is the old one.
    #[error("the new password is the old one")]
    SamePassword,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Account {
    user: UserId,
    organisation: OrganisationId,
    may_sign_in: bool,
    hash: Option<String>,
    must_change: bool,
}

/// Signs a person in.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: Secret<String>,
    device: Device,
) -> Result<SignedIn, SignInError> {
    let result = attempt(app, email, password, None, device).await;
    count(app, &result);
    result
}

/// Changes a password by means of the one before, ends all sessions, and signs the person in.
pub async fn change_password(
    app: &App,
    email: &str,
    password: Secret<String>,
    new: Secret<String>,
    device: Device,
) -> Result<SignedIn, SignInError> {
    super::passwords::check(new.expose())?;
    if password == new {
        return Err(SignInError::SamePassword);
    }
    let result = attempt(app, email, password, Some(new), device).await;
    count(app, &result);
    result
}

async fn attempt(
    app: &App,
    email: &str,
    password: Secret<String>,
    new: Option<Secret<String>>,
    device: Device,
) -> Result<SignedIn, SignInError> {
    let address = email.trim().to_lowercase();
    let account = if address.len() <= MAX_ADDRESS {
        app.db.read(move |conn| find(conn, &address)).await?
    } else {
        None
    };
    let hash = account.as_ref().and_then(|account| account.hash.clone());
    let fits = app.passwords.verify(password, hash.clone()).await?;
    if !fits {
        count_failure(app, account.map(|account| account.user));
        return Err(SignInError::Refused);
    }
    let Some(account) = account else {
        return Err(SignInError::Refused);
    };
    if !account.may_sign_in {
        return Err(SignInError::Refused);
    }
    if account.must_change && new.is_none() {
        return Err(SignInError::PasswordChangeNeeded);
    }
    let new = match new {
        Some(new) => Some(app.passwords.hash(new).await?),
        None => None,
    };
    let lifetimes = Lifetimes::from(&app.config);
    let (user, organisation) = (account.user, account.organisation);
    let token = app
        .db
        .write(move |conn| {
            // Everything may have changed while the password was verified.
            let is_as_before = current(conn, user)?.is_some_and(|now| now.may_sign_in && now.hash == hash);
            if !is_as_before {
                return Err(SignInError::Refused);
            }
            let now = clock::now();
            if let Some(new) = new {
                sessions::end_all_of(conn, user)?;
                set_password(conn, user, &new, now)?;
            }
            succeeded(conn, user)?;
            Ok(sessions::begin(conn, user, organisation, &device, lifetimes, now)?)
        })
        .await?;
    Ok(SignedIn {
        token,
        user,
        organisation,
    })
}

/// Counts a failed attempt on the account. Nobody waits for it, and it is done for nobody's account too: otherwise the
/// time of the answer would tell whether there is one (T2).
fn count_failure(app: &App, user: Option<UserId>) {
    let (db, user) = (app.db.clone(), user.unwrap_or(UserId(Uuid::nil())));
    tokio::spawn(async move {
        if let Err(error) = db.write(move |conn| failed(conn, user, clock::now())).await {
            tracing::warn!(%error, "a failed attempt to sign in was not counted");
        }
    });
}

/// Counts the outcome for the metrics.
fn count(app: &App, result: &Result<SignedIn, SignInError>) {
    match result {
        Ok(_) => app.metrics.sign_in(SignInOutcome::signed_in),
        Err(SignInError::Refused) => app.metrics.sign_in(SignInOutcome::refused),
        Err(SignInError::PasswordChangeNeeded) => app.metrics.sign_in(SignInOutcome::password_change_needed),
        Err(_) => {}
    }
}

type Row = (String, String, String, Option<i64>, Option<String>, Option<bool>);

fn account(row: Row) -> Result<Account, StoreError> {
    let (user, organisation, status, locked, hash, must_change) = row;
    Ok(Account {
        user: UserId(codec::uuid(&user)?),
        organisation: OrganisationId(codec::uuid(&organisation)?),
        may_sign_in: codec::from_name::<Status>(&status)?.lets_in(locked),
        hash,
        must_change: must_change.unwrap_or_default(),
    })
}

/// The account of this address, with what is needed to judge an attempt.
fn find(conn: &mut Conn, address: &str) -> Result<Option<Account>, StoreError> {
    let row: Option<Row> = users::table
        .left_join(credentials::table.on(credentials::user_id.eq(users::id)))
        .filter(users::login_email.eq(address))
        .select((
            users::id,
            users::organisation_id,
            users::status,
            users::locked_at,
            credentials::password_hash.nullable(),
            credentials::must_change.nullable(),
        ))
        .first(conn)
        .optional()?;
    row.map(account).transpose()
}

fn current(conn: &mut Conn, user: UserId) -> Result<Option<Account>, StoreError> {
    let address: Option<String> = users::table
        .filter(users::id.eq(user.to_string()))
        .select(users::login_email)
        .first(conn)
        .optional()?;
    match address {
        Some(address) => find(conn, &address),
        None => Ok(None),
    }
}

fn set_password(conn: &mut Conn, user: UserId, hash: &str, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(credentials::table.filter(credentials::user_id.eq(user.to_string())))
        .set((
            credentials::password_hash.eq(hash),
            credentials::must_change.eq(false),
            credentials::changed_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}

fn succeeded(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::update(credentials::table.filter(credentials::user_id.eq(user.to_string())))
        .filter(credentials::failed_sign_ins.gt(0))
        .set(credentials::failed_sign_ins.eq(0))
        .execute(conn)?;
    Ok(())
}

fn failed(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(credentials::table.filter(credentials::user_id.eq(user.to_string())))
        .set((
            credentials::failed_sign_ins.eq(credentials::failed_sign_ins + 1),
            credentials::last_failed_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}
