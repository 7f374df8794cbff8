use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use shared::access::{Assignment, Scope};
use shared::edit::AccessPatch;
use shared::ids::{OrganisationId, SiteId, UserId};
use shared::lifecycle::Status;
use shared::policy::preset;
use shared::user::ProfileField;
use shared::verdict::{Confirmation, Reason};
use shared::wire::{AuditQuery, UserQuery, UserSort, UserTab};
use uuid::Uuid;

use super::*;
use crate::store::schema::{audit as au, credentials, idempotency, invitations, outbox};
use crate::store::testing::TestDb;

struct Clinic {
    db: Db,
    organisation: OrganisationId,
    elm: SiteId,
    oak: SiteId,
    admin: UserId,
    _kept: TestDb,
}

const NOW: Timestamp = Timestamp(1_763_769_600_000);

fn as_of(asker: Asker, now: Timestamp) -> Context {
    Context {
        asker,
        now,
        mode: Mode::Apply,
        temporary: None,
    }
}

fn proposal(edit: Edit, seen: Option<u64>, confirmations: Vec<Confirmation>) -> Proposal {
    Proposal {
        edit,
        seen_revision: seen.map(Revision),
        confirmations,
        idempotency_key: Uuid::now_v7(),
    }
}

fn invite(user: UserId, name: &str, email: &str, role: &str, scope: Scope, primary: SiteId) -> Edit {
    Edit::Invite {
        user,
        profile: BTreeMap::from([
            (ProfileField::Name, name.to_owned()),
            (ProfileField::LoginEmail, email.to_owned()),
        ]),
        access: AccessPatch {
            grant: vec![Assignment::new(role, scope)],
            primary_site: Some(primary),
            ..AccessPatch::default()
        },
    }
}

fn new_user() -> UserId {
    UserId(Uuid::now_v7())
}

impl Clinic {
    async fn new() -> Self {
        let kept = TestDb::open().await;
        let clinic = Self {
            db: kept.db.clone(),
            organisation: OrganisationId(Uuid::now_v7()),
            elm: SiteId(Uuid::now_v7()),
            oak: SiteId(Uuid::now_v7()),
            admin: new_user(),
            _kept: kept,
        };
        let (organisation, elm, oak, admin) = (clinic.organisation, clinic.elm, clinic.oak, clinic.admin);
        clinic
            .db
            .write(move |conn| -> Result<(), EditError> {
                let policy = preset::find("decoda").unwrap().policy();
                store::create_organisation(conn, organisation, "Elm and Oak", &policy, NOW)?;
                let context = as_of(Asker::operator(organisation), NOW);
                for (site, name) in [(elm, "Elm Street"), (oak, "Oak Lane")] {
                    let edit = Edit::CreateSite {
                        site,
                        name: name.to_owned(),
                    };
                    propose_in(conn, &context, &proposal(edit, None, vec![]))?;
                }
                let edit = invite(
                    admin,
                    "Maya Reyes",
                    "maya@elm.example",
                    "administrator",
                    Scope::Organisation,
                    elm,
                );
                propose_in(conn, &context, &proposal(edit, None, vec![]))?;
                accept_invitation(conn, &context, admin, "hash", Password::Chosen)?.unwrap();
                Ok(())
            })
            .await
            .unwrap();
        clinic
    }

    fn by(&self, user: UserId) -> Asker {
        Asker {
            authenticated: None,
            embedded: None,
            organisation: self.organisation,
            user,
            kind: Default::default(),
            origin: "192.0.2.1".to_owned(),
        }
    }

    async fn propose(&self, by: UserId, proposal: Proposal) -> Result<Accepted, EditError> {
        let context = as_of(self.by(by), NOW);
        self.db.write(move |conn| propose_in(conn, &context, &proposal)).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Conn) -> T + Send + 'static) -> T {
        self.db
            .write(move |conn| Ok::<_, StoreError>(work(conn)))
            .await
            .unwrap()
    }

    async fn nurse(&self, name: &str, email: &str) -> User {
        let edit = invite(new_user(), name, email, "nurse", Scope::whole_site(self.elm), self.elm);
        self.propose(self.admin, proposal(edit, None, vec![]))
            .await
            .unwrap()
            .subject
            .unwrap()
    }
}

#[tokio::test]
async fn an_invitation_is_stored_with_its_mail_and_its_audit_row() {
    let clinic = Clinic::new().await;
    let nurse = clinic.nurse("Zoë Lê", "Zoe@Elm.example").await;
    assert_eq!(nurse.status, Status::Invited);
    assert_eq!(nurse.profile.login_email, "zoe@elm.example");
    let (organisation, id) = (clinic.organisation, nurse.id);
    let stored = clinic
        .run(move |conn| store::load_user(conn, organisation, id).unwrap().unwrap())
        .await;
    assert_eq!(stored, nurse);
    let (mails, expires): (i64, i64) = clinic
        .run(move |conn| {
            let mails = outbox::table
                .filter(outbox::user_id.eq(id.to_string()))
                .count()
                .get_result(conn)
                .unwrap();
            (
                mails,
                invitations::table
                    .find(id.to_string())
                    .select(invitations::expires_at)
                    .first(conn)
                    .unwrap(),
            )
        })
        .await;
    assert_eq!(mails, 1);
    assert!(expires > NOW.0);
    let findings = clinic.run(move |conn| audit::verify(conn, organisation).unwrap()).await;
    assert_eq!(findings, []);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_changes_nothing_twice() {
    let clinic = Clinic::new().await;
    let edit = invite(
        new_user(),
        "Ann Lee",
        "ann@elm.example",
        "nurse",
        Scope::whole_site(clinic.elm),
        clinic.elm,
    );
    let first = proposal(edit, None, vec![]);
    let answer = clinic.propose(clinic.admin, first.clone()).await.unwrap();
    assert_eq!(clinic.propose(clinic.admin, first.clone()).await.unwrap(), answer);
    let other = Proposal {
        edit: Edit::Deactivate { user: new_user() },
        ..first
    };
    assert!(matches!(
        clinic.propose(clinic.admin, other).await,
        Err(EditError::KeyUsed)
    ));
}

#[tokio::test]
async fn a_stale_revision_is_answered_with_what_changed_since() {
    let clinic = Clinic::new().await;
    let nurse = clinic.nurse("Ann Lee", "ann@elm.example").await;
    let rename = |name: &str| Edit::Change {
        user: nurse.id,
        profile: BTreeMap::from([(ProfileField::Name, name.to_owned())]),
        access: AccessPatch::default(),
    };
    let seen = nurse.revision.0;
    clinic
        .propose(clinic.admin, proposal(rename("Ann Leigh"), Some(seen), vec![]))
        .await
        .unwrap();
    let second = clinic
        .propose(clinic.admin, proposal(rename("Anne Lee"), Some(seen), vec![]))
        .await;
    let Err(EditError::ChangedMeanwhile { facts, since }) = second else {
        panic!("{second:?}")
    };
    assert_eq!(facts.subject.unwrap().profile.name, "Ann Leigh");
    assert_eq!(since.len(), 1);
    assert_eq!(since[0].actor.name, "Maya Reyes");
    let unseen = clinic
        .propose(clinic.admin, proposal(rename("Anne Lee"), None, vec![]))
        .await;
    assert!(matches!(unseen, Err(EditError::RevisionMissing)));
}

#[tokio::test]
async fn a_refused_edit_changes_nothing() {
    let clinic = Clinic::new().await;
    let leave = proposal(
        Edit::Deactivate { user: clinic.admin },
        Some(2),
        vec![Confirmation::Deactivation { user: clinic.admin }],
    );
    let refused = clinic.propose(clinic.admin, leave).await;
    let Err(EditError::Refused(verdict)) = refused else {
        panic!("{refused:?}")
    };
    assert!(
        verdict
            .refusals
            .iter()
            .any(|refusal| refusal.reason == Reason::LastAdministrator),
        "{verdict:?}"
    );
    let organisation = clinic.organisation;
    let entries = clinic
        .run(move |conn| {
            store::organisation_row(conn, organisation)
                .unwrap()
                .unwrap()
                .audit_sequence
        })
        .await;
    assert_eq!(entries, 4);
}

#[tokio::test]
async fn a_temporary_password_is_shown_once_and_kept_nowhere() {
    let clinic = Clinic::new().await;
    let nurse = clinic.nurse("Ann Lee", "ann@elm.example").await;
    let (context, id) = (as_of(clinic.by(nurse.id), NOW), nurse.id);
    clinic
        .run(move |conn| {
            accept_invitation(conn, &context, id, "hash", Password::Chosen)
                .unwrap()
                .unwrap()
        })
        .await;
    let set = proposal(Edit::SetTemporaryPassword { user: nurse.id }, Some(2), vec![]);
    let plain = clinic
        .propose(clinic.admin, set.clone())
        .await
        .unwrap()
        .temporary_password
        .unwrap();
    assert_eq!(
        clinic.propose(clinic.admin, set).await.unwrap().temporary_password,
        None
    );
    let (must_change, texts): (bool, Vec<String>) = clinic
        .run(move |conn| {
            let must_change = credentials::table
                .find(id.to_string())
                .select(credentials::must_change)
                .first(conn)
                .unwrap();
            let mut texts: Vec<String> = idempotency::table
                .select(idempotency::response_json)
                .load(conn)
                .unwrap();
            texts.extend(au::table.select(au::changes_json).load::<String>(conn).unwrap());
            (must_change, texts)
        })
        .await;
    assert!(must_change);
    assert!(texts.iter().all(|text| !text.contains(&plain)));
}

#[tokio::test]
async fn two_simultaneous_demotions_leave_an_administrator() {
    let clinic = Clinic::new().await;
    let other = new_user();
    let edit = invite(
        other,
        "Tom Okafor",
        "tom@elm.example",
        "administrator",
        Scope::Organisation,
        clinic.elm,
    );
    clinic
        .propose(clinic.admin, proposal(edit, None, vec![]))
        .await
        .unwrap();
    let context = as_of(clinic.by(other), NOW);
    clinic
        .run(move |conn| {
            accept_invitation(conn, &context, other, "hash", Password::Chosen)
                .unwrap()
                .unwrap()
        })
        .await;
    let deactivate = |user| {
        proposal(
            Edit::Deactivate { user },
            Some(2),
            vec![Confirmation::Deactivation { user }],
        )
    };
    let (one, two) = tokio::join!(
        clinic.propose(other, deactivate(clinic.admin)),
        clinic.propose(clinic.admin, deactivate(other))
    );
    assert_eq!(u32::from(one.is_ok()) + u32::from(two.is_ok()), 1, "{one:?} {two:?}");
}

#[tokio::test]
async fn the_database_refuses_to_change_the_record() {
    let clinic = Clinic::new().await;
    for statement in [
        "UPDATE audit SET actor_name = 'nobody' WHERE sequence = 2",
        "DELETE FROM audit WHERE sequence = 2",
        // Of one of the databases each; for the other it is no statement at all.
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 2",
        "TRUNCATE audit",
    ] {
        let refused = clinic
            .db
            .write(move |conn| conn.batch_execute(statement).map_err(StoreError::from))
            .await;
        assert!(refused.is_err(), "{statement}");
    }
    let organisation = clinic.organisation;
    assert_eq!(
        clinic.run(move |conn| audit::verify(conn, organisation).unwrap()).await,
        []
    );
}

#[tokio::test]
async fn search_and_pages_find_everyone_once() {
    let clinic = Clinic::new().await;
    for (name, email) in [
        ("Zoë Lê", "zoe@elm.example"),
        ("Zoe Lewis", "lewis@elm.example"),
        ("Álvaro Núñez", "alvaro@elm.example"),
        ("100% Sure", "sure_1@elm.example"),
    ] {
        clinic.nurse(name, email).await;
    }
    let admin = clinic.by(clinic.admin);
    let names = |query: UserQuery| {
        let asker = admin.clone();
        let clinic = &clinic;
        async move {
            let page = clinic
                .run(move |conn| queries::users::page(conn, &asker, &query, NOW).unwrap())
                .await;
            (
                page.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>(),
                page.next,
                page.counts.invited,
            )
        }
    };
    let search = |text: &str| UserQuery {
        tab: UserTab::Invited,
        search: text.to_owned(),
        ..UserQuery::default()
    };
    assert_eq!(
        names(search("ZOE le")).await,
        (vec!["Zoë Lê".to_owned(), "Zoe Lewis".to_owned()], None, 2)
    );
    assert_eq!(names(search("nunez")).await.0, ["Álvaro Núñez"]);
    assert_eq!(names(search("ñÚñ")).await.0, ["Álvaro Núñez"]);
    assert_eq!(names(search("0%")).await.0, ["100% Sure"]);
    assert_eq!(names(search("e_1@elm")).await.0, ["100% Sure"]);
    assert_eq!(names(search("\"")).await.0, Vec::<String>::new());
    for sort in [
        UserSort::Name,
        UserSort::NameDescending,
        UserSort::LoginEmail,
        UserSort::LastSeen,
        UserSort::Newest,
    ] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let query = UserQuery {
                tab: UserTab::Invited,
                sort,
                after,
                limit: Some(1),
                ..UserQuery::default()
            };
            let (rows, next, count) = names(query).await;
            assert_eq!(count, 4);
            seen.extend(rows);
            after = next;
            if after.is_none() {
                break;
            }
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!((seen.len(), once.len()), (4, 4), "{sort:?}: {seen:?}");
    }
}

#[tokio::test]
async fn a_manager_of_one_site_sees_its_people_only() {
    let clinic = Clinic::new().await;
    let manager = new_user();
    let at_oak = Scope::whole_site(clinic.oak);
    let edit = invite(
        manager,
        "Ola Berg",
        "ola@elm.example",
        "practice_manager",
        at_oak,
        clinic.oak,
    );
    clinic
        .propose(clinic.admin, proposal(edit, None, vec![]))
        .await
        .unwrap();
    let nurse = clinic.nurse("Ann Lee", "ann@elm.example").await;
    let (context, asker) = (as_of(clinic.by(manager), NOW), clinic.by(manager));
    clinic
        .run(move |conn| {
            accept_invitation(conn, &context, manager, "hash", Password::Chosen)
                .unwrap()
                .unwrap()
        })
        .await;
    let (page, view, record) = clinic
        .run(move |conn| {
            (
                queries::users::page(conn, &asker, &UserQuery::default(), NOW).unwrap(),
                queries::users::view(conn, &asker, nurse.id, NOW),
                queries::audit::page(conn, &asker, &AuditQuery::default(), NOW),
            )
        })
        .await;
    assert_eq!(
        page.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
        ["Ola Berg"]
    );
    assert_eq!((page.counts.active, page.counts.invited), (1, 0));
    assert!(matches!(view, Err(queries::QueryError::NotFound)));
    assert!(matches!(record, Err(queries::QueryError::PowerMissing(_))));
}
