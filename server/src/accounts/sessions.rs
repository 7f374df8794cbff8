//! Sessions in the database. The cookie has a random token, the table its SHA-256: who reads the table cannot sign in.
//!
//! A session says who someone is and nothing of what they may do: that is read anew each time (X8).

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use serde::Deserialize;
use shared::Policy;
use shared::edit::WhichSessions;
use shared::ids::{DeviceId, OrganisationId, SessionId, Timestamp, UserId};
use shared::lifecycle::{LockCause, Status};
use shared::proof;
use shared::wire::{SessionState, SignInMethod};
use uuid::Uuid;

use super::opening::Proved;
use super::token;
use crate::config::{Secret, ServeConfig};
use crate::store::schema::{sessions, users};
use crate::store::{self, Conn, StoreError, codec};

/// How exactly the last use of a session is known at most.
const TOUCHED_EVERY: Duration = Duration::from_secs(60);

/// How long sessions live: as the organisation's policy has it, and never longer than whoever runs the server allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// After the last use.
    pub idle: Duration,
    /// In any case.
    pub absolute: Duration,
}

impl From<&ServeConfig> for Lifetimes {
    fn from(config: &ServeConfig) -> Self {
        Self {
            idle: config.session_idle,
            absolute: config.session_absolute,
        }
    }
}

impl Lifetimes {
    /// These, or those of the policy where they are shorter.
    fn under(self, policy: &Policy, is_shared: bool) -> Self {
        let rules = &policy.lifecycle;
        let minutes = |minutes: u32| Duration::from_secs(u64::from(minutes) * 60);
        let idle = match is_shared {
            true => rules.shared_idle_minutes.min(rules.session_idle_minutes),
            false => rules.session_idle_minutes,
        };
        Self {
            idle: self.idle.min(minutes(idle)),
            absolute: self.absolute.min(minutes(rules.session_hours.saturating_mul(60))),
        }
    }

    /// Uses are written down this often at most.
    fn touched_every(self) -> Duration {
        TOUCHED_EVERY.min(self.idle / 10)
    }

    /// When a session ends in any case.
    fn last_end(self, created: Timestamp) -> Timestamp {
        plus(created, self.absolute)
    }

    /// When a session that is used now ends, unless it is used again. The time in which uses are not written down counts
    /// in the person's favour.
    fn end(self, created: Timestamp, now: Timestamp) -> Timestamp {
        self.last_end(created).min(plus(now, self.idle + self.touched_every()))
    }
}

/// How long sessions live in this organisation and on this browser.
fn lifetimes_in(
    conn: &mut Conn,
    organisation: OrganisationId,
    device: Option<DeviceId>,
    at_most: Lifetimes,
) -> Result<Lifetimes, StoreError> {
    let shared_in = match device {
        Some(device) => store::shared_device(conn, device)?,
        None => None,
    };
    let is_shared = shared_in.is_some_and(|(shared_in, _)| shared_in == organisation);
    Ok(match store::organisation_row(conn, organisation)? {
        Some(row) => at_most.under(store::parsed_policy(conn, &row)?.as_ref(), is_shared),
        None => at_most,
    })
}

fn plus(at: Timestamp, time: Duration) -> Timestamp {
    Timestamp(at.0.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
}

/// A session that is open, of someone who may use it.
#[derive(Clone, Debug)]
pub struct Session {
    pub token_hash: String,
    pub user: UserId,
    pub organisation: OrganisationId,
    pub created: Timestamp,
    /// The language that the person prefers, as in their profile.
    pub language: String,
    /// When the person last proved who they are.
    pub authenticated: Timestamp,
    /// When it ends, unless it is used.
    pub ends: Timestamp,
    last_seen: Timestamp,
    device: Option<DeviceId>,
}

impl Session {
    /// Whether its use has to be written down.
    pub fn wants_touch(&self, at_most: Lifetimes, now: Timestamp) -> bool {
        now >= plus(self.last_seen, at_most.touched_every().min(self.left(now) / 10))
    }

    /// How long it still lasts, unless it is used.
    pub fn left(&self, now: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(self.ends.0.saturating_sub(now.0)).unwrap_or_default())
    }
}

/// Where a session was begun.
#[derive(Clone, Debug)]
pub struct Device {
    pub origin: String,
    pub user_agent: String,
    /// What the device was given when somebody signed in from it, if it was.
    pub token: Option<Secret<String>>,
    /// The session that it has until now: the one that begins takes its place.
    pub session: Option<Secret<String>>,
}

/// User, organisation and device; begin, last use, end and last proof; status, cause of the lock, profile.
type Row = (
    (String, String, Option<String>),
    (i64, i64, i64, i64),
    (String, Option<String>, String),
);

/// What a session needs of a profile.
#[derive(Deserialize)]
struct Prefers {
    #[serde(default)]
    language: String,
}

/// The open session of this token; none if it has ended or its user cannot sign in (any more).
pub fn find(conn: &mut Conn, token_hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::expires_at.gt(now.0))
        .select((
            (users::id, users::organisation_id, sessions::device_id),
            (
                sessions::created_at,
                sessions::last_seen_at,
                sessions::expires_at,
                sessions::authenticated_at,
            ),
            (users::status, users::lock_cause, users::profile_json),
        ))
        .first(conn)
        .optional()?;
    let Some((ids, times, account)) = row else {
        return Ok(None);
    };
    let ((user, organisation, device), (created, last_seen, ends, authenticated)) = (ids, times);
    let (status, locked, profile) = account;
    let lock = lock_cause(locked)?.filter(|cause| cause.shuts_out());
    if !codec::from_name::<Status>(&status)?.lets_in(lock) {
        return Ok(None);
    }
    Ok(Some(Session {
        token_hash: token_hash.to_owned(),
        user: UserId(codec::uuid(&user)?),
        organisation: OrganisationId(codec::uuid(&organisation)?),
        created: Timestamp(created),
        language: codec::from_json::<Prefers>(&profile)?.language,
        authenticated: Timestamp(authenticated),
        ends: Timestamp(ends),
        last_seen: Timestamp(last_seen),
        device: device.map(|id| codec::uuid(&id).map(DeviceId)).transpose()?,
    }))
}

/// Those of these sessions, by the hashes of their tokens, that [`find`] would still find.
///
/// # Errors
/// Those of the database.
pub fn open_among(conn: &mut Conn, hashes: &BTreeSet<String>, now: Timestamp) -> Result<BTreeSet<String>, StoreError> {
    // As many as both databases take in one question.
    const AT_ONCE: usize = 500;
    let hashes: Vec<&String> = hashes.iter().collect();
    let mut open = BTreeSet::new();
    for some in hashes.chunks(AT_ONCE) {
        let rows: Vec<(String, String, Option<String>)> = sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .filter(sessions::token_hash.eq_any(some.iter().copied()))
            .filter(sessions::expires_at.gt(now.0))
            .select((sessions::token_hash, users::status, users::lock_cause))
            .load(conn)?;
        for (hash, status, locked) in rows {
            let lock = lock_cause(locked)?.filter(|cause| cause.shuts_out());
            if codec::from_name::<Status>(&status)?.lets_in(lock) {
                open.insert(hash);
            }
        }
        open.extend(super::embedding::open_among(conn, some, now)?);
    }
    Ok(open)
}

/// Why an account is locked, as the database has it.
pub(super) fn lock_cause(name: Option<String>) -> Result<Option<LockCause>, StoreError> {
    name.map(|name| codec::from_name(&name)).transpose()
}

/// Begins a session and gives its token, which is nowhere else. Whoever wants somebody in calls
/// [`super::opening::open_session`].
pub(super) fn begin(
    conn: &mut Conn,
    user: UserId,
    organisation: OrganisationId,
    proved: Proved,
    device: &Device,
    lifetimes: Lifetimes,
    now: Timestamp,
) -> Result<Secret<String>, StoreError> {
    if let Some(before) = &device.session {
        end(conn, &token::digest(before.expose()))?;
    }
    let here = device.token.as_ref().and_then(super::devices::id);
    let lifetimes = lifetimes_in(conn, organisation, here, lifetimes)?;
    let token = token::secret().map_err(|error| StoreError::Corrupt(format!("no randomness: {error}")))?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token::digest(&token)),
            sessions::id.eq(SessionId(Uuid::now_v7()).to_string()),
            sessions::authenticated_at.eq(proved.at.0),
            sessions::user_id.eq(user.to_string()),
            sessions::organisation_id.eq(organisation.to_string()),
            sessions::created_at.eq(now.0),
            sessions::last_seen_at.eq(now.0),
            sessions::expires_at.eq(lifetimes.end(now, now).0),
            sessions::origin.eq(&device.origin),
            sessions::user_agent.eq(&device.user_agent),
            sessions::device_id.eq(here.map(|device| device.to_string())),
            sessions::signed_in_by.eq(codec::name(&proved.by)?),
        ))
        .execute(conn)?;
    seen(conn, user, now)?;
    Ok(Secret::new(token))
}

/// How the person proved who they are when this session began.
pub fn method(conn: &mut Conn, token_hash: &str) -> Result<Option<SignInMethod>, StoreError> {
    let name: Option<String> = sessions::table
        .find(token_hash)
        .select(sessions::signed_in_by)
        .first(conn)
        .optional()?;
    name.map(|name| codec::from_name(&name)).transpose()
}

/// Writes down that a session was used.
pub fn touch(conn: &mut Conn, session: &Session, at_most: Lifetimes, now: Timestamp) -> Result<(), StoreError> {
    let lifetimes = lifetimes_in(conn, session.organisation, session.device, at_most)?;
    diesel::update(sessions::table.filter(sessions::token_hash.eq(&session.token_hash)))
        .set((
            sessions::last_seen_at.eq(now.0),
            sessions::expires_at.eq(lifetimes.end(session.created, now).0),
        ))
        .execute(conn)?;
    seen(conn, session.user, now)
}

/// How long a session still lasts, as its person is told.
pub fn state(
    conn: &mut Conn,
    session: &Session,
    at_most: Lifetimes,
    now: Timestamp,
) -> Result<SessionState, StoreError> {
    let lifetimes = lifetimes_in(conn, session.organisation, session.device, at_most)?;
    let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
    let is_proved = match store::organisation_row(conn, session.organisation)? {
        Some(row) => proof::is_recent(store::parsed_policy(conn, &row)?.as_ref(), session.authenticated, now),
        None => false,
    };
    Ok(SessionState {
        is_proved,
        seconds_left: seconds(session.left(now)),
        idle_seconds: seconds(lifetimes.idle),
        can_stay: lifetimes.end(session.created, now) > session.ends,
    })
}

/// Notes that somebody was here.
pub(super) fn seen(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(users::table.filter(users::id.eq(user.to_string())))
        .set(users::last_seen_at.eq(now.0))
        .execute(conn)?;
    Ok(())
}

/// Ends one session; ending one that is not there changes nothing.
pub fn end(conn: &mut Conn, token_hash: &str) -> Result<(), StoreError> {
    diesel::delete(sessions::table.filter(sessions::token_hash.eq(token_hash))).execute(conn)?;
    Ok(())
}

/// Ends all sessions of one user, those in other applications' pages too.
pub fn end_all_of(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user.to_string()))).execute(conn)?;
    store::end_embed_sessions_of(conn, user)
}

/// Ends some sessions of one user, or all.
pub fn end_some_of(conn: &mut Conn, user: UserId, which: WhichSessions) -> Result<(), StoreError> {
    let of_user = sessions::table.filter(sessions::user_id.eq(user.to_string()));
    match which {
        WhichSessions::All => return end_all_of(conn, user),
        WhichSessions::AllBut(kept) => {
            diesel::delete(of_user.filter(sessions::id.ne(kept.to_string()))).execute(conn)?
        }
        WhichSessions::Only(one) => diesel::delete(of_user.filter(sessions::id.eq(one.to_string()))).execute(conn)?,
    };
    Ok(())
}

/// Clears away sessions that have ended, and says how many they were.
pub fn clear_ended(conn: &mut Conn, now: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(now.0))).execute(conn)?)
}

/// How many sessions are open.
pub fn count_open(conn: &mut Conn, now: Timestamp) -> Result<i64, StoreError> {
    Ok(sessions::table
        .filter(sessions::expires_at.gt(now.0))
        .count()
        .get_result(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn a_session_ends_idle_or_at_its_absolute_time_whichever_is_first() {
        let lifetimes = Lifetimes {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(60 * 60),
        };
        let created = Timestamp(0);
        assert_eq!(lifetimes.end(created, created), Timestamp(31 * MINUTE));
        assert_eq!(lifetimes.end(created, Timestamp(50 * MINUTE)), Timestamp(60 * MINUTE));
    }

    #[test]
    fn a_policy_makes_sessions_shorter_and_never_longer() {
        let mut policy = shared::policy::preset::all().first().unwrap().policy();
        policy.lifecycle.session_idle_minutes = 5;
        policy.lifecycle.session_hours = 400;
        let at_most = Lifetimes {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(60 * 60),
        };
        let idle = Duration::from_secs(5 * 60);
        assert_eq!(at_most.under(&policy, false), Lifetimes { idle, ..at_most });
    }
}
