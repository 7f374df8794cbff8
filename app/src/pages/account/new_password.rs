//! Choosing a new password by a link that was mailed (T7).

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{LinkState, LinkToken, ResetPassword, ResetView};

use super::welcome::ToSignIn;
use crate::api::{Api, ApiError};
use crate::language::LanguageChoice;
use crate::navigation::{Link, use_navigation};
use crate::pages::parts::ChosenPassword;
use crate::route::{AccountPart, Route};
use crate::session::use_session;
use crate::widgets::{Button, ButtonKind, ErrorNote, PageHeader, Skeleton};
use crate::words::text;

#[component]
pub(super) fn NewPassword(token: String) -> impl IntoView {
    let api: Api = expect_context();
    let seen = RwSignal::new(None::<Result<ResetView, ApiError>>);
    let asking = token.clone();
    let load = Callback::new(move |()| {
        let (api, token) = (api.clone(), asking.clone());
        spawn_local(async move {
            let answer = api.open_reset(&LinkToken { token }).await;
            let _ = seen.try_set(Some(answer));
        });
    });
    load.run(());
    let inside = move || match seen.get() {
        None => view! { <Skeleton rows=3 /> }.into_any(),
        Some(Err(error)) if error.status() != Some(404) => view! {
            <ErrorNote happened=error.title() next=error.detail() action=text!(screen::try_again) on_action=load />
        }
        .into_any(),
        Some(Ok(view)) if view.state == LinkState::Open => view! { <Choose view token=token.clone() /> }.into_any(),
        Some(_) => view! {
            <PageHeader title=text!(account::reset_over) about=text!(account::reset_over_next) />
            <Link to=Signal::stored(Route::Account(AccountPart::Forgot)) class="button button--primary">
                {text!(account::ask_another_mail)}
            </Link>
            <ToSignIn />
            <LanguageChoice />
        }
        .into_any(),
    };
    view! { <main class="centred"><div class="panel form">{inside}</div></main> }.into_any()
}

#[component]
fn Choose(view: ResetView, token: String) -> impl IntoView {
    let api: Api = expect_context();
    let (session, navigation) = (use_session(), use_navigation());
    let password = RwSignal::new(String::new());
    let (busy, tried, done) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<ApiError>);
    let (sent_token, at_least) = (token.clone(), view.at_least);
    let save = Callback::new(move |()| {
        tried.set(true);
        let long_enough = password.with_untracked(|password| password.chars().count()) >= at_least as usize;
        if busy.get_untracked() || !long_enough {
            return;
        }
        busy.set(true);
        let body = ResetPassword {
            token: sent_token.clone(),
            password: password.get_untracked(),
        };
        let api = api.clone();
        spawn_local(async move {
            let answer = api.reset_password(&body).await;
            let _ = busy.try_set(false);
            let _ = done.try_set(answer.is_ok());
            let _ = failed.try_set(answer.err());
        });
    });
    let to_sign_in = Callback::new(move |()| {
        // Every session of the account has ended; whoever else was signed in here still is.
        session.load();
        navigation.replace(Route::default());
    });
    let failure = move || {
        failed
            .get()
            .map(|error| view! { <ErrorNote happened=error.title() next=error.detail() /> })
    };
    let email = view.login_email;
    let inside = move || {
        let (token, email) = (token.clone(), email.clone());
        let username = email.clone();
        if done.get() {
            return view! {
                <div role="status">
                    <PageHeader title=text!(account::password_saved) about=text!(account::password_saved_next, email = &email) />
                </div>
                <Button label=text!(account::to_sign_in) kind=ButtonKind::Primary on_press=to_sign_in />
            }
            .into_any();
        }
        view! {
            <form class="form" novalidate on:submit=|event| event.prevent_default()>
                <PageHeader title=text!(account::choose_new_password) about=text!(account::choose_about, email = &email) />
                {failure}
                <input class="visually-hidden" type="email" autocomplete="username" tabindex="-1" aria-hidden="true" readonly value=username />
                <ChosenPassword value=password token=Some(token) at_least=at_least tried=tried />
                <Button label=text!(account::save_password) kind=ButtonKind::Primary busy=busy submit=true on_press=save />
                <LanguageChoice />
            </form>
        }
        .into_any()
    };
    inside.into_any()
}
