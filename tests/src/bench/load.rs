//! Connections that send one request after the other for a while.

use std::time::{Duration, Instant};

use reqwest::{RequestBuilder, StatusCode};
use tokio::task::JoinSet;

use super::Outcome;
use super::samples::Summary;

/// What a server stood under load.
pub(super) struct Measured {
    pub(super) per_second: f64,
    /// From sending a request to the last byte of its answer, in microseconds.
    pub(super) micros: Summary,
}

/// Makes the next request of one connection, from the answer to the one before.
pub(super) trait Client: Send + 'static {
    fn next(&mut self) -> Outcome<RequestBuilder>;

    /// Reads the answer.
    fn answered(&mut self, _body: &[u8]) -> Outcome<()> {
        Ok(())
    }
}

/// Lets all clients work at the same time, each on a connection of its own. A fifth of the time passes first, unmeasured.
pub(super) async fn run(clients: Vec<impl Client>, seconds: f64) -> Outcome<Measured> {
    let from = Instant::now() + Duration::from_secs_f64(seconds / 5.0);
    let until = from + Duration::from_secs_f64(seconds);
    let mut working = JoinSet::new();
    for client in clients {
        working.spawn(work(client, from, until));
    }
    let mut series = Vec::new();
    while let Some(worked) = working.join_next().await {
        series.extend(worked??);
    }
    Ok(Measured {
        per_second: series.len() as f64 / seconds,
        micros: Summary::of(series).ok_or("not one answer came in time")?,
    })
}

async fn work(mut client: impl Client, from: Instant, until: Instant) -> Outcome<Vec<f64>> {
    let mut series = Vec::new();
    loop {
        let request = client.next()?;
        let begin = Instant::now();
        let response = request.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        let end = Instant::now();
        if status != StatusCode::OK {
            let body = String::from_utf8_lossy(&body).chars().take(400).collect::<String>();
            return Err(format!("{status}: {body}").into());
        }
        client.answered(&body)?;
        if end >= until {
            return Ok(series);
        }
        // Counted where they end, so that many connections and one are counted alike.
        if end >= from {
            series.push((end - begin).as_secs_f64() * 1e6);
        }
    }
}
