//! Browsers that several people share, at a front desk: enrolling one, one's own PIN, and the lock screen.

mod browsers;
mod desk;
mod pin;

use crate::widgets::{FieldSetup, InputKind};

pub(crate) use browsers::SharedBrowsers;
pub(crate) use desk::Desk;
pub(crate) use pin::OwnPin;

/// Digits that nobody who looks over a shoulder is to read.
const PIN: FieldSetup = FieldSetup {
    kind: InputKind::Pin,
    required: true,
    autocomplete: "off",
    spellcheck: false,
};
