//! What works without being signed in, by a link that was mailed: accepting an invitation, choosing a new password; and
//! asking for such a mail (D6, M10, T7).

mod forgot;
mod new_password;
mod welcome;

use leptos::prelude::*;

use crate::route::AccountPart;

/// The screen of this part.
#[component]
pub(crate) fn AccountPage(part: AccountPart) -> impl IntoView {
    // A newer link that is opened in the same tab changes nothing but what stands after #: the screen begins anew.
    let newest = RwSignal::new(token());
    let listener = window_event_listener(leptos::ev::hashchange, move |_| newest.set(token()));
    on_cleanup(move || listener.remove());
    match part {
        AccountPart::Welcome => (move || view! { <welcome::Welcome token=newest.get() /> }).into_any(),
        AccountPart::NewPassword => (move || view! { <new_password::NewPassword token=newest.get() /> }).into_any(),
        AccountPart::Forgot => view! { <forgot::Forgot /> }.into_any(),
    }
}

/// The token of the link that was opened: what stands after # in the address, which no server is ever sent.
fn token() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}
