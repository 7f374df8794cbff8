//! A field to search with.

use leptos::prelude::*;

use super::{Icon, IconView};
use crate::words::text;

/// Searches as one types; Escape clears it.
#[component]
pub(crate) fn SearchField(
    /// Read out, and shown while the field is empty.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let clear = move || {
        on_input.run(String::new());
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <div class="search" part="search" class:is-busy=move || busy.get()>
            <IconView icon=Icon::Search />
            <input
                type="text"
                role="searchbox"
                class="input search__input"
                inputmode="search"
                enterkeyhint="search"
                autocomplete="off"
                spellcheck="false"
                aria-label=move || label.get()
                placeholder=move || label.get()
                node_ref=input
                prop:value=move || value.get()
                on:input=move |event| on_input.run(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Escape" && value.with_untracked(|text| !text.is_empty()) {
                        event.prevent_default();
                        event.stop_propagation();
                        clear();
                    }
                }
            />
            <Show when=move || value.with(|text| !text.is_empty())>
                <button type="button" class="search__clear" aria-label=text!(screen::clear_search) on:click=move |_| clear()>
                    <IconView icon=Icon::Clear />
                </button>
            </Show>
        </div>
    }
    .into_any()
}
