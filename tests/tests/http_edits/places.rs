//! Practices, lines, groups and workspaces that are put away, and who has them (A8, A17, O12, X2, X7).

use scenarios::http::make::{change, grant, resource, site, user};
use scenarios::http::{Session, on_both};
use shared::Edit;
use shared::edit::AccessPatch;
use shared::ids::ResourceId;
use shared::verdict::{Change, Confirmation, Consequence};
use shared::wire::{AuditPage, MembersPage};

use super::{confirmed, see, signed_in};

async fn members(session: &Session, of: ResourceId, query: &str) -> MembersPage {
    session.read(&format!("/api/v1/resources/{of}/members?{query}")).await
}

/// What the latest entry on the record of a person says has changed.
async fn latest(session: &Session, name: &str) -> (Edit, Vec<Change>) {
    let page: AuditPage = session.read(&format!("/api/v1/audit?subject={}", user(name))).await;
    let entry = page.entries.into_iter().next().expect("an entry about them");
    (entry.edit, entry.changes)
}

fn join(resource: ResourceId) -> AccessPatch {
    AccessPatch {
        join: [resource].into(),
        ..AccessPatch::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_x7_a_site_that_is_archived_is_on_the_record_of_everyone_who_worked_there() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        let edit = Edit::ArchiveSite { site: site("oak") };
        let accepted = confirmed(
            &ada,
            edit.clone(),
            Confirmation::Archiving { people: 2 },
            Confirmation::Archiving { people: 1 },
        )
        .await;
        for role in ["manager", "staff"] {
            let loses = Consequence::HoldersLoseSite {
                site: site("oak"),
                role: role.into(),
                people: 1,
            };
            assert!(accepted.verdict.consequences.contains(&loses), "{role}");
        }
        for (name, held) in [("max", "manager at oak"), ("sue", "staff at oak with oak_front")] {
            let (asked, changes) = latest(&ada, name).await;
            let assignment = scenarios::cases::assignment(held);
            assert_eq!(
                (asked, changes),
                (edit.clone(), vec![Change::Revoked { assignment }]),
                "{name}"
            );
            let there = see(&ada, user(name)).await;
            assert_eq!(there.assignments.len(), 1);
            assert_eq!(
                there.revision.0, 2,
                "whoever edits {name} now learns that they were changed"
            );
        }
        // Directly behind the entry about the site, one for each of them, and no other.
        let page: AuditPage = ada.read("/api/v1/audit?kind=archive_site").await;
        let first = accepted.audit_sequence.expect("it is on record");
        let sequences: Vec<u64> = page.entries.iter().map(|entry| entry.sequence).collect();
        assert_eq!(sequences, [first + 2, first + 1, first]);
        // A site that is all that someone has is not put away, whatever is confirmed.
        let verdict = ada
            .refused(
                Edit::ArchiveSite { site: site("elm") },
                &[Confirmation::Archiving { people: 6 }],
            )
            .await;
        assert!(!verdict.refusals.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a8_a17_lines_and_groups_that_are_archived_are_on_the_record_of_those_who_had_them() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        for name in ["ada", "eve"] {
            ada.must(change(name, join(resource("night"))), &[]).await;
        }
        let edit = Edit::ArchiveResource {
            resource: resource("night"),
        };
        let accepted = confirmed(
            &ada,
            edit.clone(),
            Confirmation::Archiving { people: 2 },
            Confirmation::Archiving { people: 0 },
        )
        .await;
        let lose = Consequence::PeopleLose {
            resource: resource("night"),
            people: 2,
        };
        assert_eq!(accepted.verdict.consequences, [lose]);
        let left = vec![Change::Left {
            resource: resource("night"),
        }];
        for name in ["ada", "eve"] {
            assert_eq!(latest(&ada, name).await, (edit.clone(), left.clone()));
            assert!(see(&ada, user(name)).await.memberships.is_empty());
        }
        let line = Edit::ArchiveResource {
            resource: resource("elm_back"),
        };
        ada.must(line.clone(), &[Confirmation::Archiving { people: 1 }]).await;
        let assignment = scenarios::cases::assignment("staff at elm with nothing");
        assert_eq!(latest(&ada, "bea").await, (line, vec![Change::Granted { assignment }]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_members_are_read_page_by_page_with_who_can_be_notified() {
    on_both(async |app| {
        let ada = signed_in(&app, "artera", "ada").await;
        for name in ["ada", "eve"] {
            ada.must(change(name, join(resource("night"))), &[]).await;
        }
        let all = members(&ada, resource("night"), "").await;
        let told: Vec<_> = all
            .members
            .iter()
            .map(|one| (one.name.as_str(), one.notifiable))
            .collect();
        assert_eq!(told, [("Ada Okafor", Some(true)), ("Eve Lindqvist", Some(false))]);
        assert_eq!((all.total, all.next), (2, None));
        let first = members(&ada, resource("night"), "limit=1").await;
        let next = first.next.expect("there is another page");
        let second = members(&ada, resource("night"), &format!("limit=1&after={next}")).await;
        assert_eq!((first.members.len(), second.members.len(), second.next), (1, 1, None));
        assert_eq!(members(&ada, resource("night"), "search=LINDQ").await.total, 1);
        ada.get(&format!(
            "/api/v1/resources/{}/members?after=nonsense",
            resource("night")
        ))
        .await
        .expect_status(400);

        // Lines: those for whom the line was chosen; of them a Manager sees those of their own practices.
        let mia = app.as_person("mia").await;
        let front = members(&mia, resource("elm_front"), "").await;
        let names: Vec<&str> = front.members.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Sam Reyes", "Sue Park"]);
        assert!(front.members.iter().all(|one| one.notifiable.is_none()));
        for unseen in ["oak_front", "night", "nothing"] {
            mia.get(&format!("/api/v1/resources/{}/members", resource(unseen)))
                .await
                .expect_status(404);
        }
        let sam = app.as_person("sam").await;
        sam.get(&format!("/api/v1/resources/{}/members", resource("elm_front")))
            .await
            .expect_status(403);
        mia.must(change("bea", grant(&["staff at elm with elm_back, elm_front"])), &[])
            .await;
        assert_eq!(members(&mia, resource("elm_front"), "").await.total, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o12_a_deleted_user_is_out_of_every_workspace_and_the_others_stay() {
    on_both(async |app| {
        let ann = signed_in(&app, "optra", "ann").await;
        assert_eq!(members(&ann, resource("cardio"), "").await.total, 2);
        ann.must(
            Edit::Delete { user: user("cy") },
            &[Confirmation::Deletion { user: user("cy") }],
        )
        .await;
        let cardio = members(&ann, resource("cardio"), "").await;
        let ids: Vec<_> = cardio.members.iter().map(|one| one.user).collect();
        assert_eq!(ids, [user("dot")]);
        assert_eq!(members(&ann, resource("trials"), "").await.total, 0);
        let dot = app.as_person("dot").await;
        dot.get(&format!("/api/v1/resources/{}/members", resource("cardio")))
            .await
            .expect_status(403);
    })
    .await;
}
