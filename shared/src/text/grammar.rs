//! What happens to a word inside a sentence. Patterns ask for it: `{site, lower}`.

/// A word of the policy inside a sentence: "Practice" is "practice" there; "User Type" and "NPI" stay as they are.
pub fn lower(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if !letters.as_str().chars().any(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => word.to_owned(),
    }
}

/// A phrase inside a sentence: "View Patient Channels" is "view Patient Channels" there; "EHR access" stays as it is.
pub(super) fn lower_first(phrase: &str) -> String {
    let mut letters = phrase.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => phrase.to_owned(),
    }
}

/// A text at the beginning of a sentence.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// English: the word with its article: "a line", "an Admin".
pub(super) fn article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) || word.starts_with("un");
    // "a user", "a unit": the letter u is mostly spoken like "you".
    let article = if vowel { "an" } else { "a" };
    format!("{article} {word}")
}

/// French: "de ligne", "d’établissement". A common noun's h is mostly mute; a name keeps its own.
pub(super) fn french_de(word: &str) -> String {
    let first = word.chars().next().unwrap_or_default();
    let vowel = first
        .to_lowercase()
        .any(|letter| "aeiouyàâéèêëîïôùûœh".contains(letter))
        && first != 'H';
    if vowel {
        format!("d’{word}")
    } else {
        format!("de {word}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_change_inside_sentences() {
        assert_eq!([lower("Practice"), lower("User Type")], ["practice", "User Type"]);
        assert_eq!([lower("Équipe"), lower("NPI")], ["équipe", "NPI"]);
        assert_eq!(
            [lower_first("View Patient Channels"), lower_first("EHR access")],
            ["view Patient Channels", "EHR access"]
        );
        assert_eq!(capital("équipe"), "Équipe");
        assert_eq!(
            [article("Admin"), article("user"), article("unit")],
            ["an Admin", "a user", "an unit"]
        );
        assert_eq!(
            ["établissement", "hôpital", "ligne", "Harbour View"].map(french_de),
            ["d’établissement", "d’hôpital", "de ligne", "de Harbour View"]
        );
    }
}
