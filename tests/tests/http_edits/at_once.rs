//! What an edit changes holds from the next request of sessions that are open (X8).

use scenarios::http::make::{change, instead, retype, user};
use scenarios::http::on_both;
use shared::Edit;
use shared::user::ProfileField;
use shared::verdict::Confirmation;
use shared::wire::Me;

use super::signed_in;

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_power_that_is_gained_or_lost_holds_from_the_next_request_on() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        let fin = app.as_person("fin").await;
        fin.get("/api/v1/users").await.expect_status(403);
        ana.must(
            change("fin", instead(&["front_desk at elm"], &["practice_manager at elm"])),
            &[],
        )
        .await;
        fin.get("/api/v1/users").await.expect_status(200);
        fin.must(retype("pen", &[(ProfileField::Name, "Pen I.")]), &[]).await;
        ana.must(
            change("fin", instead(&["practice_manager at elm"], &["front_desk at elm"])),
            &[],
        )
        .await;
        fin.get("/api/v1/users").await.expect_status(403);
        fin.edit(Edit::Lock { user: user("fay") }, &[]).await.expect_status(422);
        let me: Me = fin.read("/api/v1/me").await;
        assert_eq!(
            me.user.assignments.first().map(|held| held.role.as_str()),
            Some("front_desk")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_whoever_is_locked_or_deactivated_is_out_with_the_next_request() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        for (name, edit) in [
            ("fin", Edit::Lock { user: user("fin") }),
            ("fay", Edit::Deactivate { user: user("fay") }),
            ("abe", Edit::Deactivate { user: user("abe") }),
        ] {
            let (here, there) = (app.as_person(name).await, app.as_person(name).await);
            here.get("/api/v1/me").await.expect_status(200);
            let late = here.proposal(Edit::Lock { user: user("pen") }).await;
            ana.must(edit, &[Confirmation::Deactivation { user: user(name) }]).await;
            for session in [&here, &there] {
                assert_eq!(
                    session.get("/api/v1/me").await.expect_status(401).problem().kind,
                    "/problems/not-signed-in"
                );
                session.propose(&late).await.expect_status(401);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_sessions_that_ended_stay_ended_when_the_account_comes_back() {
    on_both(async |app| {
        let ana = signed_in(&app, "decoda", "ana").await;
        for (name, away, back) in [
            (
                "fin",
                Edit::Deactivate { user: user("fin") },
                Edit::Activate { user: user("fin") },
            ),
            (
                "fay",
                Edit::Lock { user: user("fay") },
                Edit::Unlock { user: user("fay") },
            ),
        ] {
            let session = app.as_person(name).await;
            ana.must(away, &[Confirmation::Deactivation { user: user(name) }]).await;
            ana.must(back, &[]).await;
            session.get("/api/v1/me").await.expect_status(401);
            app.as_person(name).await.get("/api/v1/me").await.expect_status(200);
        }
    })
    .await;
}
