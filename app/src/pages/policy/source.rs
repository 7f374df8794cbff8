//! A text of many lines with their numbers. The frame scrolls text and numbers as one.

use std::collections::BTreeSet;

use leptos::{html, prelude::*};

use super::draft::{Checked, Draft};
use crate::words::text;

/// Lines that stay in sight above the one that is gone to.
const ABOVE: u32 = 4;

/// A line that someone wants to go to; another one each time, also for the same line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    line: u32,
    asked: f64,
}

impl Place {
    /// `line` counts from 1.
    pub(super) fn new(line: u32) -> Self {
        Self {
            line,
            asked: js_sys::Date::now(),
        }
    }
}

/// How many lines a text has.
pub(super) fn lines_of(text: &str) -> u32 {
    let ends = text.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(ends).unwrap_or(u32::MAX).saturating_add(1)
}

/// Where a line begins and ends, in UTF-16 units as the browser counts.
fn span_of(text: &str, line: u32) -> (u32, u32) {
    let length = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let mut start = 0_u32;
    let before = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut lines = text.split('\n');
    for passed in lines.by_ref().take(before) {
        start = start.saturating_add(length(passed)).saturating_add(1);
    }
    let start = start.min(length(text));
    let end = start.saturating_add(lines.next().map_or(0, length));
    (start, end)
}

#[component]
pub(super) fn SourceEditor(draft: Draft, place: RwSignal<Option<Place>>) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let area = NodeRef::<html::Textarea>::new();
    let source = draft.source();
    let count = Memo::new(move |_| source.with(|source| lines_of(source)));
    let widest = Memo::new(move |_| source.with(|source| source.lines().map(|line| line.chars().count()).max()));
    let wrong = Memo::new(move |_| {
        draft.checked().with(|checked| match checked {
            Checked::Findings(found) => found.iter().filter_map(|finding| finding.line).collect(),
            _ => BTreeSet::new(),
        })
    });
    let numbers = move || {
        let number = |line: u32| {
            let is_wrong = Memo::new(move |_| wrong.with(|wrong| wrong.contains(&line)));
            view! { <span class="source__line" class:is-wrong=is_wrong>{line}</span> }
        };
        (1..=count.get()).map(number).collect_view()
    };
    Effect::new(move |_| {
        let (Some(Place { line, .. }), Some(frame), Some(area)) = (place.get(), frame.get(), area.get()) else {
            return;
        };
        let (start, end) = source.with_untracked(|source| span_of(source, line));
        // What cannot be focused or selected stays as it is.
        let _ = area.focus();
        let _ = area.set_selection_range(start, end);
        let height = frame.scroll_height() / i32::try_from(count.get_untracked().max(1)).unwrap_or(i32::MAX);
        let above = i32::try_from(line.saturating_sub(1 + ABOVE)).unwrap_or(i32::MAX);
        frame.set_scroll_top(height.saturating_mul(above));
        frame.set_scroll_left(0);
    });
    view! {
        <div class="source" node_ref=frame>
            <div class="source__lines" aria-hidden="true">{numbers}</div>
            <textarea
                class="source__text"
                node_ref=area
                aria-label=text!(policies::source)
                aria-invalid=move || wrong.with(|wrong| !wrong.is_empty()).then_some("true")
                wrap="off"
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                rows=move || count.get().to_string()
                cols=move || widest.get().unwrap_or(20).saturating_add(2).to_string()
                prop:value=move || source.get()
                on:input=move |event| draft.write(event_target_value(&event))
            ></textarea>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{lines_of, span_of};

    #[test]
    fn lines_are_found_as_the_browser_counts() {
        let text = "name = \"Ä😀\"\n\nlast";
        assert_eq!(lines_of(text), 3);
        assert_eq!(span_of(text, 1), (0, 12));
        assert_eq!(span_of(text, 2), (13, 13));
        assert_eq!(span_of(text, 3), (14, 18));
        assert_eq!(span_of(text, 9), (18, 18));
    }
}
