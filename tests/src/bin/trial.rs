//! The trials' program; `cargo xtask trial` builds what it tries and starts it.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    scenarios::trial::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
