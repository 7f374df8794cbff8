//! Signing in by an organisation's identity provider (OpenID Connect): against a real provider, on both databases.
#![cfg(not(target_arch = "wasm32"))]

#[path = "http_factors/phone.rs"]
mod phone;
#[path = "http_openid/proof.rs"]
mod proof;
#[path = "http_openid/settings.rs"]
mod settings;

use diesel::prelude::*;
use scenarios::http::make::{another, email, grant, site, user};
use scenarios::http::provider::{AtProvider, IdentityProvider, come_back};
use scenarios::http::smtp::MailServer;
use scenarios::http::{Answer, PASSWORD, Session, TestApp, on_both};
use server::store::schema::{identity_attempts, identity_providers, sessions};
use shared::Edit;
use shared::lifecycle::Status;
use shared::user::{ProfileField, ProfileText};
use shared::wire::{
    AcceptInvitation, AuditPage, BeginProvider, ChoosePin, Me, PinSignIn, ProviderAddress, SignInWays, ThisDevice,
    UserPage,
};

const OFFERED: [(&str, bool); 1] = [("riverside.example", false)];

/// Begins at the organisation's page; where the provider is.
async fn begin(browser: &mut Session, link: &str) -> String {
    let body = BeginProvider {
        link: link.to_owned(),
        email: Some(email("ana")),
    };
    let answer = browser.post("/api/v1/sign-in/provider", &body).await.expect_status(200);
    browser.keep_cookies(&answer);
    answer.json::<ProviderAddress>().address
}

/// Where an answer of the server leads.
fn leads(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let to = answer.headers.get("location").and_then(|value| value.to_str().ok());
    to.unwrap_or_default()
}

/// The whole way of one of the provider's people, in a browser of their own.
async fn arrive(app: &TestApp, link: &str, account: &str) -> (Session, String) {
    let mut browser = app.anonymous();
    let address = begin(&mut browser, link).await;
    let back = AtProvider::default().sign_in(&address, account).await;
    let answer = come_back(&mut browser, &back).await;
    let to = leads(&answer).to_owned();
    (browser, to)
}

async fn is_nobody(browser: &Session) {
    browser.get("/api/v1/me").await.expect_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_by_their_organisations_provider() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        let (ana, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/");
        assert_eq!(ana.read::<Me>("/api/v1/me").await.user.id, user("ana"));
        // How they proved who they are is kept with the session; the client secret is not to be read.
        let (by, secret): (String, Option<String>) = app
            .past_the_server(|conn| {
                Ok((
                    sessions::table.select(sessions::signed_in_by).first(conn)?,
                    identity_providers::table
                        .select(identity_providers::client_secret)
                        .first(conn)?,
                ))
            })
            .await
            .expect("a session and a provider");
        assert_eq!(by, "identity_provider");
        assert!(secret.is_some_and(|kept| !kept.contains(scenarios::http::provider::CLIENT_SECRET)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_what_is_offered_depends_on_the_domain_alone() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        let nobody = app.anonymous();
        let ways = async |query: &str| {
            nobody
                .read::<SignInWays>(&format!("/api/v1/sign-in/ways?{query}"))
                .await
        };
        let offered = ways("domain=Riverside.Example").await.provider.expect("a provider");
        assert_eq!(
            (offered.link.as_str(), offered.name.as_str(), offered.only),
            ("riverside", "Riverside ID", false)
        );
        assert_eq!(
            ways("link=riverside").await.provider.map(|found| found.link),
            Some(offered.link)
        );
        for none in ["domain=elsewhere.example", "domain=", "link=nobody", ""] {
            assert_eq!(ways(none).await.provider, None, "{none}");
        }
        let unknown = BeginProvider {
            link: "nobody".to_owned(),
            email: None,
        };
        nobody
            .post("/api/v1/sign-in/provider", &unknown)
            .await
            .expect_status(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_not_verified_or_not_of_this_organisation_let_nobody_in() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let other = another(&world);
        app.put(&other).await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id, other.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        for (account, why) in [
            ("ana-unverified", "address-not-verified"),
            ("without", "address-not-verified"),
            ("nobody", "no-account"),
            // Somebody of the organisation, at a domain that its provider does not vouch for.
            ("elsewhere", "no-account"),
        ] {
            let (browser, to) = arrive(&app, "riverside", account).await;
            assert_eq!(to, format!("/sign-in/riverside#{why}"), "{account}");
            is_nobody(&browser).await;
        }
        // The same provider of another organisation, which vouches for everyone: Ana is nobody's there.
        provider.set_for(&app, other.organisation.id, "other", &[]).await;
        let (browser, to) = arrive(&app, "other", "ana").await;
        assert_eq!(to, "/sign-in/other#no-account");
        is_nobody(&browser).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_t9_whoever_is_locked_or_inactive_stays_out() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        app.past_the_server(|conn| {
            use server::store::schema::users;
            Ok(diesel::update(users::table.find(user("ana").to_string()))
                .set(users::status.eq("inactive"))
                .execute(conn)?)
        })
        .await
        .expect("deactivated");
        let (browser, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/sign-in/riverside#no-account");
        is_nobody(&browser).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_in_the_browser_that_began_and_from_its_issuer() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        let expired = "/sign-in#expired";
        let mut browser = app.anonymous();
        let address = begin(&mut browser, "riverside").await;
        let back = AtProvider::default().sign_in(&address, "ana").await;

        // In another browser, which began nothing, or something else: a link that somebody was sent signs them in as nobody.
        let mut stranger = app.anonymous();
        assert_eq!(leads(&come_back(&mut stranger, &back).await), expired);
        begin(&mut stranger, "riverside").await;
        assert_eq!(leads(&come_back(&mut stranger, &back).await), expired);
        is_nobody(&stranger).await;
        // With a state that nobody gave out.
        let forged = back.replace("state=", "state=0");
        assert_eq!(leads(&come_back(&mut browser.clone(), &forged).await), expired);
        // As it is; and then not once more.
        assert_eq!(leads(&come_back(&mut browser.clone(), &back).await), "/");
        assert_eq!(leads(&come_back(&mut browser.clone(), &back).await), expired);

        // A code of one attempt in another attempt: it belongs to another verifier and another nonce.
        let first = begin(&mut app.anonymous(), "riverside").await;
        let stolen = AtProvider::default().sign_in(&first, "ana").await;
        let mut victim = app.anonymous();
        let second = begin(&mut victim, "riverside").await;
        let own = AtProvider::default().sign_in(&second, "kit").await;
        let mixed = with(&own, "code", &value(&stolen, "code"));
        assert_eq!(
            leads(&come_back(&mut victim, &mixed).await),
            "/sign-in/riverside#refused"
        );
        is_nobody(&victim).await;

        // From an issuer that is not this organisation's (RFC 9207).
        let mut mixed_up = app.anonymous();
        let address = begin(&mut mixed_up, "riverside").await;
        let back = AtProvider::default().sign_in(&address, "ana").await;
        let foreign = with(&back, "iss", "https%3A%2F%2Fother.example");
        assert_eq!(
            leads(&come_back(&mut mixed_up, &foreign).await),
            "/sign-in/riverside#refused"
        );
        is_nobody(&mixed_up).await;

        // Too late.
        let mut late = app.anonymous();
        let address = begin(&mut late, "riverside").await;
        let back = AtProvider::default().sign_in(&address, "ana").await;
        app.past_the_server(|conn| {
            Ok(diesel::update(identity_attempts::table)
                .set(identity_attempts::expires_at.eq(1_i64))
                .execute(conn)?)
        })
        .await
        .expect("time goes by");
        assert_eq!(leads(&come_back(&mut late, &back).await), expired);
    })
    .await;
}

/// The value of a parameter, as it stands in the address.
fn value(address: &str, name: &str) -> String {
    let (_, query) = address.split_once('?').expect("a query");
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name).expect("the parameter");
    value.to_owned()
}

/// The address with another value of a parameter.
fn with(address: &str, name: &str, new: &str) -> String {
    let before = format!("{name}={}", value(address, name));
    address.replace(&before, &format!("{name}={new}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_attempt_of_another_organisation_is_refused_and_its_code_goes_nowhere() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let other = another(&world);
        app.put(&other).await;
        let both = [world.organisation.id, other.organisation.id];
        let (theirs, honest) = (
            IdentityProvider::start(&app, &both).await,
            IdentityProvider::start(&app, &both).await,
        );
        theirs.set_for(&app, world.organisation.id, "riverside", &OFFERED).await;
        honest.set_for(&app, other.organisation.id, "other", &[]).await;

        // The provider of one organisation sends its visitor on to that of the other, with the state of its own attempt; the
        // other, which does not say who answers, sends the code back to where the other's answers come to.
        let mut victim = app.anonymous();
        let attempt = begin(&mut victim, "riverside").await;
        let shown = begin(&mut app.anonymous(), "other").await;
        let mut forwarded = shown.clone();
        for name in ["state", "nonce", "code_challenge"] {
            forwarded = with(&forwarded, name, &value(&attempt, name));
        }
        let back = AtProvider::default().sign_in(&forwarded, "ana").await;
        let (path, _) = back.split_once('?').expect("a query");
        assert!(
            path.ends_with(&format!("/sign-in/callback/{}", other.organisation.id)),
            "{path}"
        );
        let back = format!("{path}?state={}&code={}", value(&back, "state"), value(&back, "code"));
        // Whoever would ask for tokens now would find nobody, and say so.
        drop(theirs);
        let answer = come_back(&mut victim, &back).await;
        assert_eq!(leads(&answer), "/sign-in/riverside#refused");
        is_nobody(&victim).await;
        // And the attempt is over.
        let own = back.replace(&other.organisation.id.to_string(), &world.organisation.id.to_string());
        assert_eq!(leads(&come_back(&mut victim, &own).await), "/sign-in#expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_from_the_form_and_a_provider_that_is_away_are_told() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        let mut browser = app.anonymous();
        let address = begin(&mut browser, "riverside").await;
        let back = AtProvider::default().cancel(&address).await;
        assert_eq!(
            leads(&come_back(&mut browser, &back).await),
            "/sign-in/riverside#cancelled"
        );
        let address = begin(&mut browser, "riverside").await;
        let back = AtProvider::default().sign_in(&address, "ana").await;
        drop(provider);
        assert_eq!(
            leads(&come_back(&mut browser, &back).await),
            "/sign-in/riverside#unreachable"
        );
        let body = BeginProvider {
            link: "riverside".to_owned(),
            email: None,
        };
        let problem = browser.post("/api/v1/sign-in/provider", &body).await;
        assert_eq!(
            problem.expect_status(502).problem().kind,
            "/problems/provider-unreachable"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m10_an_invitation_is_accepted_by_the_provider_where_the_policy_says_so() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider
            .set_for(&app, world.organisation.id, "riverside", &OFFERED)
            .await;
        let ana = app.as_person("ana").await;
        let mut access = grant(&["front_desk at elm"]);
        access.primary_site = Some(site("elm"));
        let profile: ProfileText = [
            (ProfileField::Name, "Kit Ode".to_owned()),
            (ProfileField::LoginEmail, email("kit")),
        ]
        .into_iter()
        .collect();
        let invite = Edit::Invite {
            user: user("kit"),
            profile,
            access,
        };
        ana.must(invite, &[]).await;
        let sets = |allowed: bool| {
            let mut policy = shared::Policy::clone(&world.policy);
            policy.lifecycle.accept_by_provider = allowed;
            let organisation = world.organisation.id.to_string();
            app.past_the_server(move |conn| {
                use server::store::schema::organisations as o;
                let json = serde_json::to_string(&policy).expect("JSON");
                Ok(diesel::update(o::table.find(organisation))
                    .set((o::policy_json.eq(json), o::policy_hash.eq(format!("test-{allowed}"))))
                    .execute(conn)?)
            })
        };
        sets(false).await.expect("another policy");
        let (kit, to) = arrive(&app, "riverside", "kit").await;
        assert_eq!(to, "/sign-in/riverside#invitation-first");
        is_nobody(&kit).await;
        sets(true).await.expect("the policy");
        let (kit, to) = arrive(&app, "riverside", "kit").await;
        assert_eq!(to, "/");
        let me: Me = kit.read("/api/v1/me").await;
        assert_eq!((me.user.id, me.user.status), (user("kit"), Status::Active));
        // X7: on record as their own.
        let record: AuditPage = ana.read(&format!("/api/v1/audit?subject={}", user("kit"))).await;
        let entry = record.entries.first().expect("an entry");
        assert_eq!(entry.edit, Edit::Activate { user: user("kit") });
        assert_eq!(entry.actor.user, user("kit"));
        let pending: UserPage = ana.read("/api/v1/users?tab=invited&search=kit").await;
        assert_eq!(pending.rows.len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_provider_is_the_only_way_a_password_is_none() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        let only = [("riverside.example", true)];
        provider.set_for(&app, world.organisation.id, "riverside", &only).await;
        let refused = app.anonymous().sign_in(&email("ana"), PASSWORD).await;
        let problem = refused.expect_status(403).problem();
        assert_eq!(problem.kind, "/problems/sign-in-by-provider");
        assert!(problem.detail.contains("Riverside ID"), "{}", problem.detail);
        // Who does not know the password learns nothing (T2).
        for (name, password) in [("ana", "not the password at all"), ("nobody", PASSWORD)] {
            let refused = app.anonymous().sign_in(&email(name), password).await;
            assert_eq!(refused.expect_status(401).problem().kind, "/problems/sign-in-refused");
        }
        let (ana, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/");
        ana.get("/api/v1/me").await.expect_status(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_provider_is_the_only_way_no_pin_and_no_invitation_opens_a_session() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let mail = MailServer::start(&[]).await;
        let _sending = TestApp::join_with(app.database(), |config| mail.set(config)).await;
        let mut desk = app.as_person("ana").await;
        let device = desk.read::<ThisDevice>("/api/v1/device").await.id.expect("known here");
        let name = "Front desk".to_owned();
        desk.must(Edit::EnrolDevice { device, name }, &[]).await;
        let pin = "482910".to_owned();
        let chosen = desk.request(reqwest::Method::PUT, "/api/v1/pin");
        let chosen = desk.send(chosen.json(&ChoosePin { pin: pin.clone() })).await;
        chosen.expect_status(204);
        let profile: ProfileText = [
            (ProfileField::Name, "Kit Ode".to_owned()),
            (ProfileField::LoginEmail, email("kit")),
        ]
        .into_iter()
        .collect();
        let mut access = grant(&["front_desk at elm"]);
        access.primary_site = Some(site("elm"));
        let invite = Edit::Invite {
            user: user("kit"),
            profile,
            access,
        };
        desk.must(invite, &[]).await;
        let token = mail.mail_to(&email("kit"), 1).await.token();
        desk.post("/api/v1/sign-out", &serde_json::json!({}))
            .await
            .expect_status(204);

        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        let only = [("riverside.example", true)];
        provider.set_for(&app, world.organisation.id, "riverside", &only).await;
        let by_pin = PinSignIn { user: user("ana"), pin };
        let refused = desk.post("/api/v1/sign-in/pin", &by_pin).await;
        desk.keep_cookies(&refused);
        assert_eq!(
            refused.expect_status(403).problem().kind,
            "/problems/sign-in-by-provider"
        );
        is_nobody(&desk).await;

        // The invitation is accepted, with what was answered; its person goes on by the provider.
        let body = AcceptInvitation {
            token,
            password: "kettle under a blue sky".to_owned(),
            profile: ProfileText::new(),
        };
        let mut kit = app.anonymous();
        let refused = kit.post("/api/v1/invitations/accept", &body).await;
        kit.keep_cookies(&refused);
        assert_eq!(
            refused.expect_status(403).problem().kind,
            "/problems/sign-in-by-provider"
        );
        is_nobody(&kit).await;
        let (kit, to) = arrive(&app, "riverside", "kit").await;
        assert_eq!(to, "/");
        assert_eq!(kit.read::<Me>("/api/v1/me").await.user.id, user("kit"));
    })
    .await;
}
