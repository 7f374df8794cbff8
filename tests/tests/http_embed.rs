//! Lanyard in other applications' pages, over HTTP: API keys, allowed origins, tokens, and what may be done with them
//! (X7, X8).
#![cfg(not(target_arch = "wasm32"))]

use reqwest::{Client, Method, RequestBuilder};
use scenarios::http::make::{email, user};
use scenarios::http::{Answer, Session, TestApp, on_both};
use shared::Edit;
use shared::embed::{Element, EmbedAccess, EmbedScopes};
use shared::ids::ApiKeyId;
use shared::wire::{EmbedFor, EmbedRequest, EmbedToken, EmbeddingView, Me, UserPage};

pub const PORTAL: &str = "https://portal.example";

/// A host: its server, which has a key, and its pages, which have tokens.
pub struct Host {
    client: Client,
    base: String,
    pub key: String,
    pub id: ApiKeyId,
    pub origin: Option<&'static str>,
}

pub fn everything() -> EmbedScopes {
    EmbedScopes {
        elements: Element::ALL.into(),
        access: EmbedAccess::Manage,
        sites: None,
    }
}

/// A key, made by Ana.
pub async fn make_key(ana: &Session, name: &str, scopes: EmbedScopes) -> (ApiKeyId, String) {
    let id = ApiKeyId(uuid::Uuid::now_v7());
    let (key, name) = (id, name.to_owned());
    let made = ana.must(Edit::MakeApiKey { key, name, scopes }, &[]).await;
    (id, made.api_key.expect("it is shown once"))
}

impl Host {
    /// A host in a page of [`PORTAL`], with a key for everything.
    pub async fn of(app: &TestApp, ana: &Session) -> Self {
        let origin = PORTAL.to_owned();
        ana.must(Edit::AllowOrigin { origin }, &[]).await;
        let (id, key) = make_key(ana, "Portal", everything()).await;
        Self::with(app, id, key)
    }

    pub fn with(app: &TestApp, id: ApiKeyId, key: String) -> Self {
        Self {
            client: Client::builder().no_proxy().build().expect("a client"),
            base: app.anonymous().base().to_owned(),
            key,
            id,
            origin: Some(PORTAL),
        }
    }

    /// What the host asks for one of its people.
    pub fn asks(name: &str) -> EmbedRequest {
        EmbedRequest {
            user: EmbedFor::LoginEmail(email(name)),
            elements: Element::ALL.into(),
            access: EmbedAccess::Manage,
            sites: None,
            origins: None,
        }
    }

    /// A request of the host's server.
    pub async fn ask(&self, asked: &EmbedRequest) -> Answer {
        let request = self
            .client
            .post(format!("{}/api/v1/embed/sessions", self.base))
            .bearer_auth(&self.key)
            .json(asked);
        self.send(request).await
    }

    pub async fn token(&self, asked: &EmbedRequest) -> String {
        self.ask(asked).await.expect_status(201).json::<EmbedToken>().token
    }

    /// A request of the host's page, as a browser sends it.
    pub fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "cors")
            .bearer_auth(token);
        match self.origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(self.request(Method::GET, path, token)).await
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.expect("the answer is text");
        Answer { status, headers, body }
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|value| value.to_str().ok())
}

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
