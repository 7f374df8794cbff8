//! Answers in the language of whoever asks, over HTTP, on both databases: French and Spanish beside English.
#![cfg(not(target_arch = "wasm32"))]

use reqwest::Method;
use scenarios::http::make::{retype, user};
use scenarios::http::{Session, TestApp, on_both};
use shared::text::{Language, Words, catalogue};
use shared::user::ProfileField;
use shared::wire::SignIn;

async fn clinic(app: &TestApp) -> Session {
    app.put_world("decoda").await;
    app.as_person("ana").await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_in_particular_is_answered_in_the_language_of_their_browser() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let body = SignIn {
            email: "nobody@riverside.example".to_owned(),
            password: "wrong, and long enough".to_owned(),
        };
        let browser = app.anonymous();
        for (asked, title) in [
            (
                "fr-CA, en;q=0.5",
                "Cet e-mail et ce mot de passe ne permettent pas de se connecter",
            ),
            ("es", "Con este correo y esta contraseña no se puede iniciar sesión"),
            ("tlh", "This e-mail and password cannot be used to sign in"),
        ] {
            let request = browser.request(Method::POST, "/api/v1/sign-in").json(&body);
            let answer = browser.send(request.header("accept-language", asked)).await;
            let problem = answer.expect_status(401).problem();
            assert_eq!(problem.title, title);
            assert_eq!(problem.kind, "/problems/sign-in-refused");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_is_answered_in_the_language_that_they_prefer() {
    on_both(async |app| {
        let ana = clinic(&app).await;
        for (language, nothing, cursor, column) in [
            (
                "fr",
                "Il n’y a rien ici",
                "La requête ne peut pas être exécutée",
                "Statut",
            ),
            ("es", "Aquí no hay nada", "La petición no se puede ejecutar", "Estado"),
            (
                "en",
                "There is nothing here",
                "The request cannot be carried out",
                "Status",
            ),
        ] {
            ana.must(retype("ana", &[(ProfileField::Language, language)]), &[])
                .await;
            // What the browser likes does not count any more.
            let ask = async |path: &str| {
                let request = ana.request(Method::GET, path).header("accept-language", "de, fr;q=0.1");
                ana.send(request).await
            };
            let missing = ask(&format!("/api/v1/users/{}", user("nobody"))).await;
            assert_eq!(missing.expect_status(404).problem().title, nothing);
            let problem = ask("/api/v1/users?after=nonsense").await.expect_status(400).problem();
            assert_eq!(problem.title, cursor);
            let file = ask("/api/v1/users/export").await.expect_status(200);
            let head = file.body.lines().next().unwrap_or_default();
            assert!(head.contains(column), "{head}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_a_language_are_served_once_and_for_all() {
    on_both(async |app| {
        let browser = app.anonymous();
        for language in Language::ALL {
            let path = format!("/words/{}", catalogue::file(language));
            let answer = browser.get(&path).await.expect_status(200);
            assert_eq!(Words::parse(&answer.body).expect("words").language(), language);
            let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
            assert_eq!(header("cache-control"), Some("public, max-age=31536000, immutable"));
            assert_eq!(header("content-type"), Some("text/plain; charset=utf-8"));
            let request = browser.request(Method::GET, &path).header("accept-encoding", "br");
            let (headers, bytes) = browser.raw(request).await;
            assert_eq!(
                headers.get("content-encoding").and_then(|value| value.to_str().ok()),
                Some("br")
            );
            assert!(bytes * 2 < answer.body.len(), "{bytes} bytes");
        }
        // Those of another build are not there; a page in their place would be read as words.
        browser.get("/words/fr-0000000000000000.txt").await.expect_status(404);
    })
    .await;
}
