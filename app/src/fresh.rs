//! New identifiers and moments: what the browser makes and `shared`, being pure, does not.

use shared::ids::Timestamp;
use uuid::Uuid;

/// Now, by the browser's clock.
pub(crate) fn now() -> Timestamp {
    // Milliseconds since 1970 stay exact in a double for the next 280,000 years.
    #[expect(clippy::cast_possible_truncation, reason = "the clock counts whole milliseconds")]
    Timestamp(js_sys::Date::now() as i64)
}

/// A new identifier: version 7, so that ids sort by the time they were made.
pub(crate) fn id() -> Uuid {
    let mut random = [0_u8; 10];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut random).ok());
    if filled.is_none() {
        for byte in &mut random {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "below 256 by construction"
            )]
            let value = (js_sys::Math::random() * 256.0) as u8;
            *byte = value;
        }
    }
    let millis = u64::try_from(now().0).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
