//! Authenticator apps: codes of six digits that change every 30 seconds (TOTP, RFC 6238), with SHA-1, as all apps have
//! them. One step to either side is taken, and none twice.

use diesel::prelude::*;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use shared::factors::{FactorKind, FactorStep};
use shared::ids::{Timestamp, UserId};
use shared::wire::AuthenticatorSetUp;
use totp_rs::{Builder, Secret as TotpSecret, Totp};

use super::{FactorError, Owner, check_may_go, first_codes, put_on_record, tidy_up};
use crate::secrets::Secrets;
use crate::store::schema::authenticator_apps as aa;
use crate::store::{self, Conn, StoreError};

const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// Steps to either side of the present one that are taken: clocks differ, and people need time to type (RFC 6238, 5.2).
const SKEW: u16 = 1;
/// Pixels of the QR code at least: big enough for a phone held at arm's length.
const QR_SIZE: u32 = 220;

/// Begins: a secret for the app. It counts for nothing until [`confirm`]; beginning again replaces it.
pub fn begin(conn: &mut Conn, owner: &Owner, secrets: &Secrets) -> Result<AuthenticatorSetUp, FactorError> {
    if confirmed(conn, owner.user)? {
        return Err(FactorError::There);
    }
    let (Some(record), Some(organisation)) = (
        store::user_record(conn, owner.user)?,
        store::organisation_row(conn, owner.organisation)?,
    ) else {
        return Err(FactorError::Unknown);
    };
    let secret = TotpSecret::generate();
    let sealed = secrets.seal(&about(owner.user), secret.as_bytes())?;
    diesel::delete(aa::table.find(owner.user.to_string())).execute(conn)?;
    diesel::insert_into(aa::table)
        .values((
            aa::user_id.eq(owner.user.to_string()),
            aa::secret.eq(sealed),
            aa::created_at.eq(owner.now.0),
        ))
        .execute(conn)?;
    let base32 = secret.to_base32();
    let totp = Builder::new()
        .with_digits(DIGITS)
        .with_skew(SKEW)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret)
        // A colon would end the name (Key Uri Format).
        .with_issuer(Some(organisation.name.replace(':', " ")))
        .with_account_name(record.user.profile.login_email.replace(':', " "))
        .build()
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let uri = totp.to_url().map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(AuthenticatorSetUp {
        qr: qr(&uri)?,
        secret: in_fours(&base32),
        uri,
    })
}

/// Confirms by a code that the app is set up; from now on it counts. Gives recovery codes to somebody who has none.
pub fn confirm(conn: &mut Conn, owner: &Owner, secrets: &Secrets, code: &str) -> Result<Vec<String>, FactorError> {
    if confirmed(conn, owner.user)? {
        return Err(FactorError::There);
    }
    if !take(conn, owner.user, secrets, code, owner.now)? {
        return Err(FactorError::NotProved);
    }
    diesel::update(aa::table.find(owner.user.to_string()))
        .set(aa::confirmed_at.eq(Some(owner.now.0)))
        .execute(conn)?;
    let codes = first_codes(conn, owner)?;
    put_on_record(
        conn,
        owner,
        FactorStep::Added {
            kind: FactorKind::AuthenticatorApp,
            name: String::new(),
        },
    )?;
    Ok(codes)
}

/// Its codes do not work any more.
pub fn remove(conn: &mut Conn, owner: &Owner) -> Result<(), FactorError> {
    if !confirmed(conn, owner.user)? {
        return Err(FactorError::Unknown);
    }
    check_may_go(conn, owner)?;
    diesel::delete(aa::table.find(owner.user.to_string())).execute(conn)?;
    tidy_up(conn, owner.user)?;
    put_on_record(
        conn,
        owner,
        FactorStep::Removed {
            kind: FactorKind::AuthenticatorApp,
            name: String::new(),
        },
    )?;
    Ok(())
}

/// Takes a code of an app that has been confirmed; whether it is right and has not been used.
pub fn check(
    conn: &mut Conn,
    user: UserId,
    secrets: &Secrets,
    code: &str,
    now: Timestamp,
) -> Result<bool, FactorError> {
    Ok(confirmed(conn, user)? && take(conn, user, secrets, code, now)?)
}

fn confirmed(conn: &mut Conn, user: UserId) -> Result<bool, StoreError> {
    let since: Option<Option<i64>> = aa::table
        .find(user.to_string())
        .select(aa::confirmed_at)
        .first(conn)
        .optional()?;
    Ok(since.flatten().is_some())
}

fn take(conn: &mut Conn, user: UserId, secrets: &Secrets, code: &str, now: Timestamp) -> Result<bool, FactorError> {
    let sealed: Option<String> = aa::table
        .find(user.to_string())
        .select(aa::secret)
        .first(conn)
        .optional()?;
    let Some(sealed) = sealed else { return Ok(false) };
    let secret = secrets.open(&about(user), &sealed)?;
    let seconds = u64::try_from(now.0.div_euclid(1000)).unwrap_or_default();
    let Some(step) = totp(secret.expose())?.check(&bare(code), seconds) else {
        return Ok(false);
    };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    // One of two who send the same code at once is the first.
    let unused = aa::table.find(user.to_string()).filter(aa::last_step.lt(step));
    let taken = diesel::update(unused)
        .set((aa::last_step.eq(step), aa::last_used_at.eq(Some(now.0))))
        .execute(conn)?;
    Ok(taken == 1)
}

fn about(user: UserId) -> String {
    format!("authenticator app of {user}")
}

fn totp(secret: &[u8]) -> Result<Totp, StoreError> {
    Builder::new()
        .with_digits(DIGITS)
        .with_skew(SKEW)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret.to_vec())
        .build()
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// "123 456" is 123456.
fn bare(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).collect()
}

fn in_fours(base32: &str) -> String {
    let letters: Vec<char> = base32.chars().filter(|letter| *letter != '=').collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// Black on white with a quiet zone, also where the screen is dark: cameras want it so.
fn qr(text: &str) -> Result<String, StoreError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let svg = code
        .render::<svg::Color<'_>>()
        .min_dimensions(QR_SIZE, QR_SIZE)
        .quiet_zone(true)
        .build();
    // It goes into a page, where the declaration of an XML document has no place.
    Ok(svg.split_once("?>").map_or(svg.clone(), |(_, svg)| svg.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, for SHA-1; the last six of its eight digits.
        let totp = totp(b"12345678901234567890").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(totp.check(code, seconds), Some(seconds / STEP_SECONDS));
            assert_eq!(totp.check(code, seconds + STEP_SECONDS), Some(seconds / STEP_SECONDS));
            assert_eq!(totp.check(code, seconds + 2 * STEP_SECONDS), None);
        }
    }

    #[test]
    fn a_code_may_be_typed_with_spaces() {
        assert_eq!(bare(" 123 456 "), "123456");
        assert_eq!(in_fours("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }

    #[test]
    fn the_qr_code_is_a_picture_for_a_page() {
        let svg = qr("otpauth://totp/Riverside:ana?secret=ABC").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
    }
}
