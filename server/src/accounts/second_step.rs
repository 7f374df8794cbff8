//! The second step of signing in: the password was right, or the identity provider has said who it is, and a code, a passkey
//! or a recovery code has to follow, in the same browser and within minutes. Wrong answers count as wrong passwords do (T14). And passkeys as the only step.

use serde_json::Value;
use shared::factors::FactorStep;
use shared::ids::{OrganisationId, Timestamp, UserId};
use shared::wire::{SecondStep, SecondStepBy, SecondStepNeeded, SignInMethod};

use super::ceremonies::{self, Ceremony, Purpose};
use super::factors::{self, FactorError, authenticator_app, passkeys, recovery_codes};
use super::opening::{NotIn, Proved, SignedIn, open_session};
use super::passwords::{Hashed, PasswordError};
use super::sessions::{Device, Lifetimes};
use super::{lockout, sources, token};
use crate::config::Secret;
use crate::metrics::SignInOutcome;
use crate::store::{self, Conn, StoreError};
use crate::{App, clock, edits};

/// The password was right, and is not enough.
#[derive(Clone, Debug)]
pub struct Begun {
    /// For the browser's cookie; nowhere else.
    pub token: Secret<String>,
    pub needed: SecondStepNeeded,
}

/// Why the second step did not let anybody in.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Nothing is under way in this browser (any more): the time is up, or too many answers were wrong.
    #[error("no sign-in is under way")]
    NotBegun,
    /// Wrong, used before, or no longer valid.
    #[error("this does not prove it")]
    Wrong,
    /// The account does not let them in.
    #[error("these cannot be used to sign in")]
    Refused,
    /// They sign in by their organisation's identity provider and in no other way.
    #[error("they sign in by {name}")]
    ByProvider { name: String },
    #[error(transparent)]
    Factor(#[from] FactorError),
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> Self {
        Self::Factor(error.into())
    }
}

impl From<NotIn> for StepError {
    fn from(why: NotIn) -> Self {
        match why {
            NotIn::ShutOut => Self::Refused,
            NotIn::ByProvider { name } => Self::ByProvider { name },
        }
    }
}

impl From<PasswordError> for StepError {
    fn from(error: PasswordError) -> Self {
        Self::Factor(error.into())
    }
}

/// What answers the second step.
#[derive(Clone, Debug)]
pub enum Answer {
    Typed(SecondStep),
    /// What `navigator.credentials.get` gave.
    Passkey(Value),
}

/// Begins the second step for somebody whose password was right. A password that they chose with it is set once they are
/// through.
pub(super) fn begin(
    conn: &mut Conn,
    user: UserId,
    by: Vec<SecondStepBy>,
    new_password: Option<Hashed>,
    now: Timestamp,
) -> Result<Begun, StoreError> {
    let ceremony = Ceremony {
        new_password,
        ..Ceremony::of(user, now)
    };
    put(conn, by, &ceremony)
}

/// The same for somebody whom the identity provider has sent, and had asked who they are at that moment.
pub(super) fn begin_after_provider(
    conn: &mut Conn,
    user: UserId,
    by: Vec<SecondStepBy>,
    asked: Timestamp,
    now: Timestamp,
) -> Result<Begun, StoreError> {
    let ceremony = Ceremony {
        provider_asked: Some(asked),
        ..Ceremony::of(user, now)
    };
    put(conn, by, &ceremony)
}

fn put(conn: &mut Conn, by: Vec<SecondStepBy>, ceremony: &Ceremony) -> Result<Begun, StoreError> {
    let token = token::secret().map_err(|error| StoreError::Corrupt(format!("no randomness: {error}")))?;
    ceremonies::put(conn, &token::digest(&token), Purpose::SecondStep, ceremony)?;
    Ok(Begun {
        token: Secret::new(token),
        needed: SecondStepNeeded {
            by,
            until: ceremony.until,
        },
    })
}

/// What there is to go on with in this browser, for a page that was loaded anew.
pub async fn look(app: &App, token: Option<Secret<String>>) -> Result<SecondStepNeeded, StepError> {
    let hash = hashed(token)?;
    app.db
        .read(move |conn| {
            let (user, ceremony) = under_way(conn, &hash, clock::now())?;
            Ok(SecondStepNeeded {
                by: factors::steps(conn, user)?,
                until: ceremony.until,
            })
        })
        .await
}

/// Asks for one of the person's passkeys: options for `navigator.credentials.get`.
pub async fn ask_passkey(app: &App, token: Option<Secret<String>>) -> Result<Value, StepError> {
    let (hash, party) = (hashed(token)?, app.clone());
    app.db
        .write(move |conn| {
            let (user, _) = under_way(conn, &hash, clock::now())?;
            let (options, challenge) = passkeys::challenge(conn, user, &party.passkeys)?;
            ceremonies::challenge(conn, &hash, Purpose::SecondStep, &challenge)?;
            Ok(options)
        })
        .await
}

/// Finishes the second step, and lets its person in.
pub async fn finish(
    app: &App,
    token: Option<Secret<String>>,
    answer: Answer,
    device: Device,
) -> Result<SignedIn, StepError> {
    let (hash, inside, lifetimes) = (hashed(token)?, app.clone(), Lifetimes::from(&app.config));
    // What failed is kept as well: the transaction succeeds either way.
    let ended = app.db.write(move |conn| {
        let now = clock::now();
        let (user, ceremony) = match under_way(conn, &hash, now) {
            Ok(found) => found,
            Err(StepError::NotBegun) => return Ok(Err(StepError::NotBegun)),
            Err(error) => return Err(error),
        };
        let organisation = organisation_of(conn, user)?;
        let Some(method) = check(conn, &inside, user, &ceremony, &answer, now)? else {
            ceremonies::failed(conn, &hash, Purpose::SecondStep)?;
            tracing::info!(%user, %organisation, method = "second_step", outcome = "refused", "sign-in");
            lockout::failed(conn, user, organisation, &device, now)?;
            sources::failed(conn, user, &device, now)?;
            return Ok(Err(StepError::Wrong));
        };
        if !ceremonies::end(conn, &hash, Purpose::SecondStep)? {
            return Ok(Err(StepError::NotBegun));
        }
        if let Some(new) = &ceremony.new_password {
            edits::change_password(conn, organisation, user, new, &device.origin, now)?;
        }
        let proved = match ceremony.provider_asked {
            // Both belong to the proof: it is as old as the older one.
            Some(at) => Proved {
                by: SignInMethod::IdentityProvider,
                at,
            },
            None => Proved::now(method, now),
        };
        let opened = match open_session(conn, user, proved, &device, lifetimes, now)? {
            Ok(opened) => opened,
            Err(why) => return Ok(Err(why.into())),
        };
        if matches!(answer, Answer::Typed(SecondStep::RecoveryCode(_))) {
            let step = FactorStep::RecoveryCodeUsed;
            edits::change_factors(conn, organisation, user, step, &device.origin, now)?;
        }
        Ok(Ok(opened))
    });
    let ended = ended.await?;
    count(app, &ended);
    ended
}

/// By what the answer proves who they are; by nothing, if it is wrong.
fn check(
    conn: &mut Conn,
    app: &App,
    user: UserId,
    ceremony: &Ceremony,
    answer: &Answer,
    now: Timestamp,
) -> Result<Option<SignInMethod>, FactorError> {
    let (is_right, method) = match answer {
        Answer::Typed(SecondStep::Code(code)) => (
            authenticator_app::check(conn, user, &app.config.secrets, code, now)?,
            SignInMethod::PasswordAndCode,
        ),
        Answer::Typed(SecondStep::RecoveryCode(code)) => (
            recovery_codes::take(conn, user, code, now)?,
            SignInMethod::PasswordAndRecoveryCode,
        ),
        Answer::Passkey(answer) => (
            match &ceremony.challenge {
                Some(state) => passkeys::answers(conn, user, &app.passkeys, state, answer, now)?,
                None => false,
            },
            SignInMethod::PasswordAndPasskey,
        ),
    };
    Ok(is_right.then_some(method))
}

/// Asks for any passkey, as the only step: a token for the browser's cookie, and options for `navigator.credentials.get`.
pub async fn ask_passkey_alone(app: &App) -> Result<(Secret<String>, Value), StepError> {
    let (options, challenge) = passkeys::open_challenge(&app.passkeys)?;
    let token = token::secret().map_err(PasswordError::Random)?;
    let hash = token::digest(&token);
    app.db
        .write(move |conn| {
            let ceremony = Ceremony {
                challenge: Some(challenge),
                ..Ceremony::of_nobody(clock::now())
            };
            ceremonies::put(conn, &hash, Purpose::PasskeyAlone, &ceremony)
        })
        .await?;
    Ok((Secret::new(token), options))
}

/// Signs in with a passkey and nothing else: what has it has verified its person.
pub async fn with_passkey(
    app: &App,
    token: Option<Secret<String>>,
    answer: Value,
    device: Device,
) -> Result<SignedIn, StepError> {
    let (hash, inside, lifetimes) = (hashed(token)?, app.clone(), Lifetimes::from(&app.config));
    let ended = app.db.write(move |conn| {
        let now = clock::now();
        let begun = ceremonies::take(conn, &hash, Purpose::PasskeyAlone, now)?;
        let Some(challenge) = begun.and_then(|begun| begun.challenge) else {
            return Ok(Err(StepError::NotBegun));
        };
        let Some(user) = passkeys::identify(conn, &inside.passkeys, &challenge, &answer, now)? else {
            return Ok(Err(StepError::Wrong));
        };
        let opened = open_session(
            conn,
            user,
            Proved::now(SignInMethod::Passkey, now),
            &device,
            lifetimes,
            now,
        )?;
        Ok::<_, StepError>(opened.map_err(StepError::from))
    });
    let ended = ended.await?;
    count(app, &ended);
    ended
}

fn count(app: &App, ended: &Result<SignedIn, StepError>) {
    match ended {
        Ok(_) => app.metrics.sign_in(SignInOutcome::signed_in),
        Err(_) => app.metrics.sign_in(SignInOutcome::refused),
    }
}

fn hashed(token: Option<Secret<String>>) -> Result<String, StepError> {
    let token = token.ok_or(StepError::NotBegun)?;
    Ok(token::digest(token.expose()))
}

fn under_way(conn: &mut Conn, hash: &str, now: Timestamp) -> Result<(UserId, Ceremony), StepError> {
    let ceremony = ceremonies::find(conn, hash, Purpose::SecondStep, now)?.ok_or(StepError::NotBegun)?;
    let user = ceremony.user.ok_or(StepError::NotBegun)?;
    Ok((user, ceremony))
}

fn organisation_of(conn: &mut Conn, user: UserId) -> Result<OrganisationId, StepError> {
    let record = store::user_record(conn, user)?.ok_or(StepError::NotBegun)?;
    Ok(record.organisation)
}
