//! Accepting connections, with limits on headers and on slow clients, until somebody says stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use shared::ids::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::accounts::{ceremonies, devices, embedding, links, sessions, sources};
use crate::store::StoreError;
use crate::{App, clock, edits, live, mail, router};

/// A client has this long to send the headers of a request.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// Serves until `stop` is ready; then takes no new connections and gives requests under way the time that the settings
/// say.
///
/// # Errors
/// When connections cannot be accepted any more.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()> {
    let (shutdown_time, header_limit) = (app.config.shutdown_time, app.config.header_limit);
    let housekeeping = tokio::spawn(keep_house(app.clone()));
    let watching = tokio::spawn(live::watch(app.clone()));
    let (stop_mail, mail_stops) = tokio::sync::watch::channel(false);
    let mail = tokio::spawn(mail::work(app.clone(), mail_stops));
    let router = router(app.clone());
    let connections = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(header_limit.max(8192))
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .max_header_list_size(u32::try_from(header_limit).unwrap_or(u32::MAX));

    tokio::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    if !is_of_one_connection(&error) {
                        // Out of file descriptors, most likely: some will be free again.
                        tracing::error!(%error, "connections cannot be accepted");
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let connection = connection(&builder, router.clone(), stream, peer);
        let watched = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }

    drop(listener);
    housekeeping.abort();
    watching.abort();
    // They would go on for ever.
    app.live.stop();
    // Nobody listens any more where no mail is sent.
    let _ = stop_mail.send(true);
    tracing::info!(
        seconds = shutdown_time.as_secs(),
        "stopping: requests under way may end"
    );
    let ended = async {
        connections.shutdown().await;
        // A mail under way is finished, so that it need not be sent twice.
        let _ = mail.await;
    };
    match tokio::time::timeout(shutdown_time, ended).await {
        Ok(()) => tracing::info!("stopped"),
        Err(_) => tracing::warn!("stopped, and some requests or mails were cut off"),
    }
    Ok(())
}

/// How often what has had its time is cleared away.
const HOUSEKEEPING: Duration = Duration::from_secs(3600);
/// So long a request that was repeated after a lost answer gets its first answer again.
const ANSWERS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);

/// So long a mail that was sent is remembered, for the screens that say so.
const MAIL_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// So long after its end a link can still say that it has expired.
const LINKS_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// So long a device on which somebody has signed in is known, unless it is used.
const DEVICES_KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// Clears away what has had its time: sessions that have ended, answers that nobody will ask for again, old mail, links and
/// devices.
async fn keep_house(app: App) {
    let mut rounds = tokio::time::interval(HOUSEKEEPING);
    loop {
        rounds.tick().await;
        let now = clock::now();
        let before = move |kept: Duration| {
            Timestamp(
                now.0
                    .saturating_sub(i64::try_from(kept.as_millis()).unwrap_or(i64::MAX)),
            )
        };
        let cleared = app.db.write(move |conn| {
            let sessions = sessions::clear_ended(conn, now)?;
            let answers = edits::forget_before(conn, before(ANSWERS_KEPT))?;
            let mails = mail::outbox::clear_sent(conn, before(MAIL_KEPT))?;
            let links = links::clear_expired(conn, before(LINKS_KEPT))?;
            devices::clear_unused(conn, before(DEVICES_KEPT))?;
            sources::clear_old(conn, now)?;
            embedding::clear_ended(conn, now)?;
            ceremonies::clear_ended(conn, now)?;
            live::presence::clear_left(conn, now)?;
            Ok::<_, StoreError>((sessions, answers, mails, links))
        });
        match cleared.await {
            Ok((sessions, answers, mails, links)) => {
                tracing::debug!(sessions, answers, mails, links, "cleared away");
            }
            Err(error) => tracing::warn!(%error, "old sessions and answers could not be cleared away"),
        }
    }
}

fn connection(
    builder: &Builder<TokioExecutor>,
    router: Router,
    stream: TcpStream,
    peer: SocketAddr,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>> + Send + use<>
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers may wait for each other");
    }
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    builder
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .into_owned()
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Ready when the process is told to stop: by Ctrl-C, or by SIGTERM.
pub async fn told_to_stop() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C will not be noticed");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM will not be noticed");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}
