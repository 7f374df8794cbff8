//! A private PostgreSQL for tests, gone afterwards whatever happens: a small shell program supervises it and cleans up
//! as soon as the pipe to us closes, be it because we are done, failed or were killed.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, ChildStdin, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    env::{Env, is_root},
    tools,
};

const SUPERVISOR: &str = include_str!("postgres.sh");

pub(crate) struct Postgres {
    pub(crate) url: String,
    supervisor: Child,
    /// Open as long as the server shall live.
    lifeline: Option<ChildStdin>,
}

impl Postgres {
    pub(crate) fn start(env: &Env) -> Result<Self> {
        let bin = tools::postgres_bin(env).context("PostgreSQL's server programs are not installed")?;
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|it| it.local_addr())
            .context("no free port")?
            .port();
        let mut command = if is_root() {
            // PostgreSQL refuses to run as root.
            let user = ["postgres", "nobody"]
                .into_iter()
                .find(|user| {
                    Command::new("id")
                        .args(["-u", user])
                        .output()
                        .is_ok_and(|id| id.status.success())
                })
                .context("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as")?;
            let mut command = env.command("runuser");
            command.args(["-u", user, "--", "sh"]);
            command
        } else {
            env.command("sh")
        };
        command
            .args(["-c", SUPERVISOR, "postgres.sh"])
            .arg(&bin)
            .arg(port.to_string())
            .current_dir("/");
        let mut supervisor = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("cannot start PostgreSQL's supervisor")?;
        let lifeline = supervisor.stdin.take();
        let printed = supervisor.stdout.take().context("the supervisor has no output")?;
        let mut said = String::new();
        for line in BufReader::new(printed).lines() {
            let line = line.context("lost PostgreSQL's supervisor")?;
            if line == "ready" {
                return Ok(Self {
                    url: format!("postgres://lanyard@127.0.0.1:{port}/postgres"),
                    supervisor,
                    lifeline,
                });
            }
            said.push_str(&line);
            said.push('\n');
        }
        let _ = supervisor.wait();
        bail!("PostgreSQL did not start:\n{said}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ = self.supervisor.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpStream, time::Duration};

    use super::*;

    #[test]
    fn it_accepts_connections_and_is_gone_afterwards() {
        let env = Env::discover().unwrap();
        if tools::postgres_bin(&env).is_none() {
            return;
        }
        let postgres = Postgres::start(&env).unwrap();
        let address = postgres
            .url
            .trim_start_matches("postgres://lanyard@")
            .trim_end_matches("/postgres")
            .to_owned();
        TcpStream::connect_timeout(&address.parse().unwrap(), Duration::from_secs(5)).unwrap();
        drop(postgres);
        TcpStream::connect_timeout(&address.parse().unwrap(), Duration::from_secs(5)).unwrap_err();
    }
}
