//! Failed attempts to sign in: first slowness, then a lock (T14).
//!
//! Attempts are counted on the account, in the database. Those from a device on which the person has signed in before are
//! counted on that device instead, so that a stranger who guesses locks out strangers and nobody else; when the device has
//! used its own attempts up, the account is locked and the device is a stranger's.
//!
//! They are counted by where they come from too: see [`super::sources`].
//!
//! Slowness goes by the address that was typed, whether there is such an account or not, and is in memory: it is a burden on
//! whoever guesses, and nothing depends on it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use shared::ids::{OrganisationId, Timestamp, UserId};

use super::attempts;
use super::devices;
use super::sessions::Device;
use super::token;
use crate::edits;
use crate::store::schema::credentials as c;
use crate::store::{self, Conn, StoreError};

/// Attempts that are answered at once.
const FREE: u32 = 2;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// So long a failed attempt makes the next ones slow.
const REMEMBERED: Duration = Duration::from_secs(15 * 60);
/// Addresses that are remembered at most.
const CAPACITY: usize = 20_000;

/// How slow the answers about each address are.
#[derive(Debug, Default)]
pub struct Slowness(Mutex<HashMap<String, (u32, Instant)>>);

impl Slowness {
    /// So long an attempt with this address is to wait.
    pub fn pause(&self, address: &str) -> Duration {
        self.pause_at(address, Instant::now())
    }

    /// Another attempt with this address has failed.
    pub fn failed(&self, address: &str) {
        self.failed_at(address, Instant::now());
    }

    /// Somebody got in with it.
    pub fn succeeded(&self, address: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&token::digest(address));
    }

    fn pause_at(&self, address: &str, now: Instant) -> Duration {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&token::digest(address)) {
            Some((failures, last)) if now.saturating_duration_since(*last) < REMEMBERED && *failures > FREE => {
                let doubled = (*failures - FREE - 1).min(16);
                FIRST_PAUSE.saturating_mul(1 << doubled).min(LONGEST_PAUSE)
            }
            _ => Duration::ZERO,
        }
    }

    fn failed_at(&self, address: &str, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |last: Instant| now.saturating_duration_since(last) < REMEMBERED;
        if known.len() >= CAPACITY {
            known.retain(|_, (_, last)| is_recent(*last));
        }
        if known.len() >= CAPACITY {
            // A flood of addresses: those of a few are forgotten rather than memory used up.
            known.clear();
        }
        let (failures, last) = known.entry(token::digest(address)).or_insert((0, now));
        *failures = if is_recent(*last) {
            failures.saturating_add(1)
        } else {
            1
        };
        *last = now;
    }
}

/// Counts a failed attempt on the account, and locks it when the policy says that they are too many (T14). For nobody's
/// account the same is asked of the database, and nothing is there.
pub fn failed(
    conn: &mut Conn,
    user: UserId,
    organisation: OrganisationId,
    device: &Device,
    now: Timestamp,
) -> Result<(), StoreError> {
    attempts::failed(conn, user, device, now)?;
    let from_here = devices::failures(conn, user, device.token.as_ref())?;
    let known = device.token.as_ref().filter(|_| from_here.is_some());
    let failures = match known {
        Some(token) => devices::failed(conn, user, token)?,
        None => {
            let account = c::table.find(user.to_string());
            diesel::update(account.clone())
                .set((
                    c::failed_sign_ins.eq(c::failed_sign_ins + 1),
                    c::last_failed_at.eq(now.0),
                ))
                .execute(conn)?;
            let failures: Option<i32> = account.select(c::failed_sign_ins).first(conn).optional()?;
            match failures {
                Some(failures) => failures,
                None => return Ok(()),
            }
        }
    };
    let Some(row) = store::organisation_row(conn, organisation)? else {
        return Ok(());
    };
    let at_most = store::parsed_policy(conn, &row)?.lifecycle.lock_after;
    if u32::try_from(failures).unwrap_or_default() < at_most {
        return Ok(());
    }
    if let Some(token) = known {
        devices::forget(conn, user, token)?;
    }
    edits::lock_after_failures(conn, organisation, user, &device.origin, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_get_slower_and_recover() {
        let slowness = Slowness::default();
        let start = Instant::now();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pauses.push(slowness.pause_at("a@b.example", start).as_millis());
            slowness.failed_at("a@b.example", start);
        }
        assert_eq!(pauses, [0, 0, 0, 250, 500, 1000, 2000, 2000]);
        assert_eq!(slowness.pause_at("c@b.example", start), Duration::ZERO);
        assert_eq!(slowness.pause_at("a@b.example", start + REMEMBERED), Duration::ZERO);
        slowness.succeeded("a@b.example");
        assert_eq!(slowness.pause_at("a@b.example", start), Duration::ZERO);
    }
}
