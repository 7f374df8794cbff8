//! What `/metrics` shows, in the text format of Prometheus.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use shared::Outcome;

/// The media type of what [`Metrics::text`] gives.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From a list out of memory to a request at its time limit, in seconds.
const LATENCIES: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// A route as the router names it (`/api/v1/users/{id}`), so that ids do not make series.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decision {
    outcome: OutcomeLabel,
    judged: Judged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OutcomeLabel(Outcome);

impl std::hash::Hash for OutcomeLabel {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        name(self.0).hash(state);
    }
}

impl EncodeLabelValue for OutcomeLabel {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), std::fmt::Error> {
        name(self.0).encode(encoder)
    }
}

fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Refused => "refused",
        Outcome::Undecided => "undecided",
        Outcome::NeedsConfirmation => "needs_confirmation",
        Outcome::Allowed => "allowed",
    }
}

/// What a decision was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "the names are the values of the label")]
pub enum Judged {
    /// To be carried out.
    edit,
    /// Only judged.
    dry_run,
}

/// How attempts to sign in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "the names are the values of the label")]
pub enum SignInOutcome {
    signed_in,
    refused,
    password_change_needed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignInLabels {
    outcome: SignInOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    state: ConnectionState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "the names are the values of the label")]
enum ConnectionState {
    idle,
    busy,
}

type Latency = Family<Route, Histogram, fn() -> Histogram>;

/// All counters of one server.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Request, Counter>,
    latency: Latency,
    under_way: Gauge<i64, AtomicI64>,
    decisions: Family<Decision, Counter>,
    sign_ins: Family<SignInLabels, Counter<u64, AtomicU64>>,
    connections: Family<Connections, Gauge>,
    sessions: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("lanyard");
        let histogram: fn() -> Histogram = || Histogram::new(LATENCIES);
        let metrics = Self {
            registry: Arc::default(),
            requests: Family::default(),
            latency: Family::new_with_constructor(histogram),
            under_way: Gauge::default(),
            decisions: Family::default(),
            sign_ins: Family::default(),
            connections: Family::default(),
            sessions: Gauge::default(),
        };
        registry.register(
            "http_requests",
            "Requests answered, by route and status",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from the request's headers to the answer's",
            Unit::Seconds,
            metrics.latency.clone(),
        );
        registry.register(
            "http_requests_under_way",
            "Requests not answered yet",
            metrics.under_way.clone(),
        );
        registry.register(
            "decisions",
            "Edits judged, by what the verdict came to",
            metrics.decisions.clone(),
        );
        registry.register(
            "sign_ins",
            "Attempts to sign in, by how they ended",
            metrics.sign_ins.clone(),
        );
        registry.register(
            "database_connections",
            "Connections to the database",
            metrics.connections.clone(),
        );
        registry.register("sessions", "Sessions that are open", metrics.sessions.clone());
        Self {
            registry: Arc::new(registry),
            ..metrics
        }
    }
}

impl Metrics {
    /// A request began; it is under way until the answer is dropped.
    pub(crate) fn request_begins(&self) -> UnderWay {
        self.under_way.inc();
        UnderWay(self.under_way.clone())
    }

    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.latency
            .get_or_create(&Route {
                method: method.clone(),
                route: route.clone(),
            })
            .observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { method, route, status }).inc();
    }

    /// An edit was judged.
    pub fn decided(&self, outcome: Outcome, judged: Judged) {
        self.decisions
            .get_or_create(&Decision {
                outcome: OutcomeLabel(outcome),
                judged,
            })
            .inc();
    }

    pub(crate) fn sign_in(&self, outcome: SignInOutcome) {
        self.sign_ins.get_or_create(&SignInLabels { outcome }).inc();
    }

    /// Sets what is only read when somebody asks.
    pub(crate) fn observe(&self, idle_connections: u32, busy_connections: u32, sessions: i64) {
        let connections = |state| self.connections.get_or_create_owned(&Connections { state });
        connections(ConnectionState::idle).set(i64::from(idle_connections));
        connections(ConnectionState::busy).set(i64::from(busy_connections));
        self.sessions.set(sessions);
    }

    /// Everything, in the text format.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Counts a request as under way while it lives.
#[derive(Debug)]
pub(crate) struct UnderWay(Gauge<i64, AtomicI64>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_family_with_its_labels() {
        let metrics = Metrics::default();
        metrics.request("GET", "/api/v1/users/{id}", 404, Duration::from_millis(3));
        metrics.decided(Outcome::NeedsConfirmation, Judged::dry_run);
        metrics.sign_in(SignInOutcome::refused);
        metrics.observe(3, 1, 7);
        let under_way = metrics.request_begins();
        let text = metrics.text().unwrap();
        for line in [
            "lanyard_http_requests_total{method=\"GET\",route=\"/api/v1/users/{id}\",status=\"404\"} 1",
            "lanyard_http_request_duration_seconds_bucket{le=\"0.005\",method=\"GET\",route=\"/api/v1/users/{id}\"} 1",
            "lanyard_http_requests_under_way 1",
            "lanyard_decisions_total{outcome=\"needs_confirmation\",judged=\"dry_run\"} 1",
            "lanyard_sign_ins_total{outcome=\"refused\"} 1",
            "lanyard_database_connections{state=\"busy\"} 1",
            "lanyard_sessions 7",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        drop(under_way);
        assert!(metrics.text().unwrap().contains("lanyard_http_requests_under_way 0"));
    }
}
