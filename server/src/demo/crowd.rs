//! A large organisation to try out: with a sign-in, and found again by its name.

use shared::policy::preset;

use super::large::{Called, make};
use super::{DemoError, DemoSignIn, data, organisation_id};
use crate::accounts::passwords;
use crate::clock;
use crate::edits::{Password, set_password};
use crate::store::{self, Db, StoreError};

const SITES: u32 = 50;
const ROLES: u32 = 40;

/// Makes an organisation of so many people unless it is there, and says how to sign in as its administrator.
///
/// # Errors
/// When the database fails; the organisation is made whole or not at all.
pub async fn crowd(db: &Db, people: u32) -> Result<DemoSignIn, DemoError> {
    let people = people.max(1);
    let name = format!("Crowd of {people}");
    let called = Called {
        organisation: organisation_id(&name),
        name: name.clone(),
        domain: format!("crowd-of-{people}.example"),
    };
    let preset = preset::all().first();
    let password = data::password()?;
    let sign_in = DemoSignIn {
        organisation: name,
        preset: preset.map(|one| one.id.to_owned()).unwrap_or_default(),
        who: "Administrator".to_owned(),
        email: format!("person0@{}", called.domain),
        password: password.clone(),
    };
    let id = called.organisation;
    if db.read(move |conn| store::organisation_row(conn, id)).await?.is_some() {
        return Ok(sign_in);
    }
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password));
    let hash = hashed.await.map_err(|_| StoreError::Stopped)??;
    let (names, now) = (data::names()?, clock::now());
    db.write(move |conn| {
        let made = make(conn, &names, &called, (people, SITES, ROLES), now)?;
        set_password(conn, made.administrator, &hash, Password::Chosen, now)?;
        Ok::<_, DemoError>(())
    })
    .await?;
    Ok(sign_in)
}
