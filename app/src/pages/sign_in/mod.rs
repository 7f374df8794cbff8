//! Sign-in: as a page, and over the work of somebody who has to prove again who they are. What was typed stays when it does
//! not work; who manages accounts is never told to strangers (T2).

mod again;
mod provider;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::SharedHere;

use self::provider::{Instead, ProviderTrouble, ProviderWay, second_step_wanted, trouble};
use super::screens::{Mine, mine, passkey_offered};
use crate::api::{ApiError, sleep, use_api};
use crate::language::LanguageChoice;
use crate::navigation::{Link, use_navigation};
use crate::route::{AccountPart, Route};
use crate::session::use_session;
use crate::widgets::{
    Button, ButtonKind, ErrorNote, FieldSetup, InputKind, Note, Objection, PageHeader, TextField, Tone,
};
use crate::words::text;

/// How often a server that cannot be reached is looked for.
const ASK_AGAIN: Duration = Duration::from_secs(3);

const EMAIL: FieldSetup = FieldSetup {
    kind: InputKind::Email,
    required: true,
    // Browsers offer passkeys there, too (WebAuthn 3, 5.1.4).
    autocomplete: "username webauthn",
    spellcheck: false,
};
const PASSWORD: FieldSetup = FieldSetup {
    kind: InputKind::Password,
    required: true,
    autocomplete: "current-password",
    spellcheck: false,
};

pub(crate) use again::SignInAgain;
pub(crate) use provider::warn_of_trouble;

/// Why somebody is to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Nobody is here yet.
    First,
    /// The session has ended; the work is kept behind the form.
    Ended,
    /// The session goes on; what is asked for wants a recent proof.
    Proof,
}

#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let api = StoredValue::new(use_api());
    // At a browser that people share, they are asked who they are, and for their PIN.
    let here = RwSignal::new(None::<SharedHere>);
    let by_password = RwSignal::new(false);
    let offline = RwSignal::new(false);
    spawn_local(async move {
        while let Some(api) = api.try_get_value() {
            let answer = api.this_device().await;
            let is_away = answer.as_ref().is_err_and(ApiError::leaves_open);
            // Somebody may be in by now.
            if offline.try_set(is_away).is_some() {
                return;
            }
            if let Ok(device) = answer {
                here.set(device.shared.filter(|shared| !shared.people.is_empty()));
            }
            if !is_away {
                return;
            }
            sleep(ASK_AGAIN).await;
        }
    });
    let at_desk = Memo::new(move |_| here.with(Option::is_some) && !by_password.get());
    let inside = move || {
        if at_desk.get() {
            untrack(|| mine(Mine::Desk(here, Callback::new(move |()| by_password.set(true)))))
        } else {
            view! { <SignInForm why=Why::First /> }.into_any()
        }
    };
    let away = move || {
        offline
            .get()
            .then(|| view! { <Note text=text!(session::no_network) tone=Tone::Attention /> })
    };
    view! { <main class="centred"><div class="panel">{away}{inside}</div></main> }.into_any()
}

/// The one form by which people prove who they are, whatever for.
#[component]
fn SignInForm(why: Why) -> impl IntoView {
    let session = use_session();
    // Who comes next to a shared browser is somebody else.
    let known = session.me().get_untracked().filter(|_| why != Why::First);
    let email = RwSignal::new(
        known
            .as_ref()
            .map(|me| me.user.profile.login_email.clone())
            .unwrap_or_default(),
    );
    let password = RwSignal::new(String::new());
    // A temporary password gets in only together with one of the person's own (T7).
    let is_temporary = RwSignal::new(false);
    let new_password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let expected = StoredValue::new(email.get_untracked());

    // The password was right, or the identity provider has led here, and a second factor has to follow.
    let step = RwSignal::new(why == Why::First && second_step_wanted());
    let back = Callback::new(move |()| {
        password.set(String::new());
        step.set(false);
    });
    let by_passkey = RwSignal::new(false);
    let has_passkeys = session.has_passkeys();

    // Of several ways at once the browser takes none.
    let is_offered = Memo::new(move |_| has_passkeys && why == Why::First && !by_passkey.get() && !step.get());

    let sign_in = Callback::new(move |()| {
        tried.set(true);
        let is_typed = |text: RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        let changes = is_temporary.get_untracked();
        let complete = is_typed(email) && is_typed(password) && (!changes || is_typed(new_password));
        if busy.get_untracked() || !complete {
            return;
        }
        busy.set(true);
        let new = changes.then(|| new_password.get_untracked());
        spawn_local(async move {
            let answer = session
                .sign_in(email.get_untracked(), password.get_untracked(), new)
                .await;
            if answer == Ok(true) {
                let _ = step.try_set(true);
            }
            // Signed in, this screen is gone.
            let _ = busy.try_set(false);
            let error = answer.err();
            let asks_for_new = error.as_ref().is_some_and(|error| error.is("password-change-needed"));
            if asks_for_new && !changes {
                let _ = tried.try_set(false);
                let _ = is_temporary.try_set(true);
                let _ = failed.try_set(None);
            } else {
                let _ = failed.try_set(error);
            }
        });
    });
    let missing = move |typed: RwSignal<String>, told: Signal<String>| {
        Signal::derive(move || {
            let absent = tried.get() && typed.with(|typed| typed.trim().is_empty());
            absent
                .then(|| Objection::plain(told.get()))
                .into_iter()
                .collect::<Vec<_>>()
        })
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let link = match use_navigation().route().get_untracked() {
        Route::SignIn(link) => link,
        _ => None,
    };
    let instead = match why {
        Why::First => Instead::Page,
        Why::Ended => Instead::SignInBeside,
        Why::Proof => Instead::ProveBeside,
    };
    let trouble = if why == Why::First { trouble() } else { None };
    // Until something else is tried.
    let came_from_provider = move || {
        trouble
            .filter(|_| failed.with(Option::is_none) && !tried.get())
            .map(|why| view! { <ProviderTrouble why /> })
    };
    let to_forgot = Route::Account(AccountPart::Forgot);
    let forgot = match why {
        Why::First => {
            view! { <Link to=Signal::stored(to_forgot) class="link">{text!(screen::forgot_password)}</Link> }.into_any()
        }
        // The work on the screen behind stays: it would be left by going elsewhere here.
        Why::Ended | Why::Proof => {
            let href = use_navigation().href(&to_forgot);
            view! { <a class="link" href=href target="_blank" rel="noopener">{text!(screen::forgot_password)}</a> }
                .into_any()
        }
    };
    let head = match why {
        Why::First => view! { <PageHeader title=text!(screen::sign_in) /> }.into_any(),
        Why::Ended => view! { <p>{text!(screen::session_ended)}</p> }.into_any(),
        Why::Proof => view! { <p>{text!(session::prove_about)}</p> }.into_any(),
    };
    let is_another = Memo::new(move |_| {
        let typed = email.with(|typed| typed.trim().to_lowercase());
        why == Why::Ended && expected.with_value(|expected| !typed.is_empty() && typed != *expected)
    });
    let address = match why {
        Why::Proof => view! {
            <p class="field__hint">{text!(session::prove_as, email = email.get())}</p>
            <input
                class="visually-hidden"
                type="email"
                autocomplete="username"
                tabindex="-1"
                aria-hidden="true"
                readonly
                prop:value=email
            />
        }
        .into_any(),
        Why::First | Why::Ended => view! {
            <TextField
                label=text!(screen::email)
                value=email
                on_input=move |text| email.set(text)
                setup=EMAIL
                objections=missing(email, text!(screen::email_missing))
            />
            <Show when=move || is_another.get()>
                <Note text=text!(session::another_person, email = expected.get_value()) tone=Tone::Attention />
            </Show>
        }
        .into_any(),
    };
    let word = match why {
        Why::Proof => text!(session::prove),
        Why::First | Why::Ended => text!(screen::sign_in),
    };
    let language = (why == Why::First).then(|| view! { <LanguageChoice /> });
    let passkey = has_passkeys.then(|| {
        view! {
            <Button label=text!(screen::sign_in_passkey) busy=by_passkey on_press=move |()| by_passkey.set(true) />
            {move || by_passkey.get().then(|| mine(Mine::PasskeyAlone(by_passkey)))}
        }
    });
    view! {
        {move || step.get().then(|| untrack(|| mine(Mine::SecondStep(back))))}
        <form
            class="form"
            novalidate
            style:display=move || step.get().then_some("none")
            on:submit=|event| event.prevent_default()
        >
            {head}
            {failure}
            {came_from_provider}
            {address}
            <ProviderWay email link failed instead />
            <TextField
                label=text!(screen::password)
                value=password
                on_input=move |text| password.set(text)
                setup=PASSWORD
                objections=missing(password, text!(screen::password_missing))
            />
            {move || is_temporary.get().then(|| untrack(|| mine(Mine::NewPassword(new_password, email, tried))))}
            <Button label=word kind=ButtonKind::Primary busy=busy submit=true on_press=sign_in />
            {passkey}
            {move || is_offered.get().then(|| untrack(passkey_offered))}
            {forgot}
            {language}
        </form>
    }
    .into_any()
}
