//! The business: who may do what, where, and what an edit to that would mean.
//!
//! Pure: no clock, no randomness, no async, no HTTP, SQL or DOM. Everything a decision looks at is in [`Facts`]; the
//! answer is a [`Verdict`]. The browser runs it on every keystroke, the server inside the transaction, and only the
//! server's answer counts (X1).

pub mod acceptance;
pub mod access;
pub mod bulk;
pub mod calendar;
pub mod clinical;
pub mod decide;
pub mod device;
pub mod edit;
pub mod effective;
pub mod embed;
pub mod export;
pub mod factors;
pub mod facts;
pub mod form;
pub mod ids;
pub mod import;
pub mod licence;
pub mod lifecycle;
pub mod mail;
pub mod organisation;
pub mod policy;
pub mod proof;
pub mod provider;
pub mod text;
pub mod undo;
pub mod user;
pub mod verdict;
pub mod wire;

mod apply;
mod consequences;
mod plan;
mod remedy;
mod rules;

pub use decide::decide;
pub use edit::{AccessPatch, Edit};
pub use facts::Facts;
pub use policy::Policy;
pub use verdict::{Outcome, Verdict};
