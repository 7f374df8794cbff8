//! Who is selected, and what the action comes to for each of them.

use std::collections::BTreeSet;
use std::mem::discriminant;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use shared::bulk::{
    Bulk, BulkAction, BulkCounts, BulkDone, BulkGroup, BulkOutcome, BulkPerson, BulkPlan, BulkRefused, BulkSelection,
    BulkWhy, Judged,
};
use shared::edit::Edit;
use shared::facts::Known;
use shared::ids::{Revision, Timestamp, UserId};
use shared::policy::Power;
use shared::user::User;
use shared::verdict::{Confirmation, Field, Reason, Refusal, Verdict};
use shared::wire::{UserQuery, UserSort};

use super::BulkError;
use crate::facts::{self, Asker, Reach};
use crate::queries::{self, QueryError};
use crate::store::schema::users as u;
use crate::store::{self, Conn, StoreError, codec};

/// One action is about so many people at most: whoever means more can go on with the rest.
pub const PEOPLE_AT_MOST: u32 = 10_000;

/// People that are loaded at once.
const AT_ONCE: usize = 500;
const TOLD: u32 = 100;
const TOLD_AT_MOST: u32 = 1_000;

/// Somebody, and what it comes to for them.
pub(super) struct Person {
    pub(super) user: UserId,
    pub(super) revision: Revision,
    pub(super) name: String,
    pub(super) login_email: String,
    pub(super) judged: Judged,
}

/// Judges everyone who is selected, one after the other.
pub(super) fn each(
    conn: &mut Conn,
    asker: &Asker,
    action: &BulkAction,
    selection: &BulkSelection,
    now: Timestamp,
    mut visit: impl FnMut(Person) -> Result<(), StoreError>,
) -> Result<(), BulkError> {
    let facts = facts::of_asker(conn, asker, now)?;
    let reach = Reach::of(&facts.actor, &facts.policy, Power::Users)
        .ok_or(BulkError::Query(QueryError::PowerMissing(Power::Users)))?;
    let selected = selected(conn, asker, selection, now)?;
    let administrators = match facts.other_administrators {
        Known::Known(number) => number,
        Known::Unknown => 0,
    };
    let mut bulk = Bulk::new(facts, administrators, action.clone());
    for ids in selected.chunks(AT_ONCE) {
        let mut found = store::load_users(conn, ids)?.into_iter().peekable();
        for id in ids {
            let user = found.next_if(|record| record.user.id == *id);
            let user = user
                .filter(|record| record.organisation == asker.organisation)
                .map(|record| record.user)
                .filter(|user| reach.meets(user) || user.id == asker.user);
            visit(match user {
                Some(user) => known(&mut bulk, user),
                None => unknown(*id),
            })?;
        }
    }
    Ok(())
}

fn known(bulk: &mut Bulk, user: User) -> Person {
    Person {
        user: user.id,
        revision: user.revision,
        name: user.profile.display_name(),
        login_email: user.profile.login_email.clone(),
        judged: bulk.judge(user),
    }
}

/// Nobody, or nobody whom the asker may see: they learn the same of both.
fn unknown(user: UserId) -> Person {
    let refusal = Refusal {
        rule: "X1".into(),
        field: Field::Whole,
        reason: Reason::UserUnknown,
        remedy: None,
    };
    Person {
        user,
        revision: Revision::default(),
        name: String::new(),
        login_email: String::new(),
        judged: Judged {
            outcome: BulkOutcome::Refused,
            edit: None,
            verdict: Verdict {
                refusals: vec![refusal],
                ..Verdict::default()
            },
        },
    }
}

/// Everyone who is selected, by name; those who are not there at the end.
fn selected(
    conn: &mut Conn,
    asker: &Asker,
    selection: &BulkSelection,
    now: Timestamp,
) -> Result<Vec<UserId>, BulkError> {
    match selection {
        BulkSelection::Users(users) => {
            let total = u32::try_from(users.len()).unwrap_or(u32::MAX);
            if total > PEOPLE_AT_MOST {
                return Err(BulkError::TooMany(total));
            }
            let keys: Vec<String> = users.iter().map(ToString::to_string).collect();
            let found: Vec<String> = u::table
                .filter(u::organisation_id.eq(asker.organisation.to_string()))
                .filter(u::id.eq_any(keys))
                .order((u::sort_name, u::id))
                .select(u::id)
                .load(conn)?;
            let mut ids = Vec::with_capacity(users.len());
            for id in found {
                ids.push(UserId(codec::uuid(&id)?));
            }
            let there: BTreeSet<UserId> = ids.iter().copied().collect();
            ids.extend(users.difference(&there));
            Ok(ids)
        }
        BulkSelection::Matching { query, except } => {
            let total = queries::users::total(conn, asker, query, now)?;
            let left_out = u32::try_from(except.len()).unwrap_or(u32::MAX);
            if total.saturating_sub(left_out) > PEOPLE_AT_MOST {
                return Err(BulkError::TooMany(total));
            }
            let mut query = UserQuery {
                sort: UserSort::Name,
                after: None,
                limit: u32::try_from(AT_ONCE).ok(),
                ..query.clone()
            };
            let mut ids = Vec::new();
            loop {
                let page = queries::users::page(conn, asker, &query, now)?;
                ids.extend(
                    page.rows
                        .into_iter()
                        .map(|row| row.id)
                        .filter(|id| !except.contains(id)),
                );
                query.after = page.next;
                if query.after.is_none() {
                    return Ok(ids);
                }
            }
        }
    }
}

/// What is kept of somebody until it is their turn.
pub(super) struct Item {
    pub(super) user: UserId,
    pub(super) seen_revision: Revision,
    pub(super) name: String,
    pub(super) login_email: String,
    pub(super) edit: Option<Edit>,
    pub(super) confirmations: Vec<Confirmation>,
    pub(super) done: BulkDone,
    pub(super) refusals: Vec<Refusal>,
}

impl Item {
    pub(super) fn of(person: &Person) -> Self {
        let judged = &person.judged;
        Self {
            user: person.user,
            seen_revision: person.revision,
            name: person.name.clone(),
            login_email: person.login_email.clone(),
            edit: judged.edit.clone(),
            confirmations: judged.verdict.confirmations.clone(),
            done: match judged.outcome {
                BulkOutcome::WouldChange | BulkOutcome::NeedsConfirmation => BulkDone::Waiting,
                BulkOutcome::Nothing => BulkDone::Nothing,
                BulkOutcome::Refused => BulkDone::Refused,
            },
            refusals: judged.verdict.refusals.clone(),
        }
    }
}

/// A plan as it comes together: counts and reasons of everyone, the people of one page.
pub(super) struct Seen {
    offset: u32,
    until: u32,
    total: u32,
    counts: BulkCounts,
    groups: Vec<BulkGroup>,
    people: Vec<BulkPerson>,
    hash: Sha256,
}

/// Reasons that are told apart; the people of the others are counted all the same.
const GROUPS_AT_MOST: usize = 200;

impl Seen {
    pub(super) fn page(offset: u32, limit: Option<u32>) -> Self {
        Self {
            offset,
            until: offset.saturating_add(limit.unwrap_or(TOLD).min(TOLD_AT_MOST)),
            total: 0,
            counts: BulkCounts::default(),
            groups: Vec::new(),
            people: Vec::new(),
            hash: Sha256::new(),
        }
    }

    pub(super) fn add(&mut self, person: Person) -> Result<(), StoreError> {
        let judged = person.judged;
        self.hash.update(codec::json(&(
            person.user,
            person.revision,
            judged.outcome,
            &judged.edit,
            &judged.verdict.confirmations,
        ))?);
        self.counts.add(judged.outcome);
        match judged.outcome {
            BulkOutcome::Refused => {
                let mut counted = Vec::new();
                for refusal in &judged.verdict.refusals {
                    let why = BulkWhy::Refused(BulkRefused {
                        rule: refusal.rule.clone().into_owned(),
                        reason: refusal.reason.clone(),
                    });
                    // Somebody who is refused twice for one reason is one of those whom it refuses.
                    if !counted.contains(&why) {
                        self.count(why.clone());
                        counted.push(why);
                    }
                }
            }
            BulkOutcome::NeedsConfirmation => {
                for wanted in judged.verdict.confirmations.clone() {
                    self.count(BulkWhy::Confirm(wanted));
                }
            }
            BulkOutcome::WouldChange | BulkOutcome::Nothing => {}
        }
        if (self.offset..self.until).contains(&self.total) {
            self.people.push(BulkPerson {
                user: person.user,
                revision: person.revision,
                name: person.name,
                login_email: person.login_email,
                outcome: judged.outcome,
                verdict: judged.verdict,
            });
        }
        self.total += 1;
        Ok(())
    }

    fn count(&mut self, why: BulkWhy) {
        let same = |group: &&mut BulkGroup| match (&group.why, &why) {
            // A confirmation names the person whom it is about: one of a kind stands for all.
            (BulkWhy::Confirm(one), BulkWhy::Confirm(other)) => discriminant(one) == discriminant(other),
            (one, other) => one == other,
        };
        if let Some(group) = self.groups.iter_mut().find(same) {
            group.people += 1;
        } else if self.groups.len() < GROUPS_AT_MOST {
            self.groups.push(BulkGroup { why, people: 1 });
        }
    }

    pub(super) fn plan(mut self) -> BulkPlan {
        self.groups.sort_by_key(|group| std::cmp::Reverse(group.people));
        BulkPlan {
            total: self.total,
            counts: self.counts,
            groups: self.groups,
            people: self.people,
            fingerprint: codec::hex(&self.hash.finalize()),
        }
    }
}
