//! What a mail says: in the reader's language, in the organisation's words. Made when the mail is sent, in the transaction
//! that claims it, so that a link's token exists nowhere before.

use diesel::prelude::*;
use shared::Policy;
use shared::ids::{Timestamp, UserId};
use shared::lifecycle::Status;
use shared::text::{Language, Words, say};
use shared::user::User;

use super::outbox::{AboutAddress, AboutSettings, Claimed, Kind, after};
use crate::accounts::factors::recovery_codes;
use crate::accounts::links::{self, Purpose};
use crate::accounts::reset::LINK_WORKS;
use crate::config::Origin;
use crate::store::schema::invitations as inv;
use crate::store::{self, Conn, StoreError, codec};

/// A mail before it is laid out: [`super::layout`] makes HTML and plain text of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Tag of the language, for the `lang` attribute.
    pub language: &'static str,
    /// Who writes: the organisation.
    pub from: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Label and address.
    pub button: Option<(String, String)>,
    /// Below the button, before the address is repeated.
    pub notes: Vec<String>,
    pub link_itself: String,
    pub footer: String,
}

/// Where the app has its screen for a link.
pub fn address(public_url: &Origin, purpose: Purpose, token: &str) -> String {
    // After the sign # nothing reaches a server: neither its log nor that of a proxy.
    match purpose {
        Purpose::Invitation => format!("{public_url}/welcome#{token}"),
        Purpose::Password => format!("{public_url}/new-password#{token}"),
    }
}

/// Writes a claimed mail; nothing when there is no need for it any more.
pub fn write(
    conn: &mut Conn,
    mail: &Claimed,
    public_url: &Origin,
    now: Timestamp,
) -> Result<Option<Letter>, StoreError> {
    let Some(user) = store::load_user(conn, mail.organisation, mail.user)? else {
        return Ok(None);
    };
    let Some(row) = store::organisation_row(conn, mail.organisation)? else {
        return Ok(None);
    };
    let words = Words::builtin(Language::nearest(&mail.language));
    let policy = store::parsed_policy(conn, &row)?.spoken(words);
    let desk = Desk {
        policy: &policy,
        words,
        organisation: &row.name,
        user: &user,
        public_url,
        now,
    };
    match mail.kind {
        Kind::Invitation => desk.invitation(conn),
        Kind::PasswordReset => desk.reset(conn, mail),
        Kind::PasswordChanged => Ok(Some(desk.changed(mail))),
        Kind::AccountLocked => Ok(user.locked.is_some().then(|| desk.locked(mail))),
        Kind::AuthenticatorAdded
        | Kind::AuthenticatorRemoved
        | Kind::PasskeyAdded
        | Kind::PasskeyRemoved
        | Kind::RecoveryCodesMade
        | Kind::RecoveryCodeUsed
        | Kind::PinChosen
        | Kind::PinRemoved
        | Kind::ProviderAccountRefused
        | Kind::FactorsReset => Ok(Some(desk.about_factors(conn, mail)?)),
        Kind::TemporaryPasswordSet => Ok(Some(desk.temporary(mail))),
        Kind::AddressChanged => Ok(Some(desk.address_changed(mail)?)),
        Kind::AddressLeft => Ok(Some(desk.address_left(mail)?)),
        Kind::ApiKeyMade | Kind::ApiKeyRevoked | Kind::OriginAllowed | Kind::OriginRemoved => {
            Ok(Some(desk.about_embedding(mail)?))
        }
        Kind::ProviderSet | Kind::ProviderRemoved => Ok(Some(desk.about_provider(mail)?)),
        Kind::LinkWanted => Ok((user.status == Status::Invited).then(|| desk.link_wanted())),
    }
}

/// What all letters are written with.
struct Desk<'a> {
    policy: &'a Policy,
    words: &'static Words,
    organisation: &'a str,
    user: &'a User,
    public_url: &'a Origin,
    now: Timestamp,
}

impl Desk<'_> {
    fn letter(&self, subject: String, name: &str) -> Letter {
        let w = self.words;
        let greeting = if name.is_empty() {
            say!(w, mail::greeting_nameless)
        } else {
            say!(w, mail::greeting, name = name)
        };
        Letter {
            language: w.language().tag(),
            from: self.organisation.to_owned(),
            subject,
            paragraphs: vec![greeting],
            button: None,
            notes: Vec::new(),
            link_itself: say!(w, mail::link_itself),
            footer: say!(w, mail::sent_by, organisation = self.organisation),
        }
    }

    fn name(&self) -> String {
        self.user.profile.display_name()
    }

    fn email(&self) -> &str {
        &self.user.profile.login_email
    }

    fn date(&self, at: Timestamp) -> String {
        shared::text::date(self.words, at)
    }

    fn invitation(&self, conn: &mut Conn) -> Result<Option<Letter>, StoreError> {
        let invitation: Option<(i64, Option<String>)> = inv::table
            .find(self.user.id.to_string())
            .filter(inv::ended_at.is_null())
            .select((inv::expires_at, inv::issued_by))
            .first(conn)
            .optional()?;
        let (Some((expires, by)), Status::Invited) = (invitation, self.user.status) else {
            return Ok(None);
        };
        let expires = Timestamp(expires);
        let token = links::make(conn, self.user.id, Purpose::Invitation, self.now, expires)?;
        let inviter = match by.and_then(|by| by.parse::<UserId>().ok()) {
            Some(by) => store::name_of_user(conn, by)?,
            None => String::new(),
        };
        let (w, organisation) = (self.words, self.organisation);
        let subject = self
            .policy
            .words
            .invitation_subject
            .replace("{portal}", &self.policy.words.portal);
        let mut letter = self.letter(subject, &self.name());
        letter.paragraphs.push(if inviter.is_empty() {
            say!(w, mail::invited, organisation = organisation)
        } else {
            say!(w, mail::invited_by, inviter = inviter, organisation = organisation)
        });
        letter
            .paragraphs
            .push(say!(w, mail::invited_next, email = self.email()));
        letter.button = Some((
            self.policy.words.accept_invitation.clone(),
            address(self.public_url, Purpose::Invitation, token.expose()),
        ));
        letter.notes.push(say!(w, mail::works_until, date = self.date(expires)));
        letter.notes.push(say!(w, mail::not_expected));
        Ok(Some(letter))
    }

    fn reset(&self, conn: &mut Conn, mail: &Claimed) -> Result<Option<Letter>, StoreError> {
        // Whoever reads the address that was theirs before, or a mail of weeks ago, gets no link.
        let is_theirs = mail.to == self.user.profile.mail_address();
        if !self.user.can_sign_in() || !is_theirs || self.now > after(mail.created, LINK_WORKS) {
            return Ok(None);
        }
        let token = links::make(
            conn,
            self.user.id,
            Purpose::Password,
            self.now,
            after(self.now, LINK_WORKS),
        )?;
        let w = self.words;
        let mut letter = self.letter(say!(w, mail::reset_subject), &self.name());
        letter.paragraphs.push(say!(
            w,
            mail::reset,
            email = self.email(),
            organisation = self.organisation
        ));
        letter.button = Some((
            say!(w, mail::choose_password),
            address(self.public_url, Purpose::Password, token.expose()),
        ));
        letter.notes.push(say!(w, mail::works_for_an_hour));
        letter.notes.push(say!(w, mail::reset_not_asked));
        Ok(Some(letter))
    }

    fn changed(&self, mail: &Claimed) -> Letter {
        let w = self.words;
        let mut letter = self.letter(say!(w, mail::changed_subject), &self.name());
        letter.paragraphs.push(say!(
            w,
            mail::changed,
            email = self.email(),
            date = self.date(mail.created),
            time = time(mail.created),
            origin = &mail.origin
        ));
        letter.paragraphs.push(say!(w, mail::changed_not_you));
        letter.button = Some((say!(w, mail::choose_password), format!("{}/forgot", self.public_url)));
        letter
    }

    fn locked(&self, mail: &Claimed) -> Letter {
        let w = self.words;
        let mut letter = self.letter(say!(w, mail::locked_subject), &self.name());
        letter.paragraphs.push(say!(
            w,
            mail::locked,
            email = self.email(),
            date = self.date(mail.created),
            time = time(mail.created),
            origin = &mail.origin
        ));
        letter.paragraphs.push(say!(w, mail::locked_next));
        letter
    }

    fn about_factors(&self, conn: &mut Conn, mail: &Claimed) -> Result<Letter, StoreError> {
        let (w, email) = (self.words, self.email());
        let (subject, what) = match mail.kind {
            Kind::AuthenticatorAdded => (
                say!(w, mail::authenticator_added_subject),
                say!(w, mail::authenticator_added, email = email),
            ),
            Kind::AuthenticatorRemoved => (
                say!(w, mail::authenticator_removed_subject),
                say!(w, mail::authenticator_removed, email = email),
            ),
            Kind::PasskeyAdded => (
                say!(w, mail::passkey_added_subject),
                say!(w, mail::passkey_added, email = email),
            ),
            Kind::PasskeyRemoved => (
                say!(w, mail::passkey_removed_subject),
                say!(w, mail::passkey_removed, email = email),
            ),
            Kind::RecoveryCodesMade => (
                say!(w, mail::recovery_codes_made_subject),
                say!(w, mail::recovery_codes_made, email = email),
            ),
            Kind::PinChosen => (
                say!(w, mail::pin_chosen_subject),
                say!(w, mail::pin_chosen, email = email),
            ),
            Kind::PinRemoved => (
                say!(w, mail::pin_removed_subject),
                say!(w, mail::pin_removed, email = email),
            ),
            Kind::RecoveryCodeUsed => {
                let left = recovery_codes::left(conn, self.user.id)?;
                (
                    say!(w, mail::recovery_code_used_subject),
                    say!(w, mail::recovery_code_used, email = email, left = left),
                )
            }
            Kind::ProviderAccountRefused => (
                say!(w, mail::other_account_subject),
                say!(w, mail::other_account, email = email),
            ),
            _ => (
                say!(w, mail::factors_reset_subject),
                say!(w, mail::factors_reset, email = email),
            ),
        };
        let mut letter = self.letter(subject, &self.name());
        letter.paragraphs.push(what);
        letter.paragraphs.push(self.happened(mail, &mail.origin));
        letter.paragraphs.push(say!(w, mail::factor_not_you));
        letter.button = Some((say!(w, mail::open_account), format!("{}/account", self.public_url)));
        Ok(letter)
    }

    fn about_embedding(&self, mail: &Claimed) -> Result<Letter, StoreError> {
        let (w, organisation) = (self.words, self.organisation);
        let AboutSettings { by, what, origin } = codec::from_json(&mail.origin)?;
        let (by, what) = (by.as_str(), what.as_str());
        let (subject, told) = match mail.kind {
            Kind::ApiKeyMade => (
                say!(w, mail::api_key_made_subject, organisation = organisation),
                say!(
                    w,
                    mail::api_key_made,
                    name = by,
                    key = what,
                    organisation = organisation
                ),
            ),
            Kind::ApiKeyRevoked => (
                say!(w, mail::api_key_revoked_subject, organisation = organisation),
                say!(w, mail::api_key_revoked, name = by, key = what),
            ),
            Kind::OriginAllowed => (
                say!(w, mail::origin_allowed_subject, organisation = organisation),
                say!(
                    w,
                    mail::origin_allowed,
                    name = by,
                    origin = what,
                    organisation = organisation
                ),
            ),
            _ => (
                say!(w, mail::origin_removed_subject, organisation = organisation),
                say!(w, mail::origin_removed, name = by, origin = what),
            ),
        };
        let mut letter = self.letter(subject, &self.name());
        letter.paragraphs.push(told);
        letter.paragraphs.push(self.happened(mail, &origin));
        letter.paragraphs.push(say!(w, mail::embedding_not_planned));
        letter.button = Some((say!(w, mail::open_embedding), format!("{}/embedding", self.public_url)));
        Ok(letter)
    }

    fn about_provider(&self, mail: &Claimed) -> Result<Letter, StoreError> {
        let (w, organisation) = (self.words, self.organisation);
        let AboutSettings { by, what, origin } = codec::from_json(&mail.origin)?;
        let by = match by.is_empty() {
            true => say!(w, mail::whoever_runs_it),
            false => by,
        };
        let (subject, told) = match mail.kind {
            Kind::ProviderSet => (
                say!(w, mail::provider_set_subject, organisation = organisation),
                say!(
                    w,
                    mail::provider_set,
                    name = &by,
                    provider = &what,
                    organisation = organisation
                ),
            ),
            _ => (
                say!(w, mail::provider_removed_subject, organisation = organisation),
                say!(w, mail::provider_removed, name = &by, provider = &what),
            ),
        };
        let mut letter = self.letter(subject, &self.name());
        letter.paragraphs.push(told);
        letter.paragraphs.push(self.happened(mail, &origin));
        letter.paragraphs.push(say!(w, mail::provider_not_planned));
        letter.button = Some((
            say!(w, mail::open_provider),
            format!("{}/identity-provider", self.public_url),
        ));
        Ok(letter)
    }

    fn temporary(&self, mail: &Claimed) -> Letter {
        let w = self.words;
        let mut letter = self.letter(say!(w, mail::temporary_set_subject), &self.name());
        letter.paragraphs.push(say!(
            w,
            mail::temporary_set,
            email = self.email(),
            hours = self.policy.lifecycle.temporary_password_hours
        ));
        letter.paragraphs.push(self.happened(mail, &mail.origin));
        letter.paragraphs.push(say!(w, mail::temporary_not_expected));
        letter
    }

    fn address_changed(&self, mail: &Claimed) -> Result<Letter, StoreError> {
        let (w, organisation) = (self.words, self.organisation);
        let about: AboutAddress = codec::from_json(&mail.origin)?;
        let mut letter = self.letter(
            say!(w, mail::address_changed_subject, organisation = organisation),
            &self.name(),
        );
        if let Some((from, to)) = &about.login {
            letter.paragraphs.push(say!(
                w,
                mail::login_changed,
                organisation = organisation,
                to = to,
                from = from
            ));
        }
        if let Some(to) = &about.mail {
            letter
                .paragraphs
                .push(say!(w, mail::mail_goes_to, organisation = organisation, to = to));
        }
        letter.paragraphs.push(self.changed_by(mail, &about));
        letter.paragraphs.push(say!(w, mail::address_not_you));
        letter.button = Some((say!(w, mail::open_account), format!("{}/account", self.public_url)));
        Ok(letter)
    }

    /// To whom the address may never have belonged: it tells neither who the person is nor their address now.
    fn address_left(&self, mail: &Claimed) -> Result<Letter, StoreError> {
        let (w, organisation) = (self.words, self.organisation);
        let about: AboutAddress = codec::from_json(&mail.origin)?;
        let mut letter = self.letter(say!(w, mail::address_left_subject, organisation = organisation), "");
        letter.paragraphs.push(say!(
            w,
            mail::address_left,
            organisation = organisation,
            email = &mail.to
        ));
        // From where it was done would tell a stranger about the person, too.
        if !about.by_themselves && !about.by.is_empty() {
            letter.paragraphs.push(say!(w, mail::changed_by, name = &about.by));
        }
        letter.paragraphs.push(say!(w, mail::address_left_not_you));
        Ok(letter)
    }

    /// Who it was, when, and from where.
    fn changed_by(&self, mail: &Claimed, about: &AboutAddress) -> String {
        let happened = self.happened(mail, &about.origin);
        match about.by.as_str() {
            "" => happened,
            by => format!("{} {happened}", say!(self.words, mail::changed_by, name = by)),
        }
    }

    fn happened(&self, mail: &Claimed, origin: &str) -> String {
        say!(
            self.words,
            mail::happened,
            date = self.date(mail.created),
            time = time(mail.created),
            origin = origin
        )
    }

    fn link_wanted(&self) -> Letter {
        let w = self.words;
        let name = store::record_name(&self.user.profile);
        let mut letter = self.letter(say!(w, mail::link_wanted_subject, name = &name), "");
        letter
            .paragraphs
            .push(say!(w, mail::link_wanted, name = &name, email = self.email()));
        letter.button = Some((
            say!(w, mail::open_person),
            format!("{}/users/{}", self.public_url, self.user.id),
        ));
        letter
    }
}

/// Hours and minutes, in UTC.
fn time(at: Timestamp) -> String {
    let minutes = at.0.div_euclid(60_000).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_hours_and_minutes() {
        assert_eq!(time(Timestamp(0)), "00:00");
        assert_eq!(
            time(Timestamp(86_400_000 + 13 * 3_600_000 + 5 * 60_000 + 59_000)),
            "13:05"
        );
    }
}
