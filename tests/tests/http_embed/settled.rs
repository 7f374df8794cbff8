//! Keys and origins are edits like others: judged, proved, on record (X4, X7, X8). And what is never told or written down.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;
use reqwest::Method;
use scenarios::http::make::{site, user};
use scenarios::http::{Session, TestApp, on_both};
use server::store::schema::{api_keys as k, sessions as se};
use shared::Edit;
use shared::embed::{Element, EmbedAccess, EmbedScopes, OriginFault};
use shared::ids::ApiKeyId;
use shared::policy::Power;
use shared::verdict::{Change, Consequence, Reason};
use shared::wire::{Accepted, AuditPage, EmbeddingView};

use crate::host::{Host, PORTAL, everything, make_key};

fn reasons(verdict: shared::Verdict) -> Vec<Reason> {
    verdict.refusals.into_iter().map(|refusal| refusal.reason).collect()
}

fn make(name: &str, scopes: EmbedScopes) -> Edit {
    Edit::MakeApiKey {
        key: ApiKeyId(uuid::Uuid::now_v7()),
        name: name.to_owned(),
        scopes,
    }
}

fn allow(origin: &str) -> Edit {
    Edit::AllowOrigin {
        origin: origin.to_owned(),
    }
}

/// As if the person had signed in an hour earlier.
async fn age(app: &TestApp, session: &Session) {
    let cookie = session.cookie().expect("somebody is signed in");
    let token = cookie.split_once('=').expect("name and value").1.to_owned();
    let hash = server::accounts::token::digest(&token);
    app.past_the_server(move |conn| {
        diesel::update(se::table.find(hash))
            .set(se::authenticated_at.eq(se::authenticated_at - 3_600_000_i64))
            .execute(conn)?;
        Ok(())
    })
    .await
    .expect("the session is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_x8_only_who_administers_embedding_settles_it() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let pam = app.as_person("pam").await;
        pam.get("/api/v1/embedding").await.expect_status(403);
        app.anonymous().get("/api/v1/embedding").await.expect_status(401);
        let origin = PORTAL.to_owned();
        for edit in [
            make("Mine", everything()),
            Edit::RevokeApiKey { key: host.id },
            allow("https://mine.example"),
            Edit::RemoveOrigin { origin },
        ] {
            let said = reasons(pam.refused(edit.clone(), &[]).await);
            let missing = |reason: &Reason| {
                matches!(
                    reason,
                    Reason::PowerMissing {
                        power: Power::Embedding,
                        ..
                    }
                )
            };
            assert!(said.iter().any(missing), "{edit:?}: {said:?}");
        }
        // Each asks for a proof that is recent.
        age(&app, &ana).await;
        let origin = PORTAL.to_owned();
        for edit in [
            make("Late", everything()),
            Edit::RevokeApiKey { key: host.id },
            allow("https://late.example"),
            Edit::RemoveOrigin { origin },
        ] {
            let refused = ana.edit(edit.clone(), &[]).await.expect_status(403);
            assert_eq!(
                refused.problem().kind,
                "/problems/fresh-authentication-needed",
                "{edit:?}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_origins_are_exact_and_judged_alike_here_and_there() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        for (typed, fault) in [
            ("", OriginFault::Missing),
            ("portal.example", OriginFault::Scheme),
            ("http://portal.example", OriginFault::NotSecure),
            ("https://*.example", OriginFault::Wildcard),
            ("https://portal.example/", OriginFault::Path),
            ("https://a@portal.example", OriginFault::UserInfo),
            ("https://portal example", OriginFault::Host),
            ("https://portal.example:x", OriginFault::Port),
        ] {
            let said = reasons(ana.refused(allow(typed), &[]).await);
            assert_eq!(said, [Reason::OriginUnusable { fault }], "{typed}");
        }
        let done = ana.must(allow(" HTTPS://Portal.Example:443 "), &[]).await;
        let origin = PORTAL.to_owned();
        assert_eq!(done.verdict.changes, [Change::OriginAllowed { origin: origin.clone() }]);
        assert_eq!(
            reasons(ana.refused(allow(PORTAL), &[]).await),
            [Reason::OriginAllowed { origin }]
        );
        for typed in ["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:5173"] {
            ana.must(allow(typed), &[]).await;
        }
        let settled: EmbeddingView = ana.read("/api/v1/embedding").await;
        assert_eq!(settled.origins.len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_keys_have_a_name_an_aim_and_an_end() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        ana.must(allow(PORTAL), &[]).await;
        let scopes = |elements: &[Element], sites: Option<&[&str]>| EmbedScopes {
            elements: elements.iter().copied().collect(),
            access: EmbedAccess::Read,
            sites: sites.map(|names| names.iter().map(|name| site(name)).collect()),
        };
        for (edit, reason) in [
            (make(" ", everything()), Reason::NameMissing),
            (make("A", scopes(&[], None)), Reason::ElementsMissing),
            (
                make("A", scopes(&[Element::Users], Some(&[]))),
                Reason::SitesOfKeyMissing,
            ),
            (
                make("A", scopes(&[Element::Users], Some(&["nowhere"]))),
                Reason::SiteUnknown { site: site("nowhere") },
            ),
        ] {
            let said = reasons(ana.refused(edit.clone(), &[]).await);
            assert_eq!(said, [reason], "{edit:?}");
        }
        let (id, key) = make_key(&ana, "Portal", everything()).await;
        assert!(key.starts_with("lyk_") && key.len() == 68, "{key}");
        let name = "PORTAL".to_owned();
        assert_eq!(
            reasons(ana.refused(make("PORTAL", everything()), &[]).await),
            [Reason::NameTaken { name }]
        );
        // The same request again has the same answer, and not the key.
        let proposal = ana.proposal(make("Twice", everything())).await;
        let first: Accepted = ana.propose(&proposal).await.expect_status(200).json();
        let again: Accepted = ana.propose(&proposal).await.expect_status(200).json();
        assert!(first.api_key.is_some() && again.api_key.is_none());
        assert_eq!(first.audit_sequence, again.audit_sequence);

        // What ends with it is said before, and it is on record by name.
        let host = Host::with(&app, id, key);
        host.token(&Host::asks("pam")).await;
        host.token(&Host::asks("fay")).await;
        let done = ana.must(Edit::RevokeApiKey { key: id }, &[]).await;
        assert_eq!(
            done.verdict.consequences,
            [Consequence::EmbedSessionsEnd { sessions: 2 }]
        );
        let record: AuditPage = ana.read("/api/v1/audit").await;
        let name = "Portal".to_owned();
        assert_eq!(record.entries[0].changes, [Change::ApiKeyRevoked { key: id, name }]);
        assert_eq!(record.entries[0].actor.user, user("ana"));
        let settled: EmbeddingView = ana.read("/api/v1/embedding").await;
        let revoked = settled.keys.iter().find(|one| one.id == id).expect("it is listed");
        assert_eq!(revoked.revoked_by.as_deref(), Some("Ana Ferreira"));
        // Its name is free again.
        ana.must(make("Portal", everything()), &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_the_last_use_of_a_key_is_written_once_a_minute() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let last = async || {
            let settled: EmbeddingView = ana.read("/api/v1/embedding").await;
            settled.keys[0].last_used_at
        };
        assert_eq!(last().await, None);
        host.token(&Host::asks("pam")).await;
        let first = last().await.expect("it was used");
        host.token(&Host::asks("pam")).await;
        assert_eq!(last().await, Some(first));
        app.past_the_server(|conn| {
            diesel::update(k::table)
                .set(k::last_used_at.eq(k::last_used_at - 60_000_i64))
                .execute(conn)?;
            Ok(())
        })
        .await
        .expect("a minute passes");
        host.token(&Host::asks("pam")).await;
        assert!(last().await > Some(first));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_too_many_tokens_and_wrong_keys_have_to_wait() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let strict = TestApp::join_with(app.database(), |config| {
            config.embed_tokens_per_minute = 3;
            config.sign_ins_per_minute = 2;
        })
        .await;
        let (id, second) = make_key(&ana, "Second", everything()).await;
        let there = Host::with(&strict, host.id, host.key.clone());
        for _ in 0..3 {
            there.token(&Host::asks("pam")).await;
        }
        assert_eq!(
            there.ask(&Host::asks("pam")).await.expect_status(429).problem().kind,
            "/problems/too-many-requests"
        );
        // Each key has its own.
        Host::with(&strict, id, second).token(&Host::asks("pam")).await;
        let wrong = Host::with(&strict, id, format!("lyk_{}", "1".repeat(64)));
        for status in [401, 401, 429] {
            wrong.ask(&Host::asks("pam")).await.expect_status(status);
        }
    })
    .await;
}

/// All that is logged, by everybody, while this lasts.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_neither_key_nor_token_is_logged_kept_or_told_again() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the only subscriber");
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let token = host.token(&Host::asks("ana")).await;
        host.get("/api/v1/me", &token).await.expect_status(200);
        host.get("/api/v1/policy", &token).await.expect_status(403);
        host.at(Some("https://evil.example"))
            .get("/api/v1/me", &token)
            .await
            .expect_status(403);
        host.send(host.request(Method::POST, "/api/v1/edits", &token).body("no JSON"))
            .await;
        ana.must(Edit::RevokeApiKey { key: host.id }, &[]).await;
        host.get("/api/v1/me", &token).await.expect_status(401);
        host.ask(&Host::asks("ana")).await.expect_status(401);
        let logged = String::from_utf8_lossy(&log.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
        assert!(logged.contains("/api/v1/embed/sessions"), "the routes are logged");
        for secret in [&host.key, &token] {
            let bare = secret.split_once('_').expect("a prefix").1;
            assert!(!logged.contains(bare));
            for path in ["/api/v1/embedding", "/api/v1/audit", "/api/v1/me"] {
                assert!(!ana.get(path).await.body.contains(bare), "{path}");
            }
        }
    })
    .await;
}
