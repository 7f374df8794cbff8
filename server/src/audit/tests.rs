use diesel::connection::SimpleConnection;
use shared::ids::SiteId;
use shared::policy::preset;
use uuid::Uuid;

use super::*;
use crate::store::{self, testing::TestDb};

const NOW: Timestamp = Timestamp(1_763_769_600_000);

/// What `verify` finds in a record of five rows after somebody went past the triggers.
async fn findings_after(tampering: &'static str) -> Vec<Finding> {
    let kept = TestDb::open_sqlite().await;
    kept.db
        .write(move |conn| {
            let organisation = OrganisationId(Uuid::now_v7());
            let policy = preset::all().first().unwrap().policy();
            store::create_organisation(conn, organisation, "Elm", &policy, NOW)?;
            for row in 1..=5_u128 {
                append(
                    conn,
                    &Record {
                        organisation,
                        at: NOW,
                        actor: &AuditPerson {
                            user: UserId(Uuid::from_u128(row)),
                            name: format!("Person {row}"),
                        },
                        actor_kind: ActorKind::Member,
                        origin: "192.0.2.1",
                        edit: &Edit::ArchiveSite {
                            site: SiteId(Uuid::from_u128(row)),
                        },
                        subject: None,
                        changes: &[],
                        confirmations: &[],
                    },
                )?;
            }
            conn.batch_execute(
                "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_append",
            )?;
            conn.batch_execute(tampering)?;
            verify(conn, organisation)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn an_honest_record_has_no_findings() {
    assert_eq!(findings_after("").await, []);
}

#[tokio::test]
async fn a_changed_row_is_named() {
    let found = findings_after("UPDATE audit SET actor_name = 'Somebody' WHERE sequence = 3").await;
    assert_eq!(found, [Finding::Changed { sequence: 3 }]);
    let found = findings_after("UPDATE audit SET subject_name = '' WHERE sequence = 5").await;
    assert_eq!(found, [Finding::Changed { sequence: 5 }]);
}

#[tokio::test]
async fn a_removed_row_is_named() {
    assert_eq!(
        findings_after("DELETE FROM audit WHERE sequence = 1").await,
        [Finding::Removed { from: 1, to: 1 }]
    );
    assert_eq!(
        findings_after("DELETE FROM audit WHERE sequence IN (2, 3)").await,
        [Finding::Removed { from: 2, to: 3 }]
    );
    assert_eq!(
        findings_after("DELETE FROM audit WHERE sequence >= 4").await,
        [Finding::Removed { from: 4, to: 5 }]
    );
    assert_eq!(
        findings_after("DELETE FROM audit").await,
        [Finding::Removed { from: 1, to: 5 }]
    );
}

#[tokio::test]
async fn an_inserted_row_is_named() {
    let found = findings_after(
        "CREATE TEMP TABLE copy AS SELECT * FROM audit WHERE sequence = 5;
         UPDATE copy SET sequence = 6, previous_hash = hash;
         INSERT INTO audit SELECT * FROM copy",
    )
    .await;
    assert_eq!(found, [Finding::Inserted { sequence: 6 }]);
}

#[tokio::test]
async fn a_row_changed_together_with_its_hash_is_named_by_the_row_behind_it() {
    let found = findings_after("UPDATE audit SET hash = 'abc' WHERE sequence = 2").await;
    assert_eq!(
        found,
        [Finding::Changed { sequence: 2 }, Finding::Replaced { sequence: 2 }]
    );
    let found = findings_after("UPDATE audit SET hash = 'abc' WHERE sequence = 5").await;
    assert_eq!(
        found,
        [Finding::Changed { sequence: 5 }, Finding::Replaced { sequence: 5 }]
    );
}
