//! A file as a table: a header and rows of the same width.

use serde::{Deserialize, Serialize};

/// A roster as read: every row has as many cells as the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<(u32, Vec<String>)>,
}

/// What separates the cells of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
}

impl Delimiter {
    const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// The delimiter that a text uses: the one that its header has most of, outside quotes.
    pub fn of(text: &str) -> Self {
        let mut counts = [0usize; Self::ALL.len()];
        let mut quoted = false;
        for byte in text.bytes() {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' if !quoted && counts.iter().any(|count| *count > 0) => break,
                byte if !quoted => {
                    for (count, _) in counts.iter_mut().zip(Self::ALL).filter(|(_, d)| d.byte() == byte) {
                        *count += 1;
                    }
                }
                _ => {}
            }
        }
        // The first of those that are level: a comma, where there is nothing to go by.
        Self::ALL
            .into_iter()
            .zip(counts)
            .rev()
            .max_by_key(|(_, count)| *count)
            .map_or(Self::Comma, |(d, _)| d)
    }
}

/// Why a file cannot be read as a roster. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TableError {
    /// Not text: a spreadsheet program's own format, a picture, …
    NotText,
    /// Nothing, or nothing below the header.
    Empty,
    /// The first line holds a person's data, not the names of columns.
    NoHeader,
    /// A row has more or fewer cells than the header: its cells may stand in the wrong columns.
    Ragged {
        row: u32,
        cells: u32,
        expected: u32,
    },
    /// A quotation mark is opened in this row and never closed.
    QuoteOpen {
        row: u32,
    },
    TooManyRows {
        at_most: u32,
    },
    /// In bytes.
    TooLarge {
        at_most: u32,
    },
}

impl Table {
    /// More rows than this are not planned in one go.
    pub const ROWS_AT_MOST: u32 = 20_000;

    /// Makes a table of records as they stand in the file, the header first. Rows without any text are left out, and
    /// the others keep their numbers.
    ///
    /// # Errors
    /// [`TableError::Empty`], [`TableError::NoHeader`], [`TableError::Ragged`] for the first such row,
    /// [`TableError::TooManyRows`].
    pub fn new(records: impl IntoIterator<Item = Vec<String>>) -> Result<Self, TableError> {
        let blank = |record: &[String]| record.iter().all(|cell| cell.trim().is_empty());
        let mut numbered = (1u32..).zip(records).filter(|(_, record)| !blank(record));
        let (_, mut header) = numbered.next().ok_or(TableError::Empty)?;
        // A spreadsheet often writes columns beyond the last named one.
        while header.last().is_some_and(|name| name.trim().is_empty()) {
            header.pop();
        }
        if header.iter().any(|name| name.contains('@')) {
            return Err(TableError::NoHeader);
        }
        let expected = header.len();
        let mut rows = Vec::new();
        for (row, mut record) in numbered {
            while record.len() > expected && record.last().is_some_and(|cell| cell.trim().is_empty()) {
                record.pop();
            }
            if record.len() != expected {
                let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                return Err(TableError::Ragged {
                    row,
                    cells: count(record.len()),
                    expected: count(expected),
                });
            }
            if rows.len() >= Self::ROWS_AT_MOST as usize {
                return Err(TableError::TooManyRows {
                    at_most: Self::ROWS_AT_MOST,
                });
            }
            rows.push((row, record));
        }
        if rows.is_empty() {
            Err(TableError::Empty)
        } else {
            Ok(Self { header, rows })
        }
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows with their numbers, as a spreadsheet counts: the header is row 1.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (u32, &[String])> {
        self.rows.iter().map(|(row, cells)| (*row, cells.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(lines: &[&[&str]]) -> Vec<Vec<String>> {
        lines
            .iter()
            .map(|line| line.iter().map(|cell| (*cell).to_owned()).collect())
            .collect()
    }

    #[test]
    fn the_delimiter_is_the_one_of_the_header() {
        for (text, expected) in [
            ("a,b,c\n1;2;3;4;5,2,3\n", Delimiter::Comma),
            ("a;b;c\n1,5;2,5;3,5\n", Delimiter::Semicolon),
            ("a\tb\n", Delimiter::Tab),
            ("\"a;b;c;d\",e,f\n", Delimiter::Comma),
            ("\n\nName;E-mail\n", Delimiter::Semicolon),
            ("Email\nana@clinic.example\n", Delimiter::Comma),
            ("", Delimiter::Comma),
        ] {
            assert_eq!(Delimiter::of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn rows_keep_the_numbers_of_the_file() {
        let table = Table::new(records(&[
            &["Name", "Email", ""],
            &["Ana", "a@b.c", ""],
            &["", ""],
            &["Bo", "b@b.c"],
        ]));
        let table = table.unwrap();
        assert_eq!(table.header(), ["Name", "Email"]);
        assert_eq!(
            table.rows().map(|(row, cells)| (row, cells.len())).collect::<Vec<_>>(),
            [(2, 2), (4, 2)]
        );
    }

    #[test]
    fn what_is_no_roster_says_why() {
        assert_eq!(Table::new(records(&[])), Err(TableError::Empty));
        assert_eq!(Table::new(records(&[&["Name"]])), Err(TableError::Empty));
        assert_eq!(Table::new(records(&[&[" "], &[""]])), Err(TableError::Empty));
        assert_eq!(
            Table::new(records(&[&["Ana", "a@b.c"], &["Bo", "b@b.c"]])),
            Err(TableError::NoHeader)
        );
        assert_eq!(
            Table::new(records(&[&["Name", "Email"], &["Ana"]])),
            Err(TableError::Ragged {
                row: 2,
                cells: 1,
                expected: 2
            })
        );
        assert_eq!(
            Table::new(records(&[&["Name", "Email"], &["García", "Ana", "a@b.c"]])),
            Err(TableError::Ragged {
                row: 2,
                cells: 3,
                expected: 2
            })
        );
    }
}
