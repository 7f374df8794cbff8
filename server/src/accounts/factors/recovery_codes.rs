//! Recovery codes: ten, shown once, each good once, for somebody who does not have their other factors at hand.

use diesel::prelude::*;
use shared::factors::FactorStep;
use shared::ids::{Timestamp, UserId};

use super::{FactorError, Owner, has_one, put_on_record};
use crate::accounts::passwords::PasswordError;
use crate::accounts::token;
use crate::store::schema::recovery_codes as rc;
use crate::store::{Conn, StoreError, number};

/// So many are made at once.
const CODES: usize = 10;

/// How many have not been used.
pub fn left(conn: &mut Conn, user: UserId) -> Result<u32, StoreError> {
    let left: i64 = rc::table
        .filter(rc::user_id.eq(user.to_string()))
        .filter(rc::used_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(number(left))
}

/// New codes in the place of the earlier ones, as their person asks.
pub fn renew(conn: &mut Conn, owner: &Owner) -> Result<Vec<String>, FactorError> {
    if !has_one(conn, owner.user)? {
        return Err(FactorError::Unknown);
    }
    let codes = make(conn, owner.user)?;
    put_on_record(conn, owner, FactorStep::RecoveryCodesMade)?;
    Ok(codes)
}

/// Makes new codes; the earlier ones do not work any more.
pub(super) fn make(conn: &mut Conn, user: UserId) -> Result<Vec<String>, FactorError> {
    remove_all(conn, user)?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let code = token::readable().map_err(PasswordError::Random)?;
        diesel::insert_into(rc::table)
            .values((rc::user_id.eq(user.to_string()), rc::code_hash.eq(digest(&code))))
            .execute(conn)?;
        codes.push(code);
    }
    Ok(codes)
}

pub(super) fn remove_all(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::delete(rc::table.filter(rc::user_id.eq(user.to_string()))).execute(conn)?;
    Ok(())
}

/// Uses a code up; whether it was one that works.
pub fn take(conn: &mut Conn, user: UserId, code: &str, now: Timestamp) -> Result<bool, StoreError> {
    let unused = rc::table
        .find((user.to_string(), digest(code)))
        .filter(rc::used_at.is_null());
    let used = diesel::update(unused).set(rc::used_at.eq(Some(now.0))).execute(conn)?;
    Ok(used == 1)
}

/// A code has 79 random bits: it needs no slow hash. However it was typed, it is the same.
fn digest(code: &str) -> String {
    let bare: String = code
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    token::digest(&bare)
}
