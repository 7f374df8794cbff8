//! `cargo xtask bench`: what the product's speed and size are, told as Markdown. Measured and reported, never asserted:
//! a time that fails a test on a busy machine says nothing about the change.

pub mod decide;
pub mod samples;

#[cfg(not(target_arch = "wasm32"))]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod bytes;
#[cfg(not(target_arch = "wasm32"))]
mod http;
#[cfg(not(target_arch = "wasm32"))]
mod live;
#[cfg(not(target_arch = "wasm32"))]
mod load;
#[cfg(not(target_arch = "wasm32"))]
mod options;
#[cfg(not(target_arch = "wasm32"))]
mod running;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod table;

#[cfg(not(target_arch = "wasm32"))]
use std::process::ExitCode;

#[cfg(not(target_arch = "wasm32"))]
use options::{Options, Part};

#[cfg(not(target_arch = "wasm32"))]
use crate::process::{Outcome, machine};

/// The benchmark program: measures the parts that its arguments name (all of them by default) and prints each as soon as
/// it is known.
#[cfg(not(target_arch = "wasm32"))]
pub fn main() -> ExitCode {
    let done = Options::parse(std::env::args().skip(1)).and_then(|options| {
        // One thread makes the load, so that the server has the others to itself.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(measure(&options))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
async fn measure(options: &Options) -> Outcome<()> {
    println!("{}", machine());
    for part in &options.parts {
        let report = match part {
            Part::Decide => decide::report()?,
            Part::Http => http::report(options).await?,
            Part::Live => live::report(options).await?,
            Part::Bytes => bytes::report().await?,
            Part::Browser => browser::report(options).await?,
        };
        println!("\n{report}");
    }
    Ok(())
}
