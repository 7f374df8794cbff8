//! Opaque cursors: the sort key and the id of a page's last row. A page starts after them, so rows that come and go
//! meanwhile make no other row appear twice or not at all.

use serde::{Deserialize, Serialize};
use shared::ids::UserId;
use shared::wire::UserSort;

use super::QueryError;
use crate::store::{StoreError, codec};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The order in which it was given; in another it points nowhere.
    sort: UserSort,
    pub(super) key: Key,
    pub(super) id: UserId,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Key {
    Text(String),
    Number(i64),
}

impl Cursor {
    pub(super) fn new(sort: UserSort, key: Key, id: UserId) -> Self {
        Self { sort, key, id }
    }

    pub(super) fn text(&self) -> Result<String, StoreError> {
        Ok(codec::hex(codec::json(self)?.as_bytes()))
    }

    pub(super) fn parse(text: &str, sort: UserSort) -> Result<Self, QueryError> {
        let cursor: Self = unhex(text)
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(QueryError::BadCursor)?;
        if cursor.sort == sort {
            Ok(cursor)
        } else {
            Err(QueryError::BadCursor)
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_in_its_own_order_only() {
        let id = UserId(uuid::Uuid::from_u128(7));
        let cursor = Cursor::new(UserSort::Name, Key::Text("lê %".to_owned()), id);
        let text = cursor.text().unwrap();
        assert_eq!(Cursor::parse(&text, UserSort::Name).unwrap(), cursor);
        assert!(matches!(
            Cursor::parse(&text, UserSort::Newest),
            Err(QueryError::BadCursor)
        ));
        for broken in ["", "é", "abc", "zz", "7b7d"] {
            assert!(
                matches!(Cursor::parse(broken, UserSort::Name), Err(QueryError::BadCursor)),
                "{broken}"
            );
        }
    }
}
