//! Contradictions in a policy, found before it is saved: all of them, each with the place where it stands.

mod finding;
mod grants;
mod people;
mod roles;
#[cfg(test)]
mod tests;

pub use finding::{Finding, Path, Problem, Step};

use super::Policy;

/// Everything that contradicts itself in a policy, in the order of the policy's parts. Empty for a policy that can be
/// used. Lines are filled in where there is a source: by `source::read`.
pub fn check(policy: &Policy) -> Vec<Finding> {
    let mut found = Found::default();
    roles::check(policy, &mut found);
    grants::check(policy, &mut found);
    people::check(policy, &mut found);
    found.0
}

/// What was found so far.
#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, path: Path, problem: Problem) {
        let finding = Finding {
            line: None,
            path,
            problem,
        };
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    fn name(&mut self, path: Path, name: &str) {
        if name.trim().is_empty() {
            self.add(path, Problem::NameEmpty);
        }
    }

    /// The ids of one list: well-formed, each once.
    fn ids<'a>(&mut self, list: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (index, id) in ids.enumerate() {
            let path = Path::default().key(list).index(index).key("id");
            let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
            if id.is_empty() || !id.chars().all(well_formed) {
                self.add(path, Problem::IdMalformed { id: id.to_owned() });
            } else if seen.contains(&id) {
                self.add(path, Problem::IdTwice { id: id.to_owned() });
            }
            seen.push(id);
        }
    }
}

fn at(list: &str, index: usize) -> Path {
    Path::default().key(list).index(index)
}
