//! Every route that the API describes, called by those who may not.

use reqwest::Method;
use serde_json::Value;

use super::Target;
use super::bystander::{Statuses, beside};
use crate::http::Session;
use crate::process::Outcome;

/// One operation of the description.
#[derive(Clone, Debug)]
struct Operation {
    method: Method,
    path: String,
    /// It may be called without a session.
    is_open: bool,
}

/// What `/api/openapi.json` lists; parameters of paths are filled with something of their form.
async fn operations(session: &Session) -> Outcome<Vec<Operation>> {
    let description: Value = serde_json::from_str(&session.get("/api/openapi.json").await.body)?;
    let paths = description.get("paths").and_then(Value::as_object);
    let mut operations = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            let security = operation.get("security").and_then(Value::as_array);
            let is_open = security.is_some_and(|ways| {
                ways.iter()
                    .any(|way| way.as_object().is_some_and(serde_json::Map::is_empty))
            });
            operations.push(Operation {
                method,
                path: filled(path),
                is_open,
            });
        }
    }
    Ok(operations)
}

fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{role}" | "{product}" | "{kind}" => "x",
        part if part.starts_with('{') => "0198f000-0000-7000-8000-000000000000",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whatever needs a session says so, and nothing else, to who has none.
pub(super) async fn without_a_session(target: &mut Target) -> Outcome<()> {
    let what = "every route, without a session";
    let nobody = target.nobody.clone();
    let operations = operations(&nobody).await?;
    let mut let_in = Vec::new();
    let attack = async {
        let mut statuses = Statuses::new();
        for operation in operations.iter().filter(|operation| !operation.is_open) {
            let mut request = nobody.request(operation.method.clone(), &operation.path);
            if !is_safe(&operation.method) {
                request = request.json(&serde_json::json!({}));
            }
            let status = request.send().await?.status().as_u16();
            *statuses.entry(status).or_default() += 1;
            if status != 401 {
                let_in.push(format!("{} {}: {status}", operation.method, operation.path));
            }
        }
        Ok(((), statuses))
    };
    let (_, statuses) = beside(target, what, attack).await?;
    target.must(let_in.is_empty(), format!("{what}: {}", let_in.join(", ")));
    target.must(
        statuses.values().sum::<u32>() > 20,
        format!("{what}: there are too few"),
    );
    Ok(())
}

/// Whatever changes something is refused when another site makes the browser of somebody who is signed in send it.
pub(super) async fn from_another_site(target: &mut Target) -> Outcome<()> {
    let what = "every unsafe route, from other sites and as forms";
    let ana = target.ana.clone();
    let operations = operations(&ana).await?;
    let mut let_in = Vec::new();
    let attack = async {
        let mut statuses = Statuses::new();
        for operation in operations.iter().filter(|operation| !is_safe(&operation.method)) {
            let send = |headers: &'static [(&'static str, &'static str)]| {
                let client = reqwest::Client::builder().no_proxy().build();
                let (ana, operation) = (&ana, operation.clone());
                async move {
                    let mut request = client?
                        .request(operation.method, format!("{}{}", ana.base(), operation.path))
                        .header("cookie", ana.cookie().unwrap_or_default())
                        .body("{}");
                    for (name, value) in headers {
                        request = request.header(*name, *value);
                    }
                    Ok::<_, reqwest::Error>(request.send().await?.status().as_u16())
                }
            };
            const JSON: (&str, &str) = ("content-type", "application/json");
            for (headers, expected) in [
                (&[("sec-fetch-site", "cross-site"), JSON][..], 403),
                (&[("sec-fetch-site", "same-site"), JSON][..], 403),
                (&[("origin", "https://evil.example"), JSON][..], 403),
                (&[("origin", "null"), JSON][..], 403),
                (&[JSON][..], 403),
                (
                    &[("sec-fetch-site", "same-origin"), ("content-type", "text/plain")][..],
                    415,
                ),
            ] {
                let status = send(headers).await?;
                *statuses.entry(status).or_default() += 1;
                if status != expected {
                    let_in.push(format!("{} {} {headers:?}: {status}", operation.method, operation.path));
                }
            }
        }
        Ok(((), statuses))
    };
    beside(target, what, attack).await?;
    target.must(let_in.is_empty(), format!("{what}: {}", let_in.join(", ")));
    Ok(())
}
