//! What somebody signs in with: their password and their second factors.

mod own_password;
mod second_step;
mod set_up;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::factors::{FactorKind, SecondFactor};
use shared::wire::{OwnFactor, OwnFactors, Topic};
use uuid::Uuid;

use self::own_password::OwnPassword;
use self::set_up::{CodesOnce, NewFactor, SetUp};
use crate::api::{Api, ApiError, use_api};
use crate::dates;
use crate::live;
use crate::pages::parts::fetched;
use crate::passkeys;
use crate::widgets::{
    Button, ButtonKind, ConfirmDialog, Dialog, ErrorNote, Icon, IconView, Note, Section, SkeletonShape, Toasts, Tone,
};
use crate::words::{spoken, tell, text};

pub(crate) use second_step::{PasskeyAlone, PasskeyOffered, SecondStepForm};
pub(crate) use set_up::FactorsToSetUp;

/// What stands over the section.
#[derive(Clone, Debug, PartialEq)]
enum Open {
    New(NewFactor),
    /// Recovery codes, shown this once.
    Codes(Vec<String>),
    Renew,
    Remove(OwnFactor),
    Password,
}

fn name_of(factor: &SecondFactor) -> String {
    match factor.kind {
        FactorKind::AuthenticatorApp => tell!(factors::authenticator),
        FactorKind::Passkey => tell!(factors::passkey_called, name = &factor.name),
    }
}

fn about(factor: &SecondFactor) -> String {
    let since = tell!(factors::since, date = dates::day(factor.since));
    match factor.last_used {
        Some(used) => format!("{since} {}", tell!(factors::last_used, date = dates::day(used))),
        None => since,
    }
}

/// One's own password and second factors.
#[component]
pub(crate) fn SignInAndSecurity() -> impl IntoView {
    let api = StoredValue::new(use_api());
    let toasts = Toasts::get();
    let own = RwSignal::new(None::<Result<OwnFactors, ApiError>>);
    let open = RwSignal::new(None::<Open>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let load_with = move |api: Api| {
        spawn_local(async move {
            let answer = api.own_factors().await;
            let _ = own.try_set(Some(answer));
        });
    };
    let load = move || load_with(api.get_value());
    load();
    live::hear(&api.get_value(), move |change| {
        if change.touches(Topic::Me) {
            load_with(api.get_value().by_itself());
        }
    });
    let close = Callback::new(move |()| {
        failed.set(None);
        open.set(None);
    });
    let made = Callback::new(move |codes: Vec<String>| {
        load();
        toasts.say(|| tell!(factors::added));
        open.set((!codes.is_empty()).then_some(Open::Codes(codes)));
    });
    let remove = move |id: Uuid, kind: FactorKind| {
        busy.set(true);
        spawn_local(async move {
            let api = api.get_value();
            let answer = match kind {
                FactorKind::AuthenticatorApp => api.remove_authenticator().await,
                FactorKind::Passkey => api.remove_passkey(id).await,
            };
            let _ = busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.say(|| tell!(factors::removed));
                    close.run(());
                }
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
            load();
        });
    };
    let renew = move || {
        busy.set(true);
        spawn_local(async move {
            let answer = api.get_value().renew_recovery_codes().await;
            let _ = busy.try_set(false);
            match answer {
                Ok(made) => open.set(Some(Open::Codes(made.codes))),
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
            load();
        });
    };
    let confirm = Callback::new(move |()| match open.get_untracked() {
        Some(Open::Remove(factor)) => remove(factor.id, factor.factor.kind),
        Some(Open::Renew) => renew(),
        _ => {}
    });
    let line = move |factor: OwnFactor| {
        let (title, said) = (name_of(&factor.factor), about(&factor.factor));
        let label = tell!(factors::remove_named, name = &title);
        let ask = move |()| open.set(Some(Open::Remove(factor.clone())));
        view! {
            <li class="session">
                <span class="session__icon"><IconView icon=Icon::Lock /></span>
                <div class="session__words">
                    <div class="session__title">{title}</div>
                    <div class="session__about">{said}</div>
                </div>
                <Button label=text!(factors::remove) kind=ButtonKind::Quiet about=Signal::stored(label) on_press=ask />
            </li>
        }
    };
    let password_line = move |own: &OwnFactors| {
        let said = own
            .password_since
            .map(|since| tell!(factors::since, date = dates::day(since)))
            .unwrap_or_default();
        view! {
            <li class="session">
                <span class="session__icon"><IconView icon=Icon::Lock /></span>
                <div class="session__words">
                    <div class="session__title">{text!(screen::password)}</div>
                    <div class="session__about">{said}</div>
                </div>
                <Button
                    label=text!(factors::change_password)
                    kind=ButtonKind::Quiet
                    on_press=move |()| open.set(Some(Open::Password))
                />
            </li>
        }
    };
    let codes_line = move |left: u32| {
        view! {
            <li class="session">
                <span class="session__icon"><IconView icon=Icon::Record /></span>
                <div class="session__words">
                    <div class="session__title">{text!(factors::recovery_codes)}</div>
                    <div class="session__about">{tell!(factors::codes_left, count = left)}</div>
                </div>
                <Button
                    label=text!(factors::renew)
                    kind=ButtonKind::Quiet
                    on_press=move |()| open.set(Some(Open::Renew))
                />
            </li>
        }
    };
    let listed = move |own: OwnFactors| {
        let has_app = own
            .factors
            .iter()
            .any(|one| one.factor.kind == FactorKind::AuthenticatorApp);
        let is_without = own.factors.is_empty();
        let may_passkey = own.passkeys && passkeys::are_possible();
        view! {
            <ul class="sessions">
                {password_line(&own)}
                {own.factors.iter().cloned().map(line).collect_view()}
                {(!is_without).then(|| codes_line(own.recovery_codes))}
            </ul>
            {is_without.then(|| view! { <Note text=text!(factors::none_yet) /> })}
            <div class="other-ways">
                {(!has_app)
                    .then(|| {
                        view! {
                            <Button
                                label=text!(factors::set_up_authenticator)
                                on_press=move |()| open.set(Some(Open::New(NewFactor::AuthenticatorApp)))
                            />
                        }
                    })}
                {may_passkey
                    .then(|| {
                        view! {
                            <Button
                                label=text!(factors::add_passkey)
                                on_press=move |()| open.set(Some(Open::New(NewFactor::Passkey)))
                            />
                        }
                    })}
            </div>
        }
        .into_any()
    };
    let reload = Callback::new(move |()| load());
    let inside = move || {
        // Dates are told in the language that is read now.
        spoken();
        fetched(own.get(), (SkeletonShape::People, 3), reload, listed)
    };
    let asks = Memo::new(move |_| open.with(|open| matches!(open, Some(Open::Remove(_) | Open::Renew))));
    let shows = Memo::new(move |_| open.with(|open| open.is_some()) && !asks.get());
    let title = Signal::derive(move || {
        open.with(|open| match open {
            Some(Open::New(NewFactor::AuthenticatorApp)) => tell!(factors::set_up_authenticator),
            Some(Open::New(NewFactor::Passkey)) => tell!(factors::add_passkey),
            Some(Open::Codes(_)) => tell!(factors::recovery_codes),
            Some(Open::Renew) => tell!(factors::renew),
            Some(Open::Remove(factor)) => tell!(factors::remove_named, name = name_of(&factor.factor)),
            Some(Open::Password) => tell!(factors::change_password),
            None => String::new(),
        })
    });
    let changed = Callback::new(move |()| {
        toasts.say(|| tell!(factors::password_changed));
        load();
        open.set(None);
    });
    let body = move || match open.get() {
        Some(Open::New(what)) => view! { <SetUp what on_done=made /> }.into_any(),
        Some(Open::Codes(codes)) => view! {
            <CodesOnce codes />
            <div>
                <Button label=text!(factors::codes_kept) kind=ButtonKind::Primary on_press=close />
            </div>
        }
        .into_any(),
        Some(Open::Password) => {
            let at_least = own.with_untracked(|own| match own {
                Some(Ok(own)) => own.at_least,
                _ => 0,
            });
            view! { <OwnPassword at_least on_done=changed /> }.into_any()
        }
        _ => ().into_any(),
    };
    let meaning = move || match open.get() {
        Some(Open::Renew) => tell!(factors::renew_text),
        _ => tell!(factors::remove_text),
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    view! {
        <Section title=text!(factors::title) about=text!(factors::title_about)>
            {inside}
            <Dialog open=shows title=title on_close=close>
                {body}
            </Dialog>
            <ConfirmDialog
                open=asks
                title=title
                confirm=Signal::derive(move || {
                    if open.with(|open| open == &Some(Open::Renew)) { tell!(factors::renew) } else { tell!(factors::remove) }
                })
                on_confirm=confirm
                on_close=close
                kind=ButtonKind::Danger
                busy=busy
            >
                {failure}
                <p>{meaning}</p>
            </ConfirmDialog>
        </Section>
    }
    .into_any()
}

/// The second factors of somebody whom one manages.
#[component]
pub(crate) fn FactorsOf(#[prop(into)] facts: Signal<Arc<Facts>>) -> impl IntoView {
    let line = |factor: SecondFactor| {
        view! {
            <li class="session">
                <span class="session__icon"><IconView icon=Icon::Lock /></span>
                <div class="session__words">
                    <div class="session__title">{name_of(&factor)}</div>
                    <div class="session__about">{about(&factor)}</div>
                </div>
            </li>
        }
    };
    let required = move || {
        facts.with(|facts| {
            let subject = facts.subject.as_ref();
            subject.is_some_and(|user| shared::factors::is_required(&facts.policy, &user.assignments))
        })
    };
    let inside = move || {
        spoken();
        let factors = facts.with(|facts| facts.second_factors.clone());
        if !factors.is_empty() {
            return view! {
                <ul class="sessions">{factors.into_iter().map(line).collect_view()}</ul>
                <p class="quiet">{text!(factors::reset_where)}</p>
            }
            .into_any();
        }
        let (words, tone) = if required() {
            (text!(factors::none_and_required), Tone::Attention)
        } else {
            (text!(factors::none), Tone::Information)
        };
        view! { <Note text=words tone /> }.into_any()
    };
    view! { <Section title=text!(factors::second_factors)>{inside}</Section> }.into_any()
}
