//! Accounts: passwords, sessions, invitations and the links that are mailed, lockout.

pub mod administrator;
pub mod attempts;
pub mod ceremonies;
pub mod devices;
pub mod embedding;
pub mod factors;
pub mod invitations;
pub mod links;
pub mod lockout;
pub mod openid;
pub mod opening;
pub mod outbound;
pub mod passwords;
pub mod pins;
pub mod provider;
pub mod reset;
pub mod second_step;
pub mod sessions;
pub mod sign_in;
pub mod sources;
pub mod token;
pub mod user_agent;

use shared::ids::UserId;

use crate::store::{self, Conn, StoreError};

/// What a person, their organisation and its sites are called: no password is made of that.
pub fn about(conn: &mut Conn, user: UserId) -> Result<Vec<String>, StoreError> {
    let Some(record) = store::user_record(conn, user)? else {
        return Ok(Vec::new());
    };
    let Some(row) = store::organisation_row(conn, record.organisation)? else {
        return Ok(Vec::new());
    };
    let policy = store::parsed_policy(conn, &row)?;
    let profile = record.user.profile;
    let mut names = vec![
        row.name,
        policy.words.portal.clone(),
        policy.words.vendor.clone(),
        profile.display_name(),
        profile.mail_address().to_owned(),
        profile.login_email,
    ];
    names.extend(store::site_names(conn, record.organisation)?);
    Ok(names)
}
