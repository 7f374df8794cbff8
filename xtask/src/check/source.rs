//! Rust source text, cut into code, string literals and comments: just enough for checks, no parser.

use std::fs;

use anyhow::{Context, Result};

use super::shown;
use crate::{build::files_below, env::Env};

pub(crate) struct SourceFile {
    /// Path in the clone.
    pub(crate) name: String,
    text: String,
    /// Code with literals and comments blanked out, line by line.
    code: Vec<String>,
    literals: Vec<(usize, String)>,
    /// The line from which on there are only tests: that of the first `#[cfg(test)]`.
    tests_from: usize,
}

/// Every Rust file of the workspace.
pub(crate) fn rust_files(env: &Env) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for folder in ["shared", "app", "server", "tests", "xtask"] {
        for path in files_below(&env.root.join(folder))? {
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.push(SourceFile::new(shown(env, &path), text));
            }
        }
    }
    Ok(files)
}

/// Is the whole file one of tests?
pub(crate) fn is_tests(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.starts_with("tests/") || name.contains("/tests/")
}

impl SourceFile {
    fn new(name: String, text: String) -> Self {
        let (blanked, literals) = cut(&text);
        let code: Vec<String> = blanked.lines().map(str::to_owned).collect();
        let tests_from = if is_tests(&name) {
            0
        } else {
            code.iter()
                .position(|line| line.trim() == "#[cfg(test)]")
                .map_or(usize::MAX, |at| at + 1)
        };
        Self {
            name,
            text,
            code,
            literals,
            tests_from,
        }
    }

    /// Is it one of these files, or in one of these folders? `a/b` stands for `a/b.rs` and for all in `a/b/`.
    pub(crate) fn is_below(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| {
            self.name
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
        })
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// The lines before the tests, with their numbers, without comments and contents of literals.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .code
            .iter()
            .enumerate()
            .map(|(index, line)| (index + 1, line.as_str()));
        lines.filter(|(line, _)| *line < self.tests_from)
    }

    /// The string literals before the tests, with the numbers of their lines.
    pub(crate) fn literals(&self) -> impl Iterator<Item = (usize, &str)> {
        let literals = self.literals.iter().map(|(line, literal)| (*line, literal.as_str()));
        literals.filter(|(line, _)| *line < self.tests_from)
    }

    /// Is the line part of an attribute that describes the API, such as `#[utoipa::path(…)]`?
    pub(crate) fn describes_the_api(&self, line: usize) -> bool {
        let mut inside = false;
        for text in self.code.iter().take(line) {
            let text = text.trim();
            inside |= text.starts_with("#[utoipa::") || text.starts_with("#[schema(");
            if inside && text.ends_with(")]") {
                inside = false;
            }
        }
        inside || self.line_says(line, "#[schema(")
    }

    pub(crate) fn line_says(&self, line: usize, words: &str) -> bool {
        line.checked_sub(1)
            .and_then(|index| self.text.lines().nth(index))
            .is_some_and(|text| text.contains(words))
    }
}

/// The text with comments and the contents of literals replaced by spaces, and the literals with their lines.
fn cut(text: &str) -> (String, Vec<(usize, String)>) {
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (length, literal) = token(rest, code.chars().next_back());
        let piece = rest.get(..length.max(first.len_utf8())).unwrap_or(rest);
        if let Some(literal) = literal {
            literals.push((line, literal.to_owned()));
        }
        if length == 0 {
            code.push(first);
        } else {
            code.extend(piece.chars().map(|char| if char == '\n' { '\n' } else { ' ' }));
            // What follows must not look joined to what came before.
        }
        line += piece.matches('\n').count();
        rest = rest.get(piece.len()..).unwrap_or_default();
    }
    (code, literals)
}

/// The length of the comment or literal that the text starts with, or 0; and what a string literal says.
fn token(text: &str, before: Option<char>) -> (usize, Option<&str>) {
    if text.starts_with("//") {
        return (text.find('\n').unwrap_or(text.len()), None);
    }
    if text.starts_with("/*") {
        return (text.find("*/").map_or(text.len(), |end| end + 2), None);
    }
    let in_word = before.is_some_and(|char| char.is_alphanumeric() || char == '_');
    if !in_word && let Some(raw) = text.strip_prefix("br").or_else(|| text.strip_prefix('r')) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let opening = text.len() - raw.len() + hashes + 1;
        if raw.get(hashes..).is_some_and(|rest| rest.starts_with('"')) {
            let closing = format!("\"{}", "#".repeat(hashes));
            let body = text.get(opening..).unwrap_or_default();
            let end = body.find(&closing).unwrap_or(body.len());
            return ((opening + end + closing.len()).min(text.len()), body.get(..end));
        }
    }
    if let Some(body) = text.strip_prefix('"') {
        let mut escaped = false;
        for (at, char) in body.char_indices() {
            match char {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => return (at + 2, body.get(..at)),
                _ => escaped = false,
            }
        }
        return (text.len(), None);
    }
    // A char literal, as opposed to a lifetime: 'x' or '\…'.
    let mut chars = text.char_indices();
    if chars.next().is_some_and(|(_, char)| char == '\'') {
        match chars.next() {
            Some((_, '\\')) => {
                chars.next();
                if let Some((end, _)) = chars.find(|(_, char)| *char == '\'') {
                    return (end + 1, None);
                }
            }
            Some(_) => {
                if let Some((end, '\'')) = chars.next() {
                    return (end + 1, None);
                }
            }
            None => {}
        }
    }
    (0, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_and_comments_are_not_code() {
        let text = "let a = \"sta\\\"ff\"; // \"no\"\nlet b = r#\"raw \"x\"\"#; /* insert_into( */\nlet c = ('\"', 'a, '\\'');\n\
            let d: &'static str = \"last\";\n#[cfg(test)]\nmod tests { const T: &str = \"test\"; }\n";
        let file = SourceFile::new("app/src/a.rs".into(), text.into());
        let literals: Vec<_> = file.literals().collect();
        assert_eq!(literals, [(1, "sta\\\"ff"), (2, "raw \"x\""), (4, "last")]);
        assert!(file.code_lines().all(|(_, code)| !code.contains("insert_into")));
        assert!(file.line_says(1, "// \"no\""));
    }

    #[test]
    fn examples_end_where_their_attribute_ends() {
        let text = "#[utoipa::path(\n    example = json!({\"role\": \"staff\"}),\n)]\nlet role = \"staff\";\n";
        let file = SourceFile::new("server/src/http/a.rs".into(), text.into());
        assert!(file.describes_the_api(2));
        assert!(!file.describes_the_api(4));
    }

    #[test]
    fn folders_and_files_are_told_apart() {
        let file = SourceFile::new("server/src/edits/apply.rs".into(), String::new());
        assert!(file.is_below(&["server/src/edits"]));
        assert!(!file.is_below(&["server/src/edit"]));
    }
}
