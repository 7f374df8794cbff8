//! PINs on browsers that several people share. A PIN is good on a browser that an administrator enrolled and on which its
//! person has signed in before, and nowhere else; after a few wrong ones in a row only the password helps.

use diesel::prelude::*;
use shared::device::{WRONG_PINS, check_pin};
use shared::ids::{DeviceId, OrganisationId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::wire::{PersonHere, SharedHere, SignInMethod};

use super::devices;
use super::opening::{self, NotIn, Proved, SignedIn, open_session};
use super::passwords::PasswordError;
use super::sessions::{Device, Lifetimes, lock_cause};
use crate::config::Secret;
use crate::store::schema::{pins as p, users};
use crate::store::{self, Conn, StoreError, codec};
use crate::{App, clock};

/// Why nobody came in with a PIN.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// One answer for a wrong PIN, a browser that is not shared, a person who does not use it.
    #[error("this PIN cannot be used to go on here")]
    Refused,
    /// Too many wrong ones: the password is needed.
    #[error("the PIN was wrong too often")]
    UsedUp,
    /// The PIN is right, and the person signs in by their organisation's identity provider and in no other way.
    #[error("they sign in by {name}")]
    ByProvider { name: String },
    #[error(transparent)]
    Hash(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The shared browser that asks, with who may go on there.
pub fn here(conn: &mut Conn, device: &Device) -> Result<Option<SharedHere>, StoreError> {
    let Some((organisation, name)) = shared_in(conn, device)? else {
        return Ok(None);
    };
    let Some(row) = store::organisation_row(conn, organisation)? else {
        return Ok(None);
    };
    let mut people = Vec::new();
    for user in with_pin(conn, organisation, device)? {
        if let Some(person) = store::load_user(conn, organisation, user)? {
            people.push(PersonHere {
                user,
                name: person.profile.display_name(),
            });
        }
    }
    people.sort_by_key(|one| one.name.to_lowercase());
    Ok(Some(SharedHere {
        name,
        organisation: row.name,
        people,
    }))
}

fn shared_in(conn: &mut Conn, device: &Device) -> Result<Option<(OrganisationId, String)>, StoreError> {
    match device.token.as_ref().and_then(devices::id) {
        Some(id) => store::shared_device(conn, id),
        None => Ok(None),
    }
}

/// What the browser that asks is called in this organisation, where people share it.
pub fn shared_as(conn: &mut Conn, device: &Device, organisation: OrganisationId) -> Result<Option<String>, StoreError> {
    let shared = shared_in(conn, device)?.filter(|(shared_in, _)| *shared_in == organisation);
    Ok(shared.map(|(_, name)| name))
}

/// Who of the organisation has signed in on this device, has a PIN, and whose account lets them in.
fn with_pin(conn: &mut Conn, organisation: OrganisationId, device: &Device) -> Result<Vec<UserId>, StoreError> {
    let Some(token) = &device.token else {
        return Ok(Vec::new());
    };
    let known: Vec<String> = devices::people(conn, token)?.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String, Option<String>)> = users::table
        .inner_join(p::table.on(p::user_id.eq(users::id)))
        .filter(users::organisation_id.eq(organisation.to_string()))
        .filter(users::id.eq_any(known))
        .select((users::id, users::status, users::lock_cause))
        .load(conn)?;
    let mut people = Vec::new();
    for (user, status, lock) in rows {
        if opening::lets_in(codec::from_name::<Status>(&status)?, lock_cause(lock)?, true) {
            people.push(UserId(codec::uuid(&user)?));
        }
    }
    Ok(people)
}

/// Goes on at a shared browser.
///
/// # Errors
/// [`PinError`].
pub async fn sign_in(app: &App, user: UserId, pin: Secret<String>, device: Device) -> Result<SignedIn, PinError> {
    let asking = device.clone();
    // Counted before it is looked at: many attempts at once are no more than a few.
    let hash = app.db.write(move |conn| attempt(conn, user, &asking)).await?;
    if !app.passwords.verify(pin, hash.clone()).await? {
        tracing::info!(%user, method = "pin", outcome = "refused", "sign-in");
        return Err(PinError::Refused);
    }
    let lifetimes = Lifetimes::from(&app.config);
    app.db
        .write(move |conn| {
            let is_as_before = usable(conn, user, &device)?.is_some_and(|(now, _)| Some(now) == hash);
            if !is_as_before {
                return Err(PinError::Refused);
            }
            let now = clock::now();
            match open_session(conn, user, Proved::now(SignInMethod::Pin, now), &device, lifetimes, now)? {
                Ok(signed_in) => Ok(signed_in),
                Err(NotIn::ShutOut) => Err(PinError::Refused),
                Err(NotIn::ByProvider { name }) => Err(PinError::ByProvider { name }),
            }
        })
        .await
}

/// The hash of the PIN and how many were wrong since, for somebody who may use it on this device.
fn usable(conn: &mut Conn, user: UserId, device: &Device) -> Result<Option<(String, i32)>, StoreError> {
    let Some((organisation, _)) = shared_in(conn, device)? else {
        return Ok(None);
    };
    if !with_pin(conn, organisation, device)?.contains(&user) {
        return Ok(None);
    }
    Ok(p::table
        .find(user.to_string())
        .select((p::pin_hash, p::wrong))
        .first(conn)
        .optional()?)
}

fn attempt(conn: &mut Conn, user: UserId, device: &Device) -> Result<Option<String>, PinError> {
    let Some((hash, wrong)) = usable(conn, user, device)? else {
        return Ok(None);
    };
    if wrong >= WRONG_PINS {
        return Err(PinError::UsedUp);
    }
    diesel::update(p::table.find(user.to_string()))
        .set(p::wrong.eq(p::wrong + 1))
        .execute(conn)
        .map_err(StoreError::from)?;
    Ok(Some(hash))
}

/// When somebody chose their PIN, if they have one.
pub fn since(conn: &mut Conn, user: UserId) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = p::table
        .find(user.to_string())
        .select(p::changed_at)
        .first(conn)
        .optional()?;
    Ok(at.map(Timestamp))
}

/// Keeps the hash of a PIN that [`check_pin`] has let pass, in the place of the one before.
pub fn choose(conn: &mut Conn, user: UserId, hash: &str, now: Timestamp) -> Result<(), StoreError> {
    forget(conn, user)?;
    diesel::insert_into(p::table)
        .values((
            p::user_id.eq(user.to_string()),
            p::pin_hash.eq(hash),
            p::changed_at.eq(now.0),
            p::wrong.eq(0),
        ))
        .execute(conn)?;
    Ok(())
}

/// The hash to keep of a PIN; none where it cannot be used.
///
/// # Errors
/// Those of hashing.
pub async fn hash(app: &App, pin: Secret<String>) -> Result<Result<String, shared::device::PinFault>, PasswordError> {
    match check_pin(pin.expose()) {
        Ok(()) => Ok(Ok(app.passwords.hash_pin(pin).await?)),
        Err(fault) => Ok(Err(fault)),
    }
}

/// Somebody has no PIN any more.
pub fn forget(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::delete(p::table.find(user.to_string())).execute(conn)?;
    Ok(())
}

/// Somebody has proved who they are: wrong PINs count anew.
pub fn forget_wrong(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::update(p::table.find(user.to_string()).filter(p::wrong.gt(0)))
        .set(p::wrong.eq(0))
        .execute(conn)?;
    Ok(())
}

/// The name by which the device that asks is enrolled.
pub fn device_id(device: &Device) -> Option<DeviceId> {
    device.token.as_ref().and_then(devices::id)
}
