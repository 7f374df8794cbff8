//! Argon2 in memory that is used again. Each hash fills 19 MB; allocated anew for every one, an allocator with an arena for
//! each thread keeps many of them, and a flood of sign-ins makes the process grow to half a gigabyte. So there are only
//! ever as many blocks as hashes run at the same time.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::{Decimal, Ident, Output, ParamsString, PasswordHash, PasswordHasher, Result, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// Blocks that no hash fills now. What the last one left in them is overwritten by the next.
static SPARE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Hashes as [`Argon2`] does, with the parameters of each call; verifies, too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hasher;

impl PasswordHasher for Hasher {
    type Params = Params;

    fn hash_password_customized<'a>(
        &self,
        password: &[u8],
        algorithm: Option<Ident<'a>>,
        version: Option<Decimal>,
        params: Params,
        salt: impl Into<Salt<'a>>,
    ) -> Result<PasswordHash<'a>> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let salt = salt.into();
        let mut buffer = [0; Salt::MAX_LENGTH];
        let salt_bytes = salt.decode_b64(&mut buffer)?;
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let argon2 = Argon2::new(algorithm, version, params.clone());
        let output = Output::init_with(length, |out| {
            with_blocks(params.block_count(), |blocks| {
                argon2.hash_password_into_with_memory(password, salt_bytes, out, blocks)
            })
            .map_err(Into::into)
        })?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(salt),
            hash: Some(output),
        })
    }
}

fn with_blocks<T>(count: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
    let spare = || SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = spare().pop();
    let mut blocks = match kept {
        Some(blocks) if blocks.len() == count => blocks,
        // None is free, or a hash of other parameters left them.
        _ => vec![Block::default(); count],
    };
    let result = work(&mut blocks);
    spare().push(blocks);
    result
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordVerifier as _, SaltString};

    use super::*;

    #[test]
    fn it_is_the_same_argon2_with_any_parameters() {
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        for (memory, passes, lanes) in [(64, 1, 1), (1_024, 2, 1), (64, 3, 2)] {
            let params = Params::new(memory, passes, lanes, None).unwrap();
            let ours = Hasher
                .hash_password_customized(b"kettle", None, None, params.clone(), &salt)
                .unwrap();
            let theirs = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password(b"kettle", &salt)
                .unwrap();
            assert_eq!(ours.to_string(), theirs.to_string());
            assert!(Hasher.verify_password(b"kettle", &theirs).is_ok());
            assert!(Hasher.verify_password(b"Kettle", &theirs).is_err());
        }
    }
}
