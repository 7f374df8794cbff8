//! The taxonomy codes of a person: found by name or code, several, the first of them the primary one (D7).

use leptos::prelude::*;
use shared::clinical::{Taxonomy, find_taxonomies};
use shared::policy::FieldRule;
use shared::user::ProfileField;
use shared::verdict::Field;

use super::FormModel;
use crate::taxonomies;
use crate::widgets::{Pick, Picker, PickerCalls, PickerWords};
use crate::words::{tell, text};

/// More of them help nobody: one types on.
const SHOWN: usize = 40;

const FIELD: ProfileField = ProfileField::Taxonomies;

#[component]
pub(super) fn TaxonomyField(model: FormModel, rule: FieldRule) -> impl IntoView {
    let subject = model.subject();
    let text = Memo::new(move |_| subject.with(|subject| model.form.with(|form| form.text(subject.as_ref(), FIELD))));
    // What is no code is not picked: it is in the field, to be put right.
    let typed = RwSignal::new(text.with_untracked(|text| rest_of(text)));
    let fetch = move || taxonomies::fetch(model.session.api());
    if text.with_untracked(|text| !text.is_empty()) {
        fetch();
    }
    let picked = Memo::new(move |_| text.with(|text| codes_of(text).map(pick_of).collect::<Vec<_>>()));
    let write = move |text: String| {
        let stays = model
            .form
            .with_untracked(|form| subject.with_untracked(|subject| form.text(subject.as_ref(), FIELD)) == text);
        if !stays {
            model.form.update(|form| {
                form.profile.insert(FIELD, text);
            });
            model.touched.update(|touched| {
                touched.fields.insert(FIELD);
            });
        }
    };
    let codes = move || text.with_untracked(|text| codes_of(text).collect::<Vec<_>>());
    let is_new = move |code: &str| picked.with(|picked| picked.iter().all(|pick| pick.value != code));
    let found = move |typed: &str| find_taxonomies(taxonomies::known().filter(|one| is_new(one.code)), typed);
    let find = Callback::new(move |typed: String| {
        let mut found: Vec<Pick> = found(&typed)
            .into_iter()
            .take(SHOWN)
            .map(|one| Pick {
                value: one.code.to_owned(),
                name: one.name.to_owned(),
            })
            .collect();
        // Any well-formed code will do, in the list or not.
        if let Ok(code) = Taxonomy::parse(&typed)
            && found.is_empty()
            && is_new(code.as_str())
        {
            found.push(pick_of(code.as_str().to_owned()));
        }
        found
    });
    let take = Callback::new(move |typed: String| {
        let mut all = codes();
        all.extend(codes_of(&typed).filter(|code| !all.contains(code)).collect::<Vec<_>>());
        write(all.join(", "));
        rest_of(&typed)
    });
    let calls = PickerCalls {
        find,
        on_change: Callback::new(move |values: Vec<String>| write(values.join(", "))),
        take,
        // Whoever is typing is not told yet that it is no code.
        on_focus: Callback::new(move |()| {
            fetch();
            write(codes().join(", "));
        }),
        // What is left in the field belongs to the profile as it stands: the rule says what is wrong with it.
        on_leave: Callback::new(move |()| {
            let mut all = codes();
            all.extend(typed.with_untracked(|typed| Some(typed.trim().to_owned()).filter(|rest| !rest.is_empty())));
            write(all.join(", "));
        }),
    };
    let hint = Signal::derive(move || {
        if taxonomies::have_failed() {
            tell!(clinical::names_missing)
        } else {
            rule.hint.clone()
        }
    });
    // What was left in the field goes when the form is discarded.
    Effect::new(move |was_touched: Option<bool>| {
        let is_touched = model.form.with(|form| form.profile.contains_key(&FIELD));
        if was_touched == Some(true) && !is_touched {
            typed.set(String::new());
        }
        is_touched
    });
    let note = Signal::derive(move || {
        let typed = typed.get();
        match found(&typed).len() {
            0 if !typed.trim().is_empty() && Taxonomy::parse(&typed).is_err() => tell!(clinical::no_such_code),
            all if all > SHOWN => tell!(clinical::more_codes, count = all - SHOWN),
            _ => String::new(),
        }
    });
    let words = PickerWords {
        placeholder: text!(clinical::find_code),
        note,
        lang: "en",
    };
    let objections = model.objections(|at| *at == Field::Profile(FIELD));
    view! {
        <Picker
            label=rule.label
            picked
            typed
            calls
            words
            hint=hint
            objections=objections
            on_remedy=model.on_remedy
        />
    }
    .into_any()
}

fn codes_of(text: &str) -> impl Iterator<Item = String> {
    Taxonomy::split(text).filter_map(|part| Taxonomy::parse(part).ok().map(|code| code.as_str().to_owned()))
}

/// What of a text is no code.
fn rest_of(text: &str) -> String {
    let rest: Vec<&str> = Taxonomy::split(text)
        .filter(|part| Taxonomy::parse(part).is_err())
        .collect();
    rest.join(" ")
}

fn pick_of(code: String) -> Pick {
    Pick {
        name: taxonomies::name_of(&code).to_owned(),
        value: code,
    }
}
