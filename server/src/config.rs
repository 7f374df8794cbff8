//! Settings: flag before environment before file before default. An error names the setting and where its value came
//! from.

mod mail;
mod parse;
mod secret;
mod source;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

pub use mail::{MailConfig, Security, Smtp};
pub use parse::{LogFormat, Origin};
pub use secret::Secret;
pub use source::{ConfigError, Source};
use source::{Values, settings};

use crate::secrets::{self, Secrets, SecretsError};

settings! {
    /// Settings of every command that works on the database.
    StoreFlags {
        /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE [default: sqlite://lanyard.db]
        database_url ("URL"),
        /// Connections to the database at most [default: 16]
        database_connections ("NUMBER"),
        /// How long a request waits for a connection, in seconds [default: 5]
        database_wait_seconds ("SECONDS"),
        /// Lines of the log: text or json [default: text]
        log_format ("FORMAT"),
        /// What is logged, as tracing's filter: info, debug, server=debug,info … [default: info]
        log ("FILTER"),
        /// Key that encrypts secrets in the database: 64 hexadecimal digits; put it into the environment or the file
        /// [default: made once, in a file beside an SQLite database; none with PostgreSQL]
        secret_key ("KEY"),
        /// Passwords hashed at the same time; each takes 19 MiB [default: number of processors]
        password_hashes ("NUMBER"),
    }
}

settings! {
    /// Settings of the server.
    ServeFlags {
        /// Address and port to listen on [default: 127.0.0.1:8080]
        listen ("ADDRESS"),
        /// The address people type: https://users.example.com [default: http:// and the address that is listened on]
        public_url ("URL"),
        /// Whether browsers are told to ask the hosts below that of the address through TLS alone, too: true or false
        /// [default: true]
        hsts_subdomains ("BOOLEAN"),
        /// A session ends after so many minutes without a request at the latest; the policy may say sooner [default: 720]
        session_idle_minutes ("MINUTES"),
        /// A session ends after so many minutes in any case at the latest; the policy may say sooner [default: 720]
        session_absolute_minutes ("MINUTES"),
        /// Proxies whose X-Forwarded-For is believed: networks, separated by commas [default: none]
        trusted_proxies ("NETWORKS"),
        /// Who may read /metrics: networks, separated by commas [default: 127.0.0.0/8,::1/128]
        metrics_from ("NETWORKS"),
        /// Attempts to sign in from one address in a minute [default: 300]
        sign_ins_per_minute ("NUMBER"),
        /// Failed attempts to sign in from one address (IPv6: one /64) that cost nothing; after them, strangers there wait
        /// longer and longer, and devices that are known do not [default: 20]
        sign_in_failures_per_source ("NUMBER"),
        /// Login e-mails that one person may look up in a minute [default: 120]
        look_ups_per_minute ("NUMBER"),
        /// Live streams that one person may have open at each server process [default: 20]
        live_per_user ("NUMBER"),
        /// A token for another application's page lasts so many seconds, 600 at most [default: 600]
        embed_token_seconds ("SECONDS"),
        /// Tokens that one API key may ask for in a minute [default: 600]
        embed_tokens_per_minute ("NUMBER"),
        /// Bytes of a request's body at most [default: 262144]
        body_limit ("BYTES"),
        /// Bytes of an uploaded file at most [default: 10485760]
        upload_limit ("BYTES"),
        /// Bytes of a request's headers at most [default: 32768]
        header_limit ("BYTES"),
        /// A request is given up after so many seconds [default: 30]
        request_seconds ("SECONDS"),
        /// Requests under way get so many seconds to end when the server stops [default: 20]
        shutdown_seconds ("SECONDS"),
        /// The mail server: smtps://HOST (TLS from the start, port 465), smtp://HOST (STARTTLS required, port 587),
        /// smtp://HOST?tls=opportunistic, smtp://HOST?tls=none; each with :PORT if it is another [default: none, mails wait]
        smtp_url ("URL"),
        /// Name at the mail server; with smtp-password
        smtp_username ("NAME"),
        /// Password at the mail server; put it into the environment or the file
        smtp_password ("PASSWORD"),
        /// Certificates (PEM) that the mail server's may be signed by, besides the well-known ones
        smtp_ca_file ("FILE"),
        /// Connections to the mail server at the same time [default: 4]
        smtp_connections ("NUMBER"),
        /// The mail server has so many seconds for each answer [default: 20]
        smtp_timeout_seconds ("SECONDS"),
        /// Who mails are from: ADDRESS, or NAME <ADDRESS> [default: no-reply at the host of public-url, in the
        /// organisation's name]
        mail_from ("ADDRESS"),
        /// A mail that did not go out is tried again after so many seconds, then after twice as many, up to an hour [default: 30]
        mail_retry_seconds ("SECONDS"),
        /// A mail is given up after so many attempts [default: 40]
        mail_attempts ("NUMBER"),
    }
}

/// Where settings come from besides flags.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct FileFlag {
    /// A TOML file with settings, named as the flags are: listen = "0.0.0.0:8080"
    #[arg(long, value_name = "FILE", env = "LANYARD_CONFIG")]
    pub config: Option<PathBuf>,
}

/// Settings of the database and the log.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    pub database_url: Secret<String>,
    pub database_connections: u32,
    pub database_wait: Duration,
    pub log_format: LogFormat,
    pub log: String,
    pub password_hashes: usize,
    pub secret_key: Option<secrets::Key>,
}

/// Settings of the server.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    pub listen: SocketAddr,
    /// Scheme and authority of the address people type.
    pub public_url: Origin,
    pub hsts_subdomains: bool,
    pub session_idle: Duration,
    pub session_absolute: Duration,
    pub trusted_proxies: Vec<IpNet>,
    pub metrics_from: Vec<IpNet>,
    pub sign_ins_per_minute: u32,
    pub sign_in_failures_per_source: u32,
    pub look_ups_per_minute: u32,
    pub live_per_user: u32,
    pub embed_token_time: Duration,
    pub embed_tokens_per_minute: u32,
    pub body_limit: usize,
    pub upload_limit: usize,
    pub header_limit: usize,
    pub request_time: Duration,
    pub shutdown_time: Duration,
    pub mail: MailConfig,
    /// Encrypts what is kept in the database and must be read again; see [`StoreConfig::secrets`].
    pub secrets: Secrets,
}

impl Default for ServeConfig {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        Self {
            listen,
            public_url: Origin::local(listen),
            hsts_subdomains: true,
            session_idle: Duration::from_secs(12 * 3600),
            session_absolute: Duration::from_secs(12 * 3600),
            trusted_proxies: Vec::new(),
            metrics_from: parse::loopback(),
            sign_ins_per_minute: 300,
            sign_in_failures_per_source: 20,
            look_ups_per_minute: 120,
            live_per_user: 20,
            embed_token_time: parse::EMBED_TOKEN,
            embed_tokens_per_minute: 600,
            body_limit: 256 * 1024,
            upload_limit: 10 * 1024 * 1024,
            header_limit: 32 * 1024,
            request_time: Duration::from_secs(30),
            shutdown_time: Duration::from_secs(20),
            mail: MailConfig::default(),
            secrets: Secrets::default(),
        }
    }
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            database_url: Secret::new("sqlite://lanyard.db".to_owned()),
            database_connections: 16,
            database_wait: Duration::from_secs(5),
            log_format: LogFormat::Text,
            log: "info".to_owned(),
            secret_key: None,
            password_hashes: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        }
    }
}

impl StoreConfig {
    /// What encrypts secrets in this database.
    ///
    /// # Errors
    /// When the key beside the database can be neither read nor made.
    pub fn secrets(&self) -> Result<Secrets, SecretsError> {
        Secrets::of(self.secret_key.as_ref(), self.database_url.expose())
    }
}

/// Reads the settings of a command that works on the database.
pub fn store(file: &FileFlag, flags: &StoreFlags) -> Result<StoreConfig, ConfigError> {
    store_from(&Values::read(
        file.config.as_deref(),
        &|name| std::env::var(name).ok(),
        &[flags.given()],
    )?)
}

/// Reads the settings of the server.
pub fn serve(
    file: &FileFlag,
    store_flags: &StoreFlags,
    flags: &ServeFlags,
) -> Result<(StoreConfig, ServeConfig), ConfigError> {
    let given = [store_flags.given(), flags.given()];
    let values = Values::read(file.config.as_deref(), &|name| std::env::var(name).ok(), &given)?;
    Ok((store_from(&values)?, serve_from(&values)?))
}

fn store_from(values: &Values) -> Result<StoreConfig, ConfigError> {
    let default = StoreConfig::default();
    Ok(StoreConfig {
        database_url: values
            .get("database-url", parse::database_url)?
            .unwrap_or(default.database_url),
        database_connections: values
            .get("database-connections", parse::positive)?
            .unwrap_or(default.database_connections),
        database_wait: values
            .get("database-wait-seconds", parse::seconds)?
            .unwrap_or(default.database_wait),
        log_format: values.get("log-format", str::parse)?.unwrap_or(default.log_format),
        log: values.get("log", parse::log_filter)?.unwrap_or(default.log),
        secret_key: values.get("secret-key", secrets::parse)?,
        password_hashes: values
            .get("password-hashes", parse::positive)?
            .unwrap_or(default.password_hashes),
    })
}

fn serve_from(values: &Values) -> Result<ServeConfig, ConfigError> {
    let default = ServeConfig::default();
    let listen = values.get("listen", parse::address)?.unwrap_or(default.listen);
    let absolute = values
        .get("session-absolute-minutes", parse::minutes)?
        .unwrap_or(default.session_absolute);
    let config = ServeConfig {
        listen,
        public_url: values
            .get("public-url", str::parse)?
            .unwrap_or_else(|| Origin::local(listen)),
        hsts_subdomains: values
            .get("hsts-subdomains", parse::yes_or_no)?
            .unwrap_or(default.hsts_subdomains),
        session_idle: values
            .get("session-idle-minutes", parse::minutes)?
            .unwrap_or(default.session_idle.min(absolute)),
        session_absolute: absolute,
        trusted_proxies: values
            .get("trusted-proxies", parse::networks)?
            .unwrap_or(default.trusted_proxies),
        metrics_from: values
            .get("metrics-from", parse::networks)?
            .unwrap_or(default.metrics_from),
        sign_ins_per_minute: values
            .get("sign-ins-per-minute", parse::positive)?
            .unwrap_or(default.sign_ins_per_minute),
        sign_in_failures_per_source: values
            .get("sign-in-failures-per-source", parse::positive)?
            .unwrap_or(default.sign_in_failures_per_source),
        look_ups_per_minute: values
            .get("look-ups-per-minute", parse::positive)?
            .unwrap_or(default.look_ups_per_minute),
        live_per_user: values
            .get("live-per-user", parse::positive)?
            .unwrap_or(default.live_per_user),
        embed_token_time: values
            .get("embed-token-seconds", parse::embed_token)?
            .unwrap_or(default.embed_token_time),
        embed_tokens_per_minute: values
            .get("embed-tokens-per-minute", parse::positive)?
            .unwrap_or(default.embed_tokens_per_minute),
        body_limit: values.get("body-limit", parse::positive)?.unwrap_or(default.body_limit),
        upload_limit: values
            .get("upload-limit", parse::positive)?
            .unwrap_or(default.upload_limit),
        header_limit: values
            .get("header-limit", parse::header_limit)?
            .unwrap_or(default.header_limit),
        request_time: values
            .get("request-seconds", parse::seconds)?
            .unwrap_or(default.request_time),
        shutdown_time: values
            .get("shutdown-seconds", parse::seconds)?
            .unwrap_or(default.shutdown_time),
        mail: mail::from(values)?,
        secrets: default.secrets,
    };
    if config.session_idle > config.session_absolute {
        return Err(values.contradiction(
            "session-idle-minutes",
            "it is longer than session-absolute-minutes, so it would never matter; make it shorter",
        ));
    }
    Ok(config)
}

#[cfg(test)]
mod tests;
