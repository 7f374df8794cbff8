//! Makes of the catalogues in `src/text/catalogue` one text for each language, and a type for each message, whose fields
//! are what its pattern needs: a message that does not exist, or that is told without something, does not compile.

#[path = "src/text/compile.rs"]
mod compile;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use compile::Entry;

const TAXONOMIES: &str = "src/clinical/taxonomies.txt";

/// English is first: its keys are the keys.
const LANGUAGES: [&str; 3] = ["en", "fr", "es"];

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/text/compile.rs");
    println!("cargo::rerun-if-changed=src/text/catalogue");
    println!("cargo::rerun-if-changed={TAXONOMIES}");
    let out = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    let mut catalogues = Vec::new();
    for language in LANGUAGES {
        let path = format!("src/text/catalogue/{language}.toml");
        let source = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let entries = compile::read(&source).map_err(|error| format!("{path}, {error}"))?;
        let patterns: BTreeMap<(String, String), String> = entries
            .iter()
            .map(|entry| ((entry.area.clone(), entry.key.clone()), entry.pattern.clone()))
            .collect();
        catalogues.push((language, entries, patterns));
    }
    let Some((_, keys, _)) = catalogues.first() else {
        return Ok(());
    };

    // What a message needs is what any language uses of it.
    let mut needs: Vec<Vec<String>> = Vec::new();
    for Entry { area, key, .. } in keys {
        let mut names = BTreeSet::new();
        for (language, _, patterns) in &catalogues {
            if let Some(pattern) = patterns.get(&(area.clone(), key.clone())) {
                let used =
                    compile::parameters(pattern).map_err(|error| format!("{language}: {area}.{key}: {error}"))?;
                names.extend(used);
            }
        }
        if names.len() > 10 {
            return Err(format!("{area}.{key} has more than ten parameters"));
        }
        needs.push(names.into_iter().collect());
    }

    // Whoever serves them finds them here, under names that change with their contents.
    let served_from = format!("{out}/served");
    let _ = fs::remove_dir_all(&served_from);
    fs::create_dir_all(&served_from).map_err(|error| format!("{served_from}: {error}"))?;
    println!("cargo::metadata=served={served_from}");
    let mut files = Vec::new();

    let print = fingerprint(keys, &needs);
    for (language, _, patterns) in &catalogues {
        let mut text = format!("{language} {print}");
        for (Entry { area, key, pattern }, names) in keys.iter().zip(&needs) {
            // A message that a language lacks is told in English; a test does not let that stay so.
            let pattern = patterns.get(&(area.clone(), key.clone())).unwrap_or(pattern);
            let compiled =
                compile::compile(pattern, names).map_err(|error| format!("{language}: {area}.{key}: {error}"))?;
            text.push('\n');
            text.push_str(&compiled);
        }
        let served = format!("{language}-{:016x}.txt", fnv(text.bytes()));
        write(&served_from, &served, &text)?;
        write(&out, &format!("{language}.words"), &text)?;
        files.push(served);
    }
    write(&out, "files.rs", &format!("{files:?}"))?;
    write(&out, "taxonomies.rs", &format!("{:?}", taxonomies(&served_from)?))?;
    write(&out, "messages.rs", &messages(keys, &needs, &print))
}

/// The known taxonomy codes, served beside the words without what is said about them; the name that they are served by.
fn taxonomies(served_from: &str) -> Result<String, String> {
    let source = fs::read_to_string(TAXONOMIES).map_err(|error| format!("{TAXONOMIES}: {error}"))?;
    let codes: Vec<&str> = source.lines().filter(|line| !line.starts_with('#')).collect();
    let text = codes.join("\n");
    let name = format!("taxonomies-{:016x}.txt", fnv(text.bytes()));
    write(served_from, &name, &text)?;
    Ok(name)
}

fn write(out: &str, name: &str, text: &str) -> Result<(), String> {
    fs::write(Path::new(out).join(name), text).map_err(|error| format!("{name}: {error}"))
}

/// Over keys and parameters: the texts of one build do not fit the code of another.
fn fingerprint(keys: &[Entry], needs: &[Vec<String>]) -> String {
    let all: String = keys
        .iter()
        .zip(needs)
        .map(|(entry, names)| format!("{}.{}({});", entry.area, entry.key, names.join(",")))
        .collect();
    format!("{:016x}", fnv(all.bytes()))
}

/// FNV-1a.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A module for each area, a type for each message.
fn messages(keys: &[Entry], needs: &[Vec<String>], print: &str) -> String {
    let mut areas: BTreeMap<&str, String> = BTreeMap::new();
    for (index, (Entry { area, key, pattern }, names)) in keys.iter().zip(needs).enumerate() {
        let code = areas.entry(area.as_str()).or_default();
        let lifetime = if names.is_empty() { ("", "") } else { ("<'a>", "<'_>") };
        let fields: String = names.iter().map(|name| format!("pub {name}: Arg<'a>, ")).collect();
        let values: String = names.iter().map(|name| format!("self.{name}, ")).collect();
        let _ = write!(
            code,
            "    #[doc = {:?}]\n    #[derive(Debug)]\n    pub struct {key}{} {{ {fields}}}\n    impl {key}{} {{\n        pub fn \
             tell(self, words: &Words) -> String {{ words.fill({index}, &[{values}]) }}\n    }}\n",
            format!("`{pattern}`"),
            lifetime.0,
            lifetime.1,
        );
        if names.is_empty() {
            let _ = write!(
                code,
                "    impl {key} {{\n        pub const AT: Plain = Plain({index});\n    }}\n"
            );
        }
    }
    let mut out = format!("pub(super) const FINGERPRINT: &str = {print:?};\n");
    for (area, code) in areas {
        let _ = write!(
            out,
            "pub mod {area} {{\n    #[allow(unused_imports)]\n    use super::super::words::{{Arg, Plain, Words}};\n{code}}}\n"
        );
    }
    out
}
