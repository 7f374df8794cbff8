//! Random texts: session tokens and readable passwords.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Without the characters that look like others (0 O, 1 l i).
const READABLE: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// `N` bytes from the operating system.
pub fn bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A token of 256 random bits, in hexadecimal.
pub fn secret() -> Result<String, getrandom::Error> {
    Ok(hex(&bytes::<32>()?))
}

/// What is stored of a token: a random one needs no salt and no slow hash.
pub fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Four groups of four characters that are easy to read out: 79 bits.
pub fn readable() -> Result<String, getrandom::Error> {
    let mut text = String::with_capacity(19);
    let mut drawn = 0;
    while drawn < 16 {
        for byte in bytes::<32>()? {
            // 248 is the largest multiple of 31 in a byte: what lies above would favour some characters.
            let Some(character) = (byte < 248)
                .then(|| READABLE.get(usize::from(byte) % READABLE.len()))
                .flatten()
            else {
                continue;
            };
            if drawn == 16 {
                break;
            }
            if drawn > 0 && drawn % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(*character));
            drawn += 1;
        }
    }
    Ok(text)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readable_text_has_four_groups_of_four() {
        for _ in 0..100 {
            let text = readable().unwrap();
            let groups: Vec<&str> = text.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4, 4, 4, 4]);
            assert!(groups.concat().bytes().all(|byte| READABLE.contains(&byte)));
        }
    }

    #[test]
    fn a_secret_has_256_bits_and_its_digest_is_sha256() {
        assert_eq!(secret().unwrap().len(), 64);
        assert_eq!(
            digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
