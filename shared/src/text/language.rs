//! The languages, and what they do differently with numbers and lists.

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    French,
    Spanish,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::Spanish];

    /// The tag (BCP 47), for the `lang` attribute of a page.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// The language of a tag (BCP 47), whatever its region: `fr-CA` is French.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The language nearest to a tag (BCP 47); English where there is none near.
    pub fn nearest(tag: &str) -> Self {
        Self::of_tag(tag).unwrap_or_default()
    }

    /// The language that a list of weighted tags likes best, as in the header `Accept-Language` (RFC 9110, 12.5.4);
    /// English where it names none that is spoken.
    pub fn preferred(list: &str) -> Self {
        let mut best = (0_u16, Self::default());
        for item in list.split(',') {
            let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(1000, thousandths);
            if let Some(language) = Self::of_tag(tag)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The category of a whole number (CLDR, plural rules).
    pub(super) fn plural(self, number: u64) -> &'static str {
        match (self, number) {
            (Self::French, 0) | (_, 1) => "one",
            (Self::French | Self::Spanish, _) if number != 0 && number.is_multiple_of(1_000_000) => "many",
            _ => "other",
        }
    }

    /// A whole number with its groups of three (CLDR: Spanish groups from five digits on).
    pub(super) fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let (separator, shortest) = match self {
            Self::English => (',', 4),
            Self::French => ('\u{202f}', 4),
            Self::Spanish => ('.', 5),
        };
        if digits.len() < shortest {
            return digits;
        }
        let mut out = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }

    /// A number of hundredths: an amount of money.
    pub(super) fn hundredths(self, hundredths: u32) -> String {
        let point = match self {
            Self::English => '.',
            Self::French | Self::Spanish => ',',
        };
        format!(
            "{}{point}{:02}",
            self.number(u64::from(hundredths / 100)),
            hundredths % 100
        )
    }

    /// "and" before this word.
    pub(super) fn and(self, next: &str) -> &'static str {
        match self {
            Self::English => "and",
            Self::French => "et",
            // "e" before the sound of i, but not before a diphthong: "y hierro".
            Self::Spanish if begins(next, &["i", "í", "hi", "hí"]) && !begins(next, &["hie", "hia", "io"]) => "e",
            Self::Spanish => "y",
        }
    }

    /// "or" before this word.
    pub(super) fn or(self, next: &str) -> &'static str {
        match self {
            Self::English => "or",
            Self::French => "ou",
            Self::Spanish if begins(next, &["o", "ó", "ho", "hó", "8"]) => "u",
            Self::Spanish => "o",
        }
    }
}

fn begins(word: &str, sounds: &[&str]) -> bool {
    let word: String = word.chars().take(3).flat_map(char::to_lowercase).collect();
    sounds.iter().any(|sound| word.starts_with(sound))
}

/// A weight such as "0.8", in thousandths; 0 for what is none.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u16>(), digits.parse::<u16>()) {
        (Ok(0), Ok(part)) => part,
        (Ok(1), Ok(_)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_leads_to_the_nearest_language() {
        for (tag, language) in [
            ("en-GB", Language::English),
            ("fr-CA", Language::French),
            ("FR", Language::French),
            ("es-MX", Language::Spanish),
            ("de", Language::English),
            ("", Language::English),
            ("frr", Language::English),
        ] {
            assert_eq!(Language::nearest(tag), language, "{tag:?}");
        }
    }

    #[test]
    fn of_a_list_the_weightiest_counts_and_the_first_of_equals() {
        for (list, language) in [
            ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", Language::French),
            ("de, es;q=0.7, en;q=0.3", Language::Spanish),
            ("en;q=0.2, es;q=0.25", Language::Spanish),
            ("fr;q=0, es;q=0.001", Language::Spanish),
            ("es, fr", Language::Spanish),
            ("de, it", Language::English),
            ("fr;q=nonsense", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::preferred(list), language, "{list:?}");
        }
    }

    #[test]
    fn numbers_have_the_categories_and_groups_of_their_language() {
        let categories = |language: Language| [0, 1, 2, 1_000_000].map(|number| language.plural(number));
        assert_eq!(categories(Language::English), ["other", "one", "other", "other"]);
        assert_eq!(categories(Language::French), ["one", "one", "other", "many"]);
        assert_eq!(categories(Language::Spanish), ["other", "one", "other", "many"]);
        let numbers = |language: Language| [7, 1_240, 12_400, 1_234_567].map(|number| language.number(number));
        assert_eq!(numbers(Language::English), ["7", "1,240", "12,400", "1,234,567"]);
        assert_eq!(
            numbers(Language::French),
            ["7", "1\u{202f}240", "12\u{202f}400", "1\u{202f}234\u{202f}567"]
        );
        assert_eq!(numbers(Language::Spanish), ["7", "1240", "12.400", "1.234.567"]);
        assert_eq!(Language::English.hundredths(123_405), "1,234.05");
        assert_eq!(Language::French.hundredths(9_905), "99,05");
    }

    #[test]
    fn spanish_conjunctions_listen_to_what_follows() {
        let and = |next| Language::Spanish.and(next);
        assert_eq!(
            [and("Informes"), and("Historia"), and("Hierro"), and("Notas")],
            ["e", "e", "y", "y"]
        );
        assert_eq!([Language::Spanish.or("Otro"), Language::Spanish.or("Uno")], ["u", "o"]);
    }
}
