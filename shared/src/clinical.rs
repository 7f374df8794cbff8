//! What clinical staff carry: identifiers checked by their published rules.

use serde::{Deserialize, Serialize};

use crate::verdict::Reason;

/// A National Provider Identifier: ten digits, the first 1 or 2, the last a Luhn check digit over `80840` and the
/// number (45 CFR 162.406; D7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Npi(String);

/// How many digits an NPI has.
const NPI_DIGITS: usize = 10;

impl Npi {
    /// Parses what a person typed; spaces around and between are theirs to use.
    ///
    /// # Errors
    /// The first thing that is wrong with it: a character, the first digit, its length or the check digit. What cannot be
    /// mended by typing on comes first, so that an unfinished number is told from a wrong one.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let mut digits = String::new();
        for (at, found) in (1..).zip(typed) {
            if !found.is_ascii_digit() {
                let found = found.to_string();
                return Err(Reason::NpiNotDigits { at, found });
            }
            digits.push(found);
        }
        let digit = |c: Option<char>| c.and_then(|c| c.to_digit(10)).and_then(|d| u8::try_from(d).ok());
        if let Some(found) = digit(digits.chars().next()).filter(|first| !matches!(first, 1 | 2)) {
            return Err(Reason::NpiFirstDigit { found });
        }
        if digits.len() != NPI_DIGITS {
            return Err(Reason::NpiLength {
                digits: digits.len().try_into().unwrap_or(u32::MAX),
            });
        }
        let off = luhn_sum("80840".chars().chain(digits.chars())) % 10;
        match digit(digits.chars().last()) {
            // The last digit counts once, so it is off by as much as the sum.
            Some(found) if off > 0 => Err(Reason::NpiCheckDigit {
                found,
                fits: (found + 10 - u8::try_from(off).unwrap_or_default()) % 10,
            }),
            _ => Ok(Self(digits)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How far a person has come with typing an NPI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NpiTyped {
    Nothing,
    /// Right so far.
    Unfinished {
        missing: u32,
    },
    Whole,
    /// Typing on does not mend it.
    Wrong(Reason),
}

impl NpiTyped {
    /// By the same rule as [`Npi::parse`].
    pub fn of(text: &str) -> Self {
        match Npi::parse(text) {
            Ok(_) => Self::Whole,
            Err(Reason::NpiLength { digits: 0 }) => Self::Nothing,
            Err(Reason::NpiLength { digits }) if digits < NPI_DIGITS as u32 => Self::Unfinished {
                missing: NPI_DIGITS as u32 - digits,
            },
            Err(reason) => Self::Wrong(reason),
        }
    }
}

fn luhn_sum(digits: impl DoubleEndedIterator<Item = char>) -> u32 {
    digits
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum()
}

/// A provider taxonomy code of the National Uniform Claim Committee: ten characters, digits and capitals, the last
/// always `X` (D7). Any well-formed code is accepted; the list of codes changes twice a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Taxonomy(String);

impl Taxonomy {
    /// Parses one code.
    ///
    /// # Errors
    /// [`Reason::TaxonomyMalformed`] with the text.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let code = text.trim().to_ascii_uppercase();
        let well_formed = code.len() == 10
            && code.ends_with('X')
            && code.starts_with(|c: char| c.is_ascii_digit())
            && code.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
        if well_formed {
            Ok(Self(code))
        } else {
            Err(Reason::TaxonomyMalformed {
                text: text.trim().to_owned(),
            })
        }
    }

    /// The codes that a text has, as typed: separated by commas, semicolons or white space.
    pub fn split(text: &str) -> impl Iterator<Item = &str> {
        text.split(|c: char| matches!(c, ',' | ';') || c.is_whitespace())
            .filter(|part| !part.is_empty())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A code that many people have, with the name that it is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownTaxonomy<'a> {
    pub code: &'a str,
    /// In English: the code set has no other names.
    pub name: &'a str,
}

/// The known codes, out of the text that a server serves as [`TAXONOMIES`].
pub fn known_taxonomies(text: &str) -> impl Iterator<Item = KnownTaxonomy<'_>> {
    text.lines().filter_map(|line| {
        let (code, name) = line.split_once(' ')?;
        Some(KnownTaxonomy { code, name })
    })
}

/// The name under which a server serves the text of the known codes, beside the words: it changes with the text. They are
/// 3 KB that few screens need, so they are in no program, and fetched when somebody comes to the field.
pub const TAXONOMIES: &str = include!(concat!(env!("OUT_DIR"), "/taxonomies.rs"));

/// Finds the known codes that have every word of `search`, in the code or at the beginning of a word of the name; the
/// best first: the code itself, then names that begin so, then the order of the list.
pub fn find_taxonomies<'a>(known: impl Iterator<Item = KnownTaxonomy<'a>>, search: &str) -> Vec<KnownTaxonomy<'a>> {
    let search = search.trim().to_lowercase();
    let terms: Vec<&str> = search.split_whitespace().collect();
    let mut found: Vec<(u8, KnownTaxonomy<'a>)> = known
        .filter_map(|one| {
            let (code, name) = (one.code.to_lowercase(), one.name.to_lowercase());
            let begins = |term: &&str| {
                let mut words = name.split(|c: char| !c.is_alphanumeric());
                code.starts_with(*term) || name.starts_with(*term) || words.any(|word| word.starts_with(*term))
            };
            let rank = match search.as_str() {
                whole if code == whole => 0,
                whole if name.starts_with(whole) => 1,
                _ => 2,
            };
            terms.iter().all(begins).then_some((rank, one))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_npi_is_told_from_a_wrong_one() {
        for (typed, state) in [
            ("", NpiTyped::Nothing),
            (" - ", NpiTyped::Nothing),
            ("1", NpiTyped::Unfinished { missing: 9 }),
            ("123 456-789", NpiTyped::Unfinished { missing: 1 }),
            ("1234567893", NpiTyped::Whole),
            ("3", NpiTyped::Wrong(Reason::NpiFirstDigit { found: 3 })),
            (
                "12l4",
                NpiTyped::Wrong(Reason::NpiNotDigits {
                    at: 3,
                    found: "l".into(),
                }),
            ),
            ("12345678930", NpiTyped::Wrong(Reason::NpiLength { digits: 11 })),
            (
                "1234567890",
                NpiTyped::Wrong(Reason::NpiCheckDigit { found: 0, fits: 3 }),
            ),
        ] {
            assert_eq!(NpiTyped::of(typed), state, "{typed}");
        }
    }

    #[test]
    fn the_check_digit_that_fits_does() {
        for first in ["123456789", "298765432", "100000000", "174921905"] {
            let fitting: Vec<u8> = (0..10_u8)
                .filter(|last| Npi::parse(&format!("{first}{last}")).is_ok())
                .collect();
            for last in 0..10_u8 {
                if let Err(reason) = Npi::parse(&format!("{first}{last}")) {
                    let told = Reason::NpiCheckDigit {
                        found: last,
                        fits: *fitting.first().expect("one of ten fits"),
                    };
                    assert_eq!(reason, told);
                }
            }
            assert_eq!(fitting.len(), 1);
        }
    }

    const KNOWN: &str = include_str!("clinical/taxonomies.txt");

    fn known() -> impl Iterator<Item = KnownTaxonomy<'static>> {
        known_taxonomies(KNOWN).filter(|one| one.code != "#")
    }

    #[test]
    fn the_known_codes_are_well_formed_and_each_is_there_once() {
        let codes: Vec<&str> = known().map(|one| one.code).collect();
        for code in &codes {
            assert_eq!(Taxonomy::parse(code).map(|parsed| parsed.0), Ok((*code).to_owned()));
        }
        let in_order = codes.windows(2).all(|pair| pair.first() < pair.last());
        assert!(in_order, "ordered by code, none twice");
        assert!(codes.len() > 150);
    }

    #[test]
    fn known_codes_are_found_by_name_and_by_code() {
        let first = |search: &str| find_taxonomies(known(), search).first().map(|one| one.code);
        assert_eq!(first("family med"), Some("207Q00000X"));
        assert_eq!(first("207rc0"), Some("207RC0000X"));
        assert_eq!(first("nurse family"), Some("363LF0000X"));
        assert_eq!(first("363lf0000x"), Some("363LF0000X"));
        assert_eq!(first("amily"), None, "a word is found by its beginning");
    }
}
