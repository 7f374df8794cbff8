//! `cargo xtask check`: what the compiler cannot hold for us. Each check collects what it finds; all are told at once.

mod source;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use self::source::{SourceFile, rust_files};
use crate::{
    build::files_below,
    env::Env,
    steps::{Job, OnFailure, Outcome, Output, Step, run_steps},
    tools::WASM,
};

/// What `shared` may stand on in the browser: data and its derivation, nothing that has a clock, chance, a network, a
/// database or a page.
const SHARED_MAY_USE: &[&str] = &[
    "shared",
    "serde",
    "serde_core",
    "serde_derive",
    "uuid",
    "thiserror",
    "thiserror-impl",
    "proc-macro2",
    "quote",
    "syn",
    "unicode-ident",
    // Names are compared without accents.
    "unicode-normalization",
    "tinyvec",
];

/// What its optional features may add: reading a policy's source, describing the API.
const SHARED_FEATURES_MAY_USE: &[&str] = &[
    "toml",
    "toml_datetime",
    "toml_edit",
    "toml_parser",
    "toml_writer",
    "serde_spanned",
    "winnow",
    "utoipa",
    "utoipa-gen",
    "serde_json",
    "itoa",
    "ryu",
    "zmij",
    "memchr",
    "indexmap",
    "equivalent",
    "hashbrown",
    "regex",
    "regex-automata",
    "regex-syntax",
    "aho-corasick",
];

/// Features of uuid that make ids out of time or chance.
const UUID_MAKERS: &[&str] = &["v1", "v4", "v6", "v7", "rng", "fast-rng", "rng-getrandom", "rng-rand"];

/// Where the server may write to its database: the one write path, what it stands on, and what no rule governs.
const MAY_WRITE: &[&str] = &[
    "server/src/edits",
    "server/src/store",
    "server/src/accounts",
    "server/src/live/presence.rs",
    "server/src/imports",
    "server/src/bulk",
    "server/src/audit",
    "server/src/mail",
    "server/src/demo",
    "server/src/cli",
];

/// What the first load may take, compressed by brotli: the page, its style, the words of one language, the app without
/// the parts that come when their screens are asked for (`split.rs`).
const FIRST_LOAD: u64 = 400 * 1024;
const LONG: usize = 600;

/// Must `dist/` be there to be weighed?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Required,
    IfBuilt,
}

pub(crate) fn command(env: &Env) -> Result<ExitCode> {
    let step = Step::new(
        "check",
        "check: the project's own rules about its code",
        Output::Shown,
        |job| check(env, job, Size::IfBuilt),
    );
    let done = run_steps(env, vec![step], OnFailure::Continue)?;
    let failed = done.iter().any(|done| matches!(done.outcome, Outcome::Failed(_)));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

pub(crate) fn check(env: &Env, job: &mut Job, size: Size) -> Result<()> {
    let mut findings = Vec::new();
    let files = rust_files(env)?;
    shared_stays_pure(env, &mut findings)?;
    no_policy_in_code(env, &files, &mut findings)?;
    one_write_path(&files, &mut findings);
    a_guest_on_the_page(env, &files, &mut findings)?;
    words::come_from_catalogues(env, &files, &mut findings)?;
    behaviours_are_cited(env, &mut findings)?;
    app_is_light(env, job, size, &mut findings)?;
    for file in files.iter().filter(|file| file.lines().count() > LONG) {
        job.say(&format!(
            "note: {} is longer than {LONG} lines; could it be two files?",
            file.name
        ));
    }
    for finding in &findings {
        job.say(finding);
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    Ok(())
}

fn shared_stays_pure(env: &Env, findings: &mut Vec<String>) -> Result<()> {
    let browser = ["--target", WASM].as_slice();
    let everything = ["--all-features"].as_slice();
    for (args, extra) in [(browser, &[][..]), (everything, SHARED_FEATURES_MAY_USE)] {
        let mut cargo = env.cargo(&["tree", "--package", "shared", "--edges", "normal", "--prefix", "none"]);
        let output = cargo
            .args(["--format", "{p} [{f}]"])
            .args(args)
            .output()
            .context("cannot start cargo tree")?;
        if !output.status.success() {
            bail!("cargo tree failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Some(package) = line.split_whitespace().next() else {
                continue;
            };
            if !SHARED_MAY_USE.contains(&package) && !extra.contains(&package) {
                findings.push(format!(
                    "shared: depends on {package}, which is not on the list of what it may use"
                ));
            }
            let features = line
                .rsplit_once('[')
                .map_or("", |(_, features)| features.trim_end_matches([']', '*', ' ']));
            if package == "uuid"
                && let Some(maker) = features.split(',').find(|feature| UUID_MAKERS.contains(feature))
            {
                findings.push(format!("shared: uuid's feature {maker} makes ids from time or chance"));
            }
        }
    }
    findings.sort();
    findings.dedup();
    Ok(())
}

/// Ids of presets and roles are data: a sixth system is a sixth TOML file. A word that happens to be the same is marked
/// with `// not a role` on its line; the examples in the description of the API are no rules.
fn no_policy_in_code(env: &Env, files: &[SourceFile], findings: &mut Vec<String>) -> Result<()> {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for path in files_below(&env.root.join("shared/src/policy/presets"))? {
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let policy: toml::Table = text.parse().with_context(|| format!("{} is no TOML", path.display()))?;
        let roles = policy
            .get("role")
            .or_else(|| policy.get("roles"))
            .and_then(toml::Value::as_array);
        for role in roles.into_iter().flatten() {
            if let Some(id) = role.get("id").and_then(toml::Value::as_str) {
                names.insert(id.to_owned(), "a role");
            }
        }
        if let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) {
            names.insert(stem.to_owned(), "a preset");
        }
    }
    for path in files_below(&env.root.join("server"))? {
        // Demonstration data: its organisations and places.
        if path.extension().is_some_and(|extension| extension == "toml")
            && let Ok(data) = fs::read_to_string(&path)?.parse::<toml::Table>()
        {
            for site in data.get("site").and_then(toml::Value::as_array).into_iter().flatten() {
                if let Some(name) = site.get("name").and_then(toml::Value::as_str) {
                    names.insert(name.to_owned(), "a site");
                }
            }
        }
    }
    for file in files.iter().filter(|file| file.is_below(&["app/src", "server/src"])) {
        for (line, literal) in file.literals() {
            if let Some(what) = names.get(literal)
                && !file.line_says(line, "// not a role")
                && !file.describes_the_api(line)
            {
                findings.push(format!(
                    "{}:{line}: \"{literal}\" names {what}; rules read the policy",
                    file.name
                ));
            }
        }
    }
    Ok(())
}

fn one_write_path(files: &[SourceFile], findings: &mut Vec<String>) {
    const WRITES: &[&str] = &["insert_into(", "diesel::update(", "diesel::delete(", "replace_into("];
    for file in files.iter().filter(|file| file.is_below(&["server/src"])) {
        for (line, code) in file.code_lines() {
            if !file.is_below(MAY_WRITE)
                && let Some(write) = WRITES.iter().find(|write| code.contains(**write))
            {
                let call = write.trim_end_matches('(');
                findings.push(format!(
                    "{}:{line}: {call} outside of what may write to the database",
                    file.name
                ));
            }
            if !file.is_below(&["server/src/facts"]) && makes(code, "Facts") {
                findings.push(format!("{}:{line}: Facts are made in server/src/facts only", file.name));
            }
        }
    }
}

/// Is this a struct expression `Name { …`, as opposed to a type, a pattern, another name that ends the same, or the same
/// value with other fields (`..facts`)?
fn makes(code: &str, name: &str) -> bool {
    let Some(at) = code.find(&format!("{name} {{")) else {
        return false;
    };
    let before = code.get(..at).unwrap_or_default();
    let word_before = before.trim_end_matches("shared::").trim_end_matches("facts::");
    let joined = word_before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    let declares = ["struct", "impl", "for", "enum", "->", "let", "mod"]
        .iter()
        .any(|word| before.trim().ends_with(word));
    !joined && !declares && !code.contains("..")
}

/// The app lives in an element it is given: it does not reach for the page, and its style asks its container, not the
/// window, how wide it is.
fn a_guest_on_the_page(env: &Env, files: &[SourceFile], findings: &mut Vec<String>) -> Result<()> {
    const PAGE: &[&str] = &[
        "document.body",
        "document().body",
        ".body()",
        "window().document()",
        "mount_to_body",
    ];
    const MAY: &[&str] = &["app/src/main.rs", "app/src/lib.rs", "app/src/mount"];
    for file in files
        .iter()
        .filter(|file| file.is_below(&["app/src"]) && !file.is_below(MAY))
    {
        for (line, code) in file.code_lines() {
            if let Some(reach) = PAGE.iter().find(|reach| code.contains(**reach)) {
                findings.push(format!(
                    "{}:{line}: {reach} belongs to the page, the app is only a guest",
                    file.name
                ));
            }
        }
    }
    for path in files_below(&env.root.join("style"))? {
        let text = fs::read_to_string(&path)?;
        for (index, line) in text.lines().enumerate() {
            // What a widget shows in the top layer has the whole page for its box.
            let viewport = !line.contains("/* top layer */")
                && line.contains("@media")
                && ["width", "height", "orientation"].iter().any(|it| line.contains(it));
            if viewport {
                let name = path.strip_prefix(&env.root).unwrap_or(&path).display();
                findings.push(format!(
                    "{name}:{}: asks for the size of the window; use @container",
                    index + 1
                ));
            }
        }
    }
    Ok(())
}

/// Each id in tests/behaviours.txt is held where the list says, and nowhere else in these layers: by a case, a property or
/// a form; by a scenario over HTTP; by a scenario in a browser. Each is named by its id.
fn behaviours_are_cited(env: &Env, findings: &mut Vec<String>) -> Result<()> {
    let list = env.root.join("tests/behaviours.txt");
    let list = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let mut held: BTreeMap<&str, BTreeSet<String>> = LAYERS.map(|layer| (layer, BTreeSet::new())).into();
    for path in files_below(&env.root.join("tests"))? {
        let name = shown(env, &path);
        let Some((layer, cites)) = layer_of(&name) else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        held.entry(layer).or_default().extend(cites(&text));
    }
    findings.extend(differing_layers(&list, &held));
    Ok(())
}

/// The layers of tests/behaviours.txt that the names of tests show.
const LAYERS: [&str; 3] = ["rules", "http", "screen"];

/// Finds the ids in a file of tests.
type Cites = fn(&str) -> BTreeSet<String>;

/// The layer that a file of tests belongs to, and how ids are found there.
fn layer_of(name: &str) -> Option<(&'static str, Cites)> {
    let is = |extension: &str| Path::new(name).extension().is_some_and(|it| it == extension);
    if name.starts_with("tests/cases/") && is("toml") {
        Some(("rules", ids_of_cases))
    } else if name.starts_with("tests/tests/rules_") && is("rs") {
        Some(("rules", ids_of_functions))
    } else if name.starts_with("tests/tests/http_") && is("rs") {
        Some(("http", ids_of_functions))
    } else if name.starts_with("tests/browser/") && is("ts") {
        Some(("screen", ids_of_titles))
    } else {
        None
    }
}

/// `id = "A7 X3"`
fn ids_of_cases(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'))
        .flat_map(|ids| ids.split(' ').map(str::to_owned))
        .collect()
}

/// `fn a7_x3_a_manager_who_becomes_staff()`: all words, of which some are ids.
fn ids_of_functions(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.split_once("fn ")?.1.split_once('('))
        .flat_map(|(name, _)| name.split('_').map(str::to_ascii_uppercase))
        .collect()
}

/// `test('A7, X3: …', …)`: all words, of which some are ids.
fn ids_of_titles(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.trim_start().strip_prefix("test("))
        .filter_map(|call| {
            let quote = call.chars().next().filter(|first| "'\"`".contains(*first))?;
            call.get(1..)?.split(quote).next()
        })
        .flat_map(|title| title.split(|char: char| !char.is_ascii_alphanumeric()))
        .map(str::to_owned)
        .collect()
}

/// Where the list of behaviours and what their tests are named by differ.
fn differing_layers(list: &str, held: &BTreeMap<&str, BTreeSet<String>>) -> Vec<String> {
    let mut findings = Vec::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(id) = words.next() else { continue };
        let told: BTreeSet<&str> = words.collect();
        if told.is_empty() {
            findings.push(format!("tests/behaviours.txt: no case and no test cites {id}"));
        }
        for (layer, ids) in held {
            match (told.contains(layer), ids.contains(id)) {
                (true, false) => findings.push(format!("tests/behaviours.txt: nothing of {layer} is named by {id}")),
                (false, true) => findings.push(format!("tests/behaviours.txt: {id} is held by {layer} too; say so")),
                _ => {}
            }
        }
    }
    findings
}

fn app_is_light(env: &Env, job: &mut Job, size: Size, findings: &mut Vec<String>) -> Result<()> {
    let files: Vec<_> = files_below(&env.dist())?
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|it| it == "html" || it == "wasm" || it == "js" || it == "css")
        })
        .collect();
    if !files.iter().any(|path| path.extension().is_some_and(|it| it == "wasm")) {
        match size {
            Size::Required => findings.push("dist/ has no app to weigh".into()),
            Size::IfBuilt => job.say("the app is not built, so its size is not checked"),
        }
        return Ok(());
    }
    let (later, first): (Vec<_>, Vec<_>) = files.into_iter().partition(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".wasm") && !name.ends_with("_bg.wasm")
    });
    weigh(job, "with their screens, bytes", &later)?;
    let told = words_size(env)?;
    job.say(&format!("{:<56}{told:>12}", "words of one language, at most"));
    let all = weigh(job, "first load, bytes", &first)? + told;
    if all > FIRST_LOAD {
        let over = all - FIRST_LOAD;
        findings.push(format!("the first load takes {all} bytes, {over} more than it may"));
    }
    Ok(())
}

/// Says what these files take, and returns what they take together when compressed by brotli.
fn weigh(job: &mut Job, heading: &str, files: &[PathBuf]) -> Result<u64> {
    job.say(&format!("{heading:<44}{:>12}{:>12}", "raw", "brotli"));
    let mut sum = (0, 0);
    for path in files {
        let bytes = fs::read(path)?;
        let raw = u64::try_from(bytes.len())?;
        let small = brotli_size(&bytes)?;
        sum = (sum.0 + raw, sum.1 + small);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        job.say(&format!("{name:<44}{raw:>12}{small:>12}"));
    }
    job.say(&format!("{:<44}{:>12}{:>12}", "in all", sum.0, sum.1));
    Ok(sum.1)
}

/// What the words of one language take, of the longest: they come beside the app.
fn words_size(env: &Env) -> Result<u64> {
    let mut most = 0;
    for path in files_below(&env.root.join("shared/src/text/catalogue"))? {
        let text = fs::read_to_string(path)?;
        let told = text.lines().filter_map(|line| line.split_once(" = "));
        let told: Vec<&str> = told.map(|(_, told)| told.trim_matches('"')).collect();
        most = most.max(brotli_size(told.join("\n").as_bytes())?);
    }
    Ok(most)
}

fn brotli_size(bytes: &[u8]) -> Result<u64> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(bytes)?;
    Ok(u64::try_from(writer.into_inner().len())?)
}

/// A path in the clone, as shown to people.
fn shown(env: &Env, path: &Path) -> String {
    path.strip_prefix(&env.root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn making_facts_is_told_from_naming_them() {
        assert!(makes("    let facts = Facts {", "Facts"));
        assert!(makes("Ok(shared::Facts { actor,", "Facts"));
        assert!(!makes("pub struct Facts {", "Facts"));
        assert!(!makes("fn load() -> Facts {", "Facts"));
        assert!(!makes("    let Facts { actor, .. } = facts;", "Facts"));
        assert!(!makes("UserFacts { id }", "Facts"));
        assert!(!makes("Facts { subject, ..facts }", "Facts"));
    }

    #[test]
    fn ids_are_found_where_tests_are_named() {
        let ids = |found: BTreeSet<String>| -> Vec<String> {
            let is_id = |word: &String| word.len() < 4 && word.ends_with(|char: char| char.is_ascii_digit());
            found.into_iter().filter(is_id).collect()
        };
        let cases = "id = \"A7 X3\"\nsays = \"as in A9\"\n# A10\n";
        assert_eq!(ids(ids_of_cases(cases)), ["A7", "X3"]);
        let functions = "// A9\nasync fn m3_m5_the_invitation() {\n    one(\"a10\");\n}\nfn helper(a7: &str) {}\n";
        assert_eq!(ids(ids_of_functions(functions)), ["M3", "M5"]);
        let titles = "// A9\ntest('A7, X3: lines', async () => {\n  test(`O1: ${who}`, a10);\n  expect('M2');\n";
        assert_eq!(ids(ids_of_titles(titles)), ["A7", "O1", "X3"]);
    }

    #[test]
    fn layers_differ_where_the_list_says_more_or_less() {
        let held = [("http", "A1"), ("screen", "A2")].map(|(layer, id)| (layer, [id.to_owned()].into()));
        let differing = |list: &str| differing_layers(list, &held.clone().into()).len();
        assert_eq!(differing("# A3 rules\nA1 http mail\nA2 screen\n"), 0);
        assert_eq!(differing("A1 http screen\nA2\n"), 3);
    }

    #[test]
    fn brotli_finds_repetition() {
        assert!(brotli_size(&[7; 100_000]).unwrap() < 200);
    }
}
