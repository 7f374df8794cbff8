//! The description of the API: collected from the handlers, completed with what all of them have in common, and written
//! in an order that stays the same.

use axum::http::StatusCode;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use crate::http::problem::{ApiError, PROBLEM_JSON};
use crate::http::session::COOKIE_NAME;
use crate::http::{
    API, accounts, audit, bulk, cases, devices, edits, embedding, exports, factors, facts, identity_provider, imports,
    live, mail, policy, provider, roles, second_step, sessions, sign_in, sites, users,
};

mod examples;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Lanyard",
        description = "Users and roles of organisations with many sites.\n\n\
            Every change is one `POST /api/v1/edits`, judged by the same rules in the browser and in the server. Errors are \
            problem details (RFC 9457) whose `type` is stable.\n\n\
            Requests that change something must show where they come from: browsers do so by themselves, programs send \
            `Origin` with the address of the server.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "sign-in", description = "Signing in and out"),
        (name = "accounts", description = "Invitations and passwords by mail"),
        (name = "account", description = "One's own password and second factors"),
        (name = "edits", description = "The one door for changes"),
        (name = "users", description = "People and their accounts"),
        (name = "facts", description = "What edits are judged by"),
        (name = "roles", description = "Who holds which role where"),
        (name = "sites", description = "Sites, and what lies in them"),
        (name = "audit", description = "The record of all changes"),
        (name = "imports", description = "Staff rosters"),
        (name = "bulk", description = "One action for many people"),
        (name = "live", description = "Changes as they happen, and who else is there"),
        (name = "embedding", description = "Lanyard in other applications' pages"),
        (name = "policy", description = "All rules and words of an organisation"),
    ),
    components(schemas(shared::wire::Problem, shared::wire::UserTab, shared::wire::UserSort)),
    security(("session" = []))
)]
struct Base;

/// All routes of the API with their descriptions.
pub(crate) fn routes() -> OpenApiRouter<App> {
    let resources = sign_in::routes()
        .merge(provider::routes())
        .merge(identity_provider::routes())
        .merge(second_step::routes())
        .merge(factors::routes())
        .merge(accounts::routes())
        .merge(mail::routes())
        .merge(edits::routes())
        .merge(sessions::routes())
        .merge(devices::routes())
        .merge(embedding::routes())
        .merge(users::routes())
        .merge(cases::routes())
        .merge(facts::routes())
        .merge(roles::routes())
        .merge(sites::routes())
        .merge(audit::routes())
        .merge(imports::routes())
        .merge(exports::routes())
        .merge(bulk::routes())
        .merge(policy::routes())
        .merge(live::routes());
    OpenApiRouter::with_openapi(Base::openapi()).nest(API, resources)
}

/// The whole description as JSON: the same text for the same API.
pub fn document() -> String {
    text(routes().into_openapi())
}

pub(crate) fn text(mut document: utoipa::openapi::OpenApi) -> String {
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let components = document.components.get_or_insert_with(Components::new);
    let cookie = ApiKeyValue::with_description(COOKIE_NAME, "A session, begun by POST /api/v1/sign-in");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let bearer = |text: &str| {
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(text))
                .build(),
        )
    };
    let key = "A key that begins with `lyk_`, made in the console under Settings › Embedding";
    components.add_security_scheme("api_key", bearer(key));
    let token =
        "A token that begins with `lyt_`, made by POST /api/v1/embed/sessions; it opens the routes of its elements";
    components.add_security_scheme("token", bearer(token));
    for item in document.paths.paths.values_mut() {
        for (method, operation) in operations(item) {
            add_common_errors(method, operation);
        }
    }
    let mut value = serde_json::to_value(&document).unwrap_or_default();
    examples::complete(&mut value);
    let mut text = serde_json::to_string_pretty(&sorted(value)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Safe,
    Unsafe,
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let safe = [(Method::Safe, &mut item.get), (Method::Safe, &mut item.head)];
    let changing =
        [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch].map(|found| (Method::Unsafe, found));
    safe.into_iter()
        .chain(changing)
        .filter_map(|(method, found)| found.as_mut().map(|found| (method, found)))
}

/// Errors that any route may answer with, where it does not describe them itself.
fn add_common_errors(method: Method, operation: &mut Operation) {
    let mut common = vec![
        ApiError::malformed("query", "limit: invalid digit found in string"),
        ApiError::server_error(),
        ApiError::busy(),
    ];
    // No security of its own means that of the whole document: a session.
    if operation.security.is_none() {
        common.push(ApiError::not_signed_in());
    }
    if operation.request_body.is_some() {
        common.extend([
            ApiError::too_large(),
            ApiError::unsupported_media_type("application/json"),
        ]);
    }
    if method == Method::Unsafe {
        common.push(ApiError::other_site("https://users.example.com"));
    }
    let in_path = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path);
    if operation
        .parameters
        .as_ref()
        .is_some_and(|parameters| parameters.iter().any(in_path))
    {
        common.push(ApiError::not_found());
    }
    for error in common {
        let status = error.status();
        operation
            .responses
            .responses
            .entry(status.as_u16().to_string())
            .or_insert_with(|| RefOr::T(response(status, &error)));
    }
}

fn response(status: StatusCode, error: &ApiError) -> utoipa::openapi::Response {
    let problem = error.problem();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(problem).ok())
        .build();
    let reason = status.canonical_reason().unwrap_or_default();
    ResponseBuilder::new()
        .description(format!("`{}`: {reason}", problem.kind))
        .content(PROBLEM_JSON, content)
        .build()
}

/// Objects with their keys in order, whatever map serde was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|(left, _), (right, _)| left.cmp(right));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}
