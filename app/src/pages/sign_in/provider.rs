//! Signing in by the organisation's own identity provider. It is offered by the domain of the address that is typed, or by the
//! organisation's own sign-in page; the server says nothing about any person (T2).

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::{BeginProvider, ProviderFailure, ProviderView};

use crate::api::{Api, ApiError, sleep, use_api};
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::session::use_session;
use crate::widgets::{Button, ButtonKind, ErrorNote};
use crate::words::text;

/// Nothing is asked while somebody types on.
const TYPED: Duration = Duration::from_millis(300);

/// The button that leads to the provider, where there is one for this address or this page.
#[component]
pub(super) fn ProviderWay(
    #[prop(into)] email: Signal<String>,
    /// The organisation's own sign-in page.
    link: Option<String>,
    failed: RwSignal<Option<ApiError>>,
    /// Somebody's work waits behind this page: it must not be left.
    ended: bool,
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
        busy.set(true);
        failed.set(None);
        let (api, typed) = (api.clone(), email.get_untracked());
        let email = Some(typed).filter(|typed| !typed.trim().is_empty());
        spawn_local(async move {
            let error = match api.begin_provider(&BeginProvider { link, email }).await {
                // The page goes; the button stays busy until it has.
                Ok(found) => match window().location().assign(&found.address) {
                    Ok(()) => return,
                    Err(_) => ApiError::Unreadable,
                },
                Err(error) => error,
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
        let way = if ended {
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
    if ended {
        come_back();
    }
    move || offered.get().map(&shown)
}

/// Who has signed in beside this page goes on here.
fn come_back() {
    let session = use_session();
    let listener = window_event_listener(leptos::ev::focus, move |_| session.refresh_soon());
    on_cleanup(move || listener.remove());
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
    let (happened, next) = match why {
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
    };
    view! { <ErrorNote happened next /> }
}

/// What the server said after the sign # when it led here.
pub(super) fn trouble() -> Option<ProviderFailure> {
    let hash = window().location().hash().ok()?;
    ProviderFailure::of_word(hash.trim_start_matches('#'))
}
