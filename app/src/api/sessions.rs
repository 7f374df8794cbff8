//! Where people are signed in.

use shared::ids::UserId;
use shared::wire::SessionList;

use super::{Api, ApiError};

impl Api {
    /// Where the reader is signed in.
    pub(crate) async fn own_sessions(&self) -> Result<SessionList, ApiError> {
        self.get("/sessions").await
    }

    /// Where somebody is signed in whose sessions the reader may end.
    pub(crate) async fn sessions_of(&self, user: UserId) -> Result<SessionList, ApiError> {
        self.get(&format!("/users/{user}/sessions")).await
    }
}
