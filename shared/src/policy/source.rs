//! Reading a policy from its TOML source: every mistake with its line, never only the first.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use super::Policy;
use super::check::{self, Finding, Path, Problem, Step};

/// Reads a policy and checks it.
///
/// # Errors
/// Every mistake in the source; where there is none, every contradiction in the policy. In the order of their lines.
pub fn read(source: &str) -> Result<Policy, Vec<Finding>> {
    let (policy, document) = parse_document(source)?;
    let mut findings = check::check(&policy);
    for finding in &mut findings {
        finding.line = Some(line_of(source, offset_of(&document, &finding.path)));
    }
    findings.sort_by_key(|finding| finding.line);
    if findings.is_empty() { Ok(policy) } else { Err(findings) }
}

/// Reads a policy as it is written, whether or not it contradicts itself.
///
/// # Errors
/// Every mistake in syntax; where there is none, everything that is not in the vocabulary. In the order of their lines.
pub fn parse(source: &str) -> Result<Policy, Vec<Finding>> {
    parse_document(source).map(|(policy, _)| policy)
}

type Document<'i> = Spanned<DeTable<'i>>;

fn parse_document(source: &str) -> Result<(Policy, Document<'_>), Vec<Finding>> {
    let (document, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        let findings = errors.iter().map(|error| {
            let line = line_of(source, error.span().map_or(0, |span| span.start));
            let message = error.message().trim().to_owned();
            Finding {
                line: Some(line),
                path: Path::default(),
                problem: Problem::Syntax { message },
            }
        });
        return Err(in_order(findings.collect()));
    }
    match Policy::deserialize(Deserializer::from(document.clone())) {
        Ok(policy) => Ok((policy, document)),
        Err(_) => Err(shape_findings(source, document)),
    }
}

fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.line);
    findings.dedup();
    findings
}

/// Reading stops at the first thing out of place. So that all are found, each is taken out (or, where it is missing, put
/// in), and the rest is read again.
fn shape_findings(source: &str, document: Document<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut taken_out: Vec<Path> = Vec::new();
    // Stand-ins for what is missing are marked by places beyond the end of the source.
    let mut stand_in = source.len()..source.len();
    let mut rest = document.clone();
    while let Err(error) = Policy::deserialize(Deserializer::from(rest.clone())) {
        let span = error.span();
        if let Some(span) = span.as_ref().filter(|span| span.start > source.len()) {
            // The stand-in does not fit; that something is missing has been said.
            let mut around = path_at(&rest, span);
            around.0.pop();
            if remove(rest.get_mut(), &around) {
                continue;
            } else {
                break;
            }
        }
        let missing = missing_field(error.message());
        // What the source as a whole lacks is reported with the place of the whole, or with none.
        let whole = missing.is_some()
            && span
                .as_ref()
                .is_none_or(|span| *span == document.span() || span.is_empty());
        let at = |document| match &span {
            Some(span) if !whole => path_at(document, span),
            _ => Path::default(),
        };
        let (path, in_rest) = (at(&document), at(&rest));
        let line = Some(line_of(source, span.as_ref().map_or(0, |span| span.start)));
        let problem = shape_problem(error.message());
        let goes_on = match missing {
            Some(field) => {
                // A table that lacks what was taken out of it before is no news.
                if !taken_out.contains(&path.clone().key(field)) {
                    findings.push(Finding { line, path, problem });
                }
                stand_in = stand_in.end + 1..stand_in.end + 2;
                insert(rest.get_mut(), &in_rest, field, stand_in.clone())
            }
            None => {
                let hollowed = taken_out
                    .iter()
                    .any(|out| out.0.split_last().is_some_and(|(_, up)| up == path.0));
                if !hollowed {
                    findings.push(Finding {
                        line,
                        path: path.clone(),
                        problem,
                    });
                }
                taken_out.push(path);
                remove(rest.get_mut(), &in_rest)
            }
        };
        if !goes_on {
            break;
        }
    }
    in_order(findings)
}

fn missing_field(message: &str) -> Option<&str> {
    message.trim().strip_prefix("missing field `")?.strip_suffix('`')
}

fn shape_problem(message: &str) -> Problem {
    if message.contains("did not match any variant") {
        return Problem::NeitherAllNorList;
    }
    Problem::Shape {
        message: message.trim().to_owned(),
    }
}

/// The innermost key or element that the span lies in.
fn path_at(document: &Document<'_>, span: &Range<usize>) -> Path {
    let mut path = Path::default();
    let mut table = Some(document.get_ref());
    while let Some(current) = table.take() {
        let Some((key, value)) = current
            .iter()
            .find(|(key, value)| within(span, &key.span()) || holds(value, span))
        else {
            break;
        };
        path = path.key(key.get_ref());
        if within(span, &key.span()) {
            break;
        }
        let mut inner = value.get_ref();
        while let DeValue::Array(elements) = inner {
            let Some(index) = elements.iter().position(|element| holds(element, span)) else {
                break;
            };
            path = path.index(index);
            let Some(element) = elements.get(index) else { break };
            inner = element.get_ref();
        }
        table = inner.as_table();
    }
    path
}

fn within(span: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= span.start && span.end <= outer.end
}

/// Whether the span lies in a value; the span of a table that has a header is that of its header only.
fn holds(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    within(span, &value.span())
        || match value.get_ref() {
            DeValue::Table(table) => table
                .iter()
                .any(|(key, value)| within(span, &key.span()) || holds(value, span)),
            DeValue::Array(elements) => elements.iter().any(|element| holds(element, span)),
            _ => false,
        }
}

fn remove(table: &mut DeTable<'_>, path: &Path) -> bool {
    let Some((Step::Key(first), rest)) = path.0.split_first() else {
        return false;
    };
    if rest.is_empty() {
        return table.remove(first.as_str()).is_some();
    }
    let Some(value) = table.get_mut(first.as_str()) else {
        return false;
    };
    remove_inside(value.get_mut(), rest)
}

/// Puts an empty text into the table at `path`, unless there is something already.
fn insert(table: &mut DeTable<'_>, path: &Path, key: &str, span: Range<usize>) -> bool {
    let mut steps = path.0.iter();
    let target = match steps.next() {
        None => table,
        Some(Step::Key(first)) => {
            let mut inner = table.get_mut(first.as_str()).map(Spanned::get_mut);
            for step in steps {
                inner = match (step, inner) {
                    (Step::Key(key), Some(DeValue::Table(table))) => table.get_mut(key.as_str()).map(Spanned::get_mut),
                    (Step::Index(index), Some(DeValue::Array(list))) => list.get_mut(*index).map(Spanned::get_mut),
                    _ => None,
                };
            }
            let Some(DeValue::Table(table)) = inner else {
                return false;
            };
            table
        }
        Some(_) => return false,
    };
    let value = DeValue::String(Default::default());
    target
        .insert(
            Spanned::new(span.clone(), key.to_owned().into()),
            Spanned::new(span, value),
        )
        .is_none()
}

fn remove_inside(value: &mut DeValue<'_>, rest: &[Step]) -> bool {
    match (value, rest) {
        (DeValue::Table(table), steps) => remove(table, &Path(steps.to_vec())),
        (DeValue::Array(elements), [Step::Index(index)]) if *index < elements.len() => {
            let kept = std::mem::replace(elements, DeArray::new())
                .into_iter()
                .enumerate()
                .filter(|(other, _)| other != index);
            *elements = kept.map(|(_, element)| element).collect();
            true
        }
        (DeValue::Array(elements), [Step::Index(index), rest @ ..]) => elements
            .get_mut(*index)
            .is_some_and(|element| remove_inside(element.get_mut(), rest)),
        _ => false,
    }
}

/// Where a path stands in the source; where it is not written there, where the nearest thing around it is.
fn offset_of(document: &Document<'_>, path: &Path) -> usize {
    let mut offset = 0;
    let mut value: Option<&DeValue<'_>> = None;
    for step in &path.0 {
        let next = match (step, value) {
            (Step::Key(key), None) => entry(document.get_ref(), key),
            (Step::Key(key), Some(DeValue::Table(table))) => entry(table, key),
            (Step::Index(index), Some(DeValue::Array(elements))) => elements
                .get(*index)
                .map(|element| (element.span().start, element.get_ref())),
            (Step::Item(item), Some(DeValue::Array(elements))) => elements
                .iter()
                .find(|element| element.get_ref().as_str() == Some(item))
                .map(|element| (element.span().start, element.get_ref())),
            _ => None,
        };
        let Some((start, inner)) = next else { break };
        offset = start;
        value = Some(inner);
    }
    offset
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<(usize, &'t DeValue<'i>)> {
    table
        .get_key_value(key)
        .map(|(key, value)| (key.span().start, value.get_ref()))
}

/// The line of a byte of the source, counted from 1.
fn line_of(source: &str, offset: usize) -> u32 {
    let before = source.as_bytes().get(..offset).unwrap_or_default();
    let breaks = before.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and path of every finding.
    fn found(source: &str) -> Vec<(u32, String)> {
        let findings = parse(source).err().unwrap_or_default();
        findings
            .iter()
            .map(|finding| (finding.line.unwrap_or_default(), finding.path.to_string()))
            .collect()
    }

    #[test]
    fn every_syntax_error_has_its_line() {
        let findings = parse("name = \"A\"\nname = \"B\"\n\nlanguages\n")
            .err()
            .unwrap_or_default();
        assert_eq!(
            findings.iter().map(|finding| finding.line).collect::<Vec<_>>(),
            [Some(2), Some(4)]
        );
        assert!(
            findings
                .iter()
                .all(|finding| matches!(finding.problem, Problem::Syntax { .. }))
        );
    }

    #[test]
    fn everything_out_of_place_is_found_with_its_line() {
        let source = r#"colour = "blue"
name = 3
[words]
site = 2
zite = "Practice"
[[role]]
id = "a"
scope = "sit"
[[role]]
about = "neither id, name nor scope"
[[role]]
id = "c"
name = "C"
scope = "site"
permissions = "everything"
administers = ["users",
  "usrs"]
resources = { at_lest = 1 }
excludes = [2]
"#;
        let expected = [
            (1, "colour"),
            (2, "name"),
            (4, "words.site"),
            (5, "words.zite"),
            (6, "role[0]"),
            (8, "role[0].scope"),
            (9, "role[1]"),
            (9, "role[1]"),
            (9, "role[1]"),
            (15, "role[2].permissions"),
            (17, "role[2].administers[1]"),
            (18, "role[2].resources.at_lest"),
            (19, "role[2].excludes"),
        ];
        assert_eq!(found(source), expected.map(|(line, path)| (line, path.to_owned())));
    }

    #[test]
    fn an_empty_source_lacks_a_name() {
        let findings = parse("").err().unwrap_or_default();
        let shape = Problem::Shape {
            message: "missing field `name`".to_owned(),
        };
        assert_eq!(
            findings,
            [Finding {
                line: Some(1),
                path: Path::default(),
                problem: shape
            }]
        );
    }

    #[test]
    fn a_path_leads_to_the_line_of_the_nearest_thing_that_is_written() {
        let source = "name = \"A\"\n\n[[role]]\nid = \"a\"\npermissions = [\n  \"x\",\n  \"y\",\n]\n";
        let document = DeTable::parse_recoverable(source).0;
        let role = Path::default().key("role").index(0);
        let line = |path: Path| line_of(source, offset_of(&document, &path));
        assert_eq!(line(role.clone().key("permissions").item("y")), 7);
        assert_eq!(line(role.clone().key("permissions").item("z")), 5);
        assert_eq!(line(role.key("excludes")), 3);
        assert_eq!(line(Path::default().key("languages")), 1);
    }
}
