//! The words that the app tells with, in the language that is read now. Whatever tells something inside a view or a memo
//! follows a change of the language by itself.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::text::{Language, Plain, Words};

/// The language of one mounted application: of several on a page, each speaks its own.
#[derive(Clone)]
pub(crate) struct Tongue(ArcRwSignal<Option<&'static Words>>);

thread_local! {
    /// Those that were fetched, for as long as the page lives: one for each language at most.
    static FETCHED: RefCell<Vec<&'static Words>> = const { RefCell::new(Vec::new()) };
    /// Of the application that was last acted on. What is told outside of every view (while an event is answered, say) is
    /// told in this.
    static TURN: RefCell<Tongue> = RefCell::new(Tongue::new());
    /// Whether views have to look whose they are.
    static SEVERAL: Cell<bool> = const { Cell::new(false) };
    static NONE: &'static Words = Box::leak(Box::new(Words::none()));
}

impl Tongue {
    pub(crate) fn new() -> Self {
        Self(ArcRwSignal::new(first()))
    }

    /// The one of the application that a view belongs to.
    fn here() -> Self {
        let own = if SEVERAL.get() { use_context() } else { None };
        own.unwrap_or_else(|| TURN.with_borrow(Self::clone))
    }

    /// Makes it that of everything below here. `alone` says that no other application can be on the page.
    pub(crate) fn provide(&self, alone: bool) {
        self.take_turn();
        SEVERAL.set(!alone);
        provide_context(self.clone());
    }

    /// Its application is acted on.
    pub(crate) fn take_turn(&self) {
        TURN.set(self.clone());
    }

    /// What `tell` gives when it is told in this language.
    pub(crate) fn telling<T>(&self, tell: impl FnOnce() -> T) -> T {
        let before = TURN.replace(self.clone());
        let told = untrack(tell);
        TURN.set(before);
        told
    }

    /// The language that is spoken; nothing before there are words.
    pub(crate) fn language(&self) -> Option<Language> {
        self.0.get_untracked().map(Words::language)
    }

    /// Speaks a language from now on, if its words are there.
    pub(crate) fn speak(&self, language: Language) {
        let found = FETCHED.with_borrow(|all| all.iter().copied().find(|words| words.language() == language));
        if found.is_some() {
            self.0.set(found);
        }
    }
}

/// Nothing is there before it is fetched; tests that run elsewhere than in a browser have them built in.
fn first() -> Option<&'static Words> {
    #[cfg(target_arch = "wasm32")]
    return None;
    #[cfg(not(target_arch = "wasm32"))]
    Some(Words::builtin(Language::default()))
}

/// The words of the reader's language; none at all before they are fetched.
pub(crate) fn words() -> &'static Words {
    Tongue::here().0.get().unwrap_or_else(|| NONE.with(|none| *none))
}

/// The language that is spoken; nothing before there are words.
pub(crate) fn spoken() -> Option<Language> {
    Tongue::here().0.get().map(Words::language)
}

/// Whether the words of a language are there already.
pub(crate) fn is_fetched(language: Language) -> bool {
    FETCHED.with_borrow(|all| all.iter().any(|words| words.language() == language))
}

/// Keeps words that came.
pub(crate) fn keep(words: Words) {
    if !is_fetched(words.language()) {
        FETCHED.with_borrow_mut(|all| all.push(Box::leak(Box::new(words))));
    }
}

/// Puts the names of the policy into the language that is spoken.
pub(crate) fn speak_facts(facts: &mut Facts) {
    Arc::make_mut(&mut facts.policy).speak(words());
}

/// A message that follows the language; [`text!`] makes it.
pub(crate) fn plain(message: Plain) -> Signal<String> {
    Signal::derive(move || words().plain(message))
}

/// A message as a signal, for labels and the words of a screen: `text!(screen::save)`. What it is told with is read anew
/// whenever that changes.
macro_rules! text {
    ($area:ident :: $key:ident) => {
        $crate::words::plain(shared::text::message::$area::$key::AT)
    };
    ($area:ident :: $key:ident, $($rest:tt)+) => {
        leptos::prelude::Signal::derive(move || $crate::words::tell!($area::$key, $($rest)+))
    };
}

/// A message as it is told now: `tell!(screen::actions_for, name = name)`.
macro_rules! tell {
    ($area:ident :: $key:ident) => {
        $crate::words::words().plain(shared::text::message::$area::$key::AT)
    };
    ($area:ident :: $key:ident, $($rest:tt)+) => {
        shared::text::say!($crate::words::words(), $area::$key, $($rest)+)
    };
}

pub(crate) use {tell, text};
