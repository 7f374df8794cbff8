//! The live stream over HTTP: what is told, in which order, to whom; going on after a gap, at any server process; and when
//! it ends. And who else is at a user.
#![cfg(not(target_arch = "wasm32"))]

use std::time::Duration;

use reqwest::{Method, Response};
use scenarios::http::make::{change, grant, invite, retype, site, user};
use scenarios::http::{Session, TestApp, eventually, on_both};
use shared::Edit;
use shared::edit::WhichSessions;
use shared::user::ProfileField;
use shared::verdict::Confirmation;
use shared::wire::{Accepted, AtUser, LiveChange, Me, OthersHere, SessionState, Topic};
use uuid::Uuid;

/// Longer than anything here takes, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

/// A live stream, read event by event.
struct Stream {
    response: Response,
    rest: String,
    /// The id of the last event that had one.
    last: String,
}

async fn answer(session: &Session, last: Option<&str>) -> Response {
    let mut request = session.request(Method::GET, "/api/v1/live");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    request.send().await.expect("the server answers")
}

/// Opens a stream that goes on from an event, and reads what it says first.
async fn listen_from(session: &Session, last: Option<&str>) -> (Stream, LiveChange) {
    let response = answer(session, last).await;
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(
        response
            .headers()
            .get("content-type")
            .and_then(|kind| kind.to_str().ok()),
        Some("text/event-stream")
    );
    let mut stream = Stream {
        response,
        rest: String::new(),
        last: String::new(),
    };
    let first = stream.next().await.expect("the first event comes at once");
    assert!(!stream.last.is_empty(), "it says from where on");
    (stream, first)
}

async fn listen(session: &Session) -> Stream {
    let (stream, first) = listen_from(session, None).await;
    assert!(first.is_empty(), "nothing was asked about the time before: {first:?}");
    stream
}

impl Stream {
    /// The next event; nothing when the stream has ended.
    async fn next(&mut self) -> Option<LiveChange> {
        let reading = async {
            loop {
                if let Some((event, rest)) = self.rest.split_once("\n\n") {
                    let (event, rest) = (event.to_owned(), rest.to_owned());
                    self.rest = rest;
                    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
                    if let Some(id) = field("id:") {
                        self.last = id.to_owned();
                    }
                    // Comments keep the line open.
                    match field("data:") {
                        Some(data) => return Some(serde_json::from_str(data).expect("a change")),
                        None => continue,
                    }
                }
                match self.response.chunk().await {
                    Ok(Some(bytes)) => self.rest.push_str(std::str::from_utf8(&bytes).expect("text")),
                    Ok(None) | Err(_) => return None,
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("an event in time")
    }

    /// The next event that names a user or a topic.
    async fn heard(&mut self) -> LiveChange {
        self.next().await.expect("the stream goes on")
    }
}

fn phone(name: &str, number: &str) -> Edit {
    retype(name, &[(ProfileField::Phone, number)])
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_in_order() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (ana, abe) = (app.as_person("ana").await, app.as_person("abe").await);
        let mut live = listen(&abe).await;
        ana.must(phone("fin", "+1 415 555 0101"), &[]).await;
        let told = live.heard().await;
        assert_eq!(told.users, [user("fin")]);
        assert_eq!(told.topics, [Topic::People, Topic::Record].into());
        ana.must(invite("kit", "Kit Ode", "front_desk at oak", "oak"), &[])
            .await;
        assert_eq!(live.heard().await.users, [user("kit")]);
        ana.must(
            Edit::RenameSite {
                site: site("oak"),
                name: "Oak Alley".to_owned(),
            },
            &[],
        )
        .await;
        let told = live.heard().await;
        assert!(
            told.touches(Topic::Places) && told.touches(Topic::Me) && told.users.is_empty(),
            "{told:?}"
        );
        // What is refused, or only judged, is no news: the next event is the next change.
        abe.refused(Edit::Deactivate { user: user("abe") }, &[]).await;
        ana.judge(phone("pam", "+1 415 555 0102"), None).await;
        ana.must(phone("pia", "+1 415 555 0103"), &[]).await;
        assert_eq!(live.heard().await.users, [user("pia")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_after_a_gap_at_another_process() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let other = TestApp::join(app.database()).await;
        let (ana, abe) = (app.as_person("ana").await, app.as_person("abe").await);
        let there = Session::new(other.address).with_cookie(abe.cookie().expect("a session"));
        // What /me said is where a page begins.
        let me: Me = abe.read("/api/v1/me").await;
        ana.must(phone("fin", "+1 415 555 0101"), &[]).await;
        let (mut live, first) = listen_from(&there, Some(&me.live_from)).await;
        assert_eq!(first.users, [user("fin")], "what came between is told first");
        // Written by one process, told by the other.
        ana.must(phone("pia", "+1 415 555 0102"), &[]).await;
        assert_eq!(live.heard().await.users, [user("pia")]);
        let last = live.last.clone();
        drop(live);
        ana.must(phone("pam", "+1 415 555 0103"), &[]).await;
        ana.must(phone("fay", "+1 415 555 0104"), &[]).await;
        let (mut live, first) = listen_from(&abe, Some(&last)).await;
        let mut both = [user("pam"), user("fay")];
        both.sort();
        assert_eq!(first.users, both, "nothing is missed, nothing told twice");
        ana.must(phone("pat", "+1 415 555 0105"), &[]).await;
        assert_eq!(live.heard().await.users, [user("pat")]);
        // Whoever cannot be told what they missed reads all of it anew.
        let (_, first) = listen_from(&abe, Some("000000000000000000000000")).await;
        assert_eq!(first.topics, [Topic::Everything].into());
        let (_, first) = listen_from(&abe, Some(&live.last)).await;
        assert!(first.is_empty(), "{first:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m9_nobody_hears_of_what_they_may_not_see() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let (pam, fin) = (app.as_person("pam").await, app.as_person("fin").await);
        let (mut manager, mut nobody) = (listen(&pam).await, listen(&fin).await);
        // Abe is no user of Pam's location, and Fin administers nobody: what both hear of first comes after.
        ana.must(phone("abe", "+1 415 555 0101"), &[]).await;
        ana.must(phone("pia", "+1 415 555 0102"), &[]).await;
        let told = manager.heard().await;
        assert_eq!(told.users, [user("pia")]);
        assert!(!told.touches(Topic::Record), "Pam does not read the record: {told:?}");
        // Somebody who leaves their sight was in it until then.
        let elsewhere = Edit::Change {
            user: user("fay"),
            profile: Default::default(),
            access: shared::AccessPatch {
                revoke: vec![scenarios::cases::assignment("front_desk at elm").holding()],
                primary_site: Some(site("oak")),
                ..Default::default()
            },
        };
        let verdict = ana
            .judge(
                elsewhere.clone(),
                Some(ana.view(user("fay")).await.facts.subject.expect("Fay").revision),
            )
            .await;
        let confirmations: Vec<Confirmation> = verdict.json::<Accepted>().verdict.confirmations;
        ana.must(elsewhere, &confirmations).await;
        assert_eq!(manager.heard().await.users, [user("fay")]);
        ana.must(phone("fay", "+1 415 555 0103"), &[]).await;
        // Their own account, everybody hears of.
        ana.must(phone("fin", "+1 415 555 0104"), &[]).await;
        assert_eq!(manager.heard().await.users, [user("fin")]);
        let own = nobody.heard().await;
        assert_eq!(own.users, [user("fin")]);
        assert!(own.touches(Topic::Me), "{own:?}");
        // What they get to see, they hear of from then on.
        ana.must(change("pam", grant(&["practice_manager at oak"])), &[]).await;
        assert!(manager.heard().await.touches(Topic::Me));
        ana.must(phone("fay", "+1 415 555 0105"), &[]).await;
        assert_eq!(manager.heard().await.users, [user("fay")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m9_a_role_out_of_sight_is_no_news() {
    on_both(async |app| {
        app.put_world("atmanco").await;
        let (ari, bil) = (app.as_person("ari").await, app.as_person("bil").await);
        let (mut without, mut with) = (listen(&ari).await, listen(&bil).await);
        let edit = Edit::SetRolePermissions {
            role: "billing_manager".into(),
            grant: Default::default(),
            revoke: ["billing.products".into()].into(),
        };
        let judged = bil.judge(edit.clone(), None).await.expect_status(200);
        let confirmations = judged.json::<Accepted>().verdict.confirmations;
        bil.must(edit, &confirmations).await;
        assert!(with.heard().await.touches(Topic::Roles));
        bil.must(retype("uma", &[(ProfileField::LastName, "Raoul")]), &[]).await;
        assert_eq!(with.heard().await.users, [user("uma")]);
        // That there is an entry on the record, Ari may see; of which role, not.
        assert_eq!(without.heard().await.topics, [Topic::Record].into());
        let told = without.heard().await;
        assert_eq!(told.users, [user("uma")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_stream_ends_with_its_session() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let other = TestApp::join(app.database()).await;
        let (ana, fin) = (app.as_person("ana").await, app.as_person("fin").await);
        let there = Session::new(other.address).with_cookie(fin.cookie().expect("a session"));
        let (mut here, mut elsewhere) = (listen(&fin).await, listen(&there).await);
        let (which, who) = (WhichSessions::All, user("fin"));
        ana.must(Edit::EndSessions { user: who, which }, &[]).await;
        // The edit itself may be told before.
        while here.next().await.is_some() {}
        while elsewhere.next().await.is_some() {}
        assert_eq!(answer(&fin, None).await.status().as_u16(), 401);

        // And with what its person may do: a locked account is out.
        let pia = app.as_person("pia").await;
        let mut live = listen(&pia).await;
        ana.must(Edit::Lock { user: user("pia") }, &[]).await;
        while live.next().await.is_some() {}
        assert_eq!(answer(&app.anonymous(), None).await.status().as_u16(), 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_has_so_many_streams_and_others_have_theirs() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let small = TestApp::join_with(app.database(), |config| config.live_per_user = 2).await;
        let (ana, abe) = (small.as_person("ana").await, small.as_person("abe").await);
        let (first, _second) = (listen(&ana).await, listen(&ana).await);
        assert_eq!(answer(&ana, None).await.status().as_u16(), 429);
        let _of_abe = listen(&abe).await;
        drop(first);
        // The server notices when it next has something to say to whoever has left.
        eventually(async || {
            abe.must(phone("fin", &format!("+1 415 555 {:04}", rand())), &[]).await;
            (answer(&ana, None).await.status().as_u16() == 200).then_some(())
        })
        .await;
    })
    .await;
}

/// Four digits that are others each time.
fn rand() -> u128 {
    Uuid::now_v7().as_u128() % 9_000 + 1_000
}

#[tokio::test(flavor = "multi_thread")]
async fn listening_does_not_keep_a_session_alive() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let short = TestApp::join_with(app.database(), |config| config.session_idle = Duration::from_secs(10)).await;
        let abe = short.as_person("abe").await;
        let left = async || abe.read::<SessionState>("/api/v1/session").await.seconds_left;
        // Uses are written down after a tenth of the time: by now each request would be one.
        eventually(async || (left().await <= 8).then_some(())).await;
        let _live = listen(&abe).await;
        let request = abe.request(Method::GET, "/api/v1/users").header("x-unattended", "1");
        abe.send(request).await.expect_status(200);
        assert!(left().await <= 8);
        abe.get("/api/v1/users").await.expect_status(200);
        assert!(left().await > 8, "a person's own request is a use");
    })
    .await;
}

async fn be_at(session: &Session, name: &str, page: Uuid, editing: bool, leaving: bool) -> OthersHere {
    let at = AtUser { page, editing, leaving };
    let path = format!("/api/v1/users/{}/presence", user(name));
    session.post(&path, &at).await.expect_status(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn x6_two_people_at_one_user_see_each_other_over_processes() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let other = TestApp::join(app.database()).await;
        let ana = app.as_person("ana").await;
        let (abe, pam) = (other.as_person("abe").await, other.as_person("pam").await);
        let (of_ana, of_abe, of_pam) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        assert!(be_at(&ana, "fin", of_ana, false, false).await.people.is_empty());
        let told = be_at(&abe, "fin", of_abe, true, false).await.people;
        assert_eq!(told.len(), 1);
        assert!(
            told.iter()
                .all(|one| one.name.as_deref() == Some("Ana Ferreira") && !one.editing)
        );
        let told = be_at(&ana, "fin", of_ana, false, false).await.people;
        assert!(
            told.iter()
                .all(|one| one.name.as_deref() == Some("Abe Novak") && one.editing)
                && told.len() == 1
        );
        // Pam administers Fin, and sees neither of them: somebody is there.
        let told = be_at(&pam, "fin", of_pam, false, false).await.people;
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|one| one.name.is_none()), "{told:?}");
        // A page is its person's; another cannot send it away.
        be_at(&pam, "fin", of_abe, false, true).await;
        assert_eq!(be_at(&ana, "fin", of_ana, false, false).await.people.len(), 2);
        be_at(&abe, "fin", of_abe, false, true).await;
        be_at(&pam, "fin", of_pam, false, true).await;
        assert!(be_at(&ana, "fin", of_ana, false, false).await.people.is_empty());
        // Nobody meets anybody at a user whom they may not see.
        let at = AtUser {
            page: of_pam,
            editing: false,
            leaving: false,
        };
        let path = format!("/api/v1/users/{}/presence", user("abe"));
        pam.post(&path, &at).await.expect_status(404);
        app.anonymous().post(&path, &at).await.expect_status(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_nothing_more_is_gone_within_seconds() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let (ana, abe) = (app.as_person("ana").await, app.as_person("abe").await);
        be_at(&abe, "fin", Uuid::now_v7(), false, false).await;
        let page = Uuid::now_v7();
        assert_eq!(be_at(&ana, "fin", page, false, false).await.people.len(), 1);
        eventually(async || {
            be_at(&ana, "fin", page, false, false)
                .await
                .people
                .is_empty()
                .then_some(())
        })
        .await;
    })
    .await;
}
