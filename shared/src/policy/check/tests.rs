//! A sound policy, and one edit of it for every contradiction.

#![cfg(feature = "source")]

use serde::Deserialize;

use super::Problem;
use crate::policy::source;
use crate::text::{self, Language, Words};

const SOUND: &str = include_str!("sound.toml");
const CASES: &str = include_str!("cases.toml");

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    replace: String,
    by: String,
    found: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    path: String,
    /// A part of the line that the finding leads to.
    line: String,
    finding: Problem,
}

#[test]
fn a_sound_policy_has_no_findings() {
    assert_eq!(source::read(SOUND).map(|_| ()), Ok(()));
}

#[test]
fn every_contradiction_is_found_where_it_stands() {
    let cases: Cases = toml::from_str(CASES).expect("the cases are written in their own vocabulary");
    for Case { replace, by, found } in cases.case {
        assert_eq!(
            SOUND.matches(&replace).count(),
            1,
            "{replace:?} is to stand in the policy once"
        );
        assert!(
            !found.is_empty(),
            "{replace:?} replaced by {by:?} is to break something"
        );
        assert_findings(
            &SOUND.replace(&replace, &by),
            &found,
            &format!("{replace:?} replaced by {by:?}"),
        );
    }
}

/// Contradictions that need more than one edit of the sound policy.
#[test]
fn contradictions_between_two_parts_are_found() {
    let expected = |path: &str, line: &str, finding| Expected {
        path: path.to_owned(),
        line: line.to_owned(),
        finding,
    };
    let fixed = SOUND
        .replace("\"editable\"", "\"fixed\"")
        .replace("own = false", "own = true");
    let own = expected("field[1].own", "own = true", Problem::FixedLoginEmailIsOwn);
    assert_findings(&fixed, &[own], "fixed and own");

    let everyone_everywhere = SOUND
        .replace("scope = \"site\"", "scope = \"organisation\"")
        .replace("resources = { at_least = 1 }\n", "")
        .replace("elsewhere = \"ends\"\n", "")
        .replace("\nat_least = 1", "\nat_least = 2");
    let too_many = Problem::TooManyRolesNeeded {
        at_least: 2,
        at_most: 1,
    };
    let expected = [
        expected("assignment.at_least", "at_least = 2", too_many),
        expected(
            "assignment.primary_site",
            "primary_site",
            Problem::PrimarySiteWithoutSites,
        ),
    ];
    assert_findings(&everyone_everywhere, &expected, "no role at a site");
}

#[test]
fn all_findings_come_at_once_in_the_order_of_their_lines() {
    let broken = SOUND
        .replace("lock_after = 10", "lock_after = 0")
        .replace("currency = \"EUR\"", "")
        .replace("name = \"Sound\"", "name = \"\"");
    let findings = source::read(&broken).err().unwrap_or_default();
    assert_eq!(findings.len(), 3);
    assert!(findings.is_sorted_by_key(|finding| finding.line));
}

fn assert_findings(policy: &str, expected: &[Expected], what: &str) {
    let findings = source::read(policy).err().unwrap_or_default();
    let found: Vec<(String, &Problem)> = findings
        .iter()
        .map(|finding| (finding.path.to_string(), &finding.problem))
        .collect();
    let wanted: Vec<(String, &Problem)> = expected
        .iter()
        .map(|expected| (expected.path.clone(), &expected.finding))
        .collect();
    assert_eq!(found, wanted, "{what}");
    for (finding, expected) in findings.iter().zip(expected) {
        let index = finding.line.map_or(0, |line| line as usize).saturating_sub(1);
        let line = policy.lines().nth(index).unwrap_or_default();
        assert!(
            line.contains(&expected.line),
            "{what}: {} leads to {line:?}",
            finding.path
        );
        let sentence = text::finding(Words::builtin(Language::English), finding);
        let place = format!("line {}, {}: ", finding.line.unwrap_or_default(), finding.path);
        assert!(
            sentence.starts_with(&place) && sentence.ends_with('.'),
            "{what}: {sentence}"
        );
    }
}
