//! Accounts: passwords and sessions. Invitations, lockout and further factors have their place here too.

pub mod administrator;
pub mod passwords;
pub mod sessions;
pub mod sign_in;
pub mod token;
