//! Going from screen to screen: by the address bar on a page, by a signal in a widget, and never away from unsaved
//! edits without asking.

use std::rc::Rc;

use leptos::prelude::*;
use shared::ids::SiteId;
use shared::wire::UserQuery;
use wasm_bindgen::JsValue;

use crate::host::Host;
use crate::route::Route;

/// Whether the screen left behind stays in the history of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    Push,
    Replace,
}

type Go = Rc<dyn Fn(&Route, History)>;

/// Where one is, and the way to elsewhere. Taken from the context by [`use_navigation`].
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    route: Memo<Route>,
    go: StoredValue<Go, LocalStorage>,
    address_bar: bool,
    /// The page around this widget, if it is one.
    host: Option<Host>,
    /// How far the list of users was scrolled, and which one it was, when a person of it was opened.
    left: StoredValue<Option<(UserQuery, f64)>>,
    /// The site that the list of users was last about.
    listed_site: StoredValue<Option<SiteId>>,
    /// The list of which everybody is selected when it is opened next.
    selecting: StoredValue<Option<UserQuery>>,
    /// Counts the screens that hold unsaved edits.
    unsaved: RwSignal<Vec<Signal<bool>>>,
    asked: RwSignal<Option<Route>>,
    /// Whether it was the browser's own Back or Forward that asked.
    by_browser: RwSignal<bool>,
}

/// The navigation of this application.
pub(crate) fn use_navigation() -> Navigation {
    expect_context()
}

impl Navigation {
    /// Follows the address bar below `base`.
    pub(crate) fn of_page(base: &'static str) -> Self {
        let place = RwSignal::new(in_address_bar(base));
        let go = move |route: &Route, history: History| {
            write_address_bar(base, route, history);
            place.set(route.clone());
        };
        let navigation = Self::new(Memo::new(move |_| place.get()), Rc::new(go), true);
        // The browser's Back and Forward have moved already when they are heard of.
        let listener = window_event_listener(leptos::ev::popstate, move |_| {
            let route = in_address_bar(base);
            let here = place.get_untracked();
            if navigation.may_leave(&here, &route) {
                place.set(route);
            } else {
                // The address of the screen that stays, until the person has answered.
                write_address_bar(base, &here, History::Push);
                navigation.by_browser.set(true);
                navigation.asked.set(Some(route));
            }
        });
        on_cleanup(move || listener.remove());
        navigation
    }

    /// Keeps the place to itself, tells the page around it where it goes, and leaves the address bar alone.
    pub(crate) fn of_widget(host: Host) -> Self {
        let place = RwSignal::new(host.home());
        let go = move |route: &Route, _| {
            let goes = place.with_untracked(|here| leaves_open(here, route) || host.lets_go(here, route));
            if goes && host.shows(route) {
                // Back where one is: what is there has changed.
                if place.with_untracked(|here| here == route) {
                    host.again().update(|times| *times = times.wrapping_add(1));
                }
                place.set(route.clone());
            }
        };
        Self {
            host: Some(host),
            ..Self::new(Memo::new(move |_| place.get()), Rc::new(go), false)
        }
    }

    fn new(route: Memo<Route>, go: Go, address_bar: bool) -> Self {
        Self {
            route,
            go: StoredValue::new_local(go),
            address_bar,
            host: None,
            left: StoredValue::new(None),
            listed_site: StoredValue::new(None),
            selecting: StoredValue::new(None),
            unsaved: RwSignal::new(Vec::new()),
            asked: RwSignal::new(None),
            by_browser: RwSignal::new(false),
        }
    }

    /// The screen that is shown.
    pub(crate) fn route(self) -> Memo<Route> {
        self.route
    }

    /// Goes to a screen; asks first when edits would be lost.
    pub(crate) fn go(self, route: Route) {
        self.go_with(route, History::Push);
    }

    /// Goes to a screen without leaving a step in the browser's history.
    pub(crate) fn replace(self, route: Route) {
        self.go_with(route, History::Replace);
    }

    fn go_with(self, route: Route, history: History) {
        if self.may_leave(&self.route.get_untracked(), &route) {
            self.go.with_value(|go| go(&route, history));
        } else {
            self.by_browser.set(false);
            self.asked.set(Some(route));
        }
    }

    fn may_leave(self, from: &Route, to: &Route) -> bool {
        leaves_open(from, to) || !self.has_unsaved()
    }

    /// Goes without asking: what was unsaved has just been saved, or the person said so.
    pub(crate) fn go_anyway(self, route: Route) {
        self.asked.set(None);
        self.unsaved.set(Vec::new());
        self.go.with_value(|go| go(&route, History::Push));
    }

    /// Goes where the person wanted to, what is unsaved being given up.
    pub(crate) fn discard(self) {
        let Some(route) = self.asked.get_untracked() else {
            return;
        };
        let history = web_sys::window().and_then(|window| window.history().ok());
        match history.filter(|_| self.by_browser.get_untracked()) {
            Some(history) => {
                self.asked.set(None);
                self.unsaved.set(Vec::new());
                // Back over the step that kept the address; where that fails the person stays where they are.
                let _ = history.back();
            }
            None => self.go_anyway(route),
        }
    }

    /// Whether the window's keys are the application's: a widget leaves them to the page around it.
    pub(crate) fn owns_window(self) -> bool {
        self.address_bar
    }

    /// The screen that one begins with.
    pub(crate) fn start(self) -> Route {
        self.host.map_or_else(Route::default, Host::home)
    }

    /// The screen that a person or an invitation is gone back from; nothing where there is none.
    pub(crate) fn back(self) -> Option<Route> {
        match self.host {
            Some(host) if !host.has_list() => None,
            _ => Some(self.start()),
        }
    }

    /// Whether there is a way to a screen: a widget shows those of its job alone.
    pub(crate) fn shows(self, route: &Route) -> bool {
        self.host.is_none_or(|host| host.shows(route))
    }

    /// Where in which list of users one was, for coming back to it.
    pub(crate) fn left(self) -> StoredValue<Option<(UserQuery, f64)>> {
        self.left
    }

    /// The site that the list of users was last about: who is opened is shown there first (A4).
    pub(crate) fn listed_site(self) -> StoredValue<Option<SiteId>> {
        self.listed_site
    }

    /// The list that is opened for something that is done to everybody in it, once.
    pub(crate) fn selecting(self) -> StoredValue<Option<UserQuery>> {
        self.selecting
    }

    /// Where the person wants to go although something is unsaved, until they answer.
    pub(crate) fn asked(self) -> RwSignal<Option<Route>> {
        self.asked
    }

    /// Whether something on the screen is unsaved.
    pub(crate) fn has_unsaved(self) -> bool {
        self.unsaved
            .with_untracked(|all| all.iter().any(|unsaved| unsaved.try_get_untracked() == Some(true)))
    }

    /// Has the person asked before they leave while `unsaved` holds, for as long as the caller's screen is there.
    pub(crate) fn guard(self, unsaved: Signal<bool>) {
        self.unsaved.update(|all| {
            all.retain(|known| known.try_get_untracked().is_some());
            all.push(unsaved);
        });
        if self.address_bar {
            let listener = window_event_listener(leptos::ev::beforeunload, move |event| {
                if unsaved.try_get_untracked() == Some(true) {
                    event.prevent_default();
                }
            });
            on_cleanup(move || listener.remove());
        }
    }

    /// The address for a link; in a widget there is none to give.
    pub(crate) fn href(self, route: &Route) -> String {
        if self.address_bar { route.path() } else { "#".to_owned() }
    }
}

/// The screen that the address bar names.
fn in_address_bar(base: &str) -> Route {
    let Some(location) = web_sys::window().map(|window| window.location()) else {
        return Route::default();
    };
    let (path, search) = (
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default(),
    );
    Route::parse(path.strip_prefix(base).unwrap_or(&path), &search)
}

fn write_address_bar(base: &str, route: &Route, how: History) {
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else {
        return;
    };
    let address = format!("{base}{}", route.path());
    // A browser refuses after very many steps in a short time: then only the address lags behind.
    let _ = match how {
        History::Push => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
        History::Replace => history.replace_state_with_url(&JsValue::NULL, "", Some(&address)),
    };
}

/// Whether the same screen stays open, with another part or filter of it shown.
fn leaves_open(from: &Route, to: &Route) -> bool {
    match (from, to) {
        (Route::User { user: from, .. }, Route::User { user: to, .. }) => from == to,
        (Route::Users(_), Route::Users(_)) => true,
        _ => false,
    }
}

/// A link to a screen. Opens in place on a plain click, and in a new tab as any link does.
#[component]
pub(crate) fn Link(
    #[prop(into)] to: Signal<Route>,
    #[prop(into, optional)] class: Signal<String>,
    /// Whether the link names the screen that is shown.
    #[prop(into, optional)]
    current: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let navigation = use_navigation();
    // What a widget does not show is no link in it.
    if to.with_untracked(|to| !navigation.shows(to)) {
        return view! { <span class="link-less">{children()}</span> }.into_any();
    }
    let follow = move |event: leptos::ev::MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !(elsewhere && navigation.address_bar) {
            event.prevent_default();
            navigation.go(to.get_untracked());
        }
    };
    view! {
        <a
            href=move || to.with(|to| navigation.href(to))
            class=move || class.get()
            aria-current=move || current.get().then_some("page")
            on:click=follow
        >
            {children()}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::UserPart;

    #[test]
    fn parts_of_one_user_are_one_screen() {
        let [first, second] = [
            "018f6f3e-2b1a-7c3d-8e4f-1234567890ab",
            "018f6f3e-2b1a-7c3d-8e4f-1234567890ac",
        ]
        .map(|id| id.parse().unwrap());
        let profile = Route::user(first);
        assert!(leaves_open(
            &profile,
            &Route::User {
                user: first,
                part: UserPart::Access
            }
        ));
        assert!(!leaves_open(&profile, &Route::user(second)));
        assert!(!leaves_open(&profile, &Route::default()));
        assert!(leaves_open(&Route::default(), &Route::parse("/users", "?search=a")));
    }
}
