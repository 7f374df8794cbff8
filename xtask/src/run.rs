//! `cargo xtask run`: from a fresh clone to a served demo.

use std::{os::unix::process::CommandExt, process::ExitCode};

use anyhow::{Context, Result, bail};

use crate::{
    build,
    env::{Env, Profile},
    steps::{OnFailure, Output, Step, run_steps},
    tools,
};

pub(crate) fn run(env: &Env, args: &[String]) -> Result<ExitCode> {
    let (ours, theirs) = match args.iter().position(|arg| arg == "--") {
        Some(at) => (
            args.get(..at).unwrap_or_default(),
            args.get(at + 1..).unwrap_or_default(),
        ),
        None => (args, &[][..]),
    };
    let profile = match ours {
        [] => Profile::Dev,
        [release] if release == "--release" => Profile::Release,
        _ => bail!(
            "options to the server come after `--`: cargo xtask run -- {}",
            ours.join(" ")
        ),
    };
    let mut steps = Vec::new();
    if !build::app_is_fresh(env)? {
        steps = tools::missing(env, tools::APP)?;
        steps.push(Step::new(
            "app",
            "Building the app for the browser (minutes the first time)",
            Output::Quiet,
            |job| build::app(env, job),
        ));
    }
    if !steps.is_empty() || !build::server_is_fresh(env, profile)? {
        steps.push(Step::new(
            "server",
            "Building the server (minutes the first time)",
            Output::Quiet,
            move |job| build::server(env, job, profile),
        ));
    }
    run_steps(env, steps, OnFailure::Stop)?;
    let program = env.lanyard(profile);
    let mut command = std::process::Command::new(&program);
    // The server takes our place, so that Ctrl-C and signals reach it and nobody else.
    let error = command.args(["demo", "--serve"]).args(theirs).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}
