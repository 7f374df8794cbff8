//! The organisation's shared browsers, for whoever administers everybody: this one is made one of them here.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::device::SharedDevice;
use shared::edit::Edit;
use shared::wire::{DeviceList, Proposal, Topic};

use crate::api::{Api, ApiError, use_api};
use crate::dates;
use crate::live;
use crate::pages::parts::fetched;
use crate::session::use_session;
use crate::widgets::{
    Badge, Button, ButtonKind, ConfirmDialog, ErrorNote, FieldSetup, Icon, IconView, InputKind, Objection, Section,
    SkeletonShape, TextField, Toasts, Tone,
};
use crate::words::{spoken, tell, text};

const NAME: FieldSetup = FieldSetup {
    kind: InputKind::Text,
    required: true,
    autocomplete: "off",
    spellcheck: true,
};

/// Which browsers are shared, and whether this one is.
#[component]
pub(crate) fn SharedBrowsers() -> impl IntoView {
    let api = StoredValue::new(use_api());
    let session = use_session();
    let toasts = Toasts::get();
    let known = RwSignal::new(None::<Result<DeviceList, ApiError>>);
    let name = RwSignal::new(String::new());
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let asked = RwSignal::new(None::<SharedDevice>);
    let load_with = move |api: Api| {
        spawn_local(async move {
            let answer = api.devices().await;
            let _ = known.try_set(Some(answer));
        });
    };
    let load = move || load_with(api.get_value());
    load();
    live::hear(&api.get_value(), move |change| {
        if change.touches(Topic::Me) {
            load_with(api.get_value().by_itself());
        }
    });

    let here = Memo::new(move |_| known.with(|known| known.as_ref()?.as_ref().ok()?.here));
    let is_shared = Memo::new(move |_| {
        known.with(|known| match known {
            Some(Ok(list)) => list.devices.iter().any(|device| Some(device.id) == list.here),
            _ => false,
        })
    });
    let propose = move |edit: Edit, enrols: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let proposal = Proposal {
            edit,
            seen_revision: None,
            confirmations: Vec::new(),
            idempotency_key: crate::fresh::id(),
        };
        spawn_local(async move {
            let answer = api.get_value().propose(&proposal).await;
            let _ = busy.try_set(false);
            let _ = asked.try_set(None);
            let is_done = answer.is_ok();
            let _ = failed.try_set(answer.err());
            if !is_done {
                return;
            }
            let _ = name.try_set(String::new());
            let _ = tried.try_set(false);
            if enrols {
                toasts.say(|| tell!(desk::enrolled));
            } else {
                toasts.say(|| tell!(desk::released));
            }
            load();
            // Whether this browser can be locked.
            session.refresh_soon();
        });
    };
    let enrol = Callback::new(move |()| {
        tried.set(true);
        let called = name.with_untracked(|name| name.trim().to_owned());
        let Some(device) = here.get_untracked().filter(|_| !called.is_empty()) else {
            return;
        };
        propose(Edit::EnrolDevice { device, name: called }, true);
    });
    let release = Callback::new(move |()| {
        if let Some(device) = asked.get_untracked() {
            propose(Edit::ReleaseDevice { device: device.id }, false);
        }
    });
    let objections = Signal::derive(move || {
        let missing = tried.get() && name.with(|name| name.trim().is_empty());
        missing
            .then(|| Objection::plain(tell!(reason::name_missing)))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let line = move |device: SharedDevice| {
        let about = tell!(
            desk::since,
            name = &device.enrolled_by,
            date = dates::day(device.enrolled_at)
        );
        let mark =
            (Some(device.id) == here.get()).then(|| view! { <Badge label=text!(desk::this_one) tone=Tone::Gained /> });
        let which = Signal::stored(tell!(desk::release_which, name = &device.name));
        let title = device.name.clone();
        let device = StoredValue::new(device);
        let press = Callback::new(move |()| asked.set(Some(device.get_value())));
        view! {
            <li class="session">
                <span class="session__icon"><IconView icon=Icon::Device /></span>
                <div class="session__words">
                    <p class="session__title"><span>{title}</span>{mark}</p>
                    <p class="session__about">{about}</p>
                </div>
                <Button label=text!(desk::release) about=which busy=busy on_press=press />
            </li>
        }
    };
    let reload = Callback::new(move |()| load());
    let list = move || {
        spoken();
        fetched(known.get(), (SkeletonShape::Lines, 2), reload, |list| {
            if list.devices.is_empty() {
                return view! { <p class="field__hint">{tell!(desk::none)}</p> }.into_any();
            }
            view! { <ul class="sessions">{list.devices.into_iter().map(line).collect_view()}</ul> }.into_any()
        })
    };
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let meaning = move || {
        asked.with(|asked| {
            asked
                .as_ref()
                .map(|device| tell!(desk::release_text, name = &device.name))
        })
    };
    view! {
        <Section title=text!(desk::title) about=text!(desk::about)>
            {list}
            {failure}
            <Show when=move || here.get().is_some() && !is_shared.get()>
                <form class="form" novalidate on:submit=|event| event.prevent_default()>
                    <TextField
                        label=text!(desk::name)
                        value=name
                        on_input=move |text| name.set(text)
                        setup=NAME
                        hint=text!(desk::name_hint)
                        objections
                    />
                    <div class="form__actions">
                        <Button label=text!(desk::enrol) busy=busy submit=true on_press=enrol />
                    </div>
                </form>
            </Show>
        </Section>
        <ConfirmDialog
            open=Signal::derive(move || asked.with(Option::is_some))
            title=text!(desk::release)
            confirm=text!(desk::release)
            kind=ButtonKind::Danger
            busy=busy
            on_confirm=release
            on_close=Callback::new(move |()| asked.set(None))
        >
            <p>{meaning}</p>
        </ConfirmDialog>
    }
    .into_any()
}
