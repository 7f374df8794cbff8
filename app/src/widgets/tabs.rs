//! Tabs with counts.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::words::words;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tab {
    pub(crate) id: String,
    pub(crate) label: String,
    /// How many there are; not shown while unknown.
    pub(crate) count: Option<u32>,
    /// Whether there may be more than that.
    pub(crate) or_more: bool,
}

impl Tab {
    pub(crate) fn new(id: impl Into<String>, label: impl Into<String>, count: Option<u32>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            count,
            or_more: false,
        }
    }

    /// The same for a count that may have stopped too early.
    pub(crate) fn or_more(self, or_more: bool) -> Self {
        Self { or_more, ..self }
    }
}

/// A row of tabs; the arrow keys move between them.
#[component]
pub(crate) fn Tabs(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] tabs: Signal<Vec<Tab>>,
    #[prop(into)] selected: Signal<String>,
    #[prop(into)] on_select: Callback<String>,
) -> impl IntoView {
    let tab = move |id: String| {
        let own = id.clone();
        let is_selected = Memo::new(move |_| selected.get() == own);
        let own = id.clone();
        let shown = Memo::new(move |_| tabs.with(|tabs| tabs.iter().find(|tab| tab.id == own).cloned()));
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                aria-selected=move || if is_selected.get() { "true" } else { "false" }
                tabindex=move || if is_selected.get() { "0" } else { "-1" }
                on:click=move |_| on_select.run(id.clone())
            >
                {move || shown.get().map(|tab| tab.label)}
                {move || {
                    shown
                        .get()
                        .and_then(|tab| tab.count.map(|count| (count, tab.or_more)))
                        .map(|(count, or_more)| {
                            view! { <span class="tab__count">{words().number(count)} {or_more.then_some("+")}</span> }
                        })
                }}
            </button>
        }
        .into_any()
    };
    let ids = Memo::new(move |_| tabs.with(|tabs| tabs.iter().map(|tab| tab.id.clone()).collect::<Vec<_>>()));
    let list = NodeRef::<leptos::html::Div>::new();
    let key = move |event: leptos::ev::KeyboardEvent| {
        let ids = ids.get_untracked();
        let Some(at) = ids.iter().position(|id| *id == selected.get_untracked()) else {
            return;
        };
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1) % ids.len(),
            "ArrowLeft" => (at + ids.len() - 1) % ids.len(),
            "Home" => 0,
            "End" => ids.len() - 1,
            _ => return,
        };
        event.prevent_default();
        if let Some(id) = ids.get(next) {
            on_select.run(id.clone());
        }
        let target = list
            .get_untracked()
            .and_then(|list| list.children().item(u32::try_from(next).ok()?));
        if let Some(element) = target.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            // The selected tab stays in the tab order; a focus that fails leaves it where it was.
            let _ = element.focus();
        }
    };
    view! {
        <div class="tabs" part="tabs" role="tablist" aria-label=move || label.get() node_ref=list on:keydown=key>
            {move || ids.get().into_iter().map(tab).collect_view()}
        </div>
    }
    .into_any()
}
