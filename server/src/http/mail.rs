//! Mail and how far it has come, and the mailbox of demonstrations.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use diesel::prelude::*;
use serde::Deserialize;
use shared::ids::Timestamp;
use shared::wire::{Delivery, MailResent, Problem, UndeliveredMail};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::problem::ApiError;
use super::session::Reader;
use crate::facts::Asker;
use crate::mail::layout::escaped;
use crate::mail::outbox;
use crate::queries::mail::Wanted;
use crate::queries::{self, QueryError};
use crate::store::schema::mailbox as m;
use crate::store::{Conn, StoreError};
use crate::{App, clock};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(undelivered))
        .routes(routes!(try_all_again))
        .routes(routes!(try_again))
}

/// Which mail is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MailQuery {
    /// Mail that was delivered, in place of mail that was not; it is remembered for 90 days.
    #[serde(default)]
    delivered: bool,
}

/// List mail that waits to be sent or could not be delivered.
///
/// About people whom the reader administers, newest first, 200 at most.
#[utoipa::path(
    get,
    path = "/mail",
    tag = "accounts",
    params(MailQuery),
    responses(
        (status = 200, description = "Each with what became of it", body = UndeliveredMail,
            example = json!({"mails": [{
                "id": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c0a", "kind": "invitation",
                "user": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01", "name": "Ana García", "to": "ana.garcia@riverside.example",
                "created_at": 1763769600000_i64, "attempts": 1,
                "delivery": {"failed": {"at": 1763769601000_i64, "why": "permanent error (550): no such mailbox here"}}
            }]})),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn undelivered(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<MailQuery>,
) -> Result<Json<UndeliveredMail>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    let wanted = if query.delivered {
        Wanted::Delivered
    } else {
        Wanted::Undelivered
    };
    Ok(Json(
        app.db
            .read(move |conn| queries::mail::listed(conn, &asker, wanted, now))
            .await?,
    ))
}

/// Try to deliver all mail again that was given up, at once.
///
/// About people whom the reader administers; the newest 200.
#[utoipa::path(
    post,
    path = "/mail/resend",
    tag = "accounts",
    responses(
        (status = 200, description = "So many are tried now", body = MailResent, example = json!({"mails": 3})),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn try_all_again(State(app): State<App>, reader: Reader) -> Result<Json<MailResent>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    let mails = app.db.write(move |conn| {
        let mut tried = 0;
        for mail in queries::mail::listed(conn, &asker, Wanted::Undelivered, now)?.mails {
            if matches!(mail.delivery, Delivery::Failed { .. }) {
                outbox::try_again(conn, mail.id, now)?;
                tried += 1;
            }
        }
        Ok::<u32, QueryError>(tried)
    });
    Ok(Json(MailResent { mails: mails.await? }))
}

/// Try to deliver a mail again, at once.
///
/// Nothing about it changes, and nobody gets it twice: it has not been delivered. An invitation is better sent anew, by an
/// edit: its link works longer then.
#[utoipa::path(
    post,
    path = "/mail/{id}/resend",
    tag = "accounts",
    params(("id" = Uuid, Path, description = "The mail")),
    responses(
        (status = 202, description = "It is tried now"),
        (status = 403, description = "`/problems/forbidden`: the reader administers no users", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "`/problems/not-found`: no such mail, or it has been delivered", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn try_again(State(app): State<App>, reader: Reader, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    app.db
        .write(move |conn| {
            queries::mail::may_resend(conn, &asker, id, now)?;
            Ok::<_, QueryError>(outbox::try_again(conn, id, now)?)
        })
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// The pages of the mailbox: only where a demonstration is served, for they show everybody's mail to everybody.
pub(super) fn mailbox(app: &App) -> axum::Router<App> {
    if app.config.mail.mailbox && app.config.mail.smtp.is_none() {
        axum::Router::new()
            .route("/mailbox", get(all))
            .route("/mailbox/{id}", get(one))
            .route("/mailbox/{id}/letter", get(letter))
    } else {
        axum::Router::new()
    }
}

type Kept = (String, String, i64, String);

/// Mails that are listed at most.
const LISTED: i64 = 200;

async fn all(State(app): State<App>) -> Result<Response, ApiError> {
    let kept = app.db.read(|conn| {
        Ok::<Vec<Kept>, StoreError>(
            m::table
                .order((m::at.desc(), m::id.desc()))
                .limit(LISTED)
                .select((m::id, m::recipient, m::at, m::subject))
                .load(conn)?,
        )
    });
    let mut rows = String::new();
    for (id, to, at, subject) in kept.await? {
        rows.push_str(&format!(
            "<li><a href=\"/mailbox/{id}\"><b>{}</b><span>{}</span><time>{}</time></a></li>",
            escaped(&subject),
            escaped(&to),
            moment(at)
        ));
    }
    if rows.is_empty() {
        rows.push_str("<li class=\"empty\">No mail yet. Invite somebody, and what they would get is here.</li>");
    }
    Ok(page(
        "Mailbox of this demonstration",
        &format!(
            "<p>No mail server is set, so nothing leaves this machine. These are the mails that people would get.</p><ul>{rows}</ul>"
        ),
    ))
}

async fn one(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Response, ApiError> {
    let (to, at, subject, _, plain) = find(&app, id).await?;
    let body = format!(
        "<p><a href=\"/mailbox\">All mails</a></p><dl><dt>To</dt><dd>{}</dd><dt>Sent</dt><dd>{}</dd></dl>\
         <iframe title=\"The mail\" sandbox=\"allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation\" \
         src=\"/mailbox/{id}/letter\"></iframe><details><summary>As plain text</summary><pre>{}</pre></details>",
        escaped(&to),
        moment(at),
        escaped(&plain)
    );
    Ok(page(&subject, &body))
}

/// The mail itself, as a mail program would show it: no script, nothing fetched from anywhere, links open outside the frame.
async fn letter(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Response, ApiError> {
    let (.., html, _) = find(&app, id).await?;
    let html = html.replacen("<head>", "<head><base target=\"_top\">", 1);
    let mut response = typed(html);
    super::headers::in_frame_of_own(
        &mut response,
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; \
         sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
    );
    Ok(response)
}

type Mail = (String, i64, String, String, String);

async fn find(app: &App, id: Uuid) -> Result<Mail, ApiError> {
    let found = app.db.read(move |conn: &mut Conn| {
        Ok::<Option<Mail>, StoreError>(
            m::table
                .find(id.to_string())
                .select((m::recipient, m::at, m::subject, m::html, m::plain))
                .first(conn)
                .optional()?,
        )
    });
    found.await?.ok_or_else(ApiError::not_found)
}

fn moment(at: i64) -> String {
    let date = shared::text::date(super::language::words(), Timestamp(at));
    let minutes = at.div_euclid(60_000).rem_euclid(24 * 60);
    format!("{date}, {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

fn typed(html: String) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:720px;padding:24px 16px;color:#1c1917;background:#faf9f7}\
    h1{font-size:22px}a{color:#0f6b66}@media(pointer:coarse){p>a{display:inline-block;padding:13px 0}}ul{list-style:none;margin:0;padding:0;border:1px solid #e0ddd9;border-radius:10px;background:#fff}\
    li+li{border-top:1px solid #e0ddd9}li a,.empty{display:grid;grid-template-columns:1fr auto;gap:0 12px;padding:12px 16px;min-height:44px;\
    box-sizing:border-box;color:inherit;text-decoration:none}li b{grid-column:1/-1;font-weight:600}li span,time,.empty{color:#57534e;font-size:14px;\
    overflow-wrap:anywhere}dl{display:grid;grid-template-columns:auto 1fr;gap:0 12px;margin:0 0 12px}dt{color:#57534e}dd{margin:0;overflow-wrap:anywhere}\
    iframe{width:100%;height:70vh;border:1px solid #e0ddd9;border-radius:10px;background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere}\
    details{margin-top:12px}summary{padding:10px 0}";

fn page(title: &str, body: &str) -> Response {
    let title = escaped(title);
    let mut response = typed(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><main><h1>{title}</h1>{body}</main></body></html>\n"
    ));
    if let Ok(policy) = axum::http::HeaderValue::try_from(
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
