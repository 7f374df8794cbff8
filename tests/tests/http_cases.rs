//! The cases of `tests/cases`, over HTTP: the server that holds a case's world gives the recorded verdict, byte by byte
//! (X1).
#![cfg(not(target_arch = "wasm32"))]

use scenarios::cases::{self, Case, World};
use scenarios::http::{Answer, Backend, TestApp};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::Edit;
use shared::facts::ActorKind;

/// The bytes of the verdict in an answer.
#[derive(Deserialize)]
struct Judged<'a> {
    #[serde(borrow)]
    verdict: &'a RawValue,
}

/// Cases that a server cannot be asked: nobody who may not sign in has a session.
fn can_be_asked(case: &Case) -> bool {
    let actor = &case.facts.actor;
    !case.only_here && actor.kind == ActorKind::Member && actor.can_act()
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_the_server_gives_the_recorded_verdict_of_every_case() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let (mut asked, mut wrong) = (0, Vec::new());
        let mut holds: Option<(World, TestApp)> = None;
        for case in cases::all().into_iter().filter(can_be_asked) {
            server::clock::stop_at(case.facts.now);
            if holds.as_ref().is_none_or(|(world, _)| *world != case.world) {
                let app = TestApp::start(backend).await;
                app.put(&case.world).await;
                holds = Some((case.world.clone(), app));
            }
            let Some((_, app)) = &holds else { continue };
            let answer = ask(app, &case).await;
            asked += 1;
            let judged = serde_json::from_str::<Judged<'_>>(&answer.body).ok();
            if judged.map(|judged| judged.verdict.get()) != case.golden.as_deref() {
                let recorded = case.golden.as_deref().unwrap_or("nothing");
                let (status, body) = (answer.status, &answer.body);
                wrong.push(format!(
                    "{}\n  recorded {recorded}\n  answer   {status} {body}",
                    case.name
                ));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} of {asked} differ on {backend:?}:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        assert!(asked > 100, "only {asked} cases were asked");
    }
}

async fn ask(app: &TestApp, case: &Case) -> Answer {
    let actor = case
        .world
        .user(case.facts.actor.user)
        .expect("the actor is in the world");
    let session = app.sign_in(&actor.profile.login_email).await;
    let seen = match &case.edit {
        Edit::Invite { .. } => None,
        edit => edit
            .user()
            .and_then(|user| case.world.user(user))
            .map(|user| user.revision),
    };
    session.judge(case.edit.clone(), seen).await
}
