//! What this server fetches from an identity provider: from the issuer that an organisation's administrators or whoever runs
//! the server have set, and the addresses that its own description names. No redirect is followed; everything is asked through
//! TLS, so that nothing answers that has no certificate for the name; answers are short, and soon there or given up; and of
//! what does not fit, nobody learns more than that. A provider on this very machine is asked without TLS if its issuer is
//! there too: no description from elsewhere leads back to this machine.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::http::{HeaderValue, Response};
use openidconnect::reqwest::{Client, redirect};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// For one answer, the connection included.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Descriptions, keys and tokens have a few thousand bytes.
const MAX_BYTES: usize = 512 * 1024;

/// Asks identity providers.
#[derive(Clone, Debug)]
pub struct Outbound {
    client: Option<Client>,
    /// Whether the issuer is on this machine.
    own_machine: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    #[error("{0} is neither https nor on this machine")]
    NotSafe(String),
    #[error("TLS could not be set up; the log of the start says why")]
    NoTls,
    #[error("the answer has more than {MAX_BYTES} bytes")]
    TooLong,
    #[error("the answer is no HTTP: {0}")]
    Malformed(#[from] openidconnect::http::Error),
    #[error(transparent)]
    Request(Box<openidconnect::reqwest::Error>),
}

impl From<openidconnect::reqwest::Error> for OutboundError {
    fn from(error: openidconnect::reqwest::Error) -> Self {
        Self::Request(Box::new(error))
    }
}

impl Outbound {
    /// Where TLS cannot be set up, everything that is asked fails.
    pub fn new() -> Self {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(ANSWER_WITHIN)
            .user_agent(concat!("lanyard/", env!("CARGO_PKG_VERSION")))
            .build()
            .inspect_err(|error| tracing::error!(%error, "no identity provider can be asked"));
        Self {
            client: client.ok(),
            own_machine: false,
        }
    }

    /// To ask this issuer, and whom it names.
    #[must_use]
    pub fn at(&self, issuer: &str) -> Self {
        Self {
            client: self.client.clone(),
            own_machine: !is_through_tls(issuer) && is_safe(issuer),
        }
    }
}

impl Default for Outbound {
    fn default() -> Self {
        Self::new()
    }
}

fn is_through_tls(address: &str) -> bool {
    address.starts_with("https://")
}

/// Whether something secret may be sent there: through TLS, or to this machine.
pub fn is_safe(address: &str) -> bool {
    let origin = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    match address.split_once("://") {
        Some(("https", rest)) => !origin(rest).is_empty(),
        Some(("http", rest)) => format!("http://{}", origin(rest))
            .parse::<crate::config::Origin>()
            .is_ok_and(|origin| origin.is_loopback()),
        _ => false,
    }
}

impl<'c> AsyncHttpClient<'c> for Outbound {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundError>> + Send + Sync + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let address = request.uri().to_string();
            if !is_safe(&address) || !(self.own_machine || is_through_tls(&address)) {
                return Err(OutboundError::NotSafe(address));
            }
            let client = self.client.as_ref().ok_or(OutboundError::NoTls)?;
            let mut answer = client.execute(request.try_into()?).await?;
            let mut built = Response::builder().status(answer.status());
            for (name, value) in answer.headers() {
                built = built.header(name, HeaderValue::clone(value));
            }
            let mut body = Vec::new();
            while let Some(chunk) = answer.chunk().await? {
                if body.len() + chunk.len() > MAX_BYTES {
                    return Err(OutboundError::TooLong);
                }
                body.extend_from_slice(&chunk);
            }
            Ok(built.body(body)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_issuer_of_this_machine_leads_to_it_without_tls() {
        for (issuer, leads) in [
            ("http://127.0.0.1:9", true),
            ("http://localhost:9/a", true),
            ("https://id.example", false),
            ("http://id.example", false),
        ] {
            assert_eq!(Outbound::new().at(issuer).own_machine, leads, "{issuer}");
        }
    }

    #[test]
    fn only_tls_and_this_machine_are_safe() {
        for safe in [
            "https://id.example/a",
            "https://10.0.0.1",
            "http://127.0.0.1:9/x?y",
            "http://localhost:8080",
            "http://[::1]:9/a",
        ] {
            assert!(is_safe(safe), "{safe}");
        }
        for unsafe_ in [
            "http://id.example",
            "http://127.0.0.1.example/a",
            "http://localhost@id.example/",
            "ftp://127.0.0.1/",
            "https://",
            "id.example",
        ] {
            assert!(!is_safe(unsafe_), "{unsafe_}");
        }
    }
}
