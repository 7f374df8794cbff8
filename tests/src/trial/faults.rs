//! Power cuts. While people invite and edit, the server is killed (`SIGKILL`) at random moments and started again. Then
//! everything that it ever acknowledged has to be there, once; every invited person has one mail; the audit record verifies.

mod people;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use server::store::schema::{audit, outbox, users};
use server::store::{Conn, Db, Options as StoreOptions, StoreError};
use shared::ids::UserId;
use tokio::task::JoinSet;

use self::people::{Ledger, Person, Work};
use super::Report;
use super::dice::Dice;
use super::options::Options;
use crate::bench::table::{grouped, micros};
use crate::cases;
use crate::http::smtp::{MAIL_PASSWORD, MailServer, NAME};
use crate::http::{Backend, Database, PASSWORD, Session, TestApp, make};
use crate::process::{Outcome, Program};

/// People who work at the same time.
const WORKERS: u64 = 4;
/// After a start the server lives for at least, and at most, so long.
const LIVES: (u64, u64) = (20, 700);
/// All mail is out within this time once nothing fails any more.
const DRAINED_WITHIN: Duration = Duration::from_secs(180);

pub(super) async fn report(options: &Options) -> Outcome<Report> {
    let mut report = Report {
        text: format!("### Killed {} times (seed {})\n\n", options.kills, options.seed),
        broken: Vec::new(),
    };
    let backends = match std::env::var_os("LANYARD_TEST_POSTGRES") {
        Some(_) => &[Backend::Sqlite, Backend::Postgres][..],
        None => &[Backend::Sqlite][..],
    };
    for backend in backends {
        one(*backend, options, &mut report).await?;
    }
    Ok(report)
}

async fn one(backend: Backend, options: &Options, report: &mut Report) -> Outcome<()> {
    let database = Database::create(backend);
    let world = cases::world("decoda");
    {
        let app = TestApp::join(&database).await;
        app.put(&world).await;
    }
    let mail = MailServer::start(&[]).await;
    let program = Program::on(&database.url)?
        .set("LANYARD_SMTP_URL", format!("smtp://{}?tls=none", mail.address()))
        .set("LANYARD_SMTP_USERNAME", NAME)
        .set("LANYARD_SMTP_PASSWORD", MAIL_PASSWORD)
        .set("LANYARD_MAIL_RETRY_SECONDS", "1")
        .set("LANYARD_LOG", "off");

    let mut server = program.serve().await?;
    let mut session = Session::new(program.address());
    session.sign_in(&make::email("ana"), PASSWORD).await.expect_status(204);

    let ledger = Arc::new(Ledger::default());
    let stop = Arc::new(AtomicBool::new(false));
    let mut working = JoinSet::new();
    for number in 0..WORKERS {
        let dice = Dice::new(options.seed ^ (number + 1).wrapping_mul(0x1234_5678_9abc_def1));
        let work = Work::new(session.clone(), Arc::clone(&ledger), Arc::clone(&stop), dice);
        working.spawn(work.go_on());
    }
    let mut dice = Dice::new(options.seed);
    let (mut starts, begin) = (Vec::new(), Instant::now());
    for number in 1..=options.kills {
        let life = LIVES.0 + dice.below(LIVES.1 - LIVES.0);
        tokio::time::sleep(Duration::from_millis(life)).await;
        server.kill()?;
        server = program.serve().await?;
        starts.push(server.started_within.as_secs_f64() * 1e6);
        if number % 20 == 0 {
            eprintln!(
                "{backend:?}: killed {number} times; {} mails arrived",
                mail.taken().len()
            );
        }
    }
    let took = begin.elapsed();
    stop.store(true, Ordering::Relaxed);
    while let Some(worked) = working.join_next().await {
        worked??;
    }

    // What a dead process had claimed is left alone for some minutes; nobody else is alive, so it need not be.
    drop(server);
    let db = Db::open(&database.url, StoreOptions::default()).await?;
    db.write(due_now).await?;
    let server = program.serve().await?;
    let drained = Instant::now();
    while db.read(waiting).await? > 0 {
        if drained.elapsed() > DRAINED_WITHIN {
            report.broken.push(format!("{backend:?}: mail still waits"));
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(server);

    let (verified, record) = program.run(&["audit", "verify"])?;
    let found = db.read(Found::read).await?;
    let people = ledger.people();
    let letters = letters(&mail);
    let mut broken = check(&people, &found, &letters);
    if !verified.success() {
        broken.push(format!("the audit record does not verify:\n{record}"));
    }
    if backend == Backend::Sqlite {
        let whole: String = db.read(integrity).await?;
        if whole != "ok" {
            broken.push(format!("the database is damaged: {whole}"));
        }
    }
    let count = ledger.counts();
    let repeats: usize = letters
        .values()
        .map(|letters| letters.arrived - letters.ids.len())
        .sum();
    let median = crate::bench::samples::Summary::of(starts).map_or(0.0, |starts| starts.median);
    writeln!(
        report.text,
        "- **{backend:?}**: {} kills in {:.0} s, each start ready within {} (median). {} invitations and {} changes were \
         acknowledged, {} requests got no answer ({} of them were sent again with the same key until there was one, {} were \
         given up). Afterwards: {} acknowledged edits missing or double, {} audit rows and every chain verifies{}. {} \
         mails arrived for {} invited people, {} of them twice with the same Message-ID (the process died between the mail \
         server's yes and writing it down), none twice as different mails{}.",
        options.kills,
        took.as_secs_f64(),
        micros(median),
        grouped(count.invited),
        grouped(count.changed),
        grouped(count.unanswered),
        grouped(count.unanswered - count.given_up),
        grouped(count.given_up),
        broken.len(),
        grouped(u32::try_from(found.rows)?),
        if verified.success() { "" } else { " NOT" },
        letters.values().map(|letters| letters.arrived).sum::<usize>(),
        letters.len(),
        repeats,
        if broken.is_empty() { "" } else { " (see what broke)" },
    )?;
    report
        .broken
        .extend(broken.into_iter().map(|what| format!("{backend:?}: {what}")));
    Ok(())
}

/// What the database has in the end.
struct Found {
    /// Names by user.
    names: BTreeMap<UserId, String>,
    /// Edits of each subject on record: their kinds and what they say.
    record: BTreeMap<UserId, Vec<String>>,
    rows: usize,
}

impl Found {
    fn read(conn: &mut Conn) -> Result<Self, StoreError> {
        let people: Vec<(String, String)> = users::table.select((users::id, users::profile_json)).load(conn)?;
        let edits: Vec<(Option<String>, String)> = audit::table
            .select((audit::subject_id, audit::edit_json))
            .order(audit::sequence)
            .load(conn)?;
        let id = |text: &str| text.parse().map(UserId).ok();
        let mut record: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
        let rows = edits.len();
        for (subject, edit) in edits {
            if let Some(subject) = subject.as_deref().and_then(id) {
                record.entry(subject).or_default().push(edit);
            }
        }
        Ok(Self {
            names: people
                .iter()
                .filter_map(|(user, profile)| Some((id(user)?, profile.clone())))
                .collect(),
            record,
            rows,
        })
    }
}

/// The mails that somebody got.
#[derive(Default)]
struct Letters {
    ids: std::collections::BTreeSet<String>,
    arrived: usize,
}

fn letters(mail: &MailServer) -> BTreeMap<String, Letters> {
    let mut letters: BTreeMap<String, Letters> = BTreeMap::new();
    for taken in mail.taken() {
        let theirs = letters.entry(taken.to.clone()).or_default();
        theirs.ids.insert(taken.message_id());
        theirs.arrived += 1;
    }
    letters
}

/// Everything that must hold and does not.
fn check(people: &[Person], found: &Found, letters: &BTreeMap<String, Letters>) -> Vec<String> {
    let mut broken = Vec::new();
    for person in people {
        let Person { user, email, .. } = person;
        let name = found.names.get(user);
        if !person.all_acknowledged.is_empty() && name.is_none() {
            broken.push(format!("{email}: the invitation was acknowledged and is gone"));
        }
        let Some(name) = name else {
            if letters.contains_key(email) {
                broken.push(format!("{email}: there is a mail, and no invitation"));
            }
            continue;
        };
        let record = found.record.get(user).map(Vec::as_slice).unwrap_or_default();
        for change in 0..=person.tried {
            let called = people::name(change);
            let times = record.iter().filter(|edit| edit.contains(&called)).count();
            let acknowledged = person.all_acknowledged.contains(&change);
            if times > 1 {
                broken.push(format!("{email}: change {change} is on record {times} times"));
            }
            if acknowledged && times == 0 {
                broken.push(format!(
                    "{email}: change {change} was acknowledged and is not on record"
                ));
            }
        }
        let last = (0..=person.tried)
            .filter(|change| record.iter().any(|edit| edit.contains(&people::name(*change))))
            .max();
        if last.is_none_or(|last| !name.contains(&people::name(last))) {
            broken.push(format!("{email}: record and state differ: {last:?}, {name}"));
        }
        match letters.get(email) {
            None => broken.push(format!("{email}: no mail arrived")),
            Some(letters) if letters.ids.len() > 1 => {
                broken.push(format!("{email}: {} different mails arrived", letters.ids.len()));
            }
            Some(_) => {}
        }
    }
    broken
}

/// Nobody is sending: every mail that waits is due.
fn due_now(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::update(
        outbox::table
            .filter(outbox::sent_at.is_null())
            .filter(outbox::failed_at.is_null()),
    )
    .set(outbox::next_attempt_at.eq(0))
    .execute(conn)?;
    Ok(())
}

fn waiting(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(outbox::table
        .filter(outbox::sent_at.is_null())
        .count()
        .get_result(conn)?)
}

#[derive(QueryableByName)]
struct Integrity {
    #[diesel(sql_type = diesel::sql_types::Text)]
    integrity_check: String,
}

/// What SQLite itself says of its file.
fn integrity(conn: &mut Conn) -> Result<String, StoreError> {
    let said: Vec<Integrity> = diesel::sql_query("PRAGMA integrity_check").load(conn)?;
    Ok(said
        .into_iter()
        .map(|row| row.integrity_check)
        .collect::<Vec<_>>()
        .join("; "))
}
