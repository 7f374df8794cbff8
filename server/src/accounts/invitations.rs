//! From the invitation's link to the first session: looking, accepting, asking for a new link.

use std::time::Duration;

use diesel::prelude::*;
use shared::acceptance;
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::policy::{NewLink, Policy, Power};
use shared::text::{Words, say};
use shared::user::{ProfileText, User};
use shared::verdict::Reason;
use shared::wire::{AskedField, InvitationView, LinkState, SignInMethod};

use super::links::{self, Link, Purpose};
use super::opening::{NotIn, Proved, SignedIn, open_session};
use super::passwords::{MIN_CHARACTERS, PasswordError};
use super::sessions::{Device, Lifetimes};
use crate::config::Secret;
use crate::edits::{self, Acceptance, Context};
use crate::facts::Asker;
use crate::mail::outbox::{self, Kind};
use crate::store::schema::invitations as inv;
use crate::store::{self, Conn, OrganisationRow, StoreError};
use crate::{App, clock};

/// A new link goes out by itself no more often than this.
const BETWEEN_LINKS: Duration = Duration::from_secs(5 * 60);
/// Whoever invited is told no more often than this that a new link is wanted.
const BETWEEN_REQUESTS: Duration = Duration::from_secs(12 * 3600);
/// Administrators that are told where whoever invited is not there any more.
const TOLD: usize = 5;
/// Among so many of them.
const ASKED: i64 = 50;

/// Why an invitation was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// No invitation has such a link (any more).
    #[error("no invitation has this link")]
    Unknown,
    /// The link has expired, has been used or was replaced; or somebody was quicker.
    #[error("the link does not work any more")]
    NotOpen,
    /// It is accepted, and the person signs in by their organisation's identity provider and in no other way.
    #[error("they sign in by {name}")]
    ByProvider { name: String },
    /// What the person said about themselves cannot be used.
    #[error("some answers cannot be used")]
    Answers(Vec<Reason>, Box<(UserId, OrganisationId)>),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotIn> for InvitationError {
    fn from(why: NotIn) -> Self {
        match why {
            NotIn::ShutOut => Self::NotOpen,
            NotIn::ByProvider { name } => Self::ByProvider { name },
        }
    }
}

/// An invitation's link with all that hangs on it.
struct Found {
    link: Link,
    user: User,
    row: OrganisationRow,
}

fn find(conn: &mut Conn, token: &str) -> Result<Option<Found>, StoreError> {
    let Some(link) = links::find(conn, Purpose::Invitation, token)? else {
        return Ok(None);
    };
    let Some(record) = store::user_record(conn, link.user)? else {
        return Ok(None);
    };
    let row = store::organisation_row(conn, record.organisation)?;
    Ok(row.map(|row| Found {
        link,
        user: record.user,
        row,
    }))
}

impl Found {
    fn state(&self, now: Timestamp) -> LinkState {
        match self.user.status {
            Status::Invited if self.link.is_open(now) => LinkState::Open,
            Status::Invited if now >= self.link.expires => LinkState::Expired,
            Status::Invited => LinkState::Replaced,
            Status::Active | Status::Inactive => LinkState::Used,
        }
    }
}

/// What whoever has the link sees. Nothing is consumed: mail scanners open links.
pub fn view(conn: &mut Conn, token: &str, words: &Words, now: Timestamp) -> Result<Option<InvitationView>, StoreError> {
    let Some(found) = find(conn, token)? else {
        return Ok(None);
    };
    let policy = store::parsed_policy(conn, &found.row)?.spoken(words);
    let profile = &found.user.profile;
    let is_open = found.state(now) == LinkState::Open;
    let fields = acceptance::asked(&policy).into_iter().filter(|_| is_open).map(|asked| {
        let rule = policy.field(asked.field);
        AskedField {
            field: asked.field,
            label: rule.map_or_else(|| say!(words, account::your_name), |rule| rule.label.clone()),
            hint: rule.map(|rule| rule.hint.clone()).unwrap_or_default(),
            required: asked.required,
            value: profile.text(asked.field),
        }
    });
    Ok(Some(InvitationView {
        state: found.state(now),
        organisation: found.row.name.clone(),
        portal: policy.words.portal.clone(),
        login_email: profile.login_email.clone(),
        expires: found.link.expires,
        new_link: policy.lifecycle.new_link,
        fields: fields.collect(),
        languages: acceptance::languages(&policy).to_vec(),
        language: if profile.language.is_empty() {
            policy.languages.first().cloned().unwrap_or_default()
        } else {
            profile.language.clone()
        },
        at_least: u32::try_from(MIN_CHARACTERS).unwrap_or(u32::MAX),
    }))
}

/// Accepts an invitation and signs the person in. Of two who do so at once, one gets in.
pub async fn accept(
    app: &App,
    token: String,
    password: Secret<String>,
    answers: ProfileText,
    device: Device,
) -> Result<SignedIn, InvitationError> {
    let (looked, now) = (token.clone(), clock::now());
    let (user, organisation, mut about) = app
        .db
        .read(move |conn| {
            let found = find(conn, &looked)?.ok_or(InvitationError::Unknown)?;
            if found.state(now) != LinkState::Open {
                return Err(InvitationError::NotOpen);
            }
            let about = super::about(conn, found.user.id)?;
            Ok((found.user.id, found.row.id, about))
        })
        .await?;
    about.extend(answers.values().cloned());
    let hash = app.passwords.hash(password, about, MIN_CHARACTERS).await?.text;
    let lifetimes = Lifetimes::from(&app.config);
    app.db
        .write(move |conn| {
            let now = clock::now();
            store::lock_organisation(conn, organisation)?;
            // Everything may have changed while the password was hashed.
            if !find(conn, &token)?.is_some_and(|found| found.state(now) == LinkState::Open) {
                return Err(InvitationError::NotOpen);
            }
            let context = context(user, organisation, &device.origin, now);
            match edits::accept_invitation_with(conn, &context, user, &hash, &answers)? {
                Acceptance::In(_) => {}
                Acceptance::NotInvited => return Err(InvitationError::NotOpen),
                Acceptance::Unusable(reasons) => {
                    return Err(InvitationError::Answers(reasons, Box::new((user, organisation))));
                }
            }
            // It stays accepted where its person goes on by their organisation's provider.
            match open_session(
                conn,
                user,
                Proved::now(SignInMethod::Invitation, now),
                &device,
                lifetimes,
                now,
            )? {
                Err(NotIn::ShutOut) => Err(InvitationError::NotOpen),
                ended => Ok(ended),
            }
        })
        .await?
        .map_err(InvitationError::from)
}

fn context(user: UserId, organisation: OrganisationId, origin: &str, now: Timestamp) -> Context {
    let asker = Asker {
        authenticated: None,
        embedded: None,
        organisation,
        user,
        kind: ActorKind::Member,
        origin: origin.to_owned(),
    };
    Context {
        now,
        ..Context::now(asker)
    }
}

/// Somebody asks for a new link: it goes out by itself, or whoever invited is told, as the policy says. Asking again soon
/// changes nothing.
pub fn ask(conn: &mut Conn, token: &str, origin: &str, now: Timestamp) -> Result<(), InvitationError> {
    let found = find(conn, token)?.ok_or(InvitationError::Unknown)?;
    let (user, organisation) = (found.user.id, found.row.id);
    if found.user.status != Status::Invited {
        return Err(InvitationError::NotOpen);
    }
    let policy = store::parsed_policy(conn, &found.row)?;
    let ago = |time: Duration| {
        Timestamp(
            now.0
                .saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)),
        )
    };
    match policy.lifecycle.new_link {
        NewLink::Sent => {
            if !outbox::has_since(conn, user, Kind::Invitation, ago(BETWEEN_LINKS))? {
                edits::send_new_link(conn, &context(user, organisation, origin, now), user)?;
            }
        }
        NewLink::AskAdministrator => {
            if !outbox::has_since(conn, user, Kind::LinkWanted, ago(BETWEEN_REQUESTS))? {
                let tell = responsible(conn, user, organisation, &policy)?;
                edits::want_new_link(conn, organisation, user, &tell, now)?;
            }
        }
    }
    Ok(())
}

/// Whoever invited, if they can still sign in; else some who administer users in the whole organisation.
fn responsible(
    conn: &mut Conn,
    user: UserId,
    organisation: OrganisationId,
    policy: &Policy,
) -> Result<Vec<User>, StoreError> {
    let by: Option<Option<String>> = inv::table
        .find(user.to_string())
        .select(inv::issued_by)
        .first(conn)
        .optional()?;
    if let Some(by) = by.flatten().and_then(|by| by.parse::<UserId>().ok())
        && let Some(inviter) = store::load_user(conn, organisation, by)?
        && inviter.can_sign_in()
    {
        return Ok(vec![inviter]);
    }
    let others = store::administering(conn, organisation, policy, Power::Users, ASKED)?;
    Ok(others.into_iter().filter(User::can_sign_in).take(TOLD).collect())
}
