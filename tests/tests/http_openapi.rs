//! The description of the API: it is whole, it is about every route there is, and it changes on purpose only.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p scenarios --test http_openapi` records it anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, reason = "a description without it is a failed test")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use reqwest::Method;
use scenarios::http::make::user;
use scenarios::http::{Backend, TestApp};
use serde_json::Value;

async fn document() -> (TestApp, Value) {
    let app = TestApp::start(Backend::Sqlite).await;
    let answer = app.anonymous().get("/api/openapi.json").await.expect_status(200);
    assert_eq!(
        answer.headers.get("content-type").and_then(|value| value.to_str().ok()),
        Some("application/json")
    );
    let document = answer.json();
    (app, document)
}

/// Every operation: method, path, itself.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            found.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    found
}

fn each(value: &Value, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                visit(key, value);
                each(value, visit);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| each(value, visit)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let (_app, document) = document().await;
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    let mut used = BTreeSet::new();
    each(&document, &mut |key, value| {
        if let ("$ref", Some(target)) = (key, value.as_str()) {
            let pointer = target.strip_prefix('#').expect("within the document");
            assert!(document.pointer(pointer).is_some(), "{target} leads nowhere");
            used.insert(target.rsplit('/').next().unwrap_or_default().to_owned());
        }
    });
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let unused: Vec<&String> = schemas.keys().filter(|name| !used.contains(*name)).collect();
    assert_eq!(unused, Vec::<&String>::new());
    assert!(schemas.len() > 50, "only {} schemas", schemas.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_says_what_it_is_and_what_can_go_wrong() {
    let (_app, document) = document().await;
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let what = format!("{method} {path}");
        assert!(path.starts_with("/api/v1/"), "{what}");
        assert!(
            operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()),
            "{what} has no summary"
        );
        assert!(
            operation["tags"].as_array().is_some_and(|tags| tags.len() == 1),
            "{what} has no tag"
        );
        assert!(
            names.insert(operation["operationId"].to_string()),
            "{what}: its id is another's too"
        );
        let responses = operation["responses"].as_object().expect("responses");
        assert!(
            // What a browser comes to from elsewhere leads on.
            responses.keys().any(|status| status.starts_with(['2', '3'])),
            "{what} never succeeds"
        );
        let open = operation["security"].is_array();
        for status in ["400", "500", "503"]
            .iter()
            .chain(if open { [].iter() } else { ["401"].iter() })
        {
            assert!(responses.contains_key(*status), "{what} does not describe {status}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| *status >= &"400".to_owned()) {
            let content = &response["content"]["application/problem+json"];
            assert_eq!(
                content["schema"]["$ref"], "#/components/schemas/Problem",
                "{what} {status}"
            );
            assert!(
                response["description"]
                    .as_str()
                    .is_some_and(|text| text.contains("/problems/") || !text.is_empty())
            );
        }
        for (status, response) in responses.iter().filter(|(status, _)| *status < &"300".to_owned()) {
            let described = response["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described, "{what} {status}");
        }
        let body = &operation["requestBody"]["content"]["application/json"];
        assert!(
            body.is_null() || body["example"].is_object() || body["examples"].is_object(),
            "{what}: its body has no example"
        );
    }
}

/// Examples are read by those who write clients: they parse as what they are examples of.
#[tokio::test(flavor = "multi_thread")]
async fn examples_are_what_the_server_takes_and_gives() {
    let (_app, document) = document().await;
    let post = &document["paths"]["/api/v1/edits"]["post"];
    let mut proposals = 0;
    for example in post["requestBody"]["content"]["application/json"]["examples"]
        .as_object()
        .expect("examples")
        .values()
    {
        serde_json::from_value::<shared::wire::Proposal>(example["value"].clone()).expect("a proposal");
        proposals += 1;
    }
    assert!(proposals >= 2);
    let example = |path: &str| {
        document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"].clone()
    };
    serde_json::from_value::<shared::wire::UserPage>(example("/api/v1/users")).expect("a page of users");
    serde_json::from_value::<shared::wire::RolesView>(example("/api/v1/roles")).expect("holders of roles");
    serde_json::from_value::<shared::wire::SitesView>(example("/api/v1/sites")).expect("people at sites");
    serde_json::from_value::<shared::wire::AuditPage>(example("/api/v1/audit")).expect("a page of the record");
    serde_json::from_value::<shared::wire::Administrators>(example("/api/v1/administrators")).expect("names");
    let accepted = &post["responses"]["200"]["content"]["application/json"]["example"];
    serde_json::from_value::<shared::wire::Accepted>(accepted.clone()).expect("an answer to an edit");
    each(&document, &mut |key, value| {
        if key == "application/problem+json" && !value["example"].is_null() {
            serde_json::from_value::<shared::wire::Problem>(value["example"].clone()).expect("a problem");
        }
    });
}

/// Every example of a media type, by itself.
fn examples(media: &Value) -> Vec<&Value> {
    let named = media["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| &example["value"]);
    media.get("example").into_iter().chain(named).collect()
}

/// Whether an example is what its schema is about, for the schemas that stand at the top of a body.
fn parses(schema: &str, example: &Value) -> Result<(), String> {
    use shared::{bulk, import, policy, wire};
    macro_rules! as_one_of {
        ($($module:ident::$name:ident),* $(,)?) => {
            match schema {
                $(stringify!($name) => serde_json::from_value::<$module::$name>(example.clone())
                    .map(drop)
                    .map_err(|error| error.to_string()),)*
                // What another standard describes (WebAuthn) is an object, and no type of ours.
                "" if example.is_object() => Ok(()),
                _ => Err("a type that the test does not know".to_owned()),
            }
        };
    }
    as_one_of!(
        bulk::BulkAsk,
        bulk::BulkJob,
        bulk::BulkPeople,
        bulk::BulkPlan,
        bulk::BulkRun,
        import::Choices,
        import::ImportRun,
        import::ImportView,
        import::Progress,
        policy::PolicyAsk,
        policy::PolicyChecked,
        policy::PolicyComparison,
        policy::PolicyPresets,
        policy::PolicyPreview,
        policy::PolicyProposal,
        policy::PolicyRevised,
        policy::PolicyRevision,
        policy::PolicySource,
        policy::PolicyVersionView,
        policy::PolicyView,
        shared::Facts,
        wire::AcceptInvitation,
        wire::Accepted,
        wire::Administrators,
        wire::AuthenticatorCode,
        wire::AuthenticatorSetUp,
        wire::ChangeOwnPassword,
        wire::OwnFactors,
        wire::RecoveryCodes,
        wire::SecondStep,
        wire::SecondStepNeeded,
        wire::AuditPage,
        wire::BeginProvider,
        wire::CasePage,
        wire::ChangePassword,
        wire::HoldersPage,
        wire::ForgotPassword,
        wire::InvitationView,
        wire::LinkToken,
        wire::MailResent,
        wire::Me,
        wire::PasswordJudgement,
        wire::PasswordToJudge,
        wire::Problem,
        wire::Proposal,
        wire::ProviderAddress,
        wire::MembersPage,
        wire::ResetPassword,
        wire::ResetView,
        wire::RolesView,
        wire::CheckProvider,
        wire::ChoosePin,
        wire::DeviceList,
        wire::EmbedRequest,
        wire::EmbedToken,
        wire::EmbeddingView,
        wire::IdentityProviderView,
        wire::PinSignIn,
        wire::PinView,
        wire::AtUser,
        wire::OthersHere,
        wire::ThisDevice,
        wire::SetProvider,
        wire::SessionList,
        wire::SessionState,
        wire::SignIn,
        wire::SignInWays,
        wire::SitesView,
        wire::UndeliveredMail,
        wire::UserPage,
        wire::UserView,
    )
}

/// Bodies, answers and errors: each has an example, and each example can be read as what it is of.
#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_sent_has_an_example() {
    let (_app, document) = document().await;
    let mut wrong = Vec::new();
    for (method, path, operation) in operations(&document) {
        let answers = operation["responses"].as_object().expect("responses");
        let all = answers.iter().map(|(status, answer)| (status.as_str(), answer));
        for (what, described) in all.chain([("body", &operation["requestBody"])]) {
            for (kind, media) in described["content"].as_object().into_iter().flatten() {
                let what = format!("{method} {path} {what} {kind}");
                let given = examples(media);
                if given.is_empty() {
                    wrong.push(format!("{what}: no example"));
                }
                let schema = media["schema"]["$ref"].as_str().unwrap_or_default();
                for example in given.into_iter().filter(|_| kind.ends_with("json")) {
                    let name = schema.rsplit('/').next().unwrap_or_default();
                    if let Err(error) = parses(name, example) {
                        wrong.push(format!("{what}: {name}: {error}"));
                    }
                    if kind == "application/problem+json"
                        && what.split(' ').nth(2) != Some(&example["status"].to_string())
                    {
                        wrong.push(format!("{what}: the example has the status {}", example["status"]));
                    }
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What is described is there, and with the methods that are described only.
#[tokio::test(flavor = "multi_thread")]
async fn every_described_operation_is_answered_and_no_other_method_is() {
    let (app, document) = document().await;
    let nobody = app.anonymous();
    let all = operations(&document);
    let paths: BTreeSet<&String> = all.iter().map(|(_, path, _)| path).collect();
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let described = all.iter().any(|(other, its, _)| other == method && its == path);
            let at = path.replace("{id}", &user("nobody").to_string());
            let request = nobody.request(Method::from_bytes(method.as_bytes()).expect("a method"), &at);
            let answer = nobody.send(request).await;
            assert_eq!(
                answer.status != 405,
                described,
                "{method} {path}: {} {}",
                answer.status,
                answer.body
            );
            assert_ne!(answer.status, 404, "{method} {path}");
            if !described {
                assert!(answer.headers.contains_key("allow"), "{method} {path}");
                assert_eq!(answer.problem().kind, "/problems/method-not-allowed");
            }
        }
    }
    // Beside them there is nothing below /api.
    for path in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/me"] {
        assert_eq!(
            nobody.get(path).await.expect_status(404).problem().kind,
            "/problems/not-found",
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_the_recorded_one() {
    let (app, _) = document().await;
    let now = app.anonymous().get("/api/openapi.json").await.body;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(&path, now).expect("the description is written");
        return;
    }
    let recorded = std::fs::read_to_string(&path).expect("the recorded description");
    for (line, (now, recorded)) in now.lines().zip(recorded.lines()).enumerate() {
        assert_eq!(now, recorded, "line {} of tests/snapshots/openapi.json", line + 1);
    }
    assert_eq!(now.len(), recorded.len());
    assert_eq!(now, server::openapi::document(), "the command line prints the same");
}
