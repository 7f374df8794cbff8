//! A clinic's roster over HTTP, on both databases. It has what such files have: the same person twice, one address for two
//! people, wrong NPIs, words that are nearly right, a formula, people who have left. Every row comes to what it should.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an answer of another shape is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use scenarios::cases::World;
use scenarios::http::{Answer, Backend, Session, TestApp};
use shared::access::{Assignment, Scope};
use shared::ids::{OrganisationId, Revision, SiteId, Timestamp, UserId};
use shared::import::{
    Choices, Correction, ImportRun, ImportState, ImportView, Progress, RowDone, RowOutcome, RowPlan, Why,
};
use shared::lifecycle::Status;
use shared::organisation::{Organisation, Site};
use shared::policy::preset;
use shared::user::{Profile, User};
use shared::wire::{AuditPage, UserPage, UserRow};
use uuid::Uuid;

const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];
const ROSTER: &[u8] = include_bytes!("../rosters/riverside.csv");
const EXPECTED: &str = include_str!("../rosters/riverside.expected.csv");
const ADMINISTRATOR: &str = "admin@riverside-clinics.example";
const MANAGER: &str = "manager@riverside-clinics.example";
const SITES: [&str; 6] = [
    "Downtown Urgent Care",
    "Elm Street",
    "Harbour View",
    "Lakeside Imaging",
    "Riverside Pediatrics",
    "St. Mary's – North",
];

/// An organisation with six locations, its administrator and one who manages a single location.
fn clinic(number: u128, administrator: &str) -> World {
    let id = |what: u128| Uuid::from_u128(number * 1_000_000 + what);
    let sites: Vec<Site> = (1u128..)
        .zip(SITES)
        .map(|(at, name)| Site {
            id: SiteId(id(at)),
            name: name.to_owned(),
            archived: false,
            products: vec![],
        })
        .collect();
    let user = |at: u128, email: &str, role: &str, scope: Scope| User {
        id: UserId(id(at)),
        revision: Revision(1),
        profile: Profile {
            name: format!("Person {at}"),
            login_email: email.to_owned(),
            ..Profile::default()
        },
        status: Status::Active,
        locked: None,
        assignments: vec![Assignment::new(role, scope)],
        primary_site: sites.first().map(|site| site.id),
        memberships: BTreeSet::new(),
        products: BTreeSet::new(),
        deactivated_at: None,
    };
    let users = vec![
        user(101, administrator, "administrator", Scope::Organisation),
        user(
            102,
            &format!("{number}.{MANAGER}"),
            "practice_manager",
            Scope::whole_site(SiteId(id(2))),
        ),
    ];
    World {
        preset: Some("decoda".to_owned()),
        policy: Arc::new(preset::find("decoda").unwrap().policy()),
        organisation: Organisation {
            id: OrganisationId(id(0)),
            name: format!("Riverside {number}"),
            sites,
            resources: vec![],
        },
        users,
        cases: Vec::new(),
        emails_elsewhere: BTreeSet::new(),
        emails_retired: BTreeSet::new(),
        now: Timestamp(1_790_000_000_000),
    }
}

async fn start(backend: Backend) -> (TestApp, World, Session) {
    let app = TestApp::start(backend).await;
    let world = clinic(1, ADMINISTRATOR);
    app.put(&world).await;
    let session = app.sign_in(ADMINISTRATOR).await;
    (app, world, session)
}

async fn upload(session: &Session, bytes: &[u8]) -> Answer {
    let file = Part::bytes(bytes.to_vec())
        .file_name("staff.csv")
        .mime_str("text/csv")
        .unwrap();
    let form = Form::new().part("file", file);
    session
        .send(session.request(Method::POST, "/api/v1/imports").multipart(form))
        .await
}

async fn planned(session: &Session, bytes: &[u8]) -> ImportView {
    upload(session, bytes).await.expect_status(201).json()
}

async fn choose(session: &Session, view: &ImportView, choices: &Choices) -> ImportView {
    let path = format!("/api/v1/imports/{}/choices", view.id);
    session
        .send(session.request(Method::PUT, &path).json(choices))
        .await
        .expect_status(200)
        .json()
}

async fn run(session: &Session, view: &ImportView, leave_out_unready: bool) -> Answer {
    let asked = ImportRun {
        fingerprint: view.fingerprint.clone(),
        leave_out_unready,
        confirmations: view.plan.confirmations.clone(),
    };
    session.post(&format!("/api/v1/imports/{}/run", view.id), &asked).await
}

/// Everyone who was invited, by login e-mail.
async fn invited(session: &Session) -> BTreeMap<String, UserRow> {
    let page: UserPage = session.read("/api/v1/users?tab=invited&limit=500").await;
    page.rows
        .into_iter()
        .map(|row| (row.login_email.clone(), row))
        .collect()
}

/// How many invitations are on record, counted page by page.
async fn on_record(session: &Session) -> usize {
    let (mut count, mut before) = (0, String::new());
    loop {
        let page: AuditPage = session
            .read(&format!("/api/v1/audit?kind=invite&limit=200{before}"))
            .await;
        count += page.entries.len();
        match page.next {
            Some(next) => before = format!("&before={next}"),
            None => return count,
        }
    }
}

/// The name of a variant, as the wire writes it.
fn tag<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value).unwrap() {
        serde_json::Value::String(name) => name,
        tagged => tagged.as_object().unwrap().keys().next().unwrap().clone(),
    }
}

fn why(row: &RowPlan) -> String {
    let code = |why: &Why| match why {
        Why::Refused { refusal } => {
            format!("refused:{}", tag(&refusal.reason))
        }
        other => tag(other),
    };
    row.findings
        .iter()
        .map(|finding| code(&finding.why))
        .collect::<Vec<_>>()
        .join(" ")
}

fn notes(row: &RowPlan) -> String {
    row.notes.iter().map(tag).collect::<Vec<_>>().join(" ")
}

fn expected() -> Vec<BTreeMap<String, String>> {
    let mut lines = EXPECTED.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            // Only the one name with a formula in it is quoted.
            let cells = cells(line);
            assert_eq!(cells.len(), header.len(), "{line}");
            header.iter().map(|name| (*name).to_owned()).zip(cells).collect()
        })
        .collect()
}

fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_roster_comes_to_what_it_should() {
    for backend in BACKENDS {
        let (_app, world, session) = start(backend).await;
        let view = planned(&session, ROSTER).await;
        let expected = expected();
        assert_eq!((view.plan.rows.len(), expected.len()), (242, 242));
        for (row, wanted) in view.plan.rows.iter().zip(&expected) {
            let what = format!("{backend:?}, row {}: {row:?}", row.row);
            assert_eq!(row.row.to_string(), wanted["row"], "{what}");
            assert_eq!(
                serde_json::to_value(row.outcome).unwrap(),
                wanted["outcome"].as_str(),
                "{what}"
            );
            assert_eq!(why(row), wanted["why"], "{what}");
            assert_eq!(row.login_email, wanted["login_email"], "{what}");
            if row.outcome == RowOutcome::Create {
                assert_eq!(
                    (row.name.clone(), notes(row)),
                    (wanted["name"].clone(), wanted["notes"].clone()),
                    "{what}"
                );
            }
        }
        assert_eq!(invited(&session).await.len(), 0, "a plan changes nothing");

        let unready = run(&session, &view, false).await.expect_status(422).problem();
        assert_eq!(unready.kind, "/problems/import-not-ready");
        let done: ImportView = run(&session, &view, true).await.expect_status(200).json();
        assert_eq!(done.state, ImportState::Done);

        let users = invited(&session).await;
        assert_eq!((users.len(), on_record(&session).await), (221, 221), "{backend:?}");
        let site = |name: &str| {
            world
                .organisation
                .sites
                .iter()
                .find(|site| site.name == name)
                .unwrap()
                .id
        };
        assert_eq!(done.results.len(), 242);
        for (result, wanted) in done.results.iter().zip(&expected) {
            let done = match wanted["outcome"].as_str() {
                "create" => RowDone::Created,
                "skip" => RowDone::Skipped,
                _ => RowDone::LeftOut,
            };
            assert_eq!((result.row.to_string(), result.done), (wanted["row"].clone(), done));
            if done != RowDone::Created {
                let account = users.contains_key(&wanted["login_email"]);
                assert_eq!(account, wanted["why"] == "duplicate_of", "{wanted:?}");
                continue;
            }
            let user = &users[&wanted["login_email"]];
            let sites: Vec<SiteId> = wanted["sites"].split("; ").map(site).collect();
            let role = wanted["role"].as_str();
            let mut assignments: Vec<Assignment> = sites
                .iter()
                .map(|site| Assignment::new(role, Scope::whole_site(*site)))
                .collect();
            assignments.sort();
            assert_eq!((&user.name, &user.assignments), (&wanted["name"], &assignments));
            assert_eq!(user.primary_site, sites.first().copied());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn put_right_everyone_is_imported_and_the_same_file_again_changes_nothing() {
    for backend in BACKENDS {
        let (_app, _, session) = start(backend).await;
        let view = planned(&session, ROSTER).await;
        let correct = |row, column, text: &str| Correction {
            row,
            column,
            text: text.to_owned(),
        };
        let mut choices = view.plan.with_near_matches(Choices::default());
        choices.left_out = [158].into();
        choices.corrections = vec![
            correct(5, 8, "1234567893"),
            correct(9, 3, "david.parker@riverside-clinics.example"),
            correct(18, 8, ""),
            correct(81, 2, "Schneider"),
            correct(124, 3, "espartaco.urena@riverside-clinics.example"),
        ];
        let view = choose(&session, &view, &choices).await;
        assert_eq!(
            (
                view.plan.counts.create,
                view.plan.counts.skip,
                view.plan.counts.needs_you
            ),
            (227, 15, 0)
        );
        let again: ImportView = session.read(&format!("/api/v1/imports/{}", view.id)).await;
        assert_eq!(again, view, "what was settled is kept");

        let done: ImportView = run(&session, &view, false).await.expect_status(200).json();
        let repeated: ImportView = run(&session, &view, false).await.expect_status(200).json();
        assert_eq!(repeated, done, "asked again after a lost answer, it is done once");
        assert_eq!(
            (invited(&session).await.len(), on_record(&session).await),
            (227, 227),
            "{backend:?}"
        );
        let progress: Progress = session.read(&format!("/api/v1/imports/{}/progress", view.id)).await;
        assert_eq!(
            progress,
            Progress {
                state: ImportState::Done,
                done: 242,
                total: 242
            }
        );

        let second = planned(&session, ROSTER).await;
        let second = choose(&session, &second, &choices).await;
        assert_eq!((second.plan.counts.to_do(), second.plan.counts.skip), (0, 242));
        run(&session, &second, false).await.expect_status(200);
        assert_eq!(
            (invited(&session).await.len(), on_record(&session).await),
            (227, 227),
            "{backend:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_twice_at_once_it_is_done_once() {
    for backend in BACKENDS {
        let (app, _, session) = start(backend).await;
        // Another process on the same database.
        let other = TestApp::join(app.database()).await;
        let elsewhere = other.sign_in(ADMINISTRATOR).await;
        let view = planned(&session, ROSTER).await;
        let (one, two) = tokio::join!(run(&session, &view, true), run(&elsewhere, &view, true));
        for answer in [one, two] {
            // Whoever comes second waits for the first and gets its results, or is told that it is running.
            assert!(
                answer.status == 200 || answer.problem().kind == "/problems/import-running",
                "{answer:?}"
            );
        }
        assert_eq!(
            (invited(&session).await.len(), on_record(&session).await),
            (221, 221),
            "{backend:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_it_was_seen_is_not_carried_out() {
    let (_app, _, session) = start(Backend::Sqlite).await;
    let first = planned(
        &session,
        b"Name,Email,Role,Location\nAna Lee,ana@clinic.example,Nurse,Elm Street\n",
    )
    .await;
    let second = planned(
        &session,
        b"Name,Email,Role,Location\nAna Lee,ana@clinic.example,Nurse,Harbour View\n",
    )
    .await;
    run(&session, &first, false).await.expect_status(200);
    let problem = run(&session, &second, false).await.expect_status(409).problem();
    assert_eq!(problem.kind, "/problems/import-changed");
    let newer: ImportView = session.read(&format!("/api/v1/imports/{}", second.id)).await;
    assert_eq!((newer.plan.counts.create, newer.plan.counts.change), (0, 1));
    run(&session, &newer, false).await.expect_status(200);
    let users = invited(&session).await;
    assert_eq!(
        users["ana@clinic.example"].assignments.len(),
        2,
        "the location that the file does not name is kept"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_roster_is_refused_with_its_reason() {
    let (_app, _, session) = start(Backend::Sqlite).await;
    for (bytes, kind) in [
        (&b"PK\x03\x04\x14\x00\x06\x00"[..], "roster-not-text"),
        (b"", "roster-empty"),
        (b"Name,Email\n", "roster-empty"),
        (b"Ana,ana@clinic.example\n", "roster-no-header"),
        (b"Name,Email\nLee, Ana,ana@clinic.example\n", "roster-ragged"),
        (b"Name,Email\nAna,\"ana@clinic.example\n", "roster-quote-open"),
    ] {
        let problem = upload(&session, bytes).await.expect_status(422).problem();
        assert_eq!(problem.kind, format!("/problems/{kind}"), "{}", problem.detail);
    }
    let large = [b"Name,Email\n".to_vec(), vec![b'a'; 5 * 1024 * 1024]].concat();
    let problem = upload(&session, &large).await.expect_status(422).problem();
    assert_eq!(problem.kind, "/problems/roster-too-large");
    let other = session.post("/api/v1/imports", &serde_json::json!({})).await;
    assert_eq!(
        other.expect_status(415).problem().kind,
        "/problems/unsupported-media-type"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_is_for_those_who_administer_all_users_of_the_organisation() {
    let (app, _, session) = start(Backend::Sqlite).await;
    app.put(&clinic(2, "admin@other.example")).await;
    let view = planned(&session, ROSTER).await;
    let path = format!("/api/v1/imports/{}", view.id);
    app.anonymous().get(&path).await.expect_status(401);
    upload(&app.anonymous(), ROSTER).await.expect_status(401);
    let manager = app.sign_in(&format!("1.{MANAGER}")).await;
    manager.get(&path).await.expect_status(403);
    upload(&manager, ROSTER).await.expect_status(403);
    run(&manager, &view, true).await.expect_status(403);
    let elsewhere = app.sign_in("admin@other.example").await;
    elsewhere.get(&path).await.expect_status(404);
    run(&elsewhere, &view, true).await.expect_status(404);
    assert_eq!(invited(&session).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_is_a_file_that_executes_nothing() {
    let (_app, _, session) = start(Backend::Sqlite).await;
    let view = planned(&session, ROSTER).await;
    let path = format!("/api/v1/imports/{}/result.csv", view.id);
    assert_eq!(
        session.get(&path).await.expect_status(409).problem().kind,
        "/problems/import-not-done"
    );
    run(&session, &view, true).await.expect_status(200);
    let file = session.get(&path).await.expect_status(200);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<&str> = file
        .body
        .trim_start_matches('\u{feff}')
        .split("\r\n")
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(lines.len(), 243);
    assert_eq!(
        lines[1],
        "\"2\",\"Mario Hernandez\",\"mario.hernandez@riverside-clinics.example\",\"Created\",\"\""
    );
    let formula = lines.iter().find(|line| line.starts_with("\"81\"")).unwrap();
    assert!(
        formula.contains("HYPERLINK") && formula.contains("\"Left out\""),
        "{formula}"
    );
    for line in lines {
        for cell in cells(&line.replace("\"\"", "")) {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
        }
    }
}
