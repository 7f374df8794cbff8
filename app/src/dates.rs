//! Dates and times as people read them, in their own language and time zone. The browser knows both.

use js_sys::{Array, Date, Intl, Object, Reflect};
use leptos::prelude::*;
use shared::ids::Timestamp;
use shared::text::Language;
use wasm_bindgen::JsValue;

use crate::words::{spoken, tell};

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
    let format = Intl::DateTimeFormat::new(&locales(), &settings);
    let text = format.format().call1(&JsValue::UNDEFINED, &date(moment));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// The language that is spoken, in the person's own region where the browser has them speak it there: "en-GB".
fn locales() -> Array {
    let Some(language) = spoken() else {
        return Array::new();
    };
    let own = web_sys::window().map(|window| window.navigator().languages());
    let own = own.into_iter().flat_map(|own| own.iter().collect::<Vec<_>>());
    own.filter(|tag| {
        tag.as_string()
            .is_some_and(|tag| Language::of_tag(&tag) == Some(language))
    })
    .chain([JsValue::from_str(language.tag())])
    .collect()
}

/// "May 3, 2026"
pub(crate) fn day(moment: Timestamp) -> String {
    formatted(moment, &[("day", "numeric"), ("month", "short"), ("year", "numeric")])
}

/// "May 3, 2026, 02:05 PM"
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

/// How long ago, as coarsely as is useful: "just now", "20 min ago", "today", "yesterday", "May 3, 2026".
pub(crate) fn ago(moment: Timestamp, now: Timestamp) -> String {
    let (then, today) = (date(moment), date(now));
    let passed = now.0.saturating_sub(moment.0);
    let same_day = |a: &Date, b: &Date| {
        a.get_full_year() == b.get_full_year() && a.get_month() == b.get_month() && a.get_date() == b.get_date()
    };
    if passed < MINUTE {
        tell!(screen::just_now)
    } else if passed < HOUR {
        tell!(screen::minutes_ago, minutes = (passed / MINUTE).to_string())
    } else if same_day(&then, &today) {
        tell!(screen::today)
    } else if same_day(&then, &date(Timestamp(now.0 - DAY))) {
        tell!(screen::yesterday)
    } else {
        day(moment)
    }
}

/// A moment that a person can read and a machine too.
#[component]
pub(crate) fn Moment(at: Timestamp, #[prop(optional)] relative: bool) -> impl IntoView {
    let words = move || {
        if relative {
            ago(at, crate::fresh::now())
        } else {
            day_and_time(at)
        }
    };
    let exact = date(at).to_iso_string().as_string().unwrap_or_default();
    view! { <time datetime=exact title=move || day_and_time(at)>{words}</time> }.into_any()
}
