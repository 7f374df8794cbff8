//! The lock screen of a shared browser: who goes on, and their PIN. What the one before had on the screen is out of sight.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{PersonHere, SharedHere};
use wasm_bindgen::JsCast as _;

use super::PIN;
use crate::api::{ApiError, use_api};
use crate::language::LanguageChoice;
use crate::session::use_session;
use crate::widgets::{Avatar, Button, ButtonKind, ErrorNote, PageHeader, TextField, Toasts};
use crate::words::{tell, text};

/// Who may go on here; and with a password instead.
#[component]
pub(crate) fn Desk(here: RwSignal<Option<SharedHere>>, on_password: Callback<()>) -> impl IntoView {
    // Messages name people, and may take back what was done to them.
    Toasts::get().clear();
    let chosen = RwSignal::new(None::<PersonHere>);
    let place = Signal::derive(move || {
        here.with(|here| {
            here.as_ref()
                .map(|here| format!("{} · {}", here.organisation, here.name))
                .unwrap_or_default()
        })
    });
    let one = move |person: PersonHere| {
        let name = person.name.clone();
        let shown = Signal::stored(name.clone());
        view! {
            <li>
                <button type="button" class="desk__person" on:click=move |_| chosen.set(Some(person.clone()))>
                    <Avatar name=shown />
                    <span>{name}</span>
                </button>
            </li>
        }
    };
    let all = move || {
        view! {
            <PageHeader title=text!(desk::choose) about=place />
            <ul class="desk">
                {move || here.get().into_iter().flat_map(|here| here.people).map(one).collect_view()}
            </ul>
        }
        .into_any()
    };
    let inside = move || match chosen.get() {
        None => all(),
        Some(person) => view! { <PinForm person on_back=Callback::new(move |()| chosen.set(None)) /> }.into_any(),
    };
    view! {
        <div class="form">
            {inside}
            <Button label=text!(desk::with_password) kind=ButtonKind::Quiet on_press=on_password />
            <LanguageChoice />
        </div>
    }
    .into_any()
}

#[component]
fn PinForm(person: PersonHere, on_back: Callback<()>) -> impl IntoView {
    let api = StoredValue::new(use_api());
    let session = use_session();
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let (user, name) = (person.user, StoredValue::new(person.name));
    let go_on = Callback::new(move |()| {
        let pin = typed.with_untracked(|typed| typed.trim().to_owned());
        if busy.get_untracked() || pin.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = match api.get_value().go_on_with_pin(user, pin).await {
                Ok(()) => session.enter().await,
                Err(error) => Err(error),
            };
            // Once somebody is in, this screen is gone.
            let _ = busy.try_set(false);
            if let Err(error) = answer {
                let _ = typed.try_set(String::new());
                let _ = failed.try_set(Some(error));
            }
        });
    });
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        // The field is there in the next frame.
        request_animation_frame(move || {
            let field = form
                .try_get_untracked()
                .flatten()
                .and_then(|form| form.query_selector("input").ok().flatten())
                .and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(field) = field {
                // What cannot take the focus leaves it where it is.
                let _ = field.focus();
            }
        });
    });
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let label = Signal::derive(move || tell!(desk::pin_of, name = name.get_value()));
    view! {
        <form class="form" novalidate node_ref=form on:submit=|event| event.prevent_default()>
            <PageHeader title=Signal::derive(move || name.get_value()) />
            {failure}
            <TextField label value=typed on_input=move |text| typed.set(text) setup=PIN />
            <Button label=text!(desk::go_on) kind=ButtonKind::Primary busy=busy submit=true on_press=go_on />
            <Button label=text!(desk::someone_else) on_press=on_back />
        </form>
    }
    .into_any()
}
