//! Live streams: what so many of them on one process cost, and how soon after a commit everybody has heard of it.

use std::time::{Duration, Instant};

use reqwest::Client;
use shared::Edit;
use shared::user::{ProfileField, ProfileText};
use shared::wire::{Proposal, UserPage};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::Outcome;
use super::options::Options;
use super::running::Prepared;
use super::samples::Summary;
use super::table::{bytes, grouped, markdown, micros};
use crate::http::Backend;

const STREAMS: u32 = 1_000;
const EDITS: usize = 40;
/// All have heard of an edit within this time, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn report(options: &Options) -> Outcome<String> {
    let prepared = Prepared::new(Backend::Sqlite, options.users.min(10_000)).await?;
    let server = prepared.serve_with("LANYARD_LIVE_PER_USER", "2000").await?;
    let page: UserPage = server.get("/api/v1/users?limit=50").send().await?.json().await?;
    let before = server.memory();
    let client = Client::builder().no_proxy().build()?;
    let (heard, mut hears) = mpsc::unbounded_channel::<Instant>();
    let begin = Instant::now();
    for _ in 0..STREAMS {
        let mut stream = server
            .signed_in(client.get(format!("{}/api/v1/live", server.base)))
            .send()
            .await?;
        if !stream.status().is_success() {
            return Err(format!("a stream is refused: {}", stream.status()).into());
        }
        // The first event says from where on.
        stream.chunk().await?;
        let heard = heard.clone();
        tokio::spawn(async move {
            while let Ok(Some(event)) = stream.chunk().await {
                // Comments keep the line open.
                if event.starts_with(b"id:") || event.windows(5).any(|part| part == b"data:") {
                    let _ = heard.send(Instant::now());
                }
            }
        });
    }
    let opened = begin.elapsed();
    let open = server.memory();
    let mut delays = Vec::new();
    for (at, row) in page.rows.iter().cycle().take(EDITS).enumerate() {
        let seen: shared::wire::UserView = server
            .get(&format!("/api/v1/users/{}", row.id))
            .send()
            .await?
            .json()
            .await?;
        let proposal = Proposal {
            edit: Edit::Change {
                user: row.id,
                profile: ProfileText::from([(ProfileField::Phone, format!("+1 415 555 {:04}", 1_000 + at))]),
                access: Default::default(),
            },
            seen_revision: seen.facts.subject.map(|subject| subject.revision),
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        };
        // The commit comes later: nobody hears of it sooner than these figures say.
        let sent = Instant::now();
        let answer = server.post("/api/v1/edits").json(&proposal).send().await?;
        if !answer.status().is_success() {
            return Err(format!("an edit is refused: {}", answer.text().await?).into());
        }
        for _ in 0..STREAMS {
            let at = tokio::time::timeout(PATIENCE, hears.recv())
                .await?
                .ok_or("all streams have ended")?;
            delays.push(at.saturating_duration_since(sent).as_secs_f64() * 1e6);
        }
    }
    let loaded = server.memory();
    let delays = Summary::of(delays).ok_or("nothing was heard")?;
    let own =
        |memory: Option<crate::process::Memory>| memory.map_or_else(|| "not known".to_owned(), |it| bytes(it.own));
    let each = before
        .zip(open)
        .map(|(before, open)| open.own.saturating_sub(before.own) / u64::from(STREAMS));
    let rows = vec![
        vec!["memory without streams".to_owned(), own(before)],
        vec![format!("memory with {} open", grouped(STREAMS)), own(open)],
        vec![
            "for each of them".to_owned(),
            each.map_or_else(|| "not known".to_owned(), bytes),
        ],
        vec![format!("memory after {EDITS} edits"), own(loaded)],
        vec!["opening all of them".to_owned(), micros(opened.as_secs_f64() * 1e6)],
        vec![
            "from sending an edit until a stream has it: median".to_owned(),
            micros(delays.median),
        ],
        vec!["p99".to_owned(), micros(delays.p99)],
    ];
    let mut text = format!("### {} live streams on one process\n\n", grouped(STREAMS));
    text.push_str(&markdown(&["", ""], &rows));
    Ok(text)
}
