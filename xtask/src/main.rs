//! `cargo xtask run | test | bench | trial | check`: everything the project does beyond `cargo build`, in one place.

mod bench;
mod build;
mod check;
mod env;
mod postgres;
mod run;
mod split;
mod steps;
mod test;
mod tools;
mod trial;

use std::{env::args, process::ExitCode};

use anyhow::{Result, bail};

use crate::env::Env;

const HELP: &str = "\
cargo xtask COMMAND

  run [--release] [-- OPTIONS]   builds Lanyard, sets up the demo organisations and serves; OPTIONS go to the server
  test [PART…]                   runs every part, or the named ones:
                                 fmt, clippy, check, supply, rules, parity, server, http,
                                 browser, trial
  check                          the checks on the source text and on the size of the app
  bench [PART…] [OPTIONS]        measures: decide, http, live, bytes, browser; --users NUMBER, --seconds NUMBER
  trial [PART…] [OPTIONS]        kills the server while people work (faults) and attacks it (abuse);
                                 --kills NUMBER, --attempts NUMBER, --seed NUMBER

What is needed beyond Rust is installed in $LANYARD_TOOLS, by default ~/.cache/lanyard.";

fn main() -> ExitCode {
    match command() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<ExitCode> {
    let mut args = args().skip(1);
    let command = args.next();
    let rest: Vec<String> = args.collect();
    let env = Env::discover()?;
    match command.as_deref() {
        Some("run") => run::run(&env, &rest),
        Some("test") => test::test(&env, &rest),
        Some("check") => check::command(&env),
        Some("bench") => bench::bench(&env, &rest),
        Some("trial") => trial::trial(&env, &rest),
        // Called by Trunk before it builds and after (Trunk.toml).
        Some("bundle-css") => build::bundle_css(&env.root).map(|()| ExitCode::SUCCESS),
        Some("split-app") => split::app(&env).map(|()| ExitCode::SUCCESS),
        Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => bail!("there is no command \"{other}\"\n\n{HELP}"),
        None => bail!("which command?\n\n{HELP}"),
    }
}
