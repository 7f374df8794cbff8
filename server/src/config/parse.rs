//! From the text of a setting to its value. Errors say what would be right; the caller adds which setting it is.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;
use ipnet::IpNet;

use super::Secret;

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("it must be text or json".to_owned()),
        }
    }
}

/// Scheme and authority, as browsers send it in the `Origin` header (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: &'static str,
    authority: String,
}

impl Origin {
    /// How to reach a server on this machine that listens on `listen`.
    pub fn local(listen: SocketAddr) -> Self {
        let host = match listen.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        Self {
            scheme: "http",
            authority: SocketAddr::new(host, listen.port()).to_string(),
        }
    }

    /// Whether browsers reach the server through TLS.
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host alone, without a port; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        let host = match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
            _ => &self.authority,
        };
        host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Whether browsers treat the host as this machine and so trust it without TLS.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host();
        bare == "localhost" || bare.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || "it must be a scheme and a host, like https://users.example.com".to_owned();
        let uri: Uri = text
            .trim_end_matches('/')
            .to_ascii_lowercase()
            .parse()
            .map_err(|_| wanted())?;
        let scheme = match uri.scheme_str() {
            Some("https") => "https",
            Some("http") => "http",
            _ => return Err(wanted()),
        };
        let authority = uri.authority().ok_or_else(wanted)?.as_str();
        if authority.contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err("it must not have a user, a path or a query: only scheme, host and port".to_owned());
        }
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default_port).unwrap_or(authority).to_owned();
        Ok(Self { scheme, authority })
    }
}

pub(super) fn database_url(text: &str) -> Result<Secret<String>, String> {
    match text.split_once("://") {
        Some(("sqlite", file)) if !file.is_empty() => Ok(Secret::new(text.to_owned())),
        Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(Secret::new(text.to_owned())),
        // Not a word of the text itself: it may hold a password.
        _ => Err("it must begin with sqlite:// or postgres:// and go on with a file or a host".to_owned()),
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let wanted = "it must be an address and a port, like 127.0.0.1:8080 or [::]:8080";
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let resolved = text.to_socket_addrs().map_err(|error| format!("{wanted} ({error})"))?;
    resolved.into_iter().next().ok_or_else(|| wanted.to_owned())
}

pub(super) fn positive<T: FromStr + Default + PartialOrd>(text: &str) -> Result<T, String> {
    match text.parse::<T>() {
        Ok(number) if number > T::default() => Ok(number),
        _ => Err("it must be a whole number of at least 1".to_owned()),
    }
}

pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "true or false is expected".to_owned())
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    positive::<u32>(text).map(|seconds| Duration::from_secs(u64::from(seconds)))
}

/// So long a token for another application's page lasts at most: whoever steals one has that long.
pub(super) const EMBED_TOKEN: Duration = Duration::from_secs(600);

pub(super) fn embed_token(text: &str) -> Result<Duration, String> {
    match seconds(text) {
        Ok(time) if time <= EMBED_TOKEN => Ok(time),
        _ => Err("it must be a whole number from 1 to 600".to_owned()),
    }
}

pub(super) fn minutes(text: &str) -> Result<Duration, String> {
    positive::<u32>(text).map(|minutes| Duration::from_secs(u64::from(minutes) * 60))
}

/// HTTP/1 needs room for one line at least.
pub(super) fn header_limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes) if bytes >= 8192 => Ok(bytes),
        _ => Err("it must be a whole number of at least 8192".to_owned()),
    }
}

pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| format!("\"{part}\" is neither an address nor a network like 10.0.0.0/8"))
        })
        .collect()
}

pub(super) fn loopback() -> Vec<IpNet> {
    vec![
        IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
        IpNet::from(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ]
}

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    match text.parse::<tracing_subscriber::filter::targets::Targets>() {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!(
            "it must be a level or target=level pairs separated by commas ({error})"
        )),
    }
}
