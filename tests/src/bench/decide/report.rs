//! The table of judgements, native and in WebAssembly side by side.

use std::fmt::Write as _;
use std::time::Instant;

use super::{Judged, Rounds, measure};
use crate::bench::Outcome;
use crate::bench::table::{markdown, micros};

/// Where the measurements in WebAssembly are, if they were made: one [`Judged`] as JSON in each line.
const WASM: &str = "LANYARD_BENCH_WASM";

pub(in crate::bench) fn report() -> Outcome<String> {
    let begin = Instant::now();
    let each = Rounds {
        samples: 10_000,
        sample_micros: 0.0,
    };
    let native = measure(each, || begin.elapsed().as_secs_f64() * 1e6);
    let wasm = in_webassembly()?;
    let rows: Vec<Vec<String>> = native
        .iter()
        .map(|judged| {
            let mut row = vec![judged.name.clone(), verdict(judged.outcome).to_owned()];
            let other = wasm.iter().find(|other| other.name == judged.name);
            for measured in [Some(judged), other] {
                let cells = measured.map(|judged| {
                    let time = judged.micros;
                    let spread = format!("{:.1}–{:.1}", time.quarter, time.three_quarters);
                    [micros(time.median), micros(time.p99), spread]
                });
                row.extend(cells.unwrap_or_else(|| ["–", "–", "–"].map(str::to_owned)));
            }
            row
        })
        .collect();
    let mut text =
        "### One judgement: `decide` in an organisation of 10,000 people, 50 sites and 40 roles\n\n".to_owned();
    text.push_str(&markdown(
        &[
            "edit",
            "verdict",
            "native: median",
            "p99",
            "middle half, µs",
            "WebAssembly: median",
            "p99",
            "middle half, µs",
        ],
        &rows,
    ));
    write!(
        text,
        "\nNatively each of 10,000 judgements is timed by itself. The browser's clock counts tenths of a millisecond: \
         there, a sample is the mean of as many judgements as take 5 ms, and the p99 is that of 200 samples. What runs \
         there is compiled as the app is, but not gone over by wasm-opt.\n"
    )?;
    Ok(text)
}

fn verdict(outcome: shared::Outcome) -> &'static str {
    match outcome {
        shared::Outcome::Refused => "refused",
        shared::Outcome::Undecided => "undecided",
        shared::Outcome::NeedsConfirmation => "to be confirmed",
        shared::Outcome::Allowed => "allowed",
    }
}

fn in_webassembly() -> Outcome<Vec<Judged>> {
    let Ok(path) = std::env::var(WASM) else {
        return Ok(Vec::new());
    };
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}
