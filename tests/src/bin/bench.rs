//! The benchmark program; `cargo xtask bench` builds what it measures and starts it.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    scenarios::bench::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
