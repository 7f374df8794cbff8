//! The words that the app tells with, in the language that is read now. Whatever tells something inside a view or a memo
//! follows a change of the language by itself.

use std::cell::RefCell;
use std::sync::Arc;

use leptos::prelude::*;
use shared::Facts;
use shared::text::{Language, Plain, Words};

thread_local! {
    /// Those that were fetched, for as long as the page lives: one for each language at most.
    static FETCHED: RefCell<Vec<&'static Words>> = const { RefCell::new(Vec::new()) };
    static SPOKEN: ArcRwSignal<Option<&'static Words>> = ArcRwSignal::new(first());
    static NONE: &'static Words = Box::leak(Box::new(Words::none()));
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
    SPOKEN
        .with(|spoken| spoken.get())
        .unwrap_or_else(|| NONE.with(|none| *none))
}

/// The language that is spoken; nothing before there are words.
pub(crate) fn spoken() -> Option<Language> {
    SPOKEN.with(|spoken| spoken.get()).map(Words::language)
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

/// Speaks a language from now on, if its words are there.
pub(crate) fn speak(language: Language) {
    let found = FETCHED.with_borrow(|all| all.iter().copied().find(|words| words.language() == language));
    if let Some(words) = found {
        SPOKEN.with(|spoken| spoken.set(Some(words)));
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
