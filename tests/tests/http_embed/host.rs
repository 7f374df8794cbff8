//! A host: what its server asks with a key, and its pages with tokens.

use reqwest::{Client, Method, RequestBuilder};
use scenarios::http::make::email;
use scenarios::http::{Answer, Session, TestApp};
use shared::Edit;
use shared::embed::{Element, EmbedAccess, EmbedScopes};
use shared::ids::ApiKeyId;
use shared::wire::{EmbedFor, EmbedRequest, EmbedToken};

pub(crate) const PORTAL: &str = "https://portal.example";

/// A host: its server, which has a key, and its pages, which have tokens.
pub(crate) struct Host {
    client: Client,
    base: String,
    pub(crate) key: String,
    pub(crate) id: ApiKeyId,
    pub(crate) origin: Option<&'static str>,
}

pub(crate) fn everything() -> EmbedScopes {
    EmbedScopes {
        elements: Element::ALL.into(),
        access: EmbedAccess::Manage,
        sites: None,
    }
}

/// A key, made by Ana.
pub(crate) async fn make_key(ana: &Session, name: &str, scopes: EmbedScopes) -> (ApiKeyId, String) {
    let id = ApiKeyId(uuid::Uuid::now_v7());
    let (key, name) = (id, name.to_owned());
    let made = ana.must(Edit::MakeApiKey { key, name, scopes }, &[]).await;
    (id, made.api_key.expect("it is shown once"))
}

impl Host {
    /// A host in a page of [`PORTAL`], with a key for everything.
    pub(crate) async fn of(app: &TestApp, ana: &Session) -> Self {
        let origin = PORTAL.to_owned();
        ana.must(Edit::AllowOrigin { origin }, &[]).await;
        let (id, key) = make_key(ana, "Portal", everything()).await;
        Self::with(app, id, key)
    }

    pub(crate) fn with(app: &TestApp, id: ApiKeyId, key: String) -> Self {
        Self {
            client: Client::builder().no_proxy().build().expect("a client"),
            base: app.anonymous().base().to_owned(),
            key,
            id,
            origin: Some(PORTAL),
        }
    }

    /// What the host asks for one of its people.
    pub(crate) fn asks(name: &str) -> EmbedRequest {
        EmbedRequest {
            user: EmbedFor::LoginEmail(email(name)),
            elements: Element::ALL.into(),
            access: EmbedAccess::Manage,
            sites: None,
            origins: None,
        }
    }

    /// A request of the host's server.
    pub(crate) async fn ask(&self, asked: &EmbedRequest) -> Answer {
        let request = self
            .client
            .post(format!("{}/api/v1/embed/sessions", self.base))
            .bearer_auth(&self.key)
            .json(asked);
        self.send(request).await
    }

    pub(crate) async fn token(&self, asked: &EmbedRequest) -> String {
        self.ask(asked).await.expect_status(201).json::<EmbedToken>().token
    }

    /// A request of the host's page, as a browser sends it.
    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
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

    /// The same host, seen from another of its pages.
    pub(crate) fn at(&self, origin: Option<&'static str>) -> Self {
        Self {
            client: self.client.clone(),
            base: self.base.clone(),
            key: self.key.clone(),
            id: self.id,
            origin,
        }
    }

    /// What a request of the page is refused with.
    pub(crate) async fn refused(&self, path: &str, token: &str) -> (u16, String) {
        let answer = self.get(path, token).await;
        (answer.status, answer.problem().kind)
    }

    pub(crate) async fn post(&self, path: &str, body: &impl serde::Serialize, token: &str) -> Answer {
        self.send(self.request(Method::POST, path, token).json(body)).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(self.request(Method::GET, path, token)).await
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.expect("the answer is text");
        Answer { status, headers, body }
    }
}

pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|value| value.to_str().ok())
}
