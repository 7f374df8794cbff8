//! Signing in by an organisation's identity provider: OpenID Connect Core 1.0, the authorization code with PKCE (RFC 7636),
//! discovery, `state` and `nonce`, the issuer in the answer (RFC 9207), and an address to come back to for each organisation.
//!
//! 1. [`begin`] notes an attempt and says where the browser goes. The browser keeps a random token in a cookie; nonce and PKCE
//!    verifier are made of it, so that the database has neither, and only this browser can finish.
//! 2. [`finish`] uses the attempt up, fetches the tokens, verifies them, and opens a session for the one person of this
//!    organisation who signs in with the address that the provider has verified, and is the account there that it was before.
//!    Where a role asks for a second factor, that has to follow here. Anything else is a [`ProviderFailure`].
//!
//! How old a proof of who one is the session counts as is what the provider says of when it asked (`auth_time`). Whoever is
//! signed in already and begins again wants to prove it anew: the provider is told to ask, and has to have asked.

mod admit;

use std::time::Duration;

use diesel::prelude::*;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm as Algorithm,
    CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use shared::ids::{OrganisationId, Timestamp};
use shared::wire::ProviderFailure;

use admit::{here, longest_ago, open};

use super::outbound::Outbound;
use super::provider::{self, Provider};
use super::sessions::{Device, Lifetimes};
use super::sign_in::Entry;
use super::token;
use crate::config::Secret;
use crate::http::API;
use crate::metrics::SignInOutcome;
use crate::secrets::SecretsError;
use crate::store::schema::identity_attempts as a;
use crate::store::{Conn, StoreError, codec};
use crate::{App, clock};

/// Characters of what a provider calls itself that are told.
const SAID_AT_MOST: usize = 300;

/// So long somebody may take at the provider.
const ATTEMPT_WORKS: i64 = 15 * 60 * 1000;

/// So much may the provider's clock be behind.
const SKEW: i64 = 30 * 1000;

/// Signatures that are taken: with a public key, so that nobody who can verify can also sign.
const ALGORITHMS: [Algorithm; 7] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// An attempt that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where the browser goes now.
    pub address: String,
    /// For the cookie by which the browser is known when it comes back.
    pub browser: Secret<String>,
}

/// Why an attempt does not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    #[error("no organisation has this link")]
    Unknown,
    /// The cause is in the log.
    #[error("the identity provider cannot be used now")]
    Unreachable,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the provider sends a browser back with.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whose address it came to (see [`callback`]).
    pub organisation: OrganisationId,
    pub state: String,
    pub code: Option<Secret<String>>,
    /// An error of the provider (RFC 6749, 4.1.2.1).
    pub error: Option<String>,
    /// Who sent it, if the provider says so (RFC 9207).
    pub issuer: Option<String>,
}

/// An attempt that failed, and the sign-in page that it began from, if that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub why: ProviderFailure,
    pub link: Option<String>,
}

/// Why tokens were not had or not believed; for the log alone.
type Cause = String;

fn cause(error: impl std::error::Error) -> Cause {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(next) = source {
        told = format!("{told}: {next}");
        source = next.source();
    }
    told
}

/// Begins to sign in by the provider that this link leads to. `email` is what was typed, for the provider's form. In a browser
/// where somebody is signed in it is a proof: the provider is to ask anew who they are.
///
/// # Errors
/// [`BeginError`].
pub async fn begin(app: &App, link: String, email: Option<String>, device: Device) -> Result<Begun, BeginError> {
    let found = app.db.read(move |conn| {
        let Some(provider) = provider::of_link(conn, &link)? else {
            return Ok(None);
        };
        let is_proof = here(conn, &device, clock::now())?.is_some();
        let longest = longest_ago(conn, provider.organisation)?;
        Ok::<_, StoreError>(Some((provider, is_proof, longest)))
    });
    let (provider, is_proof, longest) = found.await?.ok_or(BeginError::Unknown)?;
    let unreachable = |why: Cause| {
        tracing::warn!(issuer = provider.issuer, why, "an identity provider cannot be used");
        BeginError::Unreachable
    };
    let outbound = app.outbound.at(&provider.issuer);
    let metadata = discover(&outbound, &provider.issuer).await.map_err(unreachable)?;
    let browser = random()?;
    let state = random()?;
    let client = client(app, &provider, metadata).map_err(unreachable)?;
    let (verifier, nonce) = (verifier(&browser), nonce(&browser));
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let (sent, expected) = (state.clone(), nonce.clone());
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(sent),
            move || expected,
        )
        .add_scope(Scope::new("email".to_owned()))
        // With it the provider has to say when it asked (OpenID Connect Core 1.0, 3.1.2.1).
        .set_max_age(if is_proof { Duration::ZERO } else { longest })
        .set_pkce_challenge(challenge);
    if is_proof {
        request = request.add_prompt(CoreAuthPrompt::Login);
    }
    if let Some(email) = email.filter(|email| !email.trim().is_empty()) {
        request = request.set_login_hint(openidconnect::LoginHint::new(email.trim().to_owned()));
    }
    let (address, ..) = request.url();
    let (organisation, kept) = (provider.organisation, browser.clone());
    app.db
        .write(move |conn| note(conn, organisation, (&state, &kept), is_proof, clock::now()))
        .await?;
    Ok(Begun {
        address: address.to_string(),
        browser: Secret::new(browser),
    })
}

/// Finishes an attempt with what the provider sent, in the browser that has this token. With the organisation's part of the
/// address of its sign-in page.
///
/// # Errors
/// [`Failed`], with what to tell the person.
pub async fn finish(
    app: &App,
    answer: Answer,
    browser: Option<Secret<String>>,
    device: Device,
) -> Result<(Entry, String), Failed> {
    let organisation = answer.organisation;
    let result = attempt(app, answer, browser, device).await;
    match &result {
        Ok((Entry::SignedIn(_), _)) => app.metrics.sign_in(SignInOutcome::signed_in),
        // Counted once the second step is done.
        Ok((Entry::SecondStep(_), _)) => {}
        Err(failed) => {
            let outcome = failed.why.word();
            tracing::info!(%organisation, method = "identity_provider", outcome, "sign-in");
            app.metrics.sign_in(SignInOutcome::refused);
        }
    }
    result
}

async fn attempt(
    app: &App,
    answer: Answer,
    browser: Option<Secret<String>>,
    device: Device,
) -> Result<(Entry, String), Failed> {
    let nowhere = |why| Failed { why, link: None };
    let Some(browser) = browser else {
        return Err(nowhere(ProviderFailure::Expired));
    };
    let (state, kept) = (answer.state.clone(), browser.clone());
    let begun = app
        .db
        .write(move |conn| used_up(conn, &state, kept.expose(), clock::now()))
        .await;
    let (provider, proof) = match begun {
        Ok(Some(begun)) => begun,
        Ok(None) => return Err(nowhere(ProviderFailure::Expired)),
        Err(error) => return Err(nowhere(unavailable(&error))),
    };
    let link = provider.link.clone();
    let failed = |why| Failed {
        why,
        link: Some(link.clone()),
    };
    if answer.organisation != provider.organisation {
        tracing::warn!(
            issuer = provider.issuer,
            "an answer came to another organisation's address"
        );
        return Err(failed(ProviderFailure::Refused));
    }
    if answer.issuer.is_some_and(|issuer| issuer != provider.issuer) {
        tracing::warn!(issuer = provider.issuer, "an answer came from another issuer");
        return Err(failed(ProviderFailure::Refused));
    }
    let code = match (answer.code, answer.error.as_deref()) {
        (Some(code), None) => code,
        (_, Some("access_denied")) => return Err(failed(ProviderFailure::Cancelled)),
        (_, error) => {
            let error: String = error.unwrap_or("neither code nor error").chars().take(80).collect();
            tracing::warn!(issuer = provider.issuer, error, "an identity provider refused");
            return Err(failed(ProviderFailure::Refused));
        }
    };
    let said = verified(app, &provider, code, browser.expose())
        .await
        .map_err(&failed)?;
    if let Some(since) = proof
        && said.asked.is_none_or(|asked| asked.0 < since.0 - SKEW)
    {
        tracing::warn!(
            issuer = provider.issuer,
            "an identity provider did not ask anew who somebody is"
        );
        return Err(failed(ProviderFailure::NotAsked));
    }
    let lifetimes = Lifetimes::from(&app.config);
    let opened = app
        .db
        .write(move |conn| open(conn, &provider, &said, &device, lifetimes, clock::now()));
    match opened.await {
        Ok(Ok(entry)) => Ok((entry, link.clone())),
        Ok(Err(why)) => Err(failed(why)),
        Err(error) => Err(failed(unavailable(&error))),
    }
}

fn unavailable(error: &StoreError) -> ProviderFailure {
    tracing::error!(%error, "a sign-in by an identity provider was not finished");
    ProviderFailure::Unreachable
}

/// What the provider says of who has come.
#[derive(Clone, Debug)]
struct Said {
    /// The address that it has verified, in lower case.
    address: String,
    /// What it calls its account: the same for ever, whatever address it has.
    subject: String,
    /// When it last asked who it is; none if it does not say.
    asked: Option<Timestamp>,
}

async fn verified(
    app: &App,
    provider: &Provider,
    code: Secret<String>,
    browser: &str,
) -> Result<Said, ProviderFailure> {
    let told = |why: Cause, failure: ProviderFailure| {
        tracing::warn!(
            issuer = provider.issuer,
            why,
            "a sign-in by an identity provider failed"
        );
        failure
    };
    // Fetched anew: the keys may have changed since the attempt began.
    let outbound = app.outbound.at(&provider.issuer);
    let metadata = discover(&outbound, &provider.issuer)
        .await
        .map_err(|why| told(why, ProviderFailure::Unreachable))?;
    let client = client(app, provider, metadata).map_err(|why| told(why, ProviderFailure::Unreachable))?;
    let refused = |why: Cause| told(why, ProviderFailure::Refused);
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.expose().clone()))
        .map_err(|error| refused(cause(error)))?
        .set_pkce_verifier(verifier(browser))
        .request_async(&outbound)
        .await
        .map_err(|error| refused(cause(error)))?;
    let id_token = tokens
        .id_token()
        .ok_or_else(|| refused("there is no ID token".to_owned()))?;
    let verifying = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let claims = id_token
        .claims(&verifying, &nonce(browser))
        .map_err(|error| refused(cause(error)))?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(|error| refused(cause(error)))?;
        let key = id_token
            .signing_key(&verifying)
            .map_err(|error| refused(cause(error)))?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
            .map_err(|error| refused(cause(error)))?;
        if actual != *expected {
            return Err(refused("the access token is another one".to_owned()));
        }
    }
    let mut found = claims
        .email()
        .map(|email| (email.to_string(), claims.email_verified().unwrap_or_default()));
    if found.is_none()
        && let Ok(asked) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
    {
        // Many providers tell the address only there.
        let info: CoreUserInfoClaims = asked
            .request_async(&outbound)
            .await
            .map_err(|error| refused(cause(error)))?;
        found = info
            .email()
            .map(|email| (email.to_string(), info.email_verified().unwrap_or_default()));
    }
    match found {
        Some((address, true)) => Ok(Said {
            address: address.trim().to_lowercase(),
            subject: claims.subject().to_string(),
            asked: claims.auth_time().map(|at| Timestamp(at.timestamp_millis())),
        }),
        _ => Err(ProviderFailure::AddressNotVerified),
    }
}

/// Why the description of a provider cannot be had or used, with the cause for whoever reads the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undiscovered {
    #[error("no answer: {0}")]
    NoAnswer(String),
    #[error("no description of a provider: {0}")]
    NoDescription(String),
    /// Its description is that of another issuer (OpenID Connect Discovery 1.0, 4.3).
    #[error("its description is that of the issuer {0}")]
    OtherIssuer(String),
}

/// The description of a provider and its keys.
///
/// # Errors
/// [`Undiscovered`].
pub async fn describe(outbound: &Outbound, issuer: &str) -> Result<CoreProviderMetadata, Undiscovered> {
    let url = IssuerUrl::new(issuer.to_owned()).map_err(|error| Undiscovered::NoDescription(cause(error)))?;
    CoreProviderMetadata::discover_async(url, &outbound.at(issuer))
        .await
        .map_err(|error| match error {
            DiscoveryError::Request(error) => Undiscovered::NoAnswer(cause(error)),
            // It says who it says it is between the first marks.
            DiscoveryError::Validation(told) => match told.split('`').nth(1) {
                Some(said) => Undiscovered::OtherIssuer(said.chars().take(SAID_AT_MOST).collect()),
                None => Undiscovered::NoDescription(told),
            },
            error => Undiscovered::NoDescription(cause(error)),
        })
}

/// The same, where only the log tells the cause.
async fn discover(outbound: &Outbound, issuer: &str) -> Result<CoreProviderMetadata, Cause> {
    describe(outbound, issuer).await.map_err(cause)
}

type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

fn client(app: &App, provider: &Provider, metadata: CoreProviderMetadata) -> Result<Client, Cause> {
    let secret = provider
        .client_secret(&app.config.secrets)
        .map_err(|error: SecretsError| cause(error))?;
    // Basic unless the provider says that it takes the body alone (OpenID Connect Discovery 1.0, 3).
    let takes = metadata.token_endpoint_auth_methods_supported();
    let takes_basic =
        takes.is_none_or(|methods| methods.is_empty() || methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let redirect = callback(&app.config.public_url.to_string(), provider.organisation);
    let redirect = RedirectUrl::new(redirect).map_err(cause)?;
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(provider.client_id.clone()),
        secret.map(ClientSecret::new),
    );
    let auth = if takes_basic {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    };
    Ok(client.set_redirect_uri(redirect).set_auth_type(auth))
}

/// Where the provider of an organisation sends browsers back to; what has to be registered there.
///
/// Each has an address of its own: what an organisation's provider was asked comes back as that organisation's, so that no
/// other's provider gets the code (RFC 9700, 4.4.2.2). Identifiers are never used again; links are.
pub fn callback(public_url: &str, organisation: OrganisationId) -> String {
    format!("{public_url}{API}/sign-in/callback/{organisation}")
}

/// 256 bits that are made of the browser's token, one value for each use: who has one of them has neither the others nor the
/// token.
fn derived(browser: &str, what: &str) -> String {
    token::digest(&format!("{what}:{browser}"))
}

fn verifier(browser: &str) -> PkceCodeVerifier {
    PkceCodeVerifier::new(derived(browser, "pkce"))
}

fn nonce(browser: &str) -> Nonce {
    Nonce::new(derived(browser, "nonce"))
}

fn random() -> Result<String, StoreError> {
    token::secret().map_err(|error| StoreError::Corrupt(format!("no randomness: {error}")))
}

fn note(
    conn: &mut Conn,
    organisation: OrganisationId,
    (state, browser): (&str, &str),
    is_proof: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::delete(a::table.filter(a::expires_at.le(now.0))).execute(conn)?;
    diesel::insert_into(a::table)
        .values((
            a::state_hash.eq(token::digest(state)),
            a::browser_hash.eq(token::digest(browser)),
            a::organisation_id.eq(organisation.to_string()),
            a::expires_at.eq(now.0 + ATTEMPT_WORKS),
            a::is_proof.eq(is_proof),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses an attempt up, if it is open and this browser's, and says with which provider it is, and since when somebody who is
/// signed in wants to prove anew who they are, if that is what it is for.
fn used_up(
    conn: &mut Conn,
    state: &str,
    browser: &str,
    now: Timestamp,
) -> Result<Option<(Provider, Option<Timestamp>)>, StoreError> {
    let begun = a::table
        .find(token::digest(state))
        .filter(a::browser_hash.eq(token::digest(browser)))
        .filter(a::expires_at.gt(now.0));
    let found: Option<(String, bool, i64)> = begun
        .clone()
        .select((a::organisation_id, a::is_proof, a::expires_at))
        .first(conn)
        .optional()?;
    let Some((organisation, is_proof, expires)) = found else {
        return Ok(None);
    };
    // Of two who come with it at once, one has it.
    if diesel::delete(begun).execute(conn)? == 0 {
        return Ok(None);
    }
    let since = is_proof.then_some(Timestamp(expires - ATTEMPT_WORKS));
    let provider = provider::of(conn, OrganisationId(codec::uuid(&organisation)?))?;
    Ok(provider.map(|provider| (provider, since)))
}
