//! The page around a widget: what it sets, what it is told, and the tokens that it gives. One for each element; nothing here
//! is shared between elements, which may belong to different organisations.

use js_sys::Promise;
use leptos::prelude::*;
use serde::Serialize;
use shared::edit::Edit;
use shared::ids::{Revision, SiteId, UserId};
use shared::user::User;
use shared::wire::UserQuery;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::api::ApiError;
use crate::json;
use crate::route::{Route, UserPart};

#[wasm_bindgen]
extern "C" {
    /// What `app/widget/widget.js` gives for an element.
    #[derive(Clone)]
    pub type Port;

    /// A promise of a token that works; `spent` is one that the server does not take any more.
    #[wasm_bindgen(method)]
    fn token(this: &Port, spent: Option<String>) -> Promise;

    /// Tells the places that tokens come from apart: elements with the same one act for the same person. Nothing while the
    /// host has not said where.
    #[wasm_bindgen(method)]
    fn source(this: &Port) -> Option<u32>;

    /// Sends an event of the element, with its details as JSON; whether nobody has prevented what it announces.
    #[wasm_bindgen(method)]
    fn tell(this: &Port, event: &str, detail: Option<String>) -> bool;

    #[wasm_bindgen(method)]
    fn attribute(this: &Port, name: &str) -> Option<String>;
}

/// What `widget.js` says where the host could not be asked for a token.
const UNREACHABLE: &str = "unreachable";

/// What an element is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// The list, and each person in it.
    Users,
    /// One person.
    User,
    Roles,
    Activity,
}

impl Job {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "users" => Self::Users,
            "user" => Self::User, // not a role
            "roles" => Self::Roles,
            "activity" => Self::Activity,
            _ => return None,
        })
    }
}

/// The page around this widget. In the context of a widget, and of nothing else: [`use_host`].
#[derive(Clone, Copy)]
pub(crate) struct Host {
    port: StoredValue<Port, LocalStorage>,
    job: Job,
    read_only: RwSignal<bool>,
    /// The site that the list begins with.
    site: RwSignal<Option<SiteId>>,
    /// Whether it is the host itself that goes somewhere.
    by_host: StoredValue<bool>,
    /// Counts how often the host has asked to read everything anew.
    again: RwSignal<u32>,
}

/// The page around this widget; nothing where the application is the page itself.
pub(crate) fn use_host() -> Option<Host> {
    use_context()
}

/// Details of the event `change`.
#[derive(Serialize)]
struct Committed<'a> {
    edit: &'a Edit,
    user: Option<UserId>,
    revision: Option<Revision>,
}

impl Host {
    pub(crate) fn new(port: Port, job: &str) -> Self {
        let read_only = port.attribute("readonly").is_some();
        let site = port.attribute("site").and_then(|site| site.parse().ok());
        Self {
            port: StoredValue::new_local(port),
            job: Job::parse(job).unwrap_or(Job::Users),
            read_only: RwSignal::new(read_only),
            site: RwSignal::new(site),
            by_host: StoredValue::new(false),
            again: RwSignal::new(0),
        }
    }

    pub(crate) fn attribute(self, name: &str) -> Option<String> {
        self.port.try_with_value(|port| port.attribute(name)).flatten()
    }

    /// Whether the host wants nothing to be changed here.
    pub(crate) fn read_only(self) -> RwSignal<bool> {
        self.read_only
    }

    pub(crate) fn again(self) -> RwSignal<u32> {
        self.again
    }

    /// A token that works.
    ///
    /// # Errors
    /// [`ApiError::NoToken`] where the host gives none, [`ApiError::Unreachable`] where it does not answer.
    pub(crate) async fn token(self, spent: Option<String>) -> Result<String, ApiError> {
        let asked = self.port.try_with_value(|port| port.token(spent));
        let promise = asked.ok_or(ApiError::NoToken)?;
        match JsFuture::from(promise).await {
            Ok(token) => token.as_string().ok_or(ApiError::NoToken),
            Err(why) if why.as_string().as_deref() == Some(UNREACHABLE) => Err(ApiError::Unreachable),
            Err(_) => Err(ApiError::NoToken),
        }
    }

    /// Tells the places that tokens come from apart.
    pub(crate) fn source(self) -> Option<u32> {
        self.port.try_with_value(Port::source).flatten()
    }

    /// Tells the host of something that has happened, or is about to: whether it may.
    pub(crate) fn tell(self, event: &str, detail: Option<String>) -> bool {
        self.port
            .try_with_value(|port| port.tell(event, detail))
            .unwrap_or_default()
    }

    /// Tells the host what was committed.
    pub(crate) fn committed(self, edit: &Edit, subject: Option<&User>) {
        let committed = Committed {
            edit,
            user: subject.map(|user| user.id).or(edit.user()),
            revision: subject.map(|user| user.revision),
        };
        self.tell("change", json::write(&committed));
    }

    /// The screen that the element begins with, and goes back to.
    pub(crate) fn home(self) -> Route {
        match self.job {
            Job::Users => Route::Users(UserQuery {
                site: self.site.get(),
                ..UserQuery::default()
            }),
            Job::User => self
                .attribute("user") // not a role
                .and_then(|user| user.parse().ok())
                .map_or(Route::NotFound, Route::user),
            Job::Roles => Route::Roles,
            Job::Activity => Route::Activity,
        }
    }

    /// Begins with another site; where that leads from here. Whoever is at a person or an invitation stays there, and goes back
    /// to the list of the site.
    pub(crate) fn begin_with(self, site: Option<&str>, here: Route) -> Option<Route> {
        let site = site.and_then(|site| site.parse().ok());
        self.site.set(site);
        match (self.job, here) {
            (Job::Users, Route::Users(query)) => Some(Route::Users(UserQuery { site, ..query })),
            _ => None,
        }
    }

    /// Whether the element shows this screen: one job each.
    pub(crate) fn shows(self, route: &Route) -> bool {
        matches!(
            (self.job, route),
            (
                Job::Users,
                Route::Users(_) | Route::Invite { .. } | Route::Edit(_) | Route::User { .. }
            ) | (Job::User, Route::User { .. } | Route::NotFound)
                | (Job::Roles, Route::Roles)
                | (Job::Activity, Route::Activity)
        )
    }

    /// Whether it shows the one person that it is given.
    pub(crate) fn is_of_person(self) -> bool {
        self.job == Job::User
    }

    /// Whether a person can be gone back from: there is a list.
    pub(crate) fn has_list(self) -> bool {
        self.job == Job::Users
    }

    /// Does what the host has asked for: it is not asked in turn whether somebody may be opened.
    pub(crate) fn asks(self, act: impl FnOnce()) {
        self.by_host.set_value(true);
        act();
        self.by_host.set_value(false);
    }

    /// Asks the host whether the element may go from a screen to another one that it shows.
    pub(crate) fn lets_go(self, from: &Route, to: &Route) -> bool {
        let (before, after) = (person_of(from), person_of(to));
        if let Some(user) = after.filter(|user| before != Some(*user))
            && !self.by_host.get_value()
            && !self.tell("select", Some(format!("{{\"user\":\"{user}\"}}")))
        {
            return false;
        }
        let user = after.map_or_else(|| "null".to_owned(), |user| format!("\"{user}\""));
        // Addresses are escaped by themselves.
        let (screen, path) = (screen_word(to), to.path());
        self.tell(
            "navigate",
            Some(format!(
                "{{\"screen\":\"{screen}\",\"user\":{user},\"path\":\"{path}\",\"shown\":{}}}",
                self.shows(to)
            )),
        )
    }
}

fn person_of(route: &Route) -> Option<UserId> {
    match route {
        Route::User { user, .. } | Route::Edit(user) => Some(*user),
        _ => None,
    }
}

fn screen_word(route: &Route) -> &'static str {
    match route {
        Route::Users(_) => "users",
        Route::Invite { .. } => "invite",
        Route::User { part, .. } => match part {
            UserPart::Profile => "user", // not a role
            other => other.word(),
        },
        Route::Edit(_) => "user", // not a role
        Route::Roles => "roles",
        Route::Activity => "activity",
        _ => "elsewhere",
    }
}
