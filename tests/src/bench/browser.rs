//! The app in Chromium: how long until the first rows are painted, and how long a keystroke takes to be judged.

use serde::Deserialize;

use shared::wire::UserPage;

use super::Outcome;
use super::options::Options;
use super::running::Prepared;
use super::samples::Summary;
use super::table::{bytes, grouped, markdown, micros};
use crate::http::Backend;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/bench.mjs");

/// What the script measured: times in milliseconds, or bytes that were sent.
#[derive(Deserialize)]
struct Series {
    what: String,
    #[serde(default)]
    millis: Vec<f64>,
    #[serde(default)]
    bytes: Option<u64>,
}

pub(super) async fn report(options: &Options) -> Outcome<String> {
    let users = options.users.min(10_000);
    let prepared = Prepared::new(Backend::Sqlite, users).await?;
    let server = prepared.serve().await?;
    let page = server.get("/api/v1/users?limit=50").send().await?.error_for_status()?;
    let page: UserPage = page.json().await?;
    let person = page.rows.iter().find(|row| row.assignments.len() == 3);
    let person = person.ok_or("nobody works at three sites")?;
    let output = tokio::process::Command::new("node")
        .arg(SCRIPT)
        .arg(&server.base)
        .arg(&prepared.token)
        .arg(person.id.to_string())
        .stderr(std::process::Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("node cannot be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{SCRIPT} failed: {}", output.status).into());
    }
    let (mut rows, mut weights) = (Vec::new(), Vec::new());
    for line in String::from_utf8(output.stdout)?.lines() {
        let series: Series = serde_json::from_str(line)?;
        if let Some(sent) = series.bytes {
            weights.push(vec![series.what, bytes(sent)]);
            continue;
        }
        let count = series.millis.len();
        let times = series.millis.into_iter().map(|time| time * 1e3).collect();
        let times = Summary::of(times).ok_or("an empty series")?;
        rows.push(vec![
            series.what,
            count.to_string(),
            micros(times.median),
            micros(times.p99),
            format!("{} – {}", micros(times.quarter), micros(times.three_quarters)),
        ]);
    }
    let mut text = format!("### In Chromium, with {} people\n\n", grouped(users));
    text.push_str(&markdown(&["", "times", "median", "p99", "middle half"], &rows));
    text.push_str(
        "\nFrom navigation on, each time in a browser that was just started; the slower network has 10 Mbit/s and a round \
         trip of 40 ms. From a keystroke on, in the form of a person at three sites. The host's page is of another origin, with \
         a strict content security policy; its token is asked for meanwhile.\n\n",
    );
    text.push_str(&markdown(&["sent until the first rows", "bytes"], &weights));
    Ok(text)
}
