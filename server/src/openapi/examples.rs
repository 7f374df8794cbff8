//! Examples of what is sent and answered: bodies as data, errors as the server words them.

use serde_json::{Map, Value, json};
use shared::import::{Table, TableError};
use shared::policy::Power;

use crate::accounts::embedding::EmbedError;
use crate::accounts::factors::FactorError;
use crate::accounts::invitations::InvitationError;
use crate::accounts::openid::Undiscovered;
use crate::accounts::passwords::PasswordError;
use crate::accounts::pins::PinError;
use crate::accounts::second_step::StepError;
use crate::accounts::sign_in::SignInError;
use crate::bulk::{BulkError, PEOPLE_AT_MOST};
use crate::edits::EditError;
use crate::http::API;
use crate::http::problem::ApiError;
use crate::imports::ImportError;
use crate::queries::QueryError;

/// By operation ("get /me"): `requests` and `responses` are whole bodies; `problems` has, by the kind, what a problem says
/// beyond its title and detail.
const EXAMPLES: &str = include_str!("examples.json");

/// Gives an example to every body and every answer of the document that has none yet.
pub(super) fn complete(document: &mut Value) {
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let name = format!("{method} {}", path.strip_prefix(API).unwrap_or(path));
            of_operation(&name, operation, &examples);
        }
    }
}

fn of_operation(name: &str, operation: &mut Value, examples: &Value) {
    let known = |what: &str| examples.get(what).and_then(|all| all.get(name));
    let tag = operation
        .pointer("/tags/0")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if let (Some(body), Some(example)) = (operation.get_mut("requestBody"), known("requests")) {
        for media in without_example(body) {
            media.insert("example".to_owned(), example.clone());
        }
    }
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in responses.into_iter().flatten() {
        if status.starts_with('2') {
            for media in without_example(response) {
                if let Some(example) = known("responses") {
                    media.insert("example".to_owned(), example.clone());
                }
            }
            continue;
        }
        let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
        let mut problems: Vec<(String, Value)> = kinds(description)
            .into_iter()
            .filter_map(|kind| {
                let more = known("problems").and_then(|all| all.get(&kind));
                problem(&kind, &tag, more).map(|problem| (kind, problem))
            })
            .collect();
        for media in without_example(response) {
            if problems.len() > 1 {
                let all: Map<String, Value> = problems
                    .drain(..)
                    .map(|(kind, problem)| (kind, json!({"value": problem})))
                    .collect();
                media.insert("examples".to_owned(), all.into());
            } else if let Some((_, problem)) = problems.pop() {
                media.insert("example".to_owned(), problem);
            }
        }
    }
}

fn without_example(body: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    content
        .into_iter()
        .flatten()
        .filter_map(|(_, media)| media.as_object_mut())
        .filter(|media| !media.contains_key("example") && !media.contains_key("examples"))
}

/// The kinds of problems that a description names: `/problems/not-found`, and `…-empty` for another of the family of the
/// first one.
fn kinds(description: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for quoted in description.split('`').skip(1).step_by(2) {
        if let Some(kind) = quoted.strip_prefix("/problems/") {
            found.push(kind.to_owned());
        } else if let Some(rest) = quoted.strip_prefix('…') {
            let family = found
                .first()
                .and_then(|kind| kind.split('-').next())
                .unwrap_or_default();
            found.push(format!("{family}{rest}"));
        }
    }
    found
}

fn problem(kind: &str, tag: &str, more: Option<&Value>) -> Option<Value> {
    let error = error(kind, tag)?;
    let mut problem = serde_json::to_value(error.problem()).ok()?;
    if let (Some(problem), Some(more)) = (problem.as_object_mut(), more.and_then(Value::as_object)) {
        problem.extend(more.clone());
    }
    Some(problem)
}

fn unusable_provider(why: Undiscovered) -> ApiError {
    crate::http::identity_provider::unusable(why, "https://id.riverside.example")
}

/// An error of a kind, worded as it is for the resources with this tag.
fn error(kind: &str, tag: &str) -> Option<ApiError> {
    let roster = |error: TableError| ImportError::File(error).into();
    Some(match kind {
        "forbidden" => match tag {
            "imports" => ImportError::Forbidden.into(),
            "audit" => QueryError::PowerMissing(Power::Audit).into(),
            "embedding" => QueryError::PowerMissing(Power::Embedding).into(),
            "policy" => QueryError::PowerMissing(Power::Policy).into(),
            "roles" => QueryError::PowerMissing(Power::Roles).into(),
            "sites" => QueryError::PowerMissing(Power::Sites).into(),
            _ => QueryError::PowerMissing(Power::Users).into(),
        },
        "not-found" => ApiError::not_found(),
        "malformed-query" => ApiError::malformed("query", "limit: invalid digit found in string"),
        "cursor-unknown" => QueryError::BadCursor.into(),
        "too-large" => ApiError::too_large(),
        "too-many-requests" => ApiError::too_many_requests(),
        "too-many-subjects" => crate::http::facts::too_many_subjects(),
        "too-many-people" => BulkError::TooMany(PEOPLE_AT_MOST.saturating_add(1)).into(),
        "plan-changed" => BulkError::Changed.into(),
        "idempotency-key-used" if tag == "bulk" => BulkError::KeyUsed.into(),
        "idempotency-key-used" => EditError::KeyUsed.into(),
        "id-taken" => EditError::IdTaken.into(),
        "seen-revision-missing" => EditError::RevisionMissing.into(),
        "policy-changed" => EditError::PolicyChanged(shared::ids::Revision(4)).into(),
        "provider-changed" => EditError::ProviderChanged.into(),
        "provider-no-answer" => unusable_provider(Undiscovered::NoAnswer(String::new())),
        "provider-no-description" => unusable_provider(Undiscovered::NoDescription(String::new())),
        "provider-other-issuer" => unusable_provider(Undiscovered::OtherIssuer(
            "https://id.riverside.example/staff".to_owned(),
        )),
        "refused" => ApiError::refused(shared::Verdict::default()),
        "changed-meanwhile" => ApiError::newer_facts(),
        "import-running" => ImportError::Running.into(),
        "import-done" => ImportError::Done.into(),
        "import-not-done" => ImportError::NotDone.into(),
        "import-changed" => ImportError::Changed.into(),
        "import-not-ready" => ImportError::NotReady(2).into(),
        "roster-not-text" => roster(TableError::NotText),
        "roster-empty" => roster(TableError::Empty),
        "roster-no-header" => roster(TableError::NoHeader),
        "roster-ragged" => roster(TableError::Ragged {
            row: 7,
            cells: 11,
            expected: 12,
        }),
        "roster-quote-open" => roster(TableError::QuoteOpen { row: 7 }),
        "roster-too-many-rows" => roster(TableError::TooManyRows {
            at_most: Table::ROWS_AT_MOST,
        }),
        "roster-too-large" => roster(TableError::TooLarge {
            at_most: crate::imports::BYTES_AT_MOST,
        }),
        "sign-in-refused" => SignInError::Refused.into(),
        "password-change-needed" => SignInError::PasswordChangeNeeded.into(),
        "temporary-password-expired" => SignInError::TemporaryExpired { hours: 72 }.into(),
        "provider-unreachable" => crate::accounts::openid::BeginError::Unreachable.into(),
        "sign-in-by-provider" => SignInError::ByProvider {
            name: "Riverside ID".to_owned(),
        }
        .into(),
        "too-many-failures" => ApiError::wait(std::time::Duration::from_secs(300)),
        "pin-refused" => PinError::Refused.into(),
        "pin-used-up" => PinError::UsedUp.into(),
        "pin-unusable" => crate::http::devices::unusable(shared::device::PinFault::Obvious),
        "second-factor-wanted" => ApiError::second_factor_wanted(),
        "second-step-refused" => StepError::Wrong.into(),
        "sign-in-over" => StepError::NotBegun.into(),
        "factor-not-proved" => FactorError::NotProved.into(),
        "factor-there" => FactorError::There.into(),
        "factor-required" => FactorError::Required.into(),
        "password-too-short" => FactorError::PasswordTooShort.into(),
        "no-passkeys" => FactorError::NoPasskeys.into(),
        "fresh-authentication-needed" => ApiError::proof_needed(),
        "api-key-refused" => ApiError::api_key_refused(),
        "api-key-in-browser" => ApiError::key_in_browser(),
        "origin-not-allowed" => ApiError::origin_not_allowed(),
        "embed-session-ended" => ApiError::embed_session_ended(),
        "outside-embedding" => ApiError::outside_embedding(),
        "beyond-key" => EmbedError::BeyondKey.into(),
        "nobody-to-embed" => EmbedError::Nobody.into(),
        "link-unknown" => InvitationError::Unknown.into(),
        "link-not-open" => InvitationError::NotOpen.into(),
        "answers-unusable" => crate::http::accounts::answers_unusable("First name is missing."),
        "password-unusable" => SignInError::Password(PasswordError::TooShort { at_least: 15 }).into(),
        _ => return None,
    })
}
