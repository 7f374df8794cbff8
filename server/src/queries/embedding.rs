//! What is settled about embedding, for those who administer it.

use shared::embed::Embedding;
use shared::ids::Timestamp;
use shared::policy::Power;

use super::{QueryError, reach};
use crate::facts::{self, Asker, Reach};
use crate::store::{self, Conn};

/// All of it.
///
/// # Errors
/// [`QueryError::PowerMissing`] for those who do not administer it everywhere.
pub fn settled(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<Embedding, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    if reach(&facts, Power::Embedding)? != Reach::Organisation {
        return Err(QueryError::PowerMissing(Power::Embedding));
    }
    Ok(store::embedding(conn, asker.organisation, now)?)
}
