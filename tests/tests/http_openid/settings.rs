//! Administrators set their organisation's provider: judged, tried, kept without its secret, on record.

use diesel::prelude::*;
use reqwest::Method;
use scenarios::http::make::another;
use scenarios::http::provider::{CLIENT, CLIENT_SECRET, IdentityProvider};
use scenarios::http::{Answer, Session, TestApp, on_both};
use server::config::Origin;
use server::store::schema::{idempotency, sessions};
use shared::Edit;
use shared::policy::Power;
use shared::provider::{
    Claim, ClientSecret, IdentityProvider as Settings, ProviderDomain, ProviderFault, ProviderField,
};
use shared::verdict::{Change, Reason};
use shared::wire::{AuditPage, CheckProvider, IdentityProviderView, Me, SetProvider, SignInWays};
use uuid::Uuid;

use super::arrive;

const PATH: &str = "/api/v1/identity-provider";

fn settings(issuer: &str, domains: &[&str]) -> Settings {
    let domain = |name: &&str| ProviderDomain {
        name: (*name).to_owned(),
        only_way: false,
    };
    Settings {
        name: "Riverside ID".to_owned(),
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        link: "riverside".to_owned(),
        domains: domains.iter().map(domain).collect(),
    }
}

/// A request as a screen that was just opened sends it.
async fn set(by: &Session, provider: Settings, secret: ClientSecret) -> Answer {
    let seen = match by.get(PATH).await {
        answer if answer.status == 200 => answer.json::<IdentityProviderView>().changed_at,
        _ => None,
    };
    let body = SetProvider {
        provider,
        secret,
        client_secret: (secret == ClientSecret::New).then(|| CLIENT_SECRET.to_owned()),
        seen,
        idempotency_key: Uuid::now_v7(),
    };
    put(by, &body).await
}

async fn put(by: &Session, body: &SetProvider) -> Answer {
    by.send(by.request(Method::PUT, PATH).json(body)).await
}

fn refused(answer: Answer) -> Vec<Reason> {
    let problem = answer.expect_status(422).problem();
    let verdict = problem.verdict.expect("a refusal comes with its verdict");
    verdict.refusals.into_iter().map(|refusal| refusal.reason).collect()
}

fn unusable(field: ProviderField, fault: ProviderFault) -> Vec<Reason> {
    vec![Reason::IdentityProviderUnusable { field, fault }]
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_provider_is_set_changed_and_removed_and_its_secret_is_told_to_nobody() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        let ana = app.as_person("ana").await;
        let view: IdentityProviderView = ana.read(PATH).await;
        assert_eq!((view.provider, view.has_secret, view.changed_at), (None, false, None));
        let redirect = format!("/api/v1/sign-in/callback/{}", world.organisation.id);
        assert!(view.redirect.ends_with(&redirect) && view.own_machine);

        let wanted = settings(&provider.issuer, &[" @Riverside.Example "]);
        // A new secret that is none would be no secret.
        for none in [None, Some(String::new()), Some(" ".to_owned())] {
            let without = SetProvider {
                provider: wanted.clone(),
                secret: ClientSecret::New,
                client_secret: none,
                seen: None,
                idempotency_key: Uuid::now_v7(),
            };
            assert_eq!(
                refused(put(&ana, &without).await),
                unusable(ProviderField::Secret, ProviderFault::Missing)
            );
        }
        set(&ana, wanted.clone(), ClientSecret::New).await.expect_status(200);
        let told = ana.get(PATH).await.expect_status(200);
        assert!(!told.body.contains(CLIENT_SECRET));
        let view: IdentityProviderView = told.json();
        let first = view.provider.expect("it is set");
        assert_eq!(first, wanted.tidy());
        assert!(view.has_secret);
        // It is used from now on, with that secret.
        let (browser, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/");
        assert_eq!(
            browser.read::<Me>("/api/v1/me").await.user.profile.login_email,
            "ana@riverside.example"
        );

        // Another name keeps the secret; another client does not get it.
        let renamed = Settings {
            name: "Staff ID".to_owned(),
            ..first.clone()
        };
        set(&ana, renamed.clone(), ClientSecret::Keep).await.expect_status(200);
        let (_, to) = arrive(&app, "riverside", "ana").await;
        assert_eq!(to, "/");
        let of_another = Settings {
            client_id: "another".to_owned(),
            ..renamed.clone()
        };
        assert_eq!(
            refused(set(&ana, of_another, ClientSecret::Keep).await),
            unusable(ProviderField::Secret, ProviderFault::SecretOfAnother)
        );
        // Nobody overwrites what they have not seen (X6).
        let blind = SetProvider {
            provider: first.clone(),
            secret: ClientSecret::Keep,
            client_secret: None,
            seen: view.changed_at.map(|at| shared::ids::Timestamp(at.0 - 1)),
            idempotency_key: Uuid::now_v7(),
        };
        assert_eq!(
            put(&ana, &blind).await.expect_status(409).problem().kind,
            "/problems/provider-changed"
        );

        // Nobody it has let in stays in once it is gone, but for who removes it.
        let (fay, to) = arrive(&app, "riverside", "fay").await;
        assert_eq!(to, "/");
        fay.get("/api/v1/me").await.expect_status(200);
        let gone = ana.must(Edit::RemoveIdentityProvider, &[]).await;
        fay.get("/api/v1/me").await.expect_status(401);
        browser.get("/api/v1/me").await.expect_status(200);
        assert_eq!(
            gone.verdict.changes,
            [Change::IdentityProviderRemoved {
                provider: renamed.clone()
            }]
        );
        let ways: SignInWays = app.anonymous().read("/api/v1/sign-in/ways?link=riverside").await;
        assert_eq!(ways.provider, None);
        let again = ana.refused(Edit::RemoveIdentityProvider, &[]).await;
        assert!(
            again
                .refusals
                .iter()
                .any(|one| one.reason == Reason::IdentityProviderMissing)
        );

        // All of it is on record, old and new; the secret is nowhere.
        let told = ana.get("/api/v1/audit").await.expect_status(200);
        assert!(!told.body.contains(CLIENT_SECRET));
        let changes: Vec<Change> = told
            .json::<AuditPage>()
            .entries
            .into_iter()
            .flat_map(|entry| entry.changes)
            .collect();
        let set = |from: Option<&Settings>, to: &Settings, secret| Change::IdentityProviderSet {
            from: from.cloned(),
            to: to.clone(),
            secret,
        };
        for change in [
            set(None, &first, ClientSecret::New),
            set(Some(&first), &renamed, ClientSecret::Keep),
            Change::IdentityProviderRemoved { provider: renamed },
        ] {
            assert!(changes.contains(&change), "{change:?} in {changes:?}");
        }
        let kept: Vec<String> = app
            .past_the_server(|conn| Ok(idempotency::table.select(idempotency::response_json).load(conn)?))
            .await
            .expect("the answers that are kept");
        assert!(kept.iter().all(|answer| !answer.contains(CLIENT_SECRET)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_x7_only_who_writes_the_policy_sets_a_provider_and_with_a_recent_proof() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        let (ana, pam) = (app.as_person("ana").await, app.as_person("pam").await);
        let wanted = settings(&provider.issuer, &[]);
        let issuer = CheckProvider {
            issuer: provider.issuer.clone(),
        };
        pam.get(PATH).await.expect_status(403);
        pam.post(&format!("{PATH}/check"), &issuer).await.expect_status(403);
        app.anonymous().get(PATH).await.expect_status(401);
        let missing = |reason: &Reason| {
            matches!(
                reason,
                Reason::PowerMissing {
                    power: Power::Policy,
                    ..
                }
            )
        };
        assert!(
            refused(set(&pam, wanted.clone(), ClientSecret::New).await)
                .iter()
                .any(missing)
        );
        let removal = pam.refused(Edit::RemoveIdentityProvider, &[]).await;
        assert!(removal.refusals.iter().any(|one| missing(&one.reason)));
        // By the door of edits it comes without a secret and untried.
        let edit = Edit::SetIdentityProvider {
            provider: wanted.clone(),
            secret: ClientSecret::None,
        };
        ana.edit(edit, &[]).await.expect_status(400);

        app.past_the_server(|conn| {
            diesel::update(sessions::table)
                .set(sessions::authenticated_at.eq(0))
                .execute(conn)?;
            Ok(())
        })
        .await
        .expect("the sessions are there");
        let late = set(&ana, wanted, ClientSecret::New).await.expect_status(403);
        assert_eq!(late.problem().kind, "/problems/fresh-authentication-needed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_a_domain_of_others_is_not_taken_and_a_provider_that_cannot_be_used_is_told() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let other = another(&world);
        app.put(&other).await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        let ana = app.as_person("ana").await;
        for (domain, claim) in [
            ("lakeview.example", Claim::UsedElsewhere),
            ("nobody.example", Claim::NobodyHere),
        ] {
            let domain = domain.to_owned();
            assert_eq!(
                refused(set(&ana, settings(&provider.issuer, &[&domain]), ClientSecret::New).await),
                unusable(ProviderField::Domains, ProviderFault::DomainNotOurs { domain, claim })
            );
        }
        // The other organisation has the page and, by whoever runs the server, the domain.
        provider
            .set_for(
                &app,
                other.organisation.id,
                "riverside",
                &[("riverside.example", false)],
            )
            .await;
        let domain = "riverside.example".to_owned();
        let said = refused(set(&ana, settings(&provider.issuer, &[&domain]), ClientSecret::New).await);
        let taken = ProviderFault::DomainNotOurs {
            domain,
            claim: Claim::Taken,
        };
        assert_eq!(
            said,
            [
                unusable(ProviderField::Link, ProviderFault::LinkTaken),
                unusable(ProviderField::Domains, taken)
            ]
            .concat()
        );

        let free = |issuer: &str| Settings {
            link: "riverside-too".to_owned(),
            ..settings(issuer, &[])
        };
        let port = provider.issuer.rsplit_once(':').map_or("", |(_, port)| port);
        let ours = format!("http://{}", app.address);
        let nobody = "http://127.0.0.1:9".to_owned();
        for (issuer, problem) in [
            (nobody, "provider-no-answer"),
            (ours, "provider-no-description"),
            (format!("http://localhost:{port}"), "provider-other-issuer"),
        ] {
            let asked = CheckProvider { issuer: issuer.clone() };
            let checked = ana.post(&format!("{PATH}/check"), &asked).await;
            let saved = set(&ana, free(&issuer), ClientSecret::New).await;
            for answer in [checked, saved] {
                let told = answer.expect_status(422).problem();
                assert_eq!(told.kind, format!("/problems/{problem}"), "{issuer}: {}", told.detail);
            }
        }
        assert_eq!(
            refused(set(&ana, free("http://id.example"), ClientSecret::New).await),
            unusable(ProviderField::Issuer, ProviderFault::IssuerNotSecure)
        );
        let good = CheckProvider {
            issuer: provider.issuer.clone(),
        };
        ana.post(&format!("{PATH}/check"), &good).await.expect_status(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_for_others_asks_nobody_on_its_own_machine() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let public = TestApp::join_with(app.database(), |config| {
            config.public_url = "https://users.example.com".parse::<Origin>().expect("an origin");
        })
        .await;
        let ana = public.as_person("ana").await;
        let view: IdentityProviderView = ana.read(PATH).await;
        assert!(!view.own_machine);
        let redirect = format!(
            "https://users.example.com/api/v1/sign-in/callback/{}",
            world.organisation.id
        );
        assert_eq!(view.redirect, redirect);
    })
    .await;
}
