//! What the live stream takes, and who else is there.

use gloo_net::http::RequestBuilder;
use leptos::prelude::*;
use shared::ids::UserId;
use shared::wire::{AtUser, OthersHere};

use super::{Api, ApiError, Credentials};

impl Api {
    /// Names this server with these credentials among those that a page speaks to. Elements of a host whose tokens come from
    /// one place have the same ones.
    pub(crate) fn live_key(&self) -> String {
        match self.credentials {
            Credentials::SameOrigin => self.base.to_string(),
            Credentials::Token(host) => match host.source() {
                Some(source) => format!("{} {source}", self.base),
                None => format!("{} {}?", self.base, self.number),
            },
        }
    }

    /// Tells the applications on a page apart.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// A request for the stream that goes on from an event; nothing where the host gives no token. `spent` is a token that
    /// is not taken any more.
    pub(crate) async fn live_request(
        &self,
        builder: RequestBuilder,
        last: &str,
        spent: &mut Option<String>,
    ) -> Option<RequestBuilder> {
        let mut request = self.request(builder).header("Accept", "text/event-stream");
        if let Credentials::Token(host) = self.credentials {
            let token = host.token(spent.take()).await.ok()?;
            request = request.header("Authorization", &format!("Bearer {token}"));
            *spent = Some(token);
        }
        if !last.is_empty() {
            request = request.header("last-event-id", last);
        }
        Some(request)
    }

    /// Remembers that the stream could not be opened: with this status, or because nothing answers.
    pub(crate) async fn note_live(&self, status: Option<u16>) {
        match status {
            // Where there are tokens, the next is asked for.
            Some(401) if self.host().is_none() => {
                if !self.signed_out.get_untracked() {
                    self.signed_out.set(true);
                }
            }
            Some(_) => {}
            None => {
                self.reach().await;
            }
        }
    }

    /// Whether the last request reached the server.
    pub(crate) fn is_connected(&self) -> bool {
        self.connected.try_get_untracked().unwrap_or(true)
    }

    /// The server answers again: whether something was shown meanwhile that had been kept.
    pub(crate) fn forget_kept(&self) -> bool {
        if self.connected.try_get_untracked() == Some(false) {
            self.connected.set(true);
        }
        let had = self.kept.try_get_untracked().flatten().is_some();
        if had {
            self.kept.set(None);
        }
        had
    }

    /// Says that a page shows a user, and asks who else is there.
    pub(crate) async fn meet(&self, user: UserId, at: &AtUser) -> Result<OthersHere, ApiError> {
        self.post_at_once(&format!("/users/{user}/presence"), at).await
    }
}
