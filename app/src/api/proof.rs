//! Requests that wait for a person: their session has ended, or what they ask for wants a recent proof of who they are.
//! Whoever shows the dialog follows [`Proof::wanted`]; when it is answered, the requests are sent once more, or given up.

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::ApiError;

/// What has to be done before a request can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Nobody is signed in any more.
    SignIn,
    /// The last proof is too old for what is asked.
    Recent,
}

impl Wanted {
    /// What this answer asks for.
    pub(super) fn by(error: &ApiError) -> Option<Self> {
        let is_out = error.is("not-signed-in") || error.is(super::ENDED);
        if is_out || matches!(error, ApiError::Status(401) | ApiError::NoToken) {
            Some(Self::SignIn)
        } else if error.is("fresh-authentication-needed") {
            Some(Self::Recent)
        } else {
            None
        }
    }
}

/// Asks people to prove who they are, and lets requests wait for it.
#[derive(Clone, Copy)]
pub(crate) struct Proof {
    wanted: RwSignal<Option<Wanted>>,
    /// Whether there is somebody to wait for: their screens are there.
    somebody: StoredValue<bool>,
    waiting: StoredValue<Vec<Function>, LocalStorage>,
}

impl Proof {
    pub(super) fn new() -> Self {
        Self {
            wanted: RwSignal::new(None),
            somebody: StoredValue::new(false),
            waiting: StoredValue::new_local(Vec::new()),
        }
    }

    /// What is asked of the person now.
    pub(crate) fn wanted(self) -> Signal<Option<Wanted>> {
        self.wanted.into()
    }

    /// Says whether there is somebody whose work is on the screen.
    pub(crate) fn expect(self, somebody: bool) {
        self.somebody.set_value(somebody);
    }

    /// Asks for it although no request waits.
    pub(crate) fn ask(self, wanted: Wanted) {
        self.wanted.set(Some(wanted));
    }

    /// Whether the person has proved who they are: then the request is worth another try.
    pub(super) async fn given(self, wanted: Wanted) -> bool {
        if !self.somebody.get_value() {
            return false;
        }
        // A session that is over is more than a proof that is too old.
        if self.wanted.get_untracked() != Some(Wanted::SignIn) {
            self.wanted.set(Some(wanted));
        }
        let promise = Promise::new(&mut |resolve, _| self.waiting.update_value(|waiting| waiting.push(resolve)));
        let answer = JsFuture::from(promise).await;
        answer.ok().and_then(|answer| answer.as_bool()).unwrap_or_default()
    }

    /// The same person has proved it, or will not.
    pub(crate) fn answer(self, is_given: bool) {
        self.wanted.set(None);
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        for resolve in waiting {
            // Resolving a promise cannot fail.
            let _ = resolve.call1(&JsValue::NULL, &JsValue::from_bool(is_given));
        }
    }
}
