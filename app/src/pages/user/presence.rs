//! Who else is at the same user, and that they have changed something meanwhile.

use std::time::Duration;

use leptos::leptos_dom::helpers::set_interval_with_handle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::UserId;
use shared::wire::{AtUser, OtherHere};

use crate::api::use_api;
use crate::edit_session::EditSession;
use crate::fresh;
use crate::widgets::{Button, Icon, IconView};
use crate::words::{tell, text};

/// The server forgets a page after seven seconds.
const EVERY: Duration = Duration::from_secs(3);

/// "Ada Reyes is here too, editing".
#[component]
pub(super) fn AlsoHere(user: UserId, #[prop(into)] editing: Signal<bool>) -> impl IntoView {
    let api = StoredValue::new(use_api().by_itself());
    let page = fresh::id();
    let others = RwSignal::new(Vec::<OtherHere>::new());
    let say = move |leaving: bool| {
        let at = AtUser {
            page,
            editing: editing.try_get_untracked().unwrap_or_default(),
            leaving,
        };
        let Some(api) = api.try_get_value() else { return };
        spawn_local(async move {
            // Where it does not come through, nobody is there for a while; the next time says it again.
            let people = api.meet(user, &at).await.map(|here| here.people).unwrap_or_default();
            if others.try_with_untracked(|before| *before != people) == Some(true) {
                others.set(people);
            }
        });
    };
    let is_hidden = || {
        web_sys::window()
            .and_then(|window| window.document())
            .is_some_and(|document| document.hidden())
    };
    // At once, again when something is changed or saved, and every few seconds while somebody looks.
    Effect::new(move |_| {
        editing.track();
        say(false);
    });
    let timer = set_interval_with_handle(
        move || {
            if !is_hidden() {
                say(false);
            }
        },
        EVERY,
    )
    .ok();
    let left = window_event_listener(leptos::ev::pagehide, move |_| say(true));
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
        left.remove();
        say(true);
    });
    let line = |other: OtherHere| {
        let name = other.name.unwrap_or_else(|| tell!(live::somebody));
        if other.editing {
            tell!(live::here_editing, name = &name)
        } else {
            tell!(live::here, name = &name)
        }
    };
    let lines = move || others.get().into_iter().map(line).collect::<Vec<_>>().join(" · ");
    view! {
        <p class="also-here" role="status" class:is-empty=move || others.with(Vec::is_empty)>
            <Show when=move || others.with(|others| !others.is_empty())>
                <IconView icon=Icon::People />
                <span>{lines}</span>
            </Show>
        </p>
    }
    .into_any()
}

/// Somebody has saved the same user while something is changed here: said before saving, and nothing is overwritten (X6).
#[component]
pub(super) fn NewerHint(session: EditSession) -> impl IntoView {
    let ahead = session.ahead();
    let compare = Callback::new(move |()| session.compare());
    view! {
        <Show when=move || ahead.with(Option::is_some)>
            <div class="note tone-attention" role="alert">
                <IconView icon=Icon::Alert />
                <div class="note__text">
                    <p class="note__title">{text!(screen::changed_by_other)}</p>
                    <p>{text!(live::newer_text)}</p>
                    <Button label=text!(live::compare) on_press=compare />
                </div>
            </div>
        </Show>
    }
    .into_any()
}
