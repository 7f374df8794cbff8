//! What clinical staff carry: identifiers checked by their published rules.

use serde::{Deserialize, Serialize};

use crate::verdict::Reason;

/// A National Provider Identifier: ten digits, the first 1 or 2, the last a Luhn check digit over `80840` and the
/// number (45 CFR 162.406; D7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Npi(String);

impl Npi {
    /// Parses what a person typed; spaces around and between are theirs to use.
    ///
    /// # Errors
    /// The first thing that is wrong with it: its length, a character, the first digit or the check digit.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(Reason::NpiNotDigits);
        }
        if digits.len() != 10 {
            return Err(Reason::NpiLength {
                digits: digits.len().try_into().unwrap_or(u32::MAX),
            });
        }
        if !digits.starts_with(['1', '2']) {
            return Err(Reason::NpiFirstDigit);
        }
        if !luhn_sum("80840".chars().chain(digits.chars())).is_multiple_of(10) {
            return Err(Reason::NpiCheckDigit);
        }
        Ok(Self(digits))
    }

    pub fn as_str(&self) -> &str {
        &self.0
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

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
