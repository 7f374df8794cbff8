//! What this server fetches from an identity provider. Nobody but whoever runs the server says from whom: the issuer that
//! they set, and the addresses that its own description names. No redirect is followed, everything but a provider on this
//! very machine is asked through TLS, and answers are short and soon there or given up.

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
pub struct Outbound(Option<Client>);

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
        Self(client.ok())
    }
}

impl Default for Outbound {
    fn default() -> Self {
        Self::new()
    }
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
            if !is_safe(&address) {
                return Err(OutboundError::NotSafe(address));
            }
            let client = self.0.as_ref().ok_or(OutboundError::NoTls)?;
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
