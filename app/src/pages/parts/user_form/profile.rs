//! The fields of a profile, as the policy has them (A14, D2, D7, M3).

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::clinical::NpiTyped;
use shared::form;
use shared::lifecycle::Status;
use shared::policy::{FieldRule, Need};
use shared::user::ProfileField;
use shared::verdict::{Field, Undecided};
use shared::wire::FactsQuery;

use super::FormModel;
use super::taxonomies::TaxonomyField;
use crate::verdict_words::teller;
use crate::widgets::{Choice, FieldSetup, InputKind, Select, TextArea, TextField};
use crate::words::tell;

/// The fields that the form shows now; those for clinical staff come and go with the role.
#[component]
pub(crate) fn ProfileFields(
    model: FormModel,
    /// Fields for clinical staff, or those that everybody has.
    clinical: bool,
) -> impl IntoView {
    let policy = model.policy();
    let shown = Memo::new(move |_| {
        policy.with(|policy| {
            let fits = |rule: &&FieldRule| {
                rule.clinical_only == clinical && model.form.with(|form| form.shows(policy, rule.id))
            };
            policy
                .fields
                .iter()
                .filter(fits)
                .map(|rule| rule.id)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="form__row form__row--person">
            <For each=move || shown.get() key=|field| *field children=move |field| view! { <OneField model field /> } />
        </div>
    }
    .into_any()
}

#[component]
fn OneField(model: FormModel, field: ProfileField) -> impl IntoView {
    let policy = model.policy();
    let Some(rule) = policy.with_untracked(|policy| policy.field(field).cloned()) else {
        return ().into_any();
    };
    let facts = model.session.facts();
    let subject = model.subject();
    let value =
        Signal::derive(move || subject.with(|subject| model.form.with(|form| form.text(subject.as_ref(), field))));
    let input = Callback::new(move |text: String| {
        let (policy, before) = (policy.get_untracked(), subject.get_untracked());
        model
            .form
            .update(|form| form.type_text(&policy, before.as_ref(), field, text));
        model.touched.update(|touched| {
            touched.fields.insert(field);
        });
    });
    let choose = Callback::new(move |text: String| input.run(text));
    let objections = model.objections(move |at| *at == Field::Profile(field));
    let setup = setup_of(&rule);
    let (label, hint) = (rule.label.clone(), rule.hint.clone());
    let remedy = model.on_remedy;
    match field {
        ProfileField::Bio => {
            let hint = Signal::derive(move || with_count(&hint, field, &value.get()));
            view! { <TextArea label=label value=value on_input=input setup=setup hint=hint objections=objections on_remedy=remedy /> }
                .into_any()
        }
        ProfileField::Npi => {
            // Whoever is still typing is told how much is missing, and refused only what typing on does not mend.
            let typing = RwSignal::new(false);
            let input = Callback::new(move |text: String| {
                typing.set(true);
                input.run(text);
            });
            let is_unfinished = move || {
                typing.get() && value.with(|text| matches!(NpiTyped::of(text), NpiTyped::Unfinished { .. }))
            };
            let objections = Signal::derive(move || if is_unfinished() { Vec::new() } else { objections.get() });
            let hint = Signal::derive(move || match value.with(|text| NpiTyped::of(text)) {
                NpiTyped::Unfinished { missing } if typing.get() => tell!(clinical::npi_missing, missing = missing),
                NpiTyped::Whole => tell!(clinical::npi_whole),
                _ => hint.clone(),
            });
            let leave = Callback::new(move |()| typing.set(false));
            view! {
                <TextField label=label value=value on_input=input setup=setup hint=hint objections=objections on_remedy=remedy on_leave=leave />
            }
            .into_any()
        }
        ProfileField::Taxonomies => view! { <TaxonomyField model rule /> }.into_any(),
        ProfileField::Language => {
            let options = Signal::derive(move || facts.with(|facts| {
                let name = |tag: &String| Choice::new(tag.as_str(), teller(facts).language_name(tag));
                facts.policy.languages.iter().map(name).collect::<Vec<_>>()
            }));
            let required = setup.required;
            let shown = Signal::derive(move || {
                let value = value.get();
                if value.is_empty() { policy.with(|policy| policy.languages.first().cloned().unwrap_or_default()) } else { value }
            });
            view! { <Select label=label value=shown options=options on_choose=choose required=required hint=hint objections=objections on_remedy=remedy /> }
                .into_any()
        }
        ProfileField::SchedulingStep => {
            let options = Signal::derive(move || {
                policy.with(|policy| {
                    let offered = &policy.identity.scheduling_steps;
                    let steps = offered.iter();
                    let steps = steps.map(|minutes| Choice::new(minutes.to_string(), tell!(screen::minutes, minutes = *minutes)));
                    // One that was chosen when it was still offered stays in sight.
                    let held = subject.with(|subject| subject.as_ref()?.profile.scheduling_step);
                    let held = held.filter(|held| !offered.contains(held));
                    let held = held.map(|held| Choice::new(held.to_string(), tell!(clinical::no_longer_offered, minutes = held)));
                    std::iter::once(Choice::new("", tell!(screen::not_set))).chain(held).chain(steps).collect::<Vec<_>>()
                })
            });
            view! { <Select label=label value=value options=options on_choose=choose objections=objections on_remedy=remedy /> }
                .into_any()
        }
        ProfileField::LoginEmail => {
            // Whether the address is free is asked when the person goes on to the next field (M4).
            let leave = Callback::new(move |()| spawn_local(ask_whether_free(model)));
            // What nobody can change is not offered for typing, and says why (M12, M14).
            let fixed = Memo::new(move |_| {
                facts.with(|facts| {
                    let status = facts.subject.as_ref().map(|user| user.status)?;
                    form::login_email_is_fixed(facts).then(|| match status {
                        Status::Invited => tell!(screen::login_fixed_invited),
                        Status::Active | Status::Inactive => tell!(screen::login_fixed_active),
                    })
                })
            });
            view! {
                <TextField label=label value=value on_input=input setup=setup hint=hint objections=objections on_remedy=remedy on_leave=leave fixed=fixed />
            }
            .into_any()
        }
        _ => view! {
            <TextField label=label value=value on_input=input setup=setup hint=hint objections=objections on_remedy=remedy />
        }
        .into_any(),
    }
}

/// The hint of a field that has a limit, with how much of it is used.
fn with_count(hint: &str, field: ProfileField, text: &str) -> String {
    let Some(at_most) = field.at_most() else {
        return hint.to_owned();
    };
    let count = text.trim().chars().count();
    let counted = tell!(clinical::characters, count = count, at_most = at_most);
    format!("{hint} {counted}").trim_start().to_owned()
}

/// Asks the server about an address of which the judgement does not know whether it is free.
pub(crate) async fn ask_whether_free(model: FormModel) {
    let verdict = model.session.verdict().get_untracked();
    let email = verdict.undecided.iter().find_map(|unknown| match unknown {
        Undecided::LoginEmail { email } => Some(email.clone()),
        _ => None,
    });
    let Some(email) = email else { return };
    let query = FactsQuery {
        login_email: Some(email),
        ..FactsQuery::default()
    };
    // Without an answer it stays open until saving.
    if let Ok(found) = model.session.api().facts(&query).await {
        let _ = model
            .session
            .facts()
            .try_update(|facts| Arc::make_mut(facts).login_emails.extend(found.login_emails));
    }
}

fn setup_of(rule: &FieldRule) -> FieldSetup {
    let required = rule.need == Need::Required;
    let setup = FieldSetup {
        required,
        ..FieldSetup::default()
    };
    match rule.id {
        ProfileField::LoginEmail | ProfileField::CommunicationEmail => FieldSetup {
            kind: InputKind::Email,
            ..setup
        },
        ProfileField::Phone => FieldSetup {
            kind: InputKind::Telephone,
            ..setup
        },
        ProfileField::Npi | ProfileField::Capacity | ProfileField::SchedulingStep => FieldSetup {
            kind: InputKind::Digits,
            ..setup
        },
        ProfileField::Bio => FieldSetup {
            spellcheck: true,
            ..setup
        },
        ProfileField::Name
        | ProfileField::FirstName
        | ProfileField::LastName
        | ProfileField::Language
        | ProfileField::Taxonomies => setup,
    }
}
