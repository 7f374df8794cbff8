//! Where a person is signed in: for themselves, and for those who may end their sessions.

use std::net::IpAddr;

use diesel::prelude::*;
use shared::edit::{Edit, WhichSessions};
use shared::ids::{SessionId, Timestamp, UserId};
use shared::policy::Power;
use shared::wire::{FailedSignIn, Nearness, PlaceView, SessionList, SessionView};

use super::QueryError;
use crate::accounts::{attempts, user_agent};
use crate::facts::{self, Asker};
use crate::store::schema::sessions as se;
use crate::store::{Conn, codec};

/// Id, hash of the token, begin, last use, address, device.
type Row = (String, String, i64, i64, String, String);

/// The sessions of a user. Whoever may end them may see them: the rules say who, as they do when it is done.
///
/// `session` is the hash of the token of the session that asks.
pub fn of_user(
    conn: &mut Conn,
    asker: &Asker,
    session: &str,
    user: UserId,
    now: Timestamp,
) -> Result<SessionList, QueryError> {
    let which = WhichSessions::All;
    let facts = facts::load(conn, asker, &Edit::EndSessions { user, which }, now)?;
    if !facts::may_see_subject(&facts) {
        super::reach(&facts, Power::Users)?;
        return Err(QueryError::NotFound);
    }
    if !shared::decide(&facts, &Edit::EndSessions { user, which })
        .refusals
        .is_empty()
    {
        return Err(QueryError::PowerMissing(Power::Users));
    }
    let rows: Vec<Row> = se::table
        .filter(se::user_id.eq(user.to_string()))
        .filter(se::expires_at.gt(now.0))
        .order((se::last_seen_at.desc(), se::created_at.desc()))
        .select((
            se::id,
            se::token_hash,
            se::created_at,
            se::last_seen_at,
            se::origin,
            se::user_agent,
        ))
        .load(conn)?;
    let mut sessions = Vec::with_capacity(rows.len());
    for (id, token_hash, since, last_seen, origin, agent) in rows {
        sessions.push(SessionView {
            id: SessionId(codec::uuid(&id)?),
            current: token_hash == session,
            device: user_agent::describe(&agent),
            place: place(origin, &asker.origin),
            since: Timestamp(since),
            last_seen: Timestamp(last_seen),
        });
    }
    // Sorting keeps the order of those that are equal.
    sessions.sort_by_key(|session| !session.current);
    let failed = attempts::of_user(conn, user)?
        .into_iter()
        .map(|(at, origin, agent)| FailedSignIn {
            at,
            device: user_agent::describe(&agent),
            place: place(origin, &asker.origin),
        });
    Ok(SessionList {
        sessions,
        failed: failed.collect(),
        locked: facts.subject.and_then(|subject| subject.locked),
    })
}

fn place(address: String, of_reader: &str) -> PlaceView {
    let is_loopback = |address: &IpAddr| address.is_loopback();
    let is_private = |address: &IpAddr| match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    let parsed = address.parse().ok();
    let nearness = if parsed.as_ref().is_some_and(is_loopback) {
        Nearness::Server
    } else if address == of_reader {
        Nearness::Same
    } else if parsed.as_ref().is_some_and(is_private) {
        Nearness::Private
    } else {
        Nearness::Elsewhere
    };
    PlaceView { address, nearness }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_near_or_not_and_never_somewhere_on_a_map() {
        let near = |address: &str| place(address.to_owned(), "198.51.100.7").nearness;
        assert_eq!(near("127.0.0.1"), Nearness::Server);
        assert_eq!(near("::1"), Nearness::Server);
        assert_eq!(near("198.51.100.7"), Nearness::Same);
        assert_eq!(near("10.20.1.4"), Nearness::Private);
        assert_eq!(near("fd12:3456::1"), Nearness::Private);
        assert_eq!(near("203.0.113.9"), Nearness::Elsewhere);
        assert_eq!(near("unknown"), Nearness::Elsewhere);
    }
}
