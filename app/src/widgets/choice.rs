//! One of a few, all of them in sight: cards with an explanation each.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::unique_id;

/// Something that can be chosen. A refused one stays in sight and says why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    /// A line about it; may be empty.
    pub(crate) about: String,
    pub(crate) refused: Option<String>,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            ..Self::default()
        }
    }

    pub(crate) fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    pub(crate) fn refused(mut self, reason: Option<String>) -> Self {
        self.refused = reason;
        self
    }
}

/// Cards to choose one from.
#[component]
pub(crate) fn RadioCards(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] on_choose: Callback<String>,
    /// What to do when a refused one is picked, such as showing the way that there is instead.
    #[prop(optional, into)]
    on_refused: Option<Callback<String>>,
) -> impl IntoView {
    let name = unique_id("choice");
    let card = move |choice: Choice| {
        let about_id = unique_id("about");
        let (own, chosen) = (choice.value.clone(), choice.value.clone());
        let refused = choice.refused.is_some();
        let checked = Memo::new(move |_| value.get() == own);
        let asked = choice.value.clone();
        // Taken back before it happens, so that the one that is chosen stays chosen.
        let ask = move |event: leptos::ev::MouseEvent| {
            if refused {
                event.prevent_default();
                if let Some(on_refused) = on_refused {
                    on_refused.run(asked.clone());
                }
            }
        };
        let pick = move |event: leptos::ev::Event| {
            if !refused {
                on_choose.run(chosen.clone());
            }
            // The screen shows what holds, also where the choice was not taken.
            let input: HtmlInputElement = event_target(&event);
            input.set_checked(checked.get_untracked());
        };
        let words = choice.refused.unwrap_or(choice.about);
        let described = (!words.is_empty()).then(|| about_id.clone());
        view! {
            <label class="choice" class:is-chosen=checked class:is-dimmed=refused>
                <input
                    type="radio"
                    class="choice__input"
                    name=name.clone()
                    value=choice.value
                    aria-disabled=refused.then_some("true")
                    aria-describedby=described
                    prop:checked=checked
                    on:click=ask
                    on:change=pick
                />
                <span class="choice__label">{choice.label}</span>
                {(!words.is_empty()).then(|| view! { <span class="choice__about" id=about_id>{words}</span> })}
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="cards">
            <legend class="field__label">{move || label.get()}</legend>
            <div class="choices">{move || choices.get().into_iter().map(card.clone()).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}
