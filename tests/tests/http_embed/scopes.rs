//! What a token may: the routes of its elements, what its access allows, at its sites (X4, X8).

use std::collections::BTreeSet;

use reqwest::Method;
use scenarios::http::make::{change, grant, invite, retype, site, user};
use scenarios::http::{Answer, on_both};
use serde_json::Value;
use shared::Edit;
use shared::edit::WhichSessions;
use shared::embed::{Element, EmbedAccess, EmbedScopes};
use shared::ids::Revision;
use shared::user::ProfileField;
use shared::verdict::Reason;
use shared::wire::{AuditPage, EmbedRequest, Me, Problem, Proposal, RolesView, UserPage};

use crate::host::{Host, PORTAL, everything, make_key};

/// Proposes an edit from the page, of a user whom nobody has changed yet.
async fn propose(host: &Host, edit: Edit, token: &str) -> Answer {
    let proposal = Proposal {
        seen_revision: edit.user().filter(|_| !edit.makes_account()).map(|_| Revision(1)),
        edit,
        confirmations: Vec::new(),
        idempotency_key: uuid::Uuid::now_v7(),
    };
    host.post("/api/v1/edits", &proposal, token).await
}

#[track_caller]
fn reasons(answer: Answer) -> Vec<Reason> {
    let problem: Problem = answer.expect_status(422).json();
    let verdict = problem.verdict.expect("a refusal comes with its verdict");
    verdict.refusals.into_iter().map(|refusal| refusal.reason).collect()
}

fn phone(name: &str, number: &str) -> Edit {
    retype(name, &[(ProfileField::Phone, number)])
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_token_to_read_changes_nothing() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let asked = EmbedRequest {
            access: EmbedAccess::Read,
            ..Host::asks("ana")
        };
        let token = host.token(&asked).await;
        let edits = [
            phone("fay", "+1 415 555 0101"),
            phone("ana", "+1 415 555 0101"),
            invite("kit", "Kit Ode", "front_desk at elm", "elm"),
            Edit::Lock { user: user("fay") },
            Edit::SetRolePermissions {
                role: "front_desk".into(),
                grant: BTreeSet::new(),
                revoke: ["schedule.view".into()].into(),
            },
        ];
        for edit in edits {
            let said = reasons(propose(&host, edit.clone(), &token).await);
            assert!(said.contains(&Reason::EmbeddedToRead), "{edit:?}: {said:?}");
        }
        host.get("/api/v1/users/export?format=csv", &token)
            .await
            .expect_status(422);
        // The same rule speaks in the page: the facts that it gets say so.
        let me: Me = host.get("/api/v1/me", &token).await.expect_status(200).json();
        let verdict = shared::decide(&me.facts, &invite("kit", "Kit Ode", "front_desk at elm", "elm"));
        assert!(
            verdict
                .refusals
                .iter()
                .any(|refusal| refusal.reason == Reason::EmbeddedToRead)
        );
        let page: UserPage = host.get("/api/v1/users", &token).await.expect_status(200).json();
        assert!(page.rows.len() > 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_what_asks_for_a_fresh_proof_is_done_in_the_console() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let token = host.token(&Host::asks("ana")).await;
        let which = WhichSessions::All;
        for edit in [
            change("fay", grant(&["administrator"])),
            retype("ana", &[(ProfileField::LoginEmail, "other@riverside.example")]),
            Edit::SetTemporaryPassword { user: user("abe") },
            Edit::ResetFactors { user: user("fay") },
            Edit::EndSessions {
                user: user("ana"),
                which,
            },
            Edit::MakeApiKey {
                key: shared::ids::ApiKeyId(uuid::Uuid::now_v7()),
                name: "Another".to_owned(),
                scopes: everything(),
            },
            Edit::RevokeApiKey { key: host.id },
            Edit::AllowOrigin {
                origin: "https://evil.example".to_owned(),
            },
            Edit::RemoveOrigin {
                origin: PORTAL.to_owned(),
            },
        ] {
            let said = reasons(propose(&host, edit.clone(), &token).await);
            assert!(said.contains(&Reason::OnlyInConsole), "{edit:?}: {said:?}");
        }
        let said = reasons(
            propose(
                &host,
                Edit::CreateSite {
                    site: site("new"),
                    name: "New".to_owned(),
                },
                &token,
            )
            .await,
        );
        assert!(said.contains(&Reason::OutsideEmbedding), "{said:?}");
        // What is everyday is done, and the record says in which page.
        propose(&host, phone("fay", "+1 415 555 0101"), &token)
            .await
            .expect_status(200);
        let record: AuditPage = ana.read("/api/v1/audit").await;
        let origin = &record.entries[0].origin;
        assert!(origin.contains(PORTAL), "{origin}");
        assert_eq!(record.entries[0].actor.user, user("ana"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x4_x8_a_token_for_one_site_sees_and_changes_only_there() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let asked = EmbedRequest {
            sites: Some([site("oak")].into()),
            ..Host::asks("ana")
        };
        let token = host.token(&asked).await;
        let me: Me = host.get("/api/v1/me", &token).await.expect_status(200).json();
        let sites: Vec<_> = me.facts.organisation.sites.iter().map(|one| one.id).collect();
        assert_eq!(sites, [site("oak")]);
        assert!(
            me.user
                .assignments
                .iter()
                .all(|held| held.place().site() == Some(site("oak")))
        );
        // Pat and Fay are at both, Fin is at the other one alone.
        let page: UserPage = host.get("/api/v1/users", &token).await.expect_status(200).json();
        let names: Vec<&str> = page.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Fay Brooks", "Pat Singh"]);
        assert!(
            page.rows
                .iter()
                .flat_map(|row| &row.assignments)
                .all(|held| held.place().site() == Some(site("oak")))
        );
        host.get(&format!("/api/v1/users?site={}", site("elm")), &token)
            .await
            .expect_status(200);
        let elsewhere: UserPage = host
            .get(&format!("/api/v1/users?site={}", site("elm")), &token)
            .await
            .json();
        assert!(elsewhere.rows.is_empty());
        assert_eq!(
            host.get(&format!("/api/v1/users/{}", user("fin")), &token).await.status,
            404
        );
        let roles: RolesView = host.get("/api/v1/roles", &token).await.expect_status(200).json();
        assert!(!roles.holders.is_empty());
        assert!(roles.holders.iter().all(|held| held.place.site() == Some(site("oak"))));
        let csv = host
            .get("/api/v1/users/export?format=csv", &token)
            .await
            .expect_status(200);
        assert!(
            csv.body.contains("Fay Brooks") && !csv.body.contains("Fin Larsen"),
            "{}",
            csv.body
        );
        let holders = host
            .get("/api/v1/roles/front_desk/holders", &token)
            .await
            .expect_status(200);
        assert!(holders.body.contains("Fay Brooks") && !holders.body.contains("Fin Larsen"));

        propose(&host, change("fay", grant(&["provider at oak"])), &token).await;
        for edit in [
            change("fay", grant(&["practice_manager at elm"])),
            phone("fin", "+1 415 555 0101"),
            invite("kit", "Kit Ode", "front_desk at elm", "elm"),
            Edit::Deactivate { user: user("fin") },
        ] {
            assert!(
                !reasons(propose(&host, edit.clone(), &token).await).is_empty(),
                "{edit:?}"
            );
        }
        // There, without the change at elm, it is what Ana may do anyway.
        propose(&host, invite("kit", "Kit Ode", "front_desk at oak", "oak"), &token)
            .await
            .expect_status(200);
        // The record of what was done to people who are there: Kit's invitation, and nothing of keys.
        let record: AuditPage = host.get("/api/v1/audit", &token).await.expect_status(200).json();
        assert!(
            record.entries.iter().all(|entry| entry.subject.is_some()),
            "{:?}",
            record.entries
        );
        assert!(
            record
                .entries
                .iter()
                .any(|entry| matches!(entry.edit, Edit::Invite { .. }))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_key_gives_no_more_than_it_is_for() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        Host::of(&app, &ana).await;
        let narrow = EmbedScopes {
            elements: [Element::Users].into(),
            access: EmbedAccess::Read,
            sites: Some([site("oak")].into()),
        };
        let (id, key) = make_key(&ana, "Narrow", narrow).await;
        let host = Host::with(&app, id, key);
        let fits = EmbedRequest {
            elements: [Element::Users].into(),
            access: EmbedAccess::Read,
            ..Host::asks("ana")
        };
        for beyond in [
            EmbedRequest {
                access: EmbedAccess::Manage,
                ..fits.clone()
            },
            EmbedRequest {
                elements: [Element::Users, Element::Roles].into(),
                ..fits.clone()
            },
            EmbedRequest {
                elements: BTreeSet::new(),
                ..fits.clone()
            },
            EmbedRequest {
                sites: Some([site("elm")].into()),
                ..fits.clone()
            },
            EmbedRequest {
                sites: Some([site("elm"), site("oak")].into()),
                ..fits.clone()
            },
            EmbedRequest {
                sites: Some(BTreeSet::new()),
                ..fits.clone()
            },
        ] {
            let refused = host.ask(&beyond).await.expect_status(403);
            assert_eq!(refused.problem().kind, "/problems/beyond-key", "{beyond:?}");
        }
        // Without sites of its own the token has the key's.
        let token = host.token(&fits).await;
        let me: Me = host.get("/api/v1/me", &token).await.expect_status(200).json();
        assert_eq!(
            me.embedded.and_then(|embedded| embedded.sites),
            Some([site("oak")].into())
        );
    })
    .await;
}

/// Every route of the API with a token for one element each: what is not listed here is closed.
#[tokio::test(flavor = "multi_thread")]
async fn x8_a_token_opens_the_routes_of_its_elements_and_no_other() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let document: Value = ana.read("/api/openapi.json").await;
        let everywhere = ["get /administrators", "get /live", "get /me"];
        let users = [
            "get /audit?subject",
            "get /bulk/{id}",
            "get /bulk/{id}/people",
            "get /bulk/{id}/result.csv",
            "get /cases",
            "get /facts",
            "get /resources/{id}/members",
            "get /roles",
            "get /sites",
            "get /users",
            "get /users/export",
            "get /users/{id}",
            "get /users/{id}/sessions",
            "post /bulk",
            "post /bulk/plan",
            "post /edits",
            "post /users/{id}/presence",
        ];
        let user = [
            "get /audit?subject",
            "get /facts",
            "get /resources/{id}/members",
            "get /sites",
            "get /users/{id}",
            "get /users/{id}/sessions",
            "post /edits",
            "post /users/{id}/presence",
        ];
        let roles = ["get /facts", "get /roles", "get /roles/{role}/holders", "post /edits"];
        let activity = ["get /audit", "get /audit/export", "get /audit?subject"];
        for (element, listed) in [
            (Element::Users, &users[..]),
            (Element::User, &user),
            (Element::Roles, &roles),
            (Element::Activity, &activity),
        ] {
            let asked = EmbedRequest {
                elements: [element].into(),
                ..Host::asks("ana")
            };
            let token = host.token(&asked).await;
            let mut open = Vec::new();
            let paths = document["paths"].as_object().expect("paths");
            let routes = paths.iter().flat_map(|(path, item)| {
                let methods = item.as_object().into_iter().flat_map(|item| item.keys());
                methods.map(move |method| (path.clone(), method.clone()))
            });
            let mut routes: Vec<_> = routes.collect();
            routes.push(("/api/v1/audit?subject".to_owned(), "get".to_owned()));
            for (path, method) in routes {
                let Ok(named) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                    continue;
                };
                let address = path
                    .replace("?subject", &format!("?subject={}", scenarios::http::make::user("fay")))
                    .replace("{id}", &scenarios::http::make::user("fay").to_string())
                    .replace("{role}", "front_desk")
                    .replace("{version}", "1");
                let answer = host.request(named, &address, &token).send().await.expect("an answer");
                let closed = answer.status().as_u16() == 403;
                let is_stream = path.ends_with("/live") && !closed;
                let body = if is_stream {
                    String::new()
                } else {
                    answer.text().await.expect("text")
                };
                if !(closed && body.contains("/problems/outside-embedding")) {
                    open.push(format!("{method} {}", path.trim_start_matches("/api/v1")));
                }
            }
            let wanted: BTreeSet<String> = everywhere.iter().chain(listed).map(ToString::to_string).collect();
            assert_eq!(open.into_iter().collect::<BTreeSet<_>>(), wanted, "{element:?}");
        }
    })
    .await;
}
