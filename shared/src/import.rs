//! Bringing in a roster: what a file's rows mean in this organisation, and what importing them would do.
//!
//! Pure like everything here: a file is read and decoded elsewhere and comes in as a [`Table`]. [`plan`](plan()) turns
//! it into a [`Plan`]: row by row what would be created, changed, skipped or needs the person who imports, each with
//! typed reasons. Every row that goes ahead is an ordinary [`Edit`](crate::Edit), judged by the same
//! [`decide`](crate::decide()) as one made by hand; the file has no other way in.
//!
//! What a person settles (which column is which, which word means which role, a cell put right) is a [`Choices`]: data
//! that is kept, so that planning again with the same file and choices gives the same plan.

mod access;
mod choices;
mod column;
mod fold;
mod identity;
mod mapping;
mod near;
mod person;
mod plan;
mod rows;
mod table;
#[cfg(test)]
#[cfg(feature = "source")]
pub(crate) mod testing;
mod wire;
mod words;

pub use choices::{Choices, ColumnChoice, Correction, WordChoice};
pub use column::{Column, ColumnUse, How};
pub use fold::fold;
pub use mapping::{About, Mapping, Standing, Target};
pub use person::addresses;
pub use plan::{Account, Counts, Plan, Planned, Step, World, plan};
pub use rows::{Finding, Note, RowOutcome, RowPlan, Why};
pub use table::{Delimiter, Table, TableError};
pub use wire::{Encoding, ImportRun, ImportState, ImportView, Progress, RowDone, RowResult};
pub use words::{Words, delimiter, encoding, table_error};

use crate::ids::{OrganisationId, UserId};

/// A cell as it may stand in a file that a spreadsheet opens: a text that it would take for a formula gets an
/// apostrophe in front, so that it is shown and never executed.
///
/// The characters are those of the OWASP page on CSV injection: `=`, `+`, `-`, `@`, tab, carriage return and line feed,
/// also behind leading spaces, and the full-width forms that some spreadsheets fold.
pub fn neutralised(cell: &str) -> std::borrow::Cow<'_, str> {
    if looks_like_formula(cell) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// Whether a spreadsheet would take the text for a formula.
pub fn looks_like_formula(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n'])
        || cell
            .trim_start()
            .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// What the bytes of the new account's id are derived from, by whoever has a hash function: the same organisation,
/// import and address give the same account, however often the import is asked for.
pub fn seed_of_new_user(organisation: OrganisationId, import: uuid::Uuid, login_email: &str) -> Vec<u8> {
    let mut seed = Vec::with_capacity(login_email.len() + 32);
    seed.extend_from_slice(organisation.0.as_bytes());
    seed.extend_from_slice(import.as_bytes());
    seed.extend_from_slice(login_email.as_bytes());
    seed
}

/// The id made of a hash of [`seed_of_new_user`]: a version 8 UUID (RFC 9562, section 5.8).
pub fn id_of_new_user(hash: [u8; 16]) -> UserId {
    UserId(uuid::Builder::from_custom_bytes(hash).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_execute_are_neutralised() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "\u{ff1d}1",
            "=HYPERLINK(\"x\",\"y\")",
        ] {
            assert_eq!(neutralised(cell), format!("'{cell}"), "{cell:?}");
            assert_eq!(
                neutralised(&neutralised(cell)),
                neutralised(cell),
                "once is enough: {cell:?}"
            );
        }
        for cell in ["", "Ana", "St-Pierre", "a@b.c", "1-2", "'=1"] {
            assert_eq!(neutralised(cell), cell);
        }
    }

    #[test]
    fn new_users_have_ids_of_their_own() {
        let (organisation, import) = (OrganisationId(uuid::Uuid::from_u128(1)), uuid::Uuid::from_u128(2));
        let seed = |email| seed_of_new_user(organisation, import, email);
        assert_eq!(seed("a@b.c"), seed("a@b.c"));
        assert_ne!(seed("a@b.c"), seed("b@b.c"));
        assert_eq!(id_of_new_user([0xff; 16]).0.get_version_num(), 8);
    }
}
