//! Settings of mail.

use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use lettre::message::Mailbox;

use super::source::Values;
use super::{ConfigError, Secret, parse};

/// How the line to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on the same machine.
    None,
    /// By STARTTLS where the server offers it (RFC 3207).
    Opportunistic,
    /// By STARTTLS or not at all.
    StartTls,
    /// By TLS from the start (RFC 8314).
    Tls,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Name and password.
    pub credentials: Option<(String, Secret<String>)>,
    pub ca_file: Option<PathBuf>,
    pub connections: u32,
    /// For each answer of the server.
    pub timeout: Duration,
}

/// Settings of mail.
#[derive(Clone, Debug)]
pub struct MailConfig {
    pub smtp: Option<Smtp>,
    /// Whether mails are kept for everybody to read where no mail server is set: demonstrations only; no setting leads here.
    pub mailbox: bool,
    pub from: Option<Mailbox>,
    pub first_retry: Duration,
    pub attempts: i32,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            smtp: None,
            mailbox: false,
            from: None,
            first_retry: Duration::from_secs(30),
            // With waits of up to an hour: a day and a half.
            attempts: 40,
        }
    }
}

pub(super) fn from(values: &Values) -> Result<MailConfig, ConfigError> {
    let default = MailConfig::default();
    Ok(MailConfig {
        smtp: smtp(values)?,
        mailbox: false,
        from: values.get("mail-from", |text| {
            text.parse()
                .map_err(|_| "it must be an address, or NAME <ADDRESS>".to_owned())
        })?,
        first_retry: values
            .get("mail-retry-seconds", parse::seconds)?
            .unwrap_or(default.first_retry),
        attempts: values
            .get("mail-attempts", parse::positive)?
            .unwrap_or(default.attempts),
    })
}

fn smtp(values: &Values) -> Result<Option<Smtp>, ConfigError> {
    let text = |text: &str| Ok(text.to_owned());
    let (name, password) = (values.get("smtp-username", text)?, values.get("smtp-password", text)?);
    let credentials = match (name, password) {
        (Some(name), Some(password)) => Some((name, Secret::new(password))),
        (Some(_), None) => return Err(values.contradiction("smtp-username", "it needs smtp-password beside it")),
        (None, Some(_)) => return Err(values.contradiction("smtp-password", "it needs smtp-username beside it")),
        (None, None) => None,
    };
    let Some((host, port, security)) = values.get("smtp-url", url)? else {
        return Ok(None);
    };
    Ok(Some(Smtp {
        host,
        port,
        security,
        credentials,
        ca_file: values.get("smtp-ca-file", |text| Ok(PathBuf::from(text)))?,
        connections: values.get("smtp-connections", parse::positive)?.unwrap_or(4),
        timeout: values
            .get("smtp-timeout-seconds", parse::seconds)?
            .unwrap_or(Duration::from_secs(20)),
    }))
}

/// Host, port and security; never a word of the text itself in an error, for a password may be in it.
fn url(text: &str) -> Result<(String, u16, Security), String> {
    let wanted =
        || "it must be smtps://HOST, or smtp://HOST with ?tls=opportunistic or ?tls=none if that is meant".to_owned();
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| wanted())?;
    let authority = uri.authority().ok_or_else(wanted)?;
    if authority.as_str().contains('@') {
        return Err("name and password belong into smtp-username and smtp-password".to_owned());
    }
    if !matches!(uri.path(), "" | "/") || authority.host().is_empty() {
        return Err(wanted());
    }
    let (security, port) = match (uri.scheme_str(), uri.query()) {
        (Some("smtps"), None) => (Security::Tls, 465),
        (Some("smtp"), None | Some("tls=required")) => (Security::StartTls, 587),
        (Some("smtp"), Some("tls=opportunistic")) => (Security::Opportunistic, 587),
        (Some("smtp"), Some("tls=none")) => (Security::None, 587),
        _ => return Err(wanted()),
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    Ok((host.to_owned(), authority.port_u16().unwrap_or(port), security))
}
