//! How often somebody may do something: a bucket of attempts for each key, in memory, refilled as time goes by.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::problem::ApiError;

/// Keys that are remembered at most; beyond that, full buckets are forgotten.
const CAPACITY: usize = 10_000;

/// Buckets of one kind.
#[derive(Debug)]
pub struct Throttle {
    per_minute: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Throttle {
    /// So many attempts at once, and as many more in each minute.
    pub fn per_minute(attempts: u32) -> Self {
        Self {
            per_minute: f64::from(attempts.max(1)),
            buckets: Mutex::default(),
        }
    }

    /// Takes one attempt out of the bucket of `key`.
    ///
    /// # Errors
    /// 429, when it is empty.
    pub fn take(&self, key: &str) -> Result<(), ApiError> {
        if self.take_at(key, Instant::now()) {
            Ok(())
        } else {
            Err(ApiError::too_many_requests())
        }
    }

    fn take_at(&self, key: &str, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CAPACITY {
            buckets.retain(|_, bucket| bucket.filled(self.per_minute, now) < self.per_minute);
        }
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket {
            left: self.per_minute,
            at: now,
        });
        bucket.left = bucket.filled(self.per_minute, now);
        bucket.at = now;
        let enough = bucket.left >= 1.0;
        if enough {
            bucket.left -= 1.0;
        }
        enough
    }
}

impl Bucket {
    fn filled(&self, per_minute: f64, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + passed * per_minute / 60.0).min(per_minute)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_empties_refills_and_belongs_to_one_key() {
        let throttle = Throttle::per_minute(2);
        let start = Instant::now();
        assert!(throttle.take_at("a", start) && throttle.take_at("a", start));
        assert!(!throttle.take_at("a", start));
        assert!(throttle.take_at("b", start));
        assert!(throttle.take_at("a", start + Duration::from_secs(30)));
        assert!(!throttle.take_at("a", start + Duration::from_secs(30)));
    }
}
