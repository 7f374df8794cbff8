//! Hearing of changes as they happen: one stream for each page and server with its credentials, whoever asks. What it says
//! is only that something is not as it was any more; the screens read it anew. It pauses in hidden tabs, and comes again
//! after growing waits, without a gap.

mod stream;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::wire::LiveChange;

use crate::api::{Api, sleep};

/// What is on the screen first comes first.
const BEGIN_AFTER: Duration = Duration::from_millis(700);

/// Who hears a stream, and by which credentials it could be read for them.
#[derive(Clone)]
struct Ear {
    id: u32,
    api: Api,
    heard: Rc<dyn Fn(&LiveChange)>,
}

thread_local! {
    /// The streams of this page.
    static OPEN: RefCell<Vec<Rc<Live>>> = const { RefCell::new(Vec::new()) };
    /// How many have begun to listen.
    static EARS: Cell<u32> = const { Cell::new(0) };
}

/// One stream, and who hears it.
pub(crate) struct Live {
    key: String,
    ears: RefCell<Vec<Ear>>,
    running: Cell<bool>,
    /// The last event that was heard, and of whose stream.
    last: RefCell<String>,
    person: RefCell<String>,
    /// Cuts a wait short.
    poke: RefCell<Option<js_sys::Function>>,
}

impl Live {
    /// The stream of this server with these credentials.
    fn of(key: String) -> Rc<Self> {
        OPEN.with_borrow_mut(|open| {
            let known = open.iter().find(|live| live.key == key).cloned();
            known.unwrap_or_else(|| {
                let live = Rc::new(Self {
                    key,
                    ears: RefCell::default(),
                    running: Cell::new(false),
                    last: RefCell::default(),
                    person: RefCell::default(),
                    poke: RefCell::default(),
                });
                open.push(Rc::clone(&live));
                live
            })
        })
    }

    fn tell(&self, change: &LiveChange) {
        // Whoever hears something may stop listening, or begin.
        let ears = self.ears.borrow().clone();
        for ear in ears {
            (ear.heard)(change);
        }
    }

    /// The applications that hear it, once each; not those whose host has just said otherwise.
    fn apis(&self) -> Vec<Api> {
        let mut apis: Vec<Api> = Vec::new();
        for Ear { api, .. } in self.ears.borrow().iter() {
            if api.live_key() == self.key && apis.iter().all(|known| known.number() != api.number()) {
                apis.push(api.clone());
            }
        }
        apis
    }

    /// Reads the stream for as long as somebody hears it, unless that is done already.
    fn keep_open(self: &Rc<Self>) {
        if self.apis().is_empty() || self.running.replace(true) {
            return;
        }
        let live = Rc::clone(self);
        spawn_local(async move {
            sleep(BEGIN_AFTER).await;
            match keep_listening(Rc::clone(&live)).await {
                Ok(listening) => listening.await,
                // The screens work without it.
                Err(_) => live.running.set(false),
            }
        });
    }

    fn poke(&self) {
        if let Some(wake) = self.poke.borrow_mut().take() {
            // A promise that is resolved twice stays as it is.
            let _ = wake.call0(&wasm_bindgen::JsValue::NULL);
        }
    }
}

/// Goes on from what a person has read: who reads, and the mark of that moment. The stream of another person is another one.
pub(crate) fn begin(api: &Api, person: &str, mark: &str) {
    let live = Live::of(api.live_key());
    if *live.person.borrow() != person {
        person.clone_into(&mut live.person.borrow_mut());
        mark.clone_into(&mut live.last.borrow_mut());
    }
    // A host may have said anew where an element's tokens come from: it does not hear the stream of before any more.
    OPEN.with_borrow_mut(|open| {
        open.retain(|before| {
            if before.key == live.key {
                return true;
            }
            let ears = before.ears.take();
            let is_any = !ears.is_empty();
            let (moved, left): (Vec<Ear>, Vec<Ear>) =
                ears.into_iter().partition(|ear| ear.api.number() == api.number());
            let is_left = is_any && left.is_empty();
            before.ears.replace(left);
            if !moved.is_empty() {
                live.ears.borrow_mut().extend(moved);
                before.poke();
            }
            !is_left
        });
    });
    live.keep_open();
    live.poke();
}

/// Calls `heard` with every change, for as long as the caller's screen is there.
pub(crate) fn hear(api: &Api, heard: impl Fn(&LiveChange) + 'static) {
    let id = EARS.with(|ears| {
        ears.set(ears.get().wrapping_add(1));
        ears.get()
    });
    let live = Live::of(api.live_key());
    let ear = Ear {
        id,
        api: api.by_itself(),
        heard: Rc::new(heard),
    };
    live.ears.borrow_mut().push(ear);
    on_cleanup(move || {
        // It may hear another stream by now.
        for live in OPEN.with_borrow(Vec::clone) {
            let place = live.ears.borrow().iter().position(|ear| ear.id == id);
            if let Some(place) = place {
                live.ears.borrow_mut().swap_remove(place);
                live.poke();
            }
        }
    });
    live.keep_open();
}

type Listening = std::pin::Pin<Box<dyn Future<Output = ()>>>;

/// What reads the stream comes after the first load.
#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
fn keep_listening(live: Rc<Live>) -> Result<Listening, SplitLoaderError> {
    Ok(Box::pin(stream::listen(live)))
}
