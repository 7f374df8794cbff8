//! Setting a second factor up: an authenticator app by its QR code, a passkey by the browser; then the recovery codes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{AuthenticatorSetUp, RecoveryCodes};

use super::second_step::CODE;
use crate::api::{ApiError, use_api};
use crate::json;
use crate::pages::parts::action::copy_text;
use crate::passkeys::{self, PasskeyError};
use crate::session::use_session;
use crate::widgets::{
    Button, ButtonKind, ErrorNote, FieldSetup, Note, Objection, PageHeader, Skeleton, TextField, Tone,
};
use crate::words::{tell, text};

/// What can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NewFactor {
    AuthenticatorApp,
    Passkey,
}

/// The steps to a new second factor.
#[component]
pub(super) fn SetUp(
    what: NewFactor,
    /// It is set up; with recovery codes, where there were none.
    on_done: Callback<Vec<String>>,
) -> impl IntoView {
    match what {
        NewFactor::AuthenticatorApp => view! { <Authenticator on_done /> }.into_any(),
        NewFactor::Passkey => view! { <Passkey on_done /> }.into_any(),
    }
}

fn failure(failed: RwSignal<Option<ApiError>>) -> impl IntoView {
    move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    }
}

#[component]
fn Authenticator(on_done: Callback<Vec<String>>) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let told = RwSignal::new(None::<AuthenticatorSetUp>);
    let code = RwSignal::new(String::new());
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    spawn_local(async move {
        match api.get_value().begin_authenticator().await {
            Ok(begun) => {
                let _ = told.try_set(Some(begun));
            }
            Err(error) => {
                let _ = failed.try_set(Some(error));
            }
        }
    });
    let confirm = Callback::new(move |()| {
        tried.set(true);
        if busy.get_untracked() || code.with_untracked(|code| code.trim().is_empty()) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api.get_value().confirm_authenticator(code.get_untracked()).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(made) => on_done.run(made.codes),
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    });
    let objections = Signal::derive(move || {
        let missing = tried.get() && code.with(|code| code.trim().is_empty());
        missing
            .then(|| Objection::plain(tell!(factors::code_missing)))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let shown = move || match told.get() {
        None => failed
            .with(Option::is_none)
            .then(|| view! { <Skeleton rows=4 /> }.into_any()),
        Some(told) => Some(
            view! {
                <ol class="steps-list">
                    <li>{text!(factors::scan)}</li>
                    <li>{text!(factors::then_type)}</li>
                </ol>
                <div class="qr" role="img" aria-label=move || tell!(factors::qr) inner_html=told.qr></div>
                <p class="quiet">
                    {text!(factors::by_hand)} " " <output class="secret secret--key">{told.secret}</output>
                </p>
                <p><a class="link" href=told.uri>{text!(factors::open_app)}</a></p>
                <TextField
                    label=text!(factors::code)
                    value=code
                    on_input=move |text| code.set(text)
                    setup=CODE
                    hint=text!(factors::code_hint)
                    objections
                />
                <div>
                    <Button
                        label=text!(factors::confirm)
                        kind=ButtonKind::Primary
                        busy=busy
                        submit=true
                        on_press=confirm
                    />
                </div>
            }
            .into_any(),
        ),
    };
    view! {
        <form class="form" novalidate on:submit=|event| event.prevent_default()>
            {failure(failed)}
            {shown}
        </form>
    }
    .into_any()
}

#[component]
fn Passkey(on_done: Callback<Vec<String>>) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let name = RwSignal::new(String::new());
    let (busy, tried, stopped) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let add = Callback::new(move |()| {
        tried.set(true);
        if busy.get_untracked() || name.with_untracked(|name| name.trim().is_empty()) {
            return;
        }
        busy.set(true);
        stopped.set(false);
        failed.set(None);
        spawn_local(async move {
            let answer = passkeys::add(&api.get_value(), &name.get_untracked()).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(made) => {
                    let made = js_sys::JSON::stringify(&made).ok().and_then(|text| text.as_string());
                    let made: RecoveryCodes = made.and_then(|text| json::read(&text)).unwrap_or_default();
                    on_done.run(made.codes);
                }
                Err(PasskeyError::Stopped) => {
                    let _ = stopped.try_set(true);
                }
                Err(PasskeyError::Api(error)) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    });
    let objections = Signal::derive(move || {
        let missing = tried.get() && name.with(|name| name.trim().is_empty());
        missing
            .then(|| Objection::plain(tell!(factors::name_missing)))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let setup = FieldSetup {
        required: true,
        ..FieldSetup::default()
    };
    view! {
        <form class="form" novalidate on:submit=|event| event.prevent_default()>
            {failure(failed)}
            <Show when=move || stopped.get()>
                <Note text=text!(factors::passkey_stopped) tone=Tone::Attention />
            </Show>
            <p>{text!(factors::passkey_text)}</p>
            <TextField
                label=text!(factors::passkey_name)
                value=name
                on_input=move |text| name.set(text)
                setup
                hint=text!(factors::passkey_name_hint)
                objections
            />
            <div>
                <Button
                    label=text!(factors::make_passkey)
                    kind=ButtonKind::Primary
                    busy=busy
                    submit=true
                    on_press=add
                />
            </div>
        </form>
    }
    .into_any()
}

/// Recovery codes, shown this once.
#[component]
pub(super) fn CodesOnce(codes: Vec<String>) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let all = codes.join("\n");
    let copy = Callback::new(move |()| {
        let all = all.clone();
        spawn_local(async move {
            let done = copy_text(&all).await;
            let _ = copied.try_set(Some(done));
        });
    });
    let told = move || match copied.get() {
        None => String::new(),
        Some(true) => tell!(screen::copied),
        Some(false) => tell!(screen::not_copied),
    };
    view! {
        <p>{text!(factors::codes_text)}</p>
        <ul class="codes">{codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
        <div>
            <Button label=text!(screen::copy) on_press=copy />
        </div>
        <p class="quiet" role="status">{told}</p>
    }
    .into_any()
}

/// Somebody's role asks for a second factor, and they have none: they set one up before anything else.
#[component]
pub(crate) fn FactorsToSetUp() -> impl IntoView {
    let session = use_session();
    let api = StoredValue::new(use_api());
    let chosen = RwSignal::new(Some(NewFactor::AuthenticatorApp));
    let codes = RwSignal::new(Vec::<String>::new());
    // The server's address may be one at which browsers have no passkeys.
    let has_passkeys = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(own) = api.get_value().own_factors().await {
            let _ = has_passkeys.try_set(own.passkeys && passkeys::are_possible());
        }
    });
    let enter = move || {
        spawn_local(async move {
            if session.enter().await.is_err() {
                session.load();
            }
        });
    };
    let done = Callback::new(move |made: Vec<String>| {
        if made.is_empty() {
            enter();
        } else {
            chosen.set(None);
            codes.set(made);
        }
    });
    let leave = Callback::new(move |()| {
        spawn_local(async move {
            let _ = session.sign_out().await;
        });
    });
    let other = move || {
        let (label, way) = match chosen.get()? {
            NewFactor::AuthenticatorApp => (text!(factors::passkey_instead), NewFactor::Passkey),
            NewFactor::Passkey => (text!(factors::authenticator_instead), NewFactor::AuthenticatorApp),
        };
        has_passkeys
            .get()
            .then(|| view! { <Button label kind=ButtonKind::Quiet on_press=move |()| chosen.set(Some(way)) /> })
    };
    let inside = move || match chosen.get() {
        Some(what) => view! { <SetUp what on_done=done /> }.into_any(),
        None => view! {
            <CodesOnce codes=codes.get() />
            <div>
                <Button label=text!(factors::codes_kept) kind=ButtonKind::Primary on_press=move |()| enter() />
            </div>
        }
        .into_any(),
    };
    view! {
        <main class="centred">
            <div class="panel form">
                <PageHeader title=text!(factors::wanted) about=text!(factors::wanted_about) />
                {inside}
                <div class="other-ways">
                    {other}
                    <Button label=text!(screen::sign_out) kind=ButtonKind::Quiet on_press=leave />
                </div>
            </div>
        </main>
    }
    .into_any()
}
