//! Asking for a mail with a link to choose a new password (T7). Whether there is an account is told to nobody (T2).

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::ForgotPassword;

use super::welcome::ToSignIn;
use crate::api::{Api, ApiError};
use crate::language::LanguageChoice;
use crate::session::use_session;
use crate::widgets::{Button, ButtonKind, ErrorNote, FieldSetup, InputKind, Objection, PageHeader, TextField};
use crate::words::{tell, text};

const EMAIL: FieldSetup = FieldSetup {
    kind: InputKind::Email,
    required: true,
    autocomplete: "username",
    spellcheck: false,
};

#[component]
pub(super) fn Forgot() -> impl IntoView {
    let api: Api = expect_context();
    let known = use_session().me().get_untracked();
    let email = RwSignal::new(known.map(|me| me.user.profile.login_email.clone()).unwrap_or_default());
    let (busy, tried, done) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let send = Callback::new(move |()| {
        tried.set(true);
        if busy.get_untracked() || email.with_untracked(|email| email.trim().is_empty()) {
            return;
        }
        busy.set(true);
        let body = ForgotPassword {
            email: email.get_untracked(),
        };
        let api = api.clone();
        spawn_local(async move {
            let answer = api.forgot_password(&body).await;
            let _ = busy.try_set(false);
            let _ = done.try_set(answer.is_ok());
            let _ = failed.try_set(answer.err());
        });
    });
    let objections = Signal::derive(move || {
        let missing = tried.get() && email.with(|email| email.trim().is_empty());
        missing
            .then(|| Objection::plain(tell!(screen::email_missing)))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let inside = move || {
        if done.get() {
            return view! {
                <div role="status">
                    <PageHeader
                        title=text!(account::look_into_mail)
                        about=text!(account::look_into_mail_next, email = email.get().trim())
                    />
                </div>
            }
            .into_any();
        }
        view! {
            <PageHeader title=text!(screen::forgot_password) about=text!(account::forgot_about) />
            {failure}
            <TextField
                label=text!(screen::email)
                value=email
                on_input=move |text| email.set(text)
                setup=EMAIL
                objections=objections
            />
            <Button label=text!(account::send_link) kind=ButtonKind::Primary busy=busy submit=true on_press=send />
            <p class="field__hint">{text!(screen::forgot_help)}</p>
        }
        .into_any()
    };
    view! {
        <main class="centred">
            <form class="panel form" novalidate on:submit=|event| event.prevent_default()>
                {inside}
                <ToSignIn />
                <LanguageChoice />
            </form>
        </main>
    }
    .into_any()
}
