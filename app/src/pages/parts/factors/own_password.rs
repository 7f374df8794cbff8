//! Changing one's own password, by means of the one before.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::ChangeOwnPassword;

use crate::api::{ApiError, use_api};
use crate::pages::parts::ChosenPassword;
use crate::widgets::{Button, ButtonKind, ErrorNote, FieldSetup, InputKind, Objection, TextField};
use crate::words::{tell, text};

const UNTIL_NOW: FieldSetup = FieldSetup {
    kind: InputKind::Password,
    required: true,
    autocomplete: "current-password",
    spellcheck: false,
};

#[component]
pub(super) fn OwnPassword(at_least: u32, on_done: Callback<()>) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let (before, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let send = Callback::new(move |()| {
        tried.set(true);
        let body = ChangeOwnPassword {
            password: before.get_untracked(),
            new_password: new.get_untracked(),
        };
        let enough = usize::try_from(at_least).unwrap_or_default();
        if busy.get_untracked() || body.password.is_empty() || body.new_password.chars().count() < enough {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api.get_value().change_own_password(&body).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(()) => on_done.run(()),
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    });
    let objections = Signal::derive(move || {
        let missing = tried.get() && before.with(String::is_empty);
        missing
            .then(|| Objection::plain(tell!(screen::password_missing)))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    view! {
        <form class="form" novalidate on:submit=|event| event.prevent_default()>
            {failure}
            <p class="quiet">{text!(factors::password_text)}</p>
            <TextField
                label=text!(factors::password_before)
                value=before
                on_input=move |text| before.set(text)
                setup=UNTIL_NOW
                objections
            />
            <ChosenPassword value=new token=None at_least tried />
            <div>
                <Button
                    label=text!(factors::change_password)
                    kind=ButtonKind::Primary
                    busy=busy
                    submit=true
                    on_press=send
                />
            </div>
        </form>
    }
    .into_any()
}
