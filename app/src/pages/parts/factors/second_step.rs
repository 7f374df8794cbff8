//! The second step of signing in: a code of the authenticator app, a passkey, or a recovery code.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{SecondStep, SecondStepBy};
use wasm_bindgen::JsCast;
use web_sys::AbortController;

use crate::api::{ApiError, use_api};
use crate::passkeys::{self, PasskeyError};
use crate::session::use_session;
use crate::widgets::{
    Button, ButtonKind, ErrorNote, FieldSetup, InputKind, Objection, PageHeader, Skeleton, TextField,
};
use crate::words::{tell, text};

/// How long a passkey is offered by one request.
const OFFERED_ANEW: Duration = Duration::from_secs(9 * 60);

pub(super) const CODE: FieldSetup = FieldSetup {
    kind: InputKind::Digits,
    required: true,
    autocomplete: "one-time-code",
    spellcheck: false,
};
const RECOVERY_CODE: FieldSetup = FieldSetup {
    kind: InputKind::Text,
    required: true,
    autocomplete: "off",
    spellcheck: false,
};

/// What is asked for, and the other ways there are.
#[component]
pub(crate) fn SecondStepForm(
    /// Begins signing in anew.
    back: Callback<()>,
) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let session = use_session();
    let ways = RwSignal::new(Vec::<SecondStepBy>::new());
    let by = RwSignal::new(None::<SecondStepBy>);
    let typed = RwSignal::new(String::new());
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    spawn_local(async move {
        match api.get_value().second_step().await {
            Ok(needed) => {
                let _ = by.try_set(needed.by.first().copied());
                let _ = ways.try_set(needed.by);
            }
            Err(error) => {
                let _ = failed.try_set(Some(error));
            }
        }
    });
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        by.track();
        // The field is there in the next frame.
        request_animation_frame(move || {
            let first = form
                .try_get_untracked()
                .flatten()
                .and_then(|form| form.query_selector("input, .button--primary").ok().flatten())
                .and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(first) = first {
                // What cannot take the focus leaves it where it is.
                let _ = first.focus();
            }
        });
    });
    let ended = move |answer: Result<(), ApiError>| async move {
        let answer = match answer {
            Ok(()) => session.enter().await,
            Err(error) => Err(error),
        };
        // Signed in, this screen is gone.
        let _ = busy.try_set(false);
        let _ = failed.try_set(answer.err());
    };
    let send = Callback::new(move |()| {
        tried.set(true);
        let text = typed.get_untracked();
        if busy.get_untracked() || text.trim().is_empty() {
            return;
        }
        let answer = match by.get_untracked() {
            Some(SecondStepBy::RecoveryCode) => SecondStep::RecoveryCode(text),
            _ => SecondStep::Code(text),
        };
        busy.set(true);
        spawn_local(async move {
            let done = api.get_value().finish_second_step(&answer).await;
            if done.is_err() {
                let _ = typed.try_set(String::new());
                let _ = tried.try_set(false);
            }
            ended(done).await;
        });
    });
    let use_passkey = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match passkeys::second_step(&api.get_value()).await {
                Ok(()) => ended(Ok(())).await,
                Err(PasskeyError::Api(error)) => ended(Err(error)).await,
                Err(PasskeyError::Stopped) => {
                    let _ = busy.try_set(false);
                }
            }
        });
    });
    let objections = Signal::derive(move || {
        let missing = tried.get() && typed.with(|typed| typed.trim().is_empty());
        missing
            .then(|| Objection::plain(tell!(factors::code_missing)))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let field = move |label: Signal<String>, hint: Signal<String>, setup: FieldSetup| {
        view! {
            <TextField label value=typed on_input=move |text| typed.set(text) setup hint objections />
            <Button label=text!(screen::sign_in) kind=ButtonKind::Primary busy=busy submit=true on_press=send />
        }
        .into_any()
    };
    let asked = move || match by.get() {
        None => failed
            .with(Option::is_none)
            .then(|| view! { <Skeleton rows=2 /> }.into_any()),
        Some(SecondStepBy::Code) => Some(field(text!(factors::code), text!(factors::code_hint), CODE)),
        Some(SecondStepBy::RecoveryCode) => Some(field(
            text!(factors::recovery_code),
            text!(factors::recovery_code_hint),
            RECOVERY_CODE,
        )),
        Some(SecondStepBy::Passkey) => Some(
            view! {
                <Button
                    label=text!(factors::use_passkey)
                    kind=ButtonKind::Primary
                    busy=busy
                    submit=true
                    on_press=use_passkey
                />
            }
            .into_any(),
        ),
    };
    let others = move || {
        let other = move |way: SecondStepBy| {
            let label = match way {
                SecondStepBy::Code => text!(factors::code_instead),
                SecondStepBy::Passkey => text!(factors::passkey_instead),
                SecondStepBy::RecoveryCode => text!(factors::recovery_code_instead),
            };
            let choose = move |()| {
                typed.set(String::new());
                tried.set(false);
                failed.set(None);
                by.set(Some(way));
            };
            view! { <Button label kind=ButtonKind::Quiet on_press=choose /> }
        };
        let now = by.get();
        let ways = ways.get().into_iter().filter(|way| Some(*way) != now);
        ways.map(other).collect_view()
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    view! {
        <form class="form" novalidate node_ref=form on:submit=|event| event.prevent_default()>
            <PageHeader title=text!(factors::second_step) about=text!(factors::second_step_about) />
            {failure}
            {asked}
            <div class="other-ways">
                {others}
                <Button label=text!(factors::begin_anew) kind=ButtonKind::Quiet on_press=back />
            </div>
        </form>
    }
    .into_any()
}

/// Signs in with a passkey alone, as soon as it is there; tells only what went wrong.
#[component]
pub(crate) fn PasskeyAlone(
    /// Until it has ended.
    busy: RwSignal<bool>,
) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let failed = RwSignal::new(None::<ApiError>);
    spawn_local(async move {
        let answer = match passkeys::sign_in(&api).await {
            Ok(()) => session.enter().await,
            Err(PasskeyError::Api(error)) => Err(error),
            // Closed by the person: nothing to tell.
            Err(PasskeyError::Stopped) => {
                let _ = busy.try_set(false);
                return;
            }
        };
        let _ = failed.try_set(answer.err());
    });
    let again = Callback::new(move |()| busy.set(false));
    move || {
        failed.get().map(|error| {
            view! {
                <ErrorNote happened=error.title() next=error.detail() action=text!(screen::close) on_action=again />
            }
        })
    }
}

/// Lets the browser offer passkeys where the address is typed, for as long as this is on the screen; tells only what went
/// wrong after one was chosen.
#[component]
pub(crate) fn PasskeyOffered() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let failed = RwSignal::new(None::<ApiError>);
    let offered = StoredValue::new_local(None::<AbortController>);
    let is_over = StoredValue::new(false);
    let stop = move || {
        let offered = offered.try_update_value(Option::take).flatten();
        offered.iter().for_each(AbortController::abort);
    };
    // Only one request to the browser is good at a time: whatever is tried next begins after this has ended.
    on_cleanup(move || {
        is_over.set_value(true);
        stop();
    });
    spawn_local(async move {
        while is_over.try_get_value() == Some(false) {
            let Ok(controller) = AbortController::new() else { return };
            let signal = controller.signal();
            offered.set_value(Some(controller));
            // What the server asked is good for ten minutes; somebody may come back later.
            let renewal = set_timeout_with_handle(stop, OFFERED_ANEW);
            let answer = passkeys::offer(&api, &signal).await;
            if let Ok(renewal) = renewal {
                renewal.clear();
            }
            match answer {
                Ok(()) => {
                    let entered = session.enter().await;
                    let _ = failed.try_set(entered.err());
                    return;
                }
                Err(PasskeyError::Api(error)) => {
                    let _ = failed.try_set(Some(error));
                    return;
                }
                Err(PasskeyError::Stopped) if signal.aborted() => {}
                Err(PasskeyError::Stopped) => return,
            }
        }
    });
    move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    }
}
