//! Whom the identity provider's word lets in: the person of this organisation with that address, as the account there that they
//! were before, with a second factor where a role of theirs requires one.

use std::time::Duration;

use diesel::prelude::*;
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::wire::{ProviderFailure, SignInMethod};

use super::Said;
use crate::accounts::opening::{self, Proved, open_session};
use crate::accounts::provider::{self, Known, Provider};
use crate::accounts::sessions::{self, Device, Lifetimes, Session};
use crate::accounts::sign_in::Entry;
use crate::accounts::{factors, second_step, token};
use crate::edits::{self, Acceptance, Context};
use crate::facts::Asker;
use crate::mail::outbox::{self, Kind};
use crate::store::schema::users;
use crate::store::{self, Conn, StoreError, codec};

/// Another account of somebody at the provider is told them and put on record once in so long.
const TOLD_EVERY: i64 = 60 * 60 * 1000;

/// The session of the person of this organisation who signs in with this address, or their second step; an invitation to it
/// is accepted by it, where the policy says so.
pub(super) fn open(
    conn: &mut Conn,
    provider: &Provider,
    said: &Said,
    device: &Device,
    lifetimes: Lifetimes,
    now: Timestamp,
) -> Result<Result<Entry, ProviderFailure>, StoreError> {
    let organisation = provider.organisation;
    if !provider.vouches_for(&said.address) {
        return Ok(Err(ProviderFailure::NoAccount));
    }
    store::lock_organisation(conn, organisation)?;
    // Settled otherwise while the provider took its time: this attempt is over with it.
    if provider::of(conn, organisation)?.as_ref() != Some(provider) {
        return Ok(Err(ProviderFailure::Expired));
    }
    let found: Option<(String, String)> = users::table
        .filter(users::organisation_id.eq(organisation.to_string()))
        .filter(users::login_email.eq(&said.address))
        .select((users::id, users::status))
        .first(conn)
        .optional()?;
    let Some((user, status)) = found else {
        return Ok(Err(ProviderFailure::NoAccount));
    };
    let user = UserId(codec::uuid(&user)?);
    let known = provider::known(conn, provider, user, &said.subject)?;
    if known == Known::Another {
        let lately = Timestamp(now.0 - TOLD_EVERY);
        if !outbox::has_since(conn, user, Kind::ProviderAccountRefused, lately)? {
            edits::refuse_provider_account(conn, organisation, user, &device.origin, now)?;
        }
        return Ok(Err(ProviderFailure::OtherAccount));
    }
    if codec::from_name::<Status>(&status)? == Status::Invited && !accepted(conn, organisation, user, device, now)? {
        return Ok(Err(ProviderFailure::InvitationFirst));
    }
    if !opening::is_let_in(conn, user, device)? {
        return Ok(Err(ProviderFailure::NoAccount));
    }
    if known == Known::First {
        provider::bind(conn, provider, user, &said.subject, now)?;
    }
    let at = said.asked.unwrap_or_default().min(now);
    // Also where somebody is signed in already: nobody knows whether that session had to pass one. Who has none sets one up
    // before anything else.
    if factors::is_required(conn, user, organisation)? && factors::has_one(conn, user)? {
        // Whoever came by a PIN goes on with what they prove now.
        if let Some(session) = here(conn, device, now)?
            && sessions::method(conn, &session.token_hash)? == Some(SignInMethod::Pin)
        {
            sessions::end(conn, &session.token_hash)?;
        }
        let by = factors::steps(conn, user)?;
        let begun = second_step::begin_after_provider(conn, user, by, at, now)?;
        return Ok(Ok(Entry::SecondStep(begun)));
    }
    let proved = Proved {
        by: SignInMethod::IdentityProvider,
        at,
    };
    let opened = open_session(conn, user, proved, device, lifetimes, now)?;
    Ok(opened.map(Entry::SignedIn).map_err(|_| ProviderFailure::NoAccount))
}

/// The session that the browser has now.
pub(super) fn here(conn: &mut Conn, device: &Device, now: Timestamp) -> Result<Option<Session>, StoreError> {
    match &device.session {
        Some(token) => sessions::find(conn, &token::digest(token.expose()), now),
        None => Ok(None),
    }
}

/// Whoever was asked longer ago by the provider is asked again by it: as long as a session here lasts at most.
pub(super) fn longest_ago(conn: &mut Conn, organisation: OrganisationId) -> Result<Duration, StoreError> {
    let Some(row) = store::organisation_row(conn, organisation)? else {
        return Ok(Duration::ZERO);
    };
    let hours = store::parsed_policy(conn, &row)?.lifecycle.session_hours;
    Ok(Duration::from_secs(u64::from(hours) * 3600))
}

/// Whether the invitation of this person is accepted by what the provider has said: the policy says so, and nothing else is
/// asked of them.
fn accepted(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    device: &Device,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(row) = store::organisation_row(conn, organisation)? else {
        return Ok(false);
    };
    if !store::parsed_policy(conn, &row)?.lifecycle.accept_by_provider {
        return Ok(false);
    }
    let asker = Asker {
        authenticated: None,
        embedded: None,
        organisation,
        user,
        kind: ActorKind::Member,
        origin: device.origin.clone(),
    };
    let context = Context {
        now,
        ..Context::now(asker)
    };
    let accepted = edits::accept_invitation_by_provider(conn, &context, user)?;
    Ok(matches!(accepted, Acceptance::In(_)))
}
