//! From the bytes of a file to a table: encoding, delimiter, cells.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use shared::import::{Delimiter, Encoding, Table, TableError};

/// The largest file that is read, in bytes.
pub const BYTES_AT_MOST: u32 = 5 * 1024 * 1024;

/// A file as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    pub encoding: Encoding,
}

/// Decodes a file: UTF-8 and UTF-16 by their marks, UTF-8 where it is valid, else Windows-1252, which spreadsheet
/// programs write when they say "CSV".
///
/// # Errors
/// [`TableError::TooLarge`], [`TableError::Empty`], and [`TableError::NotText`] for what has bytes that no text has.
pub fn decode(bytes: &[u8]) -> Result<Text, TableError> {
    if bytes.len() > BYTES_AT_MOST as usize {
        return Err(TableError::TooLarge { at_most: BYTES_AT_MOST });
    }
    let (text, encoding) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((marked, length)) => {
            let rest = bytes.get(length..).unwrap_or_default();
            let text = marked
                .decode_without_bom_handling_and_without_replacement(rest)
                .ok_or(TableError::NotText)?;
            let encoding = if marked == UTF_8 {
                Encoding::Utf8WithMark
            } else {
                debug_assert!(marked == UTF_16LE || marked == UTF_16BE);
                Encoding::Utf16
            };
            (text, encoding)
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => (text.into(), Encoding::Utf8),
            // Every byte has a meaning there; what is not text is told by the control characters below.
            Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, Encoding::Windows1252),
        },
    };
    // C0 and C1: a text that was taken for Windows-1252 has the latter where nothing is assigned.
    let foreign = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    if text.contains(foreign) {
        return Err(TableError::NotText);
    }
    if text.trim().is_empty() {
        return Err(TableError::Empty);
    }
    Ok(Text {
        text: text.into_owned(),
        encoding,
    })
}

/// Parses a text as RFC 4180 describes it, with whichever delimiter it uses.
///
/// By hand, because rows must have the numbers that a spreadsheet shows and a quotation mark that is never closed must be
/// said: parsers made for data pass over empty lines and take such a mark to mean the rest of the file.
///
/// # Errors
/// What [`Table::new`] finds, and [`TableError::QuoteOpen`] for a quotation mark that is never closed.
pub fn table(text: &str, delimiter: Delimiter) -> Result<Table, TableError> {
    let delimiter = char::from(delimiter.byte());
    let mut records: Vec<Vec<String>> = Vec::new();
    let mut record: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut state = State::Begin;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (state, c) {
            (State::Begin, '"') => state = State::Quoted,
            (State::Quoted, '"') => state = State::QuoteInQuoted,
            (State::Quoted, c) => cell.push(c),
            (State::QuoteInQuoted, '"') => {
                cell.push('"');
                state = State::Quoted;
            }
            (_, c) if c == delimiter => {
                record.push(std::mem::take(&mut cell));
                state = State::Begin;
            }
            (_, '\r' | '\n') => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
                state = State::Begin;
            }
            // Quotation marks inside a bare cell are part of it, and so is what follows a closed one.
            (State::Begin | State::Bare | State::QuoteInQuoted, c) => {
                cell.push(c);
                state = State::Bare;
            }
        }
    }
    if state == State::Quoted {
        let row = u32::try_from(records.len()).unwrap_or(u32::MAX).saturating_add(1);
        return Err(TableError::QuoteOpen { row });
    }
    record.push(cell);
    records.push(record);
    Table::new(records)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell.
    Begin,
    Bare,
    Quoted,
    /// Behind a quotation mark inside a quoted cell: the end of it, or the first half of a doubled one.
    QuoteInQuoted,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let table = table(text, Delimiter::of(text)).unwrap();
        table.rows().map(|(row, cells)| (row, cells.to_vec())).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "Name;Email\nÉlise Nguyễn;e@clinic.example\n";
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend_from_slice(text.as_bytes());
        let mut wide = b"\xff\xfe".to_vec();
        wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (marked, Encoding::Utf8WithMark),
            (wide, Encoding::Utf16),
        ] {
            assert_eq!(
                decode(&bytes),
                Ok(Text {
                    text: text.to_owned(),
                    encoding
                })
            );
        }
        let old = b"Name;Email\n\xc9lise D\xfapont \x96 North;e@clinic.example\n";
        let expected = "Name;Email\nÉlise Dúpont – North;e@clinic.example\n".to_owned();
        assert_eq!(
            decode(old),
            Ok(Text {
                text: expected,
                encoding: Encoding::Windows1252
            })
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"PK\x03\x04\x14\x00\x06\x00\x08\x00"), Err(TableError::NotText));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\x00\x00"), Err(TableError::NotText));
        assert_eq!(decode(b"\xff\xfeA"), Err(TableError::NotText));
        assert_eq!(decode(b""), Err(TableError::Empty));
        assert_eq!(decode(b"\xef\xbb\xbf \r\n"), Err(TableError::Empty));
        let large = vec![b'a'; BYTES_AT_MOST as usize + 1];
        assert_eq!(decode(&large), Err(TableError::TooLarge { at_most: BYTES_AT_MOST }));
    }

    #[test]
    fn quoted_cells_hold_delimiters_quotes_and_line_ends() {
        let text = "Name,Note\r\n\"García, Ana\",\"says \"\"hi\"\"\r\nand more\"\r\nBo,\r\n";
        assert_eq!(
            rows(text),
            [
                (2, vec!["García, Ana".to_owned(), "says \"hi\"\r\nand more".to_owned()]),
                (3, vec!["Bo".to_owned(), String::new()]),
            ]
        );
    }

    #[test]
    fn every_delimiter_is_read() {
        for delimiter in [",", ";", "\t"] {
            let text = format!("Name{delimiter}Email\nAna{delimiter}a@b.c\n");
            assert_eq!(rows(&text), [(2, vec!["Ana".to_owned(), "a@b.c".to_owned()])]);
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        for end in ["\n", "\r\n"] {
            let text = [
                "Name,Email",
                "Ana,a@b.c",
                "",
                "",
                "Bo,b@b.c",
                ",",
                "Cy,\"c@b.c\n\"",
                "Di,d@b.c",
                "",
                "",
            ]
            .join(end);
            let numbers: Vec<u32> = rows(&text).into_iter().map(|(row, _)| row).collect();
            assert_eq!(numbers, [2, 5, 7, 8], "{end:?}");
            let leading = format!("{end}{text}");
            let numbers: Vec<u32> = rows(&leading).into_iter().map(|(row, _)| row).collect();
            assert_eq!(numbers, [3, 6, 8, 9], "{end:?}");
        }
    }

    #[test]
    fn an_open_quote_and_a_ragged_row_are_named() {
        let open = "Name,Email\nAna,a@b.c\nBo,\"b@b.c\nCy,c@b.c\n";
        assert_eq!(table(open, Delimiter::Comma), Err(TableError::QuoteOpen { row: 3 }));
        let ragged = "Name,Email\nAna,a@b.c\n\nGarcía, Bo,b@b.c\n";
        assert_eq!(
            table(ragged, Delimiter::Comma),
            Err(TableError::Ragged {
                row: 4,
                cells: 3,
                expected: 2
            })
        );
    }
}
