//! Cases as data: an organisation, an edit, and what must come of it.
//!
//! A file of `cases/` declares its organisation once, with names in place of ids, and then one `[[case]]` after the
//! other. What a case expects is written by hand from the behaviour that it cites. The whole verdict is recorded besides
//! in `cases/verdicts/`, one line for each case, so that every place that judges can be compared to it byte by byte.

mod declared;
mod expect;
mod names;
mod world;

use shared::access::Assignment;
use shared::verdict::Confirmation;
use shared::{Edit, Facts, Verdict, decide};

pub use names::id;
pub use world::World;

/// One case, ready to be judged.
pub struct Case {
    /// The file it stands in, without its ending: "artera".
    pub file: &'static str,
    /// The behaviours it is about and the sentence that says what happens; unique in all files.
    pub name: String,
    /// The behaviours that it is about: "A7".
    pub rows: Vec<String>,
    /// The whole organisation, for those who put it into a database.
    pub world: World,
    /// What a server that holds this world loads for the edit; what a browser knows, where the case is about that.
    pub facts: Facts,
    pub edit: Edit,
    /// What the person who saves has confirmed.
    pub confirmed: Vec<Confirmation>,
    /// The facts are not those of a server that holds the world: the case says so by `unknown`, `reader` or `actor`.
    pub only_here: bool,
    /// The recorded verdict.
    pub golden: Option<String>,
    /// The names that the file declares, for messages.
    names: Vec<String>,
    expect: expect::Expect,
}

/// A file of cases and the verdicts that are recorded for it.
pub struct Source {
    pub name: &'static str,
    pub cases: &'static str,
    pub verdicts: &'static str,
}

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        [$(Source {
            name: $name,
            cases: include_str!(concat!("../cases/", $name, ".toml")),
            verdicts: include_str!(concat!("../cases/verdicts/", $name, ".jsonl")),
        }),+]
    };
}

/// Every file of cases.
pub fn sources() -> impl Iterator<Item = Source> {
    sources!["artera", "atmanco", "decoda", "every", "optra", "tebra"].into_iter()
}

/// Every case of every file.
///
/// # Panics
/// If a file cannot be read; the message names the file and what is wrong.
pub fn all() -> Vec<Case> {
    sources().flat_map(|source| source.read()).collect()
}

/// The organisation that a file of cases declares, as it is before any case changes it.
///
/// # Panics
/// If there is no such file or it cannot be read.
pub fn world(name: &str) -> World {
    let source = sources().find(|source| source.name == name);
    let world = source
        .ok_or_else(|| "there is no such file".to_owned())
        .and_then(|source| declared::organisation(&source));
    world.unwrap_or_else(|error| fail(&format!("cases/{name}.toml: {error}")))
}

/// An assignment as cases write it: `admin`, `manager at elm`, `staff at elm with front, back`.
///
/// # Panics
/// If it cannot be read.
pub fn assignment(text: &str) -> Assignment {
    serde_json::from_value(names::assignment(text)).unwrap_or_else(|error| fail(&format!("{text}: {error}")))
}

impl Source {
    /// The cases of this file.
    ///
    /// # Panics
    /// If it cannot be read; the message names the file and what is wrong.
    pub fn read(&self) -> Vec<Case> {
        declared::read(self).unwrap_or_else(|error| fail(&format!("cases/{}.toml: {error}", self.name)))
    }

    /// The recorded line of a case, with the whole verdict.
    fn recorded(&self, name: &str) -> Option<String> {
        let start = line_start(name);
        let line = self.verdicts.lines().find(|line| line.starts_with(&start))?;
        Some(line.strip_prefix(&start)?.strip_suffix('}')?.to_owned())
    }
}

impl Case {
    pub fn verdict(&self) -> Verdict {
        decide(&self.facts, &self.edit)
    }

    /// The verdict as it is recorded and as it goes over the wire.
    pub fn verdict_json(&self) -> String {
        serde_json::to_string(&self.verdict()).expect("a verdict has a JSON form")
    }

    /// The line that is recorded for this case.
    pub fn line(&self) -> String {
        format!("{}{}}}", line_start(&self.name), self.verdict_json())
    }

    /// Everything in which the verdict is not what the case expects.
    pub fn problems(&self) -> Vec<String> {
        let problems = self.expect.problems(&self.verdict(), &self.confirmed);
        problems.into_iter().map(|problem| self.with_names(problem)).collect()
    }

    /// A text with names where ids of the file stand.
    fn with_names(&self, text: String) -> String {
        let named = |text: String, name: &String| text.replace(&id(name).to_string(), name);
        self.names.iter().fold(text, named)
    }
}

fn line_start(name: &str) -> String {
    let name = serde_json::to_string(name).expect("a text has a JSON form");
    format!("{{\"case\":{name},\"verdict\":")
}

#[expect(clippy::panic, reason = "a case that cannot be read is a failed test")]
fn fail(message: &str) -> ! {
    panic!("{message}")
}
