//! Folding: two texts that a person would call the same become the same.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The text in small letters, without accents and punctuation, one space between words.
///
/// Apostrophes and full stops go without a trace ("St. Mary's" is "st marys"); other punctuation separates words.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space_due = false;
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            '\'' | '.' | '\u{2019}' | '\u{2018}' | '`' | '\u{b4}' => {}
            c if c.is_alphanumeric() => {
                if space_due && !folded.is_empty() {
                    folded.push(' ');
                }
                space_due = false;
                match plain(c) {
                    Some(letters) => folded.push_str(letters),
                    None => folded.push(c),
                }
            }
            _ => space_due = true,
        }
    }
    folded
}

/// Letters that do not decompose and that people type plain.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'đ' | 'ð' => "d",
        'ø' => "o",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// The text without spaces around it and with single spaces inside. Spaces that do not look like spaces count too.
pub(super) fn tidy(text: &str) -> String {
    let invisible = |c: char| matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{200e}' | '\u{200f}');
    text.split(|c: char| c.is_whitespace() || invisible(c))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_spaces_and_punctuation_do_not_matter() {
        for (one, other) in [
            ("St. Mary's – North", "st marys-north"),
            ("St. Mary’s – North", "ST MARY'S NORTH"),
            ("  Front\u{a0} Desk ", "front_desk"),
            ("Élise Nguyễn", "elise nguyen"),
            ("Đặng", "dang"),
            ("Straße", "STRASSE"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn different_words_stay_different() {
        assert_ne!(fold("Elm St"), fold("Elm Street"));
        assert_ne!(fold("North 1"), fold("North 2"));
        assert_eq!(fold(" – "), "");
    }

    #[test]
    fn tidy_keeps_the_letters() {
        assert_eq!(tidy("  Renee \u{a0} Ann\t"), "Renee Ann");
        assert_eq!(tidy("\u{feff}Ana\u{200b}"), "Ana");
        assert_eq!(tidy("Đặng"), "Đặng");
    }
}
