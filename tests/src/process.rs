//! The released server program as a process of its own, for what cannot be tried inside the scenarios' own process: being
//! measured, being killed, being flooded.

use std::ffi::OsString;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};

/// What cannot be carried out says why.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A server is ready, or answers, within this time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How to start the program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    path: PathBuf,
    address: SocketAddr,
    settings: Vec<(&'static str, OsString)>,
}

impl Program {
    /// The program that `LANYARD_BIN` names, on this database and on a free port of the loopback that it keeps when it is
    /// started again.
    pub(crate) fn on(database_url: &str) -> Outcome<Self> {
        let path = std::env::var_os("LANYARD_BIN").map(PathBuf::from);
        let path = path.ok_or("LANYARD_BIN does not name the server; `cargo xtask` does that")?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let settings = vec![
            ("LANYARD_DATABASE_URL", database_url.into()),
            ("LANYARD_LISTEN", address.to_string().into()),
        ];
        Ok(Self {
            path,
            address,
            settings,
        })
    }

    /// The same with one more setting, named as in the environment.
    pub(crate) fn set(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts the server and waits until it is ready.
    pub(crate) async fn serve(&self) -> Outcome<Process> {
        let begin = Instant::now();
        let child = self
            .command(&["serve"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut process = Process {
            child,
            address: self.address,
            started_within: Duration::ZERO,
        };
        process.wait_until_ready().await?;
        process.started_within = begin.elapsed();
        Ok(process)
    }

    /// Runs another of the program's commands on the same database to its end; what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome<(ExitStatus, String)> {
        let output = self.command(arguments).output()?;
        Ok((output.status, String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(arguments)
            .envs(self.settings.iter().cloned())
            .stdin(Stdio::null());
        command
    }
}

/// A running server; it ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    address: SocketAddr,
    /// From starting the program until it said that it is ready.
    pub(crate) started_within: Duration,
}

impl Process {
    async fn wait_until_ready(&mut self) -> Outcome<()> {
        let client = Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let begin = Instant::now();
        loop {
            let answer = client.get(format!("http://{}/readyz", self.address)).send().await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended while it started: {status}").into());
            }
            if begin.elapsed() > PATIENCE {
                return Err("the server does not become ready".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Ends the process at once, as a power cut would (`kill -9`): nothing of it runs any more, not even its destructors.
    pub(crate) fn kill(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The memory that the program holds now. Only Linux tells.
    pub(crate) fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
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

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Resident memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) own: u64,
    /// The program itself and, once for each connection, the parts of SQLite's file that were read: the system's cache,
    /// which it takes back when it needs it.
    pub(crate) mapped: u64,
}

impl Memory {
    /// The larger figures of two.
    pub(crate) fn most(self, other: Self) -> Self {
        Self {
            own: self.own.max(other.own),
            mapped: self.mapped.max(other.mapped),
        }
    }
}

/// What this is measured on, in one line.
pub(crate) fn machine() -> String {
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
