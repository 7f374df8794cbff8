//! Building the app (by Trunk, for the browser) and the server that carries it.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use crate::{
    env::{Env, Profile},
    steps::Job,
};

/// What the app is made of, and what the server is made of besides.
const APP_SOURCES: &[&str] = &[
    "app",
    "shared",
    "style",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
];
const SERVER_SOURCES: &[&str] = &["server"];

/// Builds the app into `dist/`, unless it is there and nothing it is made of has changed.
pub(crate) fn app(env: &Env, job: &mut Job) -> Result<()> {
    if app_is_fresh(env)? {
        job.skip("nothing changed");
        return Ok(());
    }
    let mut trunk = env.command("trunk");
    trunk.args(["build", "--release", "--offline"]);
    // Trunk takes NO_COLOR for one of its own options and refuses "1".
    job.run(trunk.env_remove("NO_COLOR"))?;
    write_stamp(env, "app", app_stamp(env)?)
}

/// Builds the server with what lies in `dist/` inside.
pub(crate) fn server(env: &Env, job: &mut Job, profile: Profile) -> Result<()> {
    // No `--package`: with the features that all native packages want together, as the tests have it, cargo compiles
    // everything once.
    let mut cargo = env.cargo(&["build", "--bin", "lanyard"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    job.run(&mut cargo)?;
    write_stamp(env, server_stamp_name(profile), server_stamp(env, profile)?)
}

pub(crate) fn app_is_fresh(env: &Env) -> Result<bool> {
    Ok(env.dist().join("index.html").is_file() && read_stamp(env, "app") == Some(app_stamp(env)?))
}

pub(crate) fn server_is_fresh(env: &Env, profile: Profile) -> Result<bool> {
    let program = env.lanyard(profile);
    Ok(program.is_file() && read_stamp(env, server_stamp_name(profile)) == Some(server_stamp(env, profile)?))
}

fn server_stamp_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Dev => "server-dev",
        Profile::Release => "server-release",
    }
}

/// `dist/` counts with the sources: another clone may share this target directory, and somebody may have run Trunk.
fn app_stamp(env: &Env) -> Result<u64> {
    stamp(
        env,
        APP_SOURCES.iter().map(|name| env.root.join(name)).chain([env.dist()]),
    )
}

fn server_stamp(env: &Env, profile: Profile) -> Result<u64> {
    let sources = APP_SOURCES.iter().chain(SERVER_SOURCES).map(|name| env.root.join(name));
    stamp(env, sources.chain([env.dist(), env.lanyard(profile)]))
}

/// A hash over the names, sizes and modification times of all files below these paths.
fn stamp(env: &Env, paths: impl Iterator<Item = PathBuf>) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    env.root.hash(&mut hasher);
    for path in paths {
        for file in files_below(&path)? {
            let meta = fs::metadata(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let modified = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            (&file, meta.len(), modified).hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

fn stamp_path(env: &Env, name: &str) -> PathBuf {
    env.work().join(format!("{name}.stamp"))
}

fn read_stamp(env: &Env, name: &str) -> Option<u64> {
    fs::read_to_string(stamp_path(env, name)).ok()?.trim().parse().ok()
}

fn write_stamp(env: &Env, name: &str, value: u64) -> Result<()> {
    let path = stamp_path(env, name);
    fs::create_dir_all(env.work())?;
    fs::write(&path, value.to_string()).with_context(|| format!("cannot write {}", path.display()))
}

/// All files below a path (or the path itself), in a fixed order. What does not exist has none.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        entries.sort();
        for entry in entries {
            if !entry.ends_with("node_modules") && !entry.ends_with("target") {
                files.extend(files_below(&entry)?);
            }
        }
    }
    Ok(files)
}

/// Trunk copies a style sheet but leaves its `@import`s alone, which would cost the browser one request after the other
/// and leave the imported files without a hash in their names. So Trunk calls this first: it writes `style/index.css`
/// with every import in its place to `.build/lanyard.css`.
pub(crate) fn bundle_css(root: &Path) -> Result<()> {
    let bundle = inline_imports(&root.join("style/index.css"))?;
    let path = root.join(".build/lanyard.css");
    // Unchanged, it keeps its time: `trunk serve` would otherwise build again and again.
    if fs::read_to_string(&path).is_ok_and(|before| before == bundle) {
        return Ok(());
    }
    fs::create_dir_all(root.join(".build"))?;
    fs::write(&path, bundle).with_context(|| format!("cannot write {}", path.display()))
}

fn inline_imports(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut bundle = String::new();
    for line in text.lines() {
        let Some(import) = line.trim().strip_prefix("@import") else {
            bundle.push_str(line);
            bundle.push('\n');
            continue;
        };
        let (file, layer) = parse_import(import).with_context(|| {
            format!(
                "{}: `{}` is not of the form `@import \"file.css\" layer(name);`",
                path.display(),
                line.trim()
            )
        })?;
        let imported = path.parent().context("a style sheet lies in a folder")?.join(file);
        if imported == path {
            bail!("{} imports itself", path.display());
        }
        let inner = inline_imports(&imported)?;
        match layer {
            Some(layer) => bundle.push_str(&format!("@layer {layer} {{\n{inner}}}\n")),
            None => bundle.push_str(&inner),
        }
    }
    Ok(bundle)
}

/// `"file.css" layer(name);` or `url("file.css");`, the name of the layer being optional.
fn parse_import(rule: &str) -> Option<(&str, Option<&str>)> {
    let rule = rule.trim().strip_suffix(';')?.trim();
    let rule = rule.strip_prefix("url(").unwrap_or(rule);
    let quote = rule.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    let (file, rest) = rule.get(1..)?.split_once(quote)?;
    match rest.trim().trim_start_matches(')').trim() {
        "" => Some((file, None)),
        rest => Some((file, Some(rest.strip_prefix("layer(")?.strip_suffix(')')?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_understood() {
        assert_eq!(
            parse_import(r#" "base.css" layer(base);"#),
            Some(("base.css", Some("base")))
        );
        assert_eq!(
            parse_import(r#" url('a/b.css') layer(a.b);"#),
            Some(("a/b.css", Some("a.b")))
        );
        assert_eq!(parse_import(r#" "plain.css";"#), Some(("plain.css", None)));
        assert_eq!(parse_import(r#" "wide.css" (min-width: 9px);"#), None);
    }

    #[test]
    fn a_bundle_has_every_import_in_its_place() {
        let root = std::env::temp_dir().join(format!("lanyard-css-{}", std::process::id()));
        fs::create_dir_all(root.join("style")).unwrap();
        fs::write(
            root.join("style/index.css"),
            "@layer base;\n@import \"base.css\" layer(base);\np {}\n",
        )
        .unwrap();
        fs::write(root.join("style/base.css"), "a {}\n").unwrap();
        bundle_css(&root).unwrap();
        let bundle = fs::read_to_string(root.join(".build/lanyard.css")).unwrap();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(bundle, "@layer base;\n@layer base {\na {}\n}\np {}\n");
    }
}
