//! `cargo xtask trial`: builds the server as it would be released, kills it, attacks it, and tells what held.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::{
    build,
    env::{Env, Profile},
    postgres::Postgres,
    steps::{Job, OnFailure, Output, Step, run_steps},
    tools::{self, Tool},
};

pub(crate) fn trial(env: &Env, args: &[String]) -> Result<ExitCode> {
    let mut steps = tools::missing(env, &[tools::APP, &[Tool::Postgres]].concat())?;
    steps.push(Step::new("app", "Building the app", Output::Quiet, |job| {
        build::app(env, job)
    }));
    steps.push(Step::new(
        "server",
        "Building the server for release",
        Output::Quiet,
        |job| build::server(env, job, Profile::Release),
    ));
    steps.push(Step::new("trial", "Building the trials", Output::Quiet, |job| {
        job.run(&mut env.cargo(&["build", "--release", "--bin", "trial"]))
            .map(drop)
    }));
    run_steps(env, steps, OnFailure::Stop)?;
    let postgres = Postgres::start(env)?;
    let mut command = program(env, Profile::Release)?;
    command.args(args).env("LANYARD_TEST_POSTGRES", &postgres.url);
    let status = command.status().context("cannot start the trials")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A short trial, for every change.
pub(crate) fn short(env: &Env, job: &mut Job) -> Result<()> {
    build::server(env, job, Profile::Dev)?;
    job.run(&mut env.cargo(&["build", "--bin", "trial"]))?;
    let mut command = program(env, Profile::Dev)?;
    job.run(command.args(["--kills", "10", "--attempts", "1000"])).map(drop)
}

fn program(env: &Env, profile: Profile) -> Result<Command> {
    let lanyard = env.lanyard(profile);
    let trial = lanyard.with_file_name("trial");
    let mut command = env.command(
        trial
            .to_str()
            .context("the target directory has a name that is no text")?,
    );
    command.env("LANYARD_BIN", lanyard);
    Ok(command)
}
