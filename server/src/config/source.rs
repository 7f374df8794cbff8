//! Where settings come from: flags, environment and file, as text, each with its origin.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Every setting there is, by the name of its flag; a file may hold any of them, whatever command reads it.
pub(super) fn known() -> impl Iterator<Item = String> {
    super::StoreFlags::FIELDS
        .iter()
        .chain(super::ServeFlags::FIELDS)
        .map(|field| field.replace('_', "-"))
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Flag,
    Environment,
    File(PathBuf),
}

/// A setting that cannot be used, or a file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("the setting {} cannot be used: {why}", Named { name, source: from })]
    Setting { name: String, from: Source, why: String },
    #[error("the file {} of settings cannot be read: {why}", file.display())]
    File { file: PathBuf, why: String },
    #[error("{}:{line}: there is no setting \"{name}\"{}", file.display(), near.as_ref().map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default())]
    Unknown {
        file: PathBuf,
        line: usize,
        name: String,
        near: Option<String>,
    },
}

struct Named<'a> {
    name: &'a str,
    source: &'a Source,
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Source::Flag => write!(f, "{} (from the flag --{})", self.name, self.name),
            Source::Environment => write!(f, "{} (from the environment, {})", self.name, variable(self.name)),
            Source::File(file) => write!(f, "{} (from the file {})", self.name, file.display()),
        }
    }
}

/// The environment variable of a setting: `database-url` is `LANYARD_DATABASE_URL`.
pub(super) fn variable(name: &str) -> String {
    format!("LANYARD_{}", name.replace('-', "_").to_ascii_uppercase())
}

/// Flags that were given: name and text.
pub(super) type Given = Vec<(String, Option<String>)>;

/// All values that were set, the strongest source of each.
pub(super) struct Values {
    found: BTreeMap<String, (String, Source)>,
}

impl Values {
    /// Reads the file, then the environment, then the flags: what comes later wins.
    pub(super) fn read(
        file: Option<&Path>,
        environment: &dyn Fn(&str) -> Option<String>,
        flags: &[Given],
    ) -> Result<Self, ConfigError> {
        let mut found = BTreeMap::new();
        if let Some(file) = file {
            for (name, text) in read_file(file)? {
                found.insert(name, (text, Source::File(file.to_owned())));
            }
        }
        for name in known() {
            if let Some(text) = environment(&variable(&name)) {
                found.insert(name, (text, Source::Environment));
            }
        }
        for (name, text) in flags.iter().flatten() {
            if let Some(text) = text {
                found.insert(name.clone(), (text.clone(), Source::Flag));
            }
        }
        Ok(Self { found })
    }

    /// The value of a setting, if any source has it.
    pub(super) fn get<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some((text, source)) = self.found.get(name) else {
            return Ok(None);
        };
        parse(text.trim()).map(Some).map_err(|why| ConfigError::Setting {
            name: name.to_owned(),
            from: source.clone(),
            why,
        })
    }

    /// An error about a setting that contradicts another one.
    pub(super) fn contradiction(&self, name: &str, why: &str) -> ConfigError {
        let from = self.found.get(name).map_or(Source::Flag, |(_, source)| source.clone());
        ConfigError::Setting {
            name: name.to_owned(),
            from,
            why: why.to_owned(),
        }
    }
}

fn read_file(file: &Path) -> Result<Vec<(String, String)>, ConfigError> {
    let unreadable = |why: String| ConfigError::File {
        file: file.to_owned(),
        why,
    };
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let table: toml::Table =
        toml::from_str(&text).map_err(|error| unreadable(error.message().to_owned() + &place(&text, error.span())))?;
    let mut values = Vec::new();
    for (name, value) in table {
        if !known().any(|known| known == name) {
            let near = known()
                .min_by_key(|known| distance(known, &name))
                .filter(|near| distance(near, &name) <= 4);
            return Err(ConfigError::Unknown {
                file: file.to_owned(),
                line: line_of(&text, &name),
                near,
                name,
            });
        }
        let text = as_text(value).ok_or_else(|| ConfigError::Setting {
            name: name.clone(),
            from: Source::File(file.to_owned()),
            why: "it must be a text, a number or a list of texts".to_owned(),
        })?;
        values.push((name, text));
    }
    Ok(values)
}

fn as_text(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(parts) => {
            let parts: Option<Vec<String>> = parts.into_iter().map(|part| part.as_str().map(str::to_owned)).collect();
            parts.map(|parts| parts.join(","))
        }
        _ => None,
    }
}

fn place(text: &str, span: Option<std::ops::Range<usize>>) -> String {
    let Some(before) = span.and_then(|span| text.get(..span.start)) else {
        return String::new();
    };
    format!(" (line {})", before.matches('\n').count() + 1)
}

fn line_of(text: &str, name: &str) -> usize {
    let found = text
        .lines()
        .position(|line| line.trim_start().trim_start_matches('"').starts_with(name));
    found.map_or(1, |index| index + 1)
}

/// Levenshtein distance, for "did you mean".
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(row.first_mut().unwrap_or(&mut 0), i + 1);
        let mut previous = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&right) {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = *cell;
            previous = replaced.min(*cell + 1).min(previous + 1);
            *cell = previous;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// A group of settings: a struct of flags for clap, and the names and given texts for [`Values`].
macro_rules! settings {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident ($value:literal)),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(clap::Args, Clone, Default)]
        pub struct $name {
            $($(#[$field_doc])* #[arg(long, value_name = $value)] pub $field: Option<String>,)+
        }

        impl $name {
            pub(super) const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];

            pub(super) fn given(&self) -> $crate::config::source::Given {
                vec![$((stringify!($field).replace('_', "-"), self.$field.clone())),+]
            }
        }
    };
}
pub(super) use settings;
