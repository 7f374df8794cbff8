//! Identity providers of organisations (OpenID Connect): which an organisation has, and for which domains of e-mail addresses
//! it vouches.
//!
//! Whoever runs the server sets them (`lanyard provider`), not the organisation: a domain decides whose provider is asked
//! about an address, and an issuer is an address that this server calls, so somebody has to have checked both.

use diesel::prelude::*;
use shared::ids::{OrganisationId, Timestamp};
use shared::wire::ProviderView;

use crate::config::Secret;
use crate::secrets::{Secrets, SecretsError};
use crate::store::schema::{identity_domains as d, identity_providers as p};
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
}

/// A domain of e-mail addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    pub name: String,
    /// Whether the organisation's people with such an address sign in by the provider and in no other way.
    pub only_way: bool,
}

/// A provider to set in the place of the one before.
#[derive(Clone, Debug)]
pub struct NewProvider {
    pub organisation: OrganisationId,
    pub link: String,
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<Secret<String>>,
    pub domains: Vec<Domain>,
}

/// Why a provider is not set.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("the link \"{0}\" is another organisation's")]
    LinkTaken(String),
    #[error("the domain {0} is another organisation's")]
    DomainTaken(String),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for ProviderError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Provider {
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
    let row: Option<(String, String, String, String, Option<String>)> = p::table
        .find(organisation.to_string())
        .select((p::link, p::name, p::issuer, p::client_id, p::client_secret))
        .first(conn)
        .optional()?;
    let Some((link, name, issuer, client_id, sealed_secret)) = row else {
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

/// Sets the provider of an organisation, in the place of the one before.
///
/// # Errors
/// [`ProviderError`]; nothing has changed then.
pub fn set(conn: &mut Conn, new: &NewProvider, secrets: &Secrets, now: Timestamp) -> Result<(), ProviderError> {
    let id = new.organisation.to_string();
    let others = p::table
        .filter(p::link.eq(&new.link))
        .filter(p::organisation_id.ne(&id));
    if diesel::select(diesel::dsl::exists(others)).get_result::<bool>(conn)? {
        return Err(ProviderError::LinkTaken(new.link.clone()));
    }
    for domain in &new.domains {
        let others = d::table
            .filter(d::domain.eq(&domain.name))
            .filter(d::organisation_id.ne(&id));
        if diesel::select(diesel::dsl::exists(others)).get_result::<bool>(conn)? {
            return Err(ProviderError::DomainTaken(domain.name.clone()));
        }
    }
    let sealed = match &new.client_secret {
        Some(secret) => Some(secrets.seal(&purpose(new.organisation), secret.expose().as_bytes())?),
        None => None,
    };
    remove(conn, new.organisation)?;
    diesel::insert_into(p::table)
        .values((
            p::organisation_id.eq(&id),
            p::link.eq(&new.link),
            p::name.eq(&new.name),
            p::issuer.eq(&new.issuer),
            p::client_id.eq(&new.client_id),
            p::client_secret.eq(sealed),
            p::changed_at.eq(now.0),
        ))
        .execute(conn)?;
    for domain in &new.domains {
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

/// Removes the provider of an organisation; whether there was one.
pub fn remove(conn: &mut Conn, organisation: OrganisationId) -> Result<bool, StoreError> {
    Ok(diesel::delete(p::table.find(organisation.to_string())).execute(conn)? > 0)
}
