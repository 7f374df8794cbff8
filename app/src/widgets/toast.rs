//! Short messages after something was done, with a way back where there is one.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, IconView};
use crate::words::text;

/// How long a message stays; long enough to be read and to reach "Undo".
const SHOWN_FOR: Duration = Duration::from_secs(8);

/// Tells something in the language that is read now: a message outlives the screen that it is from, and may be on the
/// screen while another language is chosen.
type Tell = Arc<dyn Fn() -> String + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u32,
    icon: Icon,
    text: Tell,
    action: Option<(Tell, Callback<()>)>,
}

/// Where messages are put. Made once for each mounted app and given on as a context.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Makes it and provides it as a context.
    pub(crate) fn provide() -> Self {
        let toasts = Self {
            list: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        };
        provide_context(toasts);
        toasts
    }

    /// The one of this app.
    pub(crate) fn get() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// Says that something was done.
    pub(crate) fn say(self, text: impl Fn() -> String + Send + Sync + 'static) {
        self.add(Icon::Check, Arc::new(text), None);
    }

    /// Says that something could not be done.
    pub(crate) fn warn(self, text: impl Fn() -> String + Send + Sync + 'static) {
        self.add(Icon::Alert, Arc::new(text), None);
    }

    /// Says it with something to press: "Undo".
    pub(crate) fn offer(
        self,
        text: impl Fn() -> String + Send + Sync + 'static,
        action: impl Fn() -> String + Send + Sync + 'static,
        on_press: Callback<()>,
    ) {
        self.add(Icon::Check, Arc::new(text), Some((Arc::new(action), on_press)));
    }

    /// Takes all of them away: whoever comes next has no business with what was done before.
    pub(crate) fn clear(self) {
        self.list.set(Vec::new());
    }

    fn add(self, icon: Icon, text: Tell, action: Option<(Tell, Callback<()>)>) {
        // The element that it would be said in may be gone.
        let Some(id) = self.next.try_get_value() else { return };
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| list.push(Toast { id, icon, text, action }));
        set_timeout(move || self.remove(id), SHOWN_FOR);
    }

    fn remove(self, id: u32) {
        // The app may be gone by the time the message is due to go.
        let _ = self.list.try_update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Shows the messages; placed once, at the end of the app.
#[component]
pub(crate) fn ToastStack() -> impl IntoView {
    let toasts = Toasts::get();
    let toast = move |toast: Toast| {
        let id = toast.id;
        view! {
            <div class="toast" part="toast">
                <IconView icon=toast.icon />
                <span class="toast__text">{move || (toast.text)()}</span>
                {toast.action.map(|(label, on_press)| {
                    view! {
                        <button
                            type="button"
                            class="toast__action"
                            on:click=move |_| {
                                toasts.remove(id);
                                on_press.run(());
                            }
                        >
                            {move || label()}
                        </button>
                    }
                })}
                <button type="button" class="toast__close" aria-label=text!(screen::dismiss) on:click=move |_| toasts.remove(id)>
                    <IconView icon=Icon::Clear />
                </button>
            </div>
        }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id children=toast />
        </div>
    }
    .into_any()
}
