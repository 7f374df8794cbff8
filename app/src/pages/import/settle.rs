//! What the file's columns and words mean: recognised, and to be put right here for all rows at once.

use leptos::prelude::*;
use shared::Facts;
use shared::import::{About, Column, How, Mapping, Standing, Target};
use shared::policy::Need;
use shared::user::ProfileField;

use super::state::Import;
use super::with_words;
use crate::json;
use crate::session::use_reader;
use crate::widgets::{Button, ButtonKind, Choice, Section, Select};
use crate::words::{tell, text};

/// Words about roles, sites and standings that have no meaning by themselves, and those that were given one.
#[component]
pub(super) fn WordsToSettle(import: Import) -> impl IntoView {
    let reader = use_reader();
    let mappings = Memo::new(move |_| {
        import.view().with(|view| {
            let all = view
                .as_ref()
                .map(|view| view.plan.mappings.as_slice())
                .unwrap_or_default();
            all.iter()
                .filter(|mapping| mapping.how != How::Exact)
                .cloned()
                .collect::<Vec<Mapping>>()
        })
    });
    let proposed = Memo::new(move |_| {
        mappings.with(|all| {
            all.iter()
                .filter(|m| !m.is_settled() && !m.proposals.is_empty())
                .count()
        })
    });
    let several = move || proposed.get() > 1;
    let accept_all = Callback::new(move |()| {
        if let Some(view) = import.view().get_untracked() {
            import.settle(|choices| view.plan.with_near_matches(choices));
        }
    });
    let line = move |mapping: Mapping| {
        let (about, word) = (mapping.about, mapping.word.clone());
        let options = with_words(reader, |words| {
            let mut options = vec![Choice::new("", tell!(screen::choose))];
            let targets = reader.me().with_untracked(|me| targets(&me.facts, about));
            options.extend(
                targets
                    .iter()
                    .map(|target| Choice::new(code(target), words.target(target))),
            );
            options
        });
        let accept = mapping
            .proposals
            .first()
            .filter(|_| !mapping.is_settled())
            .map(|target| {
                let label = with_words(reader, |words| tell!(screen::use_target, target = words.target(target)));
                let (word, target) = (word.clone(), target.clone());
                let press = Callback::new(move |()| {
                    let (word, target) = (word.clone(), target.clone());
                    import.settle(move |choices| choices.with_word(about, &word, Some(target)));
                });
                view! { <Button label=label on_press=press /> }
            });
        let label = with_words(reader, |words| {
            tell!(
                screen::word_in_rows,
                about = words.about(about),
                word = &mapping.word,
                rows = mapping.rows
            )
        });
        let value = mapping.target.as_ref().map(code).unwrap_or_default();
        let choose = Callback::new(move |value: String| {
            let (word, target) = (word.clone(), decode::<Target>(&value));
            import.settle(move |choices| choices.with_word(about, &word, target));
        });
        view! {
            <li class="settle__line">
                <Select label=label value=value options=options on_choose=choose />
                {accept}
            </li>
        }
    };
    let open = move || mappings.with(|all| all.iter().any(|mapping| !mapping.is_settled()));
    let lines = move || view! { <ul class="settle">{mappings.get().into_iter().map(line).collect_view()}</ul> };
    let settled = move || {
        mappings.with(|all| {
            let count = tell!(screen::words_settled, count = all.len());
            (!all.is_empty()).then(|| view! { <details class="columns"><summary>{count}</summary>{lines()}</details> })
        })
    };
    view! {
        <Show when=open fallback=settled>
            <Section title=text!(screen::words_to_settle) about=text!(screen::words_to_settle_about)>
                {lines}
                <Show when=several>
                    <Button
                        label=text!(screen::use_all_proposals, count = proposed.get())
                        kind=ButtonKind::Plain
                        busy=import.planning()
                        on_press=accept_all
                    />
                </Show>
            </Section>
        </Show>
    }
    .into_any()
}

/// Which column is which.
#[component]
pub(super) fn Columns(import: Import) -> impl IntoView {
    let reader = use_reader();
    let columns = Memo::new(move |_| {
        import
            .view()
            .with(|view| view.as_ref().map(|view| view.plan.columns.clone()))
    });
    let missing = import
        .view()
        .with_untracked(|view| view.as_ref().is_some_and(|view| !view.plan.missing_columns.is_empty()));
    let summary = move || {
        columns.with(|columns| {
            let all = columns.as_deref().unwrap_or_default();
            let used = all.iter().filter(|column| column.used).count();
            tell!(screen::columns_used, used = used, all = all.len())
        })
    };
    let fields = move || {
        let all = columns.get().unwrap_or_default();
        let options: Vec<Choice> = with_words(reader, |words| {
            let meanings = reader.me().with_untracked(|me| meanings(&me.facts));
            meanings
                .into_iter()
                .map(|column| Choice::new(code(&column), words.column(column)))
                .collect()
        });
        (0u32..)
            .zip(all)
            .map(|(at, column)| {
                let hint = match (column.how, column.used || column.meaning == Column::Ignored) {
                    (_, false) => tell!(screen::column_unused_here),
                    (How::Near, _) => tell!(screen::column_near),
                    (How::Chosen, _) => tell!(screen::column_chosen),
                    (How::Exact | How::Unknown, _) => String::new(),
                };
                let choose = Callback::new(move |value: String| {
                    if let Some(meaning) = decode::<Column>(&value) {
                        import.settle(move |choices| choices.with_column(at, meaning));
                    }
                });
                // A meaning that the policy has no field for is shown all the same.
                let mut options = options.clone();
                if !options.iter().any(|option| option.value == code(&column.meaning)) {
                    let label = with_words(reader, |words| words.column(column.meaning));
                    options.push(Choice::new(code(&column.meaning), label));
                }
                view! {
                    <Select label=column.name value=code(&column.meaning) options=options hint=hint on_choose=choose />
                }
            })
            .collect_view()
    };
    view! {
        <details class="columns" open=missing>
            <summary>{summary}</summary>
            <div class="columns__fields">{fields}</div>
        </details>
    }
    .into_any()
}

/// What a word can be settled as.
fn targets(facts: &Facts, about: About) -> Vec<Target> {
    match about {
        About::Role => {
            let roles = facts
                .policy
                .roles
                .iter()
                .filter(|role| facts.actor.sees_role(&facts.policy, role));
            roles
                .map(|role| Target::Role(role.id.clone()))
                .chain([Target::Nothing])
                .collect()
        }
        About::Site => facts
            .organisation
            .open_sites()
            .map(|site| Target::Site(site.id))
            .chain([Target::Nothing])
            .collect(),
        About::Standing => Standing::ALL.into_iter().map(Target::Standing).collect(),
    }
}

/// What a column can hold here.
fn meanings(facts: &Facts) -> Vec<Column> {
    let policy = &facts.policy;
    let names = [ProfileField::FirstName, ProfileField::LastName, ProfileField::Name];
    let fields = policy
        .fields
        .iter()
        .filter(|rule| rule.need != Need::Unused)
        .map(|rule| rule.id);
    let mut meanings = vec![Column::Ignored];
    for field in names.into_iter().chain(fields).map(Column::Profile) {
        if !meanings.contains(&field) {
            meanings.push(field);
        }
    }
    meanings.extend([Column::Role, Column::PrimarySite, Column::OtherSites]);
    if policy.site_resource_kind().is_some() {
        meanings.push(Column::Resources);
    }
    meanings.extend([Column::Standing, Column::EmployeeId]);
    meanings
}

/// A value as the value of an option.
fn code<T: serde::Serialize>(value: &T) -> String {
    json::write(value).unwrap_or_default()
}

fn decode<T: serde::de::DeserializeOwned>(code: &str) -> Option<T> {
    json::read(code)
}
