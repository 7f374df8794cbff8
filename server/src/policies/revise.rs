//! Changing a source in place: what is not asked about stays as it was written, comments and order included.

use shared::policy::check::{Path, Step};
use shared::policy::{PolicyEdit, PolicyValue};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, RawString, Table, Value};

/// The key by which elements of a list are told apart.
const ID: &str = "id";

/// The source after the changes.
///
/// # Errors
/// The path of a change that leads nowhere.
pub(super) fn revised(source: &str, changes: &[PolicyEdit]) -> Result<String, String> {
    let mut document: DocumentMut = source
        .parse()
        .map_err(|error: toml_edit::TomlError| error.to_string())?;
    for change in changes {
        let wrong = || change.path.to_string();
        match &change.value {
            Some(value) => set(document.as_table_mut(), &change.path, value).ok_or_else(wrong)?,
            // What is not there is out already.
            None => drop(unset(document.as_table_mut(), &change.path)),
        }
    }
    Ok(document.to_string())
}

fn set(root: &mut Table, path: &Path, value: &PolicyValue) -> Option<()> {
    let (Step::Key(last), around) = path.0.split_last()? else {
        return None;
    };
    let table = reach(root, around, Missing::Made)?;
    match table.get_mut(last) {
        Some(Item::Value(old)) => write(old, value),
        Some(_) => return None,
        None => drop(table.insert(last, Item::Value(made(value)))),
    }
    Some(())
}

fn unset(root: &mut Table, path: &Path) -> Option<()> {
    let (last, around) = path.0.split_last()?;
    match last {
        Step::Key(key) => drop(reach(root, around, Missing::Left)?.remove(key)?),
        Step::Item(id) => {
            let (Step::Key(list), around) = around.split_last()? else {
                return None;
            };
            let tables = reach(root, around, Missing::Left)?
                .get_mut(list)?
                .as_array_of_tables_mut()?;
            let at = position(tables, id)?;
            tables.remove(at);
        }
        Step::Index(_) => return None,
    }
    Some(())
}

/// What becomes of a table that a path leads through and that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Made,
    Left,
}

fn reach<'t>(root: &'t mut Table, path: &[Step], missing: Missing) -> Option<&'t mut Table> {
    let mut table = root;
    let mut steps = path.iter().peekable();
    while let Some(step) = steps.next() {
        let Step::Key(key) = step else { return None };
        let Some(Step::Item(id)) = steps.peek() else {
            if missing == Missing::Made && !table.contains_key(key) {
                table.insert(key, Item::Table(fresh()));
            }
            table = table.get_mut(key)?.as_table_mut()?;
            continue;
        };
        steps.next();
        if missing == Missing::Made && !table.contains_key(key) {
            table.insert(key, Item::ArrayOfTables(ArrayOfTables::new()));
        }
        let tables = table.get_mut(key)?.as_array_of_tables_mut()?;
        let at = match position(tables, id) {
            Some(at) => at,
            None if missing == Missing::Made => {
                let mut element = fresh();
                element.insert(ID, toml_edit::value(id));
                tables.push(element);
                tables.len() - 1
            }
            None => return None,
        };
        table = tables.get_mut(at)?;
    }
    Some(table)
}

/// A table that begins after an empty line.
fn fresh() -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table
}

fn position(tables: &ArrayOfTables, id: &str) -> Option<usize> {
    tables
        .iter()
        .position(|table| table.get(ID).and_then(Item::as_str) == Some(id))
}

/// Puts a value into the place of another one, beside the same comment. In a list only what differs is touched.
fn write(old: &mut Value, new: &PolicyValue) {
    if let (Value::Array(list), PolicyValue::List(wanted)) = (&mut *old, new) {
        keep(list, wanted);
        for text in wanted {
            if !list.iter().any(|element| element.as_str() == Some(text)) {
                push(list, text);
            }
        }
        return;
    }
    let decor = old.decor().clone();
    *old = made(new);
    *old.decor_mut() = decor;
}

/// Takes out of a list what is not wanted. A comment behind the comma before it is about another element, and stays.
fn keep(list: &mut Array, wanted: &[String]) {
    let mut at = 0;
    while let Some(element) = list.get(at) {
        if element
            .as_str()
            .is_some_and(|text| wanted.iter().any(|one| one == text))
        {
            at += 1;
            continue;
        }
        let prefix = element.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
        let comment = prefix.split('\n').next().unwrap_or_default().trim_end().to_owned();
        list.remove(at);
        if comment.is_empty() {
            continue;
        }
        match list.get_mut(at) {
            Some(next) => {
                let after = next.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
                let prefix = format!("{comment}{after}");
                next.decor_mut().set_prefix(prefix);
            }
            None => {
                let after = list.trailing().as_str().unwrap_or_default().to_owned();
                list.set_trailing(format!("{comment}{after}"));
            }
        }
    }
}

/// Adds a text to a list as the one before it stands: on the same line, or on one of its own.
fn push(list: &mut Array, text: &str) {
    let last = list
        .iter()
        .last()
        .and_then(|last| last.decor().prefix())
        .and_then(RawString::as_str);
    // The line that it stands on begins where the last one's does; what is behind the comma before that is not repeated.
    let Some(begins) = last
        .and_then(|prefix| prefix.rfind('\n').and_then(|at| prefix.get(at..)))
        .map(str::to_owned)
    else {
        list.push(text);
        return;
    };
    let mut value = Value::from(text);
    let trailing = list.trailing().as_str().unwrap_or_default().to_owned();
    let (comment, rest) = trailing.split_at(trailing.find('\n').unwrap_or_default());
    value.decor_mut().set_prefix(format!("{comment}{begins}"));
    list.set_trailing(rest.to_owned());
    list.push_formatted(value);
}

fn made(value: &PolicyValue) -> Value {
    match value {
        PolicyValue::Flag(flag) => (*flag).into(),
        PolicyValue::Number(number) => i64::from(*number).into(),
        PolicyValue::Text(text) => text.as_str().into(),
        PolicyValue::List(list) => Value::Array(list.iter().map(String::as_str).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"# Ours.
name = "Ours"

[words]
site = "Practice"                                  # A4

[[role]]
id = "nurse"
name = "Nurse"
# What nurses do.
permissions = [
    "charts.view",   # always
    "notes.write",
]

[[role]]
id = "admin"
name = "Admin"
permissions = "all"

[[field]]
id = "name"
"#;

    fn change(path: &[&str], value: Option<PolicyValue>) -> PolicyEdit {
        let steps = path.iter().map(|step| match step.strip_prefix('@') {
            Some(id) => Step::Item(id.to_owned()),
            None => Step::Key((*step).to_owned()),
        });
        PolicyEdit {
            path: Path(steps.collect()),
            value,
        }
    }

    fn text(text: &str) -> Option<PolicyValue> {
        Some(PolicyValue::Text(text.to_owned()))
    }

    #[test]
    fn a_value_is_changed_where_it_stands_and_its_comment_stays() {
        let changes = [
            change(&["words", "site"], text("Location")),
            change(&["role", "@nurse", "name"], text("Nurses")),
        ];
        let expected = SOURCE
            .replace("\"Practice\"", "\"Location\"")
            .replace("\"Nurse\"", "\"Nurses\"");
        assert_eq!(revised(SOURCE, &changes), Ok(expected));
    }

    #[test]
    fn of_a_list_only_what_differs_is_touched() {
        let wanted = PolicyValue::List(vec!["charts.view".to_owned(), "charts.edit".to_owned()]);
        let changes = [change(&["role", "@nurse", "permissions"], Some(wanted))];
        let after = revised(SOURCE, &changes).unwrap();
        assert!(after.contains("\"charts.view\",   # always"), "{after}");
        assert!(
            after.contains("\"charts.edit\"") && !after.contains("notes.write"),
            "{after}"
        );
        assert!(after.contains("# What nurses do."), "{after}");
    }

    #[test]
    fn a_role_is_added_after_the_others_and_taken_out_whole() {
        let added = [
            change(&["role", "@guest", "name"], text("Guest")),
            change(&["role", "@guest", "scope"], text("site")),
        ];
        let after = revised(SOURCE, &added).unwrap();
        let role = "\n[[role]]\nid = \"guest\"\nname = \"Guest\"\nscope = \"site\"\n\n[[field]]";
        assert!(after.contains(role), "{after}");
        assert_eq!(revised(&after, &[change(&["role", "@guest"], None)]).unwrap(), SOURCE);
    }

    #[test]
    fn what_is_missing_is_written_and_what_is_taken_out_is_gone() {
        let changes = [
            change(&["lifecycle", "lock_after"], Some(PolicyValue::Number(5))),
            change(&["words", "site"], None),
            change(&["words", "sites"], None),
        ];
        let after = revised(SOURCE, &changes).unwrap();
        assert!(after.contains("[lifecycle]\nlock_after = 5\n"), "{after}");
        assert!(!after.contains("Practice"), "{after}");
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told() {
        let changes = [change(&["name", "first"], text("x"))];
        assert_eq!(revised(SOURCE, &changes), Err("name.first".to_owned()));
    }
}
