//! `lanyard demo`.

use std::process::ExitCode;

use super::serve::{Serve, listen, until_stopped};
use super::table::table;
use super::{Outcome, block_on, log, open};
use crate::demo::{self, DemoSignIn};

#[derive(clap::Args)]
pub(super) struct Demo {
    /// Serve them as well
    #[arg(long = "serve")]
    and_serve: bool,
    /// Make an organisation of so many people as well, to try out long lists
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    people: Option<u32>,
    #[command(flatten)]
    server: Serve,
}

pub(super) fn run(command: &Demo) -> Outcome {
    let (store, mut config) = command.server.settings()?;
    // Whoever tries it out reads the mails that would be sent.
    config.mail.mailbox = true;
    log::start(&store);
    block_on(async {
        // Before the work: an address that is taken is told at once.
        let listener = if command.and_serve {
            Some(listen(&config).await?)
        } else {
            None
        };
        let (db, passwords) = open(&store).await?;
        config.secrets = store.secrets()?;
        let mut sign_ins = demo::create(&db).await?;
        if let Some(people) = command.people {
            sign_ins.push(demo::crowd(&db, people).await?);
        }
        print!("{}", told(&sign_ins));
        let Some(listener) = listener else {
            println!("\nServe them with: lanyard demo --serve");
            return Ok(ExitCode::SUCCESS);
        };
        let reads_mail = config.mail.smtp.is_none();
        until_stopped(db, passwords, config, listener, |address| {
            if reads_mail {
                println!("\nMail that would be sent is shown at {address}/mailbox");
            }
            println!("\nOpen {address} (stop with Ctrl-C)")
        })
        .await
    })
}

fn told(sign_ins: &[DemoSignIn]) -> String {
    let rows: Vec<Vec<String>> = sign_ins
        .iter()
        .map(|one| {
            vec![
                one.organisation.clone(),
                one.preset.clone(),
                one.who.clone(),
                one.email.clone(),
                one.password.clone(),
            ]
        })
        .collect();
    table(&["Organisation", "Policy", "Who", "E-mail", "Password"], &rows)
}
