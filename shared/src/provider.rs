//! An organisation's identity provider (OpenID Connect), as its administrators set it, and what may be set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::embed::{OriginFault, parse_origin};

/// Characters of a name, of a client id and of a link at most.
pub const NAME_AT_MOST: usize = 60;
pub const CLIENT_ID_AT_MOST: usize = 200;
pub const LINK_AT_MOST: usize = 60;
/// Domains of one provider at most.
pub const DOMAINS_AT_MOST: usize = 50;

/// Who signs an organisation's people in besides Lanyard itself. The client secret is never part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityProvider {
    /// What people know it as; stands on the button.
    pub name: String,
    /// As its description says it (OpenID Connect Discovery 1.0, 3), to the last character.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// The organisation's part of the address of its own sign-in page: `riverside` of `/sign-in/riverside`.
    pub link: String,
    /// Domains of addresses that it vouches for, and to whose people it is offered. Without any it vouches for the address of
    /// everyone of the organisation, and is offered on the organisation's own page alone.
    #[serde(default)]
    pub domains: Vec<ProviderDomain>,
}

/// A domain of e-mail addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderDomain {
    pub name: String,
    /// Whether the organisation's people with such an address sign in by the provider and in no other way.
    #[serde(default)]
    pub only_way: bool,
}

/// What becomes of the secret that this server has with the provider. The secret itself is in no edit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClientSecret {
    /// The one that is set, if there is one.
    #[default]
    Keep,
    /// Another one, which comes with the request.
    New,
    /// None: a public client, which PKCE alone protects.
    None,
}

/// What a decision about an identity provider looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ProviderFacts {
    /// The one that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<IdentityProvider>,
    pub has_secret: bool,
    /// Whether a provider on the server's own machine may be asked: for development and demonstrations.
    pub own_machine: bool,
    /// Whose the link and the domains are that an edit asks for; one that is missing here is unknown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, Claim>,
}

impl ProviderFacts {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whose a link or a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Nobody else's; for a domain: people of this organisation use it, and nobody of another one.
    Ours,
    /// Another organisation has it with its provider.
    Taken,
    /// People of another organisation sign in with addresses of the domain.
    UsedElsewhere,
    /// Nobody active in this organisation signs in with an address of the domain.
    NobodyHere,
}

/// A part of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderField {
    Name,
    Issuer,
    ClientId,
    Secret,
    Link,
    Domains,
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderFault {
    Missing,
    TooLong {
        at_most: u32,
    },
    /// No address of an issuer.
    IssuerMalformed,
    /// Neither https nor, where that is allowed, on the server's own machine.
    IssuerNotSecure,
    LinkMalformed,
    LinkTaken,
    DomainMalformed {
        domain: String,
    },
    DomainNotOurs {
        domain: String,
        claim: Claim,
    },
    TooManyDomains {
        at_most: u32,
    },
    /// The secret that is set is for another issuer or client; it is not sent elsewhere.
    SecretOfAnother,
}

impl IdentityProvider {
    /// As it is stored: without spaces around, domains in small letters, each once and in order.
    #[must_use]
    pub fn tidy(&self) -> Self {
        let mut domains: BTreeMap<String, bool> = BTreeMap::new();
        for domain in &self.domains {
            let name = domain.name.trim().trim_start_matches('@').to_lowercase();
            if !name.is_empty() {
                *domains.entry(name).or_default() |= domain.only_way;
            }
        }
        Self {
            name: self.name.trim().to_owned(),
            issuer: self.issuer.trim().to_owned(),
            client_id: self.client_id.trim().to_owned(),
            link: self.link.trim().to_owned(),
            domains: domains
                .into_iter()
                .map(|(name, only_way)| ProviderDomain { name, only_way })
                .collect(),
        }
    }

    /// Everything that is wrong with it by itself, after [`tidy`](Self::tidy).
    pub fn faults(&self, own_machine: bool) -> Vec<(ProviderField, ProviderFault)> {
        let mut faults = Vec::new();
        let texts = [
            (ProviderField::Name, &self.name, NAME_AT_MOST),
            (ProviderField::ClientId, &self.client_id, CLIENT_ID_AT_MOST),
            (ProviderField::Link, &self.link, LINK_AT_MOST),
        ];
        for (field, text, at_most) in texts {
            if text.is_empty() {
                faults.push((field, ProviderFault::Missing));
            } else if text.chars().count() > at_most {
                let at_most = u32::try_from(at_most).unwrap_or(u32::MAX);
                faults.push((field, ProviderFault::TooLong { at_most }));
            }
        }
        let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if !self.link.chars().all(fits) {
            faults.push((ProviderField::Link, ProviderFault::LinkMalformed));
        }
        faults.extend(issuer_fault(&self.issuer, own_machine).map(|fault| (ProviderField::Issuer, fault)));
        if self.domains.len() > DOMAINS_AT_MOST {
            let at_most = u32::try_from(DOMAINS_AT_MOST).unwrap_or(u32::MAX);
            faults.push((ProviderField::Domains, ProviderFault::TooManyDomains { at_most }));
        }
        for domain in self.domains.iter().filter(|domain| !is_domain(&domain.name)) {
            let domain = domain.name.clone();
            faults.push((ProviderField::Domains, ProviderFault::DomainMalformed { domain }));
        }
        faults
    }
}

/// What is wrong with the address of an issuer: https, a host, perhaps a path, and nothing else (OpenID Connect Core 1.0, 2).
pub fn issuer_fault(issuer: &str, own_machine: bool) -> Option<ProviderFault> {
    if issuer.is_empty() {
        return Some(ProviderFault::Missing);
    }
    let is_printable = issuer.bytes().all(|byte| byte.is_ascii_graphic());
    let Some((scheme, rest)) = issuer.split_once("://").filter(|_| is_printable) else {
        return Some(ProviderFault::IssuerMalformed);
    };
    if rest.contains(['?', '#', '\\']) {
        return Some(ProviderFault::IssuerMalformed);
    }
    let host = rest.split('/').next().unwrap_or_default();
    match parse_origin(&format!("{scheme}://{host}")) {
        Ok(origin) if origin.starts_with("http:") && !own_machine => Some(ProviderFault::IssuerNotSecure),
        Ok(_) => None,
        Err(OriginFault::NotSecure) => Some(ProviderFault::IssuerNotSecure),
        Err(_) => Some(ProviderFault::IssuerMalformed),
    }
}

fn is_domain(name: &str) -> bool {
    let fits = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_or_where_allowed_this_machine() {
        for good in [
            "https://id.example",
            "https://id.example/realms/a/",
            "https://id.example:8443",
        ] {
            assert_eq!(issuer_fault(good, false), None, "{good}");
        }
        for (issuer, fault) in [
            ("", ProviderFault::Missing),
            ("id.example", ProviderFault::IssuerMalformed),
            ("https://id.example?x", ProviderFault::IssuerMalformed),
            ("https://id.example/#a", ProviderFault::IssuerMalformed),
            ("https://me@id.example/", ProviderFault::IssuerMalformed),
            ("https://id example/", ProviderFault::IssuerMalformed),
            ("ftp://id.example", ProviderFault::IssuerMalformed),
            ("http://id.example", ProviderFault::IssuerNotSecure),
            ("http://127.0.0.1:80", ProviderFault::IssuerNotSecure),
            ("http://localhost@id.example/", ProviderFault::IssuerMalformed),
        ] {
            assert_eq!(issuer_fault(issuer, false), Some(fault), "{issuer}");
        }
        assert_eq!(issuer_fault("http://127.0.0.1:9/x", true), None);
        assert_eq!(
            issuer_fault("http://10.0.0.1", true),
            Some(ProviderFault::IssuerNotSecure)
        );
    }

    #[test]
    fn domains_are_tidied_and_have_to_be_some() {
        let domain = |name: &str, only_way| ProviderDomain {
            name: name.to_owned(),
            only_way,
        };
        let typed = IdentityProvider {
            domains: vec![
                domain(" @B.example", false),
                domain("a.example", false),
                domain("b.example ", true),
                domain(" ", true),
            ],
            ..IdentityProvider::default()
        };
        assert_eq!(
            typed.tidy().domains,
            [domain("a.example", false), domain("b.example", true)]
        );
        for wrong in [
            "example",
            "a..example",
            "-a.example",
            "a_b.example",
            "a.example/",
            "%.example",
        ] {
            assert!(!is_domain(wrong), "{wrong}");
        }
    }
}
