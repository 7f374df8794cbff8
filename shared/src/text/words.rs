//! All words of one language, and how a message becomes a sentence.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::grammar::{article, capital, french_de, lower, lower_first};
use super::language::Language;
use super::message::FINGERPRINT;

/// All messages of one language. A program has none of them inside: they come as a text that was made of the catalogue
/// when the program was built, so that a browser loads the language that is read and no other. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Words {
    language: Language,
    patterns: Arc<[Box<str>]>,
}

/// Why a text is not the words of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWords {
    /// It is something else.
    Unreadable,
    /// It was made for another build, whose messages are others: whoever fetched it fetches everything anew.
    OtherBuild,
}

impl fmt::Display for NotWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "this is no catalogue of messages",
            Self::OtherBuild => "these messages belong to another build",
        })
    }
}

impl std::error::Error for NotWords {}

impl Words {
    /// Reads the text of [`super::catalogue`].
    ///
    /// # Errors
    /// A text that is no catalogue, or that of another build.
    pub fn parse(text: &str) -> Result<Self, NotWords> {
        let mut lines = text.split('\n');
        let head = lines.next().and_then(|head| head.split_once(' '));
        let (tag, print) = head.ok_or(NotWords::Unreadable)?;
        let language = Language::of_tag(tag).ok_or(NotWords::Unreadable)?;
        if print != FINGERPRINT {
            return Err(NotWords::OtherBuild);
        }
        Ok(Self {
            language,
            patterns: lines.map(Box::from).collect(),
        })
    }

    /// No words at all: every message is told as nothing. For the time until there are words.
    pub fn none() -> Self {
        Self {
            language: Language::default(),
            patterns: Arc::default(),
        }
    }

    /// A message that needs nothing to be told.
    pub fn plain(&self, message: Plain) -> String {
        self.fill(message.0, &[])
    }

    /// The words that were built in: for programs that may weigh something, never for the browser.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn builtin(language: Language) -> &'static Self {
        use std::sync::OnceLock;
        static WORDS: [OnceLock<Words>; 3] = [const { OnceLock::new() }; 3];
        let [english, french, spanish] = &WORDS;
        let (cell, text) = match language {
            Language::English => (english, super::catalogue::ENGLISH),
            Language::French => (french, super::catalogue::FRENCH),
            Language::Spanish => (spanish, super::catalogue::SPANISH),
        };
        cell.get_or_init(|| Self::parse(text).expect("the catalogue was made in the same build"))
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// A whole number as the language writes it: "1,240".
    pub fn number(&self, number: impl Into<u64>) -> String {
        self.language.number(number.into())
    }

    /// An amount of money as the language writes it: "1,240.50".
    pub fn hundredths(&self, amount: u32) -> String {
        self.language.hundredths(amount)
    }

    /// "A, B and C".
    pub fn list<S: AsRef<str>>(&self, items: &[S]) -> String {
        let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
        joined(&items, |next| self.language.and(next))
    }

    /// "A, B or C".
    pub fn either<S: AsRef<str>>(&self, items: &[S]) -> String {
        let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
        joined(&items, |next| self.language.or(next))
    }

    /// A long list, cut: "A, B and 5 more".
    pub fn cut_list(&self, mut items: Vec<String>, at_most: usize) -> String {
        if items.len() > at_most {
            let more = items.len() - at_most + 1;
            items.truncate(at_most.saturating_sub(1));
            items.push(super::message::names::more { count: more.into() }.tell(self));
        }
        self.list(&items)
    }

    /// A message with what is in it. Called by the messages themselves.
    pub(super) fn fill(&self, message: usize, args: &[Arg<'_>]) -> String {
        let mut out = String::new();
        if let Some(pattern) = self.patterns.get(message) {
            self.write(&mut out, pattern, args);
        }
        out
    }

    fn write(&self, out: &mut String, pattern: &str, args: &[Arg<'_>]) {
        let mut rest = pattern;
        while let Some((before, from)) = rest.split_once('{') {
            out.push_str(before);
            let (inner, after) = block(from);
            self.argument(out, inner, args);
            rest = after;
        }
        out.push_str(rest);
    }

    /// What is in braces, as the build compiled it: a place, then letters of what is done to it, or a sign and cases.
    fn argument(&self, out: &mut String, inner: &str, args: &[Arg<'_>]) {
        let mut letters = inner.chars();
        let place = letters.next().and_then(|digit| digit.to_digit(10));
        let Some(arg) = place.and_then(|place| args.get(usize::try_from(place).ok()?)) else {
            return;
        };
        let how = letters.as_str();
        if let Some(cases) = how.strip_prefix('#') {
            let number = if let Arg::Number(number) = arg { *number } else { 0 };
            let (exact, category) = (format!("={number}"), self.language.plural(number));
            let fits = |case: &str| case == exact || case == category;
            self.write(out, chosen(cases, fits), args);
        } else if let Some(cases) = how.strip_prefix('?') {
            let text = arg.told(self.language);
            self.write(out, chosen(cases, |case| case == text), args);
        } else {
            let mut text = arg.told(self.language).into_owned();
            for filter in how.chars() {
                text = match filter {
                    'l' => lower(&text),
                    'f' => lower_first(&text),
                    'c' => capital(&text),
                    'a' => article(&text),
                    'd' => french_de(&text),
                    _ => text,
                };
            }
            out.push_str(&text);
        }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.language).finish()
    }
}

/// A message that needs nothing to be told: the `AT` of its type.
#[derive(Clone, Copy, Debug)]
pub struct Plain(pub(super) usize);

/// What goes into a message.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    Text(Cow<'a, str>),
    /// Grouped as the language does, and what a plural looks at.
    Number(u64),
    /// An amount of money.
    Hundredths(u32),
}

impl Arg<'_> {
    fn told(&self, language: Language) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => language.number(*number).into(),
            Self::Hundredths(amount) => language.hundredths(*amount).into(),
        }
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u16> for Arg<'_> {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

fn joined<'w>(items: &[&str], word: impl Fn(&str) -> &'w str) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} {} {last}", most.join(", "), word(last)),
    }
}

/// The text of the first case that fits; where none does, that of "other".
fn chosen(cases: &str, fits: impl Fn(&str) -> bool) -> &str {
    let (mut rest, mut other) = (cases, "");
    while let Some((case, from)) = rest.split_once('{') {
        let (text, after) = block(from);
        if fits(case) {
            return text;
        }
        if case == "other" {
            other = text;
        }
        rest = after;
    }
    other
}

/// What is inside a brace that has been opened, and what comes after it.
fn block(text: &str) -> (&str, &str) {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                let (inner, after) = text.split_at(at);
                return (inner, after.strip_prefix('}').unwrap_or(after));
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    (text, "")
}
