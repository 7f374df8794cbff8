//! Storing what a verdict says. What a change does to a user is `User::apply`; here its result is stored, and what hangs on
//! it: sessions, credentials, invitations, mail, licences, the policy.

use std::collections::BTreeSet;

use diesel::prelude::*;
use shared::Policy;
use shared::device::SharedDevice;
use shared::facts::{ActorKind, Facts};
use shared::ids::{OrganisationId, PermissionId, Revision, RoleId, Timestamp, UserId};
use shared::policy::{Permissions, Power};
use shared::user::{Profile, User};
use shared::verdict::{Change, Verdict};
use shared::wire::AuditPerson;

use super::accounts::tell_person;
use super::announce::{about_addresses, about_settings};
use super::archiving::{Touched, archive_resource, archive_site};
use super::{Context, EditError};
use crate::accounts::links::{self, Purpose};
use crate::accounts::{embedding, factors, provider};
use crate::accounts::{passwords, pins, sessions};
use crate::mail::outbox::{self, Kind, NewMail};
use crate::store::schema::{
    credentials as c, invitations as inv, licences as l, login_emails_used as e, resources as r, sites as s, users as u,
};
use crate::store::{self, Conn, StoreError};

/// Whether a password is to be kept or to be changed at the next sign-in (T7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    Chosen,
    Temporary,
}

/// What is left after the changes.
#[derive(Default)]
pub(super) struct Applied {
    pub(super) subject: Option<User>,
    pub(super) temporary_password: Option<String>,
    pub(super) api_key: Option<String>,
    /// Whom else it changed.
    pub(super) touched: Vec<Touched>,
}

/// Carries the changes of an accepted verdict out, in their order.
pub(super) fn apply(
    conn: &mut Conn,
    context: &Context,
    facts: &Facts,
    verdict: &Verdict,
) -> Result<Applied, EditError> {
    let organisation = context.asker.organisation;
    let subject = save_subject(conn, context, facts, verdict)?;
    let mut applied = Applied {
        temporary_password: None,
        api_key: None,
        touched: Vec::new(),
        subject,
    };
    let mut policy: Option<Policy> = None;
    for change in &verdict.changes {
        match change {
            // Stored with the user, above.
            Change::UserCreated { .. }
            | Change::ProfileChanged { .. }
            | Change::Granted { .. }
            | Change::Revoked { .. }
            | Change::PrimarySiteChanged { .. }
            | Change::Joined { .. }
            | Change::Left { .. }
            | Change::StatusChanged { .. }
            | Change::Locked { .. } => {}
            // The account at the identity provider may be another one when they come back.
            Change::Deactivated { .. } => provider::unbind(conn, subject_of(&applied)?.id)?,
            Change::Unlocked { .. } => reset_failures(conn, subject_of(&applied)?.id)?,
            // One that was made anew has ended already, above.
            Change::UserDeleted { user, profile } if applied.subject.as_ref().is_some_and(|one| one.id == *user) => {
                end_account(conn, context, *user, profile)?;
                applied.subject = None;
            }
            Change::UserDeleted { .. } => {}
            Change::InvitationIssued { to, language } => {
                issue_invitation(conn, context, &facts.policy, subject_of(&applied)?.id, to, language)?;
            }
            Change::InvitationEnded => {
                // After a deletion there is nothing left to end.
                if let Some(user) = &applied.subject {
                    end_invitation(conn, user.id, context.now)?;
                }
            }
            Change::SessionsEnded => {
                if let Some(user) = &applied.subject {
                    sessions::end_all_of(conn, user.id)?;
                }
            }
            Change::SomeSessionsEnded { which } => sessions::end_some_of(conn, subject_of(&applied)?.id, *which)?,
            Change::TemporaryPasswordSet => {
                let made = match &context.temporary {
                    Some(made) => made.clone(),
                    None => passwords::temporary()?,
                };
                let user = subject_of(&applied)?.id;
                end_resets(conn, user, context.now)?;
                set_password(conn, user, &made.hash, Password::Temporary, context.now)?;
                applied.temporary_password = Some(made.plain.expose().clone());
                let (kind, origin) = (Kind::TemporaryPasswordSet, &context.asker.origin);
                tell_person(conn, organisation, user, kind, origin, context.now)?;
            }
            Change::Factors { .. } => {
                let user = subject_of(&applied)?.id;
                factors::remove_all(conn, user)?;
                provider::unbind(conn, user)?;
                let origin = &context.asker.origin;
                tell_person(conn, organisation, user, Kind::FactorsReset, origin, context.now)?;
            }
            Change::ProductAdded {
                product,
                terms,
                monthly_cents,
            } => {
                diesel::insert_into(l::table)
                    .values((
                        l::user_id.eq(subject_of(&applied)?.id.to_string()),
                        l::product_id.eq(product.as_str()),
                        l::terms_version.eq(terms),
                        l::monthly_cents.eq(i64::from(*monthly_cents)),
                        l::agreed_by.eq(context.asker.user.to_string()),
                        l::agreed_by_name.eq(crate::facts::asker_name(conn, &context.asker)?),
                        l::agreed_at.eq(context.now.0),
                    ))
                    .execute(conn)?;
            }
            Change::ProductEnded { product, .. } => {
                let user = subject_of(&applied)?.id.to_string();
                diesel::delete(l::table.find((user, product.as_str()))).execute(conn)?;
            }
            Change::CaseOpened { product } => {
                let by = asker_of(conn, context)?;
                store::open_case(conn, organisation, (subject_of(&applied)?, product), &by, context.now)?;
            }
            Change::CaseClosed { case, note, .. } => {
                let by = asker_of(conn, context)?;
                store::close_case(conn, *case, note, &by, context.now)?;
            }
            Change::RolePermissionGranted { role, permission } => {
                permit(
                    policy.get_or_insert_with(|| Policy::clone(&facts.policy)),
                    role,
                    permission,
                    Permit::Yes,
                );
            }
            Change::RolePermissionRevoked { role, permission } => {
                permit(
                    policy.get_or_insert_with(|| Policy::clone(&facts.policy)),
                    role,
                    permission,
                    Permit::No,
                );
            }
            Change::DeviceEnrolled { device, name } => {
                let shared = SharedDevice {
                    id: *device,
                    name: name.clone(),
                    enrolled_at: context.now,
                    enrolled_by: asker_of(conn, context)?.name,
                };
                store::enrol_device(conn, organisation, &shared)?;
            }
            Change::DeviceReleased { device, .. } => store::release_device(conn, *device)?,
            Change::ApiKeyMade { key, name, scopes } => {
                let made = embedding::make_key()?;
                let new = store::NewApiKey {
                    id: *key,
                    name,
                    key_hash: &made.hash,
                    prefix: &made.prefix,
                    scopes,
                    made_by: &asker_of(conn, context)?.name,
                };
                store::insert_api_key(conn, organisation, &new, context.now)?;
                applied.api_key = Some(made.key.expose().clone());
                about_settings(conn, context, &facts.policy, Power::Embedding, (Kind::ApiKeyMade, name))?;
            }
            Change::ApiKeyRevoked { key, name } => {
                let by = asker_of(conn, context)?.name;
                store::revoke_api_key(conn, *key, &by, context.now)?;
                about_settings(
                    conn,
                    context,
                    &facts.policy,
                    Power::Embedding,
                    (Kind::ApiKeyRevoked, name),
                )?;
            }
            Change::OriginAllowed { origin } => {
                let by = asker_of(conn, context)?.name;
                store::allow_origin(conn, organisation, origin, &by, context.now)?;
                about_settings(
                    conn,
                    context,
                    &facts.policy,
                    Power::Embedding,
                    (Kind::OriginAllowed, origin),
                )?;
            }
            Change::OriginRemoved { origin } => {
                store::remove_origin(conn, organisation, origin, context.now)?;
                about_settings(
                    conn,
                    context,
                    &facts.policy,
                    Power::Embedding,
                    (Kind::OriginRemoved, origin),
                )?;
            }
            Change::IdentityProviderRemoved { provider: gone } => {
                provider::let_go(conn, organisation, context.asker.user)?;
                provider::remove(conn, organisation)?;
                let told = (Kind::ProviderRemoved, gone.name.as_str());
                about_settings(conn, context, &facts.policy, Power::Policy, told)?;
            }
            Change::SiteCreated { site } => store::insert_site(conn, organisation, site, context.now)?,
            Change::SiteRenamed { site, to, .. } => {
                diesel::update(s::table.find(site.to_string()))
                    .set(s::name.eq(to))
                    .execute(conn)?;
            }
            Change::SiteArchived { site } => applied.touched = archive_site(conn, organisation, *site)?,
            Change::ResourceCreated { resource } => store::insert_resource(conn, organisation, resource, context.now)?,
            Change::ResourceRenamed { resource, to, .. } => {
                diesel::update(r::table.find(resource.to_string()))
                    .set(r::name.eq(to))
                    .execute(conn)?;
            }
            Change::ResourceArchived { resource } => applied.touched = archive_resource(conn, *resource)?,
            // That it was done is all there is to an export; a policy is stored by `publish_policy`, which has its source, and
            // an identity provider by `set_provider`, which has its secret.
            Change::Exported { .. } | Change::PolicyPublished { .. } | Change::IdentityProviderSet { .. } => {}
        }
    }
    if let Some(policy) = policy {
        let publisher = asker_of(conn, context)?;
        let publication = store::Publication {
            source: None,
            by: Some(&publisher),
            at: context.now,
            note: "",
        };
        store::publish_policy(conn, organisation, &policy, publication)?;
    }
    Ok(applied)
}

/// Whoever asks, as they are put on record.
fn asker_of(conn: &mut Conn, context: &Context) -> Result<AuditPerson, StoreError> {
    Ok(AuditPerson {
        user: context.asker.user,
        name: crate::facts::asker_name(conn, &context.asker)?,
    })
}

fn subject_of(applied: &Applied) -> Result<&User, StoreError> {
    applied
        .subject
        .as_ref()
        .ok_or_else(|| StoreError::Corrupt("a change about a user without one".to_owned()))
}

/// The user after all changes, one revision on, stored; `None` for edits that are about no user.
fn save_subject(
    conn: &mut Conn,
    context: &Context,
    facts: &Facts,
    verdict: &Verdict,
) -> Result<Option<User>, StoreError> {
    let organisation = context.asker.organisation;
    let created = verdict.changes.iter().find_map(|change| match change {
        Change::UserCreated { user } => Some(user),
        _ => None,
    });
    let Some(mut after) = created.or(facts.subject.as_ref()).cloned() else {
        return Ok(None);
    };
    if verdict.changes.is_empty() {
        return Ok(Some(after));
    }
    for change in &verdict.changes {
        after.apply(change);
    }
    let ended = verdict.changes.iter().find_map(|change| match change {
        Change::UserDeleted { user, profile } => Some((*user, profile)),
        _ => None,
    });
    match (ended, created) {
        // It gives its address to the one that is made (A12).
        (Some((user, profile)), Some(successor)) => {
            end_account(conn, context, user, profile)?;
            store::note_succession(conn, organisation, user, successor.id, context.now)?;
        }
        (Some(_), None) => return Ok(Some(after)),
        (None, _) => {}
    }
    let before = if created.is_some() {
        None
    } else {
        facts.subject.as_ref()
    };
    if let Some(before) = before {
        after.revision = before.revision.next();
    } else if after.revision == Revision::default() {
        after.revision = Revision(1);
    }
    store::save_user(conn, organisation, before, &after, &facts.policy, context.now)?;
    if before.is_some_and(|before| before.profile.mail_address() != after.profile.mail_address()) {
        // What was sent to the address before is not theirs any more.
        end_resets(conn, after.id, context.now)?;
    }
    if let Some(before) = before {
        about_addresses(conn, context, &facts.policy, before, &after)?;
    }
    let email = &after.profile.login_email;
    if before.is_none_or(|before| before.profile.login_email != *email) {
        if let Some(before) = before {
            retire_email(conn, &before.profile.login_email, context.now)?;
            // The provider vouches for addresses: for another one it may name another account.
            provider::unbind(conn, before.id)?;
        }
        use_email(conn, organisation, after.id, email)?;
    }
    Ok(Some(after))
}

/// The account with everything that hangs on it, the mail that waits for the person, and the support cases about them:
/// there is nobody left to do it for.
fn end_account(conn: &mut Conn, context: &Context, user: UserId, profile: &Profile) -> Result<(), StoreError> {
    retire_email(conn, &profile.login_email, context.now)?;
    outbox::drop_all_unsent(conn, user)?;
    let by = asker_of(conn, context)?;
    store::close_cases_of(conn, user, &by, context.now)?;
    store::delete_user(conn, user)
}

fn use_email(conn: &mut Conn, organisation: OrganisationId, user: UserId, email: &str) -> Result<(), StoreError> {
    let values = (
        e::organisation_id.eq(organisation.to_string()),
        e::user_id.eq(user.to_string()),
    );
    // Only one that nobody has now; a second user of one address fails at the table's key.
    let reused = diesel::update(e::table.find(email).filter(e::retired_at.is_not_null()))
        .set((values.clone(), e::retired_at.eq(None::<i64>)))
        .execute(conn)?;
    if reused == 0 {
        diesel::insert_into(e::table)
            .values((e::email.eq(email), values.0, values.1))
            .execute(conn)?;
    }
    Ok(())
}

fn retire_email(conn: &mut Conn, email: &str, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(e::table.find(email))
        .set(e::retired_at.eq(Some(now.0)))
        .execute(conn)?;
    Ok(())
}

fn reset_failures(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::update(c::table.find(user.to_string()))
        .set((c::failed_sign_ins.eq(0), c::last_failed_at.eq(None::<i64>)))
        .execute(conn)?;
    Ok(())
}

/// No link to choose a password works any more, and none is on its way.
pub(super) fn end_resets(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    links::end_all_of(conn, user, Purpose::Password, now)?;
    outbox::drop_unsent(conn, user, Kind::PasswordReset)
}

pub(crate) fn set_password(
    conn: &mut Conn,
    user: UserId,
    hash: &str,
    made: Password,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Whoever knew the password could have chosen the PIN.
    pins::forget(conn, user)?;
    diesel::delete(c::table.find(user.to_string())).execute(conn)?;
    diesel::insert_into(c::table)
        .values((
            c::user_id.eq(user.to_string()),
            c::password_hash.eq(hash),
            c::must_change.eq(made == Password::Temporary),
            c::changed_at.eq(now.0),
            c::failed_sign_ins.eq(0),
        ))
        .execute(conn)?;
    Ok(())
}

/// A new invitation in the place of the earlier one, whose link stops working (D6). Its own link is made when the mail is
/// sent: the link's token exists nowhere before.
pub(super) fn issue_invitation(
    conn: &mut Conn,
    context: &Context,
    policy: &Policy,
    user: UserId,
    to: &str,
    language: &str,
) -> Result<(), StoreError> {
    let (key, now) = (user.to_string(), context.now);
    let by =
        (context.asker.kind == ActorKind::Member && context.asker.user != user).then(|| context.asker.user.to_string());
    // A link that goes out by itself does so in the name of whoever invited.
    let earlier: Option<Option<String>> = inv::table.find(&key).select(inv::issued_by).first(conn).optional()?;
    diesel::delete(inv::table.find(&key)).execute(conn)?;
    diesel::insert_into(inv::table)
        .values((
            inv::user_id.eq(&key),
            inv::issued_at.eq(now.0),
            inv::expires_at.eq(now.plus_days(policy.lifecycle.invitation_days).0),
            inv::issued_by.eq(by.or(earlier.flatten())),
        ))
        .execute(conn)?;
    diesel::update(u::table.find(&key))
        .set(u::invited_at.eq(Some(now.0)))
        .execute(conn)?;
    links::end_all_of(conn, user, Purpose::Invitation, now)?;
    outbox::drop_unsent(conn, user, Kind::Invitation)?;
    outbox::drop_unsent(conn, user, Kind::LinkWanted)?;
    let mail = NewMail {
        organisation: context.asker.organisation,
        user,
        kind: Kind::Invitation,
        to,
        language,
        origin: "",
    };
    outbox::put(conn, &mail, now)
}

pub(super) fn end_invitation(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(inv::table.find(user.to_string()))
        .set(inv::ended_at.eq(Some(now.0)))
        .execute(conn)?;
    links::end_all_of(conn, user, Purpose::Invitation, now)?;
    outbox::drop_unsent(conn, user, Kind::Invitation)?;
    outbox::drop_unsent(conn, user, Kind::LinkWanted)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Permit {
    Yes,
    No,
}

fn permit(policy: &mut Policy, role: &RoleId, permission: &PermissionId, permit: Permit) {
    let every: BTreeSet<PermissionId> = policy
        .permissions
        .iter()
        .map(|permission| permission.id.clone())
        .collect();
    let Some(role) = policy.roles.iter_mut().find(|candidate| candidate.id == *role) else {
        return;
    };
    let mut permitted = match &role.permissions {
        Permissions::All if permit == Permit::Yes => return,
        Permissions::All => every,
        Permissions::Only(permitted) => permitted.clone(),
    };
    match permit {
        Permit::Yes => permitted.insert(permission.clone()),
        Permit::No => permitted.remove(permission),
    };
    role.permissions = Permissions::Only(permitted);
}
