//! "Search everything": people, screens, roles and sites from wherever one is, by the keyboard alone (⌘K or Ctrl+K).

mod hits;

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::{ev, html};

use self::hits::{Hit, local_hits, people};
use super::screens::finder;
use crate::api::use_api;
use crate::navigation::use_navigation;
use crate::session::use_reader;
use crate::widgets::{Dialog, Icon, IconView, unique_id};
use crate::words::{tell, text};

/// How long a pause in typing is before people are searched.
const PAUSE: Duration = Duration::from_millis(120);

/// The button in the top bar, and what it opens.
#[component]
pub(crate) fn Switcher() -> impl IntoView {
    let open = RwSignal::new(false);
    let owns_window = use_navigation().owns_window();
    if owns_window {
        let listener = window_event_listener(ev::keydown, move |event| {
            let plain = !event.shift_key() && !event.alt_key();
            if plain && (event.meta_key() || event.ctrl_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open.set(true);
            }
        });
        on_cleanup(move || listener.remove());
    }
    view! {
        <button type="button" class="button switch-to" aria-label=text!(screen::search_everything) on:click=move |_| open.set(true)>
            <IconView icon=Icon::Search />
            <span class="switch-to__words">{text!(screen::search_everything)}</span>
            {owns_window.then(|| view! { <kbd class="switch-to__key" aria-hidden="true">{shortcut()}</kbd> })}
        </button>
        <Dialog open=open title=text!(screen::search_everything) on_close=move |()| open.set(false)>
            {finder(open)}
        </Dialog>
    }
    .into_any()
}

/// The keys that open it, as this system writes them.
fn shortcut() -> &'static str {
    let platform = web_sys::window().and_then(|window| window.navigator().platform().ok());
    match platform {
        Some(name) if name.starts_with("Mac") || name.starts_with("iP") => "⌘K",
        _ => "Ctrl K",
    }
}

/// What is in the dialog: what is typed, and what is called that.
#[component]
pub(crate) fn Finder(open: RwSignal<bool>) -> impl IntoView {
    let navigation = use_navigation();
    let facts = use_reader().facts();
    let api = StoredValue::new(use_api());
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<Hit>::new());
    let searching = RwSignal::new(false);
    let active = RwSignal::new(0_usize);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        let _ = timer.try_update_value(|timer| timer.take().inspect(TimeoutHandle::clear));
    };
    on_cleanup(stop);
    let search = move || {
        let (asked, api) = (text.get_untracked(), api.get_value());
        spawn_local(async move {
            let hits = people(&api, &facts.get_untracked(), asked.trim()).await;
            // Something else may be asked for by now.
            if text.try_with_untracked(|now| *now == asked) == Some(true) {
                found.set(hits);
                searching.set(false);
            }
        });
    };
    let input = move |typed: String| {
        stop();
        found.set(Vec::new());
        active.set(0);
        searching.set(!typed.trim().is_empty());
        text.set(typed);
        if searching.get_untracked() {
            timer.set_value(set_timeout_with_handle(search, PAUSE).ok());
        }
    };
    let hits = Memo::new(move |_| {
        let mut hits = facts.with(|facts| text.with(|text| local_hits(facts, text)));
        found.with(|found| hits.extend(found.iter().cloned()));
        hits
    });
    let choose = move |at: usize| {
        if let Some(hit) = hits.with_untracked(|hits| hits.get(at).cloned()) {
            open.set(false);
            navigation.go(hit.to);
        }
    };
    let list = unique_id("hits");
    let option_id = {
        let list = list.clone();
        move |at: usize| format!("{list}-{at}")
    };
    let key = move |event: ev::KeyboardEvent| {
        let (at, count) = (active.get_untracked(), hits.with_untracked(Vec::len));
        match event.key().as_str() {
            "ArrowDown" if count > 0 => active.set((at + 1) % count),
            "ArrowUp" if count > 0 => active.set((at + count - 1) % count),
            "Enter" => choose(at),
            _ => return,
        }
        event.prevent_default();
    };
    // Its code may have come after the dialog was opened and its focus set.
    let typed = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = typed.get() {
            request_animation_frame(move || {
                // A field that is not shown does not take it, and then nobody types either.
                let _ = input.focus();
            });
        }
    });
    let pointed = option_id.clone();
    let option = move |(at, hit): (usize, Hit)| {
        view! {
            <li
                role="option"
                class="hit"
                id=option_id(at)
                aria-selected=move || if active.get() == at { "true" } else { "false" }
                on:click=move |_| choose(at)
            >
                <IconView icon=hit.icon />
                <span class="hit__label">{hit.label}</span>
                <span class="hit__about">{hit.about}</span>
            </li>
        }
        .into_any()
    };
    let nothing = move || (!searching.get() && hits.with(Vec::is_empty)).then(|| tell!(screen::nothing_called_that));
    view! {
        <div class="switcher">
            <input
                type="text"
                node_ref=typed
                role="combobox"
                class="input"
                autocomplete="off"
                spellcheck="false"
                aria-label=text!(screen::search_everything)
                aria-expanded="true"
                aria-autocomplete="list"
                aria-controls=list.clone()
                aria-activedescendant=move || hits.with(|hits| !hits.is_empty()).then(|| pointed(active.get()))
                placeholder=text!(screen::search_placeholder)
                prop:value=move || text.get()
                on:input=move |event| input(event_target_value(&event))
                on:keydown=key
            />
            <ul class="switcher__hits" role="listbox" aria-label=text!(screen::found) id=list>
                {move || hits.get().into_iter().enumerate().map(&option).collect_view()}
            </ul>
            <p class="quiet" role="status">{nothing}</p>
        </div>
    }
    .into_any()
}
