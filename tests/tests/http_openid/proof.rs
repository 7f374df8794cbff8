//! What a sign-in by the provider proves: not more than what it asked, of nobody but the account that it was before, and not a
//! second factor that a role requires.

use diesel::prelude::*;
use scenarios::http::make::{email, retype, user};
use scenarios::http::provider::{AtProvider, IdentityProvider, come_back};
use scenarios::http::smtp::MailServer;
use scenarios::http::{PASSWORD, Session, TestApp, on_both};
use server::store::schema::{authenticator_apps, ceremonies, identity_subjects, sessions};
use shared::Edit;
use shared::factors::FactorStep;
use shared::facts::ActorKind;
use shared::policy::Policy;
use shared::user::ProfileField;
use shared::verdict::Confirmation;
use shared::wire::{AuditPage, Me, SecondStep, SecondStepNeeded, SessionState};

use super::phone::set_up;
use super::{OFFERED, arrive, begin, is_nobody, leads};

/// What asks for a proof: whoever signs people in.
fn sensitive() -> Edit {
    Edit::RemoveIdentityProvider
}

async fn is_proved(browser: &Session) -> bool {
    browser.read::<SessionState>("/api/v1/session").await.is_proved
}

/// As if everybody had proved long ago who they are.
async fn proofs_are_old(app: &TestApp) {
    app.past_the_server(|conn| {
        diesel::update(sessions::table)
            .set(sessions::authenticated_at.eq(0))
            .execute(conn)?;
        Ok(())
    })
    .await
    .expect("time goes by");
}

/// Signs in once more at the provider, in a browser that is signed in here; where that leads.
async fn prove(browser: &mut Session, at: &AtProvider, account: &str) -> String {
    let address = begin(browser, "riverside").await;
    assert!(
        address.contains("prompt=login") && address.contains("max_age=0"),
        "{address}"
    );
    let back = at.sign_in(&address, account).await;
    let answer = come_back(browser, &back).await;
    leads(&answer).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_by_the_provider_is_as_old_as_when_it_asked() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        // Who signs in there now has proved it now; a proof that got old is given there anew, in the same browser.
        let (mut ana, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/");
        assert!(is_proved(&ana).await);
        proofs_are_old(&app).await;
        assert!(!is_proved(&ana).await);
        ana.edit(sensitive(), &[]).await.expect_status(403);
        assert_eq!(prove(&mut ana, &AtProvider::default(), "ana").await, "/");
        assert!(is_proved(&ana).await);
        ana.must(sensitive(), &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_which_the_provider_did_not_ask_is_none() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        // Let in by a session of the provider's own, of two hours ago: good to work with, not for what is sensitive.
        let (mut ana, to) = arrive(&app, "riverside", "ana-lately").await;
        assert_eq!(to, "/");
        assert!(!is_proved(&ana).await);
        let late = ana.edit(sensitive(), &[]).await.expect_status(403);
        assert_eq!(late.problem().kind, "/problems/fresh-authentication-needed");
        // Told to ask, it says that it asked two hours ago.
        let to = prove(&mut ana, &AtProvider::default(), "ana-lately").await;
        assert_eq!(to, "/sign-in/riverside#not-asked");
        assert!(!is_proved(&ana).await);
        ana.edit(sensitive(), &[]).await.expect_status(403);
        // The session goes on, and a password proves it.
        assert_eq!(ana.read::<Me>("/api/v1/me").await.user.id, user("ana"));
        ana.sign_in(&email("ana"), PASSWORD).await.expect_status(204);
        ana.must(sensitive(), &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_another_account_of_the_provider_with_the_same_address_stays_out_until_an_administrator_lets_it_in() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let mail = MailServer::start(&[]).await;
        let _sending = TestApp::join_with(app.database(), |config| mail.set(config)).await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        let (_, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/");
        for _ in 0..2 {
            let (stranger, to) = arrive(&app, "riverside", "ana-anew").await;
            assert_eq!(to, "/sign-in/riverside#other-account");
            is_nobody(&stranger).await;
        }
        // On record once, by nobody of the organisation, and told by mail.
        let sent = mail.mail_to(&email("ana"), 2).await;
        assert_eq!(sent.subject(), "Another account at your identity provider was refused");
        let by_password = app.as_person("ana").await;
        let record: AuditPage = by_password
            .read(&format!("/api/v1/audit?subject={}", user("ana")))
            .await;
        let refused: Vec<ActorKind> = record
            .entries
            .iter()
            .filter(|entry| {
                let step = FactorStep::ProviderAccountRefused;
                entry.edit
                    == Edit::ChangeFactors {
                        user: user("ana"),
                        step,
                    }
            })
            .map(|entry| entry.actor_kind)
            .collect();
        assert_eq!(refused, [ActorKind::System]);
        // The one before is let in all the same; with the provider set anew, whoever comes first.
        assert_eq!(arrive(&app, "riverside", "ana").await.1, "/");
        by_password.must(Edit::RemoveIdentityProvider, &[]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        assert_eq!(arrive(&app, "riverside", "ana-anew").await.1, "/");
        assert_eq!(
            arrive(&app, "riverside", "ana").await.1,
            "/sign-in/riverside#other-account"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_provider_is_one_persons_and_goes_with_their_address() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        assert_eq!(arrive(&app, "riverside", "fay").await.1, "/");
        let bound = async || -> i64 {
            app.past_the_server(|conn| Ok(identity_subjects::table.count().get_result(conn)?))
                .await
                .expect("a count")
        };
        assert_eq!(bound().await, 1);
        let ana = app.as_person("ana").await;
        // Whoever leaves may come back as another account there.
        let confirmed = [Confirmation::Deactivation { user: user("fay") }];
        ana.must(Edit::Deactivate { user: user("fay") }, &confirmed).await;
        assert_eq!(bound().await, 0);
        ana.must(Edit::Activate { user: user("fay") }, &[]).await;
        assert_eq!(arrive(&app, "riverside", "fay").await.1, "/");
        assert_eq!(bound().await, 1);
        ana.must(
            retype("fay", &[(ProfileField::LoginEmail, "fay.ross@riverside.example")]),
            &[],
        )
        .await;
        assert_eq!(bound().await, 0);
        assert_eq!(
            arrive(&app, "riverside", "fay").await.1,
            "/sign-in/riverside#no-account"
        );
        assert_eq!(bound().await, 0, "who does not get in is bound to nothing");
    })
    .await;
}

/// The clinic's policy, with a second factor asked of those who administer.
async fn enforce(app: &TestApp) {
    app.past_the_server(|conn| {
        let organisation = server::store::organisations(conn)?.remove(0);
        let mut policy = Policy::clone(&*server::store::parsed_policy(conn, &organisation)?);
        for role in &mut policy.roles {
            role.requires_second_factor = !role.administers.is_empty();
        }
        server::store::save_policy(conn, organisation.id, &policy)
    })
    .await
    .expect("the policy is in force");
}

async fn answer(browser: &mut Session, step: &SecondStep) -> u16 {
    let answer = browser.post("/api/v1/sign-in/second-step", step).await;
    browser.keep_cookies(&answer);
    answer.status
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_where_a_role_requires_a_second_factor_it_follows_the_provider_too() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        let only = [("riverside.example", false)];
        provider.set_for(&app, world.organisation.id, "riverside", &only).await;
        enforce(&app).await;
        // Who has none sets one up before anything else.
        let (ana, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/");
        let wanted = ana.get("/api/v1/me").await.expect_status(403).problem();
        assert_eq!(wanted.kind, "/problems/second-factor-wanted");
        let (phone, codes) = set_up(&ana).await;
        ana.get("/api/v1/me").await.expect_status(200);
        app.past_the_server(|conn| {
            Ok(diesel::update(authenticator_apps::table)
                .set(authenticator_apps::last_step.eq(0))
                .execute(conn)?)
        })
        .await
        .expect("time goes by");

        // From then on nobody is in without it.
        let asked = "/sign-in/riverside#second-step";
        let (mut next, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, asked);
        is_nobody(&next).await;
        let needed: SecondStepNeeded = next.read("/api/v1/sign-in/second-step").await;
        assert_eq!(needed.by.len(), 2, "{needed:?}");
        assert_eq!(answer(&mut next, &SecondStep::Code("000000".to_owned())).await, 401);
        is_nobody(&next).await;
        assert_eq!(answer(&mut next, &SecondStep::Code(phone.shows())).await, 204);
        assert_eq!(next.read::<Me>("/api/v1/me").await.user.id, user("ana"));
        assert!(is_proved(&next).await);
        let by: Vec<String> = app
            .past_the_server(|conn| Ok(sessions::table.select(sessions::signed_in_by).load(conn)?))
            .await
            .expect("sessions");
        assert!(by.iter().all(|by| by == "identity_provider"), "{by:?}");

        // Who proves it anew in that browser, too: that session may be from before one was required.
        assert_eq!(prove(&mut next, &AtProvider::default(), "ana").await, asked);
        assert_eq!(next.read::<Me>("/api/v1/me").await.user.id, user("ana"), "still there");
        // Whoever came by a PIN is not: they go on with what they prove now.
        app.past_the_server(|conn| {
            diesel::update(sessions::table)
                .set(sessions::signed_in_by.eq("pin"))
                .execute(conn)?;
            Ok(())
        })
        .await
        .expect("a session by PIN");
        assert_eq!(prove(&mut next, &AtProvider::default(), "ana").await, asked);
        is_nobody(&next).await;

        // Nor does the second factor make an old answer of the provider a recent proof.
        let code = codes.first().expect("recovery codes").clone();
        assert_eq!(
            arrive(&app, "riverside", "fay").await.1,
            "/",
            "no role of theirs requires one"
        );
        let (mut late, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, asked);
        app.past_the_server(|conn| {
            Ok(diesel::update(ceremonies::table)
                .set(ceremonies::provider_asked_at.eq(Some(1_i64)))
                .execute(conn)?)
        })
        .await
        .expect("time goes by");
        assert_eq!(answer(&mut late, &SecondStep::RecoveryCode(code)).await, 204);
        assert!(!is_proved(&late).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_step_after_the_provider_ends_with_the_provider() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        let ana = app.as_person("ana").await;
        let (_, codes) = set_up(&ana).await;
        enforce(&app).await;
        let (mut next, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/sign-in/riverside#second-step");
        ana.must(Edit::RemoveIdentityProvider, &[]).await;
        let code = codes.first().expect("recovery codes").clone();
        assert_eq!(answer(&mut next, &SecondStep::RecoveryCode(code)).await, 401);
        is_nobody(&next).await;
    })
    .await;
}
