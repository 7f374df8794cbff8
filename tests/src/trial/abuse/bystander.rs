//! Somebody who reads the list of users while the server is attacked, and what was counted meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;

use super::Target;
use crate::bench::samples::Summary;
use crate::bench::table::{bytes, grouped, micros};
use crate::http::Session;
use crate::process::Outcome;

/// How often each status was answered.
pub(super) type Statuses = BTreeMap<u16, u32>;

/// Adds the counts of one to another.
pub(super) fn merge(mut one: Statuses, other: Statuses) -> Statuses {
    for (status, times) in other {
        *one.entry(status).or_default() += times;
    }
    one
}

/// Attacks while somebody works, and puts a line into the table.
pub(super) async fn beside<T>(
    target: &mut Target,
    what: &str,
    attack: impl Future<Output = Outcome<(T, Statuses)>>,
) -> Outcome<(T, Statuses)> {
    eprintln!("{what} …");
    let stop = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(target.ana.clone(), Arc::clone(&stop)));
    let begin = Instant::now();
    let attacked = attack.await;
    let took = begin.elapsed();
    stop.store(true, Ordering::Relaxed);
    let (series, failures) = watching.await?;
    let (found, statuses) = attacked?;
    let memory = target
        .server
        .memory()
        .map_or_else(|| "–".to_owned(), |memory| bytes(memory.own));
    let noticed = Summary::of(series).map_or_else(
        || "–".to_owned(),
        |times| format!("{}, {}", micros(times.median), micros(times.p99)),
    );
    let answers: Vec<String> = statuses
        .iter()
        .map(|(status, times)| format!("{}×{status}", grouped(*times)))
        .collect();
    target.rows.push(vec![
        what.to_owned(),
        grouped(statuses.values().sum()),
        answers.join(" "),
        format!("{:.1} s", took.as_secs_f64()),
        noticed,
        memory,
    ]);
    target.must(
        failures == 0,
        format!("{what}: {failures} requests of somebody who worked meanwhile failed"),
    );
    Ok((found, statuses))
}

/// Times of one reader's requests in microseconds, and how many of them failed.
async fn watch(session: Session, stop: Arc<AtomicBool>) -> (Vec<f64>, u32) {
    let (mut series, mut failures) = (Vec::new(), 0);
    loop {
        let begin = Instant::now();
        let answer = session.request(Method::GET, "/api/v1/users").send().await;
        let body = match answer {
            Ok(answer) if answer.status().is_success() => answer.bytes().await.is_ok(),
            _ => false,
        };
        series.push(begin.elapsed().as_secs_f64() * 1e6);
        failures += u32::from(!body);
        if stop.load(Ordering::Relaxed) {
            return (series, failures);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
