//! A filter: a button that shows what is chosen and opens a list to choose from.

use leptos::{ev, prelude::*};

use super::{Choice, Icon, IconView, SearchField, floating::Floating};
use crate::words::{tell, text};

/// From so many options on there is a field to search them with.
const SEARCH_FROM: usize = 9;

/// Chooses one option, or none for no filter.
#[component]
pub(crate) fn FilterMenu(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(into)] selected: Signal<Option<String>>,
    #[prop(into)] on_choose: Callback<Option<String>>,
    /// The words for no filter: "All roles".
    #[prop(into)]
    any: Signal<String>,
) -> impl IntoView {
    let floating = Floating::new();
    let id = floating.id();
    let search = RwSignal::new(String::new());
    let chosen = Memo::new(move |_| {
        let value = selected.get()?;
        options.with(|options| {
            options
                .iter()
                .find(|option| option.value == value)
                .map(|o| o.label.clone())
        })
    });
    let face = move || match chosen.get() {
        Some(choice) => tell!(screen::choice_of, what = label.get(), choice = choice),
        None => label.get(),
    };
    let choose = move |value: Option<String>| {
        floating.close();
        on_choose.run(value);
    };
    let shown = Memo::new(move |_| {
        let needle = search.get().trim().to_lowercase();
        options.with(|options| {
            options
                .iter()
                .filter(|o| o.label.to_lowercase().contains(&needle))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let option = move |value: Option<String>, words: String| {
        let own = value.clone();
        let is_chosen = move || selected.get() == own;
        let state = is_chosen.clone();
        view! {
            <button
                type="button"
                role="menuitemradio"
                class="menu__item"
                aria-checked=move || if state() { "true" } else { "false" }
                on:click=move |_| choose(value.clone())
            >
                <span class="menu__tick">{move || is_chosen().then(|| view! { <IconView icon=Icon::Check /> })}</span>
                <span>{words}</span>
            </button>
        }
        .into_any()
    };
    let long = move || options.with(Vec::len) >= SEARCH_FROM;
    let key = move |event: ev::KeyboardEvent| floating.steer(&event, "[role='menuitemradio']");
    let before = move |event: ev::Event| {
        search.set(String::new());
        floating.before(&event);
    };
    view! {
        <button
            type="button"
            class="button filter"
            class:is-set=move || selected.with(Option::is_some)
            aria-haspopup="menu"
            aria-expanded=move || if floating.open.get() { "true" } else { "false" }
            popovertarget=id.clone()
            node_ref=floating.trigger
        >
            <span class="button__label">{face}</span>
            <IconView icon=Icon::ChevronDown />
        </button>
        <div
            class="floating filter__panel"
            id=id
            popover="auto"
            node_ref=floating.panel
            on:beforetoggle=before
            on:toggle=move |event| floating.after(&event)
            on:keydown=key
        >
            <Show when=move || floating.open.get()>
                <Show when=long>
                    <SearchField label=text!(screen::find) value=search on_input=move |text| search.set(text) />
                </Show>
                <div class="filter__options" role="menu" aria-label=move || label.get()>
                    {move || search.with(String::is_empty).then(|| option(None, any.get()))}
                    {move || {
                        shown.get().into_iter().map(|o| option(Some(o.value), o.label)).collect_view()
                    }}
                </div>
            </Show>
        </div>
    }
    .into_any()
}
