//! The whole application: sign-in, or the shell with the screen that is asked for.

use leptos::prelude::*;

use super::shell::Shell;
use super::sign_in::SignInPage;
use crate::session::{SignedIn, use_session};
use crate::theme::Theme;
use crate::widgets::{ErrorNote, Skeleton, ToastStack, Toasts};

/// Everything below the element that the application is mounted in.
#[component]
pub(crate) fn Application() -> impl IntoView {
    let session = use_session();
    Toasts::provide();
    let theme = Theme::provide();
    let state = session.state();
    // The shell lasts as long as the same person is there: their work outlives a session that ran out.
    let person = Memo::new(move |_| session.me().with(|me| me.as_ref().map(|me| me.user.id)));
    let is_hidden = Memo::new(move |_| state.get() == SignedIn::Nobody);
    let outside = move || match state.get() {
        SignedIn::Someone => ().into_any(),
        SignedIn::Nobody => view! { <SignInPage /> }.into_any(),
        SignedIn::Asking => view! { <div class="page page--reading"><Skeleton /></div> }.into_any(),
        SignedIn::Unknown(error) => {
            let (happened, next) = (error.title(), error.detail());
            view! {
                <div class="page page--reading">
                    <ErrorNote happened next action="Try again".to_owned() on_action=Callback::new(move |()| session.load()) />
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="lanyard" data-theme=move || theme.word()>
            {move || {
                person
                    .get()
                    .map(|_| view! { <div class="shell" style:display=move || is_hidden.get().then_some("none")><Shell /></div> })
            }}
            {outside}
            <ToastStack />
        </div>
    }
    .into_any()
}
