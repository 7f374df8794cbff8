//! Passwords: Argon2id with the parameters that OWASP recommends (19 MiB, two passes, one lane), hashed in blocking
//! tasks of which only so many run at once, and only so many wait.
//!
//! What a person may choose follows NIST SP 800-63B-4, 3.1.1.2: long enough, and not easily guessed; no rule says which
//! characters. [`guessing`] says how easily.

mod guessing;
mod memory;

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Params};
use tokio::sync::Semaphore;

use super::token;
use crate::config::Secret;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Characters of a password at least, where it is the only factor (NIST SP 800-63B-4, 3.1.1.2).
pub const MIN_CHARACTERS: usize = 15;
/// The same for somebody who has a second factor.
pub const MIN_CHARACTERS_WITH_FACTOR: usize = 8;
/// The strength that a password needs at least, from 0 to 4: more than a hundred million guesses.
const MIN_SCORE: u8 = 3;
/// The same beside a second factor, of which eight characters without a meaning just fall short: more than a million
/// guesses, and each of them counts towards the lock.
const MIN_SCORE_WITH_FACTOR: u8 = 2;
/// For each password that is hashed, so many may wait; whoever comes then is told to come again.
const WAITING: usize = 32;
/// Bytes of a password at most: enough for any phrase, too few to keep the server busy.
pub const MAX_BYTES: usize = 1024;

/// Hashes and verifies passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Places in the queue, those being served included.
    queue: Arc<Semaphore>,
    /// A hash that no password has: verified where there is no account, so that the answer takes as long (T2).
    nobody: Arc<str>,
}

/// A password cannot be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("the password has fewer than {at_least} characters")]
    TooShort { at_least: usize },
    #[error("the password has more than {MAX_BYTES} bytes")]
    TooLong,
    #[error("the password is easy to guess")]
    TooEasy,
    #[error("too many passwords wait to be hashed")]
    Busy,
    #[error("no randomness from the operating system: {0}")]
    Random(#[from] getrandom::Error),
    #[error("hashing failed: {0}")]
    Hash(argon2::password_hash::Error),
    #[error("hashing was interrupted")]
    Interrupted,
}

/// What is stored of a password that somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed {
    pub text: String,
    /// Shorter than one that is the only factor has to be.
    pub is_short: bool,
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
            queue: Arc::new(Semaphore::new(at_once.max(1) * WAITING)),
            nobody: nobody.into(),
        })
    }

    /// The hash to store for a password that a person chose, of `at_least` so many characters. `about` is what they and
    /// their organisation are called: no password is made of that.
    pub async fn hash(
        &self,
        password: Secret<String>,
        about: Vec<String>,
        at_least: usize,
    ) -> Result<Hashed, PasswordError> {
        check_length(password.expose(), at_least)?;
        self.blocking(move || {
            check(password.expose(), &about, at_least)?;
            Ok(Hashed {
                text: hash(password.expose())?,
                is_short: check_length(password.expose(), MIN_CHARACTERS).is_err(),
            })
        })
        .await?
    }

    /// The hash to store for a PIN, which is short by nature: what it may be is not decided here.
    pub async fn hash_pin(&self, pin: Secret<String>) -> Result<String, PasswordError> {
        self.blocking(move || hash(pin.expose())).await?
    }

    /// How strong a password is, and whether a person may choose it.
    pub async fn judge(
        &self,
        password: Secret<String>,
        about: Vec<String>,
        at_least: usize,
    ) -> Result<Judgement, PasswordError> {
        self.blocking(move || {
            let refusal = check(password.expose(), &about, at_least).err();
            let score = guessing::strength(password.expose(), &about, at_least < MIN_CHARACTERS);
            // What is refused for its length is not shown as strong either.
            let score = match refusal {
                Some(_) => score.min(min_score(at_least) - 1),
                None => score,
            };
            Judgement { score, refusal }
        })
        .await
    }

    /// The hash by today's parameters of a password that has just been verified; none where the stored one is up to date.
    pub async fn rehash(&self, password: Secret<String>, stored: &str) -> Result<Option<String>, PasswordError> {
        if is_up_to_date(stored) {
            return Ok(None);
        }
        self.blocking(move || hash(password.expose())).await?.map(Some)
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
        let place = self
            .queue
            .clone()
            .try_acquire_owned()
            .map_err(|_| PasswordError::Busy)?;
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Interrupted)?;
        // The permit lives as long as the work, also when the request that asked for it has gone.
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((permit, place));
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
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| PasswordError::Hash(error.into()))?;
    let hash = memory::Hasher
        .hash_password_customized(password.as_bytes(), None, None, params, &salt)
        .map_err(PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// How strong a password is, and what speaks against it.
#[derive(Debug)]
pub struct Judgement {
    /// From 0 to 4; what is refused is below what is accepted.
    pub score: u8,
    pub refusal: Option<PasswordError>,
}

/// Whether a person may choose this password, who is called this and that.
pub fn check(password: &str, about: &[String], at_least: usize) -> Result<(), PasswordError> {
    check_length(password, at_least)?;
    if guessing::strength(password, about, at_least < MIN_CHARACTERS) < min_score(at_least) {
        return Err(PasswordError::TooEasy);
    }
    Ok(())
}

fn min_score(at_least: usize) -> u8 {
    if at_least < MIN_CHARACTERS {
        MIN_SCORE_WITH_FACTOR
    } else {
        MIN_SCORE
    }
}

fn check_length(password: &str, at_least: usize) -> Result<(), PasswordError> {
    if password.chars().count() < at_least {
        Err(PasswordError::TooShort { at_least })
    } else if password.len() > MAX_BYTES {
        Err(PasswordError::TooLong)
    } else {
        Ok(())
    }
}

fn is_up_to_date(stored: &str) -> bool {
    let wanted = |hash: &PasswordHash<'_>| {
        let number = |name: &str| hash.params.get_decimal(name);
        hash.algorithm == Algorithm::Argon2id.ident()
            && number("m") == Some(MEMORY_KIB)
            && number("t") == Some(PASSES)
            && number("p") == Some(LANES)
    };
    PasswordHash::new(stored).is_ok_and(|hash| wanted(&hash))
}

fn verify(password: &str, stored: &str) -> bool {
    // The hash says by which parameters it was made, so that they can be raised without locking anyone out.
    password.len() <= MAX_BYTES
        && PasswordHash::new(stored)
            .is_ok_and(|stored| memory::Hasher.verify_password(password.as_bytes(), &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use argon2::{Argon2, Version};

    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_password_itself_verifies() {
        let passwords = Passwords::new(1).unwrap();
        let stored = passwords
            .hash(secret("kettle under a blue sky"), vec![], MIN_CHARACTERS)
            .await
            .unwrap()
            .text;
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(
            passwords
                .verify(secret("kettle under a blue sky"), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(secret("kettle under a blue skz"), Some(stored))
                .await
                .unwrap()
        );
        assert!(!passwords.verify(secret("kettle under a blue sky"), None).await.unwrap());
    }

    #[tokio::test]
    async fn lengths_are_checked_before_hashing() {
        let passwords = Passwords::new(1).unwrap();
        assert!(matches!(
            passwords.hash(secret("fourteen chars"), vec![], MIN_CHARACTERS).await,
            Err(PasswordError::TooShort { at_least: 15 })
        ));
        assert!(matches!(
            passwords
                .hash(Secret::new("x".repeat(1025)), vec![], MIN_CHARACTERS)
                .await,
            Err(PasswordError::TooLong)
        ));
    }

    #[tokio::test]
    async fn beside_a_second_factor_eight_characters_are_enough() {
        let passwords = Passwords::new(1).unwrap();
        let hash = async |text: &str| {
            let hashed = passwords.hash(secret(text), vec![], MIN_CHARACTERS_WITH_FACTOR).await;
            hashed.map(|hashed| hashed.is_short)
        };
        assert!(matches!(
            hash("v7!kQz").await,
            Err(PasswordError::TooShort { at_least: 8 })
        ));
        assert!(matches!(hash("password").await, Err(PasswordError::TooEasy)));
        assert_eq!(hash("v7!kQz2p").await.ok(), Some(true));
        assert_eq!(hash("kettle under a blue sky").await.ok(), Some(false));
    }

    #[tokio::test]
    async fn a_temporary_password_verifies_and_no_two_are_alike() {
        let passwords = Passwords::new(2).unwrap();
        let (one, two) = (
            passwords.temporary().await.unwrap(),
            passwords.temporary().await.unwrap(),
        );
        assert_ne!(one.plain, two.plain);
        assert!(check(one.plain.expose(), &[], MIN_CHARACTERS).is_ok());
        assert!(passwords.verify(one.plain, Some(one.hash)).await.unwrap());
    }

    #[test]
    fn what_is_easily_guessed_is_refused_and_what_is_remembered_is_not() {
        let about = ["Riverside Clinics", "Ana García", "ana.garcia@riverside.example"].map(str::to_owned);
        for easy in [
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfghjkl",
            "aaaaaaaaaaaaaaaaaaaa",
            "riverside clinics 2026",
            "anagarciaanagarcia",
            "ana.garcia@riverside.example",
        ] {
            assert!(
                matches!(check(easy, &about, MIN_CHARACTERS), Err(PasswordError::TooEasy)),
                "{easy}"
            );
        }
        for good in ["calm-front-desk-2026", "kettle under a blue sky", "Ünïcödé wörds, tøø"] {
            assert!(check(good, &about, MIN_CHARACTERS).is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn a_hash_of_older_parameters_is_made_anew() {
        let passwords = Passwords::new(1).unwrap();
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let older = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8192, 1, 1, None).unwrap(),
        )
        .hash_password(b"kettle under a blue sky", &salt)
        .unwrap()
        .to_string();
        let newer = passwords
            .rehash(secret("kettle under a blue sky"), &older)
            .await
            .unwrap()
            .unwrap();
        assert!(newer.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{newer}");
        assert_eq!(
            passwords
                .rehash(secret("kettle under a blue sky"), &newer)
                .await
                .unwrap(),
            None
        );
    }

    #[tokio::test]
    async fn a_queue_that_is_full_takes_nobody_more() {
        let passwords = Passwords::new(1).unwrap();
        let _all = passwords
            .queue
            .clone()
            .acquire_many_owned(WAITING as u32)
            .await
            .unwrap();
        let refused = passwords.verify(secret("x"), None).await;
        assert!(matches!(refused, Err(PasswordError::Busy)));
    }
}
