//! The released server program, running on a database of its own with a large organisation in it.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};
use server::accounts::opening::open_session;
use server::accounts::sessions::{Device, Lifetimes};
use server::config::ServeConfig;
use server::demo::{self, Large};
use server::store::{self, Db};
use server::{clock, http};
use shared::wire::SignInMethod;

use super::Outcome;
use crate::http::{Backend, Database};

const SITES: u32 = 50;
const ROLES: u32 = 40;
const PATIENCE: Duration = Duration::from_secs(60);

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
                open_session(conn, administrator, by, &device, lifetimes, clock::now())
            })
            .await?
            .ok_or("the administrator cannot sign in")?;
        Ok(Self {
            database,
            token: opened.token.expose().clone(),
        })
    }

    pub(super) async fn serve(&self) -> Outcome<Running> {
        Running::start(&self.database, &self.token).await
    }
}

/// Resident memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) own: u64,
    /// The program itself and, once for each connection, the parts of SQLite's file that were read: the system's cache,
    /// which it takes back when it needs it.
    pub(super) mapped: u64,
}

impl Memory {
    /// The larger figures of two.
    pub(super) fn most(self, other: Self) -> Self {
        Self {
            own: self.own.max(other.own),
            mapped: self.mapped.max(other.mapped),
        }
    }
}

/// A running server; it ends when this is dropped.
pub(super) struct Running {
    program: Child,
    pub(super) base: String,
    client: Client,
    token: String,
    /// From starting the program until it said that it is ready.
    pub(super) started_within: Duration,
}

impl Running {
    /// Starts the program on this database.
    pub(super) async fn start(database: &Database, token: &str) -> Outcome<Self> {
        let program = std::env::var_os("LANYARD_BIN").map(PathBuf::from);
        let program = program.ok_or("LANYARD_BIN does not name the server; `cargo xtask bench` does that")?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let client = Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let begin = Instant::now();
        let child = Command::new(program)
            .args(["serve", "--database-url", &database.url, "--listen"])
            .arg(format!("127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut running = Self {
            program: child,
            // Browsers keep secure cookies for this name without TLS.
            base: format!("http://localhost:{port}"),
            client,
            token: token.to_owned(),
            started_within: Duration::ZERO,
        };
        running.wait_until_ready().await?;
        running.started_within = begin.elapsed();
        Ok(running)
    }

    async fn wait_until_ready(&mut self) -> Outcome<()> {
        let begin = Instant::now();
        loop {
            let answer = self.client.get(format!("{}/readyz", self.base)).send().await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return Ok(());
            }
            if let Some(status) = self.program.try_wait()? {
                return Err(format!("the server ended while it started: {status}").into());
            }
            if begin.elapsed() > PATIENCE {
                return Err("the server does not become ready".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// A request of the signed-in administrator's browser.
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.signed_in(self.client.get(format!("{}{path}", self.base)))
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.signed_in(self.client.post(format!("{}{path}", self.base)))
            .header("sec-fetch-site", "same-origin")
    }

    fn signed_in(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("cookie", format!("{}={}", http::session::COOKIE_NAME, self.token))
    }

    /// The memory that the program holds now. Only Linux tells.
    pub(super) fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.id())).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
            Some(kilobytes * 1024)
        };
        Some(Memory {
            own: field("RssAnon:")?,
            mapped: field("RssFile:")? + field("RssShmem:")?,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// What this is measured on, in one line.
pub(super) fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("processor of unknown model", |(_, model)| model.trim());
    format!(
        "Measured on {processors} processors ({model}), which the server, its database, the program that makes the load \
         and the browser share; no network lies between them."
    )
}
