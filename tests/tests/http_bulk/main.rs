//! One action for many people, on both databases: planned, confirmed, carried out person by person, and gone on with.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an answer of another shape is a failed test"
)]

mod actions;

use std::collections::BTreeSet;
use std::time::Duration;

use scenarios::cases::World;
use scenarios::http::make::{retype, site, user};
use scenarios::http::{Backend, Session, TestApp, on_both};
use shared::access::{Assignment, Scope};
use shared::bulk::{
    BulkAction, BulkAsk, BulkDone, BulkJob, BulkOutcome, BulkPeople, BulkPlan, BulkRun, BulkSelection, BulkState,
    BulkWhy,
};
use shared::ids::{Revision, UserId};
use shared::lifecycle::Status;
use shared::policy::Power;
use shared::user::{Profile, ProfileField, User};
use shared::verdict::{Confirmation, Reason};
use shared::wire::{AuditPage, UserPage, UserQuery, UserTab};
use uuid::Uuid;

fn users(names: &[&str]) -> BulkSelection {
    BulkSelection::Users(names.iter().map(|name| user(name)).collect())
}

fn matching(search: &str) -> BulkSelection {
    BulkSelection::Matching {
        query: UserQuery {
            search: search.to_owned(),
            ..UserQuery::default()
        },
        except: BTreeSet::new(),
    }
}

async fn plan(session: &Session, action: &BulkAction, selection: &BulkSelection) -> BulkPlan {
    let ask = BulkAsk {
        action: action.clone(),
        selection: selection.clone(),
        offset: 0,
        limit: Some(1_000),
    };
    session.post("/api/v1/bulk/plan", &ask).await.expect_status(200).json()
}

fn run(action: &BulkAction, selection: &BulkSelection, plan: &BulkPlan) -> BulkRun {
    BulkRun {
        action: action.clone(),
        selection: selection.clone(),
        fingerprint: plan.fingerprint.clone(),
        confirmed: true,
        idempotency_key: Uuid::now_v7(),
    }
}

/// Asks for a plan to be carried out, and waits until it is.
async fn done(session: &Session, run: &BulkRun) -> BulkJob {
    let job: BulkJob = session.post("/api/v1/bulk", run).await.expect_status(202).json();
    finished(session, job).await
}

async fn finished(session: &Session, mut job: BulkJob) -> BulkJob {
    for _ in 0..600 {
        if job.state == BulkState::Done {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        job = session.read(&format!("/api/v1/bulk/{}", job.id)).await;
    }
    unreachable!("not done within half a minute: {job:?}")
}

async fn results(session: &Session, job: &BulkJob) -> Vec<(String, BulkDone)> {
    let page: BulkPeople = session
        .read(&format!("/api/v1/bulk/{}/people?limit=1000", job.id))
        .await;
    page.people
        .into_iter()
        .map(|person| (person.name, person.done))
        .collect()
}

fn administrators(world: &World) -> Vec<&User> {
    let is = |user: &&User| shared::effective::is_administrator(&world.policy, user);
    world.users.iter().filter(is).collect()
}

/// People of the front desk at Elm, as many as are wanted.
async fn crowd(app: &TestApp, world: &World, people: u128) -> Vec<UserId> {
    let first = world.users[0].clone();
    let crowd: Vec<User> = (0..people)
        .map(|number| User {
            id: UserId(Uuid::from_u128(0xc0de_0000 + number)),
            revision: Revision(1),
            profile: Profile {
                name: format!("Crowd {number:04}"),
                login_email: format!("crowd{number}@riverside.example"),
                ..Profile::default()
            },
            status: Status::Active,
            locked: None,
            assignments: vec![Assignment::new("front_desk", Scope::whole_site(site("elm")))],
            primary_site: Some(site("elm")),
            deactivated_at: None,
            ..first.clone()
        })
        .collect();
    let ids = crowd.iter().map(|user| user.id).collect();
    let (organisation, policy, now) = (world.organisation.id, world.policy.clone(), world.now);
    app.past_the_server(move |conn| server::store::insert_users(conn, organisation, &crowd, &policy, now))
        .await
        .unwrap();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn x5_of_all_administrators_at_once_the_last_one_stays() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let all: BTreeSet<UserId> = administrators(&world).iter().map(|user| user.id).collect();
        assert!(all.len() > 1);
        let (action, selection) = (BulkAction::Deactivate, BulkSelection::Users(all.clone()));
        let seen = plan(&ana, &action, &selection).await;
        assert_eq!(seen.total as usize, all.len());
        assert!(
            seen.counts.refused > 0 && seen.counts.needs_confirmation > 0,
            "{:?}",
            seen.counts
        );
        let refused: Vec<&BulkWhy> = seen.groups.iter().map(|group| &group.why).collect();
        assert!(
            refused.iter().any(|why| matches!(why, BulkWhy::Refused(refused)
                if refused.reason == Reason::LastAdministrator || refused.reason == Reason::ActorCannotAct)),
            "{refused:?}"
        );

        // Not without its confirmation, and not by another plan than the one that was seen.
        let asked = run(&action, &selection, &seen);
        let unconfirmed = BulkRun {
            confirmed: false,
            ..asked.clone()
        };
        let problem = ana
            .post("/api/v1/bulk", &unconfirmed)
            .await
            .expect_status(422)
            .problem();
        let wanted = problem.verdict.unwrap().confirmations;
        assert!(
            matches!(wanted.as_slice(), [Confirmation::Deactivation { .. }]),
            "{wanted:?}"
        );
        let other = BulkRun {
            fingerprint: "another".to_owned(),
            ..asked.clone()
        };
        let problem = ana.post("/api/v1/bulk", &other).await.expect_status(409).problem();
        assert_eq!(problem.kind, "/problems/plan-changed");
        let before: AuditPage = ana.read("/api/v1/audit").await;
        assert_eq!(before.entries, []);

        let job: BulkJob = ana.post("/api/v1/bulk", &asked).await.expect_status(202).json();
        // Abe comes before Ana by name, and so it is Ana who stays.
        let job = finished(&ana, job).await;
        assert_eq!(
            (job.tally.changed, job.tally.refused),
            (1, 1),
            "{:?}",
            results(&ana, &job).await
        );
        let left: UserPage = ana.read("/api/v1/users?role=administrator").await;
        assert_eq!(left.counts.of(UserTab::Active), 1);
        assert_eq!(left.rows[0].id, user("ana"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_who_matches_gets_a_role_each_by_an_edit_of_their_own_on_record() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let ids = crowd(&app, &world, 240).await;
        let action = BulkAction::AddRole {
            role: "billing_manager".into(),
            site: None,
            resources: BTreeSet::new(),
        };
        let selection = BulkSelection::Matching {
            query: UserQuery {
                search: "crowd".to_owned(),
                ..UserQuery::default()
            },
            except: [ids[7]].into(),
        };
        let seen = plan(&ana, &action, &selection).await;
        assert_eq!((seen.total, seen.counts.would_change), (239, 239), "{:?}", seen.groups);
        assert_eq!(seen.people[0].name, "Crowd 0000");
        assert_eq!(seen.people[0].outcome, BulkOutcome::WouldChange);
        assert!(!seen.people[0].verdict.changes.is_empty());

        let asked = run(&action, &selection, &seen);
        let job = done(&ana, &asked).await;
        assert_eq!((job.total, job.done, job.tally.changed), (239, 239, 239));
        let changed: UserPage = ana.read("/api/v1/users?role=billing_manager&search=crowd").await;
        assert_eq!(changed.counts.of(UserTab::Active), 239);
        let record: AuditPage = ana.read("/api/v1/audit?kind=change&limit=500").await;
        assert_eq!(record.entries.len(), 239);
        let untouched = ana.view(ids[7]).await.facts.subject.unwrap();
        assert_eq!(untouched.revision, Revision(1));

        // The same request again is the same job, and nothing is done twice.
        let again = done(&ana, &asked).await;
        assert_eq!(again, job);
        let record: AuditPage = ana.read("/api/v1/audit?kind=change&limit=500").await;
        assert_eq!(record.entries.len(), 239);
        // The key of one action is no key of another.
        let other = BulkRun {
            action: BulkAction::Unlock,
            ..asked
        };
        let problem = ana.post("/api/v1/bulk", &other).await.expect_status(409).problem();
        assert_eq!(problem.kind, "/problems/idempotency-key-used");

        // Done once more it is nothing to anyone.
        let seen = plan(&ana, &action, &selection).await;
        assert_eq!(seen.counts.nothing, 239);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x6_whoever_was_edited_after_the_plan_is_not_overwritten() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let ids = crowd(&app, &world, 3).await;
        let action = BulkAction::Deactivate;
        let selection = matching("crowd");
        let seen = plan(&ana, &action, &selection).await;
        let asked = run(&action, &selection, &seen);
        ana.must(
            shared::Edit::Change {
                user: ids[1],
                profile: [(ProfileField::Name, "Crowd Renamed".to_owned())].into(),
                access: Default::default(),
            },
            &[],
        )
        .await;
        let problem = ana.post("/api/v1/bulk", &asked).await.expect_status(409).problem();
        assert_eq!(problem.kind, "/problems/plan-changed");
        for id in ids {
            let subject = ana.view(id).await.facts.subject.unwrap();
            assert_eq!(subject.status, Status::Active, "nothing was changed");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_whoever_manages_one_site_reaches_nobody_elsewhere_by_a_selection() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
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
                            .is_some_and(|role| role.administers.contains(&Power::Users))
                    })
            })
            .expect("somebody manages one site");
        let session = app.sign_in(&manager.profile.login_email).await;
        let seen: UserPage = session.read("/api/v1/users?limit=500").await;
        let reached: BTreeSet<UserId> = seen.rows.iter().map(|row| row.id).collect();
        let everyone: BTreeSet<UserId> = world.users.iter().map(|user| user.id).collect();
        let nobody = UserId(Uuid::from_u128(0xdead));
        let selection = BulkSelection::Users(everyone.iter().copied().chain([nobody]).collect());
        let made = plan(&session, &BulkAction::ResendInvitation, &selection).await;
        assert_eq!(made.total as usize, everyone.len() + 1);
        for person in &made.people {
            if !reached.contains(&person.user)
                && world.users.iter().any(|user| {
                    user.id == person.user
                        && user.status == Status::Active
                        && !user
                            .assignments
                            .iter()
                            .any(|held| manager.assignments.iter().any(|own| own.place() == held.place()))
                })
            {
                assert_eq!((person.name.as_str(), person.login_email.as_str()), ("", ""));
                assert_eq!(person.verdict.refusals[0].reason, Reason::UserUnknown);
            }
        }
        let stranger = made.people.iter().find(|person| person.user == nobody).unwrap();
        assert_eq!(stranger.verdict.refusals[0].reason, Reason::UserUnknown);

        // Somebody who administers nobody plans nothing, and sees no job of another.
        let plain = app.as_person("fin").await;
        let ask = BulkAsk {
            action: BulkAction::Unlock,
            selection: users(&["abe"]),
            offset: 0,
            limit: None,
        };
        let problem = plain.post("/api/v1/bulk/plan", &ask).await.expect_status(403).problem();
        assert_eq!(problem.kind, "/problems/forbidden");
        let job = done(&session, &run(&BulkAction::ResendInvitation, &selection, &made)).await;
        assert_eq!(job.tally.changed, made.counts.would_change);
        let ana = app.as_person("ana").await;
        for path in [
            format!("/api/v1/bulk/{}", job.id),
            format!("/api/v1/bulk/{}/result.csv", job.id),
        ] {
            ana.get(&path).await.expect_status(404);
            session.get(&path).await.expect_status(200);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_of_each_person_is_a_file_without_formulas() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        ana.must(retype("abe", &[(ProfileField::Name, "=cmd()")]), &[]).await;
        let (action, selection) = (BulkAction::Unlock, users(&["abe"]));
        let seen = plan(&ana, &action, &selection).await;
        assert_eq!(seen.counts.nothing, 1);
        let job = done(&ana, &run(&action, &selection, &seen)).await;
        assert_eq!(results(&ana, &job).await, [("=cmd()".to_owned(), BulkDone::Nothing)]);
        let file = ana
            .get(&format!("/api/v1/bulk/{}/result.csv", job.id))
            .await
            .expect_status(200);
        let lines: Vec<&str> = file.body.strip_prefix('\u{feff}').unwrap().lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(
            lines[1].starts_with("\"'=cmd()\",\"abe@riverside.example\","),
            "{}",
            lines[1]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_site_is_archived_once_its_people_have_moved_and_nobody_is_orphaned() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let ids = crowd(&app, &world, 12).await;
        let archive = shared::Edit::ArchiveSite { site: site("elm") };
        let verdict = ana.refused(archive.clone(), &[]).await;
        assert!(
            matches!(verdict.refusals[0].reason, Reason::SiteInUse { primary_here, .. } if primary_here >= 12),
            "{verdict:?}"
        );
        let to = world
            .organisation
            .open_sites()
            .find(|other| other.id != site("elm"))
            .expect("another site")
            .id;
        let action = BulkAction::MoveSite {
            from: site("elm"),
            to,
            resources: BTreeSet::new(),
        };
        for tab in [UserTab::Active, UserTab::Invited, UserTab::Inactive] {
            let selection = BulkSelection::Matching {
                // Not only those who hold something there: it is the primary site of others, too.
                query: UserQuery {
                    tab,
                    ..UserQuery::default()
                },
                except: BTreeSet::new(),
            };
            let seen = plan(&ana, &action, &selection).await;
            assert_eq!(seen.counts.refused, 0, "{:?}", seen.groups);
            let job = done(&ana, &run(&action, &selection, &seen)).await;
            assert_eq!(job.tally.changed, seen.counts.would_change);
        }
        // Nobody is there any more, so nothing has to be confirmed.
        ana.must(archive, &[]).await;
        for id in ids {
            let person = ana.view(id).await.facts.subject.unwrap();
            assert_eq!(person.primary_site, Some(to));
            assert_eq!(person.assignments.len(), 1);
        }
    })
    .await;
}

/// Whoever does not see an additional role learns by no action who holds it, nor that there is one (M9).
#[tokio::test(flavor = "multi_thread")]
async fn m9_an_action_with_a_hidden_role_says_the_same_of_everyone() {
    on_both(async |app| {
        app.put_world("atmanco").await;
        let (ari, bil) = (app.as_person("ari").await, app.as_person("bil").await);
        let (selection, role) = (users(&["uma", "una"]), |role: &str| role.into());
        let seen = |person: &str, plan: &BulkPlan| {
            let found = plan.people.iter().find(|one| one.user == user(person)).unwrap();
            (found.outcome, found.verdict.consequences.clone())
        };
        for action in [
            BulkAction::AddRole {
                role: role("billing_manager"),
                site: None,
                resources: [].into(),
            },
            BulkAction::RemoveRole {
                role: role("billing_manager"),
                site: None,
            },
        ] {
            // Una holds it, Uma does not: so it is for those who see the role.
            let known = plan(&bil, &action, &selection).await;
            assert_ne!(seen("una", &known), seen("uma", &known));
            let hidden = plan(&ari, &action, &selection).await;
            assert_eq!(seen("una", &hidden), seen("uma", &hidden));
            let unknown: BulkAction = serde_json::from_str(
                &serde_json::to_string(&action)
                    .unwrap()
                    .replace("billing_manager", "no_such_role"),
            )
            .unwrap();
            let unknown = plan(&ari, &unknown, &selection).await;
            assert_eq!(unknown.counts, hidden.counts);
            assert_eq!(seen("una", &unknown), seen("una", &hidden));
        }
    })
    .await;
}

/// A server that is gone midway leaves whole people done, and another one goes on with the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_stopped_goes_on_where_it_was() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = TestApp::start(backend).await;
        let world = app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        crowd(&app, &world, 40).await;
        let (action, selection) = (BulkAction::Deactivate, matching("crowd"));
        let seen = plan(&ana, &action, &selection).await;
        let asked = run(&action, &selection, &seen);
        let job = done(&ana, &asked).await;
        // As it would be had the server been killed after 15 people: the others were not begun.
        let id = job.id.to_string();
        app.past_the_server(move |conn| {
            use diesel::connection::SimpleConnection as _;
            Ok(conn.batch_execute(&format!(
                "UPDATE bulk_people SET done = 'waiting', audit_sequence = NULL WHERE job_id = '{id}' AND position >= 15;
                 UPDATE bulk_jobs SET stepped_at = 0 WHERE id = '{id}';"
            ))?)
        })
        .await
        .unwrap();
        let stopped: BulkJob = ana.read(&format!("/api/v1/bulk/{}", job.id)).await;
        assert_eq!(
            (stopped.state, stopped.done, stopped.total),
            (BulkState::Stopped, 15, 40)
        );
        // Another process, and the same request.
        let other = TestApp::join(app.database()).await;
        let there = other.as_person("ana").await;
        let again = done(&there, &asked).await;
        assert_eq!((again.id, again.done, again.tally.changed), (job.id, 40, 40));
        // Those who were done already were not done twice: their first answers were kept.
        let record: AuditPage = ana.read("/api/v1/audit?kind=deactivate&limit=500").await;
        assert_eq!(record.entries.len(), 40);
        let inactive: UserPage = ana.read("/api/v1/users?tab=inactive&search=crowd").await;
        assert_eq!(inactive.counts.of(UserTab::Inactive), 40);
    }
}
