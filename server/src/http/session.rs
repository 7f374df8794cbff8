//! Who asks: the one place where credentials are read.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, UserId};

use super::problem::ApiError;
use crate::App;

/// A person who is signed in, read fresh from the database for this request (X8).
#[derive(Clone, Debug)]
pub struct Reader {
    pub user: UserId,
    pub organisation: OrganisationId,
    pub kind: ActorKind,
    /// Where the request came from, for the audit record: the client's address.
    pub origin: String,
    /// SHA-256 of the session's token, as the sessions table has it.
    pub session: String,
}

impl FromRequestParts<App> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(_parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        Err(ApiError::not_signed_in())
    }
}
