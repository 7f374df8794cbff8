//! Lanyard inside another application's pages: what a host may ask tokens for, from which origins they are good, and what
//! somebody may do with one. A token never gives anything: it is what the person may do, and less.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::access::{Assignment, Resources, Scope};
use crate::edit::Edit;
use crate::export::ExportedList;
use crate::facts::Actor;
use crate::ids::{ApiKeyId, RoleId, SiteId, Timestamp};
use crate::policy::Power;

/// Allowed origins of an organisation at most: all of them stand in one header.
pub const ORIGINS_AT_MOST: usize = 50;
/// API keys of an organisation at most that are not revoked.
pub const KEYS_AT_MOST: usize = 50;

/// One part of the product that a host can have in its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// The list of users, with everything that is done from there.
    Users,
    /// One user.
    User,
    /// Roles: what they permit, and who holds them.
    Roles,
    /// The audit record.
    Activity,
}

impl Element {
    pub const ALL: [Self; 4] = [Self::Users, Self::User, Self::Roles, Self::Activity];

    /// As addresses and elements name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::User => "user",
            Self::Roles => "roles",
            Self::Activity => "activity",
        }
    }

    /// What somebody administers who uses it.
    pub fn power(self) -> Power {
        match self {
            Self::Users | Self::User => Power::Users,
            Self::Roles => Power::Roles,
            Self::Activity => Power::Audit,
        }
    }
}

/// Whether changes can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EmbedAccess {
    Read,
    Manage,
}

/// How far a key or a token goes at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedScopes {
    pub elements: BTreeSet<Element>,
    pub access: EmbedAccess,
    /// Only these sites; `null` stands for all that the person reaches.
    #[serde(default)]
    pub sites: Option<BTreeSet<SiteId>>,
}

impl EmbedScopes {
    /// Whether `other` goes nowhere that `self` does not.
    pub fn covers(&self, other: &Self) -> bool {
        let sites = match (&self.sites, &other.sites) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(wanted)) => wanted.is_subset(own),
        };
        sites && other.access <= self.access && other.elements.is_subset(&self.elements)
    }
}

/// What a host's server asks for tokens with. The key itself is shown once and kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// What people call it: "Portal, production".
    pub name: String,
    /// The beginning of the key, by which it is told from others.
    pub prefix: String,
    pub scopes: EmbedScopes,
    pub made_at: Timestamp,
    /// The name of whoever made it, as it was then.
    pub made_by: String,
    /// To the minute.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
    #[serde(default)]
    pub revoked_by: Option<String>,
    /// Tokens of it that are good now.
    pub open: u32,
}

/// An origin whose pages may use tokens of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllowedOrigin {
    /// Scheme, host and port, as browsers send them in `Origin` (RFC 6454, 6.1).
    pub origin: String,
    pub allowed_at: Timestamp,
    /// The name of whoever allowed it, as it was then.
    pub allowed_by: String,
    /// Tokens that are good there now.
    pub open: u32,
}

/// All that an organisation has settled about embedding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Embedding {
    pub origins: Vec<AllowedOrigin>,
    pub keys: Vec<ApiKey>,
}

impl Embedding {
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty() && self.keys.is_empty()
    }

    /// The keys that are not revoked.
    pub fn good_keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.keys.iter().filter(|key| key.revoked_at.is_none())
    }
}

/// Why a text is no origin that can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OriginFault {
    Missing,
    /// Neither `https://` nor `http://` at its beginning.
    Scheme,
    /// `http://` anywhere but on the same machine: who is on the way could read the token.
    NotSecure,
    /// `*`: each origin is named.
    Wildcard,
    /// Something stands after host and port.
    Path,
    /// A name before the host (`user@`).
    UserInfo,
    /// No host, or none as browsers write it.
    Host,
    Port,
}

/// An origin as browsers send it, from what was typed: in lower case, without the port that its scheme has anyway.
///
/// # Errors
/// The first [`OriginFault`] that there is.
pub fn parse_origin(typed: &str) -> Result<String, OriginFault> {
    let text = typed.trim().to_ascii_lowercase();
    if text.is_empty() {
        return Err(OriginFault::Missing);
    }
    if text.contains('*') {
        return Err(OriginFault::Wildcard);
    }
    let (scheme, rest) = text.split_once("://").ok_or(OriginFault::Scheme)?;
    let usual_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return Err(OriginFault::Scheme),
    };
    if rest.contains(['/', '?', '#', '\\']) {
        return Err(OriginFault::Path);
    }
    if rest.contains('@') {
        return Err(OriginFault::UserInfo);
    }
    let (host, port) = split_port(rest)?;
    let (host, is_loopback) = parse_host(host).ok_or(OriginFault::Host)?;
    if scheme == "http" && !is_loopback {
        return Err(OriginFault::NotSecure);
    }
    Ok(match port.filter(|port| *port != usual_port) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), OriginFault> {
    // The colons of an IPv6 address stand in brackets.
    let end = match authority.rfind(']') {
        Some(end) => end + 1,
        None if authority.starts_with('[') => return Err(OriginFault::Host),
        None => 0,
    };
    let Some(colon) = authority.get(end..).and_then(|after| after.find(':')) else {
        return Ok((authority, None));
    };
    let (host, port) = authority.split_at(end + colon);
    let digits = port.get(1..).unwrap_or_default();
    let port = digits.parse::<u16>().ok().filter(|port| *port > 0);
    match port {
        Some(port) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok((host, Some(port))),
        _ => Err(OriginFault::Port),
    }
}

/// The host as browsers write it, and whether it is this machine (RFC 6761, 6.3).
fn parse_host(host: &str) -> Option<(String, bool)> {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        let address: Ipv6Addr = address.parse().ok()?;
        return Some((format!("[{address}]"), address.is_loopback()));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some((address.to_string(), address.is_loopback()));
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    // A browser would take a last label of digits for an address.
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_name = host.len() <= 253
        && host.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
        && !last.starts_with("0x");
    is_name.then(|| {
        let is_loopback = host == "localhost" || host.ends_with(".localhost");
        (host.to_owned(), is_loopback)
    })
}

/// The elements from which an edit can be made; none for what is done in the console alone.
pub fn elements_of(edit: &Edit) -> &'static [Element] {
    match edit {
        Edit::Invite { .. } => &[Element::Users],
        Edit::Change { .. }
        | Edit::ResendInvitation { .. }
        | Edit::WithdrawInvitation { .. }
        | Edit::Deactivate { .. }
        | Edit::Activate { .. }
        | Edit::Delete { .. }
        | Edit::Recreate { .. }
        | Edit::Lock { .. }
        | Edit::Unlock { .. }
        | Edit::SetTemporaryPassword { .. }
        | Edit::EndSessions { .. }
        | Edit::AddProducts { .. }
        | Edit::OpenCase { .. }
        | Edit::CloseCase { .. } => &[Element::Users, Element::User],
        Edit::SetRolePermissions { .. } => &[Element::Roles],
        Edit::Export { list, .. } => match list {
            ExportedList::Users(_) => &[Element::Users],
            ExportedList::Activity(_) => &[Element::Activity],
        },
        Edit::ResetFactors { .. }
        | Edit::ChangeFactors { .. }
        | Edit::CreateSite { .. }
        | Edit::RenameSite { .. }
        | Edit::ArchiveSite { .. }
        | Edit::CreateResource { .. }
        | Edit::RenameResource { .. }
        | Edit::ArchiveResource { .. }
        | Edit::EnrolDevice { .. }
        | Edit::ReleaseDevice { .. }
        | Edit::MakeApiKey { .. }
        | Edit::RevokeApiKey { .. }
        | Edit::AllowOrigin { .. }
        | Edit::RemoveOrigin { .. }
        | Edit::SetIdentityProvider { .. }
        | Edit::RemoveIdentityProvider
        | Edit::PublishPolicy { .. } => &[],
    }
}

impl Actor {
    /// The same person with a token: what they hold, where the token reaches.
    #[must_use]
    pub fn narrowed(mut self, scopes: &EmbedScopes) -> Self {
        if let Some(sites) = &scopes.sites {
            self.assignments = narrowed(&self.assignments, sites);
        }
        self.embedded = Some(scopes.clone());
        self
    }
}

/// What these assignments give at some sites, held at those sites alone.
pub fn narrowed(assignments: &[Assignment], sites: &BTreeSet<SiteId>) -> Vec<Assignment> {
    let mut held: BTreeMap<(&RoleId, SiteId), Resources> = BTreeMap::new();
    for assignment in assignments {
        let reached: Vec<SiteId> = match &assignment.scope {
            Scope::Organisation => sites.iter().copied().collect(),
            Scope::Site { site, .. } => sites.get(site).copied().into_iter().collect(),
        };
        for site in reached {
            let more = assignment.scope.resources();
            held.entry((&assignment.role, site))
                .and_modify(|resources| *resources = both(resources, more))
                .or_insert_with(|| more.clone());
        }
    }
    let narrowed = held.into_iter().map(|((role, site), resources)| Assignment {
        role: role.clone(),
        scope: Scope::Site { site, resources },
    });
    narrowed.collect()
}

fn both(one: &Resources, other: &Resources) -> Resources {
    match (one, other) {
        (Resources::All, _) | (_, Resources::All) => Resources::All,
        (Resources::Only(one), Resources::Only(other)) => Resources::Only(one.union(other).copied().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for (typed, origin) in [
            ("https://portal.example", "https://portal.example"),
            (" HTTPS://Portal.Example ", "https://portal.example"),
            ("https://portal.example:443", "https://portal.example"),
            ("https://portal.example:8443", "https://portal.example:8443"),
            ("https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"),
            ("https://intranet", "https://intranet"),
            ("https://192.0.2.7", "https://192.0.2.7"),
            ("https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://portal.localhost", "http://portal.localhost"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:5173", "http://[::1]:5173"),
        ] {
            assert_eq!(parse_origin(typed).as_deref(), Ok(origin), "{typed}");
        }
        for (typed, fault) in [
            (" ", OriginFault::Missing),
            ("null", OriginFault::Scheme),
            ("portal.example", OriginFault::Scheme),
            ("//portal.example", OriginFault::Scheme),
            ("ftp://portal.example", OriginFault::Scheme),
            ("chrome-extension://abc", OriginFault::Scheme),
            ("http://portal.example", OriginFault::NotSecure),
            ("http://127.0.0.1.example", OriginFault::NotSecure),
            ("http://localhost.example", OriginFault::NotSecure),
            ("https://*.portal.example", OriginFault::Wildcard),
            ("*", OriginFault::Wildcard),
            ("https://portal.example/", OriginFault::Path),
            ("https://portal.example/users", OriginFault::Path),
            ("https://portal.example?x", OriginFault::Path),
            ("https://portal.example\\@evil.example", OriginFault::Path),
            ("https://portal.example@evil.example", OriginFault::UserInfo),
            ("https://", OriginFault::Host),
            ("https://-portal.example", OriginFault::Host),
            ("https://portal..example", OriginFault::Host),
            ("https://portal.example.", OriginFault::Host),
            ("https://portal example", OriginFault::Host),
            ("https://münchen.example", OriginFault::Host),
            ("https://portal.example;script-src", OriginFault::Host),
            ("https://portal.example,https", OriginFault::Host),
            ("https://1.2.3.400", OriginFault::Host),
            ("https://0x7f000001", OriginFault::Host),
            ("https://[::1", OriginFault::Host),
            ("https://portal.example:", OriginFault::Port),
            ("https://portal.example:0", OriginFault::Port),
            ("https://portal.example:65536", OriginFault::Port),
            ("https://portal.example:+44", OriginFault::Port),
            ("https://::1", OriginFault::Port),
        ] {
            assert_eq!(parse_origin(typed), Err(fault), "{typed}");
        }
    }

    #[test]
    fn what_is_an_origin_stays_the_same_one() {
        for typed in [
            "https://Portal.example:443",
            "https://[::FFFF:1.2.3.4]",
            "http://localhost:80",
        ] {
            let once = parse_origin(typed).unwrap();
            assert_eq!(parse_origin(&once), Ok(once.clone()), "{typed}");
        }
    }

    #[test]
    fn scopes_cover_what_goes_no_further() {
        let site = |number| SiteId(uuid::Uuid::from_u128(number));
        let scopes = |elements: &[Element], access, sites: Option<&[u128]>| EmbedScopes {
            elements: elements.iter().copied().collect(),
            access,
            sites: sites.map(|sites| sites.iter().map(|number| site(*number)).collect()),
        };
        let key = scopes(&[Element::Users, Element::Roles], EmbedAccess::Read, Some(&[1, 2]));
        assert!(key.covers(&key));
        assert!(key.covers(&scopes(&[Element::Users], EmbedAccess::Read, Some(&[2]))));
        assert!(!key.covers(&scopes(&[Element::Activity], EmbedAccess::Read, Some(&[2]))));
        assert!(!key.covers(&scopes(&[Element::Users], EmbedAccess::Manage, Some(&[2]))));
        assert!(!key.covers(&scopes(&[Element::Users], EmbedAccess::Read, Some(&[3]))));
        assert!(!key.covers(&scopes(&[Element::Users], EmbedAccess::Read, None)));
        let all = scopes(&Element::ALL, EmbedAccess::Manage, None);
        assert!(all.covers(&key));
    }

    #[test]
    fn a_role_of_the_organisation_is_held_at_the_sites_of_the_token() {
        let site = |number| SiteId(uuid::Uuid::from_u128(number));
        let held = [
            Assignment::new("manager", Scope::Organisation),
            Assignment::new("nurse", Scope::whole_site(site(1))),
            Assignment::new("nurse", Scope::whole_site(site(3))),
        ];
        let sites = [site(1), site(2)].into();
        assert_eq!(
            narrowed(&held, &sites),
            [
                Assignment::new("manager", Scope::whole_site(site(1))),
                Assignment::new("manager", Scope::whole_site(site(2))),
                Assignment::new("nurse", Scope::whole_site(site(1))),
            ]
        );
    }
}
