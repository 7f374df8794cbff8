//! Reading: lists, searches and counts. Always one organisation's, and of it only what the reader reaches; roles hidden
//! from the reader stay hidden (M9).

pub mod audit;
pub mod breach;
pub mod cases;
mod cursor;
pub mod devices;
pub mod embedding;
pub mod holders;
pub mod mail;
pub mod members;
pub mod places;
pub mod sessions;
pub mod users;

use diesel::sql_types::Bool;
use shared::access::{Assignment, Place};
use shared::facts::Facts;
use shared::ids::RoleId;
use shared::organisation::Resource;
use shared::policy::Power;

use crate::facts::{FactsError, Reach};
use crate::store::{Backend, StoreError};

/// Why a question is not answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// Only those who administer this may ask (403).
    #[error("the reader lacks the power")]
    PowerMissing(Power),
    /// Nothing that this reader may see (404).
    #[error("nothing there")]
    NotFound,
    /// The cursor is not one that this server gave for this order (400).
    #[error("the cursor is not of this list")]
    BadCursor,
    #[error(transparent)]
    Facts(#[from] FactsError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for QueryError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A condition on rows of `T`.
type Condition<T> = Box<dyn diesel::BoxableExpression<T, Backend, SqlType = Bool>>;

/// Where the reader has the power; refused if nowhere.
fn reach(facts: &Facts, power: Power) -> Result<Reach, QueryError> {
    Reach::of(&facts.actor, &facts.policy, power).ok_or(QueryError::PowerMissing(power))
}

/// Whether a reader of these facts, who reaches so far, learns of a role that is held at a place.
fn sees(facts: &Facts, reach: &Reach, role: &RoleId, place: Place) -> bool {
    facts.policy.role(role).is_some() && (place == Place::Organisation || reach.covers(place))
}

/// Where a resource lies.
fn place_of(resource: &Resource) -> Place {
    resource.site.map_or(Place::Organisation, Place::Site)
}

fn seen_assignments(facts: &Facts, reach: &Reach, assignments: Vec<Assignment>) -> Vec<Assignment> {
    let seen = |assignment: &Assignment| sees(facts, reach, &assignment.role, assignment.place());
    assignments.into_iter().filter(seen).collect()
}

/// A search term as a pattern for any part of a text.
fn any_part(term: &str) -> String {
    let mut pattern = String::with_capacity(term.len() + 2);
    pattern.push('%');
    for c in term.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
