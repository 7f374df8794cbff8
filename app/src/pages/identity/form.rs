//! The settings of the provider: judged as they are typed, tried before they are saved, saved with the secret beside the edit.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::decide;
use shared::edit::Edit;
use shared::provider::{ClientSecret, IdentityProvider, ProviderDomain, ProviderField};
use shared::verdict::{Field, Refusal, Verdict};
use shared::wire::{IdentityProviderView, Problem, SetProvider};

use super::Settled;
use crate::api::{ApiError, use_api};
use crate::fresh;
use crate::navigation::use_navigation;
use crate::verdict_words;
use crate::widgets::{
    Button, ButtonKind, Checkbox, ErrorNote, FieldSetup, InputKind, Note, RefusalList, Section, TextArea, TextField,
    Toasts, Toggle, Tone,
};
use crate::words::{spoken, tell, text};

const TYPED: FieldSetup = FieldSetup {
    kind: InputKind::Text,
    required: true,
    autocomplete: "off",
    spellcheck: false,
};
const SECRET: FieldSetup = FieldSetup {
    kind: InputKind::Password,
    required: false,
    autocomplete: "new-password",
    spellcheck: false,
};
const DOMAINS: FieldSetup = FieldSetup {
    required: false,
    ..TYPED
};

/// What is in the form.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    issuer: RwSignal<String>,
    client_id: RwSignal<String>,
    link: RwSignal<String>,
    /// One domain in each line.
    domains: RwSignal<String>,
    only_way: RwSignal<BTreeSet<String>>,
    secret: RwSignal<String>,
    no_secret: RwSignal<bool>,
}

impl Draft {
    fn of(set: IdentityProvider) -> Self {
        let names: Vec<&str> = set.domains.iter().map(|domain| domain.name.as_str()).collect();
        let only = set.domains.iter().filter(|domain| domain.only_way);
        Self {
            domains: RwSignal::new(names.join("\n")),
            only_way: RwSignal::new(only.map(|domain| domain.name.clone()).collect()),
            name: RwSignal::new(set.name),
            issuer: RwSignal::new(set.issuer),
            client_id: RwSignal::new(set.client_id),
            link: RwSignal::new(set.link),
            secret: RwSignal::new(String::new()),
            no_secret: RwSignal::new(false),
        }
    }

    fn provider(self) -> IdentityProvider {
        let typed = self.domains.get();
        let only_way = self.only_way.get();
        let domains = typed.split([',', ';', '\n', ' ']).map(|name| ProviderDomain {
            name: name.to_owned(),
            only_way: false,
        });
        let mut provider = IdentityProvider {
            name: self.name.get(),
            issuer: self.issuer.get(),
            client_id: self.client_id.get(),
            link: self.link.get(),
            domains: domains.collect(),
        }
        .tidy();
        for domain in &mut provider.domains {
            domain.only_way = only_way.contains(&domain.name);
        }
        provider
    }

    fn what_of_secret(self) -> ClientSecret {
        if self.no_secret.get() {
            ClientSecret::None
        } else if self.secret.with(String::is_empty) {
            ClientSecret::Keep
        } else {
            ClientSecret::New
        }
    }
}

#[component]
pub(super) fn SettingsForm(settled: Settled, found: Arc<IdentityProviderView>) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let toasts = Toasts::get();
    let draft = Draft::of(found.provider.clone().unwrap_or_default());
    let (server, redirect, has_secret) = (found.server.clone(), found.redirect.clone(), found.has_secret);
    let seen = found.changed_at;
    let (tried, testing) = (RwSignal::new(false), RwSignal::new(false));
    let busy = settled.saving;
    let left = RwSignal::new(BTreeSet::<ProviderField>::new());
    let failed = RwSignal::new(None::<ApiError>);
    // The issuer that was asked, and what came of it.
    let asked = RwSignal::new(None::<(String, Result<(), ApiError>)>);
    // What the server refused, of the edit that it refused.
    let refused = RwSignal::new(None::<(Edit, Verdict)>);
    // One intended change has one key, however often it is sent.
    let intent = StoredValue::new(None::<SetProvider>);

    let edit = Memo::new(move |_| Edit::SetIdentityProvider {
        provider: draft.provider(),
        secret: draft.what_of_secret(),
    });
    let set = found.provider.clone().unwrap_or_default();
    let is_changed = Memo::new(move |_| draft.provider() != set || draft.what_of_secret() != ClientSecret::Keep);
    use_navigation().guard(is_changed.into());
    let refusals = Memo::new(move |_| {
        let edit = edit.get();
        let known = settled.facts.with(|facts| decide(facts, &edit).refusals);
        let told = refused.with(|refused| {
            refused
                .as_ref()
                .filter(|(of, _)| *of == edit)
                .map(|(_, by)| by.refusals.clone())
        });
        if known.is_empty() {
            told.unwrap_or_default()
        } else {
            known
        }
    });
    let shown = move |wanted: fn(&Field) -> Option<ProviderField>, of: Option<ProviderField>| {
        Signal::derive(move || {
            let is_early = !tried.get() && !of.is_some_and(|of| left.with(|left| left.contains(&of)));
            let here: Vec<Refusal> = match is_early {
                true => Vec::new(),
                false => refusals.with(|all| all.iter().filter(|one| wanted(&one.field) == of).cloned().collect()),
            };
            settled.facts.with(|facts| verdict_words::objections(facts, &here))
        })
    };
    let of_field = |field: &Field| match field {
        Field::Provider(part) => Some(*part),
        _ => None,
    };
    let at = move |part: ProviderField| shown(of_field, Some(part));
    let others = shown(of_field, None);
    let leave = move |part: ProviderField, typed: RwSignal<String>| {
        Callback::new(move |()| {
            if typed.with_untracked(|typed| !typed.is_empty()) {
                left.update(|left| {
                    left.insert(part);
                });
            }
        })
    };

    let test = Callback::new(move |()| {
        let issuer = draft.issuer.get_untracked().trim().to_owned();
        left.update(|left| {
            left.insert(ProviderField::Issuer);
        });
        let field = Field::Provider(ProviderField::Issuer);
        let is_refused = refusals.with_untracked(|all| all.iter().any(|one| one.field == field));
        if testing.get_untracked() || is_refused {
            return;
        }
        testing.set(true);
        spawn_local(async move {
            let answer = api.get_value().check_identity_provider(issuer.clone()).await;
            let _ = testing.try_set(false);
            let _ = asked.try_set(Some((issuer, answer)));
        });
    });
    let save = Callback::new(move |()| {
        tried.set(true);
        if busy.get_untracked() || refusals.with_untracked(|all| !all.is_empty()) {
            return;
        }
        let edit = edit.get_untracked();
        let Edit::SetIdentityProvider { provider, secret } = edit.clone() else {
            return;
        };
        let client_secret = (secret == ClientSecret::New).then(|| draft.secret.get_untracked());
        let mut body = SetProvider {
            provider,
            secret,
            client_secret,
            seen,
            idempotency_key: fresh::id(),
        };
        if let Some(before) = intent.get_value() {
            let again = SetProvider {
                idempotency_key: before.idempotency_key,
                ..body.clone()
            };
            if again == before {
                body = again;
            }
        }
        intent.set_value(Some(body.clone()));
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = api.get_value().set_identity_provider(&body).await;
            let Err(error) = answer else {
                toasts.say(|| tell!(identity::saved));
                let _ = settled.reload.try_run(());
                return;
            };
            let _ = busy.try_set(false);
            let verdict = match &error {
                ApiError::Problem(told) => told.whole::<Problem>().and_then(|problem| problem.verdict),
                _ => None,
            };
            match verdict {
                Some(verdict) => {
                    let _ = refused.try_set(Some((edit, *verdict)));
                }
                None => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    });

    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let answered = move || {
        let (issuer, answer) = asked.get()?;
        if issuer != draft.issuer.with(|typed| typed.trim().to_owned()) {
            return None;
        }
        Some(match answer {
            Ok(()) => view! { <Note text=text!(identity::answers) tone=Tone::Gained /> }.into_any(),
            Err(error) => view! { <ErrorNote happened=error.title() next=error.detail() /> }.into_any(),
        })
    };
    let domains = Memo::new(move |_| {
        let names = draft.provider().domains.into_iter().map(|domain| domain.name);
        names.collect::<Vec<_>>()
    });
    let only_way = move || {
        spoken();
        let toggle = |name: String| {
            let (of, toggled) = (name.clone(), name.clone());
            let on = Signal::derive(move || draft.only_way.with(|only| only.contains(&of)));
            let set = Callback::new(move |on: bool| {
                draft.only_way.update(|only| {
                    if on {
                        only.insert(toggled.clone());
                    } else {
                        only.remove(&toggled);
                    }
                });
            });
            let label = Signal::stored(tell!(identity::only_way, domain = name));
            view! { <Toggle label on on_toggle=set about=text!(identity::only_way_about) /> }
        };
        domains.get().into_iter().map(toggle).collect_view()
    };
    let address = Signal::derive(move || {
        let address = format!("{server}/sign-in/{}", draft.link.with(|link| link.trim().to_owned()));
        tell!(identity::link_hint, address = address)
    });
    let secret_hint = if has_secret {
        text!(identity::secret_kept)
    } else {
        text!(identity::secret_hint)
    };
    let no_secret = has_secret.then(|| {
        view! {
            <Checkbox
                label=text!(identity::no_secret)
                checked=draft.no_secret
                on_change=move |on| draft.no_secret.set(on)
            />
        }
    });
    // A field that has to be filled in on one line.
    let line = move |of: ProviderField, label: Signal<String>, typed: RwSignal<String>, hint: Signal<String>| {
        view! {
            <TextField
                label
                value=typed
                on_input=move |text| typed.set(text)
                setup=TYPED
                hint
                objections=at(of)
                on_leave=leave(of, typed)
            />
        }
    };
    let no_hint = Signal::stored(String::new());
    view! {
        <Section title=text!(identity::settings)>
            <form class="form" novalidate on:submit=|event| event.prevent_default()>
                <TextField
                    label=text!(identity::redirect)
                    value=Signal::stored(redirect)
                    on_input=|_| ()
                    setup=DOMAINS
                    fixed=Signal::derive(|| Some(tell!(identity::redirect_hint)))
                />
                {line(ProviderField::Name, text!(identity::name), draft.name, text!(identity::name_hint))}
                {line(ProviderField::Issuer, text!(identity::issuer), draft.issuer, text!(identity::issuer_hint))}
                <div role="status">{answered}</div>
                <div class="form__actions">
                    <Button label=text!(identity::test) busy=testing on_press=test />
                </div>
                {line(ProviderField::ClientId, text!(identity::client_id), draft.client_id, no_hint)}
                <TextField
                    label=text!(identity::secret)
                    value=draft.secret
                    on_input=move |text| draft.secret.set(text)
                    setup=SECRET
                    hint=secret_hint
                    objections=at(ProviderField::Secret)
                />
                {no_secret}
                {line(ProviderField::Link, text!(identity::link), draft.link, address)}
                <TextArea
                    label=text!(identity::domains)
                    value=draft.domains
                    on_input=move |text| draft.domains.set(text)
                    setup=DOMAINS
                    hint=text!(identity::domains_hint)
                    objections=at(ProviderField::Domains)
                    on_leave=leave(ProviderField::Domains, draft.domains)
                />
                {only_way}
                <RefusalList objections=others />
                {failure}
                <div class="form__actions">
                    <Button
                        label=text!(identity::save)
                        kind=ButtonKind::Primary
                        busy=busy
                        submit=true
                        on_press=save
                    />
                </div>
            </form>
        </Section>
    }
    .into_any()
}
