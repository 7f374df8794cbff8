//! Identity providers of organisations (OpenID Connect): which an organisation has, and for which domains of e-mail addresses
//! it vouches.
//!
//! Those who write an organisation's policy set them, by an edit (`crate::edits`), or whoever runs the server, at the command
//! line. A domain decides whose provider is asked about an address: an organisation has those that its people use and nobody
//! else's do ([`claims`]); whoever runs the server gives any that is free.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::lifecycle::Status;
use shared::provider::{Claim, ClientSecret, IdentityProvider};
use shared::wire::{ProviderView, SignInMethod};

pub use shared::provider::ProviderDomain as Domain;

use crate::config::Secret;
use crate::secrets::{Secrets, SecretsError};
use crate::store::schema::{
    ceremonies as ce, identity_domains as d, identity_providers as p, identity_subjects as is, sessions as s,
    users as u,
};
use crate::store::{Conn, StoreError, codec};

/// The identity provider of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    pub organisation: OrganisationId,
    /// The organisation's part of the address of its own sign-in page.
    pub link: String,
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    /// As it is stored; see [`Provider::client_secret`].
    sealed_secret: Option<String>,
    /// Domains that it vouches for; none: every address of the organisation's people.
    pub domains: Vec<Domain>,
    pub changed_at: Timestamp,
}

impl Provider {
    /// As its administrators set it.
    pub fn settings(&self) -> IdentityProvider {
        IdentityProvider {
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            link: self.link.clone(),
            domains: self.domains.clone(),
        }
    }

    pub fn has_secret(&self) -> bool {
        self.sealed_secret.is_some()
    }

    /// The secret that this server has with the provider.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn client_secret(&self, secrets: &Secrets) -> Result<Option<String>, SecretsError> {
        let Some(sealed) = &self.sealed_secret else {
            return Ok(None);
        };
        let plain = secrets.open(&purpose(self.organisation), sealed)?;
        String::from_utf8(plain.expose().clone())
            .map(Some)
            .map_err(|_| SecretsError::Unreadable)
    }

    /// Whether it vouches for this address.
    pub fn vouches_for(&self, address: &str) -> bool {
        self.domains.is_empty() || self.domains.iter().any(|domain| domain.name == domain_of(address))
    }
}

/// What a client secret is encrypted for.
fn purpose(organisation: OrganisationId) -> String {
    format!("client secret of {organisation}")
}

/// The domain of an address, in lower case; empty if it has none.
pub fn domain_of(address: &str) -> String {
    address
        .rsplit_once('@')
        .map(|(_, domain)| domain.trim().to_lowercase())
        .unwrap_or_default()
}

/// The provider of an organisation.
pub fn of(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<Provider>, StoreError> {
    let row: Option<(String, String, String, String, Option<String>, i64)> = p::table
        .find(organisation.to_string())
        .select((
            p::link,
            p::name,
            p::issuer,
            p::client_id,
            p::client_secret,
            p::changed_at,
        ))
        .first(conn)
        .optional()?;
    let Some((link, name, issuer, client_id, sealed_secret, changed_at)) = row else {
        return Ok(None);
    };
    let domains: Vec<(String, bool)> = d::table
        .filter(d::organisation_id.eq(organisation.to_string()))
        .order(d::domain)
        .select((d::domain, d::only_way))
        .load(conn)?;
    Ok(Some(Provider {
        organisation,
        link,
        name,
        issuer,
        client_id,
        sealed_secret,
        domains: domains
            .into_iter()
            .map(|(name, only_way)| Domain { name, only_way })
            .collect(),
        changed_at: Timestamp(changed_at),
    }))
}

/// The provider that a sign-in page of its own leads to.
pub fn of_link(conn: &mut Conn, link: &str) -> Result<Option<Provider>, StoreError> {
    let found: Option<String> = p::table
        .filter(p::link.eq(link))
        .select(p::organisation_id)
        .first(conn)
        .optional()?;
    match found {
        Some(organisation) => of(conn, OrganisationId(codec::uuid(&organisation)?)),
        None => Ok(None),
    }
}

/// What is offered to whoever types an address of this domain.
pub fn of_domain(conn: &mut Conn, domain: &str) -> Result<Option<ProviderView>, StoreError> {
    let found: Option<(String, String, bool)> = d::table
        .inner_join(p::table.on(p::organisation_id.eq(d::organisation_id)))
        .filter(d::domain.eq(domain.trim().to_lowercase()))
        .select((p::link, p::name, d::only_way))
        .first(conn)
        .optional()?;
    Ok(found.map(|(link, name, only)| ProviderView { link, name, only }))
}

/// The name of the provider by which alone a person of this organisation signs in, if it is so for their address.
pub fn only_way(conn: &mut Conn, organisation: OrganisationId, address: &str) -> Result<Option<String>, StoreError> {
    Ok(d::table
        .inner_join(p::table.on(p::organisation_id.eq(d::organisation_id)))
        .filter(d::domain.eq(domain_of(address)))
        .filter(d::organisation_id.eq(organisation.to_string()))
        .filter(d::only_way.eq(true))
        .select(p::name)
        .first(conn)
        .optional()?)
}

/// All providers, by their links.
pub fn all(conn: &mut Conn) -> Result<Vec<Provider>, StoreError> {
    let ids: Vec<String> = p::table.order(p::link).select(p::organisation_id).load(conn)?;
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        all.extend(of(conn, OrganisationId(codec::uuid(&id)?))?);
    }
    Ok(all)
}

/// Whose the link and the domains are that are asked for by this organisation.
pub fn claims(
    conn: &mut Conn,
    organisation: OrganisationId,
    asked: &IdentityProvider,
    by: ActorKind,
) -> Result<BTreeMap<String, Claim>, StoreError> {
    let id = organisation.to_string();
    let mut claims = BTreeMap::new();
    let others = p::table
        .filter(p::link.eq(&asked.link))
        .filter(p::organisation_id.ne(&id));
    let link = if diesel::select(exists(others)).get_result::<bool>(conn)? {
        Claim::Taken
    } else {
        Claim::Ours
    };
    claims.insert(asked.link.clone(), link);
    for domain in &asked.domains {
        claims.insert(domain.name.clone(), claim(conn, &id, &domain.name, by)?);
    }
    Ok(claims)
}

/// Whose a domain is. Whoever runs the server knows that better than the addresses of people do.
fn claim(conn: &mut Conn, organisation: &str, domain: &str, by: ActorKind) -> Result<Claim, StoreError> {
    let others = d::table
        .filter(d::domain.eq(domain))
        .filter(d::organisation_id.ne(organisation));
    if diesel::select(exists(others)).get_result::<bool>(conn)? {
        return Ok(Claim::Taken);
    }
    if by == ActorKind::Operator {
        return Ok(Claim::Ours);
    }
    // A domain that the rules take has no wildcards in it.
    let addresses = format!("%@{domain}");
    let elsewhere = u::table
        .filter(u::login_email.like(&addresses))
        .filter(u::organisation_id.ne(organisation));
    if diesel::select(exists(elsewhere)).get_result::<bool>(conn)? {
        return Ok(Claim::UsedElsewhere);
    }
    let here = u::table
        .filter(u::login_email.like(&addresses))
        .filter(u::organisation_id.eq(organisation))
        .filter(u::status.eq(codec::name(&Status::Active)?));
    Ok(match diesel::select(exists(here)).get_result::<bool>(conn)? {
        true => Claim::Ours,
        false => Claim::NobodyHere,
    })
}

/// The secret as it is stored, of what is asked for.
///
/// # Errors
/// [`SecretsError`].
pub fn sealed(
    secrets: &Secrets,
    organisation: OrganisationId,
    secret: Option<&Secret<String>>,
) -> Result<Option<String>, SecretsError> {
    secret
        .map(|secret| secrets.seal(&purpose(organisation), secret.expose().as_bytes()))
        .transpose()
}

/// Stores what was decided, in the place of the provider before. `sealed` is a new secret.
pub fn store(
    conn: &mut Conn,
    organisation: OrganisationId,
    settings: &IdentityProvider,
    secret: ClientSecret,
    sealed: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = organisation.to_string();
    let kept = match secret {
        ClientSecret::Keep => of(conn, organisation)?.and_then(|before| before.sealed_secret),
        ClientSecret::New => sealed.map(str::to_owned),
        ClientSecret::None => None,
    };
    remove(conn, organisation)?;
    diesel::insert_into(p::table)
        .values((
            p::organisation_id.eq(&id),
            p::link.eq(&settings.link),
            p::name.eq(&settings.name),
            p::issuer.eq(&settings.issuer),
            p::client_id.eq(&settings.client_id),
            p::client_secret.eq(kept),
            p::changed_at.eq(now.0),
        ))
        .execute(conn)?;
    for domain in &settings.domains {
        diesel::insert_into(d::table)
            .values((
                d::domain.eq(&domain.name),
                d::organisation_id.eq(&id),
                d::only_way.eq(domain.only_way),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Who somebody is at the provider (`sub`), beside whoever it has said so far that they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nobody has signed in as them by this issuer, and nobody as somebody else by this account: from now on it is theirs.
    First,
    Same,
    /// They are somebody else there, or somebody else here has that account.
    Another,
}

/// Whether a person of this organisation is who the provider says; at first it is taken at its word.
pub fn known(conn: &mut Conn, provider: &Provider, user: UserId, subject: &str) -> Result<Known, StoreError> {
    let bound = is::table
        .filter(is::organisation_id.eq(provider.organisation.to_string()))
        .filter(is::issuer.eq(&provider.issuer))
        .filter(is::user_id.eq(user.to_string()).or(is::subject.eq(subject)))
        .select((is::user_id, is::subject));
    let found: Vec<(String, String)> = bound.load(conn)?;
    Ok(match found.as_slice() {
        [] => Known::First,
        [(whose, what)] if *whose == user.to_string() && what == subject => Known::Same,
        _ => Known::Another,
    })
}

/// From now on this account at the provider is theirs.
pub fn bind(
    conn: &mut Conn,
    provider: &Provider,
    user: UserId,
    subject: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    unbind(conn, user)?;
    diesel::insert_into(is::table)
        .values((
            is::user_id.eq(user.to_string()),
            is::organisation_id.eq(provider.organisation.to_string()),
            is::issuer.eq(&provider.issuer),
            is::subject.eq(subject),
            is::bound_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whoever the provider says next that they are is taken at its word again.
pub fn unbind(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    diesel::delete(is::table.find(user.to_string())).execute(conn)?;
    Ok(())
}

/// Forgets whom the provider of an organisation has said that people are, and ends the sessions and second steps that it has
/// opened, but for those of whoever removes or replaces it: they would have no way back to mend a mistake.
pub fn let_go(conn: &mut Conn, organisation: OrganisationId, but: UserId) -> Result<(), StoreError> {
    let opened = s::table
        .filter(s::organisation_id.eq(organisation.to_string()))
        .filter(s::signed_in_by.eq(codec::name(&SignInMethod::IdentityProvider)?))
        .filter(s::user_id.ne(but.to_string()));
    diesel::delete(opened).execute(conn)?;
    let people = u::table
        .filter(u::organisation_id.eq(organisation.to_string()))
        .select(u::id.nullable());
    let under_way = ce::table
        .filter(ce::provider_asked_at.is_not_null())
        .filter(ce::user_id.eq_any(people));
    diesel::delete(under_way).execute(conn)?;
    diesel::delete(is::table.filter(is::organisation_id.eq(organisation.to_string()))).execute(conn)?;
    Ok(())
}

/// Removes the provider of an organisation, with the attempts that are under way; whether there was one.
pub fn remove(conn: &mut Conn, organisation: OrganisationId) -> Result<bool, StoreError> {
    Ok(diesel::delete(p::table.find(organisation.to_string())).execute(conn)? > 0)
}
