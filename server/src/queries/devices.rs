//! The organisation's shared browsers, for those who administer people everywhere in it.

use shared::device::SharedDevice;
use shared::ids::Timestamp;
use shared::policy::Power;

use super::{QueryError, reach};
use crate::facts::{self, Asker, Reach};
use crate::store::{self, Conn};

/// By name.
pub fn all(conn: &mut Conn, asker: &Asker, now: Timestamp) -> Result<Vec<SharedDevice>, QueryError> {
    let facts = facts::for_client(conn, asker, None, now)?;
    if reach(&facts, Power::Users)? != Reach::Organisation {
        return Err(QueryError::PowerMissing(Power::Users));
    }
    Ok(store::devices_of(conn, asker.organisation)?)
}
