//! What a command needs beyond Rust, and how it gets it. Everything goes to [`Env::tools`], outside the clone; system
//! packages are installed only by root, anybody else is told which ones.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    env::{Env, is_root},
    steps::{Job, Output, Step},
};

pub(crate) const WASM: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
const DENY: &str = "0.20.2";
/// Belongs to the `wasm_split_helpers` that Leptos uses.
const WASM_SPLIT: &str = "0.2.4";
/// npm packages, with the versions the project is tested with.
const ESBUILD: &str = "esbuild@0.25.12";
/// What makes the app small: its modules, and the scripts that load them.
const OPTIMISERS: &[&str] = &["binaryen@132", ESBUILD];
const PLAYWRIGHT: &[&str] = &[
    "@playwright/test@1.65",
    "playwright-core@1.65",
    "@axe-core/playwright@4.13",
];
/// What a host's page is made with (`tests/host`), and what its types are checked with.
const HOST: &[&str] = &[
    "react@19.3.1",
    "react-dom@19.3.1",
    "@types/react@19.3.0",
    "vue@3.5.45",
    "@angular/core@21.2.26",
    "@angular/common@21.2.26",
    "@angular/platform-browser@21.2.26",
    "@angular/compiler@21.2.26",
    "@angular/compiler-cli@21.2.26",
    "rxjs@7.8.2",
    ESBUILD,
    "typescript@5.9.3",
];
/// A certified OpenID provider, for scenarios of signing in by one.
const OPENID_PROVIDER: &[&str] = &["oidc-provider@8.8.1"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    WasmTarget,
    Trunk,
    WasmBindgen,
    WasmSplit,
    WasmOpt,
    Nextest,
    Deny,
    Chromium,
    Playwright,
    Host,
    OpenIdProvider,
    Postgres,
}

/// What the app is built with.
pub(crate) const APP: &[Tool] = &[
    Tool::WasmTarget,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::WasmSplit,
    Tool::WasmOpt,
];

impl Tool {
    /// The name of the step that installs it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::WasmTarget => "wasm-target",
            Self::Trunk => "trunk",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmSplit => "wasm-split",
            Self::WasmOpt => "wasm-opt",
            Self::Nextest => "nextest",
            Self::Deny => "cargo-deny",
            Self::Chromium => "chromium",
            Self::Playwright => "playwright",
            Self::Host => "host",
            Self::OpenIdProvider => "openid-provider",
            Self::Postgres => "postgresql",
        }
    }

    fn title(self, env: &Env) -> Result<String> {
        Ok(match self {
            Self::WasmTarget => format!("Adding Rust's {WASM} target"),
            Self::Trunk => format!("Installing trunk {TRUNK} (about 7 minutes, once)"),
            Self::WasmBindgen => {
                format!(
                    "Installing wasm-bindgen-cli {} (about 2 minutes, once)",
                    wasm_bindgen_version(env)?
                )
            }
            Self::WasmSplit => format!("Installing wasm-split {WASM_SPLIT} (about 2 minutes, once)"),
            Self::WasmOpt => "Installing wasm-opt and esbuild".into(),
            Self::Nextest => "Installing cargo-nextest (about 6 minutes, once)".into(),
            Self::Deny => format!("Installing cargo-deny {DENY} (about 6 minutes, once)"),
            Self::Chromium => "Installing Chromium and its driver".into(),
            Self::Playwright => "Installing Playwright and axe-core".into(),
            Self::Host => "Installing React, Vue, esbuild and TypeScript for a host's page".into(),
            Self::OpenIdProvider => "Installing an OpenID provider".into(),
            Self::Postgres => "Installing PostgreSQL's server programs".into(),
        })
    }

    fn present(self, env: &Env) -> Result<bool> {
        Ok(match self {
            Self::WasmTarget => wasm_target_present(env)?,
            Self::Trunk => version_of(env, "trunk").as_deref() == Some(TRUNK),
            Self::WasmBindgen => {
                let wanted = wasm_bindgen_version(env)?;
                ["wasm-bindgen", "wasm-bindgen-test-runner"]
                    .iter()
                    .all(|program| version_of(env, program).as_deref() == Some(&wanted))
            }
            // It does not tell its version; a file beside it does.
            Self::WasmSplit => env.find("wasm-split-cli").is_some() && wasm_split_mark(env).is_file(),
            Self::WasmOpt => env.find("wasm-opt").is_some() && env.find("esbuild").is_some(),
            Self::Nextest => env.find("cargo-nextest").is_some(),
            Self::Deny => env.find("cargo-deny").is_some(),
            Self::Chromium => chromium(env).is_some() && env.find("chromedriver").is_some(),
            Self::Playwright => {
                let modules = env.node_modules();
                env.find("node").is_some()
                    && [
                        "@playwright/test/cli.js",
                        "playwright-core/package.json",
                        "@axe-core/playwright/package.json",
                    ]
                    .iter()
                    .all(|file| modules.join(file).is_file())
            }
            Self::Host => HOST
                .iter()
                .filter_map(|package| package.rsplit_once('@'))
                .all(|(name, _)| env.node_modules().join(name).join("package.json").is_file()),
            Self::OpenIdProvider => {
                env.find("node").is_some() && env.node_modules().join("oidc-provider/package.json").is_file()
            }
            Self::Postgres => postgres_bin(env).is_some(),
        })
    }

    fn install(self, env: &Env, job: &mut Job) -> Result<()> {
        match self {
            Self::WasmTarget => return add_wasm_target(env, job),
            Self::Trunk => cargo_install(env, job, &["trunk", "--version", TRUNK, "--locked"])?,
            Self::WasmBindgen => {
                let version = wasm_bindgen_version(env)?;
                cargo_install(env, job, &["wasm-bindgen-cli", "--version", &version])?;
            }
            Self::WasmSplit => {
                let package = [
                    "wasm_split_cli_support",
                    "--version",
                    WASM_SPLIT,
                    "--locked",
                    "--features",
                    "build-binary",
                ];
                cargo_install(env, job, &package)?;
                fs::write(wasm_split_mark(env), "")?;
            }
            Self::WasmOpt => {
                if !npm_present(env) && !is_root() {
                    job.skip("neither npm nor the right to install it: the app will be larger than it has to be");
                    return Ok(());
                }
                npm_install(env, job, OPTIMISERS)?;
            }
            Self::Nextest => {
                if cargo_install(env, job, &["cargo-nextest", "--locked"]).is_err() {
                    job.skip("cargo-nextest cannot be installed here: `cargo test` will do");
                    return Ok(());
                }
            }
            Self::Deny => {
                if cargo_install(env, job, &["cargo-deny", "--version", DENY, "--locked"]).is_err() {
                    job.skip(
                        "cargo-deny cannot be installed here: licences and weaknesses of crates are not looked at",
                    );
                    return Ok(());
                }
            }
            Self::Chromium => apt_install(env, job, &["chromium", "chromium-driver"])?,
            Self::Playwright => npm_install(env, job, PLAYWRIGHT)?,
            Self::Host => npm_install(env, job, HOST)?,
            Self::OpenIdProvider => npm_install(env, job, OPENID_PROVIDER)?,
            Self::Postgres => apt_install(env, job, &["postgresql", "postgresql-contrib"])?,
        }
        if !self.present(env)? {
            bail!("{} was installed but is still not found", self.name());
        }
        Ok(())
    }
}

/// One step for each of these tools that is not here yet.
pub(crate) fn missing<'a>(env: &'a Env, wanted: &[Tool]) -> Result<Vec<Step<'a>>> {
    let mut steps = Vec::new();
    for &tool in wanted {
        if !tool.present(env)? {
            let title = tool.title(env)?;
            steps.push(Step::new(tool.name(), title, Output::Quiet, move |job| {
                tool.install(env, job)
            }));
        }
    }
    Ok(steps)
}

pub(crate) fn chromium(env: &Env) -> Option<PathBuf> {
    std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| {
            ["chromium", "chromium-browser", "google-chrome"]
                .iter()
                .find_map(|name| env.find(name))
        })
}

/// The folder of `initdb` and `pg_ctl`: the newest that Debian has installed, else the one on `PATH`.
pub(crate) fn postgres_bin(env: &Env) -> Option<PathBuf> {
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    debian.sort_by_key(|bin| {
        bin.parent()
            .and_then(|dir| dir.file_name()?.to_str()?.parse::<u32>().ok())
            .unwrap_or_default()
    });
    debian.pop().or_else(|| {
        let initdb = env.find("initdb")?;
        fs::canonicalize(initdb).ok()?.parent().map(PathBuf::from)
    })
}

/// The version of wasm-bindgen in Cargo.lock: its command line tools work with that one only.
fn wasm_bindgen_version(env: &Env) -> Result<String> {
    let path = env.root.join("Cargo.lock");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lock: toml::Table = text.parse().context("Cargo.lock is no TOML")?;
    lock.get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some("wasm-bindgen"))
        .and_then(|package| package.get("version")?.as_str())
        .map(str::to_owned)
        .context("Cargo.lock has no wasm-bindgen")
}

/// A file that says which version of wasm-split is installed.
fn wasm_split_mark(env: &Env) -> PathBuf {
    env.tools.join(format!("bin/.wasm-split-{WASM_SPLIT}"))
}

/// The version that `program --version` prints: the first word that starts with a digit.
fn version_of(env: &Env, program: &str) -> Option<String> {
    let path = env.find(program)?;
    let output = Command::new(path).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .map(str::to_owned)
}

/// `cargo install` under the tools directory, compiled in a directory that is thrown away.
fn cargo_install(env: &Env, job: &mut Job, what: &[&str]) -> Result<()> {
    let scratch = env.tools.join("build");
    let mut command = env.command("cargo");
    command
        .arg("install")
        .args(what)
        .arg("--force")
        .arg("--root")
        .arg(&env.tools)
        .env("CARGO_TARGET_DIR", &scratch);
    // Flags meant for our own crates would slow this down or break it.
    command.env_remove("RUSTFLAGS").current_dir(&env.tools);
    fs::create_dir_all(&env.tools).with_context(|| format!("cannot create {}", env.tools.display()))?;
    let result = job.run(&mut command);
    // Several hundred megabytes that nobody needs again; leftovers do no harm.
    let _ = fs::remove_dir_all(&scratch);
    result.map(drop)
}

fn npm_present(env: &Env) -> bool {
    env.find("node").is_some() && env.find("npm").is_some()
}

fn npm_install(env: &Env, job: &mut Job, packages: &[&str]) -> Result<()> {
    if !npm_present(env) {
        apt_install(env, job, &["nodejs", "npm"])?;
    }
    let node = env.tools.join("node");
    fs::create_dir_all(&node).with_context(|| format!("cannot create {}", node.display()))?;
    let mut command = env.command("npm");
    command
        .args(["install", "--no-audit", "--no-fund", "--loglevel=warn", "--prefix"])
        .arg(&node)
        .args(packages);
    // Chromium comes from the system, not from Playwright.
    command.current_dir(&node).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    job.run(&mut command).map(drop)
}

fn apt_install(env: &Env, job: &mut Job, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if env.find("apt-get").is_none() {
        bail!("please install what Debian calls {list}, then run this again");
    }
    if !is_root() {
        bail!("please run `sudo apt-get install {list}`, then run this again");
    }
    let apt = |args: &[&str]| {
        let mut command = env.command("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    job.run(&mut apt(&["update"]))?;
    job.run(apt(&["install", "-y", "--no-install-recommends"]).args(packages))
        .map(drop)
}

fn wasm_target_lib(env: &Env) -> Result<PathBuf> {
    let output = env
        .command("rustc")
        .args(["--print", "sysroot"])
        .output()
        .context("cannot start rustc")?;
    let sysroot = String::from_utf8(output.stdout).context("rustc's sysroot is no UTF-8")?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib").join(WASM).join("lib"))
}

fn wasm_target_present(env: &Env) -> Result<bool> {
    let files = fs::read_dir(wasm_target_lib(env)?).into_iter().flatten().flatten();
    Ok(files.map(|file| file.file_name()).any(|name| {
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    }))
}

/// rustup brings the target. Where it cannot reach its server, the target's standard library is built from Debian's
/// package of the compiler's sources, if there is one of exactly this version.
fn add_wasm_target(env: &Env, job: &mut Job) -> Result<()> {
    let added = env.find("rustup").is_some()
        && job
            .run(env.command("timeout").args(["300", "rustup", "target", "add", WASM]))
            .is_ok();
    if !added {
        job.say("rustup could not add it; building it from the sources that Debian packages");
        let script = include_str!("wasm-target.sh");
        job.run(env.command("bash").args(["-c", script, "wasm-target.sh", WASM]))
            .with_context(|| format!("please install Rust's target {WASM}, then run this again"))?;
    }
    if !wasm_target_present(env)? {
        bail!("the compiler still has no {WASM} target; please install it, then run this again");
    }
    Ok(())
}
