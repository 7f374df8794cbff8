//! The way out: an SMTP server, or the mailbox of a demonstration.

use diesel::prelude::*;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use shared::ids::Timestamp;

use super::layout;
use super::letter::Letter;
use super::outbox::Claimed;
use crate::clock;
use crate::config::{MailConfig, Origin, Security, Smtp};
use crate::store::schema::mailbox as m;
use crate::store::{Conn, Db, StoreError};

/// Whatever mails go out through.
pub enum Post {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// Kept where whoever tries the demonstration can read them.
    Mailbox(Db),
}

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostError {
    /// It will never go out as it is: the address does not exist, the server does not want it.
    Permanent(String),
    /// It may go out later: the server is busy or away, the line was dropped, the settings are wrong.
    Temporary(String),
}

/// Characters of an error that are kept.
const MAX_ERROR: usize = 300;

impl Post {
    /// The way that the settings name; none where they name none.
    ///
    /// # Errors
    /// When the settings of the mail server cannot be used.
    pub fn of(config: &MailConfig, db: &Db) -> Result<Option<Self>, String> {
        match &config.smtp {
            Some(smtp) => Ok(Some(Self::Smtp(transport(smtp)?))),
            None if config.mailbox => Ok(Some(Self::Mailbox(db.clone()))),
            None => Ok(None),
        }
    }

    /// Sends one mail.
    pub async fn send(&self, mail: &Claimed, letter: &Letter, from: &Sender) -> Result<(), PostError> {
        match self {
            Self::Smtp(transport) => {
                let message = message(mail, letter, from).map_err(PostError::Permanent)?;
                transport.send(message).await.map(drop).map_err(|error| sorted(&error))
            }
            Self::Mailbox(db) => {
                let (id, to, letter) = (mail.id.to_string(), mail.to.clone(), letter.clone());
                db.write(move |conn| keep(conn, &id, &to, &letter, clock::now()))
                    .await
                    .map_err(|error: StoreError| PostError::Temporary(error.to_string()))
            }
        }
    }
}

/// Who mails are from.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The address, with a name if the settings give one; else mails are from the organisation.
    pub mailbox: Mailbox,
    /// The right-hand side of a Message-ID.
    pub host: String,
}

impl Sender {
    /// As the settings say, else `no-reply` at the host that people type.
    ///
    /// # Errors
    /// When that host cannot stand in an address.
    pub fn of(config: &MailConfig, public_url: &Origin) -> Result<Self, String> {
        let host = public_url.host();
        let mailbox = match &config.from {
            Some(from) => from.clone(),
            None => {
                let host = if host.parse::<std::net::IpAddr>().is_ok() {
                    "localhost"
                } else {
                    host
                };
                format!("no-reply@{host}")
                    .parse()
                    .map_err(|_| format!("no mail can be from no-reply@{host}; set mail-from"))?
            }
        };
        let host = mailbox.email.domain().to_owned();
        Ok(Self { mailbox, host })
    }
}

fn transport(smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let tls = || -> Result<TlsParameters, String> {
        let mut builder = TlsParameters::builder(smtp.host.clone());
        if let Some(file) = &smtp.ca_file {
            let pem = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
            let certificate = Certificate::from_pem(&pem)
                .map_err(|_| format!("{} has no certificate in it (PEM)", file.display()))?;
            builder = builder.add_root_certificate(certificate);
        }
        builder.build().map_err(|error| error.to_string())
    };
    let tls = match smtp.security {
        Security::None => Tls::None,
        Security::Opportunistic => Tls::Opportunistic(tls()?),
        Security::StartTls => Tls::Required(tls()?),
        Security::Tls => Tls::Wrapper(tls()?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(smtp.timeout))
        .pool_config(PoolConfig::new().max_size(smtp.connections));
    if let Some((name, password)) = &smtp.credentials {
        builder = builder.credentials(Credentials::new(name.clone(), password.expose().clone()));
    }
    Ok(builder.build())
}

/// The message (RFC 5322): the same mail has the same Message-ID however often it is tried, so that one that was taken by
/// the server and not acknowledged is known again when it comes twice.
fn message(mail: &Claimed, letter: &Letter, from: &Sender) -> Result<Message, String> {
    let mut sender = from.mailbox.clone();
    if sender.name.is_none() {
        sender.name = Some(letter.from.clone());
    }
    let to: Mailbox = mail.to.parse().map_err(|_| format!("\"{}\" is no address", mail.to))?;
    let header = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    let mut builder = Message::builder()
        .from(sender)
        .to(to)
        .subject(&letter.subject)
        .date(date(mail.created))
        .message_id(Some(format!("<{}@{}>", mail.id, from.host)))
        // No answer of a machine is wanted (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("Content-Language", letter.language.to_owned()));
    if mail.attempt > 1 {
        builder = builder.raw_header(header("X-Lanyard-Attempt", mail.attempt.to_string()));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            layout::plain(letter),
            layout::html(letter),
        ))
        .map_err(|error| error.to_string())
}

fn date(at: Timestamp) -> std::time::SystemTime {
    std::time::UNIX_EPOCH + std::time::Duration::from_millis(u64::try_from(at.0).unwrap_or_default())
}

/// Whether it is worth trying again. That the server does not know us (RFC 4954: 530 to 538) says nothing about the mail.
fn sorted(error: &lettre::transport::smtp::Error) -> PostError {
    let told: String = told(error).chars().take(MAX_ERROR).collect();
    let about_us = error
        .status()
        .is_some_and(|code| matches!(code.to_string().as_str(), "530" | "534" | "535" | "538"));
    if error.is_permanent() && !about_us {
        PostError::Permanent(told)
    } else {
        PostError::Temporary(told)
    }
}

/// An error with its causes, on one line.
fn told(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let text = next.to_string();
        if !told.contains(&text) {
            told.push_str(": ");
            told.push_str(&text);
        }
        cause = next.source();
    }
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keep(conn: &mut Conn, id: &str, to: &str, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    diesel::delete(m::table.find(id)).execute(conn)?;
    diesel::insert_into(m::table)
        .values((
            m::id.eq(id),
            m::recipient.eq(to),
            m::at.eq(now.0),
            m::subject.eq(&letter.subject),
            m::html.eq(layout::html(letter)),
            m::plain.eq(layout::plain(letter)),
        ))
        .execute(conn)?;
    Ok(())
}
