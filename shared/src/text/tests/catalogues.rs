//! The catalogues: the same messages with the same parameters in every language, each of them used; and the sentences that
//! come of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::*;
use crate::text::compile::{compile, parameters, read};

const SOURCES: [(&str, &str); 3] = [
    ("en", include_str!("../catalogue/en.toml")),
    ("fr", include_str!("../catalogue/fr.toml")),
    ("es", include_str!("../catalogue/es.toml")),
];

type Messages = BTreeMap<(String, String), String>;

fn messages(source: &str) -> Messages {
    let entries = read(source).unwrap();
    entries
        .into_iter()
        .map(|entry| ((entry.area, entry.key), entry.pattern))
        .collect()
}

#[test]
fn every_language_has_the_same_messages_with_the_same_parameters() {
    let english = messages(SOURCES[0].1);
    // What a language may leave out: its grammar does without.
    let optional = ["sites", "site", "kind", "role"];
    for (language, source) in &SOURCES[1..] {
        let here = messages(source);
        let keys = |messages: &Messages| messages.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&english), keys(&here), "{language}");
        for (key, pattern) in &english {
            let (wanted, used) = (parameters(pattern).unwrap(), parameters(&here[key]).unwrap());
            let lacks: Vec<&String> = wanted
                .difference(&used)
                .filter(|name| !optional.contains(&name.as_str()))
                .collect();
            assert!(lacks.is_empty(), "{language}: {key:?} lacks {lacks:?}");
        }
    }
}

/// The sources of everything that tells messages, without their tests: what only a test says nobody reads.
fn product_code(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_tests = path
            .file_stem()
            .is_some_and(|stem| stem == "tests" || stem == "testing");
        if is_tests {
            continue;
        }
        if path.is_dir() {
            product_code(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&without_tests(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// A source without its comments and the items at its top that are only there in a test.
fn without_tests(source: &str) -> String {
    let mut lines = source.lines();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        if line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test") {
            let item = lines.find(|line| !line.starts_with("#["));
            if item.is_some_and(|item| item.ends_with('{')) {
                lines.find(|line| *line == "}");
            }
        } else if !line.trim_start().starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[test]
fn code_without_tests_is_what_is_compiled_into_the_product() {
    let source = "say(a::b);\n#[cfg(test)]\n#[cfg(feature = \"source\")]\nmod tests;\n// c::d\nuse x;\n\
        #[cfg(all(test, unix))]\nmod more {\n    say(e::f);\n}\nlast();\n";
    assert_eq!(without_tests(source), "say(a::b);\nuse x;\nlast();\n");
}

/// Whether the name stands there, and not as a part of a longer one.
fn names(text: &str, name: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        !before.ends_with(goes_on) && !after.starts_with(goes_on)
    })
}

#[test]
fn every_message_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut text = String::new();
    for folder in ["shared/src", "server/src", "app/src"] {
        product_code(&root.join(folder), &mut text);
    }
    let mut words = policy_words();
    let unused: Vec<String> = messages(SOURCES[0].1)
        .into_keys()
        .filter(|(area, key)| !(area == "policy" && words.remove(key)))
        .map(|(area, key)| format!("{area}::{key}"))
        .filter(|name| !names(&text, name))
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}

/// The keys of a policy's words: a macro names their messages.
fn policy_words() -> BTreeSet<String> {
    let table = toml::Table::try_from(crate::policy::Words::default()).unwrap();
    table.keys().cloned().collect()
}

#[test]
fn the_english_defaults_of_a_policy_are_those_of_the_catalogue() {
    let english = crate::policy::Words::of_language(Words::builtin(Language::English));
    assert_eq!(english, crate::policy::Words::default());
}

#[test]
fn catalogues_are_toml() {
    for (language, source) in SOURCES {
        let table: toml::Table = source.parse().unwrap();
        for ((area, key), pattern) in messages(source) {
            assert_eq!(table[&area][&key].as_str(), Some(pattern.as_str()), "{language}");
        }
    }
}

#[test]
fn french_has_its_own_spaces_and_quotation_marks() {
    for (key, pattern) in messages(SOURCES[1].1) {
        // What is written in TOML, and addresses, keep their own marks.
        let mut before = ' ';
        let mut depth = 0;
        for letter in pattern.chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ';' | '!' | '?' | '»' => assert_eq!(before, '\u{202f}', "{key:?}: {pattern}"),
                ':' if !pattern.contains("Content-Type") && !pattern.contains("Origin") => {
                    assert_eq!(before, '\u{202f}', "{key:?}: {pattern}");
                }
                '\'' | '“' | '”' => panic!("{key:?}: {pattern}"),
                _ => {}
            }
            before = letter;
        }
        assert_eq!(depth, 0, "{key:?}");
    }
}

#[test]
fn sentences_come_of_patterns() {
    let words = Words::builtin(Language::French);
    let told = say!(
        words,
        reason::sites_missing,
        at_least = 1240_u32,
        there = 0_u32,
        site = "Site",
        sites = "Sites"
    );
    assert_eq!(
        told,
        "Personne ne peut encore être invité\u{202f}: il faut d’abord au moins 1\u{202f}240 sites."
    );
    let day = |language| {
        let policy = worlds().remove(0);
        let teller = Teller::new(&policy.policy, &policy.organisation, Words::builtin(language));
        teller.date(Timestamp(1_793_491_200_000))
    };
    assert_eq!(day(Language::English), "November 1, 2026");
    assert_eq!(day(Language::French), "1er novembre 2026");
    assert_eq!(day(Language::Spanish), "1 de noviembre de 2026");
    let spanish = Words::builtin(Language::Spanish);
    assert_eq!(spanish.list(&["Notas", "Informes"]), "Notas e Informes");
    assert_eq!(
        spanish.cut_list(vec!["a".into(), "b".into(), "c".into()], 2),
        "a y 2 más"
    );
}

#[test]
fn words_of_another_build_are_refused() {
    use crate::text::{NotWords, catalogue};
    for language in Language::ALL {
        assert_eq!(
            Words::parse(catalogue::of(language)).map(|words| words.language()),
            Ok(language)
        );
    }
    let other = catalogue::ENGLISH.replacen(|c: char| c.is_ascii_digit(), "x", 1);
    assert_eq!(Words::parse(&other), Err(NotWords::OtherBuild));
    assert_eq!(Words::parse("<html>"), Err(NotWords::Unreadable));
}

#[test]
fn patterns_that_are_wrong_are_found() {
    let names = ["n".to_owned(), "name".to_owned()];
    for (pattern, compiled) in [
        ("{name, lower capital} #", "{1lc} #"),
        (
            "{n, plural, =0 {none} one {# {name}} other {# x}}",
            "{0#=0{none}one{{0} {1}}other{{0} x}}",
        ),
        ("{name, select, a {b} other {}}", "{1?a{b}other{}}"),
    ] {
        assert_eq!(compile(pattern, &names).as_deref(), Ok(compiled));
    }
    for wrong in [
        "{",
        "}",
        "{}",
        "{other}",
        "{name, loud}",
        "{n, plural, one {x}}",
        "{n, plural, few {x} other {y}}",
        "{n, select, a {x} a {y} other {z}}",
        "{n, plural, other x}",
        "{n, choice, a {b}}",
    ] {
        assert!(compile(wrong, &names).is_err(), "{wrong}");
    }
    for wrong in ["[A b]", "key", "key = text", "a = \"x\"\na = \"y\"", "a = \"x\" y\""] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
