//! Clients that are slow on purpose: headers and bodies byte by byte, answers that are not read.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::Target;
use super::bystander::{Statuses, beside};
use crate::process::Outcome;

const CLIENTS: usize = 500;
/// The server has hung up on everyone after this time.
const ENDED_WITHIN: Duration = Duration::from_secs(90);

pub(super) async fn clients(target: &mut Target, address: SocketAddr) -> Outcome<()> {
    let cookie = target.ana.cookie().unwrap_or_default().to_owned();
    let kinds = [
        (
            "500 clients with a header byte a second",
            "GET /api/v1/me HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned(),
        ),
        (
            "500 clients with a body byte a second",
            format!(
                "POST /api/v1/edits HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: \
                 application/json\r\ncookie: {cookie}\r\ncontent-length: 100000\r\n\r\n"
            ),
        ),
    ];
    for (what, beginning) in kinds {
        let attack = async {
            let begin = Instant::now();
            let mut lines = JoinSet::new();
            for _ in 0..CLIENTS {
                let beginning = beginning.clone();
                lines.spawn(async move { drip(address, &beginning).await });
            }
            let mut statuses = Statuses::new();
            while let Some(ended) = lines.join_next().await {
                *statuses.entry(ended?).or_default() += 1;
            }
            Ok((begin.elapsed(), statuses))
        };
        let (took, statuses) = beside(target, what, attack).await?;
        target.must(
            took < ENDED_WITHIN,
            format!("{what}: the last was hung up on after {took:?}"),
        );
        target.must(
            statuses
                .keys()
                .all(|status| *status == 0 || (400..500).contains(status) || *status == 503),
            format!("{what}: {statuses:?}"),
        );
    }
    Ok(())
}

/// Sends a byte each second until the server answers or hangs up; the status, 0 without one.
async fn drip(address: SocketAddr, beginning: &str) -> u16 {
    let Ok(mut line) = TcpStream::connect(address).await else {
        return 0;
    };
    if line.write_all(beginning.as_bytes()).await.is_err() {
        return 0;
    }
    let (mut reading, mut writing) = line.split();
    let mut answer = [0; 64];
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    let begin = Instant::now();
    loop {
        tokio::select! {
            read = reading.read(&mut answer) => {
                let length = read.unwrap_or_default();
                let text = String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned();
                let status = text.split_whitespace().nth(1).and_then(|status| status.parse().ok());
                return status.unwrap_or_default();
            }
            _ = ticks.tick() => {
                if writing.write_all(b"a").await.is_err() || begin.elapsed() > ENDED_WITHIN {
                    return 0;
                }
            }
        }
    }
}
