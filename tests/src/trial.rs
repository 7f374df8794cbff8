//! `cargo xtask trial`: what the released server stands. It is killed while people work (`faults`), and attacked (`abuse`).
//! Each trial tells its figures as Markdown and fails when something that must hold did not.

mod abuse;
mod dice;
mod faults;
mod options;

use std::process::ExitCode;

use options::{Options, Part};

use crate::process::{Outcome, machine};

/// The trials' program: carries out the parts that its arguments name (all of them by default).
pub fn main() -> ExitCode {
    let done = Options::parse(std::env::args().skip(1)).and_then(|options| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        runtime.block_on(carry_out(&options))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(options: &Options) -> Outcome<()> {
    println!("{}", machine());
    let mut broken = Vec::new();
    for part in &options.parts {
        let report = match part {
            Part::Faults => faults::report(options).await?,
            Part::Abuse => abuse::report(options).await?,
        };
        println!("\n{}", report.text);
        broken.extend(report.broken);
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!("what must hold did not:\n  {}", broken.join("\n  ")).into())
}

/// What a trial found.
struct Report {
    /// Markdown.
    text: String,
    /// What must hold and did not; empty when all is well.
    broken: Vec<String>,
}
