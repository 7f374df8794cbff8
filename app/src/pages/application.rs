//! The whole application: sign-in, or the shell with the screen that is asked for.

use leptos::prelude::*;
use shared::text::Language;

use super::screens::{Mine, Screen};
use super::shell::Shell;
use super::sign_in::{SignInAgain, SignInPage, warn_of_trouble};
use crate::api::ApiError;
use crate::language::use_speech;
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::session::{Session, SignedIn, use_session};
use crate::theme::Theme;
use crate::widgets::{ErrorNote, Skeleton, ToastStack, Toasts};
use crate::words::{spoken, text};

/// Everything below the element that the application is mounted in.
#[component]
pub(crate) fn Application() -> impl IntoView {
    Toasts::provide();
    let theme = Theme::provide();
    let tag = move || spoken().map(Language::tag);
    if use_navigation().owns_window() {
        Effect::new(move |_| {
            let page = web_sys::window().and_then(|window| window.document()?.document_element());
            if let (Some(page), Some(tag)) = (page, tag()) {
                // An attribute of this name can always be set.
                let _ = page.set_attribute("lang", tag);
            }
        });
    }
    view! {
        <div class="lanyard" data-theme=move || theme.word() lang=tag>
            {once_there_are_words(|| view! { <Screens /> }.into_any())}
        </div>
    }
    .into_any()
}

/// Nothing is painted before there are words for it; a change of the language draws nothing anew.
pub(super) fn once_there_are_words(screens: fn() -> AnyView) -> AnyView {
    let speech = use_speech();
    let has_words = Memo::new(move |_| spoken().is_some());
    let inside = move || {
        if has_words.get() {
            untrack(screens)
        } else {
            match speech.failed().get() {
                None => view! { <div class="page page--reading"><Skeleton /></div> }.into_any(),
                Some(error) => without_words(&error, Callback::new(move |()| speech.load())),
            }
        }
    };
    inside.into_any()
}

/// The only words that are not in a catalogue: those that say that no catalogue came.
fn without_words(error: &ApiError, again: Callback<()>) -> AnyView {
    let (happened, action) = match error {
        ApiError::Unreadable => (
            "This page is out of date · Cette page n’est plus à jour · Esta página está desactualizada",
            "Reload it · Rechargez-la · Vuelva a cargarla",
        ),
        _ => (
            "No connection · Pas de connexion · Sin conexión",
            "Try again · Réessayer · Reintentar",
        ),
    };
    view! {
        <div class="page page--reading">
            <ErrorNote happened action on_action=again />
        </div>
    }
    .into_any()
}

#[component]
fn Screens() -> impl IntoView {
    let session = use_session();
    let state = session.state();
    // The shell lasts as long as the same person is there: their work outlives a session that ran out.
    let person = Memo::new(move |_| session.me().with(|me| me.as_ref().map(|me| me.user.id)));
    let navigation = use_navigation();
    let route = navigation.route();
    // What a mailed link leads to is there for whoever opens it, signed in or not.
    let by_link = Memo::new(move |_| route.with(|route| matches!(route, Route::Account(_)).then(|| Screen::of(route))));
    Effect::new(move |_| {
        if state.get() == SignedIn::Someone && route.with(|route| matches!(route, Route::SignIn(_))) {
            warn_of_trouble();
            navigation.replace(Route::default());
        }
    });
    // Where people share a browser, nobody sees what the one before had on the screen.
    let is_locked = Memo::new(move |_| {
        let is_shared = session
            .me()
            .with(|me| me.as_ref().is_some_and(|me| me.shared_browser.is_some()));
        is_shared && state.get() == SignedIn::Nobody
    });
    let is_hidden =
        Memo::new(move |_| by_link.get().is_some() || state.get() == SignedIn::MustSetUp || is_locked.get());
    let outside = move || {
        if let Some(screen) = by_link.get() {
            return untrack(|| screen.view().into_any());
        }
        // Who was here signs in over their work.
        if person.get().is_some() && state.get() == SignedIn::Nobody && !is_locked.get() {
            return ().into_any();
        }
        without_link(state.get(), session)
    };
    view! {
        {move || {
            person
                .get()
                .map(|_| view! { <div class="shell" style:display=move || is_hidden.get().then_some("none")><Shell /></div> })
        }}
        {outside}
        {move || (!is_hidden.get()).then(|| view! { <SignInAgain /> })}
        <ToastStack />
    }
    .into_any()
}

fn without_link(state: SignedIn, session: Session) -> AnyView {
    match state {
        SignedIn::Someone => ().into_any(),
        SignedIn::Nobody => view! { <SignInPage /> }.into_any(),
        SignedIn::MustSetUp => untrack(|| super::screens::mine(Mine::SetUp)),
        SignedIn::Asking => view! { <div class="page page--reading"><Skeleton /></div> }.into_any(),
        SignedIn::Unknown(error) => unknown(&error, Callback::new(move |()| session.load())),
    }
}

/// Where the server could not be asked who is there.
pub(super) fn unknown(error: &ApiError, again: Callback<()>) -> AnyView {
    let (happened, next) = (error.title(), error.detail());
    view! {
        <div class="page page--reading">
            <ErrorNote happened next action=text!(screen::try_again) on_action=again />
        </div>
    }
    .into_any()
}
