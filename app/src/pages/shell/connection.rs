//! Thin bars at the top: while the server cannot be reached, and when a newer version of the app is there.

use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::{set_interval_with_handle, window_event_listener};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Event;

use crate::api::{sleep, use_api};
use crate::dates;
use crate::fresh;
use crate::navigation::use_navigation;
use crate::widgets::{Button, Icon, IconView};
use crate::words::{tell, text};

const ASK_AGAIN: Duration = Duration::from_secs(3);
/// How often it is looked whether something is still unsaved.
const LOOK: Duration = Duration::from_secs(1);

/// A thin bar while the server cannot be reached; looks for it again by itself.
#[component]
pub(super) fn ConnectionBar() -> impl IntoView {
    let api = use_api();
    let (connected, kept) = (api.connected(), api.kept());
    let asking = StoredValue::new(false);
    Effect::new(move |_| {
        if connected.get() || asking.get_value() {
            return;
        }
        asking.set_value(true);
        let api = api.clone();
        spawn_local(async move {
            loop {
                sleep(ASK_AGAIN).await;
                if api.reach().await || asking.try_get_value().is_none() {
                    break;
                }
            }
            let _ = asking.try_update_value(|asking| *asking = false);
        });
    });
    // What was kept of earlier answers is told with its age.
    let words = move || match kept.get() {
        Some(at) => tell!(live::kept, when = dates::ago(at, fresh::now())),
        None => tell!(screen::offline),
    };
    view! {
        <div role="status">
            <Show when=move || !connected.get()>
                <div class="offline">
                    <IconView icon=Icon::Offline />
                    <span>{words}</span>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// A newer version waits (index.html says so) until the person takes it, and never in the middle of an edit.
#[component]
pub(super) fn UpdateBar() -> impl IntoView {
    let navigation = use_navigation();
    let there = RwSignal::new(is_announced());
    let unsaved = RwSignal::new(false);
    let listener = window_event_listener(ev::Custom::<Event>::new("lanyard-update"), move |_| there.set(true));
    let timer = set_interval_with_handle(
        move || {
            if there.get_untracked() && unsaved.get_untracked() != navigation.has_unsaved() {
                unsaved.set(navigation.has_unsaved());
            }
        },
        LOOK,
    )
    .ok();
    on_cleanup(move || {
        listener.remove();
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    let reload = Callback::new(move |()| {
        if !navigation.has_unsaved() {
            take();
        }
    });
    view! {
        <div role="status">
            <Show when=move || there.get()>
                <div class="offline is-update">
                    <span>{move || if unsaved.get() { tell!(live::new_version_later) } else { tell!(live::new_version) }}</span>
                    <Show when=move || !unsaved.get()>
                        <Button label=text!(live::reload) on_press=reload />
                    </Show>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

fn is_announced() -> bool {
    web_sys::window()
        .and_then(|window| window.document()?.document_element())
        .is_some_and(|page| page.has_attribute("data-update"))
}

/// Lets the waiting version take over; the page is loaded anew when it has.
fn take() {
    let event = Event::new("lanyard-take-update").ok();
    if let (Some(window), Some(event)) = (web_sys::window(), event) {
        // Nobody stops this event.
        let _ = window.dispatch_event(&event);
    }
}
