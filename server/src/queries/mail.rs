//! Mail and how far it has come, for those who administer the people it is about.

use diesel::prelude::*;
use shared::ids::{Timestamp, UserId};
use shared::policy::Power;
use shared::wire::{MailRow, UndeliveredMail};
use uuid::Uuid;

use super::{QueryError, reach};
use crate::facts::{self, Asker};
use crate::mail::outbox::{self, Progress};
use crate::store::schema::outbox as o;
use crate::store::{self, Conn, StoreError, codec, number};

/// Mails that are told at most.
const MAILS: i64 = 200;

type Row = (String, String, String, String, i64, i32, Progress);

/// Which mail is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What waits or was given up.
    Undelivered,
    /// What a mail server has taken, as long as it is remembered.
    Delivered,
}

/// Mail about people whom the reader administers, newest first.
pub fn listed(conn: &mut Conn, asker: &Asker, wanted: Wanted, now: Timestamp) -> Result<UndeliveredMail, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Users)?;
    let own = o::table.filter(o::organisation_id.eq(asker.organisation.to_string()));
    let columns = (
        o::id,
        o::user_id,
        o::kind,
        o::recipient,
        o::created_at,
        o::attempts,
        (o::sent_at, o::failed_at, o::next_attempt_at, o::last_error),
    );
    let rows: Vec<Row> = match wanted {
        Wanted::Undelivered => own
            .filter(o::sent_at.is_null())
            .order(o::id.desc())
            .limit(MAILS)
            .select(columns)
            .load(conn)?,
        Wanted::Delivered => own
            .filter(o::sent_at.is_not_null())
            .order(o::id.desc())
            .limit(MAILS)
            .select(columns)
            .load(conn)?,
    };
    let mut ids = Vec::with_capacity(rows.len());
    for row in &rows {
        ids.push(UserId(codec::uuid(&row.1)?));
    }
    let people = store::load_users(conn, &ids)?;
    let seen = |id: UserId| {
        people
            .iter()
            .find(|record| record.user.id == id && reach.meets(&record.user))
            .map(|record| store::record_name(&record.user.profile))
    };
    let mut mails = Vec::new();
    for (id, user, kind, to, created, attempts, progress) in rows {
        let user = UserId(codec::uuid(&user)?);
        if let Some(name) = seen(user) {
            mails.push(MailRow {
                id: codec::uuid(&id)?,
                kind,
                user,
                name,
                to,
                created_at: Timestamp(created),
                attempts: number(i64::from(attempts)),
                delivery: outbox::delivery(progress),
            });
        }
    }
    Ok(UndeliveredMail { mails })
}

/// Whether the reader administers the person whom a mail that has not been delivered is about.
pub fn may_resend(conn: &mut Conn, asker: &Asker, id: Uuid, now: Timestamp) -> Result<(), QueryError> {
    let user: Option<String> = o::table
        .find(id.to_string())
        .filter(o::organisation_id.eq(asker.organisation.to_string()))
        .filter(o::sent_at.is_null())
        .select(o::user_id)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    let facts = facts::for_client(conn, asker, None, now)?;
    let reach = reach(&facts, Power::Users)?;
    let user = match user {
        Some(user) => store::load_user(conn, asker.organisation, UserId(codec::uuid(&user)?))?,
        None => None,
    };
    match user {
        Some(user) if reach.meets(&user) => Ok(()),
        _ => Err(QueryError::NotFound),
    }
}
