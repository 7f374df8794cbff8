//! Scenarios that the whole product must pass: cases as data (`cases/*.toml`), judged in native code, in WebAssembly and
//! over HTTP, and compared to the same recorded verdicts byte by byte.

pub mod bench;
pub mod cases;
#[cfg(not(target_arch = "wasm32"))]
pub mod http;
#[cfg(not(target_arch = "wasm32"))]
mod process;
#[cfg(not(target_arch = "wasm32"))]
pub mod trial;
