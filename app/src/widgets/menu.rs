//! The "…" menu of a row.

use leptos::{ev, prelude::*};

use super::{Icon, IconView, floating::Floating, unique_id};

/// One action. A refused one stays in the menu and says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MenuItem {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) danger: bool,
    pub(crate) refused: Option<String>,
}

impl MenuItem {
    pub(crate) fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            danger: false,
            refused: None,
        }
    }

    /// It takes something away.
    pub(crate) fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    pub(crate) fn refused(mut self, reason: Option<String>) -> Self {
        self.refused = reason;
        self
    }
}

/// A button that opens a menu. The items are asked for only when it opens.
#[component]
pub(crate) fn Menu(
    /// What the menu is for: "Actions for Ana García".
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
    #[prop(into)] on_choose: Callback<String>,
    /// What the button shows; three dots unless given.
    #[prop(optional, into)]
    face: Option<ViewFn>,
) -> impl IntoView {
    let floating = Floating::new();
    let id = floating.id();
    let dots = face.is_none();
    let item = move |item: MenuItem| {
        let reason_id = unique_id("reason");
        let described = item.refused.is_some().then(|| reason_id.clone());
        let refused = item.refused.is_some();
        let chosen = item.id;
        view! {
            <button
                type="button"
                role="menuitem"
                class="menu__item"
                class:is-danger=item.danger
                class:is-dimmed=refused
                tabindex="-1"
                aria-disabled=refused.then_some("true")
                aria-describedby=described
                on:click=move |_| {
                    if !refused {
                        floating.close();
                        on_choose.run(chosen.clone());
                    }
                }
            >
                <span>{item.label}</span>
                {item.refused.map(|reason| view! { <span class="menu__reason" id=reason_id>{reason}</span> })}
            </button>
        }
        .into_any()
    };
    let key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Tab" => floating.close(),
        _ => floating.steer(&event, "[role='menuitem']"),
    };
    view! {
        <button
            type="button"
            class="button button--quiet"
            class:button--icon=dots
            class:button--face=!dots
            aria-label=move || label.get()
            aria-haspopup="menu"
            aria-expanded=move || if floating.open.get() { "true" } else { "false" }
            popovertarget=id.clone()
            node_ref=floating.trigger
        >
            {match face {
                Some(face) => face.run(),
                None => view! { <IconView icon=Icon::More /> }.into_any(),
            }}
        </button>
        <div
            class="floating menu"
            id=id
            popover="auto"
            role="menu"
            aria-label=move || label.get()
            node_ref=floating.panel
            on:beforetoggle=move |event| floating.before(&event)
            on:toggle=move |event| floating.after(&event)
            on:keydown=key
        >
            {move || {
                floating.open.get().then(|| {
                    floating.keep_focus();
                    items.get().into_iter().map(item).collect_view()
                })
            }}
        </div>
    }
    .into_any()
}
