//! Browsers that several people share, at a front desk: an administrator enrols one, people lock it and go on with a PIN.
//!
//! The PIN is good there alone, so it is a second thing besides the device (NIST SP 800-63B-4, 3.2.10: an activation
//! secret), and it is checked by the server, which counts.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, Timestamp};

/// A browser that several people share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedDevice {
    pub id: DeviceId,
    /// What people call it: "Front desk, left".
    pub name: String,
    pub enrolled_at: Timestamp,
    /// The name of whoever enrolled it, as it was then.
    pub enrolled_by: String,
}

/// Digits of a PIN at least (NIST SP 800-63B-4 asks for six of a random one, and no fewer than four).
pub const PIN_AT_LEAST: usize = 6;
/// Digits of a PIN at most.
pub const PIN_AT_MOST: usize = 12;
/// After so many wrong PINs in a row only the password helps.
pub const WRONG_PINS: i32 = 5;

/// Why a PIN cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PinFault {
    /// Something else than the digits 0 to 9.
    NotDigits,
    TooShort,
    TooLong,
    /// What is tried first: one digit again and again, counting up or down, a short part repeated.
    Obvious,
}

/// What is wrong with a PIN that a person chooses.
///
/// # Errors
/// The first [`PinFault`] that there is.
pub fn check_pin(pin: &str) -> Result<(), PinFault> {
    let digits: Vec<u8> = pin.bytes().filter(u8::is_ascii_digit).collect();
    if digits.len() != pin.len() {
        return Err(PinFault::NotDigits);
    }
    if digits.len() < PIN_AT_LEAST {
        return Err(PinFault::TooShort);
    }
    if digits.len() > PIN_AT_MOST {
        return Err(PinFault::TooLong);
    }
    if is_obvious(&digits) {
        Err(PinFault::Obvious)
    } else {
        Ok(())
    }
}

fn is_obvious(digits: &[u8]) -> bool {
    // One step from each digit to the next, 9 and 0 being neighbours: 111111, 123456, 890123, 975319.
    let steps = || {
        digits
            .iter()
            .zip(digits.iter().skip(1))
            .map(|(one, next)| (10 + next - one) % 10)
    };
    let same_step = steps().zip(steps().skip(1)).all(|(one, next)| one == next);
    // 121212, 123123, 5050505.
    let repeats = (1..=digits.len() / 2).any(|part| {
        digits
            .iter()
            .zip(digits.iter().skip(part))
            .all(|(one, next)| one == next)
    });
    same_step || repeats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_six_to_twelve_digits_and_is_not_what_is_tried_first() {
        for (pin, fault) in [
            ("", PinFault::TooShort),
            ("48291", PinFault::TooShort),
            ("4829105736482", PinFault::TooLong),
            ("48 2910", PinFault::NotDigits),
            ("48291O", PinFault::NotDigits),
            ("٤٨٢٩١٠", PinFault::NotDigits),
            ("000000", PinFault::Obvious),
            ("123456", PinFault::Obvious),
            ("987654", PinFault::Obvious),
            ("890123", PinFault::Obvious),
            ("246802", PinFault::Obvious),
            ("121212", PinFault::Obvious),
            ("123123", PinFault::Obvious),
            ("5050505", PinFault::Obvious),
        ] {
            assert_eq!(check_pin(pin), Err(fault), "{pin}");
        }
        for pin in ["482910", "102938", "112358132134"] {
            assert_eq!(check_pin(pin), Ok(()), "{pin}");
        }
    }
}
