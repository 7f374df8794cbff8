//! The only fetch. Base address and credentials come from where the application is mounted; errors are typed; what is
//! only read is tried again, what is written never by itself.

mod abort;
mod accounts;
mod calls;
mod devices;
mod download;
mod embedding;
mod error;
mod factors;
mod identity;
mod live;
mod many;
mod policy;
mod proof;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use gloo_net::http::{Request, RequestBuilder, Response};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::ids::Timestamp;
use shared::text::{Language, Words, catalogue};
use wasm_bindgen::JsValue;
use web_sys::RequestCredentials;

use self::abort::Deadline;
pub(crate) use self::download::Progress;
pub(crate) use self::error::ApiError;
use self::error::Told;
pub(crate) use self::many::{export_path, result_path};
pub(crate) use self::proof::{Proof, Wanted};
use crate::host::Host;
use crate::json;
use crate::words::Tongue;

const READ_WITHIN: Duration = Duration::from_secs(20);
const WRITE_WITHIN: Duration = Duration::from_secs(30);
const UPLOAD_WITHIN: Duration = Duration::from_secs(120);
/// Pauses before a read is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1200)];

/// The problem of a token that does not work (any more).
const ENDED: &str = "embed-session-ended";

/// How requests prove who sends them.
#[derive(Clone, Copy)]
pub(crate) enum Credentials {
    /// The session cookie of the origin that served the page.
    SameOrigin,
    /// Tokens that the page around a widget gives, and never a cookie. They are held in memory alone.
    Token(Host),
}

/// The server, as the application reaches it. Taken from the context by [`use_api`].
#[derive(Clone)]
pub(crate) struct Api {
    base: Arc<str>,
    credentials: Credentials,
    tongue: Tongue,
    connected: RwSignal<bool>,
    signed_out: RwSignal<bool>,
    forbidden: RwSignal<u32>,
    proof: Proof,
    /// Since when what is shown was kept, while the server cannot be asked.
    kept: RwSignal<Option<Timestamp>>,
    /// Requests are made by the page of its own accord: they do not count as somebody's being there.
    by_itself: bool,
    /// Tells the applications on a page apart.
    number: u32,
}

/// Whether a request that needs somebody to sign in first waits until they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Patience {
    Waits,
    /// It is told at once.
    None,
    /// It needs nobody: a file. With a token, a host's page would have to ask first whether it may.
    Public,
}

/// The server of this application.
pub(crate) fn use_api() -> Api {
    expect_context()
}

impl Api {
    /// `base` is the address of the server without a slash at the end; empty for the page's own origin.
    pub(crate) fn new(base: &str, credentials: Credentials) -> Self {
        Self {
            base: base.trim_end_matches('/').into(),
            credentials,
            tongue: Tongue::new(),
            connected: RwSignal::new(true),
            signed_out: RwSignal::new(false),
            forbidden: RwSignal::new(0),
            proof: Proof::new(),
            kept: RwSignal::new(None),
            by_itself: false,
            number: next_number(),
        }
    }

    /// The page around this widget, if it is one.
    pub(crate) fn host(&self) -> Option<Host> {
        match self.credentials {
            Credentials::SameOrigin => None,
            Credentials::Token(host) => Some(host),
        }
    }

    /// The language of this application.
    pub(crate) fn tongue(&self) -> &Tongue {
        &self.tongue
    }

    /// Whether the last request reached the server.
    pub(crate) fn connected(&self) -> Signal<bool> {
        self.connected.into()
    }

    /// The same server, asked by the page of its own accord: because something has changed elsewhere, say.
    pub(crate) fn by_itself(&self) -> Self {
        Self {
            by_itself: true,
            ..self.clone()
        }
    }

    /// From when the oldest of what is shown is, while it is what was kept of earlier answers.
    pub(crate) fn kept(&self) -> RwSignal<Option<Timestamp>> {
        self.kept
    }

    /// Whether the server has said that nobody is signed in (any more).
    pub(crate) fn signed_out(&self) -> RwSignal<bool> {
        self.signed_out
    }

    /// Asking people to prove (again) who they are.
    pub(crate) fn proof(&self) -> Proof {
        self.proof
    }

    /// Counts the answers that said that the session may not do this: rights may have changed meanwhile (X8).
    pub(crate) fn forbidden(&self) -> RwSignal<u32> {
        self.forbidden
    }

    /// The full address, for links that the browser itself follows (downloads).
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.base)
    }

    /// Reads; tries again when the network or the server stumbles.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        read(&self.get_text(&self.address(path), Patience::Waits).await?)
    }

    /// Reads what is about the session itself: whether there is one is the answer.
    async fn get_at_once<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        read(&self.get_text(&self.address(path), Patience::None).await?)
    }

    /// The words of a language. Those of another build are not there, or do not fit: the page is out of date.
    pub(crate) async fn words(&self, language: Language) -> Result<Words, ApiError> {
        let address = format!("{}/words/{}", self.base, catalogue::file(language));
        match self.get_text(&address, Patience::Public).await {
            Ok(text) => Words::parse(&text).map_err(|_| ApiError::Unreadable),
            Err(error) if error.status() == Some(404) => Err(ApiError::Unreadable),
            Err(error) => Err(error),
        }
    }

    /// The common taxonomy codes with their names, for [`shared::clinical::known_taxonomies`].
    pub(crate) async fn taxonomies(&self) -> Result<String, ApiError> {
        let address = format!("{}/words/{}", self.base, shared::clinical::TAXONOMIES);
        self.get_text(&address, Patience::Public).await
    }

    async fn get_text(&self, address: &str, patience: Patience) -> Result<String, ApiError> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let request = || self.request(Request::get(address));
            match self.send(request, None, READ_WITHIN, patience).await {
                Err(error) if error.is_passing() => match pauses.next() {
                    Some(pause) => sleep(pause).await,
                    None => return Err(error),
                },
                answer => return answer,
            }
        }
    }

    /// Writes once.
    pub(crate) async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, ApiError> {
        let request = || self.request(Request::post(&self.address(path)));
        read(&self.send_json(request, body, Patience::Waits).await?)
    }

    /// Writes once what is about the session itself.
    async fn post_at_once<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, ApiError> {
        let request = || self.request(Request::post(&self.address(path)));
        read(&self.send_json(request, body, Patience::None).await?)
    }

    /// Replaces once.
    pub(crate) async fn put<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, ApiError> {
        let request = || self.request(Request::put(&self.address(path)));
        read(&self.send_json(request, body, Patience::Waits).await?)
    }

    /// Takes something away.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), ApiError> {
        let request = || self.request(Request::delete(&self.address(path)));
        let answer = self.send(request, None, WRITE_WITHIN, Patience::Waits).await;
        answer.map(drop)
    }

    /// Writes once what the browser has made, and gives what the server answers, both as they are.
    pub(crate) async fn post_js(&self, path: &str, body: &JsValue) -> Result<JsValue, ApiError> {
        let request = || {
            let request = self.request(Request::post(&self.address(path)));
            request.header("Content-Type", "application/json")
        };
        let text = js_sys::JSON::stringify(body).map_err(|_| ApiError::Unreadable)?;
        let answer = self
            .send(request, Some(text.into()), WRITE_WITHIN, Patience::None)
            .await?;
        if answer.is_empty() {
            return Ok(JsValue::NULL);
        }
        js_sys::JSON::parse(&answer).map_err(|_| ApiError::Unreadable)
    }

    /// Sends a form with files in it.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &web_sys::FormData,
    ) -> Result<T, ApiError> {
        let request = || self.request(Request::post(&self.address(path)));
        let body = Some(form.into());
        read(&self.send(request, body, UPLOAD_WITHIN, Patience::Waits).await?)
    }

    /// Whether the server answers at all.
    pub(crate) async fn reach(&self) -> bool {
        // Of files alone every page may know that they are there.
        let file = if self.host().is_some() { "widget.js" } else { "healthz" };
        let request = self.request(Request::get(&format!("{}/{file}", self.base)));
        let (answer, _) = Self::fetch(request, None, Duration::from_secs(5)).await;
        // The live stream asks on behalf of others, too: it goes on where this one's element was taken away.
        if !self.is_gone() {
            self.note(&answer);
        }
        answer.is_ok()
    }

    /// Whether the element was taken off its page, with everything that an answer could be for.
    fn is_gone(&self) -> bool {
        self.signed_out.is_disposed()
    }

    fn request(&self, builder: RequestBuilder) -> RequestBuilder {
        let credentials = match self.credentials {
            Credentials::SameOrigin => RequestCredentials::SameOrigin,
            Credentials::Token(_) => RequestCredentials::Omit,
        };
        let request = builder.credentials(credentials).header("Accept", "application/json");
        let request = match self.by_itself {
            true => request.header("X-Unattended", "1"),
            false => request,
        };
        // Until somebody is signed in, the server knows by this alone which language is read.
        match self.tongue.language() {
            Some(language) => request.header("Accept-Language", language.tag()),
            None => request,
        }
    }

    async fn send_json<B: Serialize>(
        &self,
        request: impl Fn() -> RequestBuilder,
        body: &B,
        patience: Patience,
    ) -> Result<String, ApiError> {
        let text = json::write(body).ok_or(ApiError::Unreadable)?;
        let request = || request().header("Content-Type", "application/json");
        let body = Some(JsValue::from_str(&text));
        self.send(request, body, WRITE_WITHIN, patience).await
    }

    /// Sends a request; where its person has to prove first who they are, the same once more when they have.
    async fn send(
        &self,
        request: impl Fn() -> RequestBuilder,
        body: Option<JsValue>,
        within: Duration,
        patience: Patience,
    ) -> Result<String, ApiError> {
        loop {
            let answer = self.send_once(&request, body.clone(), within, patience).await;
            let wanted = answer
                .as_ref()
                .err()
                .and_then(Wanted::by)
                .filter(|_| patience == Patience::Waits && self.host().is_none());
            match wanted {
                Some(wanted) if self.proof.given(wanted).await => {}
                _ => return answer,
            }
        }
    }

    async fn send_once(
        &self,
        request: impl Fn() -> RequestBuilder,
        body: Option<JsValue>,
        within: Duration,
        patience: Patience,
    ) -> Result<String, ApiError> {
        let (answer, kept) = self.ask(request, body, within, patience).await;
        if self.is_gone() {
            return std::future::pending().await;
        }
        match kept {
            Some(at) => self.take_kept(at),
            None => self.note(&answer),
        }
        answer
    }

    /// The answer, to a request with a token where there are tokens; and when it was given, where it was kept from earlier.
    async fn ask(
        &self,
        request: impl Fn() -> RequestBuilder,
        body: Option<JsValue>,
        within: Duration,
        patience: Patience,
    ) -> (Result<String, ApiError>, Option<Timestamp>) {
        let Some(host) = self.host().filter(|_| patience != Patience::Public) else {
            return Self::fetch(request(), body, within).await;
        };
        let mut spent = None;
        loop {
            let is_second = spent.is_some();
            let answer = match host.token(spent.take()).await {
                Ok(token) => {
                    let request = request().header("Authorization", &format!("Bearer {token}"));
                    spent = Some(token);
                    Self::fetch(request, body.clone(), within).await.0
                }
                Err(error) => Err(error),
            };
            // A token that has just been taken back is asked for anew, once.
            if is_second || !answer.as_ref().is_err_and(|error| error.is(ENDED)) {
                return (answer, None);
            }
        }
    }

    /// The answer, and when it was given as above.
    async fn fetch(
        request: RequestBuilder,
        body: Option<JsValue>,
        within: Duration,
    ) -> (Result<String, ApiError>, Option<Timestamp>) {
        let deadline = Deadline::after(within);
        let request = request.abort_signal(deadline.signal().as_ref());
        let request = match body {
            Some(body) => request.body(body),
            None => request.build(),
        };
        let Ok(request) = request else {
            return (Err(ApiError::Unreadable), None);
        };
        match request.send().await {
            Ok(response) => {
                let kept = kept_at(&response);
                (text_of(response).await, kept)
            }
            Err(_) => (Err(deadline.error()), None),
        }
    }

    /// What was answered was kept from earlier: the server cannot be reached.
    fn take_kept(&self, at: Timestamp) {
        if self.connected.get_untracked() {
            self.connected.set(false);
        }
        let oldest = self.kept.get_untracked().map_or(at, |known| known.min(at));
        if self.kept.get_untracked() != Some(oldest) {
            self.kept.set(Some(oldest));
        }
    }

    /// Remembers what an answer says about the connection and the session.
    fn note(&self, answer: &Result<String, ApiError>) {
        let connected = !matches!(answer, Err(ApiError::Unreachable));
        if self.connected.get_untracked() != connected {
            self.connected.set(connected);
        }
        let Some(error) = answer.as_ref().err() else { return };
        let ended = Wanted::by(error) == Some(Wanted::SignIn);
        if let Some(host) = self.host() {
            if !ended {
                host.tell("error", Some(self.tongue.telling(|| error.as_json())));
            } else if !self.signed_out.get_untracked() {
                host.tell("session-expired", None);
            }
        }
        match Wanted::by(error) {
            Some(Wanted::SignIn) if !self.signed_out.get_untracked() => self.signed_out.set(true),
            None if error.status() == Some(403) => self.forbidden.update(|times| *times += 1),
            _ => {}
        }
    }
}

fn next_number() -> u32 {
    thread_local! {
        static NEXT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    NEXT.with(|next| {
        let number = next.get();
        next.set(number.wrapping_add(1));
        number
    })
}

/// When the answer was given that the browser has kept for times without a connection (service-worker.js).
fn kept_at(response: &Response) -> Option<Timestamp> {
    response.headers().get("x-lanyard-kept")?.parse().ok().map(Timestamp)
}

async fn text_of(response: Response) -> Result<String, ApiError> {
    let status = response.status();
    let text = response.text().await.map_err(|_| ApiError::Unreachable)?;
    if response.ok() {
        return Ok(text);
    }
    Err(match Told::read(text) {
        Some(told) => ApiError::Problem(Box::new(told)),
        None => ApiError::Status(status),
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    // An empty answer (204) reads as null.
    let text = if text.is_empty() { "null" } else { text };
    json::read(text).ok_or(ApiError::Unreadable)
}

/// Waits.
pub(crate) async fn sleep(time: Duration) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let wake = move || {
            let _ = resolve.call0(&JsValue::NULL);
        };
        set_timeout(wake, time);
    });
    // A promise that is only resolved cannot fail.
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
