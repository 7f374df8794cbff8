//! Inputs that change the source in place and show what is found wrong there.

use std::time::Duration;

use leptos::prelude::*;
use shared::policy::check::{Path, Step};
use shared::policy::{Policy, PolicyValue};

use super::edit;
use crate::pages::policy::draft::{Checked, Draft};
use crate::widgets::{Checkbox, Choice, FieldSetup, InputKind, Objection, Select, TextArea, TextField};
use crate::words::{tell, words};

/// How long a pause in typing is before the source is changed.
const PAUSE: Duration = Duration::from_millis(300);

/// What is wrong at a path.
fn objections(draft: Draft, path: Path) -> Signal<Vec<Objection>> {
    Signal::derive(move || {
        let here = draft.policy().with(|policy| by_place(policy, &path));
        draft.checked().with(|checked| match checked {
            Checked::Findings(found) => found
                .iter()
                .filter(|finding| finding.path == here)
                .map(|finding| Objection::plain(shared::text::problem(words(), &finding.problem)))
                .collect(),
            _ => Vec::new(),
        })
    })
}

/// The path as findings have it: a role by its place in the list, not by its id.
fn by_place(policy: &Policy, path: &Path) -> Path {
    let step = |step: &Step| match step {
        Step::Item(id) => {
            let place = policy.roles.iter().position(|role| role.id.as_str() == id);
            place.map_or_else(|| step.clone(), Step::Index)
        }
        other => other.clone(),
    };
    Path(path.0.iter().map(step).collect())
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lines {
    #[default]
    One,
    Several,
}

/// What becomes of a text that is emptied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Emptied {
    /// It is taken out, and the default holds.
    #[default]
    TakenOut,
    /// It is written empty, for the check to say that something is needed.
    Written,
}

/// A text of the policy.
#[component]
pub(super) fn TextInput(
    draft: Draft,
    path: Path,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(optional)] lines: Lines,
    #[prop(optional)] emptied: Emptied,
) -> impl IntoView {
    let typed = RwSignal::new(None::<String>);
    let shown = Signal::derive(move || typed.get().unwrap_or_else(|| value.get()));
    let wrong = objections(draft, path.clone());
    let on_input = move |text: String| {
        let kept = emptied == Emptied::Written || !text.trim().is_empty();
        draft.change(edit(path.clone(), kept.then(|| PolicyValue::Text(text.clone()))), PAUSE);
        typed.set(Some(text));
    };
    let setup = FieldSetup {
        spellcheck: true,
        ..FieldSetup::default()
    };
    match lines {
        Lines::One => view! { <TextField label value=shown on_input setup objections=wrong /> }.into_any(),
        Lines::Several => view! { <TextArea label value=shown on_input setup objections=wrong /> }.into_any(),
    }
}

/// A whole number of the policy.
#[component]
pub(super) fn NumberInput(
    draft: Draft,
    path: Path,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<u32>,
) -> impl IntoView {
    let typed = RwSignal::new(None::<String>);
    let shown = Signal::derive(move || typed.get().unwrap_or_else(|| value.get().to_string()));
    let wrong = objections(draft, path.clone());
    let wrong = Signal::derive(move || {
        let is_number = typed.with(|typed| typed.as_ref().is_none_or(|text| text.trim().parse::<u32>().is_ok()));
        if is_number {
            wrong.get()
        } else {
            vec![Objection::plain(tell!(policies::whole_number))]
        }
    });
    let on_input = move |text: String| {
        if let Ok(number) = text.trim().parse() {
            draft.change(edit(path.clone(), PolicyValue::Number(number)), PAUSE);
        }
        typed.set(Some(text));
    };
    let setup = FieldSetup {
        kind: InputKind::Digits,
        ..FieldSetup::default()
    };
    view! { <TextField label value=shown on_input setup objections=wrong /> }.into_any()
}

/// One of a few names.
#[component]
pub(super) fn ChoiceInput(
    draft: Draft,
    path: Path,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
) -> impl IntoView {
    let wrong = objections(draft, path.clone());
    let at = path.clone();
    let value = Signal::derive(move || match draft.wish(&at) {
        Some(PolicyValue::Text(name)) => name,
        _ => value.get(),
    });
    let on_choose = move |name: String| draft.change(edit(path.clone(), PolicyValue::Text(name)), Duration::ZERO);
    view! { <Select label value options on_choose objections=wrong /> }.into_any()
}

/// Yes or no.
#[component]
pub(super) fn FlagInput(
    draft: Draft,
    path: Path,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on: Signal<bool>,
) -> impl IntoView {
    let at = path.clone();
    let on = Signal::derive(move || match draft.wish(&at) {
        Some(PolicyValue::Flag(on)) => on,
        _ => on.get(),
    });
    let on_change = move |on: bool| draft.change(edit(path.clone(), PolicyValue::Flag(on)), Duration::ZERO);
    view! { <Checkbox label checked=on on_change /> }.into_any()
}

/// Some of many: a list in the source.
#[component]
pub(super) fn ListInput(
    draft: Draft,
    path: Path,
    #[prop(into)] label: Signal<String>,
    /// What can be chosen: name in the source and on the screen.
    #[prop(into)]
    items: Signal<Vec<(String, String)>>,
    #[prop(into)] chosen: Signal<Vec<String>>,
    /// Why none of them can be chosen now.
    #[prop(optional, into)]
    refused: Signal<Option<String>>,
) -> impl IntoView {
    let at = path.clone();
    let chosen = Signal::derive(move || match draft.wish(&at) {
        Some(PolicyValue::List(list)) => list,
        _ => chosen.get(),
    });
    let one = move |(id, name): (String, String)| {
        let (own, path) = (id.clone(), path.clone());
        let checked = Signal::derive(move || chosen.with(|chosen| chosen.contains(&own)));
        let on_change = move |on: bool| {
            let mut list = chosen.get_untracked();
            list.retain(|other| *other != id);
            if on {
                list.push(id.clone());
            }
            draft.change(edit(path.clone(), PolicyValue::List(list)), Duration::ZERO);
        };
        view! { <Checkbox label=name checked on_change refused /> }
    };
    view! {
        <fieldset class="policy__list">
            <legend class="field__label">{move || label.get()}</legend>
            {move || items.get().into_iter().map(one.clone()).collect_view()}
        </fieldset>
    }
    .into_any()
}
