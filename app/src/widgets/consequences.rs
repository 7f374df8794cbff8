//! What an edit means, before it is saved (X2): gained, lost, to be noticed, to be known; each with a sign and a word.

use leptos::prelude::*;

use super::{Checkbox, sign::Tone};
use crate::words::{tell, text};

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Gained,
    Lost,
    Attention,
    Information,
}

impl Effect {
    fn sign(self) -> (&'static str, String, Tone) {
        match self {
            Self::Gained => ("+", tell!(screen::gained_before), Tone::Gained),
            Self::Lost => ("−", tell!(screen::lost_before), Tone::Lost),
            Self::Attention => ("!", tell!(screen::note_before), Tone::Attention),
            Self::Information => ("i", String::new(), Tone::Information),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConsequenceLine {
    pub(crate) effect: Effect,
    pub(crate) text: String,
}

/// Lines that belong together, such as those of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConsequenceGroup {
    /// Empty for what belongs to no place.
    pub(crate) title: String,
    pub(crate) lines: Vec<ConsequenceLine>,
}

/// The list of what will change.
#[component]
pub(crate) fn ConsequencePanel(
    #[prop(into)] groups: Signal<Vec<ConsequenceGroup>>,
    /// What only the server can know; "checked when you save".
    #[prop(optional, into)]
    undecided: Signal<Vec<String>>,
    /// What to say while nothing would change.
    #[prop(into)]
    nothing: Signal<String>,
) -> impl IntoView {
    let empty = move || groups.with(Vec::is_empty) && undecided.with(Vec::is_empty);
    view! {
        <div class="consequences" aria-live="polite">
            {move || {
                let words = nothing.get();
                (empty() && !words.is_empty()).then(|| view! { <p class="consequences__none">{words}</p> })
            }}
            {move || groups.get().into_iter().map(group).collect_view()}
            {move || {
                let lines = undecided.get();
                (!lines.is_empty())
                    .then(|| {
                        let lines = lines
                            .into_iter()
                            .map(|text| ConsequenceLine { effect: Effect::Information, text })
                            .collect();
                        group(ConsequenceGroup { title: tell!(screen::checked_when_saved), lines })
                    })
            }}
        </div>
    }
    .into_any()
}

fn group(group: ConsequenceGroup) -> AnyView {
    view! {
        <section class="consequences__group">
            {(!group.title.is_empty()).then(|| view! { <h3 class="consequences__place">{group.title}</h3> })}
            <ul>{group.lines.into_iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn line(line: ConsequenceLine) -> AnyView {
    let (sign, word, tone) = line.effect.sign();
    view! {
        <li class=format!("consequence {}", tone.class())>
            <span class="consequence__sign" aria-hidden="true">{sign}</span>
            <span class="consequence__text"><span class="visually-hidden">{word}</span>{line.text}</span>
        </li>
    }
    .into_any()
}

/// Something that has to be confirmed before saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) text: String,
    pub(crate) given: bool,
}

/// What has to be confirmed, each with a checkbox. The callback gets the position in the list and the new state.
#[component]
pub(crate) fn ConfirmationList(
    #[prop(into)] wanted: Signal<Vec<Wanted>>,
    #[prop(into)] on_change: Callback<(usize, bool)>,
) -> impl IntoView {
    // Made anew only when what is asked changes, so that ticking one leaves the focus on it.
    let texts = Memo::new(move |_| wanted.with(|list| list.iter().map(|want| want.text.clone()).collect::<Vec<_>>()));
    let item = move |(at, text): (usize, String)| {
        let given = Signal::derive(move || wanted.with(|list| list.get(at).is_some_and(|want| want.given)));
        view! {
            <li>
                <Checkbox label=text checked=given on_change=move |on| on_change.run((at, on)) />
            </li>
        }
    };
    view! {
        <Show when=move || texts.with(|texts| !texts.is_empty())>
            <section class="confirmations">
                <h3 class="confirmations__title">{text!(screen::please_confirm)}</h3>
                <ul>{move || texts.get().into_iter().enumerate().map(item).collect_view()}</ul>
            </section>
        </Show>
    }
    .into_any()
}
