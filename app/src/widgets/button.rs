//! Buttons. A refused button can still be reached and says why; it only does nothing.

use leptos::{html, prelude::*};

use super::{Icon, IconView, floating::place, unique_id};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonKind {
    /// The one thing that this screen is for.
    Primary,
    #[default]
    Plain,
    /// Beside others, without a frame.
    Quiet,
    /// It takes something away.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Plain => "button",
            Self::Quiet => "button button--quiet",
            Self::Danger => "button button--danger",
        }
    }
}

/// A button with a word. While `busy` it does not react again; while `refused` it says why.
#[component]
pub(crate) fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<Icon>,
    /// What it says to those who do not see what stands beside it; its label unless given.
    #[prop(optional, into)]
    about: Option<Signal<String>>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    /// Whether Enter in the form presses it.
    #[prop(optional)]
    submit: bool,
) -> impl IntoView {
    let reason_id = unique_id("reason");
    let described = reason_id.clone();
    let inactive = move || busy.get() || refused.with(Option::is_some);
    let press = move |event: leptos::ev::MouseEvent| {
        // A form's own submission would reload the host's page.
        event.prevent_default();
        if !busy.get_untracked() && refused.with_untracked(Option::is_none) {
            on_press.run(());
        }
    };
    let control = view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            class:is-busy=move || busy.get()
            aria-disabled=move || inactive().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-label=about.map(|about| move || about.get())
            aria-describedby=move || refused.with(Option::is_some).then(|| described.clone())
            on:click=press
        >
            {icon.map(|icon| view! { <IconView icon /> })}
            <span class="button__label">{move || label.get()}</span>
        </button>
    };
    reasoned(reason_id, refused, control.into_any())
}

/// A button that is only an icon; `label` is what it says to those who do not see it, and on hover.
#[component]
pub(crate) fn IconButton(
    icon: Icon,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button--quiet button--icon"
            aria-label=move || label.get()
            title=move || label.get()
            on:click=move |_| on_press.run(())
        >
            <IconView icon />
        </button>
    }
    .into_any()
}

/// A control and why it is refused: the reason floats beside it on hover, focus and tap, and Escape puts it away.
/// `id` is what the control's `aria-describedby` names.
pub(super) fn reasoned(id: String, reason: Signal<Option<String>>, control: AnyView) -> AnyView {
    let frame = NodeRef::<html::Span>::new();
    let tip = NodeRef::<html::Span>::new();
    let show = move || {
        if let (Some(frame), Some(tip)) = (frame.try_get_untracked().flatten(), tip.try_get_untracked().flatten()) {
            // Already shown is as good.
            let _ = tip.show_popover();
            place(&frame, &tip);
        }
    };
    let hide = move || {
        // A control that loses the focus because it is taken off the page says so when all else of it is gone.
        if let Some(tip) = tip.try_get_untracked().flatten() {
            let _ = tip.hide_popover();
        }
    };
    view! {
        <span
            class="has-reason"
            node_ref=frame
            on:pointerenter=move |_| show()
            on:pointerleave=move |_| hide()
            on:focusin=move |_| show()
            on:focusout=move |_| hide()
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    hide();
                }
            }
        >
            {control}
            {move || {
                reason
                    .get()
                    .map(|text| {
                        view! {
                            <span class="reason" id=id.clone() role="note" popover="manual" node_ref=tip>
                                {text}
                            </span>
                        }
                    })
            }}
        </span>
    }
    .into_any()
}
