//! Accounts that were ended and made anew for the same person (A12).

use diesel::prelude::*;
use shared::ids::{OrganisationId, Timestamp, UserId};

use super::{Conn, StoreError};

diesel::table! {
    successions (successor_id) {
        successor_id -> Text,
        organisation_id -> Text,
        predecessor_id -> Text,
        at -> BigInt,
    }
}

use successions as su;

/// Notes that one account's history goes on in another one.
pub fn note_succession(
    conn: &mut Conn,
    organisation: OrganisationId,
    predecessor: UserId,
    successor: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(su::table)
        .values((
            su::successor_id.eq(successor.to_string()),
            su::organisation_id.eq(organisation.to_string()),
            su::predecessor_id.eq(predecessor.to_string()),
            su::at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}

/// When the account was made anew from an earlier one, if it was.
pub fn made_anew_at(conn: &mut Conn, user: UserId) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = su::table.find(user.to_string()).select(su::at).first(conn).optional()?;
    Ok(at.map(Timestamp))
}

/// The ids under which one person of the organisation had accounts, one after the other: this one, the earlier and the
/// later ones.
pub fn lineage(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<Vec<String>, StoreError> {
    let mut line = vec![user.to_string()];
    let of_organisation = || {
        su::table
            .filter(su::organisation_id.eq(organisation.to_string()))
            .into_boxed::<super::Backend>()
    };
    let mut end = line.first().cloned();
    while let Some(id) = end {
        let earlier: Option<String> = of_organisation()
            .filter(su::successor_id.eq(id))
            .select(su::predecessor_id)
            .first(conn)
            .optional()?;
        end = earlier.filter(|id| !line.contains(id));
        line.extend(end.clone());
    }
    let mut end = Some(user.to_string());
    while let Some(id) = end {
        let later: Option<String> = of_organisation()
            .filter(su::predecessor_id.eq(id))
            .select(su::successor_id)
            .first(conn)
            .optional()?;
        end = later.filter(|id| !line.contains(id));
        line.extend(end.clone());
    }
    Ok(line)
}
