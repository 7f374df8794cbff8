//! The server of Lanyard: `router(App)` is the whole of it over HTTP; `cli::main` is the binary.

pub mod cli;
pub mod http;

/// What every handler has at hand.
#[derive(Clone, Debug)]
pub struct App {}
