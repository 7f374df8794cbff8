//! Who asks: the one place where sessions are read. They come by a cookie, or by a token from another application's page,
//! which [`super::bearer`] has looked at.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use shared::facts::ActorKind;
use shared::ids::{OrganisationId, Timestamp, UserId};

use super::bearer::Token;
use super::client::ClientAddress;
use super::language;
use super::problem::ApiError;
use crate::accounts::ceremonies::LASTS;
use crate::accounts::embedding::EmbedSession;
use crate::accounts::factors;
use crate::accounts::sessions::{self, Device, Lifetimes};
use crate::accounts::token;
use crate::config::Secret;
use crate::facts::Asker;
use crate::{App, clock, edits};

/// The cookie's name. The prefix makes browsers insist on Secure, on Path=/ and on this very host (RFC 6265bis).
pub const COOKIE_NAME: &str = "__Host-lanyard";

/// The cookie by which a device is known on which somebody has signed in (T14). It lets nobody in.
pub const DEVICE_COOKIE: &str = "__Host-lanyard-device";

/// The cookie of a sign-in that is under way: the password was right, or a passkey was asked for. It lets nobody in.
pub const STEP_COOKIE: &str = "__Host-lanyard-step";

/// What pages say of requests that nobody has asked for: a list that is read anew because somebody else has changed it.
const UNATTENDED: HeaderName = HeaderName::from_static("x-unattended");

/// 400 days: no browser keeps a cookie longer.
const DEVICE_SECONDS: u32 = 400 * 24 * 3600;

/// Characters of a browser's description that are kept.
const MAX_USER_AGENT: usize = 300;

/// A person who is signed in, read fresh from the database for this request (X8).
#[derive(Clone, Debug)]
pub struct Reader {
    pub user: UserId,
    pub organisation: OrganisationId,
    pub kind: ActorKind,
    /// Where the request came from, for the audit record: the client's address.
    pub origin: String,
    /// SHA-256 of the session's token, as the sessions table has it.
    pub session: String,
    /// When they last proved who they are.
    pub authenticated: Timestamp,
    /// The token that they sent instead of a session's cookie.
    pub embedded: Option<EmbedSession>,
}

/// The session of a request, looked at without using it.
#[derive(Clone, Debug)]
pub struct Glance(pub sessions::Session);

/// The same, also while they have to set a second factor up before anything else: for what that takes, and no more.
#[derive(Clone, Debug)]
pub struct Newcomer(pub Reader);

impl Reader {
    /// Who sent this token. A page of another application is no place to prove who one is: there never was a proof.
    fn with(token: &Token, client: ClientAddress) -> Self {
        let session = &token.session;
        Self {
            user: session.user,
            organisation: session.organisation,
            kind: ActorKind::Member,
            origin: match &token.from {
                Some(page) => format!("{client} ({page})"),
                None => client.to_string(),
            },
            session: session.token_hash.clone(),
            authenticated: Timestamp::default(),
            embedded: Some(session.clone()),
        }
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let reader = match parts.extensions.get::<Token>() {
            Some(token) => Self::with(token, client(parts)),
            None => {
                <Newcomer as FromRequestParts<App>>::from_request_parts(parts, app)
                    .await?
                    .0
            }
        };
        let (user, organisation) = (reader.user, reader.organisation);
        let must = app
            .db
            .read(move |conn| factors::must_set_up(conn, user, organisation))
            .await?;
        if must {
            return Err(ApiError::second_factor_wanted());
        }
        Ok(reader)
    }
}

/// The same, asked by a page of its own accord and not by whoever sits before it: it does not count as using the session.
#[derive(Clone, Debug)]
pub struct Unattended(pub Reader);

impl FromRequestParts<App> for Unattended {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        parts.headers.insert(UNATTENDED, HeaderValue::from_static("1"));
        Ok(Self(
            <Reader as FromRequestParts<App>>::from_request_parts(parts, app).await?,
        ))
    }
}

/// The same, and they have proved lately who they are: for what would let whoever finds an unlocked device keep the account
/// (OWASP ASVS 5.0, 7.5).
#[derive(Clone, Debug)]
pub struct Proved(pub Reader);

/// A [`Newcomer`] who has proved lately who they are.
#[derive(Clone, Debug)]
pub struct ProvedNewcomer(pub Reader);

impl FromRequestParts<App> for Proved {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let reader = <Reader as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        Ok(Self(proved(app, reader).await?))
    }
}

impl FromRequestParts<App> for ProvedNewcomer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Newcomer(reader) = <Newcomer as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        Ok(Self(proved(app, reader).await?))
    }
}

async fn proved(app: &App, reader: Reader) -> Result<Reader, ApiError> {
    let asker = Asker::from(&reader);
    let recent = app
        .db
        .read(move |conn| edits::is_lately_proved(conn, &asker, clock::now()));
    if recent.await? {
        Ok(reader)
    } else {
        Err(ApiError::proof_needed())
    }
}

impl FromRequestParts<App> for Glance {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Some(token) = token_of(&parts.headers) else {
            return Err(ApiError::not_signed_in());
        };
        let hash = token::digest(token.expose());
        let now = clock::now();
        let found = app.db.read(move |conn| sessions::find(conn, &hash, now)).await?;
        let session = found.ok_or_else(ApiError::not_signed_in)?;
        language::prefer(&session.language);
        Ok(Self(session))
    }
}

impl FromRequestParts<App> for Newcomer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Glance(session) = Glance::from_request_parts(parts, app).await?;
        let (lifetimes, now) = (Lifetimes::from(&app.config), clock::now());
        if session.wants_touch(lifetimes, now) && !parts.headers.contains_key(UNATTENDED) {
            let session = session.clone();
            app.db
                .write(move |conn| sessions::touch(conn, &session, lifetimes, now))
                .await?;
        }
        Ok(Self(Reader {
            user: session.user,
            organisation: session.organisation,
            kind: ActorKind::Member,
            origin: client(parts).to_string(),
            session: session.token_hash,
            authenticated: session.authenticated,
            embedded: None,
        }))
    }
}

impl OptionalFromRequestParts<App> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, ApiError> {
        if_signed_in(<Self as FromRequestParts<App>>::from_request_parts(parts, app).await)
    }
}

impl OptionalFromRequestParts<App> for Newcomer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, ApiError> {
        if_signed_in(<Self as FromRequestParts<App>>::from_request_parts(parts, app).await)
    }
}

fn if_signed_in<T>(found: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match found {
        Ok(reader) => Ok(Some(reader)),
        Err(error) if error.status() == axum::http::StatusCode::UNAUTHORIZED => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a request says of the device it comes from.
impl FromRequestParts<App> for Device {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        let agent = parts
            .headers
            .get(axum::http::header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Ok(Self {
            origin: client(parts).to_string(),
            user_agent: agent.unwrap_or_default().chars().take(MAX_USER_AGENT).collect(),
            token: cookie_named(&parts.headers, DEVICE_COOKIE),
            session: token_of(&parts.headers),
        })
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        Ok(client(parts))
    }
}

fn client(parts: &Parts) -> ClientAddress {
    parts
        .extensions
        .get::<ClientAddress>()
        .copied()
        .unwrap_or(ClientAddress(None))
}

/// The session's token, if the request has one.
pub(super) fn token_of(headers: &HeaderMap) -> Option<Secret<String>> {
    cookie_named(headers, COOKIE_NAME)
}

pub(super) fn cookie_named(headers: &HeaderMap, wanted: &str) -> Option<Secret<String>> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == wanted)?;
    (!token.is_empty()).then(|| Secret::new(token.to_owned()))
}

/// The cookie of a session. It ends with the browser's; the server ends it in time.
pub(super) fn cookie(token: &Secret<String>) -> Result<HeaderValue, ApiError> {
    let text = format!(
        "{COOKIE_NAME}={}; Path=/; Secure; HttpOnly; SameSite=Lax",
        token.expose()
    );
    let mut value = HeaderValue::try_from(text).map_err(ApiError::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The cookie of a device.
pub(super) fn device_cookie(token: &Secret<String>) -> Result<HeaderValue, ApiError> {
    let text = format!(
        "{DEVICE_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={DEVICE_SECONDS}",
        token.expose()
    );
    let mut value = HeaderValue::try_from(text).map_err(ApiError::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The cookie that removes another one.
pub(super) fn without_cookie(name: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::try_from(format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
        .map_err(ApiError::internal)
}

/// The token of the sign-in that is under way in this browser.
#[derive(Clone, Debug)]
pub struct StepToken(pub Option<Secret<String>>);

impl FromRequestParts<App> for StepToken {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(cookie_named(&parts.headers, STEP_COOKIE)))
    }
}

/// The cookie of a sign-in that is under way.
pub(super) fn step_cookie(token: &Secret<String>) -> Result<HeaderValue, ApiError> {
    let text = format!(
        "{STEP_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}",
        token.expose(),
        LASTS.as_secs()
    );
    let mut value = HeaderValue::try_from(text).map_err(ApiError::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The cookie that ends it.
pub(super) fn no_step_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-lanyard-step=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// The cookie that removes it.
pub(super) fn no_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-lanyard=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(headers: &[&str]) -> Option<String> {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(COOKIE, HeaderValue::from_str(value).unwrap());
        }
        token_of(&map).map(|token| token.expose().clone())
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        assert_eq!(token(&["a=b; __Host-lanyard=abc; c=d"]).as_deref(), Some("abc"));
        assert_eq!(token(&["a=b", "__Host-lanyard=abc"]).as_deref(), Some("abc"));
        assert_eq!(token(&["lanyard=abc; __host-lanyard=x; __Host-lanyard="]), None);
        assert_eq!(token(&[]), None);
    }

    #[test]
    fn the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts() {
        let set = cookie(&Secret::new("abc".to_owned())).unwrap();
        assert!(set.is_sensitive());
        assert_eq!(set, "__Host-lanyard=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
        let removed = no_cookie();
        assert!(
            removed
                .to_str()
                .unwrap()
                .starts_with(&format!("{COOKIE_NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax"))
        );
        assert!(removed.to_str().unwrap().ends_with("Max-Age=0"));
    }
}
