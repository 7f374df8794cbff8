//! Where people are signed in.

use shared::ids::UserId;
use shared::wire::{SessionList, SessionState};

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

    /// How long this session still lasts. Asking does not keep it.
    pub(crate) async fn session_state(&self) -> Result<SessionState, ApiError> {
        self.get_at_once("/session").await
    }

    /// Keeps this session: somebody is here.
    pub(crate) async fn keep_session(&self) -> Result<SessionState, ApiError> {
        self.post_at_once("/session", &std::collections::BTreeMap::<String, String>::new())
            .await
    }
}
