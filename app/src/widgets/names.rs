//! Several names in one line: as many as there is room for, and the others one look away.

use leptos::prelude::*;

use super::{button::reasoned, unique_id};
use crate::words::text;

/// About how wide a letter is, in pixels: names are cut before they would be clipped.
const LETTER: f64 = 8.0;

/// Room for the button that tells the others.
const BUTTON: f64 = 44.0;

/// Names, as many as fit into `room` pixels; the button after them tells all.
#[component]
pub(crate) fn Names(names: Vec<String>, #[prop(into)] room: Signal<f64>) -> impl IntoView {
    if names.len() < 2 {
        return view! { <span class="truncate">{names}</span> }.into_any();
    }
    let names = StoredValue::new(names);
    let shown = Memo::new(move |_| names.with_value(|names| fitting(names, room.get())));
    let line = move || names.with_value(|names| names.get(..shown.get()).unwrap_or_default().join(", "));
    let all = names.with_value(|names| names.join(", "));
    let rest = move || {
        let hidden = names.with_value(Vec::len) - shown.get();
        (hidden > 0).then(|| {
            let id = unique_id("names");
            let described = id.clone();
            let all = all.clone();
            let label = {
                let all = all.clone();
                text!(screen::and_more_roles, names = &all)
            };
            let button = view! {
                <button type="button" class="names__rest" aria-label=label aria-describedby=described>
                    {format!("+{hidden}")}
                </button>
            };
            reasoned(id, Signal::stored(Some(all)), button.into_any())
        })
    };
    view! { <span class="names"><span class="truncate">{line}</span> {rest}</span> }.into_any()
}

/// How many of the names fit, at least one.
fn fitting(names: &[String], room: f64) -> usize {
    let widths = names.iter().map(|name| {
        let letters = u32::try_from(name.chars().count() + 2).unwrap_or(u32::MAX);
        f64::from(letters) * LETTER
    });
    let mut sum = 0.0;
    let mut count = 0;
    for (at, width) in widths.enumerate() {
        sum += width;
        let after = if at + 1 < names.len() { BUTTON } else { 0.0 };
        if sum + after > room {
            break;
        }
        count += 1;
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn as_many_names_as_fit_are_shown_and_one_at_least() {
        let names: Vec<String> = ["Workflow Deployer", "Workflow Editor", "Chart Editor"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(
            [0.0, 200.0, 340.0, 420.0].map(|room| fitting(&names, room)),
            [1, 1, 2, 3]
        );
    }
}
