//! The words of each language as one text, made of the catalogues by the build: for [`super::Words::parse`]. The server
//! carries and serves all of them; whoever names one of these carries it.

use super::Language;

pub const ENGLISH: &str = include_str!(concat!(env!("OUT_DIR"), "/en.words"));
pub const FRENCH: &str = include_str!(concat!(env!("OUT_DIR"), "/fr.words"));
pub const SPANISH: &str = include_str!(concat!(env!("OUT_DIR"), "/es.words"));

/// The text of a language.
pub fn of(language: Language) -> &'static str {
    match language {
        Language::English => ENGLISH,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
    }
}
