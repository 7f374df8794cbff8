//! What travels about actions for many people.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::BulkAction;
use crate::ids::{Revision, Timestamp, UserId};
use crate::verdict::{Confirmation, Reason, Refusal, Verdict};
use crate::wire::UserQuery;

/// Whom an action is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkSelection {
    /// These people.
    Users(BTreeSet<UserId>),
    /// Everyone whom a list finds, but for some. `after` and `limit` count for nothing.
    Matching {
        query: UserQuery,
        #[serde(default)]
        except: BTreeSet<UserId>,
    },
}

/// `POST /api/v1/bulk/plan`: what an action would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkAsk {
    pub action: BulkAction,
    pub selection: BulkSelection,
    /// Leave out so many people of the answer; the counts are for all.
    #[serde(default)]
    pub offset: u32,
    /// Tell of so many people; 100 unless given, 1,000 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What an action would come to for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkOutcome {
    WouldChange,
    /// It would change once that is confirmed.
    NeedsConfirmation,
    /// They are as the action wants them.
    Nothing,
    Refused,
}

/// A plan: nothing has been changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkPlan {
    /// People who are selected.
    pub total: u32,
    pub counts: BulkCounts,
    /// Why so many are refused or have to be confirmed; the most frequent first.
    pub groups: Vec<BulkGroup>,
    /// In the order of their names.
    pub people: Vec<BulkPerson>,
    /// Names exactly this plan: it is given back to carry it out.
    pub fingerprint: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkCounts {
    pub would_change: u32,
    pub needs_confirmation: u32,
    pub nothing: u32,
    pub refused: u32,
}

impl BulkCounts {
    pub fn add(&mut self, outcome: BulkOutcome) {
        let count = match outcome {
            BulkOutcome::WouldChange => &mut self.would_change,
            BulkOutcome::NeedsConfirmation => &mut self.needs_confirmation,
            BulkOutcome::Nothing => &mut self.nothing,
            BulkOutcome::Refused => &mut self.refused,
        };
        *count = count.saturating_add(1);
    }
}

/// People who share a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkGroup {
    pub why: BulkWhy,
    pub people: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkWhy {
    Refused(BulkRefused),
    /// To be confirmed; the first one of its kind stands for all of them.
    Confirm(Confirmation),
}

/// What refuses, without the place and the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRefused {
    /// The behaviour that refuses: "X5".
    pub rule: String,
    pub reason: Reason,
}

/// What an action would come to for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkPerson {
    pub user: UserId,
    pub revision: Revision,
    /// Empty where the person has no name yet (O6).
    pub name: String,
    pub login_email: String,
    pub outcome: BulkOutcome,
    pub verdict: Verdict,
}

/// `POST /api/v1/bulk`: carry a plan out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRun {
    pub action: BulkAction,
    pub selection: BulkSelection,
    /// That of the plan that was seen. When the plan has become another one, nothing is done.
    pub fingerprint: String,
    /// Confirms everything that the plan wants confirmed.
    #[serde(default)]
    pub confirmed: bool,
    /// Made once for each intended action: the same request again gives the same job, and goes on with it where it was
    /// stopped.
    pub idempotency_key: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkState {
    Running,
    /// The server was stopped midway. Whole people are done; the same request again goes on.
    Stopped,
    Done,
}

/// `GET /api/v1/bulk/{id}`: how far an action is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkJob {
    pub id: Uuid,
    pub action: BulkAction,
    pub state: BulkState,
    pub total: u32,
    /// People whom it came to something for.
    pub done: u32,
    pub tally: BulkTally,
    pub asked_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkTally {
    pub waiting: u32,
    pub changed: u32,
    pub nothing: u32,
    pub refused: u32,
    pub changed_meanwhile: u32,
}

/// What came of an action for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkDone {
    Waiting,
    Changed,
    Nothing,
    Refused,
    /// Somebody else edited the person after the plan was made: nothing was overwritten (X6).
    ChangedMeanwhile,
}

/// One page of what came of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkPeople {
    pub people: Vec<BulkResult>,
    /// Give it as `after` to go on; absent on the last page.
    pub next: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    pub user: UserId,
    pub name: String,
    pub login_email: String,
    pub done: BulkDone,
    /// Why it is refused.
    pub refusals: Vec<Refusal>,
    /// Whether the account can be used by now and reaches nothing until roles and sites are assigned (T6).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reaches_nothing: bool,
    /// Where the edit stands on the audit record.
    pub audit_sequence: Option<u64>,
}
