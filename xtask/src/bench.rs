//! `cargo xtask bench`: builds what is measured as it would be released and hands over to the benchmark program.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::{
    build,
    env::{Env, Profile},
    postgres::Postgres,
    steps::{OnFailure, Output, Step, run_steps},
    tools::{self, Tool},
};

pub(crate) fn bench(env: &Env, args: &[String]) -> Result<ExitCode> {
    if !env.root.join("tests/src/bin/bench.rs").is_file() && !env.root.join("tests/src/bin/bench/main.rs").is_file() {
        bail!("the package `scenarios` has no program `bench` (tests/src/bin/bench.rs)");
    }
    let mut steps = tools::missing(
        env,
        &[
            Tool::WasmTarget,
            Tool::Trunk,
            Tool::WasmBindgen,
            Tool::WasmOpt,
            Tool::Chromium,
            Tool::Playwright,
            Tool::Postgres,
        ],
    )?;
    steps.push(Step::new("app", "Building the app", Output::Quiet, |job| {
        build::app(env, job)
    }));
    steps.push(Step::new(
        "server",
        "Building the server for release",
        Output::Quiet,
        |job| build::server(env, job, Profile::Release),
    ));
    let compile = ["build", "--release", "--package", "scenarios", "--bin", "bench"];
    steps.push(Step::new(
        "bench",
        "Building the benchmarks",
        Output::Quiet,
        move |job| job.run(&mut env.cargo(&compile)).map(drop),
    ));
    run_steps(env, steps, OnFailure::Stop)?;

    let postgres = Postgres::start(env)?;
    let status = env
        .cargo(&[
            "run",
            "--quiet",
            "--release",
            "--package",
            "scenarios",
            "--bin",
            "bench",
            "--",
        ])
        .args(args)
        .env("LANYARD_BIN", env.lanyard(Profile::Release))
        .env("LANYARD_TEST_POSTGRES", &postgres.url)
        .env("CHROMIUM", tools::chromium(env).context("Chromium is not installed")?)
        .env("NODE_PATH", env.node_modules())
        .status()
        .context("cannot start cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
