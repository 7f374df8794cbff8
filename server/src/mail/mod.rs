//! Mail: the outbox is drained by whichever process is there, several at once if there are several. What is sent, when it
//! is tried again and when it is given up is written down mail by mail, for the people who wait for it to see.

pub mod layout;
pub mod letter;
pub mod outbox;
pub mod post;

use std::time::Duration;

use shared::ids::Timestamp;
use tokio::sync::watch;

use crate::store::StoreError;
use crate::{App, accounts, clock};
use letter::Letter;
use outbox::{Claimed, Outcome};
use post::{Post, PostError, Sender};

/// How often the outbox is looked into when nothing waits.
const EVERY: Duration = Duration::from_millis(500);
/// After an error of the database.
const PAUSE: Duration = Duration::from_secs(5);
/// Longest wait before a mail is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Sending takes no longer; less than [`outbox::LEASE`], so that nobody else tries meanwhile.
const SEND_WITHIN: Duration = Duration::from_secs(120);

/// Drains the outbox until `stop` says so. A mail under way is finished first.
pub async fn work(app: App, stop: watch::Receiver<bool>) {
    let config = &app.config.mail;
    let ready = Post::of(config, &app.db).and_then(|post| match post {
        Some(post) => Ok(Some((post, Sender::of(config, &app.config.public_url)?))),
        None => Ok(None),
    });
    let (post, sender) = match ready {
        Ok(Some(ready)) => ready,
        Ok(None) => {
            tracing::warn!("no mail is sent: mails wait in the outbox until the setting smtp-url names a mail server");
            return;
        }
        Err(why) => {
            tracing::error!(why, "no mail is sent: the settings of the mail server cannot be used");
            return;
        }
    };
    let hands = config.smtp.as_ref().map_or(1, |smtp| smtp.connections.max(1));
    let work = (0..hands).map(|_| drain(&app, &post, &sender, stop.clone()));
    futures_util::future::join_all(work).await;
}

async fn drain(app: &App, post: &Post, sender: &Sender, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let pause = match one(app, post, sender).await {
            Ok(true) => continue,
            Ok(false) => EVERY,
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// Sends the mail that has waited longest; whether there was one.
async fn one(app: &App, post: &Post, sender: &Sender) -> Result<bool, StoreError> {
    let now = clock::now();
    if !app.db.read(move |conn| outbox::is_due(conn, now)).await? {
        return Ok(false);
    }
    let public_url = app.config.public_url.clone();
    let claimed = app.db.write(move |conn| claim(conn, &public_url, now)).await?;
    let Some((mail, Some(letter))) = claimed else {
        return Ok(true);
    };
    let sent = tokio::time::timeout(SEND_WITHIN, post.send(&mail, &letter, sender)).await;
    let sent = sent.unwrap_or_else(|_| Err(PostError::Temporary("the mail server took too long".to_owned())));
    let outcome = outcome(sent, &mail, app, clock::now());
    match &outcome {
        Outcome::Failed { why } => {
            tracing::warn!(mail = %mail.id, attempt = mail.attempt, why, "a mail cannot be delivered")
        }
        Outcome::Later { why, .. } => {
            tracing::info!(mail = %mail.id, attempt = mail.attempt, why, "a mail will be tried again");
        }
        Outcome::Sent | Outcome::Dropped => tracing::debug!(mail = %mail.id, "mail sent"),
    }
    app.db
        .write(move |conn| outbox::settle(conn, &mail, &outcome, clock::now()))
        .await?;
    Ok(true)
}

/// Claims a mail and writes its letter, in one transaction: nothing is kept of a link that nobody was told.
fn claim(
    conn: &mut crate::store::Conn,
    public_url: &crate::config::Origin,
    now: Timestamp,
) -> Result<Option<(Claimed, Option<Letter>)>, StoreError> {
    let Some(mail) = outbox::claim(conn, now)? else {
        return Ok(None);
    };
    let letter = letter::write(conn, &mail, public_url, now)?;
    if letter.is_none() {
        outbox::settle(conn, &mail, &Outcome::Dropped, now)?;
    }
    Ok(Some((mail, letter)))
}

fn outcome(sent: Result<(), PostError>, mail: &Claimed, app: &App, now: Timestamp) -> Outcome {
    let config = &app.config.mail;
    match sent {
        Ok(()) => Outcome::Sent,
        Err(PostError::Permanent(why)) => Outcome::Failed { why },
        Err(PostError::Temporary(why)) if mail.attempt >= config.attempts => Outcome::Failed { why },
        Err(PostError::Temporary(why)) => Outcome::Later {
            at: outbox::after(now, wait(config.first_retry, mail.attempt, chance())),
            why,
        },
    }
}

/// How long to wait after so many attempts: twice as long each time, up to an hour, and a fifth more or less, so that what
/// failed together is not tried together. `chance` is from 0 to 1.
fn wait(first: Duration, attempt: i32, chance: f64) -> Duration {
    let doubled = u32::try_from(attempt.clamp(1, 20)).unwrap_or(1) - 1;
    let wait = first.saturating_mul(1 << doubled).min(LONGEST_WAIT);
    wait.mul_f64(0.8 + 0.4 * chance.clamp(0.0, 1.0))
}

fn chance() -> f64 {
    // Without randomness the waits are only more alike.
    let [byte] = accounts::token::bytes::<1>().unwrap_or([128]);
    f64::from(byte) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_an_hour_and_differ() {
        let first = Duration::from_secs(30);
        assert_eq!(wait(first, 1, 0.5), Duration::from_secs(30));
        assert_eq!(wait(first, 3, 0.5), Duration::from_secs(120));
        assert_eq!(wait(first, 30, 0.5), LONGEST_WAIT);
        assert_eq!(wait(first, 1, 0.0), Duration::from_secs(24));
        assert_eq!(wait(first, 1, 1.0), Duration::from_secs(36));
    }
}
