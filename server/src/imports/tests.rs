//! The roster of a clinic, row by row, into an organisation that has its six locations and nobody but its administrator.

use std::collections::BTreeMap;

use shared::access::{Assignment, Scope};
use shared::ids::SiteId;
use shared::import::{Correction, RowDone, Why};
use shared::lifecycle::Status;
use shared::organisation::Site;
use shared::policy::{Policy, preset};
use shared::user::User;

use super::*;
use crate::store::{Db, Options, create_organisation, insert_site, load_user, save_user};

const ROSTER: &[u8] = include_bytes!("../../../tests/rosters/riverside.csv");
const EXPECTED: &str = include_str!("../../../tests/rosters/riverside.expected.csv");
const SITES: [&str; 6] = [
    "Downtown Urgent Care",
    "Elm Street",
    "Harbour View",
    "Lakeside Imaging",
    "Riverside Pediatrics",
    "St. Mary's – North",
];

fn words() -> &'static text::Words {
    text::Words::builtin(Language::English)
}

struct Clinic {
    db: Db,
    who: Who,
    policy: Policy,
    _directory: tempfile::TempDir,
}

impl Clinic {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("test.db").display());
        let db = Db::open(
            &url,
            Options {
                connections: 2,
                ..Options::default()
            },
        )
        .await
        .unwrap();
        let policy = preset::find("decoda").unwrap().policy();
        let who = Who::operator(OrganisationId(Uuid::now_v7()));
        let (organisation, of) = (who.organisation, policy.clone());
        db.write(move |conn| {
            create_organisation(conn, organisation, "Riverside", &of, clock::now())?;
            for name in SITES {
                let site = Site {
                    id: site(name),
                    name: name.to_owned(),
                    archived: false,
                    products: vec![],
                };
                insert_site(conn, organisation, &site, clock::now())?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
        Self {
            db,
            who,
            policy,
            _directory: directory,
        }
    }

    async fn upload(&self, bytes: &[u8]) -> ImportView {
        let (who, bytes) = (self.who.clone(), bytes.to_vec());
        let file = move |conn: &mut Conn| {
            upload(
                conn,
                &who,
                &File {
                    name: "staff.csv",
                    bytes: &bytes,
                    near_matches: NearMatches::Propose,
                },
            )
        };
        self.db.write(file).await.unwrap()
    }

    async fn run(&self, view: &ImportView, leave_out_unready: bool) -> Result<ImportView, ImportError> {
        let (who, id) = (self.who.clone(), view.id);
        let asked = ImportRun {
            fingerprint: view.fingerprint.clone(),
            leave_out_unready,
            confirmations: view.plan.confirmations.clone(),
        };
        self.db.write(move |conn| run(conn, &who, id, &asked, words())).await
    }

    async fn choose(&self, view: &ImportView, choices: Choices) -> ImportView {
        let (who, id) = (self.who.clone(), view.id);
        self.db
            .write(move |conn| choose(conn, &who, id, choices))
            .await
            .unwrap()
    }

    async fn user(&self, email: &str) -> Option<User> {
        let (organisation, email) = (self.who.organisation, email.to_owned());
        self.db
            .read(move |conn| match store::account_of(conn, organisation, &email)? {
                Some(id) => load_user(conn, organisation, id),
                None => Ok(None),
            })
            .await
            .unwrap()
    }

    /// What is in the database of this organisation: users and entries on record.
    async fn sizes(&self) -> (i64, i64) {
        use crate::store::schema::{audit, users};
        use diesel::prelude::*;
        self.db
            .read(|conn| {
                Ok::<(i64, i64), StoreError>((
                    users::table.count().get_result(conn)?,
                    audit::table.count().get_result(conn)?,
                ))
            })
            .await
            .unwrap()
    }

    async fn put(&self, user: User) {
        let (organisation, policy) = (self.who.organisation, self.policy.clone());
        self.db
            .write(move |conn| save_user(conn, organisation, None, &user, &policy, clock::now()))
            .await
            .unwrap();
    }
}

fn site(name: &str) -> SiteId {
    SiteId(Uuid::from_u128(
        7_000 + SITES.iter().position(|site| *site == name).unwrap() as u128,
    ))
}

/// The reasons of a row as the expectations name them.
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
    let mut reader = ::csv::Reader::from_reader(EXPECTED.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_roster_comes_to_what_it_should() {
    let clinic = Clinic::new().await;
    let view = clinic.upload(ROSTER).await;
    let expected = expected();
    assert_eq!((view.plan.rows.len(), expected.len()), (242, 242));
    for (row, wanted) in view.plan.rows.iter().zip(&expected) {
        let what = format!("row {}: {row:?}", row.row);
        let outcome = serde_json::to_value(row.outcome).unwrap();
        assert_eq!(row.row.to_string(), wanted["row"], "{what}");
        assert_eq!(outcome.as_str().unwrap(), wanted["outcome"], "{what}");
        assert_eq!(why(row), wanted["why"], "{what}");
        assert_eq!(
            (&row.name, &row.login_email),
            (&wanted["name"], &wanted["login_email"]),
            "{what}"
        );
        if row.outcome == RowOutcome::Create {
            assert_eq!(notes(row), wanted["notes"], "{what}");
        }
    }

    let done = clinic.run(&view, true).await.unwrap();
    assert_eq!(done.state, ImportState::Done);
    assert_eq!(
        clinic.sizes().await,
        (221, 221),
        "one account and one entry on record for each row"
    );
    for (result, wanted) in done.results.iter().zip(&expected) {
        let done = match wanted["outcome"].as_str() {
            "create" => RowDone::Created,
            "skip" => RowDone::Skipped,
            _ => RowDone::LeftOut,
        };
        assert_eq!((result.row.to_string(), result.done), (wanted["row"].clone(), done));
        assert_eq!(
            result.reasons.is_empty(),
            wanted["why"].is_empty() && wanted["notes"].is_empty(),
            "{result:?}"
        );
        let user = clinic.user(&wanted["login_email"]).await;
        if done != RowDone::Created {
            // The two rows of one person share an account.
            assert_eq!(user.is_some(), wanted["why"] == "duplicate_of", "{wanted:?}");
            continue;
        }
        let user = user.unwrap();
        assert_eq!((&user.profile.name, user.status), (&wanted["name"], Status::Invited));
        let sites: Vec<SiteId> = wanted["sites"].split("; ").map(site).collect();
        assert_eq!(user.primary_site, sites.first().copied());
        let mut assignments: Vec<Assignment> = sites
            .iter()
            .map(|site| Assignment::new(wanted["role"].as_str(), Scope::whole_site(*site)))
            .collect();
        assignments.sort();
        assert_eq!(user.assignments, assignments, "{wanted:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_is_put_right_and_the_same_file_again_changes_nothing() {
    let clinic = Clinic::new().await;
    let view = clinic.upload(ROSTER).await;
    let correct = |row, column, text: &str| Correction {
        row,
        column,
        text: text.to_owned(),
    };
    let mut choices = view.plan.with_near_matches(Choices::default());
    choices.left_out = [158].into();
    choices.corrections = vec![
        correct(5, 8, "1467819489"),
        correct(9, 3, "David.Parker@riverside-clinics.example"),
        correct(18, 8, ""),
        correct(81, 2, "Schneider"),
        correct(124, 3, "espartaco.urena@riverside-clinics.example"),
    ];
    let view = clinic.choose(&view, choices.clone()).await;
    let open: Vec<(u32, String)> = view
        .plan
        .rows
        .iter()
        .filter(|row| row.outcome == RowOutcome::NeedsYou)
        .map(|row| (row.row, why(row)))
        .collect();
    assert_eq!(
        open,
        [(5, "refused:npi_check_digit".to_owned())],
        "the number that was typed is wrong too"
    );
    assert!(matches!(clinic.run(&view, false).await, Err(ImportError::NotReady(1))));
    assert_eq!(clinic.sizes().await, (0, 0));

    let view = clinic
        .choose(&view, choices.corrected(correct(5, 8, "1234567893")))
        .await;
    assert_eq!(
        (
            view.plan.counts.create,
            view.plan.counts.skip,
            view.plan.counts.needs_you
        ),
        (227, 15, 0)
    );
    let done = clinic.run(&view, false).await.unwrap();
    assert_eq!(clinic.sizes().await, (227, 227));
    let jennifer = clinic.user("jennifer.stewart@riverside-clinics.example").await.unwrap();
    assert_eq!(jennifer.primary_site, Some(site("Elm Street")));
    assert_eq!(jennifer.assignments.len(), 2);

    assert_eq!(
        clinic.run(&view, false).await.unwrap(),
        done,
        "asked again, it is still done once"
    );
    assert_eq!(clinic.sizes().await, (227, 227));

    let again = clinic.upload(ROSTER).await;
    let again = clinic.choose(&again, view.choices).await;
    assert_eq!(
        (
            again.plan.counts.to_do(),
            again.plan.counts.skip,
            again.plan.counts.needs_you
        ),
        (0, 242, 0)
    );
    clinic.run(&again, false).await.unwrap();
    assert_eq!(clinic.sizes().await, (227, 227));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_half_done() {
    let clinic = Clinic::new().await;
    let view = clinic.upload(ROSTER).await;
    let (who, id, fingerprint) = (clinic.who.clone(), view.id, view.fingerprint.clone());
    let stopped = clinic
        .db
        .write(move |conn| {
            let asked = ImportRun {
                fingerprint,
                leave_out_unready: true,
                confirmations: vec![],
            };
            run(conn, &who, id, &asked, words())?;
            // As when the process ends before the commit.
            Err::<(), _>(ImportError::Running)
        })
        .await;
    assert!(stopped.is_err());
    assert_eq!(clinic.sizes().await, (0, 0));
    let who = clinic.who.clone();
    let view = clinic.db.read(move |conn| show(conn, &who, id)).await.unwrap();
    assert_eq!((view.state, view.plan.counts.create), (ImportState::Planned, 221));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_seen_is_not_carried_out() {
    let clinic = Clinic::new().await;
    let view = clinic.upload(ROSTER).await;
    // Someone else has made one of the accounts in the meantime.
    let row = view
        .plan
        .rows
        .iter()
        .find(|row| row.outcome == RowOutcome::Create)
        .unwrap();
    let user = User {
        id: UserId(Uuid::now_v7()),
        revision: Default::default(),
        profile: shared::user::Profile {
            name: row.name.clone(),
            login_email: row.login_email.clone(),
            ..Default::default()
        },
        status: Status::Active,
        locked: None,
        assignments: vec![Assignment::new("nurse", Scope::whole_site(site("Elm Street")))],
        primary_site: Some(site("Elm Street")),
        memberships: Default::default(),
        products: Default::default(),
        deactivated_at: None,
    };
    let (organisation, email, id) = (clinic.who.organisation, row.login_email.clone(), user.id);
    clinic.put(user).await;
    clinic
        .db
        .write(move |conn| {
            use crate::store::schema::login_emails_used as le;
            use diesel::prelude::*;
            diesel::insert_into(le::table)
                .values((
                    le::email.eq(email),
                    le::organisation_id.eq(organisation.to_string()),
                    le::user_id.eq(id.to_string()),
                ))
                .execute(conn)?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    assert!(matches!(clinic.run(&view, true).await, Err(ImportError::Changed)));
    assert_eq!(clinic.sizes().await, (1, 0));
    let (who, id) = (clinic.who.clone(), view.id);
    let newer = clinic.db.read(move |conn| show(conn, &who, id)).await.unwrap();
    assert_eq!((newer.plan.counts.create, newer.plan.counts.change), (220, 1));
    clinic.run(&newer, true).await.unwrap();
    assert_eq!(clinic.sizes().await, (221, 221));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_file_executes_nothing() {
    let clinic = Clinic::new().await;
    let view = clinic.upload(ROSTER).await;
    let (who, id) = (clinic.who.clone(), view.id);
    let early = clinic.db.read(move |conn| result_file(conn, &who, id, words())).await;
    assert!(matches!(early, Err(ImportError::NotDone)));
    clinic.run(&view, true).await.unwrap();
    let who = clinic.who.clone();
    let file = clinic
        .db
        .read(move |conn| result_file(conn, &who, id, words()))
        .await
        .unwrap();
    let text = String::from_utf8(file).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let records: Vec<Vec<String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(records.len(), 242);
    assert_eq!(
        records[0],
        [
            "2",
            "Mario Hernandez",
            "mario.hernandez@riverside-clinics.example",
            "Created",
            ""
        ]
    );
    let formula: Vec<&Vec<String>> = records.iter().filter(|record| record[0] == "81").collect();
    assert_eq!(formula[0][3], "Left out");
    let cells = records.iter().flatten();
    assert!(
        cells.clone().all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
        "nothing that would be executed"
    );
    assert!(cells.clone().any(|cell| cell.contains("HYPERLINK")), "and nothing lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_roster_in_other_encodings_and_with_other_separators() {
    let clinic = Clinic::new().await;
    let plain = clinic.upload(ROSTER).await;
    let text = std::str::from_utf8(ROSTER).unwrap();
    let marked: Vec<u8> = [b"\xef\xbb\xbf", ROSTER].concat();
    assert_eq!(clinic.upload(&marked).await.plan, plain.plan);
    for delimiter in [b';', b'\t'] {
        let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        for record in ::csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes())
            .records()
        {
            writer.write_record(&record.unwrap()).unwrap();
        }
        let view = clinic.upload(&writer.into_inner().unwrap()).await;
        assert_eq!(view.plan, plain.plan, "{:?}", view.delimiter);
        assert_eq!(view.delimiter.byte(), delimiter);
    }
    // Windows-1252 has no Vietnamese letters: those names are written as such systems would.
    let western: String = text
        .chars()
        .map(|c| {
            if encoding_rs::WINDOWS_1252.encode(&c.to_string()).2 {
                '?'
            } else {
                c
            }
        })
        .collect();
    let (old, _, lost) = encoding_rs::WINDOWS_1252.encode(&western);
    assert!(!lost);
    let view = clinic.upload(&old).await;
    assert_eq!(view.encoding, shared::import::Encoding::Windows1252);
    assert_eq!(view.plan.counts, plain.plan.counts);
    assert!(view.plan.rows.iter().any(|row| row.name == "Édouard Boulanger"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_may_not_import_are_refused() {
    let clinic = Clinic::new().await;
    let view = clinic.upload(ROSTER).await;
    clinic.run(&view, true).await.unwrap();
    // A practice manager administers users, but not everywhere.
    let manager = clinic.user("larry.thomas@riverside-clinics.example").await.unwrap();
    let who = Who {
        user: manager.id,
        kind: ActorKind::Member,
        ..clinic.who.clone()
    };
    let id = view.id;
    let seen = clinic.db.read(move |conn| show(conn, &who, id)).await;
    assert!(matches!(seen, Err(ImportError::Forbidden)));
    let other = Clinic::new().await;
    let who = other.who.clone();
    let elsewhere = other.db.read(move |conn| show(conn, &who, id)).await;
    assert!(
        matches!(elsewhere, Err(ImportError::NotThere)),
        "another organisation's import is not there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_leaves_once_it_is_confirmed() {
    let clinic = Clinic::new().await;
    let header = "Name,Email,Role,Location,Status\n";
    let ana = |status: &str| format!("{header}Ana García,ana@clinic.example,Nurse,Elm Street,{status}\n");
    let view = clinic.upload(ana("Active").as_bytes()).await;
    clinic.run(&view, false).await.unwrap();
    let invited = clinic.user("ana@clinic.example").await.unwrap();

    let view = clinic.upload(ana("Left").as_bytes()).await;
    assert_eq!(view.plan.counts.deactivate, 1, "the invitation is taken back");
    clinic.run(&view, false).await.unwrap();
    assert_eq!(clinic.user("ana@clinic.example").await, None);

    // Back again: a new account, not the old one.
    let view = clinic.upload(ana("Active").as_bytes()).await;
    clinic.run(&view, false).await.unwrap();
    let back = clinic.user("ana@clinic.example").await.unwrap();
    assert_ne!(back.id, invited.id);
}
