//! Devices from which somebody has signed in: a random token in a cookie of its own, kept as its SHA-256. It lets nobody in;
//! it only says that attempts from here are not a stranger's (T14).

use diesel::prelude::*;
use shared::ids::{DeviceId, Timestamp, UserId};
use uuid::Uuid;

use super::token;
use crate::config::Secret;
use crate::store::schema::devices as d;
use crate::store::{Conn, StoreError, codec};

/// How lists and edits name a device: half of what it is known by, so that a name lets nobody in.
pub fn id(device: &Secret<String>) -> Option<DeviceId> {
    let digest = token::digest(device.expose());
    Uuid::parse_str(digest.get(..32)?).ok().map(DeviceId)
}

/// Who has signed in on this device.
pub fn people(conn: &mut Conn, device: &Secret<String>) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<String> = d::table
        .filter(d::token_hash.eq(token::digest(device.expose())))
        .select(d::user_id)
        .load(conn)?;
    ids.iter().map(|id| Ok(UserId(codec::uuid(id)?))).collect()
}

/// Failed attempts from this device since somebody last signed in from it; none if the user never did.
pub fn failures(conn: &mut Conn, user: UserId, device: Option<&Secret<String>>) -> Result<Option<i32>, StoreError> {
    let Some(device) = device else { return Ok(None) };
    Ok(d::table
        .find((token::digest(device.expose()), user.to_string()))
        .select(d::failed_sign_ins)
        .first(conn)
        .optional()?)
}

/// Counts a failed attempt from a device that the user has signed in from; how many they are now.
pub fn failed(conn: &mut Conn, user: UserId, device: &Secret<String>) -> Result<i32, StoreError> {
    let here = d::table.find((token::digest(device.expose()), user.to_string()));
    diesel::update(here.clone())
        .set(d::failed_sign_ins.eq(d::failed_sign_ins + 1))
        .execute(conn)?;
    Ok(here.select(d::failed_sign_ins).first(conn)?)
}

/// The user has signed in from this device.
pub fn signed_in(conn: &mut Conn, user: UserId, device: &Secret<String>, now: Timestamp) -> Result<(), StoreError> {
    let hash = token::digest(device.expose());
    let known = diesel::update(d::table.find((&hash, user.to_string())))
        .set((d::last_seen_at.eq(now.0), d::failed_sign_ins.eq(0)))
        .execute(conn)?;
    if known == 0 {
        diesel::insert_into(d::table)
            .values((
                d::token_hash.eq(&hash),
                d::user_id.eq(user.to_string()),
                d::first_seen_at.eq(now.0),
                d::last_seen_at.eq(now.0),
                d::failed_sign_ins.eq(0),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The user is a stranger here from now on.
pub fn forget(conn: &mut Conn, user: UserId, device: &Secret<String>) -> Result<(), StoreError> {
    diesel::delete(d::table.find((token::digest(device.expose()), user.to_string()))).execute(conn)?;
    Ok(())
}

/// Clears away devices that nobody has used since this moment.
pub fn clear_unused(conn: &mut Conn, before: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(d::table.filter(d::last_seen_at.lt(before.0))).execute(conn)?)
}
