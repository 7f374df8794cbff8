//! Query strings, written and read without a URL library: the browser's own is slower to reach from WebAssembly, and
//! this much fits on a page.

/// Builds `a=1&b=x%20y`, leaving out what is empty.
#[derive(Default)]
pub(crate) struct QueryString {
    text: String,
}

impl QueryString {
    /// Adds a pair unless the value is empty.
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        if !value.is_empty() {
            if !self.text.is_empty() {
                self.text.push('&');
            }
            self.text.push_str(key);
            self.text.push('=');
            escape_into(&mut self.text, value);
        }
        self
    }

    /// Adds a pair when there is a value.
    pub(crate) fn with_some(self, key: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(key, &value.to_string()),
            None => self,
        }
    }

    /// The address with the query, or the bare address when there is none.
    pub(crate) fn after(&self, path: &str) -> String {
        if self.text.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", self.text)
        }
    }
}

/// The pairs of a query string, decoded; a leading `?` is allowed.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query
        .trim_start_matches('?')
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (unescape(key), unescape(value))
        })
}

fn escape_into(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| HEX.get(usize::from(half)).copied().map_or('0', char::from);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(digit(byte >> 4));
            out.push(digit(byte & 15));
        }
    }
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let ahead = rest.clone();
                let value = ahead
                    .take(2)
                    .map(|digit| char::from(digit).to_digit(16))
                    .try_fold((0_u32, 0_usize), |(sum, count), digit| {
                        digit.map(|d| (sum * 16 + d, count + 1))
                    });
                match value {
                    Some((value, 2)) => {
                        bytes.push(u8::try_from(value).unwrap_or(b'?'));
                        rest.nth(1);
                    }
                    _ => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let written = QueryString::default()
            .with("q", "Zoë & Söhne = 100 % +1")
            .with("empty", "")
            .with("b", "2");
        let address = written.after("/users");
        let (path, query) = address.split_once('?').unwrap();
        assert_eq!(path, "/users");
        assert_eq!(
            pairs(query).collect::<Vec<_>>(),
            [
                ("q".to_owned(), "Zoë & Söhne = 100 % +1".to_owned()),
                ("b".to_owned(), "2".to_owned())
            ]
        );
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(
            pairs("?a=%zz&b=%4").collect::<Vec<_>>(),
            [("a".to_owned(), "%zz".to_owned()), ("b".to_owned(), "%4".to_owned())]
        );
    }

    #[test]
    fn nothing_to_ask_leaves_no_question_mark() {
        assert_eq!(
            QueryString::default().with_some("after", None::<u32>).after("/users"),
            "/users"
        );
    }
}
