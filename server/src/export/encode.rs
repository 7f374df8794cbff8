//! Rows as CSV or JSON, piece by piece.

use shared::export::{Column, ExportFormat};
use shared::import::neutralised;

use crate::store::{StoreError, codec};

/// How a file goes on: it knows whether anything was written yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoder {
    format: ExportFormat,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Beginning,
    FirstRow,
    LaterRow,
}

impl Encoder {
    pub(super) fn new(format: ExportFormat) -> Self {
        let at = At::Beginning;
        Self { format, at }
    }

    /// What comes before the first row; nothing for later pages.
    pub(super) fn begin(
        &mut self,
        out: &mut Vec<u8>,
        headings: impl Iterator<Item = String>,
    ) -> Result<(), StoreError> {
        if self.at != At::Beginning {
            return Ok(());
        }
        self.at = At::FirstRow;
        match self.format {
            ExportFormat::Csv => {
                // Spreadsheet programs take a file for UTF-8 by its mark.
                out.extend("\u{feff}".as_bytes());
                line(out, headings)
            }
            ExportFormat::Json => {
                out.extend(b"[");
                Ok(())
            }
        }
    }

    pub(super) fn row(
        &mut self,
        out: &mut Vec<u8>,
        columns: &[Column],
        cells: impl Iterator<Item = String>,
    ) -> Result<(), StoreError> {
        match self.format {
            ExportFormat::Csv => line(out, cells)?,
            ExportFormat::Json => {
                out.extend(if self.at == At::FirstRow { "\n{" } else { ",\n{" }.as_bytes());
                for (position, (column, cell)) in columns.iter().zip(cells).enumerate() {
                    let comma = if position > 0 { "," } else { "" };
                    out.extend(format!("{comma}{}:{}", codec::json(&column.key())?, codec::json(&cell)?).bytes());
                }
                out.extend(b"}");
            }
        }
        self.at = At::LaterRow;
        Ok(())
    }

    /// What comes behind the last row.
    pub(super) fn end(&self, out: &mut Vec<u8>) {
        if self.format == ExportFormat::Json {
            out.extend(b"\n]\n");
        }
    }
}

/// A line as in RFC 4180, every cell in quotation marks, and nothing in it that a spreadsheet would take for a formula.
fn line(out: &mut Vec<u8>, cells: impl Iterator<Item = String>) -> Result<(), StoreError> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    writer
        .write_record(cells.map(|cell| neutralised(&cell).into_owned()))
        .and_then(|()| writer.flush().map_err(Into::into))
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(format: ExportFormat, pages: &[&[[&str; 2]]]) -> String {
        let (mut encoder, mut out) = (Encoder::new(format), Vec::new());
        for page in pages {
            let headings = ["Name", "E-mail"].map(str::to_owned).into_iter();
            encoder.begin(&mut out, headings).unwrap();
            for row in *page {
                let cells = row.map(str::to_owned).into_iter();
                encoder
                    .row(&mut out, &[Column::Name, Column::LoginEmail], cells)
                    .unwrap();
            }
        }
        encoder.end(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_spreadsheet_gets_one_heading_whole_cells_and_no_formula() {
        assert_eq!(
            file(
                ExportFormat::Csv,
                &[&[["=1+1", "a@b.c"]], &[["say \"hi\"\nthere", "é"]]]
            ),
            "\u{feff}\"Name\",\"E-mail\"\r\n\"'=1+1\",\"a@b.c\"\r\n\"say \"\"hi\"\"\nthere\",\"é\"\r\n"
        );
    }

    #[test]
    fn programs_get_an_array_however_many_pages_there_are() {
        for (pages, rows) in [
            (&[&[][..]][..], 0),
            (&[&[["=a", "b\"c"]][..]][..], 1),
            (&[&[["=a", "b\"c"]][..], &[["d", "e"], ["f", "g"]]][..], 3),
        ] {
            let read: serde_json::Value = serde_json::from_str(&file(ExportFormat::Json, pages)).unwrap();
            assert_eq!(read.as_array().map(Vec::len), Some(rows));
            if rows > 0 {
                // As it is: no program takes it for a formula.
                assert_eq!(read[0], serde_json::json!({"name": "=a", "login_email": "b\"c"}));
            }
        }
    }
}
