//! Exports on the record: what leaves the product is known to those who keep it (X7).

use shared::edit::Edit;
use shared::export::{ExportFormat, ExportedList};
use shared::facts::Headcount;
use shared::verdict::Outcome;
use shared::wire::Proposal;
use uuid::Uuid;

use super::apply::Applied;
use super::{Context, EditError, put_on_record};
use crate::facts;
use crate::store::{self, Conn};

/// Judges the export of a list with so many rows, and puts it on record before the first of them leaves. Gives the number
/// of the record's row.
///
/// # Errors
/// [`EditError::Refused`] where the asker may not read the list.
pub fn put_export_on_record(
    conn: &mut Conn,
    context: &Context,
    list: ExportedList,
    format: ExportFormat,
    rows: u32,
) -> Result<u64, EditError> {
    store::lock_organisation(conn, context.asker.organisation)?;
    let edit = Edit::Export { list, format };
    let mut facts = facts::load(conn, &context.asker, &edit, context.now)?;
    facts.headcount = Some(Headcount {
        rows,
        ..Headcount::default()
    });
    let verdict = shared::decide(&facts, &edit);
    if verdict.outcome(&[]) != Outcome::Allowed {
        return Err(EditError::Refused(Box::new(verdict)));
    }
    let proposal = Proposal {
        edit,
        seen_revision: None,
        confirmations: Vec::new(),
        idempotency_key: Uuid::nil(),
    };
    put_on_record(conn, context, &proposal, &facts, &verdict, &Applied::default())
}
