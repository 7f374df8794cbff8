use diesel::connection::SimpleConnection;
use scenarios::http::make::{change, instead, user};
use scenarios::http::{Backend, Session, TestApp, on_both};
use shared::Edit;
use shared::verdict::{Confirmation, Reason};
use shared::wire::Proposal;

use super::{reasons, signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn x5_the_last_administrator_is_not_removed_by_any_way() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let away = |name: &str| Edit::Deactivate { user: user(name) };
        ana.must(away("abe"), &[Confirmation::Deactivation { user: user("abe") }])
            .await;
        let demoted = change("ana", instead(&["administrator"], &["front_desk at elm"]));
        for edit in [away("ana"), Edit::Lock { user: user("ana") }, demoted.clone()] {
            let verdict = ana
                .refused(edit.clone(), &[Confirmation::Deactivation { user: user("ana") }])
                .await;
            assert!(
                reasons(&verdict).contains(&&Reason::LastAdministrator),
                "{edit:?}: {verdict:?}"
            );
        }
        // With another one there, it may be done.
        ana.must(Edit::Activate { user: user("abe") }, &[]).await;
        ana.must(demoted, &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x5_two_administrators_who_end_each_other_at_the_same_moment_do_not_both_succeed() {
    on_both(async |app| {
        app.put_world("decoda").await;
        end_each_other(&app, &app, 6).await;
    })
    .await;
}

/// Several server processes on one database are no way around it.
#[tokio::test(flavor = "multi_thread")]
async fn x5_not_even_through_two_servers_on_one_database() {
    for backend in [Backend::Postgres, Backend::Sqlite] {
        let app = TestApp::start(backend).await;
        app.put_world("decoda").await;
        let other = TestApp::join(app.database()).await;
        end_each_other(&app, &other, 6).await;
    }
}

/// Ana through one server and Abe through the other, again and again: by deactivation, by demotion, by a lock.
async fn end_each_other(one: &TestApp, two: &TestApp, rounds: usize) {
    let mut progress = 0;
    for round in 0..rounds {
        // As before the first round.
        one.past_the_server(|conn| {
            Ok(conn.batch_execute(
                "UPDATE users SET status = 'active', locked_at = NULL, lock_cause = NULL
                 WHERE login_email IN ('ana@riverside.example', 'abe@riverside.example');
                 DELETE FROM assignments WHERE role_id = 'front_desk'
                 AND user_id IN (SELECT id FROM users WHERE login_email IN ('ana@riverside.example', 'abe@riverside.example'));
                 INSERT INTO assignments (organisation_id, user_id, role_id, site_id, all_resources)
                 SELECT organisation_id, id, 'administrator', NULL, TRUE FROM users
                 WHERE login_email IN ('ana@riverside.example', 'abe@riverside.example')
                 AND NOT EXISTS (SELECT 1 FROM assignments WHERE user_id = users.id)",
            )?)
        })
        .await
        .expect("both are administrators again");
        let (ana, abe) = (one.as_person("ana").await, two.as_person("abe").await);
        let proposals = (ending(&ana, "abe", round).await, ending(&abe, "ana", round).await);
        let (first, second) = tokio::join!(ana.propose(&proposals.0), abe.propose(&proposals.1));
        let done = [&first, &second].iter().filter(|answer| answer.status == 200).count();
        assert!(done < 2, "round {round}: {} and {}", first.body, second.body);
        for refused in [first, second].iter().filter(|answer| answer.status != 200) {
            assert!(matches!(refused.status, 401 | 422), "round {round}: {}", refused.body);
        }
        progress += done;
        // One of them administers users still.
        let ways = [
            ana.get("/api/v1/users").await.status,
            abe.get("/api/v1/users").await.status,
        ];
        assert!(ways.contains(&200), "round {round}: {ways:?}");
    }
    assert_eq!(progress, rounds, "one of the two succeeds each time");
}

async fn ending(session: &Session, name: &str, round: usize) -> Proposal {
    let edit = match round % 3 {
        0 => Edit::Deactivate { user: user(name) },
        1 => change(name, instead(&["administrator"], &["front_desk at elm"])),
        _ => Edit::Lock { user: user(name) },
    };
    let mut proposal = session.proposal(edit).await;
    proposal.confirmations = vec![Confirmation::Deactivation { user: user(name) }];
    proposal
}
