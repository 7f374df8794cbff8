//! The result of an import as a file: one line for each row.

use shared::import::{RowResult, Words, neutralised};

/// The results as CSV for spreadsheet programs: UTF-8 with a mark, every cell in quotation marks, and nothing in it that
/// would be taken for a formula.
///
/// # Errors
/// Those of writing, which into memory there are none of.
pub(super) fn csv(results: &[RowResult], words: &Words<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(["Row", "Name", "E-mail", "Outcome", "Reason"])?;
    for result in results {
        let row = result.row.to_string();
        let reasons = result.reasons.join(" ");
        let cells = [
            row.as_str(),
            &result.name,
            &result.login_email,
            &words.done(result.done),
            &reasons,
        ];
        writer.write_record(cells.map(|cell| neutralised(cell).into_owned()))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
