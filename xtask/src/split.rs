//! Takes the app's module apart by screen, so that the first load has only what the first screen needs.
//!
//! Trunk calls this last (Trunk.toml). What Trunk has written is one module with everything; here the compiler's output,
//! which still has its relocations (app/build.rs), is split where the app says `wasm_split`, and bound and optimised
//! anew. The parts take the place of the one module under names that have the hash of their content.

use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{build::files_below, env::Env, tools::WASM};

/// The profile that `index.html` builds the app with.
const PROFILE: &str = "wasm-release";
/// What rustc assumes of every browser since 2022, and wasm-opt does not.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
];
/// The parts of the first load, before they get their hashes.
const MAIN: &str = "app.js";
const MAIN_WASM: &str = "app_bg.wasm";
const LINKS: &str = "__wasm_split.js";

/// Replaces the app in the folder that Trunk is about to publish.
pub(crate) fn app(env: &Env) -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR").context("Trunk calls this; it sets TRUNK_STAGING_DIR")?;
    let staging = PathBuf::from(staging);
    let compiled = env.target.join(WASM).join(PROFILE).join("app.wasm");
    let parts = env.work().join("split");
    if parts.exists() {
        fs::remove_dir_all(&parts).with_context(|| format!("cannot empty {}", parts.display()))?;
    }
    let bound = parts.join("bound");
    run(env
        .command("wasm-split-cli")
        .args(["--target", "web", "--out-name", "app"])
        .args([&compiled, &parts]))?;
    run(env
        .command("wasm-bindgen")
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
        .args(["--out-name", "app", "--out-dir"])
        .args([&bound, &parts.join("app.wasm")]))?;
    for file in files_below(&parts)? {
        let name = name_of(&file);
        // The main module is bound already; everything else is ready as it is.
        if name != "app.wasm" && !file.starts_with(&bound) {
            fs::copy(&file, bound.join(name))?;
        }
    }
    optimise(env, &bound)?;
    for script in publish(&bound, &staging)? {
        minify(env, &script)?;
    }
    Ok(())
}

fn optimise(env: &Env, folder: &Path) -> Result<()> {
    if env.find("wasm-opt").is_none() {
        eprintln!("wasm-opt is not here: the app works, and is larger than it has to be");
        return Ok(());
    }
    for file in files_below(folder)? {
        if file.extension().is_some_and(|extension| extension == "wasm") {
            run(env
                .command("wasm-opt")
                .arg("-Oz")
                .args(FEATURES)
                .args([&file, Path::new("-o"), &file]))?;
        }
    }
    Ok(())
}

/// Gives every part its name, writes the names where the parts call each other, and takes the one module's place. Returns the scripts.
fn publish(parts: &Path, staging: &Path) -> Result<[PathBuf; 2]> {
    let page = staging.join("index.html");
    let mut html = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let before = trunks_name(staging)?;
    let read = |name: &str| fs::read_to_string(parts.join(name)).with_context(|| format!("there is no {name}"));
    let (mut main, mut links) = (read(MAIN)?, read(LINKS)?);

    // One hash for all that loads together: none of it is any use with another version of the rest.
    let mut hasher = DefaultHasher::new();
    for file in files_below(parts)? {
        fs::read(&file)?.hash(&mut hasher);
    }
    let hash = format!("{:016x}", hasher.finish());
    for file in files_below(parts)? {
        let name = name_of(&file);
        if name == MAIN || name == LINKS || name == MAIN_WASM {
            continue;
        }
        let stem = name.trim_end_matches(".wasm").trim_start_matches("split_");
        let hashed = format!("{stem}-{hash}.wasm");
        links = replaced(&links, &format!("\"./{name}\""), &format!("\"./{hashed}\""))?;
        fs::copy(&file, staging.join(hashed))?;
    }
    let stem = format!("app-{hash}");
    // Only where it is loaded from: the module itself asks for its imports under the name before.
    main = replaced(
        &main,
        &format!("from \"./{LINKS}\""),
        &format!("from \"./parts-{hash}.js\""),
    )?;
    // A line that hangs is as good as none: then the screen says so, and offers to try again.
    links = replaced(
        &links,
        ", import.meta.url));",
        ", import.meta.url), { signal: AbortSignal.timeout(30000) });",
    )?;
    main = replaced(&main, MAIN_WASM, &format!("{stem}_bg.wasm"))?;
    links = replaced(&links, &format!("\"./{MAIN}\""), &format!("\"./{stem}.js\""))?;
    html = replaced(&html, &before, &stem)?;

    for end in [".js", "_bg.wasm"] {
        fs::remove_file(staging.join(format!("{before}{end}")))?;
    }
    fs::copy(parts.join(MAIN_WASM), staging.join(format!("{stem}_bg.wasm")))?;
    let scripts = [(format!("{stem}.js"), main), (format!("parts-{hash}.js"), links)];
    for (name, text) in &scripts {
        fs::write(staging.join(name), text)?;
    }
    fs::write(&page, html)?;
    Ok(scripts.map(|(name, _)| staging.join(name)))
}

/// Takes out of a script what only people read.
fn minify(env: &Env, script: &Path) -> Result<()> {
    if env.find("esbuild").is_none() {
        eprintln!("esbuild is not here: the app works, and is larger than it has to be");
        return Ok(());
    }
    run(env
        .command("esbuild")
        .args(["--minify", "--charset=utf8", "--log-level=warning", "--allow-overwrite"])
        .arg(format!("--outfile={}", script.display()))
        .arg(script))
}

/// What Trunk has called the app: `app-` and a hash.
fn trunks_name(staging: &Path) -> Result<String> {
    files_below(staging)?
        .iter()
        .find_map(|file| name_of(file).strip_suffix("_bg.wasm").map(str::to_owned))
        .with_context(|| format!("Trunk has written no module to {}", staging.display()))
}

fn replaced(text: &str, from: &str, to: &str) -> Result<String> {
    if !text.contains(from) {
        bail!("{from} is not mentioned where it should be: has the form of the generated files changed?");
    }
    Ok(text.replace(from, to))
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if !output.status.success() {
        bail!(
            "{} failed:\n{}",
            command.get_program().display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_take_the_place_of_the_one_module() {
        let root = env::temp_dir().join(format!("lanyard-split-{}", std::process::id()));
        let (parts, staging) = (root.join("parts"), root.join("staging"));
        for (folder, name, text) in [
            (
                &parts,
                MAIN,
                "import * as a from \"./__wasm_split.js\"; { \"./__wasm_split.js\": a }; new URL('app_bg.wasm')",
            ),
            (
                &parts,
                LINKS,
                "import { initSync } from \"./app.js\"; fetch(new URL(\"./split_people.wasm\", import.meta.url));",
            ),
            (&parts, MAIN_WASM, "main"),
            (&parts, "split_people.wasm", "people"),
            (&staging, "index.html", "import('/app-0123_bg.wasm', '/app-0123.js')"),
            (&staging, "app-0123.js", "everything"),
            (&staging, "app-0123_bg.wasm", "everything"),
        ] {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join(name), text).unwrap();
        }
        publish(&parts, &staging).unwrap();
        let names: Vec<String> = files_below(&staging)
            .unwrap()
            .iter()
            .map(|path| name_of(path).to_owned())
            .collect();
        let text = |name: &str| fs::read_to_string(staging.join(name)).unwrap();
        let hash = names[0]
            .strip_prefix("app-")
            .unwrap()
            .strip_suffix(".js")
            .unwrap()
            .to_owned();
        assert_eq!(hash.len(), 16);
        assert_eq!(
            names,
            [
                format!("app-{hash}.js"),
                format!("app-{hash}_bg.wasm"),
                "index.html".to_owned(),
                format!("parts-{hash}.js"),
                format!("people-{hash}.wasm"),
            ]
        );
        assert_eq!(
            text("index.html"),
            format!("import('/app-{hash}_bg.wasm', '/app-{hash}.js')")
        );
        assert!(text(&names[0]).contains(&format!("from \"./parts-{hash}.js\"; {{ \"./__wasm_split.js\": a }}")));
        assert!(text(&names[0]).contains(&format!("'app-{hash}_bg.wasm'")));
        assert!(text(&names[3]).contains(&format!("\"./people-{hash}.wasm\"")));
        assert!(text(&names[3]).contains(&format!("\"./app-{hash}.js\"")));
        assert!(
            publish(&parts, &staging).is_ok(),
            "and again, over what it has written itself"
        );
        fs::remove_dir_all(&root).unwrap();
    }
}
