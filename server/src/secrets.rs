//! Secrets that the server must be able to read again (a client secret, the seed of an authenticator app), encrypted before
//! they reach the database: AES-256-GCM (NIST SP 800-38D) under a key that is not in the database, bound to what they are for,
//! so that who can write in the database cannot put one secret in another one's place.
//!
//! The key is the setting `secret-key`. Without it, a server on SQLite makes one at its first start and keeps it in a file
//! beside the database, for its owner alone to read. Servers on PostgreSQL, of which there may be several, have to be told.
//!
//! What only has to be compared, never read (tokens, passwords), is hashed instead: `accounts::token`, `accounts::passwords`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::accounts::token;
use crate::config::Secret;

/// Bytes of a nonce: 96 random bits, enough for four thousand million secrets under one key (SP 800-38D, 8.3).
const NONCE: usize = 12;
/// Begins every sealed text, so that another cipher can be told from this one.
const VERSION: &str = "1.";

/// A key of 256 bits.
pub type Key = Secret<[u8; 32]>;

/// Encrypts and decrypts secrets. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Option<Arc<Key>>);

/// A secret cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("there is no key to encrypt secrets with: set secret-key to 64 hexadecimal digits (openssl rand -hex 32)")]
    NoKey,
    /// Encrypted under another key, for another purpose, or changed since.
    #[error("a secret cannot be decrypted: it was encrypted under another secret-key, or has been changed")]
    Unreadable,
    #[error("no randomness from the operating system: {0}")]
    Random(#[from] getrandom::Error),
    #[error("the file {} with the key for secrets cannot be used: {why}", file.display())]
    File { file: PathBuf, why: String },
}

impl Secrets {
    /// With this key.
    pub fn with(key: Key) -> Self {
        Self(Some(Arc::new(key)))
    }

    /// With the key of a setting; without one, that of the file beside an SQLite database, which is made if it is missing.
    ///
    /// # Errors
    /// [`SecretsError::File`] and [`SecretsError::Random`].
    pub fn of(setting: Option<&Key>, database_url: &str) -> Result<Self, SecretsError> {
        if let Some(key) = setting {
            return Ok(Self::with(key.clone()));
        }
        match database_url.strip_prefix("sqlite://") {
            Some(path) => Ok(Self::with(kept_in(Path::new(&format!("{path}.key")))?)),
            None => Ok(Self::default()),
        }
    }

    /// Encrypts a secret. `purpose` says what it is and whose; only with the same purpose it can be read again.
    ///
    /// # Errors
    /// [`SecretsError::NoKey`] and [`SecretsError::Random`].
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<String, SecretsError> {
        let nonce: [u8; NONCE] = token::bytes()?;
        let payload = Payload {
            msg: plain,
            aad: purpose.as_bytes(),
        };
        let sealed = self
            .cipher()?
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| SecretsError::Unreadable)?;
        let whole = [nonce.as_slice(), &sealed].concat();
        Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(whole)))
    }

    /// The secret that was sealed for this purpose.
    ///
    /// # Errors
    /// [`SecretsError::NoKey`] and [`SecretsError::Unreadable`].
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Secret<Vec<u8>>, SecretsError> {
        let whole = sealed
            .strip_prefix(VERSION)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .ok_or(SecretsError::Unreadable)?;
        let (nonce, msg) = whole.split_first_chunk::<NONCE>().ok_or(SecretsError::Unreadable)?;
        let payload = Payload {
            msg,
            aad: purpose.as_bytes(),
        };
        let plain = self.cipher()?.decrypt(&Nonce::from(*nonce), payload);
        plain.map(Secret::new).map_err(|_| SecretsError::Unreadable)
    }

    fn cipher(&self) -> Result<Aes256Gcm, SecretsError> {
        let key = self.0.as_ref().ok_or(SecretsError::NoKey)?;
        Ok(Aes256Gcm::new(key.expose().into()))
    }
}

/// The key that 64 hexadecimal digits are.
pub(crate) fn parse(text: &str) -> Result<Key, String> {
    let wanted = || "it must be 64 hexadecimal digits (openssl rand -hex 32)".to_owned();
    let digits = text.trim().as_bytes();
    let mut key = [0; 32];
    if digits.len() != 64 {
        return Err(wanted());
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wanted())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wanted())?;
    }
    Ok(Secret::new(key))
}

/// The key in a file, made if there is none: of two processes that start at once, one makes it and the other reads it.
fn kept_in(file: &Path) -> Result<Key, SecretsError> {
    let failed = |why: String| SecretsError::File {
        file: file.to_owned(),
        why,
    };
    match make(file) {
        Ok(()) => {}
        Err(Made::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(Made::Io(error)) => return Err(failed(error.to_string())),
        Err(Made::Random(error)) => return Err(error.into()),
    }
    let text = fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    parse(&text).map_err(failed)
}

enum Made {
    Io(io::Error),
    Random(getrandom::Error),
}

/// Written whole under another name first, so that nobody ever reads half a key.
fn make(file: &Path) -> Result<(), Made> {
    if file.exists() {
        return Err(Made::Io(io::ErrorKind::AlreadyExists.into()));
    }
    let key = token::secret().map_err(Made::Random)?;
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&draft)
        .and_then(|mut open| {
            writeln!(open, "{key}")?;
            open.sync_all()
        })
        // Unlike a renaming, a link never replaces what another process was quicker to make.
        .and_then(|()| fs::hard_link(&draft, file));
    let _ = fs::remove_file(&draft);
    written.map_err(Made::Io)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(byte: u8) -> Secrets {
        Secrets::with(Secret::new([byte; 32]))
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_for_the_same_purpose_only() {
        let sealed = secrets(1).seal("seed of ana", b"JBSWY3DPEHPK3PXP").unwrap();
        assert!(!sealed.contains("JBSWY3DPEHPK3PXP"));
        assert_eq!(
            secrets(1).open("seed of ana", &sealed).unwrap().expose(),
            b"JBSWY3DPEHPK3PXP"
        );
        for (secrets, purpose) in [(secrets(2), "seed of ana"), (secrets(1), "seed of ben")] {
            assert!(matches!(secrets.open(purpose, &sealed), Err(SecretsError::Unreadable)));
        }
        let again = secrets(1).seal("seed of ana", b"JBSWY3DPEHPK3PXP").unwrap();
        assert_ne!(sealed, again, "each has a nonce of its own");
    }

    #[test]
    fn a_changed_secret_does_not_open() {
        let sealed = secrets(1).seal("x", b"secret").unwrap();
        let mut changed = sealed.clone();
        let last = changed.pop().unwrap();
        changed.push(if last == 'A' { 'Q' } else { 'A' });
        for text in [changed.as_str(), "", "1.", "1.AAAA", sealed.trim_start_matches("1.")] {
            assert!(
                matches!(secrets(1).open("x", text), Err(SecretsError::Unreadable)),
                "{text}"
            );
        }
    }

    #[test]
    fn without_a_key_nothing_is_kept() {
        let none = Secrets::of(None, "postgres://db/lanyard").unwrap();
        assert!(matches!(none.seal("x", b"secret"), Err(SecretsError::NoKey)));
    }

    #[test]
    fn the_key_beside_a_database_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("lanyard.db").display());
        let sealed = Secrets::of(None, &url).unwrap().seal("x", b"secret").unwrap();
        assert_eq!(
            Secrets::of(None, &url).unwrap().open("x", &sealed).unwrap().expose(),
            b"secret"
        );
        let file = folder.path().join("lanyard.db.key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        fs::write(&file, "not a key").unwrap();
        assert!(matches!(Secrets::of(None, &url), Err(SecretsError::File { .. })));
    }

    #[test]
    fn a_setting_comes_before_the_file() {
        let key = parse(&"0a".repeat(32)).unwrap();
        assert_eq!(key.expose(), &[10; 32]);
        assert!(parse("0a").is_err() && parse(&"zz".repeat(32)).is_err() && parse(&"é".repeat(32)).is_err());
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("lanyard.db").display());
        Secrets::of(Some(&key), &url).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
