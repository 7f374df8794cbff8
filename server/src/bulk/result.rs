//! What came of an action as a file: one line for each person.

use shared::Facts;
use shared::bulk::BulkResult;
use shared::export::Column;
use shared::import::neutralised;
use shared::text::{Teller, Words};

/// The results as CSV for spreadsheet programs, like every other file: with a mark, quoted, and without formulas.
///
/// # Errors
/// Those of writing, which into memory there are none of.
pub(super) fn csv(results: impl Iterator<Item = BulkResult>, facts: &Facts, words: &Words) -> std::io::Result<Vec<u8>> {
    let teller = Teller::of(facts, words);
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let headings = [Column::Name, Column::LoginEmail, Column::Outcome, Column::Reason];
    writer.write_record(headings.map(|column| teller.column(column)))?;
    for result in results {
        let reasons: Vec<String> = result
            .refusals
            .iter()
            .map(|refusal| teller.reason(&refusal.reason))
            .collect();
        let cells = [
            result.name,
            result.login_email,
            teller.bulk_done(result.done),
            reasons.join(" "),
        ];
        writer.write_record(cells.map(|cell| neutralised(&cell).into_owned()))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
