//! What changes while somebody looks. The audit record is the sequence: every accepted edit has its row there, numbered
//! without gaps in each organisation and committed with it, whichever process wrote it. One task in each process looks at
//! the heads of the records of those organisations that somebody listens to, and hands what is new to all streams at once;
//! each stream tells its reader what they may see of it ([`sight`]).
//!
//! A stream ends with its session (X8): the same task asks the database every second which sessions are still open.

mod changes;
pub mod presence;
mod sight;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared::ids::{OrganisationId, Timestamp, UserId};
use tokio::sync::{Notify, broadcast};

use crate::accounts::sessions;
use crate::facts::FactsError;
use crate::store::StoreError;
use crate::{App, clock};

pub use changes::{Batch, Head, Since, mark, since};
pub use sight::Sight;

/// How often the records are looked at. What this process itself has changed is looked for at once.
const EVERY: Duration = Duration::from_millis(250);
/// How often it is asked which sessions are still open.
const SESSIONS_EVERY: Duration = Duration::from_secs(1);
/// After an error of the database.
const PAUSE: Duration = Duration::from_secs(2);
/// Signals that a slow stream may be behind; then it reads what it missed from the record.
const BEHIND: usize = 256;

/// What streams are told.
#[derive(Clone, Debug)]
pub enum Signal {
    /// Rows have been added to the record of an organisation.
    Changed(Arc<Batch>),
    /// Mails were sent or given up: to whom, by organisation.
    Mailed(Arc<BTreeMap<OrganisationId, Vec<UserId>>>),
    /// These sessions, by the hashes of their tokens, are over.
    Ended(Arc<BTreeSet<String>>),
    /// The server stops.
    Stop,
}

/// All live streams of this process.
#[derive(Debug)]
pub struct Hub {
    signals: broadcast::Sender<Signal>,
    wake: Notify,
    open: Mutex<Open>,
    per_user: usize,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    streams: BTreeMap<u64, Listener>,
    /// The last row of each organisation that was told, for as long as somebody listens there.
    heads: BTreeMap<OrganisationId, i64>,
    stopped: bool,
}

/// Who listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub organisation: OrganisationId,
    pub user: UserId,
    /// The hash of the session's token.
    pub session: String,
}

/// One stream; closed when it is dropped.
#[derive(Debug)]
pub struct Stream {
    app: App,
    id: u64,
    pub signals: broadcast::Receiver<Signal>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.app.live.close(self.id);
    }
}

impl Hub {
    /// For so many streams of one person.
    pub fn new(per_user: u32) -> Self {
        Self {
            signals: broadcast::channel(BEHIND).0,
            wake: Notify::new(),
            open: Mutex::default(),
            per_user: per_user as usize,
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many streams are open.
    pub fn count(&self) -> usize {
        self.open().streams.len()
    }

    /// Something was written in this process: it is looked for now.
    pub fn wake(&self) {
        if self.signals.receiver_count() > 0 {
            self.wake.notify_one();
        }
    }

    /// Ends all streams: the server stops.
    pub fn stop(&self) {
        self.open().stopped = true;
        // Without a stream there is nobody to tell.
        let _ = self.signals.send(Signal::Stop);
    }

    fn close(&self, id: u64) {
        let mut open = self.open();
        let Some(gone) = open.streams.remove(&id) else { return };
        let is_last = !open.streams.values().any(|one| one.organisation == gone.organisation);
        if is_last {
            open.heads.remove(&gone.organisation);
        }
    }

    /// Takes up what was told to streams since they began; those of nobody are skipped.
    fn told(&self, organisation: OrganisationId, until: i64) {
        if let Some(head) = self.open().heads.get_mut(&organisation) {
            *head = until.max(*head);
        }
    }
}

/// Opens a stream, unless its person has too many already or the server stops. It has to be told what comes after `head`
/// by whoever reads it: subscribe first, read the head, then come here.
pub fn listen(app: &App, signals: broadcast::Receiver<Signal>, listener: Listener, head: i64) -> Option<Stream> {
    let mut open = app.live.open();
    let own = open.streams.values().filter(|one| one.user == listener.user).count();
    if own >= app.live.per_user || open.stopped {
        return None;
    }
    let id = open.next;
    open.next += 1;
    open.heads.entry(listener.organisation).or_insert(head);
    open.streams.insert(id, listener);
    drop(open);
    app.live.wake();
    Some(Stream {
        app: app.clone(),
        id,
        signals,
    })
}

/// Signals from now on.
pub fn subscribe(app: &App) -> broadcast::Receiver<Signal> {
    app.live.signals.subscribe()
}

/// Watches the database for as long as the server runs.
pub async fn watch(app: App) {
    let mut asked = Instant::now();
    let mut mails = changes::Mails::default();
    loop {
        if app.live.count() == 0 {
            // Nobody listens: nothing is asked.
            app.live.wake.notified().await;
        } else {
            let _ = tokio::time::timeout(EVERY, app.live.wake.notified()).await;
        }
        let with_sessions = asked.elapsed() >= SESSIONS_EVERY;
        if with_sessions {
            asked = Instant::now();
        }
        if let Err(error) = look(&app, with_sessions, &mut mails).await {
            tracing::warn!(%error, "what has changed cannot be read");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Everything that is new, to everybody whom it concerns.
async fn look(app: &App, with_sessions: bool, mails: &mut changes::Mails) -> Result<(), StoreError> {
    let (heads, listening) = {
        let open = app.live.open();
        let sessions = open.streams.values().map(|one| one.session.clone());
        let sessions: BTreeSet<String> = if with_sessions {
            sessions.collect()
        } else {
            BTreeSet::new()
        };
        (open.heads.clone(), sessions)
    };
    if heads.is_empty() {
        return Ok(());
    }
    let (now, from) = (clock::now(), mails.clone());
    let found = app.db.read(move |conn| {
        let batches = changes::news(conn, &heads)?;
        let organisations: Vec<OrganisationId> = heads.keys().copied().collect();
        let mails = changes::mails(conn, &organisations, from, now)?;
        let open = sessions::open_among(conn, &listening, now)?;
        let ended: BTreeSet<String> = listening.difference(&open).cloned().collect();
        Ok::<_, StoreError>((batches, mails, ended))
    });
    let (batches, (mailed, known), ended) = found.await?;
    *mails = known;
    let send = |signal: Signal| {
        // The last stream may have gone meanwhile.
        let _ = app.live.signals.send(signal);
    };
    for batch in batches {
        let (organisation, until) = (batch.organisation, batch.until.sequence);
        send(Signal::Changed(Arc::new(batch)));
        app.live.told(organisation, until);
    }
    if !mailed.is_empty() {
        send(Signal::Mailed(Arc::new(mailed)));
    }
    if !ended.is_empty() {
        send(Signal::Ended(Arc::new(ended)));
    }
    Ok(())
}

/// What a reader may see now; nothing where they are gone.
///
/// # Errors
/// Those of the database.
pub async fn sight(app: &App, asker: crate::facts::Asker, now: Timestamp) -> Result<Option<Sight>, StoreError> {
    let found = app.db.read(move |conn| Sight::load(conn, &asker, now));
    match found.await {
        Ok(sight) => Ok(Some(sight)),
        Err(FactsError::AskerGone) => Ok(None),
        Err(FactsError::Store(error)) => Err(error),
    }
}
