//! The live stream, and who else is at a user.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use shared::ids::{OrganisationId, UserId};
use shared::wire::{AtUser, LiveChange, OthersHere, Problem, Topic};
use tokio::sync::broadcast::error::RecvError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path};
use super::problem::ApiError;
use super::session::{Reader, Unattended};
use crate::facts::Asker;
use crate::live::{self, Batch, Head, Listener, Sight, Signal, Since, presence};
use crate::store::StoreError;
use crate::{App, clock};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Something is sent at least this often, so that both ends notice when the other is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open)).routes(routes!(meet))
}

/// Hear of changes as they happen (server-sent events).
///
/// Each event is a `LiveChange`: what the reader has seen and is not as it was any more; how it is now has to be asked. The
/// first event says from where on. With the `Last-Event-ID` of the last event, or `live_from` of `GET /me`, the stream goes
/// on without a gap, at whichever server process; what is too long ago is told as `everything`. A comment comes every
/// quarter of a minute. The stream ends with its session, and does not count as using it.
#[utoipa::path(
    get,
    path = "/live",
    tag = "live",
    params(("last-event-id" = Option<String>, Header, description = "The last event that was heard")),
    responses(
        (status = 200, description = "Events: `id`, and a `LiveChange` as `data`", body = LiveChange,
            content_type = "text/event-stream",
            example = "id: 5d41402abc4b2a76b9719d91\ndata: {\"users\":[\"0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c01\"],\"topics\":[\"people\"]}\n\n"),
        (status = 429, description = "`/problems/too-many-requests`: the reader has too many streams open", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn open(
    State(app): State<App>,
    Unattended(reader): Unattended,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let last = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    let (last, organisation) = (last.map(str::to_owned), reader.organisation);
    // First the signals, then the record: nothing falls between them.
    let signals = live::subscribe(&app);
    let (asker, now) = (Asker::from(&reader), clock::now());
    let sight = live::sight(&app, asker.clone(), now).await?;
    let sight = sight.ok_or_else(ApiError::not_signed_in)?;
    let since = read_since(&app, organisation, last).await?;
    let (head, first) = match since {
        Since::Nothing(head) => (head, LiveChange::default()),
        Since::Rows(batch) => {
            let told = sight.of(&batch, batch.after);
            (batch.until, told)
        }
    };
    let listener = Listener {
        organisation,
        user: reader.user,
        session: reader.session.clone(),
    };
    let stream = live::listen(&app, signals, listener, head.sequence).ok_or_else(ApiError::too_many_requests)?;
    let told = event(&head, &first);
    let telling = Telling {
        app,
        reader,
        asker,
        stream,
        sight,
        head,
        first: Some(told),
    };
    let events = stream::unfold(telling, |mut telling| async {
        telling.next().await.map(|event| (Ok(event), telling))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

async fn read_since(app: &App, organisation: OrganisationId, last: Option<String>) -> Result<Since, StoreError> {
    app.db
        .read(move |conn| live::since(conn, organisation, last.as_deref()))
        .await
}

fn event(head: &Head, change: &LiveChange) -> Event {
    without_id(change).id(&head.mark)
}

fn without_id(change: &LiveChange) -> Event {
    // Ids and names of topics: nothing in it that could not be written as JSON.
    Event::default().data(serde_json::to_string(change).unwrap_or_default())
}

/// A stream that is being told.
struct Telling {
    app: App,
    reader: Reader,
    asker: Asker,
    stream: live::Stream,
    sight: Sight,
    /// What was told last.
    head: Head,
    first: Option<Event>,
}

impl Telling {
    /// The next event; nothing when the stream is over. Whoever reads it then comes again, and is answered by what they
    /// may do then.
    async fn next(&mut self) -> Option<Event> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let told = match self.stream.signals.recv().await {
                Ok(Signal::Changed(batch)) => self.told(&batch).await?,
                Ok(Signal::Mailed(mails)) => match mails.get(&self.reader.organisation) {
                    Some(users) => self.mailed(users.clone()).await?,
                    None => None,
                },
                Ok(Signal::Ended(sessions)) if sessions.contains(&self.reader.session) => return None,
                Ok(Signal::Ended(_)) => None,
                // Too slow for what was told meanwhile: the record has it.
                Err(RecvError::Lagged(_)) => self.caught_up().await?,
                Ok(Signal::Stop) | Err(RecvError::Closed) => return None,
            };
            if told.is_some() {
                return told;
            }
        }
    }

    async fn told(&mut self, batch: &Batch) -> Option<Option<Event>> {
        if batch.organisation != self.reader.organisation || batch.until.sequence <= self.head.sequence {
            return Some(None);
        }
        if self.sight.is_moved_by(batch) {
            // By the rights that they have now, and had until now: what is out of sight from here on has changed, too.
            let before = self.sight.of(batch, self.head.sequence);
            self.sight = self.sight_now().await?;
            let mut told = self.sight.of(batch, self.head.sequence);
            told.users.extend(before.users);
            told.users.sort();
            told.users.dedup();
            told.topics.extend(before.topics);
            return Some(self.tell(batch, &told));
        }
        let told = self.sight.of(batch, self.head.sequence);
        Some(self.tell(batch, &told))
    }

    fn tell(&mut self, batch: &Batch, told: &LiveChange) -> Option<Event> {
        self.head = batch.until.clone();
        (!told.is_empty()).then(|| event(&self.head, told))
    }

    async fn mailed(&self, users: Vec<UserId>) -> Option<Option<Event>> {
        let sight = self.sight.clone();
        let told = self.app.db.read(move |conn| sight.of_mails(conn, &users)).await;
        let told: LiveChange = told.map_err(|error: StoreError| failed(&error)).ok()?;
        Some((!told.is_empty()).then(|| without_id(&told)))
    }

    async fn caught_up(&mut self) -> Option<Option<Event>> {
        let since = read_since(&self.app, self.reader.organisation, Some(self.head.mark.clone())).await;
        match since.map_err(|error| failed(&error)).ok()? {
            Since::Nothing(_) => Some(Some(without_id(&LiveChange {
                // Mails have no row there.
                topics: [Topic::Mail].into(),
                users: Vec::new(),
            }))),
            Since::Rows(batch) => self.told(&batch).await,
        }
    }

    async fn sight_now(&self) -> Option<Sight> {
        let found = live::sight(&self.app, self.asker.clone(), clock::now()).await;
        found.map_err(|error| failed(&error)).ok()?
    }
}

fn failed(error: &StoreError) {
    tracing::warn!(%error, "a live stream ends early");
}

/// Say that a page shows a user, and hear who else is there.
///
/// Pages say it again every few seconds while they are looked at; what is not said again is gone after seven.
#[utoipa::path(
    post,
    path = "/users/{id}/presence",
    tag = "live",
    params(("id" = UserId, Path, description = "The user")),
    request_body(content = AtUser,
        example = json!({"page": "0197a3c0-6a1e-7c55-9d3f-2f6f1f0b1c31", "editing": true, "leaving": false})),
    responses(
        (status = 200, description = "Others who have this user open; without a name where the reader may not see them",
            body = OthersHere, example = json!({"people": [{"name": "Ada Reyes", "editing": true}]})),
        (status = 404, description = "`/problems/not-found`: nobody, or nobody whom this reader may see", body = Problem,
            content_type = "application/problem+json"),
    )
)]
async fn meet(
    State(app): State<App>,
    Unattended(reader): Unattended,
    Path(user): Path<UserId>,
    Json(at): Json<AtUser>,
) -> Result<Json<OthersHere>, ApiError> {
    let (asker, now) = (Asker::from(&reader), clock::now());
    Ok(Json(
        app.db
            .write(move |conn| presence::meet(conn, &asker, user, &at, now))
            .await?,
    ))
}
