//! What a browser does, without the page: keeps the session's cookie and says where requests come from.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, Request, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::Edit;
use shared::ids::{Revision, UserId};
use shared::verdict::{Confirmation, Verdict};
use shared::wire::{Accepted, Problem, Proposal, SignIn, UserView};
use uuid::Uuid;

/// One browser, signed in or not.
#[derive(Clone)]
pub struct Session {
    client: Client,
    base: String,
    cookie: Option<String>,
    /// The cookie by which the device is known, once somebody has signed in from it.
    device: Option<String>,
    /// Cookies of other names.
    others: BTreeMap<String, String>,
    /// What a proxy in front of the server says of where the browser is.
    forwarded_for: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Session {
    /// A browser that nobody has used yet.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            client: Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .build()
                .expect("a client"),
            base: format!("http://{address}"),
            cookie: None,
            device: None,
            others: BTreeMap::new(),
            forwarded_for: None,
        }
    }

    /// The same browser at this address, behind a proxy on this machine; for servers that trust such a proxy.
    pub fn behind_proxy(&self, address: &str) -> Self {
        Self {
            forwarded_for: Some(address.to_owned()),
            ..self.clone()
        }
    }

    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// The same browser with another cookie.
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self {
            cookie: Some(cookie.to_owned()),
            ..self.clone()
        }
    }

    /// A request as the app sends it; scenarios may spoil it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header("sec-fetch-site", "same-origin");
        let cookies: Vec<&str> = [&self.cookie, &self.device]
            .into_iter()
            .flatten()
            .chain(self.others.values())
            .map(String::as_str)
            .collect();
        if let Some(address) = &self.forwarded_for {
            request = request.header("x-forwarded-for", address);
        }
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        request
    }

    /// Scheme and authority of the server.
    pub fn base(&self) -> &str {
        &self.base
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.execute(request.build().expect("a request")).await
    }

    /// Sends a request as it is.
    pub async fn execute(&self, request: Request) -> Answer {
        let response = self.client.execute(request).await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer {
            status,
            headers,
            body: response.text().await.expect("the answer is text"),
        }
    }

    /// Headers of an answer, and how many bytes its body has: compressed ones are no text.
    pub async fn raw(&self, request: RequestBuilder) -> (reqwest::header::HeaderMap, usize) {
        let response = request.send().await.expect("the server answers");
        let headers = response.headers().clone();
        (headers, response.bytes().await.expect("the answer is read").len())
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Reads something that must be there.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        self.get(path).await.expect_status(200).json()
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let body = SignIn {
            email: email.to_owned(),
            password: password.to_owned(),
        };
        let answer = self.post("/api/v1/sign-in", &body).await;
        self.keep_cookies(&answer);
        answer
    }

    /// Keeps the cookies that an answer sets.
    pub fn keep_cookies(&mut self, answer: &Answer) {
        let set = answer.headers.get_all("set-cookie").iter();
        for pair in set.filter_map(|value| value.to_str().ok()?.split(';').next()) {
            if pair.starts_with("__Host-lanyard-device=") {
                self.device = Some(pair.to_owned());
            } else if pair.starts_with("__Host-lanyard=") {
                self.cookie = Some(pair.to_owned());
            } else if let Some((name, _)) = pair.split_once('=') {
                self.others.insert(name.to_owned(), pair.to_owned());
            }
        }
    }

    /// One user with the facts for editing them.
    pub async fn view(&self, user: UserId) -> UserView {
        self.read(&format!("/api/v1/users/{user}")).await
    }

    /// A proposal of this edit as a screen that was just opened would send it.
    pub async fn proposal(&self, edit: Edit) -> Proposal {
        let seen_revision = match &edit {
            Edit::Invite { .. } => None,
            edit => match edit.user() {
                Some(user) => {
                    let answer = self.get(&format!("/api/v1/users/{user}")).await;
                    let view = (answer.status == 200).then(|| answer.json::<UserView>());
                    // Whoever may not see the user can only guess.
                    Some(
                        view.and_then(|view| view.facts.subject)
                            .map_or(Revision(1), |subject| subject.revision),
                    )
                }
                None => None,
            },
        };
        Proposal {
            edit,
            seen_revision,
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        }
    }

    pub async fn propose(&self, proposal: &Proposal) -> Answer {
        self.post("/api/v1/edits", proposal).await
    }

    /// Only judges.
    pub async fn judge(&self, edit: Edit, seen_revision: Option<Revision>) -> Answer {
        let proposal = Proposal {
            edit,
            seen_revision,
            confirmations: Vec::new(),
            idempotency_key: Uuid::now_v7(),
        };
        self.post("/api/v1/edits?dry_run=true", &proposal).await
    }

    /// Proposes an edit, with these confirmations.
    pub async fn edit(&self, edit: Edit, confirmations: &[Confirmation]) -> Answer {
        let mut proposal = self.proposal(edit).await;
        proposal.confirmations = confirmations.to_vec();
        self.propose(&proposal).await
    }

    /// An edit that must be accepted.
    pub async fn must(&self, edit: Edit, confirmations: &[Confirmation]) -> Accepted {
        self.edit(edit, confirmations).await.expect_status(200).json()
    }

    /// An edit that must be refused; its verdict.
    pub async fn refused(&self, edit: Edit, confirmations: &[Confirmation]) -> Verdict {
        let problem: Problem = self.edit(edit, confirmations).await.expect_status(422).json();
        *problem.verdict.expect("a refusal comes with its verdict")
    }
}

impl Answer {
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        let wanted = StatusCode::from_u16(status).expect("a status");
        assert_eq!(self.status, wanted.as_u16(), "answer: {}", self.body);
        self
    }

    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| fail(&format!("{error} in {}", self.body)))
    }

    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(
            self.headers.get("content-type").and_then(|value| value.to_str().ok()),
            Some("application/problem+json"),
            "{}",
            self.body
        );
        self.json()
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "an answer of another shape is a failed test")]
fn fail(message: &str) -> ! {
    panic!("{message}")
}
