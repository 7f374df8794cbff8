//! English. Short and plain, no blame; the organisation's own words ("Practice", "Line"), in lower case inside a sentence.

pub(super) mod consequence;
pub(super) mod finding;
pub(super) mod names;
pub(super) mod reason;
pub(super) mod record;
pub(super) mod remedy;

use crate::verdict::{Confirmation, Outcome, Verdict};

/// What a verdict comes to, in one line: "2 to correct, 1 to confirm".
pub(super) fn summary(verdict: &Verdict, given: &[Confirmation]) -> String {
    let counts = [
        (verdict.refusals.len(), "to correct"),
        (verdict.missing(given).count(), "to confirm"),
        (verdict.undecided.len(), "checked when you save"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if !parts.is_empty() {
        return parts.join(", ");
    }
    match (verdict.outcome(given), verdict.changes.is_empty()) {
        (_, true) => "Nothing changes".to_owned(),
        (Outcome::Allowed | Outcome::NeedsConfirmation | Outcome::Undecided | Outcome::Refused, false) => {
            "Ready to save".to_owned()
        }
    }
}

/// A word of the policy inside a sentence: "Practice" is "practice" there; "User Type" and "NPI" stay as they are.
fn lower(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if !letters.as_str().chars().any(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => word.to_owned(),
    }
}

/// A phrase inside a sentence: "View Patient Channels" is "view Patient Channels" there; "EHR access" stays as it is.
fn lower_first(phrase: &str) -> String {
    let mut letters = phrase.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => phrase.to_owned(),
    }
}

/// A text at the beginning of a sentence.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// A sentence that may begin with a stand-in for a name ("this person", "another line"). A name or an address at the
/// beginning stays as it is written.
fn begun(sentence: String) -> String {
    if sentence.starts_with("another ") || sentence.starts_with("this person") {
        capital(&sentence)
    } else {
        sentence
    }
}

/// The word with its article: "a line", "an Admin".
fn an(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) || word.starts_with("un");
    // "a user", "a unit": the letter u is mostly spoken like "you".
    let article = if vowel { "an" } else { "a" };
    format!("{article} {word}")
}

/// "1 line", "3 lines".
fn count(number: impl Into<u64>, one: &str, many: &str) -> String {
    let number = number.into();
    let word = if number == 1 { one } else { many };
    format!("{number} {word}")
}

/// "1 person", "3 people".
fn people(number: u32) -> String {
    count(number, "person", "people")
}

/// "A, B and C".
fn list<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "and")
}

/// "A, B or C".
fn either<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "or")
}

fn joined<S: AsRef<str>>(items: &[S], word: &str) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            let last = index + 1 == items.len();
            text.push_str(if last { " " } else { ", " });
            if last {
                text.push_str(word);
                text.push(' ');
            }
        }
        text.push_str(item.as_ref());
    }
    text
}

/// A long list, cut: "A, B and 5 more".
fn cut_list(mut items: Vec<String>, at_most: usize) -> String {
    if items.len() > at_most {
        let more = items.len() - at_most + 1;
        items.truncate(at_most.saturating_sub(1));
        items.push(format!("{more} more"));
    }
    list(&items)
}
