//! Dates and times as people read them, in their own language and time zone. The browser knows both.

use js_sys::{Date, Intl, Object, Reflect};
use leptos::prelude::*;
use shared::ids::Timestamp;
use wasm_bindgen::JsValue;

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

fn date(moment: Timestamp) -> Date {
    // Exact for every date that a browser can show.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a double")]
    Date::new(&JsValue::from_f64(moment.0 as f64))
}

fn formatted(moment: Timestamp, options: &[(&str, &str)]) -> String {
    let settings = Object::new();
    for (key, value) in options {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&settings, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    let format = Intl::DateTimeFormat::new(&js_sys::Array::new(), &settings);
    let text = format.format().call1(&JsValue::UNDEFINED, &date(moment));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// "3 May 2026"
pub(crate) fn day(moment: Timestamp) -> String {
    formatted(moment, &[("day", "numeric"), ("month", "short"), ("year", "numeric")])
}

/// "3 May 2026, 14:05"
pub(crate) fn day_and_time(moment: Timestamp) -> String {
    formatted(
        moment,
        &[
            ("day", "numeric"),
            ("month", "short"),
            ("year", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
        ],
    )
}

/// How long ago, as coarsely as is useful: "just now", "20 min ago", "today", "yesterday", "3 May 2026".
pub(crate) fn ago(moment: Timestamp, now: Timestamp) -> String {
    let (then, today) = (date(moment), date(now));
    let passed = now.0.saturating_sub(moment.0);
    let same_day = |a: &Date, b: &Date| {
        a.get_full_year() == b.get_full_year() && a.get_month() == b.get_month() && a.get_date() == b.get_date()
    };
    if passed < MINUTE {
        "just now".to_owned()
    } else if passed < HOUR {
        format!("{} min ago", passed / MINUTE)
    } else if same_day(&then, &today) {
        "today".to_owned()
    } else if same_day(&then, &date(Timestamp(now.0 - DAY))) {
        "yesterday".to_owned()
    } else {
        day(moment)
    }
}

/// A moment that a person can read and a machine too.
#[component]
pub(crate) fn Moment(at: Timestamp, #[prop(optional)] relative: bool) -> impl IntoView {
    let words = if relative {
        ago(at, crate::fresh::now())
    } else {
        day_and_time(at)
    };
    let exact = date(at).to_iso_string().as_string().unwrap_or_default();
    view! { <time datetime=exact title=day_and_time(at)>{words}</time> }.into_any()
}
