//! How many bytes the first visit loads: the page and what it names, as the server sends them.

use std::collections::BTreeSet;

use super::Outcome;
use super::running::Running;
use super::table::{bytes, markdown};
use crate::http::{Backend, Database};
use crate::process::Program;

pub(super) async fn report() -> Outcome<String> {
    let database = Database::create(Backend::Sqlite);
    let server = Running::start(Program::on(&database.url)?, "nobody").await?;
    let page = server.get("/").send().await?.error_for_status()?.text().await?;
    let mut paths = vec!["/".to_owned()];
    paths.extend(named(&page));
    let mut rows = Vec::new();
    let mut sums = [0; 3];
    for path in paths {
        let mut row = vec![path.clone()];
        for (coding, sum) in ["identity", "gzip", "br"].into_iter().zip(&mut sums) {
            let answer = server.get(&path).header("accept-encoding", coding).send().await?;
            let size = answer.error_for_status()?.bytes().await?.len() as u64;
            *sum += size;
            row.push(bytes(size));
        }
        rows.push(row);
    }
    let mut all = vec!["in all".to_owned()];
    all.extend(sums.map(bytes));
    rows.push(all);
    let mut text = "### Bytes of the first load\n\n".to_owned();
    text.push_str(&markdown(&["file", "raw", "gzip", "brotli"], &rows));
    Ok(text)
}

/// The scripts, modules and style sheets that a page names.
fn named(page: &str) -> BTreeSet<String> {
    // Attributes need no quotes.
    let words = page.split(|char: char| char.is_whitespace() || "\"'=<>".contains(char));
    words
        .filter(|word| [".js", ".wasm", ".css"].iter().any(|ending| word.ends_with(ending)))
        .map(|text| format!("/{}", text.trim_start_matches("./").trim_start_matches('/')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_names_is_found_once() {
        let page = r#"<link rel="preload" href="./app_bg.wasm"><script>import init from '/app.js';
            init({ module_or_path: '/app_bg.wasm' })</script><link href=/a.css rel=stylesheet>"#;
        assert_eq!(Vec::from_iter(named(page)), ["/a.css", "/app.js", "/app_bg.wasm"]);
    }
}
