//! What can go wrong between here and the server.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::json;
use crate::words::tell;

/// What every problem says (RFC 9457). Its data, verdicts and facts, is read only where it is needed: that code is not a
/// part of the first load.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Told {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    /// The whole answer.
    #[serde(skip)]
    body: String,
}

impl Told {
    /// The problem that a server's answer describes.
    pub(super) fn read(body: String) -> Option<Self> {
        let told: Self = json::read(&body)?;
        Some(Self { body, ..told })
    }

    /// The problem with its data.
    pub(crate) fn whole<T: DeserializeOwned>(&self) -> Option<T> {
        json::read(&self.body)
    }
}

/// Why there is no answer to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// No connection. Whether a write arrived is not known.
    Unreachable,
    /// No answer in time. Whether a write arrived is not known.
    TooSlow,
    /// The server said why.
    Problem(Box<Told>),
    /// Something on the way answered with this HTTP status and no reason.
    Status(u16),
    /// An answer that this version of the application does not understand.
    Unreadable,
    /// The page around the widget gives no token (any more).
    NoToken,
}

impl ApiError {
    /// The HTTP status of the answer, if one came.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Status(status) => Some(*status),
            Self::NoToken => Some(401),
            Self::Unreachable | Self::TooSlow | Self::Unreadable => None,
        }
    }

    /// Whether it is the problem of this name: the last part of its `type`.
    pub(crate) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Problem(problem) if problem.kind.rsplit('/').next() == Some(name))
    }

    /// Whether the same request may well succeed a little later.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable) || matches!(self.status(), Some(429 | 502..=504))
    }

    /// Whether nobody knows if the request was carried out: it may only be repeated with the same idempotency key.
    pub(crate) fn leaves_open(&self) -> bool {
        matches!(self, Self::Unreachable | Self::TooSlow) || matches!(self.status(), Some(502..=504))
    }

    /// What happened, in a few words.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Unreachable => tell!(screen::error_unreachable),
            Self::TooSlow => tell!(screen::error_too_slow),
            Self::Problem(problem) => problem.title.clone(),
            Self::Status(_) => tell!(screen::error_status),
            Self::Unreadable => tell!(screen::error_unreadable),
            Self::NoToken => tell!(widget::ended),
        }
    }

    /// What was kept and what to do.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Unreachable => tell!(screen::error_unreachable_next),
            Self::TooSlow => tell!(screen::error_too_slow_next),
            Self::Problem(problem) => problem.detail.clone(),
            Self::Status(status) => tell!(screen::error_status_next, status = status.to_string()),
            Self::Unreadable => tell!(screen::error_unreadable_next),
            Self::NoToken => tell!(widget::ended_next),
        }
    }

    /// What the page around a widget is told of it.
    pub(crate) fn as_json(&self) -> String {
        let kind = match self {
            Self::Problem(problem) => problem.kind.clone(),
            Self::Unreachable => "/problems/unreachable".to_owned(),
            Self::TooSlow => "/problems/too-slow".to_owned(),
            Self::Status(_) | Self::Unreadable | Self::NoToken => "about:blank".to_owned(),
        };
        let [kind, title, detail] =
            [kind, self.title(), self.detail()].map(|text| json::write(&text).unwrap_or_default());
        let status = self
            .status()
            .map_or_else(|| "null".to_owned(), |status| status.to_string());
        format!("{{\"type\":{kind},\"title\":{title},\"detail\":{detail},\"status\":{status}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_answers_leave_open_whether_a_write_arrived() {
        for error in [ApiError::Unreachable, ApiError::TooSlow, ApiError::Status(502)] {
            assert!(error.leaves_open(), "{error:?}");
        }
        for error in [ApiError::Status(422), ApiError::Status(500), ApiError::Unreadable] {
            assert!(!error.leaves_open(), "{error:?}");
        }
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        assert!(ApiError::Status(503).is_passing());
        assert!(ApiError::Unreachable.is_passing());
        assert!(!ApiError::TooSlow.is_passing());
        assert!(!ApiError::Status(404).is_passing());
    }
}
