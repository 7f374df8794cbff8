//! A forgotten password (T7): a link by mail, good once and for an hour. Asking for it is answered alike for every address,
//! and before anything is looked up.

use std::time::Duration;

use diesel::prelude::*;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::wire::{LinkState, ResetView};

use super::factors;
use super::links::{self, Purpose};
use super::passwords::PasswordError;
use super::provider;
use crate::config::Secret;
use crate::mail::outbox::{self, Kind};
use crate::store::schema::users as u;
use crate::store::{self, Conn, StoreError, codec};
use crate::{App, clock, edits};

/// So long a link to choose a new password works.
pub const LINK_WORKS: Duration = Duration::from_secs(3600);
/// One address gets such a mail no more often than this.
const BETWEEN_MAILS: Duration = Duration::from_secs(60);

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    #[error("no account has this link")]
    Unknown,
    #[error("the link does not work any more")]
    NotOpen,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends a link to whoever signs in with this address, if somebody does and may. Nobody waits for it, so that the time of
/// the answer tells nothing.
pub fn ask(app: &App, email: &str, origin: String) {
    let (db, address) = (app.db.clone(), email.trim().to_lowercase());
    tokio::spawn(async move {
        let asked = db.write(move |conn| put(conn, &address, &origin, clock::now()));
        if let Err(error) = asked.await {
            tracing::warn!(%error, "a link for a new password was not sent");
        }
    });
}

fn put(conn: &mut Conn, address: &str, origin: &str, now: Timestamp) -> Result<(), StoreError> {
    let found: Option<(String, String)> = u::table
        .filter(u::login_email.eq(address))
        .select((u::id, u::organisation_id))
        .first(conn)
        .optional()?;
    let Some((user, organisation)) = found else {
        return Ok(());
    };
    let (user, organisation) = (UserId(codec::uuid(&user)?), OrganisationId(codec::uuid(&organisation)?));
    let since = Timestamp(now.0 - i64::try_from(BETWEEN_MAILS.as_millis()).unwrap_or_default());
    let may = store::load_user(conn, organisation, user)?.is_some_and(|user| user.can_sign_in());
    // Nobody chooses a password that would let them in nowhere.
    let may = may && provider::only_way(conn, organisation, address)?.is_none();
    if !may || outbox::has_since(conn, user, Kind::PasswordReset, since)? {
        return Ok(());
    }
    // Only the newest link works.
    links::end_all_of(conn, user, Purpose::Password, now)?;
    outbox::drop_unsent(conn, user, Kind::PasswordReset)?;
    edits::tell_person(conn, organisation, user, Kind::PasswordReset, origin, now)
}

/// What whoever has the link sees. Nothing is consumed.
pub fn view(conn: &mut Conn, token: &str, now: Timestamp) -> Result<Option<ResetView>, StoreError> {
    let Some(link) = links::find(conn, Purpose::Password, token)? else {
        return Ok(None);
    };
    let Some(record) = store::user_record(conn, link.user)? else {
        return Ok(None);
    };
    let state = match (link.ended, now >= link.expires, record.user.can_sign_in()) {
        (false, false, true) => LinkState::Open,
        (true, ..) => LinkState::Used,
        _ => LinkState::Expired,
    };
    Ok(Some(ResetView {
        state,
        login_email: record.user.profile.login_email,
        at_least: u32::try_from(factors::at_least(conn, link.user)?).unwrap_or(u32::MAX),
    }))
}

/// Chooses a new password by means of the link. All sessions end; the person signs in with it.
pub async fn reset(app: &App, token: String, new: Secret<String>, origin: String) -> Result<(), ResetError> {
    let looked = token.clone();
    let (about, at_least) = app
        .db
        .read(move |conn| {
            let user = open(conn, &looked, clock::now())?.0;
            Ok::<_, ResetError>((super::about(conn, user)?, factors::at_least(conn, user)?))
        })
        .await?;
    let hash = app.passwords.hash(new, about, at_least).await?;
    app.db
        .write(move |conn| {
            let now = clock::now();
            let organisation = open(conn, &token, now)?.1;
            // Of two who use one link at once, the second finds it used.
            store::lock_organisation(conn, organisation)?;
            let (user, organisation) = open(conn, &token, now)?;
            Ok(edits::reset_password(conn, organisation, user, &hash, &origin, now)?)
        })
        .await
}

/// Whose link it is, if it can be used now.
fn open(conn: &mut Conn, token: &str, now: Timestamp) -> Result<(UserId, OrganisationId), ResetError> {
    let link = links::find(conn, Purpose::Password, token)?.ok_or(ResetError::Unknown)?;
    let record = store::user_record(conn, link.user)?.ok_or(ResetError::Unknown)?;
    if !link.is_open(now) || !record.user.can_sign_in() {
        return Err(ResetError::NotOpen);
    }
    Ok((link.user, record.organisation))
}
