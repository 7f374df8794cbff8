//! Filters beside each other where the container is wide; where it is narrow, behind one button in a sheet from below.

use leptos::prelude::*;

use super::{Button, ButtonKind, Icon, IconView, floating::Floating};
use crate::words::tell;

/// Holds filters. The button and the sheet are there in a narrow container only.
#[component]
pub(crate) fn FilterSheet(
    /// How many of the filters are set.
    #[prop(into)]
    set: Signal<usize>,
    /// What closes the sheet: "Show 12 people".
    #[prop(into)]
    done: Signal<String>,
    children: Children,
) -> impl IntoView {
    let floating = Floating::new();
    let id = floating.id();
    let label = move || match set.get() {
        0 => tell!(screen::filters),
        count => tell!(screen::filters_set, count = count),
    };
    view! {
        <button
            type="button"
            class="button filter narrow-only"
            class:is-set=move || { set.get() > 0 }
            aria-expanded=move || if floating.open.get() { "true" } else { "false" }
            popovertarget=id.clone()
            node_ref=floating.trigger
        >
            <span class="button__label">{label}</span>
            <IconView icon=Icon::ChevronDown />
        </button>
        <div
            class="filters"
            id=id
            popover="auto"
            node_ref=floating.panel
            on:beforetoggle=move |event| floating.before(&event)
            on:toggle=move |event| floating.after(&event)
        >
            {children()}
            <Show when=move || floating.open.get()>
                <div class="filters__done narrow-only">
                    <Button label=done kind=ButtonKind::Primary on_press=move |()| floating.close() />
                </div>
            </Show>
        </div>
    }
    .into_any()
}
