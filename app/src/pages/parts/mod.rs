//! Parts of screens that know the application: more than widgets, less than pages.

mod action;
mod judgement;
mod person;

pub(crate) use action::{ActionDialog, Actions, action_label, is_danger};
pub(crate) use judgement::{Confirming, JudgementPanel, SaveProblem};
pub(crate) use person::{name_or_unnamed, roles_line, row_as_user, sees_nothing_mark, sites_line, status_word};
