//! Who of an organisation would not fit a policy.

use std::sync::Arc;

use diesel::prelude::*;
use shared::Policy;
use shared::facts::Facts;
use shared::ids::{OrganisationId, UserId};
use shared::policy::breach::{Standard, new_breaches};
use shared::user::User;

use crate::store::schema::users as u;
use crate::store::{self, Conn, StoreError, codec};

/// People that are loaded at once.
const AT_ONCE: i64 = 500;

/// The policy in force and another one, to hold people against.
pub struct Held {
    organisation: OrganisationId,
    in_force: Standard,
    proposed: Standard,
}

impl Held {
    /// With the facts of whoever asks: all sites, and the policy in force.
    pub fn against(facts: &Facts, proposed: Arc<Policy>) -> Self {
        Self {
            organisation: facts.organisation.id,
            in_force: Standard::new(Arc::clone(&facts.policy), facts.organisation.clone()),
            proposed: Standard::new(proposed, facts.organisation.clone()),
        }
    }

    /// What the other policy would newly break for this person.
    pub fn breaches(&self, user: &User) -> Vec<shared::policy::breach::Breach> {
        new_breaches(&self.in_force, &self.proposed, user)
    }

    /// Everyone for whom it would newly break something, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub fn each(&self, conn: &mut Conn, mut found: impl FnMut(&User)) -> Result<(), StoreError> {
        let mut last = (String::new(), String::new());
        loop {
            let keys: Vec<(String, String)> = u::table
                .filter(u::organisation_id.eq(self.organisation.to_string()))
                .filter(
                    u::sort_name
                        .ge(last.0.clone())
                        .and(u::sort_name.gt(last.0.clone()).or(u::id.gt(last.1.clone()))),
                )
                .order((u::sort_name, u::id))
                .limit(AT_ONCE)
                .select((u::sort_name, u::id))
                .load(conn)?;
            let Some(end) = keys.last().cloned() else { return Ok(()) };
            last = end;
            let mut ids = Vec::with_capacity(keys.len());
            for (_, id) in &keys {
                ids.push(UserId(codec::uuid(id)?));
            }
            for record in store::load_users(conn, &ids)? {
                if !self.breaches(&record.user).is_empty() {
                    found(&record.user);
                }
            }
        }
    }
}
