//! Invitations that are out: until when their links work, and how far their mail has come.

use std::collections::BTreeMap;

use diesel::prelude::*;
use shared::ids::Timestamp;
use shared::wire::InvitationState;

use crate::mail::outbox::{self, Kind, Progress};
use crate::store::schema::{invitations as inv, outbox as o};
use crate::store::{Conn, StoreError, codec};

/// The invitations of these people, by id; nothing for whoever is not invited (any more).
pub(super) fn invitations(conn: &mut Conn, people: &[String]) -> Result<BTreeMap<String, InvitationState>, StoreError> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let out: Vec<(String, i64, i64, Option<i64>)> = inv::table
        .filter(inv::user_id.eq_any(people))
        .filter(inv::ended_at.is_null())
        .select((inv::user_id, inv::issued_at, inv::expires_at, inv::asked_at))
        .load(conn)?;
    // The mail of the invitation that is out, and none of an earlier one.
    let mails: Vec<(String, i64, Progress)> = o::table
        .filter(o::user_id.eq_any(people))
        .filter(o::kind.eq(codec::name(&Kind::Invitation)?))
        .order(o::id)
        .select((
            o::user_id,
            o::created_at,
            (o::sent_at, o::failed_at, o::next_attempt_at, o::last_error),
        ))
        .load(conn)?;
    let mut progress: BTreeMap<String, (i64, Progress)> = BTreeMap::new();
    for (user, created, mail) in mails {
        progress.insert(user, (created, mail));
    }
    let states = out.into_iter().map(|(user, issued, expires, asked)| {
        let delivery = progress
            .remove(&user)
            .filter(|(created, _)| *created >= issued)
            .map(|(_, mail)| outbox::delivery(mail));
        let state = InvitationState {
            expires: Timestamp(expires),
            delivery,
            asked_at: asked.map(Timestamp),
        };
        (user, state)
    });
    Ok(states.collect())
}
