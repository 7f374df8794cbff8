//! Mails about what has changed, to those whom it concerns. Whoever administers embedding hears of each key and each origin,
//! whoever writes the policy of each identity provider, and a person of each new address, also of what they did themselves: a
//! session that somebody else has taken over is noticed by that.

use std::collections::BTreeSet;

use shared::Policy;
use shared::lifecycle::Status;
use shared::policy::Power;
use shared::user::User;

use super::Context;
use super::accounts::language_of;
use crate::mail::outbox::{self, AboutAddress, AboutSettings, Kind, NewMail};
use crate::store::{self, Conn, StoreError, codec};

/// People who are told at most.
const TOLD: i64 = 50;

/// Puts a mail to everybody who has this power everywhere into the outbox, also to those who are locked out just now. `what` is the name of the key, the
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
    for person in store::administering(conn, organisation, policy, power, TOLD)? {
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
        by_themselves: context.asker.user == after.id,
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
