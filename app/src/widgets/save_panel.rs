//! What will change, beside the form; where the container is narrow, a bar above Save that opens upward.

use leptos::prelude::*;

use super::{Icon, IconView, unique_id};

/// Stands as the last child of an element of the class `split`, whose other child is the form.
#[component]
pub(crate) fn SavePanel(
    #[prop(into)] title: Signal<String>,
    /// One line for the folded bar: "3 gained · 2 lost · 1 to confirm".
    #[prop(into)]
    summary: Signal<String>,
    /// Cancel and Save.
    #[prop(into)]
    actions: ViewFn,
    /// What is in it has to be seen now: saving waits, or did not work.
    #[prop(optional, into)]
    urgent: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if urgent.get() {
            open.set(true);
        }
    });
    let body_id = unique_id("consequences");
    view! {
        <aside class="save-panel" part="panel" class:is-open=move || open.get() aria-label=move || title.get()>
            <button
                type="button"
                class="save-panel__bar"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=body_id.clone()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <span class="save-panel__summary">{move || summary.get()}</span>
                <IconView icon=Icon::ChevronDown />
            </button>
            <div class="save-panel__body" id=body_id>
                <h2 class="save-panel__title">{move || title.get()}</h2>
                {children()}
            </div>
            <div class="save-panel__actions" part="save-bar">{actions.run()}</div>
        </aside>
    }
    .into_any()
}
