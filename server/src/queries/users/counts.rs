//! How many users each tab has. Lists that are kept ready have exact counts, kept by triggers; for others, counting stops
//! at [`COUNTED`]: whoever reads "1,000+" asks more narrowly, and no request counts a whole organisation.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Integer;
use shared::lifecycle::Status;
use shared::wire::{TabCounts, UserTab};

use super::filter::{Filter, Ready, in_tab};
use crate::store::schema::{facet_counts as fc, user_counts as uc, users as u};
use crate::store::{Backend, Conn, StoreError, codec, number};

/// So many people are counted in a tab; more are not told apart.
const COUNTED: u32 = 1_000;

/// Fewer people than this in all tabs together are read at once and counted exactly.
const FEW: usize = 4_000;

/// Status, whether locked, and how many.
type State = (String, bool, i64);

/// The counts of all tabs for the same search and filters.
pub(super) fn counts(conn: &mut Conn, filter: &Filter<'_>) -> Result<TabCounts, StoreError> {
    let states: Vec<State> = match filter.ready() {
        Some(Ready::Everybody) => uc::table
            .filter(uc::organisation_id.eq(filter.organisation()))
            .select((uc::status, uc::locked, uc::people))
            .load(conn)?,
        Some(Ready::Facet(facet)) => fc::table
            .filter(fc::organisation_id.eq(filter.organisation()))
            .filter(fc::role_id.eq(&facet.role))
            .filter(fc::site_id.eq(&facet.site))
            .select((fc::status, fc::locked, fc::people))
            .load(conn)?,
        None => match few(conn, filter)? {
            Some(states) => states,
            None => return tab_by_tab(conn, filter),
        },
    };
    let mut by_status: BTreeMap<String, i64> = BTreeMap::new();
    let mut locked = 0;
    for (status, is_locked, people) in states {
        *by_status.entry(status).or_default() += people;
        locked += if is_locked { people } else { 0 };
    }
    let of = |status: Status| -> Result<u32, StoreError> {
        Ok(number(
            by_status.get(&codec::name(&status)?).copied().unwrap_or_default(),
        ))
    };
    Ok(TabCounts {
        active: of(Status::Active)?,
        invited: of(Status::Invited)?,
        inactive: of(Status::Inactive)?,
        locked: number(locked),
        counted_to: None,
    })
}

/// All users that are found, when they are few: nobody has to be counted twice then.
fn few(conn: &mut Conn, filter: &Filter<'_>) -> Result<Option<Vec<State>>, StoreError> {
    if !filter.is_selective() {
        return Ok(None);
    }
    let mut found = u::table
        .select((u::status, u::locked_at.is_not_null()))
        .into_boxed::<Backend>();
    for condition in filter.conditions() {
        found = found.filter(condition);
    }
    let found: Vec<(String, bool)> = found.limit(i64::try_from(FEW).unwrap_or(i64::MAX)).load(conn)?;
    Ok((found.len() < FEW).then(|| found.into_iter().map(|(status, locked)| (status, locked, 1)).collect()))
}

fn tab_by_tab(conn: &mut Conn, filter: &Filter<'_>) -> Result<TabCounts, StoreError> {
    let mut of = |tab: UserTab| -> Result<u32, StoreError> {
        let mut found = u::table
            .select(diesel::dsl::sql::<Integer>("1"))
            .into_boxed::<Backend>()
            .filter(in_tab(tab)?);
        for condition in filter.conditions() {
            found = found.filter(condition);
        }
        let found: Vec<i32> = found.limit(i64::from(COUNTED)).load(conn)?;
        Ok(u32::try_from(found.len()).unwrap_or(COUNTED))
    };
    Ok(TabCounts {
        active: of(UserTab::Active)?,
        invited: of(UserTab::Invited)?,
        inactive: of(UserTab::Inactive)?,
        locked: of(UserTab::Locked)?,
        counted_to: Some(COUNTED),
    })
}
