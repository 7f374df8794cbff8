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

/// Who hears a stream, and by which credentials it could be read for them.
#[derive(Clone)]
struct Ear {
    api: Api,
    heard: Rc<dyn Fn(&LiveChange)>,
}

thread_local! {
    /// The streams of this page.
    static OPEN: RefCell<BTreeMap<String, Rc<Live>>> = const { RefCell::new(BTreeMap::new()) };
    /// How many have begun to listen.
    static EARS: Cell<u32> = const { Cell::new(0) };
}

/// One stream, and who hears it.
pub(crate) struct Live {
    key: String,
    ears: RefCell<BTreeMap<u32, Ear>>,
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
                    key: key.to_owned(),
                    ears: RefCell::default(),
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
            (ear.heard)(change);
        }
    }

    /// The applications that hear it, once each; not those whose host has just said otherwise.
    fn apis(&self) -> Vec<Api> {
        let ears = self.ears.borrow();
        let apis: BTreeMap<u32, &Api> = ears.values().map(|ear| (ear.api.number(), &ear.api)).collect();
        let of_this = apis.into_values().filter(|api| api.live_key() == self.key);
        of_this.cloned().collect()
    }

    /// Reads the stream for as long as somebody hears it, unless that is done already.
    fn keep_open(self: &Rc<Self>) {
        if self.ears.borrow().is_empty() || self.running.replace(true) {
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
    let live = Live::of(&api.live_key());
    if *live.person.borrow() != person {
        person.clone_into(&mut live.person.borrow_mut());
        mark.clone_into(&mut live.last.borrow_mut());
    }
    // A host may have said anew where an element's tokens come from: it does not hear the stream of before any more.
    OPEN.with_borrow_mut(|open| {
        open.retain(|other, before| {
            if *other == live.key {
                return true;
            }
            let of_this = |_: &u32, ear: &mut Ear| ear.api.number() == api.number();
            let moved: BTreeMap<u32, Ear> = before.ears.borrow_mut().extract_if(.., of_this).collect();
            let is_left = !moved.is_empty() && before.ears.borrow().is_empty();
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
    let live = Live::of(&api.live_key());
    let ear = Ear {
        api: api.by_itself(),
        heard: Rc::new(heard),
    };
    live.ears.borrow_mut().insert(id, ear);
    on_cleanup(move || {
        // It may hear another stream by now.
        let open: Vec<_> = OPEN.with_borrow(|open| open.values().cloned().collect());
        for live in open {
            if live.ears.borrow_mut().remove(&id).is_some() {
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
