//! The first answer to each accepted edit, so that a request repeated after a lost answer changes nothing twice. Refused
//! edits are not kept: nothing happened, and the same key may come again with what was missing confirmed.

use diesel::prelude::*;
use shared::ids::Timestamp;
use shared::wire::{Accepted, Proposal};

use super::{Context, EditError};
use crate::facts::Asker;
use crate::store::schema::idempotency as i;
use crate::store::{Conn, StoreError, codec};

/// The answer that this key's edit got, if it was accepted before.
pub(super) fn first_answer(conn: &mut Conn, asker: &Asker, proposal: &Proposal) -> Result<Option<Accepted>, EditError> {
    let found: Option<(String, String)> = i::table
        .find((
            asker.organisation.to_string(),
            asker.user.to_string(),
            proposal.idempotency_key.to_string(),
        ))
        .select((i::edit_hash, i::response_json))
        .first(conn)
        .optional()?;
    match found {
        None => Ok(None),
        Some((hash, _)) if hash != edit_hash(proposal)? => Err(EditError::KeyUsed),
        Some((_, response)) => Ok(Some(codec::from_json(&response)?)),
    }
}

pub(super) fn remember(
    conn: &mut Conn,
    context: &Context,
    proposal: &Proposal,
    accepted: &Accepted,
) -> Result<(), StoreError> {
    diesel::insert_into(i::table)
        .values((
            i::organisation_id.eq(context.asker.organisation.to_string()),
            i::actor_id.eq(context.asker.user.to_string()),
            i::request_key.eq(proposal.idempotency_key.to_string()),
            i::edit_hash.eq(edit_hash(proposal)?),
            i::response_json.eq(codec::json(accepted)?),
            i::created_at.eq(context.now.0),
        ))
        .execute(conn)?;
    Ok(())
}

fn edit_hash(proposal: &Proposal) -> Result<String, StoreError> {
    Ok(codec::sha256(codec::json(&proposal.edit)?.as_bytes()))
}

/// Forgets answers from before this moment: nobody repeats a request that long.
pub fn forget_before(conn: &mut Conn, moment: Timestamp) -> Result<usize, StoreError> {
    Ok(diesel::delete(i::table.filter(i::created_at.lt(moment.0))).execute(conn)?)
}
