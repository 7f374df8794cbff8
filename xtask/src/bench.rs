//! `cargo xtask bench`: builds what is measured as it would be released and hands over to the benchmark program.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};

use crate::{
    build,
    env::{Env, Profile},
    postgres::Postgres,
    steps::{Job, OnFailure, Output, Step, run_steps},
    tools::{self, Tool, WASM},
};

/// In WebAssembly, `decide` is measured by a test in a browser: this is what it puts before each of its figures.
const MARK: &str = "judged ";

pub(crate) fn bench(env: &Env, args: &[String]) -> Result<ExitCode> {
    let wanted = Wanted::of(args);
    let mut steps = tools::missing(env, &wanted.tools())?;
    let compile: &[&str] = &[
        "build",
        "--release",
        "--package",
        "scenarios",
        "--features",
        "bench",
        "--bin",
        "bench",
    ];
    if wanted.server {
        steps.push(Step::new("app", "Building the app", Output::Quiet, |job| {
            build::app(env, job)
        }));
        steps.push(Step::new(
            "server",
            "Building the server for release",
            Output::Quiet,
            |job| build::server(env, job, Profile::Release),
        ));
    }
    steps.push(Step::new(
        "bench",
        "Building the benchmarks",
        Output::Quiet,
        move |job| job.run(&mut env.cargo(compile)).map(drop),
    ));
    if wanted.decide {
        let title = "Measuring decide in WebAssembly";
        steps.push(Step::new("wasm", title, Output::Quiet, |job| in_webassembly(env, job)));
    }
    run_steps(env, steps, OnFailure::Stop)?;

    let program = env.target.join("release/bench");
    let mut command = env.command(
        program
            .to_str()
            .context("the target directory has a name that is no text")?,
    );
    command
        .args(args)
        .env("LANYARD_BIN", env.lanyard(Profile::Release))
        .env("NODE_PATH", env.node_modules());
    if wanted.decide {
        command.env("LANYARD_BENCH_WASM", figures(env));
    }
    if let Some(chromium) = tools::chromium(env) {
        command.env("CHROMIUM", chromium);
    }
    let postgres = if wanted.postgres {
        Some(Postgres::start(env)?)
    } else {
        None
    };
    if let Some(postgres) = &postgres {
        command.env("LANYARD_TEST_POSTGRES", &postgres.url);
    }
    let status = command.status().context("cannot start the benchmark program")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What the named parts need; without a name it is everything. The benchmark program reads the arguments for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted {
    decide: bool,
    server: bool,
    postgres: bool,
    browser: bool,
}

impl Wanted {
    fn of(args: &[String]) -> Self {
        let named = |part: &str| args.iter().any(|arg| arg == part);
        let all = !["decide", "http", "live", "bytes", "browser"].into_iter().any(named);
        Self {
            decide: all || named("decide"),
            server: all || named("http") || named("live") || named("bytes") || named("browser"),
            postgres: all || named("http"),
            browser: all || named("browser"),
        }
    }

    fn tools(self) -> Vec<Tool> {
        let mut tools = vec![Tool::WasmTarget, Tool::WasmBindgen];
        if self.server {
            tools.extend([Tool::Trunk, Tool::WasmSplit, Tool::WasmOpt]);
        }
        if self.decide || self.browser {
            tools.push(Tool::Chromium);
        }
        if self.browser {
            tools.push(Tool::Playwright);
        }
        if self.postgres {
            tools.push(Tool::Postgres);
        }
        tools
    }
}

/// Judges every kind of edit in Chromium, compiled as the app is, and keeps the figures for the benchmark program.
fn in_webassembly(env: &Env, job: &mut Job) -> Result<()> {
    let mut command = env.cargo(&[
        "test",
        "--profile",
        "wasm-release",
        "--package",
        "scenarios",
        "--features",
        "bench",
        "--target",
        WASM,
        "--test",
        "bench_decide",
    ]);
    command.args(["--", "--nocapture"]);
    crate::test::in_chromium(env, &mut command)?;
    let output = job.run(&mut command)?;
    let lines: Vec<&str> = output
        .lines()
        .filter_map(|line| Some(line.split_once(MARK)?.1))
        .collect();
    anyhow::ensure!(!lines.is_empty(), "the browser told no figures:\n{output}");
    fs::write(figures(env), lines.join("\n")).with_context(|| format!("cannot write {}", figures(env).display()))
}

fn figures(env: &Env) -> PathBuf {
    env.work().join("decide-in-webassembly.jsonl")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(line: &str) -> Wanted {
        Wanted::of(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn only_what_is_measured_is_built() {
        assert_eq!(wanted("--users 2000"), wanted("decide http bytes browser"));
        let decide = wanted("decide --seconds 1");
        assert!(decide.decide && !decide.server && !decide.postgres && !decide.browser);
        assert!(!decide.tools().contains(&Tool::Playwright));
        assert!(wanted("http").tools().contains(&Tool::Postgres));
    }
}
