//! Passwords: Argon2id with the parameters that OWASP recommends (19 MiB, two passes, one lane), hashed in blocking
//! tasks of which only so many run at once.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::token;
use crate::config::Secret;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Characters of a password at least (NIST SP 800-63B-4 asks for 15 where a password is the only factor, 8 beside
/// another one; second factors come on top of this).
pub const MIN_CHARACTERS: usize = 12;
/// Bytes of a password at most: enough for any phrase, too few to keep the server busy.
pub const MAX_BYTES: usize = 1024;

/// Hashes and verifies passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// A hash that no password has: verified where there is no account, so that the answer takes as long (T2).
    nobody: Arc<str>,
}

/// A password cannot be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("the password has fewer than {MIN_CHARACTERS} characters")]
    TooShort,
    #[error("the password has more than {MAX_BYTES} bytes")]
    TooLong,
    #[error("no randomness from the operating system: {0}")]
    Random(#[from] getrandom::Error),
    #[error("hashing failed: {0}")]
    Hash(argon2::password_hash::Error),
    #[error("hashing was interrupted")]
    Interrupted,
}

/// A generated password: the text, shown once, and what is stored (T7).
#[derive(Clone, Debug)]
pub struct Temporary {
    pub plain: Secret<String>,
    pub hash: String,
}

impl Passwords {
    /// At most `at_once` passwords are hashed at the same time.
    pub fn new(at_once: usize) -> Result<Self, PasswordError> {
        let nobody = hash(&token::readable()?)?;
        Ok(Self {
            permits: Arc::new(Semaphore::new(at_once.max(1))),
            nobody: nobody.into(),
        })
    }

    /// The hash to store for a password that a person chose.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, PasswordError> {
        check(password.expose())?;
        self.blocking(move || hash(password.expose())).await?
    }

    /// Whether `password` is the one that `stored` was made of. Without a stored hash it takes as long and is false.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<bool, PasswordError> {
        let against = stored.as_deref().unwrap_or(&self.nobody).to_owned();
        let fits = self.blocking(move || verify(password.expose(), &against)).await?;
        Ok(fits && stored.is_some())
    }

    /// A temporary password and its hash.
    pub async fn temporary(&self) -> Result<Temporary, PasswordError> {
        self.blocking(temporary).await?
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Interrupted)?;
        // The permit lives as long as the work, also when the request that asked for it has gone.
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        task.await.map_err(|_| PasswordError::Interrupted)
    }
}

/// A temporary password and its hash, for callers that may block: the command line and data for demonstrations.
pub fn temporary() -> Result<Temporary, PasswordError> {
    let plain = token::readable()?;
    Ok(Temporary {
        hash: hash(&plain)?,
        plain: Secret::new(plain),
    })
}

/// The hash to store, for callers that may block.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let salt = SaltString::encode_b64(&token::bytes::<16>()?).map_err(PasswordError::Hash)?;
    let hash = argon2()?
        .hash_password(password.as_bytes(), &salt)
        .map_err(PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// Whether a person may choose this password.
pub fn check(password: &str) -> Result<(), PasswordError> {
    if password.chars().count() < MIN_CHARACTERS {
        Err(PasswordError::TooShort)
    } else if password.len() > MAX_BYTES {
        Err(PasswordError::TooLong)
    } else {
        Ok(())
    }
}

fn verify(password: &str, stored: &str) -> bool {
    // The hash says by which parameters it was made, so that they can be raised without locking anyone out.
    password.len() <= MAX_BYTES
        && PasswordHash::new(stored)
            .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| PasswordError::Hash(error.into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_password_itself_verifies() {
        let passwords = Passwords::new(1).unwrap();
        let stored = passwords.hash(secret("correct horse battery")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(
            passwords
                .verify(secret("correct horse battery"), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(secret("correct horse batterz"), Some(stored))
                .await
                .unwrap()
        );
        assert!(!passwords.verify(secret("correct horse battery"), None).await.unwrap());
    }

    #[tokio::test]
    async fn lengths_are_checked_before_hashing() {
        let passwords = Passwords::new(1).unwrap();
        assert!(matches!(
            passwords.hash(secret("elevenchars")).await,
            Err(PasswordError::TooShort)
        ));
        assert!(matches!(
            passwords.hash(Secret::new("x".repeat(1025))).await,
            Err(PasswordError::TooLong)
        ));
    }

    #[tokio::test]
    async fn a_temporary_password_verifies_and_no_two_are_alike() {
        let passwords = Passwords::new(2).unwrap();
        let (one, two) = (
            passwords.temporary().await.unwrap(),
            passwords.temporary().await.unwrap(),
        );
        assert_ne!(one.plain, two.plain);
        assert!(check(one.plain.expose()).is_ok());
        assert!(passwords.verify(one.plain, Some(one.hash)).await.unwrap());
    }
}
