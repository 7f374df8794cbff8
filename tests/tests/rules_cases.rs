//! Every case as data, in native code: what it expects, and its whole verdict against the recorded one.
//!
//! `UPDATE_VERDICTS=1 cargo test -p scenarios --test rules_cases` records the verdicts anew.

use std::collections::BTreeSet;
use std::path::PathBuf;

use scenarios::cases;

#[test]
fn every_case_comes_to_what_it_expects() {
    let mut failures = String::new();
    for case in cases::all() {
        for problem in case.problems() {
            failures.push_str(&format!("{}.toml, {}\n    {problem}\n", case.file, case.name));
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn every_verdict_is_the_recorded_one() {
    for source in cases::sources() {
        let lines: Vec<String> = source.read().iter().map(cases::Case::line).collect();
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        if std::env::var_os("UPDATE_VERDICTS").is_some() {
            let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("cases/verdicts/{}.jsonl", source.name));
            std::fs::write(path, text).expect("the verdicts are written");
            continue;
        }
        for (line, recorded) in lines.iter().zip(source.verdicts.lines()) {
            assert_eq!(line, recorded, "{}.jsonl", source.name);
        }
        // Recorded lines that no case has, and cases that are not recorded.
        let (made, recorded) = (lines.len(), source.verdicts.lines().count());
        assert_eq!(
            made, recorded,
            "{}.jsonl has as many lines as there are cases",
            source.name
        );
    }
}

#[test]
fn names_of_cases_are_unique() {
    let mut seen = BTreeSet::new();
    for case in cases::all() {
        assert!(seen.insert(case.name.clone()), "twice: {}", case.name);
    }
}

#[test]
fn a_name_stands_for_the_same_id_everywhere() {
    assert_eq!(cases::id("elm").to_string(), "a68d4ff3-b28b-8822-836d-bc797033948b");
}
