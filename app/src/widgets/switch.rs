//! On or off.

use leptos::prelude::*;
use shared::verdict::Remedy;
use web_sys::HtmlInputElement;

use super::{Icon, IconView, Objection, button::reasoned, objection::remedy_link, unique_id};

/// A switch for something that is on or off. Refused, it shows its state, cannot be moved, says why, and offers what the
/// rules allow instead.
#[component]
pub(crate) fn Toggle(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on: Signal<bool>,
    #[prop(into)] on_toggle: Callback<bool>,
    #[prop(optional, into)] about: Signal<String>,
    #[prop(optional, into)] refused: Signal<Option<Objection>>,
    #[prop(optional, into)] on_remedy: Option<Callback<Remedy>>,
) -> impl IntoView {
    let label_id = unique_id("label");
    let about_id = unique_id("about");
    let described = about_id.clone();
    let words = move || {
        refused
            .get()
            .map(|refused| refused.text)
            .or_else(|| about.with(|text| (!text.is_empty()).then(|| text.clone())))
    };
    let described_by = move || words().map(|_| described.clone());
    view! {
        <div class="toggle" class:is-dimmed=move || refused.with(Option::is_some)>
            <button
                type="button"
                role="switch"
                class="toggle__switch"
                aria-checked=move || if on.get() { "true" } else { "false" }
                aria-labelledby=label_id.clone()
                aria-describedby=described_by
                aria-disabled=move || refused.with(Option::is_some).then_some("true")
                on:click=move |_| {
                    if refused.with_untracked(Option::is_none) {
                        on_toggle.run(!on.get_untracked());
                    }
                }
            >
                <span class="toggle__knob"></span>
            </button>
            <span class="toggle__words">
                <span class="toggle__label" id=label_id>{move || label.get()}</span>
                {move || words().map(|text| view! { <span class="toggle__about" id=about_id.clone()>{text}</span> })}
                {move || refused.get().and_then(|refused| refused.remedy).zip(on_remedy).map(|(link, follow)| remedy_link(link, follow))}
            </span>
        </div>
    }
    .into_any()
}

/// One of several buttons that stay pressed. Why it is refused floats beside it; what it is about shows only on a pause
/// over it, for it would cover the others.
#[component]
pub(crate) fn PressButton(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] pressed: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional, into)] about: Signal<String>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
) -> impl IntoView {
    let words_id = unique_id("about");
    let described = words_id.clone();
    let about_id = unique_id("about");
    let about_described = about_id.clone();
    let has_about = move || about.with(|text| !text.is_empty());
    let control = view! {
        <button
            type="button"
            class="press"
            title=move || has_about().then(|| about.get())
            class:is-dimmed=move || refused.with(Option::is_some)
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
            aria-disabled=move || refused.with(Option::is_some).then_some("true")
            aria-describedby=move || {
                if refused.with(Option::is_some) {
                    Some(described.clone())
                } else {
                    has_about().then(|| about_described.clone())
                }
            }
            on:click=move |_| {
                if refused.with_untracked(Option::is_none) {
                    on_press.run(());
                }
            }
        >
            <IconView icon=Icon::Check />
            <span>{move || label.get()}</span>
        </button>
        <span hidden id=about_id>{move || about.get()}</span>
    };
    reasoned(words_id, refused, control.into_any())
}

/// A checkbox. Without a visible label (`bare`) its label is still read out.
#[component]
pub(crate) fn Checkbox(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    /// Its place in the order of the Tab key, where something around it moves the focus.
    #[prop(optional, into)]
    tab: Option<Signal<&'static str>>,
    /// Neither on nor off: some of what it stands for.
    #[prop(optional, into)]
    some: Signal<bool>,
    #[prop(optional)] bare: bool,
) -> impl IntoView {
    let reason_id = unique_id("reason");
    let described = reason_id.clone();
    let change = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        if refused.with_untracked(Option::is_none) {
            on_change.run(input.checked());
        }
        input.set_checked(checked.get_untracked());
    };
    let control = view! {
        <label class="check" class:is-dimmed=move || refused.with(Option::is_some)>
            <input
                type="checkbox"
                class="check__box"
                tabindex=move || tab.map(|tab| tab.get())
                aria-label=move || bare.then(|| label.get())
                aria-disabled=move || refused.with(Option::is_some).then_some("true")
                aria-describedby=move || refused.with(Option::is_some).then(|| described.clone())
                prop:checked=move || checked.get()
                prop:indeterminate=move || some.get()
                on:change=change
            />
            {(!bare).then(|| view! { <span class="check__label">{move || label.get()}</span> })}
        </label>
    };
    reasoned(reason_id, refused, control.into_any())
}
