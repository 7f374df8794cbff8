//! Two versions of a policy, side by side: everything that differs, with its place, both values, and what it means.

mod meaning;

use toml::{Table, Value};

use self::meaning::Both;
use super::check::Path;
use super::{Area, Policy, PolicyDifference};

/// A policy as its source would be written, with everything that it leaves to a default.
///
/// # Errors
/// When it cannot be written as TOML, which a policy that was read can.
pub fn source_of(policy: &Policy) -> Result<String, toml::ser::Error> {
    toml::to_string_pretty(policy)
}

/// Everything that differs, area by area.
///
/// # Errors
/// As for [`source_of`].
pub fn differences(before: &Policy, after: &Policy) -> Result<Vec<PolicyDifference>, toml::ser::Error> {
    let both = Both { before, after };
    let (before, after) = (Table::try_from(before)?, Table::try_from(after)?);
    let mut found = Vec::new();
    for area in Area::ALL {
        let path = Path::default().key(area.key());
        compare(
            both,
            area,
            &path,
            before.get(area.key()),
            after.get(area.key()),
            &mut found,
        );
    }
    Ok(found)
}

fn compare(
    both: Both<'_>,
    area: Area,
    path: &Path,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<PolicyDifference>,
) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Table(before)), Some(Value::Table(after))) => {
            let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                compare(
                    both,
                    area,
                    &path.clone().key(key),
                    before.get(key),
                    after.get(key),
                    found,
                );
            }
        }
        (before, after) if is_list(before) && is_list(after) => {
            let (before, after) = (elements(before), elements(after));
            for (id, old) in &before {
                let new = after.iter().find(|(other, _)| other == id).map(|(_, value)| *value);
                compare(both, area, &path.clone().item(id), Some(*old), new, found);
            }
            for (id, new) in after
                .iter()
                .filter(|(id, _)| before.iter().all(|(other, _)| other != id))
            {
                compare(both, area, &path.clone().item(id), None, Some(*new), found);
            }
            // The first language is everybody's who has chosen none; of other lists the order is what people see.
            let (before, after) = (common(&before, &after), common(&after, &before));
            if before != after {
                let told = |ids: &[&str]| Some(Value::from(ids.to_vec()).to_string());
                found.push(PolicyDifference {
                    area,
                    path: path.clone(),
                    change: None,
                    before: told(&before),
                    after: told(&after),
                });
            }
        }
        (before, after) => found.push(PolicyDifference {
            area,
            path: path.clone(),
            change: both.meaning(path, before, after),
            before: before.map(Value::to_string),
            after: after.map(Value::to_string),
        }),
    }
}

/// A list, or nothing where a list could be.
fn is_list(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_array)
}

/// The elements of a list by what tells them apart: their id, or what they are.
fn elements(value: Option<&Value>) -> Vec<(String, &Value)> {
    let list = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|element| {
            let id = element.get("id").and_then(Value::as_str).or(element.as_str());
            (id.map_or_else(|| element.to_string(), str::to_owned), element)
        })
        .collect()
}

/// The ids of a list that are in the other one too, in their order.
fn common<'a>(list: &'a [(String, &Value)], other: &[(String, &Value)]) -> Vec<&'a str> {
    let ids = list.iter().map(|(id, _)| id.as_str());
    ids.filter(|id| other.iter().any(|(known, _)| known == id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RoleId;
    use crate::policy::{Power, preset, source};

    #[test]
    fn every_preset_is_written_and_read_back_the_same() {
        for preset in preset::all() {
            let policy = preset.policy();
            let written = source_of(&policy).unwrap();
            assert_eq!(source::read(&written), Ok(policy), "{}:\n{written}", preset.id);
        }
    }

    #[test]
    fn another_order_is_a_difference() {
        let before = preset::all()[0].policy();
        let mut after = before.clone();
        after.languages.reverse();
        assert_ne!(before.languages, after.languages);
        let found = differences(&before, &after).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path.to_string(), "languages");
        assert_ne!(found[0].before, found[0].after);
    }

    #[test]
    fn what_differs_is_named_with_both_values() {
        let before = preset::all()[0].policy();
        let mut after = before.clone();
        assert_eq!(differences(&before, &after).unwrap(), []);
        after.words.site = "Branch".to_owned();
        let gone = after.roles.remove(0);
        let changed = after.roles.last_mut().unwrap();
        changed.administers.remove(&Power::Audit);
        let changed: RoleId = changed.id.clone();
        let found = differences(&before, &after).unwrap();
        let told: Vec<(String, bool, bool)> = found
            .iter()
            .map(|difference| {
                (
                    difference.path.to_string(),
                    difference.before.is_some(),
                    difference.after.is_some(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("words.site".to_owned(), true, true),
                (format!("role[{:?}]", gone.id.as_str()), true, false),
                (
                    format!("role[{:?}].administers[\"audit\"]", changed.as_str()),
                    true,
                    false
                ),
            ]
        );
        assert_eq!(
            found.first().and_then(|first| first.after.as_deref()),
            Some("\"Branch\"")
        );
    }
}
