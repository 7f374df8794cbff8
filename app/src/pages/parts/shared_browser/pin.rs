//! One's own PIN: judged as it is typed, by the rule that the server has.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::device::{PIN_AT_LEAST, PIN_AT_MOST, PinFault, check_pin};
use shared::wire::PinView;

use super::PIN;
use crate::api::{ApiError, use_api};
use crate::dates;
use crate::pages::parts::fetched;
use crate::widgets::{Button, ErrorNote, Objection, Section, SkeletonShape, TextField, Toasts};
use crate::words::{spoken, tell, text};

/// The PIN of whoever reads.
#[component]
pub(crate) fn OwnPin() -> impl IntoView {
    let api = StoredValue::new(use_api());
    let toasts = Toasts::get();
    let known = RwSignal::new(None::<Result<PinView, ApiError>>);
    let typed = RwSignal::new(String::new());
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let load = move || {
        let api = api.get_value();
        spawn_local(async move {
            let answer = api.own_pin().await;
            let _ = known.try_set(Some(answer));
        });
    };
    load();

    let fault = move || typed.with(|typed| check_pin(typed.trim()).err());
    let objections = Signal::derive(move || {
        // What is not finished is not wrong yet.
        let is_early = |fault| fault == PinFault::TooShort && !tried.get();
        fault()
            .filter(|fault| !is_early(*fault) && (tried.get() || typed.with(|typed| !typed.is_empty())))
            .map(|fault| Objection::plain(fault_words(fault)))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let save = Callback::new(move |()| {
        tried.set(true);
        if busy.get_untracked() || untrack(fault).is_some() {
            return;
        }
        busy.set(true);
        let pin = typed.with_untracked(|typed| typed.trim().to_owned());
        spawn_local(async move {
            let answer = api.get_value().choose_pin(pin).await;
            let _ = busy.try_set(false);
            let is_done = answer.is_ok();
            let _ = failed.try_set(answer.err());
            if is_done {
                let _ = typed.try_set(String::new());
                let _ = tried.try_set(false);
                toasts.say(|| tell!(desk::pin_saved));
                load();
            }
        });
    });
    let remove = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api.get_value().remove_pin().await;
            let _ = busy.try_set(false);
            let is_done = answer.is_ok();
            let _ = failed.try_set(answer.err());
            if is_done {
                toasts.say(|| tell!(desk::pin_removed));
                load();
            }
        });
    });
    let has_one = Memo::new(move |_| known.with(|known| matches!(known, Some(Ok(PinView { since: Some(_) })))));
    let reload = Callback::new(move |()| load());
    let state = move || {
        spoken();
        fetched(known.get(), (SkeletonShape::Lines, 1), reload, |pin: PinView| {
            let words = match pin.since {
                Some(since) => tell!(desk::pin_since, date = dates::day(since)),
                None => tell!(desk::pin_none),
            };
            view! { <p>{words}</p> }.into_any()
        })
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    view! {
        <Section title=text!(desk::pin_title) about=text!(desk::pin_about)>
            <form class="form pin" novalidate on:submit=|event| event.prevent_default()>
                {state}
                {failure}
                <TextField
                    label=text!(desk::pin_new)
                    value=typed
                    on_input=move |text| typed.set(text)
                    setup=PIN
                    hint=text!(desk::pin_hint)
                    objections
                />
                <div class="form__actions">
                    <Button label=text!(desk::pin_save) busy=busy submit=true on_press=save />
                    <Show when=move || has_one.get()>
                        <Button label=text!(desk::pin_remove) busy=busy on_press=remove />
                    </Show>
                </div>
            </form>
        </Section>
    }
    .into_any()
}

fn fault_words(fault: PinFault) -> String {
    match fault {
        PinFault::NotDigits => tell!(pin::not_digits),
        PinFault::TooShort => tell!(pin::too_short, at_least = PIN_AT_LEAST.to_string()),
        PinFault::TooLong => tell!(pin::too_long, at_most = PIN_AT_MOST.to_string()),
        PinFault::Obvious => tell!(pin::obvious),
    }
}
