//! Dialogs: the browser's own, so that the focus stays inside and goes back to where it came from.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{Button, ButtonKind, Icon, IconButton, unique_id};
use crate::words::text;

/// A dialog over the screen. Its contents exist only while it is open. Escape and a press beside it ask to close.
#[component]
pub(crate) fn Dialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    children: ChildrenFn,
    /// Buttons, at the end and always in sight.
    #[prop(optional, into)]
    actions: ViewFn,
    /// It cannot be put away, and hides what is behind it.
    #[prop(optional)]
    locked: bool,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = unique_id("title");
    let heading = title_id.clone();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                show(&dialog);
                // The contents are there in the next frame. The browser's own choice would be the button that closes.
                request_animation_frame(move || focus_inside(&dialog));
            }
            (false, true) => hide(&dialog),
            _ => {}
        }
    });
    // Taken off the page while it is open, it still gives the focus back to where it came from.
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten()
            && dialog.open()
        {
            hide(&dialog);
        }
    });
    // Browsers close a dialog at the second Escape, whatever is said to the first.
    let again = move |_| {
        if let Some(dialog) = dialog.get_untracked()
            && locked
            && open.get_untracked()
        {
            show(&dialog);
        }
    };
    let close = Callback::new(move |()| {
        if !locked {
            on_close.run(());
        }
    });
    let beside = move |event: ev::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
        if target.is_some() {
            close.run(());
        }
    };
    // A dialog that stays in its widget is none that the browser closes by itself.
    let key = move |event: ev::KeyboardEvent| {
        let is_own = || {
            let dialog = dialog.get_untracked()?;
            let is_over = dialog.query_selector(":popover-open, dialog[open]").ok()?.is_some();
            Some(stays_inside(&dialog) && !is_over)
        };
        if event.key() == "Escape" && is_own() == Some(true) {
            event.stop_propagation();
            close.run(());
        }
    };
    let children = StoredValue::new(children);
    let actions = StoredValue::new(actions);
    view! {
        <dialog
            class="dialog"
            part="dialog"
            class:dialog--locked=locked
            aria-labelledby=heading
            node_ref=dialog
            on:cancel=move |event: ev::Event| {
                event.prevent_default();
                close.run(());
            }
            on:click=beside
            on:keydown=key
            on:close=again
        >
            <Show when=move || open.get()>
                <div class="dialog__inside">
                    <div class="dialog__head">
                        <h2 class="dialog__title" id=title_id.clone()>{move || title.get()}</h2>
                        {(!locked).then(|| {
                            view! { <IconButton icon=Icon::Clear label=text!(screen::close) on_press=close /> }
                        })}
                    </div>
                    <div class="dialog__body">{children.with_value(|children| children())}</div>
                    <div class="dialog__foot">{actions.with_value(ViewFn::run)}</div>
                </div>
            </Show>
        </dialog>
    }
    .into_any()
}

/// Whether the page around a widget wants its dialogs inside its box, instead of over all of the page.
fn stays_inside(dialog: &web_sys::HtmlDialogElement) -> bool {
    dialog
        .closest("[data-dialogs=inside]")
        .is_ok_and(|found| found.is_some())
}

fn show(dialog: &web_sys::HtmlDialogElement) {
    if stays_inside(dialog) {
        // What is behind can neither be pressed nor reached by Tab, which goes on to the page around.
        for other in beside(dialog) {
            let _ = other.toggle_attribute_with_force("inert", true);
        }
        dialog.show();
    } else {
        // It fails only for an element that is not on the page, where there is nothing to show.
        let _ = dialog.show_modal();
    }
}

fn hide(dialog: &web_sys::HtmlDialogElement) {
    // Before it is closed, so that the focus can go back.
    if stays_inside(dialog) {
        for other in beside(dialog) {
            let _ = other.toggle_attribute_with_force("inert", false);
        }
    }
    dialog.close();
    let root = dialog.closest("[data-dialogs=inside]").ok().flatten();
    let under = root.and_then(|root| root.query_selector("dialog[open]").ok().flatten());
    if let Some(under) = under.and_then(|under| under.dyn_into().ok()) {
        for other in beside(&under) {
            let _ = other.toggle_attribute_with_force("inert", true);
        }
    }
}

/// Everything of the widget that is not the dialog, nor around it.
fn beside(dialog: &web_sys::HtmlDialogElement) -> Vec<web_sys::Element> {
    let mut found = Vec::new();
    let mut inner: web_sys::Element = dialog.clone().into();
    while let Some(outer) = inner
        .parent_element()
        .filter(|_| !inner.class_list().contains("lanyard"))
    {
        let all = outer.children();
        let others = (0..all.length()).filter_map(|at| all.item(at));
        found.extend(others.filter(|other| *other != inner && other.class_name() != "toasts"));
        inner = outer;
    }
    found
}

/// Focuses the first field, or else the first and least harmful of the buttons.
fn focus_inside(dialog: &web_sys::HtmlDialogElement) {
    let selectors = [
        ".dialog__body input:not([readonly]), .dialog__body select, .dialog__body textarea",
        ".dialog__foot button",
    ];
    let found = selectors
        .iter()
        .find_map(|selector| dialog.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Asks before something is done: names what goes, and does it on the button.
#[component]
pub(crate) fn ConfirmDialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    /// What the button does: "Delete Ana García".
    #[prop(into)]
    confirm: Signal<String>,
    #[prop(into)] on_confirm: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(optional)] kind: ButtonKind,
    /// What the button that leaves everything as it is says.
    #[prop(optional, into)]
    cancel: Option<Signal<String>>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    children: ChildrenFn,
) -> impl IntoView {
    let cancel = cancel.unwrap_or_else(|| text!(screen::cancel));
    let actions = move || {
        view! {
            <Button label=cancel kind=ButtonKind::Quiet on_press=on_close />
            <Button label=confirm kind=kind busy=busy refused=refused on_press=on_confirm />
        }
    };
    view! {
        <Dialog open=open title=title on_close=on_close actions=actions>
            {children()}
        </Dialog>
    }
    .into_any()
}
