//! Passkeys (WebAuthn): key pairs on a device or in a password manager, bound to this server's name. As a second factor, or
//! as the only step: what has the key has verified its person.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use serde_json::{Value, json};
use shared::factors::{FactorKind, FactorStep};
use shared::ids::{Timestamp, UserId};
use uuid::Uuid;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, WebauthnBuilder,
};
use webauthn_rs::{Webauthn, prelude::AuthenticationResult};

use super::{FactorError, Owner, check_may_go, first_codes, put_on_record, tidy_up};
use crate::accounts::ceremonies::{self, Ceremony, Purpose};
use crate::config::Origin;
use crate::store::schema::passkeys as pk;
use crate::store::{self, Conn, StoreError, codec};

/// Characters of a passkey's name at most.
const NAME: usize = 60;

/// The server as passkeys know it.
#[derive(Debug)]
pub struct RelyingParty(Option<Webauthn>);

impl RelyingParty {
    /// The one that people reach at this address; without passkeys where browsers would refuse them: at an IP address, or
    /// over plain HTTP on another machine.
    pub fn at(public_url: &Origin) -> Self {
        let is_trusted = public_url.is_https() || public_url.is_loopback();
        let url = Url::parse(&public_url.to_string()).ok().filter(|_| is_trusted);
        let made = url.and_then(|url| {
            let host = public_url.host();
            if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
                return None;
            }
            WebauthnBuilder::new(host, &url).ok()?.rp_name("Lanyard").build().ok()
        });
        Self(made)
    }

    /// Whether passkeys can be used here.
    pub fn works(&self) -> bool {
        self.0.is_some()
    }

    fn get(&self) -> Result<&Webauthn, FactorError> {
        self.0.as_ref().ok_or(FactorError::NoPasskeys)
    }
}

/// Begins adding a passkey: the options for `navigator.credentials.create`.
pub fn begin_adding(conn: &mut Conn, owner: &Owner, party: &RelyingParty, session: &str) -> Result<Value, FactorError> {
    let record = store::user_record(conn, owner.user)?.ok_or(FactorError::Unknown)?;
    let profile = &record.user.profile;
    let name = match profile.display_name() {
        name if name.is_empty() => profile.login_email.clone(),
        name => name,
    };
    let there: Vec<CredentialID> = load(conn, owner.user)?
        .into_iter()
        .map(|(_, passkey)| passkey.cred_id().clone())
        .collect();
    let (options, state) = party
        .get()?
        .start_passkey_registration(owner.user.0, &profile.login_email, &name, Some(there))
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let mut options = serde_json::to_value(options).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    // So that it can be the only step: what has it finds it by itself, where it has room for that.
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
        selection["residentKey"] = json!("preferred");
    }
    let ceremony = Ceremony {
        challenge: Some(codec::json(&state)?),
        ..Ceremony::of(owner.user, owner.now)
    };
    ceremonies::put(conn, session, Purpose::AddPasskey, &ceremony)?;
    Ok(options)
}

/// Adds the passkey that the browser has made. Gives recovery codes to somebody who has none.
pub fn add(
    conn: &mut Conn,
    owner: &Owner,
    party: &RelyingParty,
    session: &str,
    name: &str,
    made: &Value,
) -> Result<Vec<String>, FactorError> {
    let begun = ceremonies::take(conn, session, Purpose::AddPasskey, owner.now)?.ok_or(FactorError::NotProved)?;
    let (Some(state), true) = (&begun.challenge, begun.user == Some(owner.user)) else {
        return Err(FactorError::NotProved);
    };
    let state: PasskeyRegistration = codec::from_json(state)?;
    let made: RegisterPublicKeyCredential = read(made)?;
    let passkey = party
        .get()?
        .finish_passkey_registration(&made, &state)
        .map_err(|error| refused(&error))?;
    let credential_id = encoded(passkey.cred_id());
    let taken: Option<String> = pk::table
        .filter(pk::credential_id.eq(&credential_id))
        .select(pk::id)
        .first(conn)
        .optional()?;
    if taken.is_some() {
        return Err(FactorError::There);
    }
    let name: String = name.trim().chars().take(NAME).collect();
    diesel::insert_into(pk::table)
        .values((
            pk::id.eq(Uuid::now_v7().to_string()),
            pk::user_id.eq(owner.user.to_string()),
            pk::credential_id.eq(credential_id),
            pk::name.eq(&name),
            pk::credential.eq(codec::json(&passkey)?),
            pk::created_at.eq(owner.now.0),
        ))
        .execute(conn)?;
    let codes = first_codes(conn, owner)?;
    let kind = FactorKind::Passkey;
    put_on_record(conn, owner, FactorStep::Added { kind, name })?;
    Ok(codes)
}

/// A passkey does not let its person in any more.
pub fn remove(conn: &mut Conn, owner: &Owner, id: Uuid) -> Result<(), FactorError> {
    let own = pk::table
        .find(id.to_string())
        .filter(pk::user_id.eq(owner.user.to_string()));
    let name: Option<String> = own.clone().select(pk::name).first(conn).optional()?;
    let name = name.ok_or(FactorError::Unknown)?;
    check_may_go(conn, owner)?;
    diesel::delete(own).execute(conn)?;
    tidy_up(conn, owner.user)?;
    let kind = FactorKind::Passkey;
    put_on_record(conn, owner, FactorStep::Removed { kind, name })?;
    Ok(())
}

/// Asks for one of somebody's passkeys, as the second step: options for `navigator.credentials.get`, and what has to be
/// kept until the answer.
pub fn challenge(conn: &mut Conn, user: UserId, party: &RelyingParty) -> Result<(Value, String), FactorError> {
    let keys: Vec<Passkey> = load(conn, user)?.into_iter().map(|(_, passkey)| passkey).collect();
    if keys.is_empty() {
        return Err(FactorError::Unknown);
    }
    let (options, state) = party
        .get()?
        .start_passkey_authentication(&keys)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok((as_value(&options)?, codec::json(&state)?))
}

/// Whether the answer to [`challenge`] is one of this person's passkeys'.
pub fn answers(
    conn: &mut Conn,
    user: UserId,
    party: &RelyingParty,
    state: &str,
    answer: &Value,
    now: Timestamp,
) -> Result<bool, FactorError> {
    let state: PasskeyAuthentication = codec::from_json(state)?;
    let Ok(answer) = read::<PublicKeyCredential>(answer) else {
        return Ok(false);
    };
    let Ok(result) = party.get()?.finish_passkey_authentication(&answer, &state) else {
        return Ok(false);
    };
    used(conn, user, &result, now)
}

/// Asks for any passkey of this server, as the only step.
pub fn open_challenge(party: &RelyingParty) -> Result<(Value, String), FactorError> {
    let (options, state) = party
        .get()?
        .start_discoverable_authentication()
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok((as_value(&options)?, codec::json(&state)?))
}

/// Whose passkey answers [`open_challenge`]; nobody's, if it does not.
pub fn identify(
    conn: &mut Conn,
    party: &RelyingParty,
    state: &str,
    answer: &Value,
    now: Timestamp,
) -> Result<Option<UserId>, FactorError> {
    let state: DiscoverableAuthentication = codec::from_json(state)?;
    let Ok(answer) = read::<PublicKeyCredential>(answer) else {
        return Ok(None);
    };
    let party = party.get()?;
    let Ok((user, credential)) = party.identify_discoverable_authentication(&answer) else {
        return Ok(None);
    };
    let user = UserId(user);
    let known = load(conn, user)?
        .into_iter()
        .find(|(_, passkey)| passkey.cred_id().as_slice() == credential);
    let Some((_, passkey)) = known else { return Ok(None) };
    let Ok(result) = party.finish_discoverable_authentication_v2(&answer, state, &passkey) else {
        return Ok(None);
    };
    Ok(used(conn, user, &result, now)?.then_some(user))
}

/// Notes the use of a passkey, and its counter; whether the person has (still) this passkey.
fn used(conn: &mut Conn, user: UserId, result: &AuthenticationResult, now: Timestamp) -> Result<bool, FactorError> {
    for (id, mut passkey) in load(conn, user)? {
        if passkey.update_credential(result).is_some() {
            diesel::update(pk::table.find(id))
                .set((
                    pk::credential.eq(codec::json(&passkey)?),
                    pk::last_used_at.eq(Some(now.0)),
                ))
                .execute(conn)?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn load(conn: &mut Conn, user: UserId) -> Result<Vec<(String, Passkey)>, StoreError> {
    let rows: Vec<(String, String)> = pk::table
        .filter(pk::user_id.eq(user.to_string()))
        .order((pk::created_at, pk::id))
        .select((pk::id, pk::credential))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, credential)| Ok((id, codec::from_json(&credential)?)))
        .collect()
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, FactorError> {
    serde_json::from_value(value.clone()).map_err(|error| refused(&error))
}

fn refused(why: &dyn std::fmt::Display) -> FactorError {
    tracing::debug!(%why, "a passkey was refused");
    FactorError::NotProved
}

fn as_value<T: serde::Serialize>(options: &T) -> Result<Value, StoreError> {
    serde_json::to_value(options).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Base64url, as browsers write it.
fn encoded(id: &CredentialID) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_work_where_browsers_take_them() {
        let works = |url: &str| RelyingParty::at(&url.parse().unwrap()).works();
        assert!(works("https://users.example.com"));
        assert!(works("https://users.example.com:8443"));
        assert!(works("http://localhost:8080"));
        assert!(!works("http://users.example.com"));
        assert!(!works("http://127.0.0.1:8080"));
        assert!(!works("https://[::1]:8080"));
    }
}
