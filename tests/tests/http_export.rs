//! Lists taken out as files, on both databases: all that the list shows and nothing more, on the record, whatever its length.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an answer of another shape is a failed test"
)]

use reqwest::Method;
use scenarios::http::make::{retype, user};
use scenarios::http::{Answer, Session, on_both};
use serde_json::Value;
use shared::Edit;
use shared::access::{Assignment, Scope};
use shared::export::{Column, ExportFormat, ExportedList};
use shared::ids::{Revision, UserId};
use shared::lifecycle::Status;
use shared::text::{Language, Teller, Words};
use shared::user::{Profile, ProfileField, User};
use shared::verdict::{Change, Undecided};
use shared::wire::{AuditPage, UserPage, UserSort};
use uuid::Uuid;

async fn export(session: &Session, path: &str) -> Answer {
    session.get(path).await.expect_status(200)
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The lines of a CSV file without line breaks in its cells, cell by cell.
fn table(answer: &Answer) -> Vec<Vec<String>> {
    let text = answer.body.strip_prefix('\u{feff}').expect("a byte order mark");
    let lines = text.strip_suffix("\r\n").expect("a last line that ends").split("\r\n");
    let cells = |line: &str| {
        let inner = line
            .strip_prefix('"')
            .and_then(|line| line.strip_suffix('"'))
            .expect("quoted cells");
        inner.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
    };
    lines.map(cells).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_a_file_has_what_the_list_shows_this_reader_and_nothing_more() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let page: UserPage = ana.read("/api/v1/users?sort=login_email&limit=500").await;
        let answer = export(&ana, "/api/v1/users/export?sort=login_email").await;
        let lines = table(&answer);
        let words = &world.policy.words;
        assert_eq!(lines[0][2..4], [words.role.clone(), words.sites.clone()]);
        let emails: Vec<&str> = lines[1..].iter().map(|line| line[1].as_str()).collect();
        let shown: Vec<&str> = page.rows.iter().map(|row| row.login_email.as_str()).collect();
        assert_eq!(emails, shown);
        assert_eq!(header(&answer, "x-total-count"), shown.len().to_string());
        assert_eq!(header(&answer, "content-type"), "text/csv; charset=utf-8");
        let disposition = header(&answer, "content-disposition");
        assert!(
            disposition.starts_with("attachment; filename=\"") && disposition.contains("users-active-"),
            "{disposition}"
        );

        // Whoever manages one site gets those of that site, and nothing of other sites in their rows.
        let manager = world
            .users
            .iter()
            .find(|user| {
                user.can_sign_in()
                    && user.assignments.iter().all(|held| held.scope != Scope::Organisation)
                    && user.assignments.iter().any(|held| {
                        world
                            .policy
                            .role(&held.role)
                            .is_some_and(|role| !role.administers.is_empty())
                    })
            })
            .expect("somebody manages one site");
        let manager = app.sign_in(&manager.profile.login_email).await;
        let page: UserPage = manager.read("/api/v1/users?limit=500").await;
        let answer = export(&manager, "/api/v1/users/export?format=json&after=7b7d&limit=1").await;
        let rows: Vec<Value> = answer.json();
        assert!(page.rows.len() < shown.len());
        assert_eq!(rows.len(), page.rows.len());
        for (row, shown) in rows.iter().zip(&page.rows) {
            assert_eq!(row["login_email"], shown.login_email.as_str());
            let reached = shown.assignments.iter().filter_map(|held| held.place().site());
            for site in &world.organisation.sites {
                let here = reached.clone().any(|reached| reached == site.id);
                let told = row["sites"].as_str().unwrap().contains(&site.name);
                let everywhere = shown.assignments.iter().any(|held| held.scope == Scope::Organisation);
                assert!(everywhere || here == told, "{row} {}", site.name);
            }
        }
        // And of the record nothing that they may not read.
        let answer = manager.get("/api/v1/audit/export").await.expect_status(403);
        assert_eq!(answer.problem().kind, "/problems/forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_administers_nobody_takes_nothing_out_and_nothing_is_on_record() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let nobody = world
            .users
            .iter()
            .find(|user| {
                user.can_sign_in()
                    && user.assignments.iter().all(|held| {
                        world
                            .policy
                            .role(&held.role)
                            .is_some_and(|role| role.administers.is_empty())
                    })
            })
            .expect("somebody administers nothing");
        let session = app.sign_in(&nobody.profile.login_email).await;
        for path in ["/api/v1/users/export", "/api/v1/audit/export?format=json"] {
            let answer = session.get(path).await.expect_status(403);
            assert_eq!(answer.problem().kind, "/problems/forbidden", "{path}");
            app.anonymous().get(path).await.expect_status(401);
        }
        ana.get("/api/v1/users/export?format=xml").await.expect_status(400);
        let record: AuditPage = ana.read("/api/v1/audit?kind=export").await;
        assert_eq!(record.entries, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_an_export_is_on_record_with_its_filters_and_its_number_of_rows() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let answer = export(&ana, "/api/v1/users/export?search=a&sort=newest&format=json").await;
        let rows: Vec<Value> = answer.json();
        let record: AuditPage = ana.read("/api/v1/audit?kind=export").await;
        let [entry] = record.entries.as_slice() else {
            unreachable!("one export: {record:?}")
        };
        assert_eq!(entry.actor.user, user("ana"));
        let Edit::Export { list, format } = &entry.edit else {
            unreachable!("an export: {entry:?}")
        };
        assert_eq!(*format, ExportFormat::Json);
        assert!(
            matches!(list, ExportedList::Users(query) if query.search == "a" && query.sort == UserSort::Newest),
            "{list:?}"
        );
        let exported = u32::try_from(rows.len()).unwrap();
        assert_eq!(entry.changes, [Change::Exported { rows: exported }]);

        // Nobody can claim an export that was none.
        let verdict = ana.refused(entry.edit.clone(), &[]).await;
        assert_eq!(verdict.undecided, [Undecided::Headcount]);
        let record: AuditPage = ana.read("/api/v1/audit?kind=export").await;
        assert_eq!(record.entries.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_taken_out_newest_first_with_old_and_new_values() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        for name in ["=1+1", "Second name"] {
            ana.must(retype("abe", &[(ProfileField::Name, name)]), &[]).await;
        }
        let answer = export(&ana, "/api/v1/audit/export?kind=change").await;
        let lines = table(&answer);
        assert_eq!(header(&answer, "x-total-count"), "2");
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!((lines[1][0].as_str(), lines[2][0].as_str()), ("2", "1"));
        assert_eq!(lines[1][4], "Second name");
        assert_eq!(lines[2][4], "'=1+1", "no formula: {lines:?}");
        assert!(
            lines[1][5].contains("=1+1") && lines[1][5].contains("Second name"),
            "{lines:?}"
        );
        // The export that is under way is not in its own file, the one before is.
        let answer = export(&ana, "/api/v1/audit/export?format=json").await;
        let entries: Vec<Value> = answer.json();
        let sequences: Vec<&str> = entries
            .iter()
            .map(|entry| entry["sequence"].as_str().unwrap())
            .collect();
        assert_eq!(sequences, ["3", "2", "1"]);
        assert_eq!(header(&answer, "x-total-count"), "3");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_a_file_is_told_in_the_language_that_is_asked_for() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        for language in [Language::English, Language::French, Language::Spanish] {
            let request = ana.request(Method::GET, "/api/v1/users/export?sort=login_email");
            let answer = ana
                .send(request.header("accept-language", language.tag()))
                .await
                .expect_status(200);
            let words = Words::builtin(language);
            let policy = world.policy.spoken(words);
            let teller = Teller::new(&policy, &world.organisation, words);
            let lines = table(&answer);
            assert_eq!(lines[0][2], policy.words.role, "{language:?}");
            assert_eq!(lines[0][5], teller.column(Column::Status), "{language:?}");
            assert_eq!(lines[1][5], teller.status(Status::Active), "{language:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_many_pages_is_whole_and_in_order() {
    on_both(async |app| {
        let mut world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let first = world.users[0].clone();
        let site = world.organisation.sites[0].id;
        let crowd: Vec<User> = (0..1_700_u128)
            .map(|number| User {
                id: UserId(Uuid::from_u128(0xc0de_0000 + number)),
                revision: Revision(1),
                profile: Profile {
                    name: format!("Crowd {:04}", 1_699 - number),
                    login_email: format!("crowd{number}@riverside.example"),
                    ..Profile::default()
                },
                status: Status::Active,
                locked: None,
                assignments: vec![Assignment::new("front_desk", Scope::whole_site(site))],
                primary_site: Some(site),
                deactivated_at: None,
                ..first.clone()
            })
            .collect();
        let (organisation, policy, now) = (world.organisation.id, world.policy.clone(), world.now);
        world.users.clear();
        app.past_the_server(move |conn| server::store::insert_users(conn, organisation, &crowd, &policy, now))
            .await
            .unwrap();
        let answer = export(&ana, "/api/v1/users/export?search=crowd").await;
        let lines = table(&answer);
        assert_eq!(header(&answer, "x-total-count"), "1700");
        let names: Vec<String> = lines[1..].iter().map(|line| line[0].clone()).collect();
        let wanted: Vec<String> = (0..1_700).map(|number| format!("Crowd {number:04}")).collect();
        assert_eq!(names, wanted);
        let rows: Vec<Value> = export(
            &ana,
            "/api/v1/users/export?search=crowd&format=json&sort=name_descending",
        )
        .await
        .json();
        assert_eq!(rows.len(), 1_700);
        assert_eq!(rows[0]["name"], "Crowd 1699");
    })
    .await;
}
