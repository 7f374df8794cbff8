//! Organisations to try things out with: made from the data files in `demo/`, by edits through the write path, so that
//! each has an audit record of its own. And large ones to measure with.

mod crowd;
mod data;
mod large;
mod make;
mod others;

use std::collections::BTreeMap;

use shared::ids::{OrganisationId, UserId};
use uuid::Uuid;

use crate::accounts::passwords::{self, PasswordError};
use crate::clock;
use crate::edits::EditError;
use crate::store::{self, Db, StoreError, codec};

pub use crowd::crowd;
pub use large::{Large, large};

/// How to sign in to a demonstration organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoSignIn {
    pub organisation: String,
    /// The preset that its policy comes from.
    pub preset: String,
    /// Who it is, in words.
    pub who: String,
    pub email: String,
    pub password: String,
}

/// A demonstration organisation cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The data in the program is not as it should be.
    #[error("demonstration data: {0}")]
    Data(String),
    #[error("demonstration data: {what}: {error}")]
    Edit { what: String, error: EditError },
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the demonstration organisations that do not exist yet, and says how to sign in to each.
///
/// # Errors
/// When the data is wrong or the database fails; an organisation is made whole or not at all.
pub async fn create(db: &Db) -> Result<Vec<DemoSignIn>, DemoError> {
    let mut sign_ins = Vec::new();
    let mut hashes = BTreeMap::new();
    for source in data::SOURCES {
        let demo = data::read(source)?;
        let name = demo.name.clone();
        sign_ins.extend(demo.sign_ins.iter().map(|sign_in| DemoSignIn {
            organisation: demo.name.clone(),
            preset: demo.preset.clone(),
            who: sign_in.who.clone(),
            email: sign_in.email.clone(),
            password: demo.password.clone(),
        }));
        let id = organisation_id(&name);
        let exists = db.read(move |conn| store::organisation_row(conn, id)).await?.is_some();
        if exists {
            continue;
        }
        // Everyone of a demonstration has the same password, and often those of all; one hash does.
        let password = demo.password.clone();
        let hash = match hashes.get(&password).cloned() {
            Some(hash) => hash,
            None => {
                let hash = hash_of(password.clone()).await?;
                hashes.insert(password, hash.clone());
                hash
            }
        };
        let now = clock::now();
        db.write(move |conn| make::organisation(conn, &demo, &hash, now))
            .await?;
        tracing::info!(organisation = name, "demonstration organisation made");
    }
    Ok(sign_ins)
}

async fn hash_of(password: String) -> Result<String, DemoError> {
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password));
    Ok(hashed.await.map_err(|_| StoreError::Stopped)??)
}

/// An id that is the same each time, made of what it identifies.
fn id_of(parts: &[&str]) -> Uuid {
    let digest = codec::sha256(parts.join("\u{1f}").as_bytes());
    let number = u128::from_str_radix(digest.get(..32).unwrap_or_default(), 16).unwrap_or_default();
    uuid::Builder::from_custom_bytes(number.to_be_bytes()).into_uuid()
}

fn organisation_id(name: &str) -> OrganisationId {
    OrganisationId(id_of(&["demonstration", name]))
}

fn user_id(email: &str) -> UserId {
    UserId(id_of(&["demonstration user", email]))
}

#[cfg(test)]
mod tests;
