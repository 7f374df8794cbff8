//! A real OpenID provider for scenarios: the certified `oidc-provider` of npm, as a child process, and a person at its form.

use std::path::PathBuf;
use std::process::Stdio;

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use server::accounts::provider::{self, Domain};
use server::config::Secret;
use server::edits::{self, Context, ProviderAsked};
use server::facts::Asker;
use server::secrets::Secrets;
use shared::ids::OrganisationId;
use shared::provider::{ClientSecret, IdentityProvider as IdentityProviderSettings};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use uuid::Uuid;

use super::{Answer, SECRET_KEY, Session, TestApp};

/// What the provider knows this server as.
pub const CLIENT: &str = "lanyard";
pub const CLIENT_SECRET: &str = "a-secret-of-the-scenarios";

/// The provider; it ends with the scenario.
pub struct IdentityProvider {
    pub issuer: String,
    /// Kept open: what it says later must have somewhere to go.
    _said: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl IdentityProvider {
    /// One that sends people back to this server, to the addresses of these organisations.
    pub async fn start(app: &TestApp, organisations: &[OrganisationId]) -> Self {
        let server = format!("http://{}", app.address);
        let callbacks: Vec<String> = organisations
            .iter()
            .map(|organisation| server::accounts::openid::callback(&server, *organisation))
            .collect();
        let modules = modules();
        assert!(
            modules.join("oidc-provider/package.json").is_file(),
            "the npm package oidc-provider is missing in {}; `cargo xtask test http` installs it",
            modules.display()
        );
        let setup = serde_json::json!({
            "redirect_uris": callbacks, "client_id": CLIENT, "client_secret": CLIENT_SECRET
        });
        let mut child = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/provider/provider.mjs"))
            .arg(setup.to_string())
            .env("LANYARD_NODE_MODULES", modules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Node.js is installed: `cargo xtask test http` says how");
        let said = child.stdout.take().expect("its output");
        let mut said = BufReader::new(said).lines();
        let issuer = said.next_line().await.expect("its output");
        Self {
            _said: said,
            issuer: issuer
                .expect("the provider starts; run tests/provider/provider.mjs by hand to see why it does not"),
            _child: child,
        }
    }

    /// Lets the people of an organisation sign in here.
    pub async fn set_for(&self, app: &TestApp, organisation: OrganisationId, link: &str, domains: &[(&str, bool)]) {
        let provider = IdentityProviderSettings {
            link: link.to_owned(),
            name: "Riverside ID".to_owned(),
            issuer: self.issuer.clone(),
            client_id: CLIENT.to_owned(),
            domains: domains
                .iter()
                .map(|(name, only_way)| Domain {
                    name: (*name).to_owned(),
                    only_way: *only_way,
                })
                .collect(),
        };
        let secret = Secret::new(CLIENT_SECRET.to_owned());
        let sealed = provider::sealed(&Secrets::with(Secret::new(SECRET_KEY)), organisation, Some(&secret));
        let asked = ProviderAsked {
            provider,
            secret: ClientSecret::New,
            sealed: sealed.expect("a key"),
            seen: None,
            own_machine: true,
            idempotency_key: Uuid::now_v7(),
        };
        let context = Context::now(Asker::operator(organisation));
        app.db
            .write(move |conn| edits::set_provider(conn, &context, &asked))
            .await
            .expect("the provider is set");
    }
}

/// Where `cargo xtask test` keeps npm packages.
fn modules() -> PathBuf {
    match std::env::var_os("LANYARD_NODE_MODULES") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let home = std::env::var_os("HOME").expect("a home");
            PathBuf::from(home).join(".cache/lanyard/node/node_modules")
        }
    }
}

/// A person's browser at the provider: it goes where it is sent, signs in at the form, and says where it is sent back to.
pub struct AtProvider {
    client: Client,
}

impl Default for AtProvider {
    fn default() -> Self {
        let client = Client::builder()
            .no_proxy()
            .cookie_store(true)
            .redirect(Policy::none())
            .build();
        Self {
            client: client.expect("a client"),
        }
    }
}

impl AtProvider {
    /// Signs in as one of the provider's people; the address that the browser is sent back to.
    pub async fn sign_in(&self, address: &str, account: &str) -> String {
        let mut next = address.to_owned();
        for _ in 0..10 {
            let answer = self.client.get(&next).send().await.expect("the provider answers");
            if answer.status() == StatusCode::OK {
                let fields = [("prompt", "login"), ("login", account), ("password", "any")];
                let answer = self.client.post(&next).form(&fields).send().await;
                next = led(&next, &answer.expect("the form is taken"));
            } else {
                next = led(&next, &answer);
            }
            if next.contains("/sign-in/callback") {
                return next;
            }
        }
        unreachable!("the provider sends nobody back; last to {next}")
    }

    /// Goes away from the form instead.
    pub async fn cancel(&self, address: &str) -> String {
        let answer = self.client.get(address).send().await.expect("the provider answers");
        let form = led(address, &answer);
        let mut next = format!("{form}/abort");
        for _ in 0..5 {
            let answer = self.client.get(&next).send().await.expect("the provider answers");
            next = led(&next, &answer);
            if next.contains("/sign-in/callback") {
                return next;
            }
        }
        unreachable!("the provider sends nobody back; last to {next}")
    }
}

fn led(from: &str, answer: &reqwest::Response) -> String {
    let to = answer.headers().get("location").and_then(|value| value.to_str().ok());
    let to = to.unwrap_or_else(|| unreachable!("{from} leads nowhere: {}", answer.status()));
    let base = reqwest::Url::parse(from).expect("an address");
    base.join(to).expect("an address").to_string()
}

/// Comes back to the server by this address.
pub async fn come_back(browser: &mut Session, address: &str) -> Answer {
    let (_, path) = address.split_once("/api/").expect("the callback");
    let answer = browser.get(&format!("/api/{path}")).await;
    browser.keep_cookies(&answer);
    answer
}
