//! Words that people read stand in the catalogues, never in a screen: else they are English in every language.

use std::{collections::BTreeSet, fs};

use anyhow::Result;

use super::source::{SourceFile, is_tests};
use crate::{build::files_below, env::Env};

/// What looks like a word and is none: names of keys, of headers, of what browsers call systems.
const NO_WORDS: &[&str] = &[
    "Accept",
    "Accept-Language",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "Authorization",
    "Bearer {token}",
    "Content-Type",
    "Ctrl K",
    "End",
    "Enter",
    "Escape",
    "Home",
    "Mac",
    "PageDown",
    "PageUp",
    "PublicKeyCredential",
    "Tab",
    "username webauthn",
];

/// Languages call themselves by their own name, and that no catalogue came is said without one.
const MAY_HAVE_WORDS: &[&str] = &["app/src/language", "app/src/pages/application"];

/// Literals of the app that people could read.
pub(super) fn come_from_catalogues(env: &Env, files: &[SourceFile], findings: &mut Vec<String>) -> Result<()> {
    let classes = classes(env)?;
    let app = files
        .iter()
        .filter(|file| file.is_below(&["app/src"]) && !is_tests(&file.name) && !file.is_below(MAY_HAVE_WORDS));
    for file in app {
        let told = file.literals().filter(|(line, literal)| {
            let for_people = is_words(literal, &classes) && !NO_WORDS.contains(literal);
            // Reasons of lints and broken promises are for whoever reads the code, classes for the styles.
            for_people
                && !["reason = ", ".expect(", "panic!(", "class"]
                    .iter()
                    .any(|of| file.line_says(*line, of))
        });
        findings.extend(told.map(|(line, literal)| {
            format!(
                "{}:{line}: \"{literal}\" is for people; tell it from shared/src/text/catalogue",
                file.name
            )
        }));
    }
    Ok(())
}

/// Every class that the styles know.
fn classes(env: &Env) -> Result<BTreeSet<String>> {
    let mut classes = BTreeSet::new();
    for path in files_below(&env.root.join("style"))? {
        let text = fs::read_to_string(path)?;
        let named = text.split('.').skip(1).map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
            rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().to_owned()
        });
        classes.extend(named);
    }
    Ok(classes)
}

/// Is it a sentence, or a word with a capital letter? A list of classes is neither, nor is a selector.
fn is_words(literal: &str, classes: &BTreeSet<String>) -> bool {
    if literal.starts_with(['.', '[', '#'])
        || literal.contains("--")
        || literal.split_whitespace().all(|word| classes.contains(word))
    {
        return false;
    }
    let letters: Vec<char> = literal.chars().collect();
    let sentence = letters
        .windows(3)
        .any(|three| matches!(three, [a, ' ', b] if a.is_lowercase() && b.is_alphabetic()));
    let mut first = literal.trim_start_matches([' ', '“']).chars();
    let word = first.next().is_some_and(char::is_uppercase) && first.next().is_some_and(char::is_lowercase);
    sentence || word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_classes_and_paths() {
        let classes = ["button".to_owned(), "button--quiet".to_owned()].into();
        for words in ["Save", "saved for {name}", "“Staff” is a role", " will be granted"] {
            assert!(is_words(words, &classes), "{words}");
        }
        for none in [
            "button button--quiet",
            ".field input, .field select",
            "M8 3v10M3 8h10",
            "{name}: {}",
            "aria-label",
            "",
        ] {
            assert!(!is_words(none, &classes), "{none}");
        }
    }
}
