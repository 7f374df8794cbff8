//! What the person who imports has settled. Data, kept beside the file: planning again gives the same plan.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::mapping::{About, Target};

/// Everything settled for one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Choices {
    /// Which column is which, where it is not as recognised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnChoice>,
    /// What a word of the file means here. Near matches take effect only through this.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<WordChoice>,
    /// Cells put right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// Rows to leave out, by number.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ColumnChoice {
    /// Counts from 0.
    pub column: u32,
    pub meaning: Column,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WordChoice {
    pub about: About,
    /// As in the file; case, accents and punctuation do not matter.
    pub word: String,
    pub target: Target,
}

/// Stands for the file's cell from then on; the file itself stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Correction {
    /// As a spreadsheet numbers it: the header is row 1.
    pub row: u32,
    /// Counts from 0.
    pub column: u32,
    pub text: String,
}

impl Choices {
    /// The meaning chosen for a column, the latest choice first.
    pub(super) fn column(&self, column: u32) -> Option<Column> {
        self.columns
            .iter()
            .rev()
            .find(|choice| choice.column == column)
            .map(|choice| choice.meaning)
    }

    pub(super) fn correction(&self, row: u32, column: u32) -> Option<&str> {
        self.corrections
            .iter()
            .rev()
            .find(|c| c.row == row && c.column == column)
            .map(|c| c.text.as_str())
    }

    /// The same choices with one more cell put right.
    #[must_use]
    pub fn corrected(mut self, correction: Correction) -> Self {
        self.corrections
            .retain(|c| (c.row, c.column) != (correction.row, correction.column));
        self.corrections.push(correction);
        self
    }

    /// The same choices with one more word settled; `None` takes the choice back.
    #[must_use]
    pub fn with_word(mut self, about: About, word: &str, target: Option<Target>) -> Self {
        self.words.retain(|choice| choice.about != about || choice.word != word);
        if let Some(target) = target {
            self.words.push(WordChoice {
                about,
                word: word.to_owned(),
                target,
            });
        }
        self
    }

    /// The same choices with the meaning of one column settled.
    #[must_use]
    pub fn with_column(mut self, column: u32, meaning: Column) -> Self {
        self.columns.retain(|choice| choice.column != column);
        self.columns.push(ColumnChoice { column, meaning });
        self
    }
}
