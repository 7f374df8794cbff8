//! What a series of measurements comes to.

use serde::{Deserialize, Serialize};

/// A series in short. All values have the unit of the series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub median: f64,
    pub p99: f64,
    /// Between these lies the middle half: the spread.
    pub quarter: f64,
    pub three_quarters: f64,
}

impl Summary {
    /// Sums a series up; an empty one has no summary.
    pub fn of(mut series: Vec<f64>) -> Option<Self> {
        series.sort_by(f64::total_cmp);
        Some(Self {
            median: at(&series, 0.5)?,
            p99: at(&series, 0.99)?,
            quarter: at(&series, 0.25)?,
            three_quarters: at(&series, 0.75)?,
        })
    }
}

/// The smallest value that this part of a sorted series does not exceed (nearest rank).
fn at(sorted: &[f64], part: f64) -> Option<f64> {
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_summed_up_by_rank() {
        let summary = Summary::of((1..=200).rev().map(f64::from).collect()).expect("it is not empty");
        assert_eq!(
            (summary.quarter, summary.median, summary.three_quarters, summary.p99),
            (50.0, 100.0, 150.0, 198.0)
        );
        assert_eq!(Summary::of(Vec::new()), None);
    }
}
