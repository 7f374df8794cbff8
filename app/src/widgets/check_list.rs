//! Several of a list: sites, lines, workspaces. A long list can be searched.

use leptos::prelude::*;

use super::{Checkbox, SearchField};
use crate::words::text;

/// From so many items on there is a field to search them with.
const SEARCH_FROM: usize = 9;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PickItem {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) checked: bool,
    /// Why it cannot be changed.
    pub(crate) refused: Option<String>,
}

/// A list of checkboxes. The callback gets the item's id and its new state.
#[component]
pub(crate) fn CheckList(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] items: Signal<Vec<PickItem>>,
    #[prop(into)] on_toggle: Callback<(String, bool)>,
    /// What to say when there is nothing to choose from.
    #[prop(optional, into)]
    empty: Signal<String>,
) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let needle = search.get().trim().to_lowercase();
        items.with(|items| {
            items
                .iter()
                .filter(|item| item.label.to_lowercase().contains(&needle))
                .map(|item| item.id.clone())
                .collect::<Vec<_>>()
        })
    });
    let is_long = move || items.with(Vec::len) >= SEARCH_FROM;
    let row = move |id: String| {
        let own = id.clone();
        let item = Memo::new(move |_| {
            items.with(|items| items.iter().find(|item| item.id == own).cloned().unwrap_or_default())
        });
        view! {
            <li>
                <Checkbox
                    label=Signal::derive(move || item.with(|item| item.label.clone()))
                    checked=Signal::derive(move || item.with(|item| item.checked))
                    refused=Signal::derive(move || item.with(|item| item.refused.clone()))
                    on_change=move |on| on_toggle.run((id.clone(), on))
                />
            </li>
        }
    };
    view! {
        <fieldset class="check-list">
            <legend class="field__label">{move || label.get()}</legend>
            <Show when=is_long>
                <SearchField
                    label=text!(screen::find_in, what = label.get())
                    value=search
                    on_input=move |text| search.set(text)
                />
            </Show>
            <Show when=move || items.with(Vec::is_empty)>
                <p class="field__hint">{move || empty.get()}</p>
            </Show>
            <ul class="check-list__items">
                <For each=move || shown.get() key=Clone::clone children=row />
            </ul>
        </fieldset>
    }
    .into_any()
}
