//! The audit record over HTTP, on both databases (X7): who, when, from where, what, and that nobody changes it, not even
//! past the server without being found out.
#![cfg(not(target_arch = "wasm32"))]

use diesel::connection::SimpleConnection;
use scenarios::cases;
use scenarios::http::make::{another, change, email, grant, instead, invite, retype, site, user};
use scenarios::http::{Backend, Session, TestApp, on_both};
use server::audit::{self, Finding};
use shared::Edit;
use shared::facts::ActorKind;
use shared::ids::OrganisationId;
use shared::user::ProfileField;
use shared::verdict::{Change, Confirmation};
use shared::wire::{AuditEntry, AuditPage};

async fn read(session: &Session, query: &str) -> Vec<AuditEntry> {
    session
        .read::<AuditPage>(&format!("/api/v1/audit?{query}"))
        .await
        .entries
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_every_kind_of_edit_leaves_its_row() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let began = server::clock::now();
        let kit = user("kit");
        let edits = [
            (invite("kit", "Kit Ode", "front_desk at elm", "elm"), vec![]),
            (
                retype(
                    "kit",
                    &[(ProfileField::Name, "Kit O."), (ProfileField::Phone, "+1 555 010 0199")],
                ),
                vec![],
            ),
            (
                change("kit", instead(&["front_desk at elm"], &["billing_manager at elm"])),
                vec![],
            ),
            (Edit::ResendInvitation { user: kit }, vec![]),
            (Edit::Lock { user: user("fin") }, vec![]),
            (Edit::Unlock { user: user("fin") }, vec![]),
            (
                Edit::Deactivate { user: user("fin") },
                vec![Confirmation::Deactivation { user: user("fin") }],
            ),
            (Edit::Activate { user: user("fin") }, vec![]),
            (Edit::SetTemporaryPassword { user: user("fin") }, vec![]),
            (
                Edit::SetRolePermissions {
                    role: "front_desk".into(),
                    grant: ["billing.refunds".into()].into(),
                    revoke: [].into(),
                },
                vec![],
            ),
            (
                Edit::CreateSite {
                    site: site("new"),
                    name: "Harbour View".to_owned(),
                },
                vec![],
            ),
            (
                Edit::RenameSite {
                    site: site("new"),
                    name: "Harbour".to_owned(),
                },
                vec![],
            ),
            (Edit::ArchiveSite { site: site("new") }, vec![]),
        ];
        for (edit, confirmations) in &edits {
            let accepted = ana.must(edit.clone(), confirmations).await;
            let entries = read(&ana, "limit=1").await;
            let [entry] = entries.as_slice() else {
                unreachable!("one row was asked for")
            };
            assert_eq!(Some(entry.sequence), accepted.audit_sequence);
            assert_eq!(
                (&entry.edit, &entry.confirmations, &entry.changes),
                (edit, confirmations, &accepted.verdict.changes)
            );
            assert_eq!(
                (entry.actor.user, entry.actor.name.as_str()),
                (user("ana"), "Ana Ferreira")
            );
            assert_eq!(
                (entry.actor_kind, entry.origin.as_str()),
                (ActorKind::Member, "127.0.0.1")
            );
            assert!(entry.at >= began && entry.at <= server::clock::now());
            assert_eq!(entry.subject.as_ref().map(|subject| subject.user), edit.user());
            assert_eq!(entry.hash.len(), 64);
        }
        let all = read(&ana, "limit=500").await;
        let sequences: Vec<u64> = all.iter().map(|entry| entry.sequence).collect();
        assert_eq!(
            sequences,
            (1..=edits.len() as u64).rev().collect::<Vec<_>>(),
            "newest first, without gaps"
        );
        // Old and new values.
        let expected = Change::ProfileChanged {
            field: ProfileField::Name,
            from: "Kit Ode".to_owned(),
            to: "Kit O.".to_owned(),
        };
        assert!(all.iter().any(|entry| entry.changes.contains(&expected)));
        let (revoked, granted) = (
            cases::assignment("front_desk at elm"),
            cases::assignment("billing_manager at elm"),
        );
        assert!(all.iter().any(|entry| {
            entry.changes.contains(&Change::Revoked {
                assignment: revoked.clone(),
            }) && entry.changes.contains(&Change::Granted {
                assignment: granted.clone(),
            })
        }));
        assert_eq!(findings(&app).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_what_is_refused_or_only_judged_leaves_no_row_and_confirmations_nobody_asked_for_neither() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        ana.refused(Edit::Deactivate { user: user("fin") }, &[]).await;
        ana.judge(Edit::Lock { user: user("fin") }, Some(shared::ids::Revision(1)))
            .await
            .expect_status(200);
        assert_eq!(read(&ana, "").await, []);
        ana.must(
            Edit::Lock { user: user("fin") },
            &[Confirmation::Deletion { user: user("fin") }],
        )
        .await;
        assert_eq!(
            read(&ana, "").await.first().map(|entry| entry.confirmations.len()),
            Some(0)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_the_record_is_filtered_and_read_page_by_page() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (ana, abe) = (app.as_person("ana").await, app.as_person("abe").await);
        for round in 0..4 {
            let text = format!("+1 555 010 010{round}");
            ana.must(retype("fin", &[(ProfileField::Phone, &text)]), &[]).await;
            abe.must(retype("fay", &[(ProfileField::Phone, &text)]), &[]).await;
        }
        abe.must(Edit::Lock { user: user("fin") }, &[]).await;
        let sequences =
            async |query: String| -> Vec<u64> { read(&ana, &query).await.iter().map(|entry| entry.sequence).collect() };
        assert_eq!(sequences(format!("subject={}", user("fin"))).await, [9, 7, 5, 3, 1]);
        assert_eq!(sequences(format!("actor={}", user("abe"))).await, [9, 8, 6, 4, 2]);
        assert_eq!(sequences("kind=lock".to_owned()).await, [9]);
        assert_eq!(
            sequences(format!("actor={}&subject={}", user("abe"), user("fin"))).await,
            [9]
        );
        assert_eq!(sequences("search=NOVAK".to_owned()).await, [9, 8, 6, 4, 2]);
        assert_eq!(sequences("search=larsen".to_owned()).await, [9, 7, 5, 3, 1]);
        assert_eq!(sequences("search=nobody".to_owned()).await, [] as [u64; 0]);
        let at = |sequence: u64| {
            let ana = &ana;
            async move {
                read(ana, "")
                    .await
                    .iter()
                    .find(|entry| entry.sequence == sequence)
                    .map(|entry| entry.at.0)
            }
        };
        let (fourth, newest) = (at(4).await.expect("row 4"), at(9).await.expect("row 9"));
        let earlier = sequences(format!("until={fourth}")).await;
        assert!(
            !earlier.contains(&4) && earlier.first().is_some_and(|sequence| *sequence < 4),
            "{earlier:?}"
        );
        assert_eq!(sequences(format!("from={}", newest + 1)).await, [] as [u64; 0]);

        let (mut seen, mut before) = (Vec::new(), String::new());
        loop {
            let page: AuditPage = ana.read(&format!("/api/v1/audit?limit=2{before}")).await;
            assert!(page.entries.len() <= 2);
            seen.extend(page.entries.iter().map(|entry| entry.sequence));
            // Rows that come meanwhile are newer: they are on no page behind.
            ana.must(
                retype(
                    "pia",
                    &[(ProfileField::Phone, &format!("+1 555 010 02{:02}", seen.len()))],
                ),
                &[],
            )
            .await;
            match page.next {
                Some(next) => before = format!("&before={next}"),
                None => break,
            }
        }
        assert_eq!(seen, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_only_those_who_may_read_it_do_and_only_their_own_organisations() {
    on_both(async |app| {
        let world = cases::world("decoda");
        app.put(&world).await;
        app.put(&another(&world)).await;
        let ana = app.as_person("ana").await;
        ana.must(Edit::Lock { user: user("fin") }, &[]).await;
        for name in ["pam", "fay"] {
            let problem = app
                .as_person(name)
                .await
                .get("/api/v1/audit")
                .await
                .expect_status(403)
                .problem();
            assert_eq!(problem.kind, "/problems/forbidden");
        }
        let other = app.sign_in("ana@lakeview.example").await;
        assert_eq!(read(&other, "").await, []);
        assert_eq!(read(&other, &format!("subject={}", user("fin"))).await, []);
        // Each organisation counts for itself.
        let edit = Edit::CreateSite {
            site: site("theirs"),
            name: "Lake View".to_owned(),
        };
        assert_eq!(other.must(edit, &[]).await.audit_sequence, Some(1));
        assert_eq!(read(&ana, "").await.len(), 1);
    })
    .await;
}

fn organisation() -> OrganisationId {
    cases::world("decoda").organisation.id
}

async fn findings(app: &TestApp) -> Vec<Finding> {
    app.past_the_server(|conn| audit::verify(conn, organisation()))
        .await
        .expect("the record is read")
}

/// A record of five rows.
async fn recorded(app: &TestApp) {
    app.put_world("decoda").await;
    let ana = app.as_person("ana").await;
    for round in 0..5 {
        ana.must(
            retype("fin", &[(ProfileField::Phone, &format!("+1 555 010 010{round}"))]),
            &[],
        )
        .await;
    }
    assert_eq!(findings(app).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_the_database_itself_refuses_to_change_the_record() {
    on_both(async |app| {
        recorded(&app).await;
        for attempt in [
            "UPDATE audit SET actor_name = 'Somebody' WHERE sequence = 2",
            "UPDATE audit SET hash = 'abc'",
            "DELETE FROM audit WHERE sequence = 5",
            "DELETE FROM audit",
        ] {
            let refused = app.past_the_server(move |conn| Ok(conn.batch_execute(attempt)?)).await;
            assert!(
                refused.is_err_and(|error| error.to_string().contains("audit record")),
                "{attempt}"
            );
        }
        assert_eq!(findings(&app).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_row_that_was_changed_removed_or_inserted_past_the_triggers_is_named() {
    for (tampering, expected) in [
        ("UPDATE audit SET actor_name = 'Somebody' WHERE sequence = 2", vec![Finding::Changed { sequence: 2 }]),
        ("UPDATE audit SET at = at + 1 WHERE sequence = 5", vec![Finding::Changed { sequence: 5 }]),
        ("UPDATE audit SET changes_json = '[]' WHERE sequence = 1", vec![Finding::Changed { sequence: 1 }]),
        ("DELETE FROM audit WHERE sequence = 3", vec![Finding::Removed { from: 3, to: 3 }]),
        ("DELETE FROM audit WHERE sequence > 3", vec![Finding::Removed { from: 4, to: 5 }]),
        (
            "INSERT INTO audit SELECT organisation_id, 6, at, actor_id, actor_name, actor_kind, origin, edit_kind, edit_json,
             subject_id, subject_name, search_text, changes_json, confirmations_json, hash, hash
             FROM audit WHERE sequence = 5",
            vec![Finding::Inserted { sequence: 6 }],
        ),
    ] {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let app = TestApp::start(backend).await;
            recorded(&app).await;
            let triggers = match backend {
                Backend::Sqlite => "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_append",
                Backend::Postgres => "ALTER TABLE audit DISABLE TRIGGER USER",
            };
            app.past_the_server(move |conn| {
                conn.batch_execute(triggers)?;
                Ok(conn.batch_execute(tampering)?)
            })
            .await
            .expect("whoever owns the database can do that");
            assert_eq!(findings(&app).await, expected, "{tampering} on {backend:?}");
        }
    }
}

/// A person who was put on record keeps the name they had then.
#[tokio::test(flavor = "multi_thread")]
async fn x7_the_record_outlives_the_account() {
    on_both(async |app| {
        app.put_world("optra").await;
        let ann = app.as_person("ann").await;
        ann.must(change("cy", grant(&["billing_admin"])), &[]).await;
        ann.must(
            Edit::Delete { user: user("cy") },
            &[Confirmation::Deletion { user: user("cy") }],
        )
        .await;
        let kept = read(&ann, &format!("subject={}", user("cy"))).await;
        assert_eq!(kept.len(), 2);
        for entry in kept {
            assert_eq!(entry.subject.map(|subject| subject.name), Some(email("cy")));
        }
    })
    .await;
}
