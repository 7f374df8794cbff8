//! Mails about what has changed, to those whom it concerns. Whoever administers embedding hears of each key and each origin,
//! whoever writes the policy of each identity provider, and a person of each new address, also of what they did themselves: a
//! session that somebody else has taken over is noticed by that.

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use shared::Policy;
use shared::ids::UserId;
use shared::lifecycle::Status;
use shared::policy::Power;
use shared::user::User;

use super::Context;
use super::accounts::language_of;
use crate::mail::outbox::{self, AboutAddress, AboutSettings, Kind, NewMail};
use crate::store::schema::{assignments as a, users as u};
use crate::store::{self, Conn, StoreError, codec};

/// People who are told at most.
const TOLD: i64 = 50;

/// Puts a mail to everybody who has this power everywhere and can sign in into the outbox. `what` is the name of the key, the
/// origin, or the identity provider.
pub(super) fn about_settings(
    conn: &mut Conn,
    context: &Context,
    policy: &Policy,
    power: Power,
    (kind, what): (Kind, &str),
) -> Result<(), StoreError> {
    let organisation = context.asker.organisation;
    let about = codec::json(&AboutSettings {
        by: crate::facts::asker_name(conn, &context.asker)?,
        what: what.to_owned(),
        origin: context.asker.origin.clone(),
    })?;
    let roles = policy.roles.iter();
    let roles: Vec<&str> = roles
        .filter(|role| role.administers.contains(&power))
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

/// Tells a person that an address of theirs is another one, at every address concerned: those that they have now, and those
/// that they have no longer. Somebody who has not accepted their invitation gets a new one instead.
pub(super) fn about_addresses(
    conn: &mut Conn,
    context: &Context,
    policy: &Policy,
    before: &User,
    after: &User,
) -> Result<(), StoreError> {
    let (old, new) = (&before.profile, &after.profile);
    let login = old.login_email != new.login_email;
    let mail = old.mail_address() != new.mail_address();
    if before.status == Status::Invited || !(login || mail) {
        return Ok(());
    }
    let about = codec::json(&AboutAddress {
        by: crate::facts::asker_name(conn, &context.asker)?,
        login: login.then(|| (old.login_email.clone(), new.login_email.clone())),
        mail: mail.then(|| new.mail_address().to_owned()),
        origin: context.asker.origin.clone(),
    })?;
    let language = language_of(policy, after);
    let mut told: BTreeSet<&str> = [old.mail_address(), new.mail_address()].into();
    if login {
        told.extend([old.login_email.as_str(), new.login_email.as_str()]);
    }
    for to in told {
        let is_theirs = to == new.login_email || to == new.mail_address();
        let mail = NewMail {
            organisation: context.asker.organisation,
            user: after.id,
            kind: match is_theirs {
                true => Kind::AddressChanged,
                false => Kind::AddressLeft,
            },
            to,
            language: &language,
            origin: &about,
        };
        outbox::put(conn, &mail, context.now)?;
    }
    Ok(())
}
