//! Whether the time of an answer tells if an address has an account (T2): attempts with known and unknown addresses in
//! turns, compared by the Mann–Whitney U test. Told, never a failure: a busy machine is no leak.

use std::fmt::Write as _;
use std::time::Instant;

use reqwest::Method;
use shared::wire::{ForgotPassword, SignIn};

use super::{CROWD, Target, crowd};
use crate::bench::samples::Summary;
use crate::bench::table::{markdown, micros};
use crate::process::Outcome;

pub(super) async fn report(target: &mut Target) -> Outcome<String> {
    let mut rows = Vec::new();
    for (what, path) in [
        ("sign-in", "/api/v1/sign-in"),
        ("forgotten password", "/api/v1/password/forgot"),
    ] {
        eprintln!("timing: {what} …");
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for number in 0..CROWD {
            // In turns, and each first as often as the other.
            for is_known in [number.is_multiple_of(2), !number.is_multiple_of(2)] {
                let email = if is_known {
                    crowd(number)
                } else {
                    format!("nobody{number}@riverside.example")
                };
                let body = if path.ends_with("forgot") {
                    serde_json::to_value(ForgotPassword { email })?
                } else {
                    let password = "no password of theirs".to_owned();
                    serde_json::to_value(SignIn { email, password })?
                };
                let from = format!("10.{}.{}.{}", u8::from(is_known), number / 250, number % 250 + 1);
                let request = target
                    .nobody
                    .request(Method::POST, path)
                    .header("x-forwarded-for", from)
                    .json(&body);
                let begin = Instant::now();
                let status = request.send().await?.status().as_u16();
                let took = begin.elapsed().as_secs_f64() * 1e6;
                target.must(
                    matches!(status, 200 | 202 | 204 | 401),
                    format!("timing: {what} was answered {status}"),
                );
                if is_known { known.push(took) } else { unknown.push(took) }
            }
        }
        let z = mann_whitney(&known, &unknown);
        let median = |series: &[f64]| Summary::of(series.to_vec()).map_or(0.0, |times| times.median);
        rows.push(vec![
            what.to_owned(),
            format!("2 × {CROWD}"),
            micros(median(&known)),
            micros(median(&unknown)),
            format!("{z:+.2}"),
            if z.abs() < 2.58 { "no" } else { "yes" }.to_owned(),
        ]);
    }
    let mut text = String::from("\n");
    text.push_str(&markdown(
        &[
            "answer's time",
            "attempts",
            "known, median",
            "unknown, median",
            "z",
            "differ at 1 %",
        ],
        &rows,
    ));
    writeln!(
        text,
        "\nKnown and unknown addresses in turns; z of the Mann–Whitney U test (two-sided, 1 %: 2.58)."
    )?;
    Ok(text)
}

/// The standard score of the Mann–Whitney U statistic: positive when the first series is the greater one.
fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = one.iter().map(|value| (*value, true)).collect();
    all.extend(other.iter().map(|value| (*value, false)));
    all.sort_by(|left, right| left.0.total_cmp(&right.0));
    let rank_sum: f64 = all
        .iter()
        .zip(1_u32..)
        .filter(|((_, first), _)| *first)
        .map(|(_, rank)| f64::from(rank))
        .sum();
    let (m, n) = (one.len() as f64, other.len() as f64);
    let statistic = rank_sum - m * (m + 1.0) / 2.0;
    (statistic - m * n / 2.0) / (m * n * (m + n + 1.0) / 12.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_that_differ_are_told_apart() {
        let one: Vec<f64> = (0..50).map(f64::from).collect();
        let same: Vec<f64> = (0..50).map(|number| f64::from(number) + 0.1).collect();
        let later: Vec<f64> = (0..50).map(|number| f64::from(number) + 30.0).collect();
        assert!(mann_whitney(&one, &same).abs() < 1.0);
        assert!(mann_whitney(&later, &one) > 4.0);
        assert!(mann_whitney(&one, &later) < -4.0);
    }
}
