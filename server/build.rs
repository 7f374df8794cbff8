//! Puts the built app into the binary: every file of `dist/` as it is, as brotli and as gzip, with its hash.
//!
//! Compressed files are kept in `OUT_DIR` under the hash of what they were made of, so that only what is new is
//! compressed. Where no app was built yet, the table is empty and the server says how to build it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// What compression does not help with.
const COMPACT: [&str; 8] = ["png", "jpg", "jpeg", "webp", "avif", "woff2", "gz", "br"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=LANYARD_DIST");
    println!("cargo::rerun-if-changed=build.rs");
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let dist = match env::var_os("LANYARD_DIST") {
        Some(path) => manifest.join(path),
        None => manifest.join("../dist"),
    };
    // Cargo runs this again at every build as long as a path that it watches is missing: an empty folder prevents that.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed={}", dist.display());

    let out = PathBuf::from(variable("OUT_DIR")?);
    let store = out.join("assets");
    fs::create_dir_all(&store)?;
    let release = variable("PROFILE")? == "release";
    let mut table = String::from("&[\n");
    let mut named = Vec::new();
    // The words of each language, which the crate `shared` has made.
    let words = PathBuf::from(variable("DEP_LANYARD_WORDS_SERVED")?);
    println!("cargo::rerun-if-changed={}", words.display());
    // What other pages load: under names that stay, and with the names of this build inside.
    let widget = manifest.join("../app/widget");
    let served = out.join("widget");
    fs::create_dir_all(&served)?;
    for name in ["embed.html", "embed.js", "widget.js"] {
        let source = widget.join(name);
        println!("cargo::rerun-if-changed={}", source.display());
        fs::write(served.join(name), with_names(&fs::read_to_string(&source)?, &dist)?)?;
    }
    for (folder, prefix, file) in files_below(&dist)?
        .into_iter()
        .map(|file| (&dist, "", file))
        .chain(files_below(&served)?.into_iter().map(|file| (&served, "", file)))
        .chain(files_below(&words)?.into_iter().map(|file| (&words, "words/", file)))
    {
        let name = file
            .strip_prefix(folder)
            .map_err(io::Error::other)?
            .to_string_lossy()
            .replace('\\', "/");
        let name = format!("{prefix}{name}");
        let bytes = fs::read(&file)?;
        let hash = hex(&Sha256::digest(&bytes));
        named.push((name.clone(), hash.clone()));
        let plain = keep(&store, &hash, "plain", || Ok(bytes.clone()))?;
        let worth = !COMPACT.iter().any(|extension| name.ends_with(&format!(".{extension}")));
        let quality: u32 = if release { 11 } else { 5 };
        let brotli = keep_smaller(&store, &hash, &format!("br{quality}"), &bytes, worth, || {
            brotli(&bytes, quality)
        })?;
        let gzip = keep_smaller(&store, &hash, "gz", &bytes, worth, || gzip(&bytes))?;
        writeln!(
            table,
            "    Asset {{ path: {name:?}, hash: {hash:?}, plain: include_bytes!({plain:?}), brotli: {}, gzip: {} }},",
            option(brotli),
            option(gzip),
        )
        .map_err(io::Error::other)?;
    }
    let worker = service_worker(&manifest, &named)?;
    let plain = keep(&store, &hex(&Sha256::digest(&worker)), "plain", || Ok(worker.clone()))?;
    writeln!(
        table,
        "    Asset {{ path: \"service-worker.js\", hash: {:?}, plain: include_bytes!({plain:?}), brotli: None, gzip: None }},",
        hex(&Sha256::digest(&worker)),
    )
    .map_err(io::Error::other)?;
    table.push_str("]\n");
    fs::write(out.join("assets.rs"), table)
}

/// A script of `app/widget` with the names of the built files in place of those without a hash.
fn with_names(script: &str, dist: &Path) -> io::Result<String> {
    let mut script = script.to_owned();
    for file in files_below(dist)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        for (stem, end) in [("app", ".js"), ("app", "_bg.wasm"), ("lanyard", ".css")] {
            let hashed = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(end));
            if hashed.is_some_and(|hash| hash.starts_with('-')) {
                script = script.replace(&format!("\"{stem}{end}\""), &format!("\"{name}\""));
            }
        }
    }
    Ok(script)
}

/// What keeps the app in the browser, with the files of this build written into it. What stands in other people's pages is
/// none of the app's.
fn service_worker(manifest: &Path, files: &[(String, String)]) -> io::Result<Vec<u8>> {
    let source = manifest.join("src/assets/service-worker.js");
    println!("cargo::rerun-if-changed={}", source.display());
    let mut version = Sha256::new();
    let mut list = Vec::new();
    for (name, hash) in files {
        if name.starts_with("widget") || name.starts_with("embed") || name.ends_with(".map") {
            continue;
        }
        version.update(name);
        version.update(hash);
        list.push(match name.as_str() {
            // Every screen is this page.
            "index.html" => "/".to_owned(),
            name => format!("/{name}"),
        });
    }
    let version = hex(&version.finalize());
    let text = fs::read_to_string(source)?
        .replace("__VERSION__", version.get(..16).unwrap_or_default())
        .replace("__FILES__", &format!("{list:?}"));
    Ok(text.into_bytes())
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            // Trunk builds in a folder of its own there and moves the result when it is complete.
            if path.file_name().is_none_or(|name| name != ".stage") {
                files.extend(files_below(&path)?);
            }
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The file with this content, made now if it is not there yet.
fn keep(store: &Path, hash: &str, kind: &str, make: impl FnOnce() -> io::Result<Vec<u8>>) -> io::Result<PathBuf> {
    let path = store.join(format!("{hash}.{kind}"));
    if !path.exists() {
        let unfinished = store.join(format!("{hash}.{kind}.new"));
        fs::write(&unfinished, make()?)?;
        fs::rename(unfinished, &path)?;
    }
    Ok(path)
}

/// The compressed file, where compression is worth it and made it smaller.
fn keep_smaller(
    store: &Path,
    hash: &str,
    kind: &str,
    bytes: &[u8],
    worth: bool,
    make: impl FnOnce() -> io::Result<Vec<u8>>,
) -> io::Result<Option<PathBuf>> {
    if !worth {
        return Ok(None);
    }
    let path = keep(store, hash, kind, make)?;
    Ok((fs::metadata(&path)?.len() < bytes.len() as u64).then_some(path))
}

fn brotli(bytes: &[u8], quality: u32) -> io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

fn option(path: Option<PathBuf>) -> String {
    path.map_or_else(|| "None".to_owned(), |path| format!("Some(include_bytes!({path:?}))"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
