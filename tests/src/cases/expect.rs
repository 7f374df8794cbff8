//! What a case expects, compared to a verdict. Only what is written is compared: a refusal may be given by its rule and
//! reason alone. But everything that refuses, must be confirmed or is undecided has to be written, so that nothing slips in.

use serde::Deserialize;
use serde_json::{Value, json};
use shared::verdict::Confirmation;
use shared::{Outcome, Verdict};

use super::names::{resolve, tag_inside, tag_outside, to_json};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    outcome: Outcome,
    /// `rule`, `at` (the field), `reason` and its data, `remedy`: all of them, in any order.
    #[serde(default)]
    refusals: Vec<toml::Value>,
    /// All of them.
    #[serde(default)]
    confirmations: Vec<toml::Value>,
    /// All of them.
    #[serde(default)]
    undecided: Vec<toml::Value>,
    /// These are among them.
    #[serde(default)]
    consequences: Vec<toml::Value>,
    /// None of these is among them.
    #[serde(default)]
    no_consequences: Vec<toml::Value>,
    /// These are among them.
    #[serde(default)]
    changes: Vec<toml::Value>,
    /// Nothing at all is stored.
    #[serde(default)]
    no_changes: bool,
}

impl Expect {
    pub(super) fn problems(&self, verdict: &Verdict, confirmed: &[Confirmation]) -> Vec<String> {
        let mut problems = Vec::new();
        let outcome = verdict.outcome(confirmed);
        if outcome != self.outcome {
            problems.push(format!("the outcome is {outcome:?}, not {:?}", self.outcome));
        }
        let refusals: Vec<Value> = verdict
            .refusals
            .iter()
            .map(|refusal| {
                let mut flat = tag_inside(json!(refusal.reason), "reason");
                if let Value::Object(map) = &mut flat {
                    map.insert("rule".to_owned(), json!(refusal.rule));
                    map.insert("at".to_owned(), json!(refusal.field));
                    map.insert("remedy".to_owned(), json!(refusal.remedy));
                }
                flat
            })
            .collect();
        exactly("refusal", &patterns(&self.refusals, "reason"), &refusals, &mut problems);
        let confirmations = values(&verdict.confirmations, "confirm");
        let wanted = patterns(&self.confirmations, "confirm");
        if outcome != Outcome::Refused || !wanted.is_empty() {
            exactly("confirmation", &wanted, &confirmations, &mut problems);
        }
        let undecided = patterns(&self.undecided, "unknown");
        exactly(
            "undecided",
            &undecided,
            &values(&verdict.undecided, "unknown"),
            &mut problems,
        );
        let consequences = values(&verdict.consequences, "consequence");
        among(
            "consequence",
            &patterns(&self.consequences, "consequence"),
            &consequences,
            &mut problems,
        );
        for unwanted in patterns(&self.no_consequences, "consequence") {
            if consequences.iter().any(|there| fits(&unwanted, there)) {
                problems.push(format!("unwanted consequence {unwanted}"));
            }
        }
        let changes = values(&verdict.changes, "change");
        among("change", &patterns(&self.changes, "change"), &changes, &mut problems);
        if self.no_changes && !changes.is_empty() {
            problems.push(format!("unwanted changes {}", Value::Array(changes)));
        }
        problems
    }
}

fn values<T: serde::Serialize>(items: &[T], tag: &str) -> Vec<Value> {
    items.iter().map(|item| tag_inside(json!(item), tag)).collect()
}

/// A text alone is the tag: `"sessions_end"`.
fn patterns(written: &[toml::Value], tag: &str) -> Vec<Value> {
    written
        .iter()
        .map(|value| match to_json(value).map(resolve) {
            Ok(Value::String(name)) => json!({ tag: name }),
            Ok(other) => other,
            Err(error) => json!({ "unreadable": error }),
        })
        .collect()
}

fn exactly(what: &str, wanted: &[Value], there: &[Value], problems: &mut Vec<String>) {
    let rest = pair(wanted, there, what, problems);
    for extra in rest {
        problems.push(format!("unexpected {what} {extra}"));
    }
}

fn among(what: &str, wanted: &[Value], there: &[Value], problems: &mut Vec<String>) {
    pair(wanted, there, what, problems);
}

/// Takes for each wanted one that fits; what is left is returned.
fn pair<'a>(wanted: &[Value], there: &'a [Value], what: &str, problems: &mut Vec<String>) -> Vec<&'a Value> {
    let mut rest: Vec<&Value> = there.iter().collect();
    for pattern in wanted {
        match rest.iter().position(|value| fits(pattern, value)) {
            Some(position) => {
                rest.remove(position);
            }
            None => problems.push(format!("no {what} {pattern} among {}", json!(there))),
        }
    }
    rest
}

/// Whether what is there is at least what is written. Lists are compared whole, in any order.
fn fits(written: &Value, there: &Value) -> bool {
    match (written, there) {
        (Value::Object(written), Value::Object(there)) => written.iter().all(|(key, value)| match key.as_str() {
            "remedy" => remedy_fits(value, there.get(key)),
            _ => there.get(key).is_some_and(|found| fits(value, found)),
        }),
        (Value::Array(written), Value::Array(there)) => {
            let mut rest: Vec<&Value> = there.iter().collect();
            written.len() == there.len()
                && written.iter().all(|pattern| {
                    let position = rest.iter().position(|value| fits(pattern, value));
                    position.map(|position| rest.remove(position)).is_some()
                })
        }
        _ => written == there,
    }
}

/// By its kind alone (`"instead"`, `"add_site"`, `"none"`), or whole. A whole edit says everything: what it does not name, the
/// remedy does not do.
fn remedy_fits(written: &Value, there: Option<&Value>) -> bool {
    let there = there.unwrap_or(&Value::Null);
    match (written, there) {
        (Value::String(kind), Value::Null) => kind == "none",
        (Value::String(kind), Value::Object(map)) => map.contains_key(kind),
        (Value::Object(map), _) if map.contains_key("instead") => {
            whole(map.get("instead")) == whole(there.get("instead"))
        }
        _ => fits(written, there),
    }
}

fn whole(edit: Option<&Value>) -> Option<shared::Edit> {
    let mut edit: shared::Edit = serde_json::from_value(tag_outside(edit?.clone(), "kind")).ok()?;
    if let shared::Edit::Change { access, .. } | shared::Edit::Invite { access, .. } = &mut edit {
        access.grant.sort();
        access.revoke.sort();
    }
    Some(edit)
}
