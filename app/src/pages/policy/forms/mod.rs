//! The commonest parts of a policy as forms, for those who do not write TOML. Each change is made in the source, which stays
//! the truth; what the forms do not have is there.

mod inputs;
mod role;
mod roles;
mod rules;

use leptos::prelude::*;
use shared::policy::check::Path;
use shared::policy::{PolicyEdit, PolicyValue, Words};

use self::inputs::TextInput;
use self::roles::Roles;
use self::rules::{EmailRules, LifecycleRules};
use super::draft::Draft;
use crate::widgets::{SearchField, Section};
use crate::words::{tell, text, words};

/// The path to a key of a part of the policy.
fn path(area: &str, key: &str) -> Path {
    Path::default().key(area).key(key)
}

fn edit(path: Path, value: impl Into<Option<PolicyValue>>) -> PolicyEdit {
    PolicyEdit {
        path,
        value: value.into(),
    }
}

/// A name of the vocabulary, as the source writes it.
fn name_of<T: serde::Serialize>(value: &T) -> String {
    crate::json::write(value)
        .map(|text| text.trim_matches('"').to_owned())
        .unwrap_or_default()
}

#[component]
pub(super) fn Forms(draft: Draft) -> impl IntoView {
    // Made anew when another text is taken whole: what was typed belonged to the one before.
    let forms = move || {
        draft.epoch().track();
        view! {
            <Roles draft />
            <EmailRules draft />
            <LifecycleRules draft />
            <WordsForm draft />
        }
    };
    view! { <div class="policy__forms">{forms}</div> }.into_any()
}

/// What a word stands for: its usual form, and where it is shown when another word is the same there; what it is for, where
/// it has no usual form.
fn word_label(key: &str, usual: &str) -> String {
    match key {
        "settings" => tell!(policies::word_settings),
        "organisation_users" => tell!(policies::word_organisation_users),
        "organisation_settings" => tell!(policies::word_organisation_settings),
        "invite_organisation" | "save_organisation" => tell!(policies::instead_of_whole, word = usual),
        "active_users" | "invited_users" | "inactive_users" | "locked_users" => {
            tell!(policies::instead_of_list, word = usual)
        }
        _ => tell!(policies::instead_of, word = usual),
    }
}

/// What the organisation calls things; a word that is not set has the language's own.
#[component]
fn WordsForm(draft: Draft) -> impl IntoView {
    let needle = RwSignal::new(String::new());
    let all = Memo::new(move |_| Words::of_language(words()).pairs());
    let one = move |(key, default): (&'static str, String)| {
        let value = Signal::derive(move || {
            let set = draft.policy().with(|policy| policy.words.pairs());
            let found = set.into_iter().find(|(other, _)| *other == key);
            found.map(|(_, word)| word).unwrap_or_default()
        });
        let told = default.clone();
        let label = Signal::derive(move || word_label(key, &told));
        let is_sought = move || {
            let needle = needle.get().trim().to_lowercase();
            label.get().to_lowercase().contains(&needle) || value.get().to_lowercase().contains(&needle)
        };
        view! {
            <div hidden=move || !is_sought()>
                <TextInput draft path=path("words", key) label value />
            </div>
        }
    };
    view! {
        <Section title=text!(policies::words) about=text!(policies::words_about)>
            <SearchField
                label=text!(policies::find_word)
                value=needle
                on_input=move |text| needle.set(text)
            />
            <div class="policy__fields">{move || all.get().into_iter().map(one).collect_view()}</div>
        </Section>
    }
    .into_any()
}
