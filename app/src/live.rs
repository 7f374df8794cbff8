//! Hearing of changes as they happen: one stream for each page and server with its credentials, whoever asks. What it says
//! is only that something is not as it was any more; the screens read it anew. It pauses in hidden tabs, and comes again
//! after growing waits, without a gap.

mod stream;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::wire::LiveChange;

use crate::api::{Api, sleep};

/// What is on the screen first comes first.
const BEGIN_AFTER: Duration = Duration::from_millis(700);

type Ear = Rc<dyn Fn(&LiveChange)>;

thread_local! {
    /// The streams of this page.
    static OPEN: RefCell<BTreeMap<String, Rc<Live>>> = const { RefCell::new(BTreeMap::new()) };
}

/// One stream, and who hears it.
pub(crate) struct Live {
    ears: RefCell<BTreeMap<u32, Ear>>,
    next: Cell<u32>,
    running: Cell<bool>,
    /// The last event that was heard, and of whose stream.
    last: RefCell<String>,
    person: RefCell<String>,
    /// Cuts a wait short.
    poke: RefCell<Option<js_sys::Function>>,
}

impl Live {
    /// The stream of this server with these credentials.
    fn of(key: &str) -> Rc<Self> {
        OPEN.with_borrow_mut(|open| {
            let new = || {
                Rc::new(Self {
                    ears: RefCell::default(),
                    next: Cell::new(0),
                    running: Cell::new(false),
                    last: RefCell::default(),
                    person: RefCell::default(),
                    poke: RefCell::default(),
                })
            };
            Rc::clone(open.entry(key.to_owned()).or_insert_with(new))
        })
    }

    fn tell(&self, change: &LiveChange) {
        // Whoever hears something may stop listening, or begin.
        let ears: Vec<Ear> = self.ears.borrow().values().cloned().collect();
        for ear in ears {
            ear(change);
        }
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
    let live = Live::of(&api.live_key());
    if *live.person.borrow() != person {
        person.clone_into(&mut live.person.borrow_mut());
        mark.clone_into(&mut live.last.borrow_mut());
    }
    live.poke();
}

/// Calls `heard` with every change, for as long as the caller's screen is there.
pub(crate) fn hear(api: &Api, heard: impl Fn(&LiveChange) + 'static) {
    let live = Live::of(&api.live_key());
    let id = live.next.get();
    live.next.set(id.wrapping_add(1));
    live.ears.borrow_mut().insert(id, Rc::new(heard));
    let key = api.live_key();
    on_cleanup(move || {
        let live = Live::of(&key);
        live.ears.borrow_mut().remove(&id);
        live.poke();
    });
    if live.running.replace(true) {
        return;
    }
    let api = api.by_itself();
    spawn_local(async move {
        sleep(BEGIN_AFTER).await;
        match keep_listening(api).await {
            Ok(listening) => listening.await,
            // The screens work without it.
            Err(_) => live.running.set(false),
        }
    });
}

type Listening = std::pin::Pin<Box<dyn Future<Output = ()>>>;

/// What reads the stream comes after the first load.
#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
fn keep_listening(api: Api) -> Result<Listening, SplitLoaderError> {
    Ok(Box::pin(stream::listen(api)))
}
