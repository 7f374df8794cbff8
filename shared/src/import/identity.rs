//! Who is who in a file: rows that are one person, and addresses that two people claim.

use std::collections::{BTreeMap, BTreeSet};

use super::column::{Column, ColumnUse};
use super::fold::fold;
use super::mapping::Standing;
use super::person::{Person, column_of};
use super::rows::{Finding, Why};
use crate::user::ProfileField;

/// What a row's claim to be someone comes to.
pub(super) enum Claim {
    Clear,
    /// An earlier row says all of it.
    DuplicateOf(u32),
    Contested(Vec<Finding>),
}

/// Judges the claim of every row, in the order of the rows. Rows left out claim nothing.
///
/// Two rows are one person when they have the same employee number, or the same address and name. The same name alone
/// says nothing: a clinic may have three Jane Nguyễns.
pub(super) fn claims(people: &[Person], columns: &[ColumnUse], left_out: &BTreeSet<u32>) -> Vec<Claim> {
    let mut by_id: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    let mut by_address: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    for person in people.iter().filter(|person| !left_out.contains(&person.row)) {
        if !person.employee_id.is_empty() {
            by_id.entry(&person.employee_id).or_default().push(person);
        }
        if !person.login_email.is_empty() {
            by_address.entry(&person.login_email).or_default().push(person);
        }
    }
    let same_id = |person: &Person| {
        by_id
            .get(person.employee_id.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let same_address = |person: &Person| {
        by_address
            .get(person.login_email.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default()
    };

    let judge = |person: &Person| {
        if left_out.contains(&person.row) {
            return Claim::Clear;
        }
        let others = || {
            same_id(person)
                .iter()
                .chain(same_address(person))
                .filter(|other| other.row != person.row)
        };
        let twin = others()
            .filter(|other| other.row < person.row && says_the_same(other, person))
            .map(|o| o.row)
            .min();
        if let Some(row) = twin {
            return Claim::DuplicateOf(row);
        }
        let mut findings = Vec::new();
        let differing = others().filter(|other| is_same_person(other, person) && !says_the_same(other, person));
        if let Some(row) = differing.map(|other| other.row).min() {
            let column = columns.iter().position(|column| column.meaning == Column::EmployeeId);
            let column = column.and_then(|place| u32::try_from(place).ok());
            findings.push(Finding {
                column,
                why: Why::SamePersonDiffers { row },
            });
        }
        let mut rows: Vec<u32> = same_address(person)
            .iter()
            .filter(|other| other.row != person.row && !is_same_person(other, person))
            // Someone who has left gives the address free; only an account could still be theirs, and that is told by
            // its name.
            .filter(|other| person.standing == Some(Standing::Left) || other.standing != Some(Standing::Left))
            .map(|other| other.row)
            .collect();
        rows.sort_unstable();
        if !rows.is_empty() {
            let column = column_of(columns, ProfileField::LoginEmail);
            findings.push(Finding {
                column,
                why: Why::SameAddress { rows },
            });
        }
        if findings.is_empty() {
            Claim::Clear
        } else {
            Claim::Contested(findings)
        }
    };
    people.iter().map(judge).collect()
}

fn is_same_person(one: &Person, other: &Person) -> bool {
    let same_id = !one.employee_id.is_empty() && one.employee_id == other.employee_id;
    let same_address = !one.login_email.is_empty() && one.login_email == other.login_email;
    same_id || (same_address && fold(&one.name) == fold(&other.name))
}

fn says_the_same(one: &Person, other: &Person) -> bool {
    is_same_person(one, other) && one.content == other.content && one.login_email == other.login_email
}
