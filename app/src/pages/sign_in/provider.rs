//! Signing in by the organisation's own identity provider. It is offered by the domain of the address that is typed, or by the
//! organisation's own sign-in page; the server says nothing about any person (T2).

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{BeginProvider, ProviderFailure, ProviderView, SECOND_STEP};
use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::api::{Api, ApiError, sleep, use_api};
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::session::use_session;
use crate::widgets::{Button, ButtonKind, ErrorNote, Toasts};
use crate::words::text;

/// Nothing is asked while somebody types on.
const TYPED: Duration = Duration::from_millis(300);

/// Where the provider is gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// In the place of this page.
    Page,
    /// Beside it: somebody's work waits behind this page, and their session has ended.
    SignInBeside,
    /// The same, and they are signed in: the provider is to ask anew who they are.
    ProveBeside,
}

/// The button that leads to the provider, where there is one for this address or this page.
#[component]
pub(super) fn ProviderWay(
    #[prop(into)] email: Signal<String>,
    /// The organisation's own sign-in page.
    link: Option<String>,
    failed: RwSignal<Option<ApiError>>,
    instead: Instead,
) -> impl IntoView {
    let api = use_api();
    let domain = Memo::new(move |_| email.with(|email| domain_of(email)));
    let offered = {
        let api = api.clone();
        LocalResource::new(move || {
            let (api, link, domain) = (api.clone(), link.clone(), domain.get());
            async move { ask(&api, link, domain).await }
        })
    };
    let offered = Memo::new(move |_| offered.get().flatten());
    let busy = RwSignal::new(false);
    let go = move |link: String| {
        if busy.get_untracked() {
            return;
        }
        // Opened at once, while the browser knows that somebody has asked for it; it goes on when the address is there.
        let beside = (instead == Instead::ProveBeside).then(open_beside);
        let Some(goes) = beside.unwrap_or_else(|| Some(window())) else {
            failed.set(Some(ApiError::Unreadable));
            return;
        };
        busy.set(true);
        failed.set(None);
        let (api, typed) = (api.clone(), email.get_untracked());
        let email = Some(typed).filter(|typed| !typed.trim().is_empty());
        spawn_local(async move {
            let error = match api.begin_provider(&BeginProvider { link, email }).await {
                // The page goes; the button stays busy until it has.
                Ok(found) => match goes.location().assign(&found.address) {
                    Ok(()) if instead == Instead::ProveBeside => {
                        let _ = busy.try_set(false);
                        return;
                    }
                    Ok(()) => return,
                    Err(_) => ApiError::Unreadable,
                },
                Err(error) => {
                    if instead == Instead::ProveBeside {
                        let _ = goes.close();
                    }
                    error
                }
            };
            let _ = busy.try_set(false);
            let _ = failed.try_set(Some(error));
        });
    };
    let shown = move |found: ProviderView| {
        let (name, link, named) = (found.name.clone(), found.link.clone(), found.name);
        let about = if found.only && !domain.with_untracked(String::is_empty) {
            text!(provider::only_way, domain = domain.get(), name = &named)
        } else {
            Signal::stored(String::new())
        };
        let label = text!(provider::continue_with, name = &name);
        let way = if instead == Instead::SignInBeside {
            let href = use_navigation().href(&Route::SignIn(Some(link)));
            view! { <a class="button button--primary" href=href target="_blank" rel="noopener">{move || label.get()}</a> }
                .into_any()
        } else {
            let (go, kind) = (go.clone(), kind_of(found.only));
            let press = Callback::new(move |()| go(link.clone()));
            view! { <Button label kind busy on_press=press /> }.into_any()
        };
        view! {
            <div class="form__way">
                {way}
                {move || about.with(|about| (!about.is_empty()).then(|| view! { <p class="field__hint">{about.clone()}</p> }))}
            </div>
        }
        .into_any()
    };
    match instead {
        Instead::Page => {}
        Instead::SignInBeside => come_back(false),
        Instead::ProveBeside => come_back(true),
    }
    move || offered.get().map(&shown)
}

/// Who has signed in beside this page goes on here; whose session goes on, once they have proved who they are.
fn come_back(is_signed_in: bool) {
    let session = use_session();
    let api = StoredValue::new(use_api());
    let listener = window_event_listener(leptos::ev::focus, move |_| {
        spawn_local(async move {
            let Some(api) = api.try_get_value() else { return };
            if !is_signed_in || api.session_state().await.is_ok_and(|state| state.is_proved) {
                // Where nobody is in, nothing changes here.
                let _ = session.proved().await;
            }
        });
    });
    on_cleanup(move || listener.remove());
}

/// A page of its own, which knows nothing of this one.
fn open_beside() -> Option<Window> {
    let opened = window().open_with_url_and_target("", "_blank").ok()??;
    let _ = opened.set_opener(&JsValue::NULL);
    Some(opened)
}

fn kind_of(only: bool) -> ButtonKind {
    if only { ButtonKind::Primary } else { ButtonKind::Plain }
}

async fn ask(api: &Api, link: Option<String>, domain: String) -> Option<ProviderView> {
    let asked = match (link, domain.is_empty()) {
        (Some(link), _) => ("link", link),
        (None, false) => {
            sleep(TYPED).await;
            ("domain", domain)
        }
        (None, true) => return None,
    };
    // Where nothing can be said there is still the password.
    api.sign_in_ways(asked.0, &asked.1).await.ok()?.provider
}

/// What stands after the @, once it can be a domain.
fn domain_of(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((_, domain)) if domain.trim().trim_end_matches('.').contains('.') => domain.trim().to_lowercase(),
        _ => String::new(),
    }
}

/// Why the provider let nobody in, and what to do.
#[component]
pub(super) fn ProviderTrouble(why: ProviderFailure) -> impl IntoView {
    let (happened, next) = told(why);
    view! { <ErrorNote happened next /> }
}

/// The same to somebody who is signed in all the same: what they wanted to prove is not proved.
pub(crate) fn warn_of_trouble() {
    if let Some(why) = trouble() {
        let (happened, next) = told(why);
        let said = format!("{}. {}", happened.get_untracked(), next.get_untracked());
        Toasts::get().warn(move || said.clone());
    }
}

fn told(why: ProviderFailure) -> (Signal<String>, Signal<String>) {
    match why {
        ProviderFailure::Cancelled => (text!(provider::cancelled), text!(provider::cancelled_next)),
        ProviderFailure::Expired => (text!(provider::expired), text!(provider::expired_next)),
        ProviderFailure::Unreachable => (
            text!(problem::provider_unreachable),
            text!(problem::provider_unreachable_detail),
        ),
        ProviderFailure::Refused => (text!(provider::refused), text!(provider::refused_next)),
        ProviderFailure::AddressNotVerified => (text!(provider::not_verified), text!(provider::not_verified_next)),
        ProviderFailure::NoAccount => (text!(provider::no_account), text!(provider::no_account_next)),
        ProviderFailure::InvitationFirst => (
            text!(provider::invitation_first),
            text!(provider::invitation_first_next),
        ),
        ProviderFailure::OtherAccount => (text!(provider::other_account), text!(provider::other_account_next)),
        ProviderFailure::NotAsked => (text!(provider::not_asked), text!(provider::not_asked_next)),
    }
}

/// What the server said after the sign # when it led here.
fn said() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

pub(super) fn trouble() -> Option<ProviderFailure> {
    ProviderFailure::of_word(&said())
}

/// Whether it led here for the second factor that has to follow.
pub(super) fn second_step_wanted() -> bool {
    said() == SECOND_STEP
}
