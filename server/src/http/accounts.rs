//! What works without a session, by a link that was mailed: accepting an invitation, choosing a new password. Links come in
//! bodies and never in addresses, so that no log has them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::text::{Teller, say};
use shared::wire::{
    AcceptInvitation, ForgotPassword, InvitationView, LinkToken, PasswordJudgement, PasswordToJudge, Problem,
    ResetPassword, ResetView,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::language::words;
use super::problem::ApiError;
use super::session::Newcomer;
use super::sign_in::{begun, by_provider, password_problem};
use crate::accounts::factors;
use crate::accounts::invitations::{self, InvitationError};
use crate::accounts::links::{self, Purpose};
use crate::accounts::passwords::MIN_CHARACTERS;
use crate::accounts::reset::{self, ResetError};
use crate::accounts::sessions::Device;
use crate::config::Secret;
use crate::store::StoreError;
use crate::{App, accounts, clock, store};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(open_invitation))
        .routes(routes!(accept_invitation))
        .routes(routes!(ask_for_link))
        .routes(routes!(forgot_password))
        .routes(routes!(open_reset))
        .routes(routes!(reset_password))
        .routes(routes!(judge_password))
}

/// Look at an invitation by its link.
///
/// Consumes nothing: programs that scan mail open links.
#[utoipa::path(
    post,
    path = "/invitations/open",
    tag = "accounts",
    request_body(content = LinkToken, example = json!({"token": "5c0f…"})),
    security(()),
    responses(
        (status = 200, description = "Whether the link works, and what accepting asks for", body = InvitationView,
            example = json!({
                "state": "open", "organisation": "Riverside Clinics", "portal": "portal",
                "login_email": "ana.garcia@riverside.example", "expires": 1764374400000_i64, "new_link": "sent",
                "fields": [{"field": "name", "label": "Name", "hint": "As on clinical notes and signatures.",
                    "required": true, "value": "Ana García"}],
                "languages": ["en", "fr"], "language": "en", "at_least": 15
            })),
        (status = 404, description = "`/problems/link-unknown`: no invitation has this link, or it was taken back (M15)",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn open_invitation(
    State(app): State<App>,
    device: Device,
    Json(body): Json<LinkToken>,
) -> Result<Json<InvitationView>, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let words = words();
    let found = app
        .db
        .read(move |conn| invitations::view(conn, &body.token, words, clock::now()))
        .await?;
    found.map(Json).ok_or_else(link_unknown)
}

/// Accept an invitation: choose a password, and sign in (M10).
///
/// A link is good once: of two who use it at the same time, one gets in.
#[utoipa::path(
    post,
    path = "/invitations/accept",
    tag = "accounts",
    request_body(content = AcceptInvitation, example = json!({
        "token": "5c0f…", "password": "kettle under a blue sky", "profile": {"name": "Ana García", "language": "en"}
    })),
    security(()),
    responses(
        (status = 204, description = "Accepted and signed in; the answer sets the cookie `__Host-lanyard`.",
            headers(("Set-Cookie" = String, description = "The session, for this host only"))),
        (status = 403, description = "`/problems/sign-in-by-provider`: it is accepted, and they sign in by the identity provider alone",
            body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/link-unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/link-not-open`: expired, used, or replaced by a newer one", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "`/problems/password-unusable`: too short, too long or easy to guess; or \
            `/problems/answers-unusable`: something is missing or malformed", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn accept_invitation(
    State(app): State<App>,
    device: Device,
    Json(body): Json<AcceptInvitation>,
) -> Result<Response, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let password = Secret::new(body.password);
    match invitations::accept(&app, body.token, password, body.profile, device).await {
        Ok(signed_in) => begun(&signed_in),
        Err(error) => Err(invitation_problem(&app, error).await),
    }
}

/// Ask for a new link in the place of one that does not work any more.
///
/// It goes out by itself, to the address that was invited, or whoever invited is told: `new_link` of the invitation says
/// which. Asking again soon changes nothing.
#[utoipa::path(
    post,
    path = "/invitations/ask",
    tag = "accounts",
    request_body(content = LinkToken, example = json!({"token": "5c0f…"})),
    security(()),
    responses(
        (status = 202, description = "Asked for"),
        (status = 404, description = "`/problems/link-unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/link-not-open`: the invitation has been accepted", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask_for_link(
    State(app): State<App>,
    device: Device,
    Json(body): Json<LinkToken>,
) -> Result<StatusCode, ApiError> {
    app.mail_requests.take(&device.origin)?;
    let asked = app
        .db
        .write(move |conn| invitations::ask(conn, &body.token, &device.origin, clock::now()));
    match asked.await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(error) => Err(invitation_problem(&app, error).await),
    }
}

/// Ask for a mail with a link to choose a new password (T7).
///
/// The same answer in the same time, whether somebody signs in with this address or not (T2).
#[utoipa::path(
    post,
    path = "/password/forgot",
    tag = "accounts",
    request_body(content = ForgotPassword, example = json!({"email": "ana@riverside.example"})),
    security(()),
    responses(
        (status = 202, description = "If somebody signs in with this address and may, a mail is on its way"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn forgot_password(
    State(app): State<App>,
    device: Device,
    Json(body): Json<ForgotPassword>,
) -> Result<StatusCode, ApiError> {
    app.mail_requests.take(&device.origin)?;
    reset::ask(&app, &body.email, device.origin);
    Ok(StatusCode::ACCEPTED)
}

/// Look at a link to choose a new password. Consumes nothing.
#[utoipa::path(
    post,
    path = "/password/open",
    tag = "accounts",
    request_body(content = LinkToken, example = json!({"token": "5c0f…"})),
    security(()),
    responses(
        (status = 200, description = "Whether the link works, and for which account", body = ResetView,
            example = json!({"state": "open", "login_email": "ana.garcia@riverside.example", "at_least": 15})),
        (status = 404, description = "`/problems/link-unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn open_reset(
    State(app): State<App>,
    device: Device,
    Json(body): Json<LinkToken>,
) -> Result<Json<ResetView>, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let found = app
        .db
        .read(move |conn| reset::view(conn, &body.token, clock::now()))
        .await?;
    found.map(Json).ok_or_else(link_unknown)
}

/// Choose a new password by a link that was mailed (T7).
///
/// All sessions of the account end, and a mail tells its person.
#[utoipa::path(
    post,
    path = "/password/reset",
    tag = "accounts",
    request_body(content = ResetPassword, example = json!({"token": "5c0f…", "password": "kettle under a blue sky"})),
    security(()),
    responses(
        (status = 204, description = "Changed; sign in with it"),
        (status = 404, description = "`/problems/link-unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/link-not-open`: expired, used, or replaced by a newer one", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "`/problems/password-unusable`: too short, too long or easy to guess", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reset_password(
    State(app): State<App>,
    device: Device,
    Json(body): Json<ResetPassword>,
) -> Result<StatusCode, ApiError> {
    app.sign_ins.take(&device.origin)?;
    reset::reset(&app, body.token, Secret::new(body.password), device.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How strong a password is that somebody is about to choose, and whether it can be used.
///
/// Nothing of it is kept.
#[utoipa::path(
    post,
    path = "/password/strength",
    tag = "accounts",
    request_body(content = PasswordToJudge, example = json!({"password": "kettle under a blue sky"})),
    security(()),
    responses(
        (status = 200, description = "From 0 to 4; what is refused says why", body = PasswordJudgement,
            example = json!({"score": 4})),
        (status = 429, description = "`/problems/too-many-requests`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn judge_password(
    State(app): State<App>,
    device: Device,
    reader: Option<Newcomer>,
    Json(body): Json<PasswordToJudge>,
) -> Result<Json<PasswordJudgement>, ApiError> {
    app.sign_ins.take(&device.origin)?;
    let mut about: Vec<String> = body.email.into_iter().collect();
    let mut whose = reader.map(|Newcomer(reader)| reader.user);
    if let Some(token) = body.token {
        let named = app.db.read(move |conn| {
            for purpose in [Purpose::Invitation, Purpose::Password] {
                if let Some(link) = links::find(conn, purpose, &token)?.filter(|link| link.is_open(clock::now())) {
                    return Ok(Some(link.user));
                }
            }
            Ok::<_, StoreError>(None)
        });
        whose = named.await?.or(whose);
    }
    let mut at_least = MIN_CHARACTERS;
    if let Some(user) = whose {
        let known = app
            .db
            .read(move |conn| Ok::<_, StoreError>((accounts::about(conn, user)?, factors::at_least(conn, user)?)));
        let (named, enough) = known.await?;
        about.extend(named);
        at_least = enough;
    }
    let judged = app.passwords.judge(Secret::new(body.password), about, at_least).await;
    let judged = judged.map_err(password_problem)?;
    Ok(Json(PasswordJudgement {
        score: judged.score,
        refusal: judged.refusal.map(|why| password_problem(why).problem().detail.clone()),
    }))
}

fn link_unknown() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "link-unknown",
        &say!(words(), problem::link_unknown),
        say!(words(), problem::link_unknown_detail),
    )
}

fn link_not_open() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        "link-not-open",
        &say!(words(), problem::link_not_open),
        say!(words(), problem::link_not_open_detail),
    )
}

/// 422: what somebody said about themselves cannot be used.
pub(crate) fn answers_unusable(reasons: &str) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "answers-unusable",
        &say!(words(), problem::answers_unusable),
        say!(words(), problem::answers_unusable_detail, reasons = reasons),
    )
}

impl From<InvitationError> for ApiError {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Unknown => link_unknown(),
            InvitationError::NotOpen => link_not_open(),
            InvitationError::ByProvider { name } => by_provider(&name),
            InvitationError::Password(error) => password_problem(error),
            InvitationError::Store(error) => error.into(),
            InvitationError::Answers(..) => answers_unusable(""),
        }
    }
}

/// With the reasons in the words of the organisation.
async fn invitation_problem(app: &App, error: InvitationError) -> ApiError {
    match error {
        InvitationError::Answers(reasons, whose) => {
            let (user, organisation) = *whose;
            let words = words();
            let told = app.db.read(move |conn| {
                let (Some(row), Some(user)) = (
                    store::organisation_row(conn, organisation)?,
                    store::load_user(conn, organisation, user)?,
                ) else {
                    return Ok(String::new());
                };
                let policy = store::parsed_policy(conn, &row)?.spoken(words);
                let places = store::places(conn, &row)?;
                let teller = Teller::new(&policy, &places, words).about(&user);
                let told: Vec<String> = reasons.iter().map(|reason| teller.reason(reason)).collect();
                Ok::<_, StoreError>(told.join(" "))
            });
            match told.await {
                Ok(reasons) => answers_unusable(&reasons),
                Err(error) => error.into(),
            }
        }
        error => error.into(),
    }
}

impl From<ResetError> for ApiError {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Unknown => link_unknown(),
            ResetError::NotOpen => link_not_open(),
            ResetError::Password(error) => password_problem(error),
            ResetError::Store(error) => error.into(),
        }
    }
}
