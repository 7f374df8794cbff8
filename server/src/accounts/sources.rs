//! Failed attempts to sign in by where they come from: an IPv4 address, or the /64 of an IPv6 address, which is what one
//! subscriber has. Whoever tries a few passwords on many accounts is slowed down by it, where no single account would lock.
//!
//! The count is in the database: it is one for all server processes and outlives them; a row is small, and goes an hour after
//! the last failure. What was let in before is known again by its cookie ([`super::devices`]) and is neither counted here nor
//! made to wait: so an office behind one address goes on working while somebody there guesses. Signing in well does not
//! take failures back, or else who has one account could guess at all others forever.

use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;
use shared::ids::{Timestamp, UserId};

use super::devices;
use super::sessions::Device;
use crate::store::schema::sign_in_sources as s;
use crate::store::{Conn, StoreError};

/// The first wait, once there were too many failures; each failure after it doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// So long after the last failure they are forgotten.
pub const REMEMBERED: Duration = Duration::from_secs(3600);

/// The network that an address stands for. What is no address (a test, a socket without a peer) stands for itself.
pub fn network(origin: &str) -> String {
    match origin.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Err(_) => origin.to_owned(),
    }
}

/// How long attempts from there have to wait still; none if they need not. `at_most` failures cost nothing.
pub fn wait(conn: &mut Conn, origin: &str, at_most: u32, now: Timestamp) -> Result<Option<Duration>, StoreError> {
    let found: Option<(i32, i64)> = s::table
        .find(network(origin))
        .select((s::failures, s::last_failed_at))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(failures, last)| {
        let since = Duration::from_millis(u64::try_from(now.0.saturating_sub(last)).unwrap_or_default());
        still_to_wait(u32::try_from(failures).unwrap_or_default(), at_most, since)
    }))
}

fn still_to_wait(failures: u32, at_most: u32, since: Duration) -> Option<Duration> {
    let over = failures.checked_sub(at_most)?;
    let whole = FIRST_WAIT.saturating_mul(1 << over.min(16)).min(LONGEST_WAIT);
    whole.checked_sub(since).filter(|left| !left.is_zero())
}

/// Another attempt from there has failed, for this account or for nobody's; it counts unless the account's person has signed
/// in from this device before.
pub fn failed(conn: &mut Conn, user: UserId, device: &Device, now: Timestamp) -> Result<(), StoreError> {
    if devices::failures(conn, user, device.token.as_ref())?.is_some() {
        return Ok(());
    }
    let source = network(&device.origin);
    let known = s::table.find(&source);
    let recent = known.filter(s::last_failed_at.gt(remembered_since(now).0));
    let counted = diesel::update(recent)
        .set((s::failures.eq(s::failures + 1), s::last_failed_at.eq(now.0)))
        .execute(conn)?;
    if counted > 0 {
        return Ok(());
    }
    diesel::delete(known).execute(conn)?;
    diesel::insert_into(s::table)
        .values((s::source.eq(&source), s::failures.eq(1), s::last_failed_at.eq(now.0)))
        .execute(conn)?;
    Ok(())
}

/// Clears away what does not count any more.
pub fn clear_old(conn: &mut Conn, now: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(s::table.filter(s::last_failed_at.le(remembered_since(now).0))).execute(conn)?)
}

fn remembered_since(now: Timestamp) -> Timestamp {
    Timestamp(now.0 - i64::try_from(REMEMBERED.as_millis()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_an_address_or_the_network_of_one_subscriber() {
        assert_eq!(network("203.0.113.5"), "203.0.113.5");
        assert_eq!(network("::ffff:203.0.113.5"), "203.0.113.5");
        assert_eq!(network("2001:db8:1:2:aaaa:bbbb:cccc:dddd"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("unknown"), "unknown");
    }

    #[test]
    fn waits_begin_after_the_free_failures_double_and_end() {
        let at_once = Duration::ZERO;
        assert_eq!(still_to_wait(19, 20, at_once), None);
        assert_eq!(still_to_wait(20, 20, at_once), Some(Duration::from_secs(5)));
        assert_eq!(still_to_wait(22, 20, at_once), Some(Duration::from_secs(20)));
        assert_eq!(
            still_to_wait(22, 20, Duration::from_secs(15)),
            Some(Duration::from_secs(5))
        );
        assert_eq!(still_to_wait(22, 20, Duration::from_secs(20)), None);
        assert_eq!(still_to_wait(u32::MAX, 20, at_once), Some(LONGEST_WAIT));
    }
}
