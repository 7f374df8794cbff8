//! Reads the catalogues and makes of them what programs carry. Runs when the crate is built; nothing of it is in a program.
//!
//! A catalogue is TOML: a table for each area, a line for each message. A pattern is text with, in braces:
//!
//! - `{name}`: what the code gives under this name; a number is grouped as the language does.
//! - `{name, lower}`: the same, changed: `lower` (a word inside a sentence), `lower_first` (a phrase inside a sentence),
//!   `capital`, `a` (English: with "a" or "an"), `de` (French: with "de" or "d’"). Several are done in their order.
//! - `{count, plural, =0 {none} one {# line} other {# lines}}`: by number, categories as in CLDR; `#` is the number.
//! - `{tag, select, yes {…} other {…}}`: by text.
//!
//! That is a part of ICU MessageFormat. Fluent or ICU4X would do it too; their code alone weighs more than all of the words.

use std::collections::BTreeSet;

/// One message of a catalogue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) area: String,
    pub(crate) key: String,
    pub(crate) pattern: String,
}

/// The messages of a catalogue, in its order.
///
/// # Errors
/// A line that is neither a table, a message, a comment nor empty; a key that is there twice.
pub(crate) fn read(source: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut area = String::new();
    let mut seen = BTreeSet::new();
    for (index, line) in source.lines().enumerate() {
        let line = line.trim();
        let wrong = |what: &str| format!("line {}: {what}: {line}", index + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            if !is_identifier(name) {
                return Err(wrong("the name of an area is lower-case letters, digits and _"));
            }
            name.clone_into(&mut area);
            continue;
        }
        let (key, value) = line.split_once('=').ok_or_else(|| wrong("no message"))?;
        let key = key.trim();
        if !is_identifier(key) {
            return Err(wrong("a key is lower-case letters, digits and _"));
        }
        let pattern = text(value.trim()).ok_or_else(|| wrong("not one text in quotation marks"))?;
        if !seen.insert((area.clone(), key.to_owned())) {
            return Err(wrong("this key is there twice"));
        }
        entries.push(Entry {
            area: area.clone(),
            key: key.to_owned(),
            pattern,
        });
    }
    Ok(entries)
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A basic string of TOML, on one line.
fn text(value: &str) -> Option<String> {
    let mut letters = value.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next().filter(|next| matches!(next, '"' | '\\'))?),
            '"' => return None,
            _ => text.push(letter),
        }
    }
    Some(text)
}

/// The names that a pattern uses, sorted.
///
/// # Errors
/// What is wrong with the pattern.
pub(crate) fn parameters(pattern: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    walk(pattern, None, &mut |name| {
        names.insert(name.to_owned());
        Ok(String::new())
    })?;
    Ok(names)
}

/// The pattern as programs read it: names are places in `names`, words of the format are single letters.
///
/// # Errors
/// What is wrong with the pattern; a name that is not among `names`.
pub(crate) fn compile(pattern: &str, names: &[String]) -> Result<String, String> {
    walk(pattern, None, &mut |name| {
        names
            .iter()
            .position(|known| known == name)
            .map(|place| place.to_string())
            .ok_or_else(|| format!("there is no parameter {name:?}"))
    })
}

type Place<'p> = &'p mut dyn FnMut(&str) -> Result<String, String>;

/// `number` is what `#` stands for.
fn walk(pattern: &str, number: Option<&str>, place: Place<'_>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}', '#']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(inside) = from.strip_prefix('{') {
            let (inner, after) = block(inside)?;
            out.push_str(&argument(inner, number, place)?);
            rest = after;
        } else if let Some(after) = from.strip_prefix('#') {
            match number {
                Some(name) => out.push_str(&format!("{{{}}}", place(name)?)),
                None => out.push('#'),
            }
            rest = after;
        } else {
            return Err("a brace is closed that was not opened".to_owned());
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// What is inside a brace that has been opened, and what comes after it.
fn block(text: &str) -> Result<(&str, &str), String> {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                let (inner, after) = text.split_at(at);
                return Ok((inner, after.strip_prefix('}').unwrap_or(after)));
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    Err("a brace is not closed".to_owned())
}

fn argument(inner: &str, number: Option<&str>, place: Place<'_>) -> Result<String, String> {
    let mut parts = inner.splitn(3, ',');
    let name = parts.next().unwrap_or_default().trim();
    if !is_identifier(name) {
        return Err(format!("{name:?} cannot be a parameter"));
    }
    let how = parts.next().map(str::trim);
    let choices = parts.next();
    match (how, choices) {
        (None, _) => Ok(format!("{{{}}}", place(name)?)),
        (Some("plural"), Some(choices)) => branches(name, '#', choices, Some(name), place),
        (Some("select"), Some(choices)) => branches(name, '?', choices, number, place),
        (Some(filters), None) => {
            let mut letters = String::new();
            for filter in filters.split_whitespace() {
                letters.push(match filter {
                    "lower" => 'l',
                    "lower_first" => 'f',
                    "capital" => 'c',
                    "a" => 'a',
                    "de" => 'd',
                    _ => return Err(format!("{filter:?} is not something that is done to a word")),
                });
            }
            Ok(format!("{{{}{letters}}}", place(name)?))
        }
        (Some(how), Some(_)) => Err(format!("{how:?} is neither plural nor select")),
    }
}

fn branches(name: &str, sign: char, choices: &str, number: Option<&str>, place: Place<'_>) -> Result<String, String> {
    let mut out = format!("{{{}{sign}", place(name)?);
    let mut rest = choices.trim();
    let mut selectors = Vec::new();
    while !rest.is_empty() {
        let (selector, after) = rest
            .split_once('{')
            .ok_or_else(|| format!("{rest:?} has no text in braces"))?;
        let selector = selector.trim();
        let category = matches!(selector, "one" | "many" | "other");
        let exact = selector
            .strip_prefix('=')
            .is_some_and(|digits| digits.parse::<u64>().is_ok());
        if selector.is_empty() || selector.contains(char::is_whitespace) || (sign == '#' && !category && !exact) {
            return Err(format!("{selector:?} is not a case of {name}"));
        }
        if selectors.contains(&selector) {
            return Err(format!("the case {selector:?} of {name} is there twice"));
        }
        selectors.push(selector);
        let (inner, after) = block(after)?;
        out.push_str(selector);
        out.push('{');
        out.push_str(&walk(inner, number, place)?);
        out.push('}');
        rest = after.trim();
    }
    if !selectors.contains(&"other") {
        return Err(format!("{name} has no case \"other\""));
    }
    out.push('}');
    Ok(out)
}
