//! The words of each language as one text, made of the catalogues by the build: for [`super::Words::parse`]. The server
//! carries and serves all of them; whoever names one of these carries it.

use super::Language;

pub const ENGLISH: &str = include_str!(concat!(env!("OUT_DIR"), "/en.words"));
pub const FRENCH: &str = include_str!(concat!(env!("OUT_DIR"), "/fr.words"));
pub const SPANISH: &str = include_str!(concat!(env!("OUT_DIR"), "/es.words"));

/// The name under which a server serves the text of a language: it changes with the text.
pub fn file(language: Language) -> &'static str {
    let [english, french, spanish] = FILES;
    match language {
        Language::English => english,
        Language::French => french,
        Language::Spanish => spanish,
    }
}

const FILES: [&str; 3] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The text of a language.
pub fn of(language: Language) -> &'static str {
    match language {
        Language::English => ENGLISH,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
    }
}
