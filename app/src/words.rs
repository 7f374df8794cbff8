//! The words that the app tells with: the one place that knows where they come from.

use std::cell::OnceCell;

use shared::text::{Words, catalogue};

/// The words of the reader's language.
pub(crate) fn words() -> &'static Words {
    thread_local! {
        static WORDS: OnceCell<&'static Words> = const { OnceCell::new() };
    }
    WORDS.with(|words| {
        *words.get_or_init(|| {
            let words = Words::parse(catalogue::ENGLISH).expect("the catalogue was made in the same build");
            Box::leak(Box::new(words))
        })
    })
}
