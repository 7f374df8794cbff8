//! Labelled fields: the label above, the hint below, and below that what is refused and what would help.

use leptos::prelude::*;
use shared::verdict::Remedy;

use super::{Choice, Objection, RefusalList, unique_id};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum InputKind {
    #[default]
    Text,
    Email,
    Telephone,
    Password,
    /// Digits, typed as text: no spinner, no rounding.
    Digits,
    /// Digits that nobody is to read over a shoulder.
    Pin,
    Date,
}

impl InputKind {
    fn html(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", "text"),
            Self::Email => ("email", "email"),
            Self::Telephone => ("tel", "tel"),
            Self::Password => ("password", "text"),
            Self::Digits => ("text", "numeric"),
            Self::Pin => ("password", "numeric"),
            Self::Date => ("date", "text"),
        }
    }
}

/// What a field is, once and for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldSetup {
    pub(crate) kind: InputKind,
    pub(crate) required: bool,
    /// As in HTML: "email", "name", "current-password", "off".
    pub(crate) autocomplete: &'static str,
    /// Typed values such as identifiers are no words to be corrected.
    pub(crate) spellcheck: bool,
}

impl Default for FieldSetup {
    fn default() -> Self {
        Self {
            kind: InputKind::Text,
            required: false,
            autocomplete: "off",
            spellcheck: false,
        }
    }
}

/// A line of text. With `fixed`, it can be read and copied but not changed, and the text says why.
#[component]
pub(crate) fn TextField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] setup: FieldSetup,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] objections: Signal<Vec<Objection>>,
    #[prop(optional, into)] on_remedy: Option<Callback<Remedy>>,
    /// Called when the person leaves the field.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    #[prop(optional, into)] fixed: Signal<Option<String>>,
) -> impl IntoView {
    let ids = FieldIds::new();
    let (kind, mode) = setup.kind.html();
    let described = ids.described_by(hint, objections, fixed);
    let control = view! {
        <input
            id=ids.control.clone()
            class="input"
            type=kind
            inputmode=mode
            autocomplete=setup.autocomplete
            autocapitalize=if setup.spellcheck { "sentences" } else { "off" }
            spellcheck=if setup.spellcheck { "true" } else { "false" }
            aria-required=setup.required.then_some("true")
            aria-invalid=move || objections.with(|list| !list.is_empty()).then_some("true")
            aria-describedby=described
            readonly=move || fixed.with(Option::is_some)
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            on:blur=move |_| {
                if let Some(leave) = on_leave {
                    // Taking a focused field off the page makes it lose the focus, too.
                    leave.try_run(());
                }
            }
        />
    }
    .into_any();
    frame(
        ids,
        label,
        setup.required,
        control,
        Below {
            hint,
            objections,
            on_remedy,
            fixed,
        },
    )
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] setup: FieldSetup,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] objections: Signal<Vec<Objection>>,
    #[prop(optional, into)] on_remedy: Option<Callback<Remedy>>,
    #[prop(optional, into)] on_leave: Option<Callback<()>>,
) -> impl IntoView {
    let ids = FieldIds::new();
    let fixed = Signal::stored(None);
    let described = ids.described_by(hint, objections, fixed);
    let control = view! {
        <textarea
            id=ids.control.clone()
            class="input input--area"
            rows="3"
            aria-required=setup.required.then_some("true")
            aria-invalid=move || objections.with(|list| !list.is_empty()).then_some("true")
            aria-describedby=described
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            on:blur=move |_| {
                if let Some(leave) = on_leave {
                    // Taking a focused field off the page makes it lose the focus, too.
                    leave.try_run(());
                }
            }
        ></textarea>
    }
    .into_any();
    frame(
        ids,
        label,
        setup.required,
        control,
        Below {
            hint,
            objections,
            on_remedy,
            fixed,
        },
    )
}

/// One of a list, in the browser's own drop-down. The value of nothing chosen is the empty text.
#[component]
pub(crate) fn Select(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(into)] on_choose: Callback<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] objections: Signal<Vec<Objection>>,
    #[prop(optional, into)] on_remedy: Option<Callback<Remedy>>,
) -> impl IntoView {
    let ids = FieldIds::new();
    let fixed = Signal::stored(None);
    let described = ids.described_by(hint, objections, fixed);
    let option = move |choice: Choice| {
        let own = choice.value.clone();
        // A browser's own list cannot explain; the reason is part of the words.
        let words = match &choice.refused {
            Some(reason) => format!("{} ({reason})", choice.label),
            None => choice.label,
        };
        view! {
            <option value=choice.value disabled=choice.refused.is_some() prop:selected=move || value.get() == own>
                {words}
            </option>
        }
    };
    let control = view! {
        <select
            id=ids.control.clone()
            class="input input--select"
            aria-required=required.then_some("true")
            aria-invalid=move || objections.with(|list| !list.is_empty()).then_some("true")
            aria-describedby=described
            on:change=move |event| on_choose.run(event_target_value(&event))
        >
            {move || options.get().into_iter().map(option).collect_view()}
        </select>
    }
    .into_any();
    frame(
        ids,
        label,
        required,
        control,
        Below {
            hint,
            objections,
            on_remedy,
            fixed,
        },
    )
}

pub(super) struct FieldIds {
    pub(super) control: String,
    hint: String,
    refusals: String,
}

impl FieldIds {
    pub(super) fn new() -> Self {
        Self {
            control: unique_id("field"),
            hint: unique_id("hint"),
            refusals: unique_id("refusals"),
        }
    }

    pub(super) fn described_by(
        &self,
        hint: Signal<String>,
        objections: Signal<Vec<Objection>>,
        fixed: Signal<Option<String>>,
    ) -> impl Fn() -> Option<String> + Send + Sync + 'static + use<> {
        let (hint_id, refusals_id) = (self.hint.clone(), self.refusals.clone());
        move || {
            let explained = hint.with(|text| !text.is_empty()) || fixed.with(Option::is_some);
            let refused = objections.with(|list| !list.is_empty());
            let ids: Vec<&str> = [explained.then_some(&hint_id), refused.then_some(&refusals_id)]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    }
}

/// What stands below a field.
pub(super) struct Below {
    pub(super) hint: Signal<String>,
    pub(super) objections: Signal<Vec<Objection>>,
    pub(super) on_remedy: Option<Callback<Remedy>>,
    pub(super) fixed: Signal<Option<String>>,
}

/// A field with its label above it and the rest below.
pub(super) fn frame(ids: FieldIds, label: Signal<String>, required: bool, control: AnyView, below: Below) -> AnyView {
    let Below {
        hint,
        objections,
        on_remedy,
        fixed,
    } = below;
    let words = move || {
        fixed
            .get()
            .or_else(|| hint.with(|text| (!text.is_empty()).then(|| text.clone())))
    };
    let hint_id = ids.hint;
    let refusals_id = ids.refusals;
    view! {
        <div class="field" class:is-refused=move || objections.with(|list| !list.is_empty())>
            <label class="field__label" for=ids.control>
                {move || label.get()}
                {required.then(|| view! { <span class="field__required" aria-hidden="true">" *"</span> })}
            </label>
            {control}
            {move || words().map(|text| view! { <p class="field__hint" id=hint_id.clone()>{text}</p> })}
            {match on_remedy {
                Some(on_remedy) => view! { <RefusalList objections on_remedy id=refusals_id /> }.into_any(),
                None => view! { <RefusalList objections id=refusals_id /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}
