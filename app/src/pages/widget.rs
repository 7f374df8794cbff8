//! What stands in an element of a host's page: the screens of one job, and what to do where there is no token for them.
//! Nothing of what the host has itself: no sign-in, no navigation, no account.

use leptos::prelude::*;
use shared::text::Language;
use web_sys::HtmlElement;

use super::application::{once_there_are_words, unknown};
use super::shell::Shell;
use crate::host::use_host;
use crate::session::{SignedIn, use_session};
use crate::widgets::{Button, EmptyState, Icon, Skeleton, ToastStack, Toasts};
use crate::words::{spoken, text};

/// Everything in the element `root`, which has the class `lanyard`.
#[component]
pub(crate) fn WidgetScreens(root: HtmlElement) -> impl IntoView {
    Toasts::provide();
    let root = StoredValue::new_local(root);
    Effect::new(move |_| {
        if let Some(tag) = spoken().map(Language::tag) {
            // An attribute of this name can always be set.
            let _ = root.with_value(|root| root.set_attribute("lang", tag));
        }
    });
    once_there_are_words(|| view! { <Screens /> }.into_any())
}

#[component]
fn Screens() -> impl IntoView {
    let session = use_session();
    let state = session.state();
    let host = use_host();
    // As on a page, the work of a person outlives a session that ran out.
    let person = Memo::new(move |_| session.me().with(|me| me.as_ref().map(|me| me.user.id)));
    let is_hidden = Memo::new(move |_| !matches!(state.get(), SignedIn::Someone));
    let is_ready = StoredValue::new(false);
    Effect::new(move |_| {
        if state.get() == SignedIn::Someone && !is_ready.get_value() {
            is_ready.set_value(true);
            if let Some(host) = host {
                host.tell("ready", None);
            }
        }
    });
    let again = Callback::new(move |()| session.load());
    let instead = move || match state.get() {
        SignedIn::Someone => ().into_any(),
        SignedIn::Asking => view! { <div class="page page--reading"><Skeleton /></div> }.into_any(),
        SignedIn::Nobody => view! {
            <div class="page" part="ended">
                <EmptyState title=text!(widget::ended) text=text!(widget::ended_next) icon=Icon::Lock alone=true>
                    <Button label=text!(screen::try_again) on_press=again />
                </EmptyState>
            </div>
        }
        .into_any(),
        SignedIn::MustSetUp => view! {
            <div class="page" part="ended">
                <EmptyState title=text!(widget::set_up) text=text!(widget::set_up_next) icon=Icon::Lock alone=true>
                    <Button label=text!(screen::try_again) on_press=again />
                </EmptyState>
            </div>
        }
        .into_any(),
        SignedIn::Unknown(error) => unknown(&error, again),
    };
    view! {
        {move || {
            person
                .get()
                .map(|_| view! { <div class="shell" style:display=move || is_hidden.get().then_some("none")><Shell /></div> })
        }}
        {instead}
        <ToastStack />
    }
    .into_any()
}
