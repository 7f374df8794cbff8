//! Mounting into an element that is given: on a page, or inside a shadow root in someone else's.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::components::Router;
use shared::text::Language;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::api::{Api, Credentials};
use crate::host::{Host, Port};
use crate::language::Speech;
use crate::navigation::Navigation;
use crate::pages::{Application, Screen, WidgetScreens};
use crate::route::Route;
use crate::session::Session;
use crate::words::Tongue;

/// Mounts the application as the page itself: it follows the address bar.
pub(crate) fn mount_page(element: HtmlElement) {
    leptos::mount::mount_to(element, || {
        let api = Api::new("", Credentials::SameOrigin);
        view! { <Router><Page api/></Router> }.into_any()
    })
    .forget();
}

/// One element of a host's page: it lives until it is freed.
#[wasm_bindgen]
pub struct Widget {
    host: Host,
    tongue: Tongue,
    speech: Speech,
    session: Session,
    navigation: Navigation,
    /// Takes everything down when it is dropped.
    _mounted: Box<dyn Any>,
}

/// Mounts one job of the application (`users`, `user`, `roles`, `activity`) into `element`, inside a shadow root, and leaves
/// the address bar alone. `server` is the origin of the server. Called by `widget.js` alone.
#[wasm_bindgen(js_name = mountWidget)]
pub fn mount_widget(element: HtmlElement, server: String, job: String, port: Port) -> Widget {
    let made = Rc::new(Cell::new(None));
    let tell = Rc::clone(&made);
    let root = element.clone();
    let mounted = leptos::mount::mount_to(element, move || {
        let host = Host::new(port, &job);
        let api = Api::new(&server, Credentials::Token(host));
        provide_context(host);
        let tongue = api.tongue().clone();
        let navigation = Navigation::of_widget(host);
        let (speech, session) = provide(api, navigation, Some(host));
        tell.set(Some((host, tongue, speech, session, navigation)));
        view! { <WidgetScreens root /> }.into_any()
    });
    let (host, tongue, speech, session, navigation) = made.take().expect("what is mounted is made at once");
    Widget {
        host,
        tongue,
        speech,
        session,
        navigation,
        _mounted: Box::new(mounted),
    }
}

#[wasm_bindgen]
impl Widget {
    /// Follows an attribute of the element.
    pub fn set(&self, name: &str, value: Option<String>) {
        match name {
            "locale" => self.speech.fix(value.as_deref().and_then(Language::of_tag)),
            "readonly" => self.host.read_only().set(value.is_some()),
            "site" => {
                let here = self.navigation.route().get_untracked();
                if let Some(there) = self.host.begin_with(value.as_deref(), here) {
                    self.navigation.replace(there);
                }
            }
            "user" if self.host.is_of_person() => self.host.asks(|| self.go_home()), // not a role
            _ => {}
        }
    }

    fn go_home(&self) {
        self.navigation.replace(self.host.home());
    }

    /// Somebody acts on the element: what is told now is told in its language.
    pub fn turn(&self) {
        self.tongue.take_turn();
    }

    /// Opens a person.
    pub fn open(&self, user: &str) {
        if let Ok(user) = user.parse() {
            self.host.asks(|| self.navigation.go(Route::user(user)));
        }
    }

    /// Begins an invitation.
    pub fn invite(&self) {
        self.navigation.go(Route::invite());
    }

    /// Reads everything anew; what is being edited stays.
    pub fn refresh(&self) {
        self.session.refresh_soon();
        if !self.navigation.has_unsaved() {
            self.host.again().update(|times| *times = times.wrapping_add(1));
        }
    }
}

#[component]
fn Page(api: Api) -> impl IntoView {
    provide(api, Navigation::of_page(""), None);
    view! { <Application/> }.into_any()
}

fn provide(api: Api, navigation: Navigation, host: Option<Host>) -> (Speech, Session) {
    // Side by side with who is signed in.
    navigation.route().with_untracked(Screen::of).prepare();
    api.tongue().provide(host.is_none());
    let speech = Speech::new(api.clone(), host);
    let session = Session::new(api.clone(), speech);
    provide_context(api);
    provide_context(navigation);
    provide_context(speech);
    provide_context(session);
    speech.load();
    session.load();
    (speech, session)
}
