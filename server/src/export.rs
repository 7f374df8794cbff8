//! Taking out what a list shows, as a file. It is read page by page, by the same queries as the list, while it is sent: a
//! list of any length takes the memory of one page, and holds no transaction open while a slow client reads.

mod encode;
mod file_name;

use axum::body::{Body, Bytes};
use futures_util::stream::{self, Stream};
use shared::export::{Column, ExportFormat, ExportedList, activity_cell, activity_columns, user_cell, user_columns};
use shared::ids::Timestamp;
use shared::text::{Teller, Words};
use shared::wire::{AuditQuery, UserQuery};

use crate::edits::{self, Context, EditError};
use crate::facts::{self, Asker};
use crate::queries::{self, QueryError};
use crate::store::{Conn, Db, StoreError};

use encode::Encoder;

/// Rows that are read at once.
const ROWS: u32 = 500;

/// A file that is about to be sent.
#[derive(Debug)]
pub struct Export {
    pub file_name: String,
    pub format: ExportFormat,
    /// Rows of the list when the export began; people who come or go while it is sent make it a few more or less.
    pub total: u32,
    pub body: Body,
}

/// Why a list is not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Query(error.into())
    }
}

/// Puts the export on record and begins it, told in these words. Nothing is read that the asker's list does not show.
///
/// # Errors
/// [`ExportError`]; nothing is on record then.
pub async fn begin(
    db: &Db,
    context: Context,
    list: ExportedList,
    format: ExportFormat,
    words: &'static Words,
) -> Result<Export, ExportError> {
    let list = whole(list);
    let (asked, asker, now) = (list.clone(), context.asker.clone(), context.now);
    let (total, list, name) = db
        .write(move |conn| -> Result<_, ExportError> {
            let total = total(conn, &context.asker, &asked, now)?;
            let sequence = edits::put_export_on_record(conn, &context, asked.clone(), format, total)?;
            let facts = facts::for_client(conn, &context.asker, None, now).map_err(QueryError::from)?;
            Ok((total, older_than(asked, sequence), facts.organisation.name))
        })
        .await?;
    let file_name = file_name::of(&name, &list, format, now);
    let pages = Pages {
        db: db.clone(),
        asker,
        now,
        list: Some(list),
        words,
        encoder: Encoder::new(format),
    };
    Ok(Export {
        file_name,
        format,
        total,
        body: Body::from_stream(pages.stream()),
    })
}

/// The list from its beginning, whichever page was asked for.
fn whole(list: ExportedList) -> ExportedList {
    match list {
        ExportedList::Users(query) => ExportedList::Users(UserQuery {
            after: None,
            limit: None,
            ..query
        }),
        ExportedList::Activity(query) => ExportedList::Activity(AuditQuery {
            before: None,
            limit: None,
            ..query
        }),
    }
}

/// The record as it was before this export got onto it.
fn older_than(list: ExportedList, sequence: u64) -> ExportedList {
    match list {
        ExportedList::Activity(query) => ExportedList::Activity(AuditQuery {
            before: Some(sequence),
            ..query
        }),
        users @ ExportedList::Users(_) => users,
    }
}

fn total(conn: &mut Conn, asker: &Asker, list: &ExportedList, now: Timestamp) -> Result<u32, QueryError> {
    match list {
        ExportedList::Users(query) => queries::users::total(conn, asker, query, now),
        ExportedList::Activity(query) => queries::audit::total(conn, asker, query, now),
    }
}

/// Where an export is.
struct Pages {
    db: Db,
    asker: Asker,
    now: Timestamp,
    /// The page that is read next; nothing behind the last one.
    list: Option<ExportedList>,
    words: &'static Words,
    encoder: Encoder,
}

impl Pages {
    /// The file, piece by piece. Where a page cannot be read the stream breaks off with an error, so that nobody takes the
    /// beginning of a list for the whole.
    fn stream(self) -> impl Stream<Item = Result<Bytes, QueryError>> {
        stream::unfold(Some(self), |pages| async move {
            let mut pages = pages?;
            let list = pages.list.take()?;
            match pages.next(list).await {
                Ok(bytes) => Some((Ok(bytes), Some(pages))),
                Err(error) => {
                    tracing::error!(cause = %error, "an export broke off");
                    Some((Err(error), None))
                }
            }
        })
    }

    async fn next(&mut self, list: ExportedList) -> Result<Bytes, QueryError> {
        let (asker, now, words, encoder) = (self.asker.clone(), self.now, self.words, self.encoder);
        let (bytes, next, encoder) = self
            .db
            .read(move |conn| read_page(conn, &asker, list, now, words, encoder))
            .await?;
        (self.list, self.encoder) = (next, encoder);
        Ok(bytes.into())
    }
}

type Read = (Vec<u8>, Option<ExportedList>, Encoder);

fn read_page(
    conn: &mut Conn,
    asker: &Asker,
    list: ExportedList,
    now: Timestamp,
    words: &'static Words,
    mut encoder: Encoder,
) -> Result<Read, QueryError> {
    let mut facts = facts::for_client(conn, asker, None, now)?;
    facts.policy = facts.policy.spoken(words).into();
    let teller = Teller::of(&facts, words);
    let mut out = Vec::new();
    let next = match list {
        ExportedList::Users(mut query) => {
            query.limit = Some(ROWS);
            let page = queries::users::page(conn, asker, &query, now)?;
            let columns = user_columns(&facts, query.tab);
            begin_file(&mut encoder, &mut out, &teller, &columns)?;
            for row in &page.rows {
                let cells = columns.iter().map(|column| user_cell(&facts, &teller, row, *column));
                encoder.row(&mut out, &columns, cells)?;
            }
            query.after = page.next;
            query.after.is_some().then_some(ExportedList::Users(query))
        }
        ExportedList::Activity(mut query) => {
            query.limit = Some(ROWS);
            let page = queries::audit::page(conn, asker, &query, now)?;
            let columns = activity_columns();
            begin_file(&mut encoder, &mut out, &teller, &columns)?;
            for entry in &page.entries {
                let cells = columns.iter().map(|column| activity_cell(&teller, entry, *column));
                encoder.row(&mut out, &columns, cells)?;
            }
            query.before = page.next;
            query.before.is_some().then_some(ExportedList::Activity(query))
        }
    };
    if next.is_none() {
        encoder.end(&mut out);
    }
    Ok((out, next, encoder))
}

fn begin_file(
    encoder: &mut Encoder,
    out: &mut Vec<u8>,
    teller: &Teller<'_>,
    columns: &[Column],
) -> Result<(), StoreError> {
    encoder.begin(out, columns.iter().map(|column| teller.column(*column)))
}
