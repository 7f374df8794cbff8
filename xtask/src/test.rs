//! `cargo xtask test`: everything that must hold before a change is taken.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    build, check,
    env::{Env, Profile},
    postgres::Postgres,
    steps::{Done, Job, OnFailure, Outcome, Output, Step, Tally, run_steps, seconds},
    tools::{self, Tool, WASM},
    trial,
};

/// In the order in which they run: what is quick and what others need comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Fmt,
    Clippy,
    Check,
    Supply,
    Rules,
    Parity,
    Server,
    Http,
    Browser,
    Trial,
}

impl Part {
    const ALL: [Self; 10] = [
        Self::Fmt,
        Self::Clippy,
        Self::Check,
        Self::Supply,
        Self::Rules,
        Self::Parity,
        Self::Server,
        Self::Http,
        Self::Browser,
        Self::Trial,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Check => "check",
            Self::Supply => "supply",
            Self::Rules => "rules",
            Self::Parity => "parity",
            Self::Server => "server",
            Self::Http => "http",
            Self::Browser => "browser",
            Self::Trial => "trial",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Fmt => "fmt: is everything formatted?",
            Self::Clippy => "clippy: lints, native and for the browser",
            Self::Check => "check: the project's own rules about its code, and the size of the app",
            Self::Supply => "supply: licences, sources and known weaknesses of every crate",
            Self::Rules => "rules: units, properties and cases",
            Self::Parity => "parity: the same cases in WebAssembly, in Chromium",
            Self::Server => "server: units of the server, of the app and of these commands",
            Self::Http => "http: scenarios over HTTP, on SQLite and on PostgreSQL",
            Self::Browser => "browser: scenarios in Chromium, those of accounts on PostgreSQL too",
            Self::Trial => "trial: the server is killed and attacked, for a short time",
        }
    }

    fn tools(self) -> &'static [Tool] {
        match self {
            Self::Fmt => &[],
            Self::Clippy => &[Tool::WasmTarget],
            Self::Check => tools::APP,
            Self::Supply => &[Tool::Deny],
            Self::Rules => &[Tool::Nextest],
            Self::Parity => &[Tool::WasmTarget, Tool::WasmBindgen, Tool::Chromium],
            Self::Server | Self::Http => &[Tool::Nextest, Tool::Postgres, Tool::OpenIdProvider],
            Self::Browser => BROWSER_TOOLS,
            Self::Trial => tools::APP,
        }
    }

    /// Does this part look at the built app?
    fn needs_app(self) -> bool {
        matches!(self, Self::Check | Self::Browser | Self::Trial)
    }

    fn run(self, env: &Env, job: &mut Job) -> Result<()> {
        match self {
            Self::Fmt => job.run(&mut env.cargo(&["fmt", "--all", "--check"])).map(drop),
            Self::Clippy => clippy(env, job),
            Self::Check => check::check(env, job, check::Size::Required),
            Self::Supply => supply(env, job),
            Self::Rules => rules(env, job),
            Self::Parity => parity(env, job),
            Self::Server => {
                let postgres = Postgres::start(env)?;
                nextest(env, job, "package(server) + package(xtask)", Some(&postgres))?;
                // The app's own units need no browser: addresses, windows of rows, drafts.
                job.test(&mut env.cargo(&["test", "--quiet", "--package", "app", "--bins"]))
            }
            Self::Http => {
                let postgres = Postgres::start(env)?;
                nextest(env, job, "binary(/^http/)", Some(&postgres))
            }
            Self::Browser => browser(env, job),
            Self::Trial => trial::short(env, job),
        }
    }
}

const BROWSER_TOOLS: &[Tool] = &[
    Tool::WasmTarget,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::WasmSplit,
    Tool::WasmOpt,
    Tool::Chromium,
    Tool::Playwright,
    Tool::Host,
    Tool::OpenIdProvider,
    Tool::Postgres,
];
const CHROMIUM_FLAGS: &[&str] = &[
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

pub(crate) fn test(env: &Env, names: &[String]) -> Result<ExitCode> {
    let parts = select(names)?;
    let started = std::time::Instant::now();
    let mut tools: Vec<Tool> = Vec::new();
    for tool in parts.iter().flat_map(|part| part.tools()) {
        if !tools.contains(tool) {
            tools.push(*tool);
        }
    }
    let mut steps = tools::missing(env, &tools)?;
    if parts.iter().any(|part| part.needs_app()) {
        let needs: Vec<_> = tools::APP.iter().map(|tool| tool.name()).collect();
        let app = |job: &mut Job| build::app(env, job);
        steps.push(Step::new("app", "app: building it for the browser", Output::Quiet, app).after(&needs));
    }
    for part in parts.iter().copied() {
        let mut needs: Vec<_> = part.tools().iter().map(|tool| tool.name()).collect();
        if part.needs_app() {
            needs.push("app");
        }
        let step = Step::new(part.name(), part.title(), Output::Shown, move |job| part.run(env, job));
        steps.push(step.after(&needs));
    }
    if Part::ALL.iter().all(|part| parts.contains(part)) {
        let title = "snapshots: is each one used by a test?";
        steps.push(
            Step::new("snapshots", title, Output::Shown, |_| unreferenced_snapshots(env))
                .after(&["rules", "server", "http"]),
        );
        let _ = fs::remove_file(snapshot_references(env));
    }
    let done = run_steps(env, steps, OnFailure::Continue)?;
    Ok(summary(&done, started.elapsed()))
}

fn select(names: &[String]) -> Result<Vec<Part>> {
    if names.is_empty() {
        return Ok(Part::ALL.to_vec());
    }
    let mut parts = BTreeSet::new();
    for name in names {
        let Some(part) = Part::ALL.into_iter().find(|part| part.name() == name) else {
            let all: Vec<_> = Part::ALL.iter().map(|part| part.name()).collect();
            bail!("there is no part \"{name}\"; there are: {}", all.join(", "));
        };
        parts.insert(part);
    }
    Ok(parts.into_iter().collect())
}

/// A table of what ran, and last a line for machines: tests passed and failed, a part without tests counting as one.
fn summary(done: &[Done], took: Duration) -> ExitCode {
    println!();
    let mut total = Tally::default();
    for Done {
        name,
        outcome,
        tally,
        took,
    } in done
    {
        let (sign, note) = match outcome {
            Outcome::Passed => ("ok", String::new()),
            Outcome::Skipped(reason) => ("--", reason.clone()),
            Outcome::Failed(reason) => ("FAILED", reason.lines().next().unwrap_or_default().to_owned()),
        };
        let tests = match tally {
            Tally { passed: 0, failed: 0 } => String::new(),
            Tally { passed, failed: 0 } => format!("{passed} tests"),
            Tally { passed, failed } => format!("{failed} of {} tests", passed + failed),
        };
        println!("  {name:<13}{sign:<8}{:>13}  {tests:<16}{note}", seconds(*took));
        total.passed += tally.passed;
        total.failed += tally.failed;
        match outcome {
            Outcome::Passed if *tally == Tally::default() => total.passed += 1,
            Outcome::Failed(_) if tally.failed == 0 => total.failed += 1,
            _ => {}
        }
    }
    println!("  in all {:>27}\n", seconds(took));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn clippy(env: &Env, job: &mut Job) -> Result<()> {
    let native = job.run(&mut env.cargo(&["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]));
    let app = [
        "clippy",
        "--quiet",
        "--package",
        "app",
        "--target",
        WASM,
        "--",
        "-D",
        "warnings",
    ];
    let browser = job.run(&mut env.cargo(&app));
    native.and(browser).map(drop)
}

/// What `.cargo/deny.toml` asks for. The database of known weaknesses is fetched; where it cannot be, that is said.
fn supply(env: &Env, job: &mut Job) -> Result<()> {
    if env.find("cargo-deny").is_none() {
        // Where the registry has it, it could be here: that it is not is no reason to pass.
        if job.run(&mut env.cargo(&["info", "--quiet", "cargo-deny"])).is_ok() {
            bail!("cargo-deny is missing, and the registry has it: `cargo install cargo-deny --locked`, then again");
        }
        job.skip(
            "licences, sources and weaknesses were NOT looked at: cargo-deny is not here, and no registry is in reach",
        );
        return Ok(());
    }
    job.run(&mut env.cargo(&["deny", "--log-level", "error", "check", "licenses", "bans", "sources"]))?;
    let fetched = job.run(env.command("timeout").args(["120", "cargo", "deny", "fetch", "db"]));
    if fetched.is_err() {
        job.say(
            "known weaknesses were NOT looked for: RustSec's database was not reached from here (see README, Security)",
        );
        return Ok(());
    }
    job.run(&mut env.cargo(&["deny", "--log-level", "error", "check", "--disable-fetch", "advisories"]))
        .map(drop)
}

fn rules(env: &Env, job: &mut Job) -> Result<()> {
    let tests = nextest(env, job, "package(shared) + binary(scenarios) + binary(/^rules/)", None);
    let examples = job.test(&mut env.cargo(&["test", "--quiet", "--doc"]));
    tests.and(examples)
}

/// Runs the tests that the filter selects. Always over all native packages, so that cargo compiles them once, with the
/// same features, for every part.
fn nextest(env: &Env, job: &mut Job, filter: &str, postgres: Option<&Postgres>) -> Result<()> {
    let mut command = if env.find("cargo-nextest").is_some() {
        let mut command = env.cargo(&["nextest", "run", "--no-fail-fast", "--no-tests=fail", "-E", filter]);
        command.args(["--status-level=slow", "--final-status-level=slow"]);
        command
    } else {
        cargo_test(env, filter)?
    };
    command
        .env("INSTA_UPDATE", "no")
        .env("INSTA_SNAPSHOT_REFERENCES_FILE", snapshot_references(env));
    command.env("LANYARD_NODE_MODULES", env.node_modules());
    if let Some(postgres) = postgres {
        command.env("LANYARD_TEST_POSTGRES", &postgres.url);
    }
    job.test(&mut command)
}

/// The same with cargo alone. It knows no filters over packages and programs, so the parts are spelled out.
fn cargo_test(env: &Env, filter: &str) -> Result<Command> {
    let mut command = env.cargo(&["test", "--no-fail-fast"]);
    for term in filter.split(" + ") {
        match term {
            "package(shared)" => command.args(["-p", "shared", "-p", "scenarios", "--lib", "--test", "rules*"]),
            "package(server)" => command.args(["-p", "server"]),
            "package(xtask)" => command.args(["-p", "xtask"]),
            // Selected with the package `shared`.
            "binary(scenarios)" | "binary(/^rules/)" => &mut command,
            "binary(/^http/)" => command.args(["-p", "scenarios", "--test", "http*"]),
            _ => bail!("`cargo test` cannot select {term}: please install cargo-nextest"),
        };
    }
    Ok(command)
}

fn parity(env: &Env, job: &mut Job) -> Result<()> {
    let mut command = env.cargo(&["test", "--package", "scenarios", "--target", WASM, "--test", "parity"]);
    in_chromium(env, &mut command)?;
    job.test(&mut command)
}

/// Makes `cargo test` for the browser run its tests in Chromium.
pub(crate) fn in_chromium(env: &Env, command: &mut Command) -> Result<()> {
    let chromium = tools::chromium(env).context("Chromium is not installed")?;
    let settings = env.work().join("webdriver.json");
    fs::write(
        &settings,
        format!("{{\"goog:chromeOptions\": {{\"binary\": {chromium:?}, \"args\": {CHROMIUM_FLAGS:?}}}}}"),
    )?;
    let runner = env
        .find("wasm-bindgen-test-runner")
        .context("wasm-bindgen-test-runner is not installed")?;
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env(
            "CHROMEDRIVER",
            env.find("chromedriver").context("chromedriver is not installed")?,
        )
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    Ok(())
}

fn browser(env: &Env, job: &mut Job) -> Result<()> {
    if !env.root.join("tests/browser/playwright.config.ts").is_file() {
        bail!("there is no tests/browser/playwright.config.ts");
    }
    build::server(env, job, Profile::Dev)?;
    let postgres = Postgres::start(env)?;
    let mut command = env.command("node");
    command
        .arg(env.node_modules().join("@playwright/test/cli.js"))
        .args(["test", "--config", "tests/browser", "--output"])
        .arg(env.work().join("playwright"))
        .env("NODE_PATH", env.node_modules())
        .env("LANYARD_NODE_MODULES", env.node_modules())
        .env("LANYARD_BIN", env.lanyard(Profile::Dev))
        .env("LANYARD_TEST_POSTGRES", &postgres.url)
        .env("CHROMIUM", tools::chromium(env).context("Chromium is not installed")?);
    job.test(&mut command)
}

/// insta adds the path of every snapshot that a test compares to this file.
fn snapshot_references(env: &Env) -> PathBuf {
    env.work().join("snapshots")
}

fn unreferenced_snapshots(env: &Env) -> Result<()> {
    let listed = fs::read_to_string(snapshot_references(env)).unwrap_or_default();
    let used: BTreeSet<PathBuf> = listed
        .lines()
        .filter_map(|path| Path::new(path).canonicalize().ok())
        .collect();
    let mut unused = Vec::new();
    for folder in ["shared", "server", "tests", "xtask"] {
        for file in build::files_below(&env.root.join(folder))? {
            if file.extension().is_some_and(|extension| extension == "snap") && !used.contains(&file.canonicalize()?) {
                unused.push(file.strip_prefix(&env.root).unwrap_or(&file).display().to_string());
            }
        }
    }
    if !unused.is_empty() {
        bail!("no test compares these snapshots: {}", unused.join(", "));
    }
    Ok(())
}
