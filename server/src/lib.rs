//! The server of Lanyard: [`router`] is the whole of it over HTTP, [`cli::main`] is the binary.
//!
//! - Every write goes through `edits` and is decided by `shared::decide` inside its transaction; handlers, queries and the
//!   command line hold no rule.
//! - Everything about one organisation is asked for by its id: no query reaches over the edge of an organisation.
//! - Credentials are read in one place, `http::session`; a session carries no rights, they are read anew each time (X8).

pub mod accounts;
pub mod assets;
pub mod audit;
pub mod bulk;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod edits;
pub mod export;
pub mod facts;
pub mod http;
pub mod imports;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod openapi;
pub mod policies;
pub mod queries;
pub mod secrets;
pub mod serve;
pub mod store;

use std::ops::Deref;
use std::sync::Arc;

use axum::http::HeaderValue;

use crate::accounts::factors::passkeys::RelyingParty;
use crate::accounts::lockout::Slowness;
use crate::accounts::outbound::Outbound;
use crate::accounts::passwords::Passwords;
use crate::assets::Assets;
use crate::config::ServeConfig;
use crate::http::throttle::Throttle;
use crate::live::Hub;
use crate::metrics::Metrics;
use crate::store::Db;

pub use crate::http::router;

/// Mails that one client may ask for in a minute.
const MAIL_REQUESTS: u32 = 30;

/// What every handler has at hand. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    pub db: Db,
    pub config: ServeConfig,
    pub passwords: Passwords,
    pub passkeys: RelyingParty,
    pub metrics: Metrics,
    /// What asks identity providers.
    pub outbound: Outbound,
    /// Attempts to sign in, by client address.
    pub sign_ins: Throttle,
    /// How slow answers are about addresses with failed attempts.
    pub slowness: Slowness,
    /// Mails that somebody without a session asks for, by client address.
    pub mail_requests: Throttle,
    /// Looking up whether a login e-mail is free, by reader (M4).
    pub look_ups: Throttle,
    /// Everybody who hears of changes as they happen.
    pub live: Hub,
    /// Tokens that one API key may ask for.
    pub embed_tokens: Throttle,
    pub(crate) assets: &'static Assets,
    pub(crate) content_security_policy: HeaderValue,
}

impl App {
    /// A server on this database.
    pub fn new(db: Db, config: ServeConfig, passwords: Passwords) -> Self {
        let assets = Assets::embedded();
        Self(Arc::new(Parts {
            db,
            passwords,
            passkeys: RelyingParty::at(&config.public_url),
            metrics: Metrics::default(),
            outbound: Outbound::new(),
            sign_ins: Throttle::per_minute(config.sign_ins_per_minute),
            slowness: Slowness::default(),
            mail_requests: Throttle::per_minute(config.sign_ins_per_minute.min(MAIL_REQUESTS)),
            look_ups: Throttle::per_minute(config.look_ups_per_minute),
            live: Hub::new(config.live_per_user),
            embed_tokens: Throttle::per_minute(config.embed_tokens_per_minute),
            assets,
            content_security_policy: assets::content_security_policy(assets.index()),
            config,
        }))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
