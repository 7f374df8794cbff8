//! Attempts to sign in that failed, for the person and those who administer them to look at (T14). Nothing is decided by
//! them; what locks is in [`super::lockout`].

use diesel::prelude::*;
use shared::ids::{Timestamp, UserId};
use uuid::Uuid;

use super::sessions::Device;
use crate::store::schema::{failed_sign_ins as f, users};
use crate::store::{Conn, StoreError};

/// Attempts that are kept of each account.
const KEPT: i64 = 20;

/// Keeps a failed attempt, if there is such an account, and lets go of the oldest.
pub fn failed(conn: &mut Conn, user: UserId, device: &Device, now: Timestamp) -> Result<(), StoreError> {
    let key = user.to_string();
    let exists = diesel::select(diesel::dsl::exists(users::table.find(&key))).get_result::<bool>(conn)?;
    if !exists {
        return Ok(());
    }
    diesel::insert_into(f::table)
        .values((
            f::id.eq(Uuid::now_v7().to_string()),
            f::user_id.eq(&key),
            f::at.eq(now.0),
            f::origin.eq(&device.origin),
            f::user_agent.eq(&device.user_agent),
        ))
        .execute(conn)?;
    let oldest: Option<String> = f::table
        .filter(f::user_id.eq(&key))
        .order(f::id.desc())
        .offset(KEPT)
        .select(f::id)
        .first(conn)
        .optional()?;
    if let Some(oldest) = oldest {
        diesel::delete(f::table.filter(f::user_id.eq(&key)).filter(f::id.le(oldest))).execute(conn)?;
    }
    Ok(())
}

/// When, from which address, and what the device said that it is; newest first.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<(Timestamp, String, String)>, StoreError> {
    let rows: Vec<(i64, String, String)> = f::table
        .filter(f::user_id.eq(user.to_string()))
        .order(f::id.desc())
        .limit(KEPT)
        .select((f::at, f::origin, f::user_agent))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(at, origin, agent)| (Timestamp(at), origin, agent))
        .collect())
}
