//! How easily a password is guessed (NIST SP 800-63B-4, 3.1.1.2): what is expected in it counts for nothing, and what is
//! left has to be hard to guess by itself.
//!
//! Expected are passwords that were found out (zxcvbn carries a list of 30,000), what the person and the organisation are
//! called, the words of `expected.txt`, walks over the keyboard, sequences, years and dates, and whatever has been said
//! before. All of them are found in other cases, with other signs between them, backwards, and with `@` for `a`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use zxcvbn::Match;
use zxcvbn::matching::patterns::MatchPattern;

use crate::store::codec::fold;

/// Characters that have to be left of a password without what is expected in it.
const MIN_LEFT: usize = 8;
/// The same beside a second factor.
const MIN_LEFT_WITH_FACTOR: usize = 5;
/// So many of the passwords that were found out count for nothing within a longer one. Further down the list are words like
/// any other.
const COMMON: usize = 1000;
/// Characters that are looked at; what lies beyond makes nothing weaker.
const LOOKED_AT: usize = 100;
/// Names that are taken into account, so that an organisation of very many sites makes nobody wait.
const NAMES: usize = 1000;

static EXPECTED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = include_str!("expected.txt").lines();
    let told = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    told.map(|line| squashed(&fold(line))).collect()
});

/// From 0 (guessed at once) to 4. `about` is what the person and their organisation are called; `with_factor` says that
/// there is a second factor.
pub(super) fn strength(password: &str, about: &[String], with_factor: bool) -> u8 {
    let looked_at: String = password.chars().take(LOOKED_AT).collect();
    let names = names(about);
    let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
    let min_left = if with_factor { MIN_LEFT_WITH_FACTOR } else { MIN_LEFT };
    let folded = fold(&looked_at);
    let squashed = squashed(&folded);
    let plain = substitutions_undone(&folded);
    [&looked_at, &folded, &squashed, &plain]
        .into_iter()
        .map(|text| judge(text, &inputs, &names, min_left))
        .min()
        .unwrap_or_default()
}

/// What a password is worth in one way of writing it.
fn judge(text: &str, inputs: &[&str], names: &BTreeSet<String>, min_left: usize) -> u8 {
    let whole = zxcvbn::zxcvbn(text, inputs);
    let mut seen = BTreeSet::new();
    let left: String = whole
        .sequence()
        .iter()
        .map(|part| unexpected(part, names, &mut seen))
        .collect();
    let told = left.chars().filter(|letter| letter.is_alphanumeric()).count();
    if left.chars().count() < min_left || told == 0 {
        // Whatever zxcvbn makes of several such parts, whoever guesses tries them first.
        return u8::from(whole.score()).min(1);
    }
    u8::from(whole.score().min(zxcvbn::zxcvbn(&left, inputs).score()))
}

/// What of a part is not expected: all of it or nothing.
fn unexpected(part: &Match, names: &BTreeSet<String>, seen: &mut BTreeSet<String>) -> String {
    match &part.pattern {
        MatchPattern::Dictionary(word) => {
            // The crate does not export the names of its dictionaries, except in what they print.
            let of_passwords = format!("{:?}", word.dictionary_name) == "Passwords";
            if names.contains(&word.matched_word) || (of_passwords && word.rank <= COMMON) {
                return String::new();
            }
        }
        MatchPattern::Repeat(again) => {
            let once = again.base_matches.iter().map(|part| unexpected(part, names, seen));
            return once.collect();
        }
        MatchPattern::Spatial(_) | MatchPattern::Sequence(_) | MatchPattern::Regex(_) | MatchPattern::Date(_) => {
            return String::new();
        }
        MatchPattern::BruteForce => {}
    }
    if seen.insert(fold(&part.token)) {
        part.token.clone()
    } else {
        String::new()
    }
}

/// Every name and each of its words, folded, with and without what stands between them.
fn names(about: &[String]) -> BTreeSet<String> {
    let of_person = about.iter().take(NAMES).flat_map(|text| {
        let folded = fold(text);
        let words: Vec<String> = folded
            .split(|letter: char| !letter.is_alphanumeric())
            .map(str::to_owned)
            .collect();
        let together = squashed(&folded);
        words.into_iter().chain([together, folded])
    });
    of_person
        .chain(EXPECTED.iter().cloned())
        .filter(|name| name.chars().count() >= 3)
        .collect()
}

/// Letters and digits alone.
fn squashed(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The letters that common substitutions stand for, and nothing that stands between words.
fn substitutions_undone(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '@' | '4' => 'a',
        '8' => 'b',
        '3' => 'e',
        '1' | '!' | '|' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' | '+' => 't',
        '2' => 'z',
        other => other,
    });
    letters.filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> Vec<String> {
        [
            "Maple Clinic",
            "the Tebra portal",
            "Tebra",
            "Maya Reyes",
            "maya.reyes@riverside.example",
            "Harbour View clinic",
            "Elm Street",
            "Ana García",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn what_is_expected_makes_no_password_however_it_is_put_together() {
        for easy in [
            "Tebra tebra tebra",
            "Password1! Password1!",
            "Admin@123 Admin@123",
            "password 123456 qwerty",
            "passwordqwerty123456",
            "qwerty asdfgh zxcvbn",
            "abc def ghi jkl",
            "correct horse battery staple",
            "C0rrect-H0rse-Battery-Staple!",
            "admin riverside example",
            "Maya Reyes Maya Reyes",
            "Harbour View clinic",
            "harbourviewclinic2026",
            "P@ssw0rd P@ssw0rd 2026",
            "Elm Street Riverside Tebra",
            "garcia ana garcia ana 1990",
            "welcome to the tebra portal",
            "1234567890 0987654321",
            "drowssap sseccus",
            "monkey dragon master shadow",
            "letmein letmein letmein",
        ] {
            let strength = strength(easy, &about(), false);
            assert!(strength < 3, "{easy}: {strength}");
        }
        for easy in ["Tebra2026!", "maya-reyes", "Password1!", "qwertyui", "12345678"] {
            let strength = strength(easy, &about(), true);
            assert!(strength < 2, "{easy}: {strength}");
        }
    }

    #[test]
    fn what_is_left_counts_beside_what_is_expected() {
        for good in [
            "kettle under a blue sky",
            "calm-front-desk-2026",
            "Ünïcödé wörds, tøø",
            "k7wm-p3xr-9vtd-hq2n",
            "Maya paints seven lanterns",
            "elm leaves along the gravel path",
            "vendredi la pluie sur le toit",
            "una jirafa bebe limonada",
        ] {
            assert!(strength(good, &about(), false) >= 3, "{good}");
        }
        assert!(strength("v7!kQz2p", &about(), true) >= 2);
    }

    #[test]
    fn a_word_said_again_counts_once() {
        assert!(strength("lantern lantern lantern", &[], false) < 3);
        assert!(strength("lantern gravel lantern gravel", &[], false) <= strength("lantern gravel", &[], false));
    }
}
