//! What the trials' program is asked for.

use uuid::Uuid;

use crate::process::Outcome;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Faults,
    Abuse,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Options {
    pub(super) parts: Vec<Part>,
    /// How often the server is killed.
    pub(super) kills: u32,
    /// How often somebody tries to sign in, and guesses tokens.
    pub(super) attempts: u32,
    /// What chance begins with.
    pub(super) seed: u64,
}

const USAGE: &str = "cargo xtask trial [faults] [abuse] [--kills NUMBER] [--attempts NUMBER] [--seed NUMBER]";

impl Options {
    pub(super) fn parse(mut args: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self {
            parts: Vec::new(),
            kills: 200,
            attempts: 10_000,
            seed: Uuid::now_v7().as_u64_pair().1,
        };
        while let Some(arg) = args.next() {
            let mut number = || -> Outcome<u64> {
                let text = args.next().unwrap_or_default();
                Ok(text.parse().map_err(|_| format!("{arg} needs a number\n{USAGE}"))?)
            };
            match arg.as_str() {
                "faults" => options.parts.push(Part::Faults),
                "abuse" => options.parts.push(Part::Abuse),
                "--kills" => options.kills = u32::try_from(number()?)?.max(1),
                "--attempts" => options.attempts = u32::try_from(number()?)?.max(100),
                "--seed" => options.seed = number()?,
                other => return Err(format!("what is {other}?\n{USAGE}").into()),
            }
        }
        if options.parts.is_empty() {
            options.parts = vec![Part::Faults, Part::Abuse];
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Option<Options> {
        Options::parse(line.split_whitespace().map(str::to_owned)).ok()
    }

    #[test]
    fn parts_and_numbers_are_chosen() {
        assert_eq!(
            parse("").map(|options| (options.parts.len(), options.kills)),
            Some((2, 200))
        );
        assert_eq!(
            parse("faults --kills 5 --seed 7 --attempts 200"),
            Some(Options {
                parts: vec![Part::Faults],
                kills: 5,
                attempts: 200,
                seed: 7
            })
        );
        assert_eq!(parse("--kills many"), None);
        assert_eq!(parse("harm"), None);
    }
}
