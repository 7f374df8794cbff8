//! What the benchmark program is asked for.

use super::Outcome;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Decide,
    Http,
    Live,
    Bytes,
    Browser,
}

impl Part {
    const ALL: [Self; 5] = [Self::Decide, Self::Http, Self::Live, Self::Bytes, Self::Browser];

    fn name(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Http => "http",
            Self::Live => "live",
            Self::Bytes => "bytes",
            Self::Browser => "browser",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Options {
    pub(super) parts: Vec<Part>,
    /// People in the organisation that is asked for over HTTP; in the browser 10,000 at most.
    pub(super) users: u32,
    /// How long each kind of request is sent.
    pub(super) seconds: f64,
}

const USAGE: &str = "cargo xtask bench [decide] [http] [live] [bytes] [browser] [--users NUMBER] [--seconds NUMBER]";

impl Options {
    pub(super) fn parse(mut args: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self {
            parts: Vec::new(),
            users: 100_000,
            seconds: 5.0,
        };
        while let Some(arg) = args.next() {
            let mut number = || args.next().ok_or_else(|| format!("{arg} needs a number\n{USAGE}"));
            match arg.as_str() {
                "--users" => options.users = number()?.parse().map_err(|_| format!("--users: no number\n{USAGE}"))?,
                "--seconds" => {
                    options.seconds = number()?
                        .parse()
                        .map_err(|_| format!("--seconds: no number\n{USAGE}"))?;
                }
                name => {
                    let part = Part::ALL.into_iter().find(|part| part.name() == name);
                    options
                        .parts
                        .push(part.ok_or_else(|| format!("what is {name}?\n{USAGE}"))?);
                }
            }
        }
        if options.parts.is_empty() {
            options.parts = Part::ALL.to_vec();
        }
        if options.users < 1_000 || !(0.1..=3_600.0).contains(&options.seconds) {
            return Err("at least 1000 users and 0.1 seconds".into());
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
    fn parts_and_sizes_are_chosen() {
        assert_eq!(parse("").map(|options| options.parts.len()), Some(Part::ALL.len()));
        assert_eq!(
            parse("http --users 2000 --seconds 0.5 bytes"),
            Some(Options {
                parts: vec![Part::Http, Part::Bytes],
                users: 2_000,
                seconds: 0.5
            })
        );
        assert_eq!(parse("https"), None);
        assert_eq!(parse("--users many"), None);
        assert_eq!(parse("--seconds"), None);
    }
}
