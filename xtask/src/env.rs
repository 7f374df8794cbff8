//! Where things are: the clone, the tools (kept outside the clone), the target directory.

use std::{env, ffi::OsString, path::PathBuf, process::Command};

use anyhow::{Context, Result};

/// The places every command works with.
#[derive(Debug, Clone)]
pub(crate) struct Env {
    /// The clone.
    pub(crate) root: PathBuf,
    /// Tools we install: `$LANYARD_TOOLS`, else `${XDG_CACHE_HOME:-~/.cache}/lanyard`.
    pub(crate) tools: PathBuf,
    /// Cargo's target directory, `$CARGO_TARGET_DIR` honoured.
    pub(crate) target: PathBuf,
}

impl Env {
    pub(crate) fn discover() -> Result<Self> {
        // As cargo says when it runs us: where this was compiled may be another clone with the same target directory.
        let here =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here.parent().context("xtask lies in the clone")?.to_path_buf();
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let tools = match set("LANYARD_TOOLS") {
            Some(dir) => dir,
            None => set("XDG_CACHE_HOME")
                .or_else(|| set("HOME").map(|home| home.join(".cache")))
                .context("neither LANYARD_TOOLS nor XDG_CACHE_HOME nor HOME says where tools may be kept")?
                .join("lanyard"),
        };
        let target = set("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, tools, target })
    }

    /// Our own files in the target directory: logs, stamps, the settings of the test browser.
    pub(crate) fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }

    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    pub(crate) fn node_modules(&self) -> PathBuf {
        self.tools.join("node/node_modules")
    }

    /// The server program, built with cargo's dev profile or its release profile.
    pub(crate) fn lanyard(&self, profile: Profile) -> PathBuf {
        self.target.join(match profile {
            Profile::Dev => "debug/lanyard",
            Profile::Release => "release/lanyard",
        })
    }

    /// `PATH` with our tools in front.
    fn path(&self) -> OsString {
        let ours = [self.tools.join("bin"), self.node_modules().join(".bin")];
        let theirs = env::var_os("PATH").unwrap_or_default();
        let all = ours.into_iter().chain(env::split_paths(&theirs));
        env::join_paths(all).unwrap_or(theirs)
    }

    /// The first program of this name among our tools and on `PATH`.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path())
            .map(|dir| dir.join(program))
            .find(|path| path.is_file())
    }

    /// A command that runs in the clone, with our tools on its `PATH`.
    pub(crate) fn command(&self, program: &str) -> Command {
        let found = self.find(program).unwrap_or_else(|| PathBuf::from(program));
        let mut command = Command::new(found);
        command
            .current_dir(&self.root)
            .env("PATH", self.path())
            .env("CARGO_TARGET_DIR", &self.target);
        // Set by the `cargo run` that started us; they would make other packages rebuild for no reason.
        for (name, _) in env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR")
            {
                command.env_remove(name);
            }
        }
        command
    }

    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(args);
        command
    }
}

/// How the server is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// May we install system packages?
pub(crate) fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
