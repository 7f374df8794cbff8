//! What happens to an account without anyone's edit of it: its person accepts the invitation, asks for a new link, chooses
//! a password; too many failed attempts lock it. Each is on record like an edit.

use diesel::prelude::*;
use shared::Policy;
use shared::acceptance;
use shared::edit::Edit;
use shared::factors::{FactorStep, PasswordChange};
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::lifecycle::{Lock, LockCause, Status};
use shared::user::{ProfileText, User};
use shared::verdict::{Change, Reason};
use shared::wire::AuditPerson;
use uuid::Uuid;

use super::Context;
use super::apply::{Password, end_invitation, end_resets, issue_invitation, set_password};
use crate::accounts::passwords::Hashed;
use crate::accounts::sessions;
use crate::audit;
use crate::facts::Asker;
use crate::mail::outbox::{self, Kind, NewMail};
use crate::store::schema::{credentials as c, invitations as inv};
use crate::store::{self, Conn, StoreError};

/// How accepting an invitation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Acceptance {
    /// The person is in; the user as they are now.
    In(Box<User>),
    /// They are not invited (any more).
    NotInvited,
    /// What they said about themselves cannot be used; nothing has changed.
    Unusable(Vec<Reason>),
}

/// An invited person sets a password and gets in (M10): the invitation ends and the account is active. On record as the
/// person's own activation. Whoever calls this has checked the invitation's link, or runs the server.
///
/// # Errors
/// [`StoreError`]; and it answers `None` when the person is not invited (any more).
pub fn accept_invitation(
    conn: &mut Conn,
    context: &Context,
    user: UserId,
    password_hash: &str,
    made: Password,
) -> Result<Option<User>, StoreError> {
    match accept(conn, context, user, Some((password_hash, made)), None)? {
        Acceptance::In(user) => Ok(Some(*user)),
        Acceptance::NotInvited | Acceptance::Unusable(_) => Ok(None),
    }
}

/// The same by the person themselves, who answers what they are asked for (O6).
pub fn accept_invitation_with(
    conn: &mut Conn,
    context: &Context,
    user: UserId,
    password_hash: &str,
    answers: &ProfileText,
) -> Result<Acceptance, StoreError> {
    accept(
        conn,
        context,
        user,
        Some((password_hash, Password::Chosen)),
        Some(answers),
    )
}

/// The same by the organisation's identity provider, which vouches for the address that was invited: there is no password.
/// Where the person would be asked for more than is known, it is [`Acceptance::Unusable`].
pub fn accept_invitation_by_provider(
    conn: &mut Conn,
    context: &Context,
    user: UserId,
) -> Result<Acceptance, StoreError> {
    accept(conn, context, user, None, Some(&ProfileText::default()))
}

fn accept(
    conn: &mut Conn,
    context: &Context,
    user: UserId,
    password: Option<(&str, Password)>,
    answers: Option<&ProfileText>,
) -> Result<Acceptance, StoreError> {
    // One after the other: of two who accept at the same time, the second finds nobody invited.
    let Some((policy, before)) = locked(conn, context.asker.organisation, user)? else {
        return Ok(Acceptance::NotInvited);
    };
    if before.status != Status::Invited {
        return Ok(Acceptance::NotInvited);
    }
    let mut changes = match answers.map(|answers| acceptance::changes(&policy, &before, answers)) {
        None => Vec::new(),
        Some(Ok(changes)) => changes,
        Some(Err(reasons)) => return Ok(Acceptance::Unusable(reasons)),
    };
    changes.push(Change::StatusChanged {
        from: before.status,
        to: Status::Active,
    });
    changes.push(Change::InvitationEnded);
    let after = save(conn, context, &policy, &before, &changes)?;
    end_invitation(conn, user, context.now)?;
    if let Some((hash, made)) = password {
        set_password(conn, user, hash, made, context.now)?;
    }
    let person = person(&after);
    record(conn, context, &person, &Edit::Activate { user }, &person, &changes)?;
    Ok(Acceptance::In(Box::new(after)))
}

/// A new link in the place of one that does not work any more: it goes out by itself, as the policy says. On record as the
/// person's own asking. Nothing happens to someone who is not invited.
pub fn send_new_link(conn: &mut Conn, context: &Context, user: UserId) -> Result<(), StoreError> {
    let Some((policy, before)) = locked(conn, context.asker.organisation, user)? else {
        return Ok(());
    };
    if before.status != Status::Invited {
        return Ok(());
    }
    let (to, language) = (before.profile.mail_address().to_owned(), language_of(&policy, &before));
    let changes = [Change::InvitationIssued {
        to: to.clone(),
        language: language.clone(),
    }];
    let after = save(conn, context, &policy, &before, &changes)?;
    issue_invitation(conn, context, &policy, user, &to, &language)?;
    let person = person(&after);
    record(
        conn,
        context,
        &person,
        &Edit::ResendInvitation { user },
        &person,
        &changes,
    )
}

/// Notes that an invited person wants a new link and tells whoever can send it.
pub fn want_new_link(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    tell: &[User],
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::update(inv::table.find(user.to_string()))
        .set(inv::asked_at.eq(Some(now.0)))
        .execute(conn)?;
    let Some(row) = store::organisation_row(conn, organisation)? else {
        return Ok(());
    };
    let policy = store::parsed_policy(conn, &row)?;
    for reader in tell {
        let mail = NewMail {
            organisation,
            user,
            kind: Kind::LinkWanted,
            to: reader.profile.mail_address(),
            language: &language_of(&policy, reader),
            origin: "",
        };
        outbox::put(conn, &mail, now)?;
    }
    Ok(())
}

/// A person has chosen another password by means of the one before: all sessions end, links to choose one do not work any
/// more; it is on record (X7), and a mail says so.
pub fn change_password(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    password: &Hashed,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before: Option<bool> = c::table
        .find(user.to_string())
        .select(c::must_change)
        .first(conn)
        .optional()?;
    let how = match before {
        Some(true) => PasswordChange::Temporary,
        Some(false) | None => PasswordChange::Own,
    };
    choose_password(conn, organisation, user, password, how, origin, now)
}

/// The same by a link that was mailed.
pub fn reset_password(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    password: &Hashed,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    choose_password(conn, organisation, user, password, PasswordChange::Link, origin, now)
}

fn choose_password(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    password: &Hashed,
    how: PasswordChange,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sessions::end_all_of(conn, user)?;
    end_resets(conn, user, now)?;
    set_password(conn, user, &password.text, Password::Chosen, now)?;
    if password.is_short {
        diesel::update(c::table.find(user.to_string()))
            .set(c::is_short.eq(true))
            .execute(conn)?;
    }
    change_factors(
        conn,
        organisation,
        user,
        FactorStep::PasswordChanged { how },
        origin,
        now,
    )
}

/// Something has happened to a person's password or second factors, by themselves: it is on record, and a mail tells them.
pub fn change_factors(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    step: FactorStep,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some((policy, before)) = locked(conn, organisation, user)? else {
        return Ok(());
    };
    let context = Context {
        now,
        ..Context::now(Asker {
            organisation,
            user,
            kind: ActorKind::Member,
            origin: origin.to_owned(),
            authenticated: None,
            embedded: None,
        })
    };
    let kind = Kind::about_factors(&step);
    let changes = [Change::Factors { step: step.clone() }];
    let person = person(&save(conn, &context, &policy, &before, &changes)?);
    let edit = Edit::ChangeFactors { user, step };
    record(conn, &context, &person, &edit, &person, &changes)?;
    tell_person(conn, organisation, user, kind, origin, now)
}

/// Puts a mail to the person of an account into the outbox.
pub fn tell_person(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    kind: Kind,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (Some(row), Some(person)) = (
        store::organisation_row(conn, organisation)?,
        store::load_user(conn, organisation, user)?,
    ) else {
        return Ok(());
    };
    let policy = store::parsed_policy(conn, &row)?;
    let mail = NewMail {
        organisation,
        user,
        kind,
        to: person.profile.mail_address(),
        language: &language_of(&policy, &person),
        origin,
    };
    outbox::put(conn, &mail, now)
}

/// Locks an account after too many failed attempts (T14), unless it is locked already, and tells its person by mail.
pub fn lock_after_failures(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some((policy, before)) = locked(conn, organisation, user)? else {
        return Ok(());
    };
    if before.locked.is_some() {
        return Ok(());
    }
    let changes = [Change::Locked {
        lock: Lock {
            since: now,
            cause: LockCause::FailedSignIns,
        },
    }];
    let after = by_itself(
        conn,
        (organisation, origin, now),
        &policy,
        &before,
        &Edit::Lock { user },
        &changes,
    )?;
    if after.status == Status::Active {
        tell_person(conn, organisation, user, Kind::AccountLocked, origin, now)?;
    }
    Ok(())
}

/// The organisation's identity provider has sent somebody with the address of this person who is another account there than
/// before: on record, with a mail to the person. Nothing about them changes.
pub fn refuse_provider_account(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some((policy, before)) = locked(conn, organisation, user)? else {
        return Ok(());
    };
    let step = FactorStep::ProviderAccountRefused;
    let kind = Kind::about_factors(&step);
    let changes = [Change::Factors { step: step.clone() }];
    let edit = Edit::ChangeFactors { user, step };
    by_itself(conn, (organisation, origin, now), &policy, &before, &edit, &changes)?;
    tell_person(conn, organisation, user, kind, origin, now)
}

/// Stores and puts on record what nobody has done; the person as they are now.
fn by_itself(
    conn: &mut Conn,
    (organisation, origin, now): (OrganisationId, &str, Timestamp),
    policy: &Policy,
    before: &User,
    edit: &Edit,
    changes: &[Change],
) -> Result<User, StoreError> {
    let context = Context {
        now,
        ..Context::now(Asker {
            organisation,
            user: UserId(Uuid::nil()),
            kind: ActorKind::System,
            origin: origin.to_owned(),
            authenticated: None,
            embedded: None,
        })
    };
    let after = save(conn, &context, policy, before, changes)?;
    let nobody = AuditPerson {
        user: UserId(Uuid::nil()),
        name: String::new(),
    };
    record(conn, &context, &nobody, edit, &person(&after), changes)?;
    Ok(after)
}

/// The policy and the user, once nobody else writes in the organisation.
fn locked(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
) -> Result<Option<(std::sync::Arc<Policy>, User)>, StoreError> {
    store::lock_organisation(conn, organisation)?;
    let Some(row) = store::organisation_row(conn, organisation)? else {
        return Ok(None);
    };
    let policy = store::parsed_policy(conn, &row)?;
    Ok(store::load_user(conn, organisation, user)?.map(|user| (policy, user)))
}

fn save(
    conn: &mut Conn,
    context: &Context,
    policy: &Policy,
    before: &User,
    changes: &[Change],
) -> Result<User, StoreError> {
    let mut after = before.clone();
    for change in changes {
        after.apply(change);
    }
    after.revision = before.revision.next();
    store::save_user(
        conn,
        context.asker.organisation,
        Some(before),
        &after,
        policy,
        context.now,
    )?;
    Ok(after)
}

fn person(user: &User) -> AuditPerson {
    AuditPerson {
        user: user.id,
        name: store::record_name(&user.profile),
    }
}

fn record(
    conn: &mut Conn,
    context: &Context,
    actor: &AuditPerson,
    edit: &Edit,
    subject: &AuditPerson,
    changes: &[Change],
) -> Result<(), StoreError> {
    // An invitation that whoever runs the server accepts for somebody is on record as that person's own.
    let actor_kind = match context.asker.kind {
        ActorKind::System => ActorKind::System,
        _ => ActorKind::Member,
    };
    audit::append(
        conn,
        &audit::Record {
            organisation: context.asker.organisation,
            at: context.now,
            actor,
            actor_kind,
            origin: &context.asker.origin,
            edit,
            subject: Some(subject),
            changes,
            confirmations: &[],
        },
    )?;
    Ok(())
}

pub(super) fn language_of(policy: &Policy, user: &User) -> String {
    let own = Some(&user.profile.language).filter(|language| !language.is_empty());
    own.or(policy.languages.first()).cloned().unwrap_or_default()
}
