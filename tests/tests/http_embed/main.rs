//! Lanyard in other applications' pages, over HTTP: API keys, allowed origins, tokens, and what may be done with them
//! (X7, X8).
#![cfg(not(target_arch = "wasm32"))]

mod announced;
mod ends;
mod example;
mod host;
mod pages;
mod scopes;
mod settled;

use scenarios::http::make::user;
use scenarios::http::on_both;
use shared::embed::{Element, EmbedAccess};
use shared::wire::{EmbedRequest, EmbeddingView, Me, UserPage};

use crate::host::{Host, PORTAL, header};

#[tokio::test(flavor = "multi_thread")]
async fn x8_a_host_shows_the_list_of_users_to_one_of_its_people() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let host = Host::of(&app, &ana).await;
        let asked = EmbedRequest {
            elements: [Element::Users, Element::User].into(),
            ..Host::asks("pam")
        };
        let token = host.token(&asked).await;
        let me = host.get("/api/v1/me", &token).await.expect_status(200);
        assert_eq!(header(&me, "access-control-allow-origin"), Some(PORTAL));
        assert_eq!(header(&me, "access-control-allow-credentials"), None);
        assert_eq!(header(&me, "set-cookie"), None);
        assert!(me.headers.get_all("vary").iter().any(|value| value == "origin"));
        let me: Me = me.json();
        assert_eq!(me.user.id, user("pam"));
        let embedded = me.embedded.expect("it says that it is embedded");
        assert_eq!(embedded.elements, asked.elements);
        assert_eq!((embedded.access, embedded.sites), (EmbedAccess::Manage, None));
        // The same as in the console, no more and no less.
        let pam = app.as_person("pam").await;
        let page: UserPage = host.get("/api/v1/users", &token).await.expect_status(200).json();
        let own: UserPage = pam.read("/api/v1/users").await;
        assert_eq!(page, own);
        assert_eq!(pam.read::<Me>("/api/v1/me").await.embedded, None);
        // What is settled, as Ana sees it.
        let settled: EmbeddingView = ana.read("/api/v1/embedding").await;
        let (keys, origins) = (&settled.keys, &settled.origins);
        assert_eq!((keys.len(), keys[0].id, keys[0].open), (1, host.id, 1));
        assert!(keys[0].last_used_at.is_some() && host.key.starts_with(&keys[0].prefix));
        assert_eq!(
            (origins.len(), origins[0].origin.as_str(), origins[0].open),
            (1, PORTAL, 1)
        );
        assert!(!serde_json::to_string(&settled).unwrap().contains(&host.key));
    })
    .await;
}
