//! `lanyard policy check`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use shared::policy::check::Finding;
use shared::policy::source;
use shared::text::{self, Language, Words};

use super::Outcome;

#[derive(Subcommand)]
pub(super) enum Policy {
    /// Find everything in a policy that contradicts itself or cannot be read
    ///
    /// Prints one line for each finding, with its line in the file. Ends with 1 when there is any.
    #[command(after_help = "Example:\n  lanyard policy check our-policy.toml")]
    Check {
        /// A policy in TOML
        file: PathBuf,
    },
}

pub(super) fn run(command: &Policy) -> Outcome {
    let Policy::Check { file } = command;
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    match source::read(&text) {
        Ok(policy) => {
            println!(
                "{name}: \"{}\" can be used: {} roles, {} permissions, {} fields.",
                policy.name,
                policy.roles.len(),
                policy.permissions.len(),
                policy.fields.len()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(findings) => {
            for finding in &findings {
                println!("{}", told(&name.to_string(), finding));
            }
            let noun = if findings.len() == 1 { "finding" } else { "findings" };
            eprintln!("{} {noun} in {name}.", findings.len());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A finding as compilers write them: file, line, where, what.
pub(super) fn told(file: &str, finding: &Finding) -> String {
    let line = finding.line.unwrap_or(1);
    let problem = text::problem(Words::builtin(Language::English), &finding.problem);
    let path = finding.path.to_string();
    if path.is_empty() {
        format!("{file}:{line}: {problem}")
    } else {
        format!("{file}:{line}: {path}: {problem}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_name_file_line_and_place() {
        let findings =
            source::read("name = \"X\"\n[[role]]\nid = \"a\"\nname = \"A\"\nscope = \"organisation\"\nexcludez = 1\n");
        let told: Vec<String> = findings
            .unwrap_err()
            .iter()
            .map(|finding| told("our.toml", finding))
            .collect();
        assert!(
            told.iter()
                .any(|line| line.starts_with("our.toml:6: role[0].excludez: ")),
            "{told:?}"
        );
    }
}
