//! The people who work while the server dies, and what they were told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use shared::Edit;
use shared::edit::AccessPatch;
use shared::ids::{Revision, UserId};
use shared::user::ProfileField;
use shared::wire::{Accepted, Proposal, UserView};
use uuid::Uuid;

use super::super::dice::Dice;
use crate::http::{Session, make};
use crate::process::Outcome;

/// A browser gives a request up after this time.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a person is called after so many changes; no name is part of another.
pub(super) fn name(change: u32) -> String {
    format!("Kit Number{change}x")
}

/// Somebody who was invited, and what was said of them.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) user: UserId,
    pub(super) email: String,
    /// The revision of the last change that was acknowledged; none before the first.
    pub(super) acknowledged: Option<Revision>,
    pub(super) all_acknowledged: BTreeSet<u32>,
    /// The last change that was ever sent. Change 0 is the invitation.
    pub(super) tried: u32,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) invited: u32,
    pub(super) changed: u32,
    pub(super) unanswered: u32,
    pub(super) given_up: u32,
}

/// What everyone was told.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    people: Mutex<BTreeMap<UserId, Person>>,
    counts: Mutex<Counts>,
}

impl Ledger {
    pub(super) fn people(&self) -> Vec<Person> {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.values().cloned().collect()
    }

    pub(super) fn counts(&self) -> Counts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn keep(&self, person: &Person) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.insert(person.user, person.clone());
    }
}

/// One person at work.
pub(super) struct Work {
    session: Session,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    dice: Dice,
    mine: Vec<Person>,
}

impl Work {
    pub(super) fn new(session: Session, ledger: Arc<Ledger>, stop: Arc<AtomicBool>, dice: Dice) -> Self {
        Self {
            session,
            ledger,
            stop,
            dice,
            mine: Vec::new(),
        }
    }

    pub(super) async fn go_on(mut self) -> Outcome<()> {
        while !self.stop.load(Ordering::Relaxed) {
            if self.mine.is_empty() || self.dice.below(3) == 0 {
                self.invite().await?;
            } else {
                let at = usize::try_from(self.dice.below(self.mine.len() as u64))?;
                self.change(at).await?;
            }
        }
        Ok(())
    }

    async fn invite(&mut self) -> Outcome<()> {
        let user = UserId(Uuid::now_v7());
        let mut person = Person {
            user,
            email: format!("{}@riverside.example", user.0.simple()),
            acknowledged: None,
            all_acknowledged: BTreeSet::new(),
            tried: 0,
        };
        self.ledger.keep(&person);
        let edit = Edit::Invite {
            user,
            profile: make::profile(&[
                (ProfileField::Name, &name(0)),
                (ProfileField::LoginEmail, &person.email),
            ]),
            access: AccessPatch {
                primary_site: Some(make::site("elm")),
                ..make::grant(&["front_desk at elm"])
            },
        };
        if let Some(accepted) = self.send(edit, None).await? {
            person.acknowledged = accepted.subject.map(|subject| subject.revision);
            person.all_acknowledged.insert(0);
            self.ledger.count(|counts| counts.invited += 1);
            self.ledger.keep(&person);
            self.mine.push(person);
        }
        Ok(())
    }

    async fn change(&mut self, at: usize) -> Outcome<()> {
        let Some(mut person) = self.mine.get(at).cloned() else {
            return Ok(());
        };
        // Whoever was left without an answer looks first.
        let seen = match person.acknowledged {
            Some(revision) => Some(revision),
            None => self.look(person.user).await,
        };
        let Some(seen) = seen else { return Ok(()) };
        person.tried += 1;
        self.ledger.keep(&person);
        let edit = Edit::Change {
            user: person.user,
            profile: make::profile(&[(ProfileField::Name, &name(person.tried))]),
            access: AccessPatch::default(),
        };
        let accepted = self.send(edit, Some(seen)).await?;
        person.acknowledged = None;
        if let Some(accepted) = accepted {
            person.acknowledged = accepted.subject.map(|subject| subject.revision);
            person.all_acknowledged.insert(person.tried);
            self.ledger.count(|counts| counts.changed += 1);
        }
        self.ledger.keep(&person);
        if let Some(mine) = self.mine.get_mut(at) {
            *mine = person;
        }
        Ok(())
    }

    /// Sends an edit until it is acknowledged, always with the same key; every fourth who gets no answer gives up.
    async fn send(&mut self, edit: Edit, seen_revision: Option<Revision>) -> Outcome<Option<Accepted>> {
        let proposal = Proposal {
            edit,
            seen_revision,
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        };
        let gives_up = self.dice.below(4) == 0;
        let mut missed = false;
        loop {
            let request = self.session.request(Method::POST, "/api/v1/edits");
            let answer = match request.timeout(PATIENCE).json(&proposal).send().await {
                Ok(response) => Some((response.status(), response.bytes().await)),
                Err(_) => None,
            };
            match answer {
                Some((StatusCode::OK, Ok(body))) => return Ok(Some(serde_json::from_slice(&body)?)),
                // The line broke, or the process was ending.
                None | Some((_, Err(_))) | Some((StatusCode::SERVICE_UNAVAILABLE, _)) => {}
                Some((status, Ok(body))) => {
                    return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
                }
            }
            if !std::mem::replace(&mut missed, true) {
                self.ledger.count(|counts| counts.unanswered += 1);
                if gives_up {
                    self.ledger.count(|counts| counts.given_up += 1);
                    return Ok(None);
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The revision as it is now, once the server answers.
    async fn look(&self, user: UserId) -> Option<Revision> {
        loop {
            let request = self.session.request(Method::GET, &format!("/api/v1/users/{user}"));
            let answer = request.timeout(PATIENCE).send().await;
            match answer {
                Ok(response) if response.status() == StatusCode::OK => {
                    if let Ok(view) = response.json::<UserView>().await {
                        return view.facts.subject.map(|subject| subject.revision);
                    }
                }
                Ok(response) if response.status() == StatusCode::NOT_FOUND => return None,
                _ => {}
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
