//! Days and moments in the Gregorian calendar, in UTC. A crate for dates would weigh more than the rest of the words.

use crate::ids::Timestamp;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
}

impl Date {
    /// The day on which a moment is, in UTC.
    pub fn of(at: Timestamp) -> Self {
        civil(at.0.div_euclid(86_400_000))
    }
}

/// A moment as in RFC 3339, in UTC and to the second: "2026-11-22T04:48:06Z".
pub fn iso(at: Timestamp) -> String {
    let Date { year, month, day } = Date::of(at);
    let of_day = at.0.div_euclid(1_000).rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The date of a day counted from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms",
/// `civil_from_days`).
fn civil(days: i64) -> Date {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Years that begin in March: the leap day is the last one.
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date { year, month, day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (11_016, (2000, 2, 29)),
            (19_782, (2024, 2, 29)),
            (20_778, (2026, 11, 21)),
        ] {
            let Date { year, month, day } = civil(days);
            assert_eq!((year, month, day), date);
        }
    }

    #[test]
    fn moments_are_written_as_in_rfc_3339() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400_999, "2000-02-29T00:00:00Z"),
            (1_790_000_000_000, "2026-09-21T14:13:20Z"),
        ] {
            assert_eq!(iso(Timestamp(millis)), text);
        }
    }
}
