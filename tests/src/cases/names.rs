//! Names in place of ids, and a short way to write assignments.

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The id that a name stands for: always the same one.
pub fn id(name: &str) -> Uuid {
    // FNV-1a with 128 bits: short, and the same everywhere.
    let hash = name
        .bytes()
        .fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        });
    uuid::Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
}

/// A TOML value as JSON; moments become milliseconds.
pub(super) fn to_json(value: &toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(truth) => json!(truth),
        toml::Value::Datetime(moment) => json!(millis(moment)?),
        toml::Value::Array(items) => Value::Array(items.iter().map(to_json).collect::<Result<_, _>>()?),
        toml::Value::Table(table) => Value::Object(
            table
                .iter()
                .map(|(key, value)| Ok((key.clone(), to_json(value)?)))
                .collect::<Result<_, String>>()?,
        ),
    })
}

/// Milliseconds since 1970, of a date or of a moment in UTC.
pub(super) fn millis(moment: &toml::value::Datetime) -> Result<i64, String> {
    let date = moment.date.ok_or_else(|| format!("{moment} has no date"))?;
    let (year, month, day) = (i64::from(date.year), i64::from(date.month), i64::from(date.day));
    // Days from civil, with years that begin in March.
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    let seconds = moment.time.map_or(0, |time| {
        i64::from(time.hour) * 3600 + i64::from(time.minute) * 60 + i64::from(time.second)
    });
    Ok((days * 86_400 + seconds) * 1000)
}

/// Writes the tag of an enum outside, as the wire has it: `{ kind = "change", user = … }` is `{"change": {"user": …}}`, and
/// with nothing else `"change"`. A value without the tag stays as it is.
pub(super) fn tag_outside(value: Value, tag: &str) -> Value {
    let Value::Object(mut map) = value else {
        return value;
    };
    match map.remove(tag) {
        Some(Value::String(name)) if map.is_empty() => Value::String(name),
        Some(Value::String(name)) => Value::Object(Map::from_iter([(name, Value::Object(map))])),
        Some(other) => {
            map.insert(tag.to_owned(), other);
            Value::Object(map)
        }
        None => Value::Object(map),
    }
}

/// The way back: the tag of an enum beside its fields, so that a pattern can name some of both.
pub(super) fn tag_inside(value: Value, tag: &str) -> Value {
    match value {
        Value::String(name) => json!({ tag: name }),
        Value::Object(map) if map.len() == 1 => map.into_iter().next().map_or(Value::Null, |(name, fields)| {
            let mut map = match fields {
                Value::Object(fields) => fields,
                other => return json!({ name: other }),
            };
            map.insert(tag.to_owned(), Value::String(name));
            Value::Object(map)
        }),
        other => other,
    }
}

/// Puts ids where names stand, and whole assignments where their short form stands. A text that begins with `#` is a name
/// wherever it stands.
pub(super) fn resolve(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.into_iter().map(resolve_entry).collect()),
        Value::Array(items) => Value::Array(items.into_iter().map(resolve).collect()),
        Value::String(text) => text
            .strip_prefix('#')
            .map_or_else(|| json!(text), |name| json!(id(name))),
        other => other,
    }
}

fn resolve_entry((key, value): (String, Value)) -> (String, Value) {
    let value = match (key.as_str(), value) {
        ("user" | "case" | "site" | "resource" | "primary_site" | "membership" | "add_resource", value) => to_id(value),
        ("join" | "leave" | "sites" | "only", Value::Array(names)) => names.into_iter().map(to_id).collect(),
        // A field at a site; elsewhere a choice of resources.
        ("resources", Value::String(text)) if text != "all" => to_id(Value::String(text)),
        ("place" | "roles", Value::String(text)) => place(Some(text.as_str()).filter(|text| *text != "organisation")),
        ("assignment", Value::String(text)) => assignment(&text),
        ("at", Value::Object(at)) => resolve(Value::Object(at.into_iter().map(field_of_role).collect())),
        ("access", Value::Object(access)) => Value::Object(access.into_iter().map(access_entry).collect()),
        (_, value) => resolve(value),
    };
    (key, value)
}

fn field_of_role((key, value): (String, Value)) -> (String, Value) {
    match (key.as_str(), value) {
        ("role", Value::String(text)) => (key, holding(&text)),
        (_, value) => (key, value),
    }
}

fn access_entry((key, value): (String, Value)) -> (String, Value) {
    let short = |write: fn(&str) -> Value| {
        move |item: Value| match item {
            Value::String(text) => write(&text),
            other => resolve(other),
        }
    };
    match (key.as_str(), value) {
        ("grant", Value::Array(items)) => (key, items.into_iter().map(short(assignment)).collect()),
        ("revoke", Value::Array(items)) => (key, items.into_iter().map(short(holding)).collect()),
        (_, value) => resolve_entry((key, value)),
    }
}

fn to_id(value: Value) -> Value {
    match value {
        Value::String(text) if Uuid::parse_str(&text).is_ok() => json!(text),
        Value::String(name) => json!(id(name.trim_start_matches('#'))),
        other => resolve(other),
    }
}

fn place(site: Option<&str>) -> Value {
    site.map_or_else(|| json!("organisation"), |name| json!({ "site": id(name) }))
}

/// `admin`, `manager at elm`, `staff at elm with front, back`, `staff at elm with nothing`.
pub(super) fn assignment(text: &str) -> Value {
    let (role, site, resources) = parts(text);
    let scope = match site {
        None => json!("organisation"),
        Some(site) => {
            let resources = resources.map_or_else(
                || json!("all"),
                |names| json!({ "only": names.into_iter().map(id).collect::<Vec<_>>() }),
            );
            json!({ "site": { "site": id(site), "resources": resources } })
        }
    };
    json!({ "role": role, "scope": scope })
}

/// `admin`, `manager at elm`.
fn holding(text: &str) -> Value {
    let (role, site, _) = parts(text);
    let mut holding = Map::new();
    holding.insert("role".to_owned(), json!(role));
    holding.insert("place".to_owned(), place(site));
    Value::Object(holding)
}

fn parts(text: &str) -> (&str, Option<&str>, Option<Vec<&str>>) {
    let Some((role, rest)) = text.split_once(" at ") else {
        return (text.trim(), None, None);
    };
    let Some((site, names)) = rest.split_once(" with ") else {
        return (role.trim(), Some(rest.trim()), None);
    };
    let names = names
        .split(',')
        .map(str::trim)
        .filter(|name| *name != "nothing")
        .collect();
    (role.trim(), Some(site.trim()), Some(names))
}
