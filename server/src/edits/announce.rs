//! Mails to those who answer for what has changed. Whoever administers embedding hears of each key and each origin, also of
//! their own: a session that somebody else has taken over is noticed by that.

use diesel::dsl::exists;
use diesel::prelude::*;
use shared::Policy;
use shared::ids::UserId;
use shared::lifecycle::Status;
use shared::policy::Power;

use super::Context;
use super::accounts::language_of;
use crate::mail::outbox::{self, AboutEmbedding, Kind, NewMail};
use crate::store::schema::{assignments as a, users as u};
use crate::store::{self, Conn, StoreError, codec};

/// People who are told at most.
const TOLD: i64 = 50;

/// Puts a mail to everybody who administers embedding and can sign in into the outbox. `what` is the name of the key, or the
/// origin.
pub(super) fn about_embedding(
    conn: &mut Conn,
    context: &Context,
    policy: &Policy,
    kind: Kind,
    what: &str,
) -> Result<(), StoreError> {
    let organisation = context.asker.organisation;
    let about = codec::json(&AboutEmbedding {
        by: crate::facts::asker_name(conn, &context.asker)?,
        what: what.to_owned(),
        origin: context.asker.origin.clone(),
    })?;
    let roles = policy.roles.iter();
    let roles: Vec<&str> = roles
        .filter(|role| role.administers.contains(&Power::Embedding))
        .map(|role| role.id.as_str())
        .collect();
    let people: Vec<String> = u::table
        .filter(u::organisation_id.eq(organisation.to_string()))
        .filter(u::status.eq(codec::name(&Status::Active)?))
        .filter(exists(
            a::table
                .filter(a::user_id.eq(u::id))
                .filter(a::role_id.eq_any(roles))
                .filter(a::site_id.is_null()),
        ))
        .order((u::sort_name, u::id))
        .limit(TOLD)
        .select(u::id)
        .load(conn)?;
    for id in people {
        let Some(person) = store::load_user(conn, organisation, UserId(codec::uuid(&id)?))? else {
            continue;
        };
        let mail = NewMail {
            organisation,
            user: person.id,
            kind,
            to: person.profile.mail_address(),
            language: &language_of(policy, &person),
            origin: &about,
        };
        outbox::put(conn, &mail, context.now)?;
    }
    Ok(())
}
