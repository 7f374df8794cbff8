//! Mounting into an element that is given: on a page, or inside a shadow root in someone else's.

use leptos::prelude::*;
use leptos_router::components::Router;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::api::{Api, Credentials};
use crate::language::Speech;
use crate::navigation::Navigation;
use crate::pages::{Application, Screen};
use crate::session::Session;

/// Mounts the application as the page itself: it follows the address bar.
pub(crate) fn mount_page(element: HtmlElement) {
    leptos::mount::mount_to(element, || {
        let api = Api::new("", Credentials::SameOrigin);
        view! { <Router><Page api/></Router> }.into_any()
    })
    .forget();
}

/// Mounts the application into `element`, for instance inside a shadow root, and leaves the address bar alone.
///
/// `base_url` is the origin of the server; empty for the page's own. The element takes the application's style sheet
/// from its own surroundings: put a link to it into the shadow root.
#[wasm_bindgen]
pub fn mount_widget(element: HtmlElement, base_url: &str) {
    let credentials = if base_url.is_empty() {
        Credentials::SameOrigin
    } else {
        Credentials::Include
    };
    let api = Api::new(base_url, credentials);
    leptos::mount::mount_to(element, move || {
        provide(api, Navigation::of_widget());
        view! { <Application/> }.into_any()
    })
    .forget();
}

#[component]
fn Page(api: Api) -> impl IntoView {
    provide(api, Navigation::of_page(""));
    view! { <Application/> }.into_any()
}

fn provide(api: Api, navigation: Navigation) {
    // Side by side with who is signed in.
    navigation.route().with_untracked(Screen::of).prepare();
    let speech = Speech::new(api.clone());
    let session = Session::new(api.clone(), speech);
    provide_context(api);
    provide_context(navigation);
    provide_context(speech);
    provide_context(session);
    speech.load();
    session.load();
}
