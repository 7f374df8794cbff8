//! The released server program, running on a database of its own with a large organisation in it.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use server::accounts::opening::{Proved, open_session};
use server::accounts::sessions::{Device, Lifetimes};
use server::config::ServeConfig;
use server::demo::{self, Large};
use server::store::{self, Db};
use server::{clock, http};
use shared::wire::SignInMethod;

use super::Outcome;
use crate::http::{Backend, Database};
use crate::process::{Memory, PATIENCE, Process, Program};

const SITES: u32 = 50;
const ROLES: u32 = 40;

/// A database with a large organisation, whose administrator is signed in.
pub(super) struct Prepared {
    database: Database,
    /// The cookie's value.
    pub(super) token: String,
}

impl Prepared {
    pub(super) async fn new(backend: Backend, users: u32) -> Outcome<Self> {
        let database = Database::create(backend);
        let db = Db::open(&database.url, store::Options::default()).await?;
        let Large { administrator, .. } = demo::large(&db, users, SITES, ROLES).await?;
        let device = Device {
            session: None,
            token: None,
            origin: "127.0.0.1".to_owned(),
            user_agent: "bench".to_owned(),
        };
        let lifetimes = Lifetimes {
            idle: Duration::from_secs(12 * 3_600),
            ..Lifetimes::from(&ServeConfig::default())
        };
        let opened = db
            .write(move |conn| {
                let by = SignInMethod::Password;
                open_session(
                    conn,
                    administrator,
                    Proved::now(by, clock::now()),
                    &device,
                    lifetimes,
                    clock::now(),
                )
            })
            .await??;
        Ok(Self {
            database,
            token: opened.token.expose().clone(),
        })
    }

    pub(super) async fn serve(&self) -> Outcome<Running> {
        Running::start(Program::on(&self.database.url)?, &self.token).await
    }

    /// The same with a setting, named as in the environment.
    pub(super) async fn serve_with(&self, setting: &'static str, value: &str) -> Outcome<Running> {
        Running::start(Program::on(&self.database.url)?.set(setting, value), &self.token).await
    }
}

/// A running server with a signed-in administrator; it ends when this is dropped.
pub(super) struct Running {
    process: Process,
    pub(super) base: String,
    client: Client,
    token: String,
    /// From starting the program until it said that it is ready.
    pub(super) started_within: Duration,
}

impl Running {
    /// Starts the program.
    pub(super) async fn start(program: Program, token: &str) -> Outcome<Self> {
        let process = program.serve().await?;
        Ok(Self {
            started_within: process.started_within,
            process,
            // Browsers keep secure cookies for this name without TLS.
            base: format!("http://localhost:{}", program.address().port()),
            client: Client::builder().no_proxy().timeout(PATIENCE).build()?,
            token: token.to_owned(),
        })
    }

    /// A request of the signed-in administrator's browser.
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.signed_in(self.client.get(format!("{}{path}", self.base)))
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.signed_in(self.client.post(format!("{}{path}", self.base)))
            .header("sec-fetch-site", "same-origin")
    }

    /// The same of another client's request.
    pub(super) fn signed_in(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("cookie", format!("{}={}", http::session::COOKIE_NAME, self.token))
    }

    /// The memory that the program holds now. Only Linux tells.
    pub(super) fn memory(&self) -> Option<Memory> {
        self.process.memory()
    }
}
