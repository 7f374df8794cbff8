//! Sign-in. What was typed stays when it does not work; who manages accounts is never told to strangers (T2).

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiError;
use crate::session::use_session;
use crate::widgets::{Button, ButtonKind, ErrorNote, FieldSetup, InputKind, Objection, PageHeader, TextField};

const EMAIL: FieldSetup = FieldSetup {
    kind: InputKind::Email,
    required: true,
    autocomplete: "username",
    spellcheck: false,
};
const NEW_PASSWORD: FieldSetup = FieldSetup {
    kind: InputKind::Password,
    required: true,
    autocomplete: "new-password",
    spellcheck: false,
};
const PASSWORD: FieldSetup = FieldSetup {
    kind: InputKind::Password,
    required: true,
    autocomplete: "current-password",
    spellcheck: false,
};

#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let session = use_session();
    let known = session.me().get_untracked();
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
    let ended = known.is_some();

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
    let missing = move |text: RwSignal<String>, words: &'static str| {
        Signal::derive(move || {
            let absent = tried.get() && text.with(|text| text.trim().is_empty());
            absent.then(|| Objection::plain(words)).into_iter().collect::<Vec<_>>()
        })
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let about = if ended {
        "Your session ended. What you were doing is kept."
    } else {
        ""
    };
    let title = if ended { "Sign in again" } else { "Sign in" };
    view! {
        <main class="centred">
            <form class="panel form" novalidate on:submit=|event| event.prevent_default()>
                <PageHeader title=title about=about />
                {failure}
                <TextField
                    label="Email"
                    value=email
                    on_input=move |text| email.set(text)
                    setup=EMAIL
                    objections=missing(email, "Type the e-mail address that you sign in with.")
                />
                <TextField
                    label="Password"
                    value=password
                    on_input=move |text| password.set(text)
                    setup=PASSWORD
                    objections=missing(password, "Type your password.")
                />
                <Show when=move || is_temporary.get()>
                    <TextField
                        label="New password"
                        value=new_password
                        on_input=move |text| new_password.set(text)
                        setup=NEW_PASSWORD
                        hint="The one that you were given is temporary. Choose your own: at least 12 characters."
                        objections=missing(new_password, "Type a new password.")
                    />
                </Show>
                <Button label="Sign in" kind=ButtonKind::Primary busy=busy submit=true on_press=sign_in />
                <details class="help">
                    <summary>"Forgot your password?"</summary>
                    <p>
                        "Ask your System Administrator, or whoever created your account, for a temporary password. "
                        "They can also unlock an account that is locked."
                    </p>
                </details>
            </form>
        </main>
    }
    .into_any()
}
