//! Who is signed in, and the facts that every screen starts from.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::Place;
use shared::embed::EmbedAccess;
use shared::ids::UserId;
use shared::policy::Power;
use shared::text::Language;
use shared::wire::Me;
use shared::{Facts, Policy};

use crate::api::{Api, ApiError};
use crate::host::{Host, use_host};
use crate::language::Speech;
use crate::live;
use crate::route::Route;
use crate::theme::storage;
use crate::words::speak_facts;

/// Whether someone is signed in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SignedIn {
    /// Not known yet.
    Asking,
    Nobody,
    Someone,
    /// Somebody whose role asks for a second factor, and who has none: nothing else can be done before.
    MustSetUp,
    /// The server could not be asked.
    Unknown(ApiError),
}

/// The problem that says so.
const WANTED: &str = "second-factor-wanted";

/// The session in this application. Taken from the context by [`use_session`].
#[derive(Clone, Copy)]
pub(crate) struct Session {
    api: StoredValue<Api>,
    speech: Speech,
    state: RwSignal<SignedIn>,
    /// As the server says it, and with the policy's names in the language that is spoken.
    me: RwSignal<Option<Arc<Me>>>,
    spoken: Memo<Option<Arc<Me>>>,
}

/// The session of this application.
pub(crate) fn use_session() -> Session {
    expect_context()
}

impl Session {
    pub(crate) fn new(api: Api, speech: Speech) -> Self {
        let me = RwSignal::new(None::<Arc<Me>>);
        let spoken = move || {
            let mut me = me.get()?;
            speak_facts(&mut Arc::make_mut(&mut me).facts);
            Some(me)
        };
        Self {
            api: StoredValue::new(api),
            speech,
            state: RwSignal::new(SignedIn::Asking),
            me,
            spoken: Memo::new(move |_| spoken()),
        }
    }

    /// Whether someone is signed in; a session that ended while someone worked counts as nobody.
    pub(crate) fn state(self) -> Memo<SignedIn> {
        let signed_out = self.api.with_value(Api::signed_out);
        Memo::new(move |_| {
            if signed_out.get() {
                SignedIn::Nobody
            } else {
                self.state.get()
            }
        })
    }

    /// Who is signed in, or was until the session ended: their work stays on the screen while they sign in again.
    pub(crate) fn me(self) -> Signal<Option<Arc<Me>>> {
        self.spoken.into()
    }

    /// Asks the server who is signed in.
    pub(crate) fn load(self) {
        spawn_local(async move {
            if let Err(error) = self.refresh().await {
                let state = if error.status() == Some(401) {
                    SignedIn::Nobody
                } else if error.is(WANTED) {
                    SignedIn::MustSetUp
                } else {
                    SignedIn::Unknown(error)
                };
                self.state.set(state);
            }
        });
    }

    /// Reads anew who is signed in and what the policy says; rights and policy may have changed (X8).
    pub(crate) async fn refresh(self) -> Result<(), ApiError> {
        let api = self.api.get_value();
        // What is kept on the device is the page's: in a widget, the host's.
        if api.host().is_none() && owes_sign_out() {
            api.sign_out().await?;
            owe_sign_out(false);
        }
        let me = Arc::new(api.me().await?);
        // Nothing is painted in a language that is not theirs.
        self.speech.follow(&me).await;
        api.signed_out().set(false);
        api.proof().expect(true);
        live::begin(&api, &me.user.id.to_string(), &me.live_from);
        self.me.set(Some(me));
        self.state.set(SignedIn::Someone);
        Ok(())
    }

    /// Whether this browser could sign in with a passkey here: it has them, and the server is reached by a name.
    pub(crate) fn has_passkeys(self) -> bool {
        let Some(window) = web_sys::window() else { return false };
        let host = window.location().hostname().unwrap_or_default();
        let is_name = !host.starts_with('[') && !host.ends_with(|last: char| last.is_ascii_digit());
        is_name && js_sys::Reflect::has(&window, &"PublicKeyCredential".into()).unwrap_or(false)
    }

    /// Chooses the language, for whoever is signed in.
    pub(crate) async fn choose_language(self, language: Language) -> Result<(), ApiError> {
        let is_in = self.state.get_untracked() == SignedIn::Someone;
        let me = self.me.get_untracked().filter(|_| is_in);
        self.speech.choose(language, me.as_deref()).await?;
        if me.is_some() {
            self.refresh_soon();
        }
        Ok(())
    }

    /// The same, because something has changed elsewhere: nobody has asked for it.
    pub(crate) fn refresh_by_itself(self) {
        spawn_local(async move {
            let api = self.api.get_value().by_itself();
            // As above; and where nobody is signed in any more, the next request says so.
            if let Ok(me) = api.me().await
                && self.state.try_get_untracked() == Some(SignedIn::Someone)
            {
                let me = Arc::new(me);
                self.speech.follow(&me).await;
                self.me.set(Some(me));
            }
        });
    }

    /// Like [`Session::refresh`], when nothing on the screen waits for it.
    pub(crate) fn refresh_soon(self) {
        if self.state.get_untracked() == SignedIn::MustSetUp {
            // Nothing is readable until that is done, and the answer would be the same.
            return;
        }
        spawn_local(async move {
            // What is on the screen stays usable; the server judges every edit anyway.
            if self.refresh().await.is_err_and(|error| error.is(WANTED)) {
                self.state.set(SignedIn::MustSetUp);
            }
        });
    }

    /// Signs in; with a new password, the one before is changed to it (T7). Whether a second step has to follow before
    /// anybody is in.
    pub(crate) async fn sign_in(
        self,
        email: String,
        password: String,
        new_password: Option<String>,
    ) -> Result<bool, ApiError> {
        let api = self.api.get_value();
        let more = match new_password {
            Some(new_password) => api.change_password(email, password, new_password).await?,
            None => api.sign_in(email, password).await?,
        };
        if !more {
            self.enter().await?;
        }
        Ok(more)
    }

    /// Shows whoever has just signed in what they came for: their work, or first what their role asks for.
    pub(crate) async fn enter(self) -> Result<(), ApiError> {
        // They have a session of their own: the one that was left is over.
        owe_sign_out(false);
        match self.proved().await {
            Err(error) if error.is(WANTED) => {
                self.api.with_value(Api::signed_out).set(false);
                self.state.set(SignedIn::MustSetUp);
                Ok(())
            }
            other => other,
        }
    }

    /// Somebody has just proved who they are, however: reads anew who is signed in, and lets the requests that wait for
    /// it go on. If it is another person than before, the requests of the one before are given up.
    pub(crate) async fn proved(self) -> Result<(), ApiError> {
        let person = move || self.me.with_untracked(|me| me.as_ref().map(|me| me.user.id));
        let before = person();
        let answer = self.refresh().await;
        if answer.is_ok() {
            self.api.with_value(Api::proof).answer(before == person());
        }
        answer
    }

    /// Leaves a shared browser to whoever comes next. The session is over; what is on the screen is out of sight, and there
    /// again when the same person goes on.
    pub(crate) async fn lock(self) -> Result<(), ApiError> {
        let api = self.api.get_value();
        match api.sign_out().await {
            Ok(()) => {}
            // Without a connection it is locked all the same, here; the session ends before anything else is asked.
            Err(error) if error.leaves_open() => owe_sign_out(true),
            Err(error) => return Err(error),
        }
        self.state.set(SignedIn::Nobody);
        Ok(())
    }

    pub(crate) async fn sign_out(self) -> Result<(), ApiError> {
        let api = self.api.get_value();
        api.sign_out().await?;
        api.proof().expect(false);
        api.proof().answer(false);
        self.me.set(None);
        self.state.set(SignedIn::Nobody);
        Ok(())
    }
}

/// Kept on this device while a browser was locked without a connection: the session of before must be ended first.
const LEFT: &str = "lanyard.left";

fn owes_sign_out() -> bool {
    storage()
        .and_then(|storage| storage.get_item(LEFT).ok().flatten())
        .is_some()
}

fn owe_sign_out(owed: bool) {
    if let Some(storage) = storage() {
        // Where nothing can be kept, the lock lasts as long as the page.
        let _ = match owed {
            true => storage.set_item(LEFT, "1"),
            false => storage.remove_item(LEFT),
        };
    }
}

/// The person who reads, on screens that exist only while somebody is signed in.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    me: Signal<Arc<Me>>,
    facts: Memo<Arc<Facts>>,
    policy: Memo<Arc<Policy>>,
    host: Option<Host>,
}

/// The reader of this screen.
pub(crate) fn use_reader() -> Reader {
    expect_context()
}

impl Reader {
    pub(crate) fn new(me: Signal<Arc<Me>>) -> Self {
        Self {
            me,
            facts: Memo::new(move |_| me.with(|me| Arc::new(me.facts.clone()))),
            policy: Memo::new(move |_| me.with(|me| Arc::clone(&me.facts.policy))),
            host: use_host(),
        }
    }

    pub(crate) fn me(self) -> Signal<Arc<Me>> {
        self.me
    }

    /// The facts without a subject: policy, organisation, and who asks.
    pub(crate) fn facts(self) -> Memo<Arc<Facts>> {
        self.facts
    }

    pub(crate) fn policy(self) -> Memo<Arc<Policy>> {
        self.policy
    }

    /// Whether the reader has a power anywhere, as it is now; what exactly it reaches is judged edit by edit.
    pub(crate) fn may(self, power: Power) -> bool {
        self.me
            .with(|me| me.facts.actor.has_power_somewhere(&me.facts.policy, power))
    }

    /// Whether anything may be changed here at all: a token may be for looking alone, and the page around a widget may want
    /// no more.
    pub(crate) fn may_change(self) -> bool {
        let may = |me: &Arc<Me>| {
            let embedded = me.embedded.as_ref();
            embedded.is_none_or(|embedded| embedded.access == EmbedAccess::Manage)
        };
        self.host
            .is_none_or(|host| !host.read_only().get() && self.me.with(may))
    }

    /// What a click on somebody in a list opens: where nothing may be changed, their page and no form.
    pub(crate) fn route_of(self, user: UserId) -> Route {
        if untrack(|| self.may_change()) {
            self.policy.with_untracked(|policy| Route::of_person(policy, user))
        } else {
            Route::user(user)
        }
    }

    /// Whether the reader has a power in the whole organisation.
    pub(crate) fn may_everywhere(self, power: Power) -> Memo<bool> {
        let me = self.me;
        Memo::new(move |_| me.with(|me| me.facts.actor.has_power(&me.facts.policy, power, Place::Organisation)))
    }
}
