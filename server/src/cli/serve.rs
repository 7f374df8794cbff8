//! `lanyard serve`.

use std::error::Error;
use std::process::ExitCode;

use tokio::net::TcpListener;

use super::{DatabaseOptions, Outcome, block_on, log, open};
use crate::accounts::passwords::Passwords;
use crate::config::{self, ConfigError, Origin, ServeConfig, ServeFlags, StoreConfig};
use crate::store::Db;
use crate::{App, serve};

#[derive(clap::Args)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) database: DatabaseOptions,
    #[command(flatten)]
    pub(super) serve: ServeFlags,
}

impl Serve {
    pub(super) fn settings(&self) -> Result<(StoreConfig, ServeConfig), ConfigError> {
        config::serve(&self.database.file, &self.database.store, &self.serve)
    }
}

pub(super) fn run(command: &Serve) -> Outcome {
    let (store, mut config) = command.settings()?;
    log::start(&store);
    block_on(async {
        config.secrets = store.secrets()?;
        let (db, passwords) = open(&store).await?;
        let listener = listen(&config).await?;
        until_stopped(db, passwords, config, listener, |_| ()).await
    })
}

pub(super) async fn listen(config: &ServeConfig) -> Result<TcpListener, Box<dyn Error + Send + Sync>> {
    TcpListener::bind(config.listen).await.map_err(|error| {
        format!(
            "the setting listen cannot be used: {} cannot be listened on ({error})",
            config.listen
        )
        .into()
    })
}

pub(super) async fn until_stopped(
    db: Db,
    passwords: Passwords,
    mut config: ServeConfig,
    listener: TcpListener,
    announce: impl FnOnce(&Origin),
) -> Outcome {
    let local = listener.local_addr()?;
    if config.public_url == Origin::local(config.listen) {
        // Nobody said otherwise; and with port 0 the system chose one.
        config.public_url = Origin::local(local);
    }
    if !config.public_url.is_https() && !config.public_url.is_loopback() {
        tracing::warn!(
            public_url = %config.public_url,
            "browsers keep the session's cookie only over https or on this machine: nobody will be able to sign in"
        );
    }
    announce(&config.public_url);
    tracing::info!(listen = %local, public_url = %config.public_url, "serving");
    serve::serve(App::new(db, config, passwords), listener, serve::told_to_stop()).await?;
    Ok(ExitCode::SUCCESS)
}
