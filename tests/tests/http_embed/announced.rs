//! Whoever administers embedding hears of each key and each origin (X7).

use scenarios::http::make::email;
use scenarios::http::smtp::MailServer;
use scenarios::http::{TestApp, on_both};
use shared::Edit;

use crate::host::{PORTAL, everything, make_key};

#[tokio::test(flavor = "multi_thread")]
async fn x7_whoever_administers_embedding_hears_of_keys_and_origins_and_nobody_else_does() {
    on_both(async |app| {
        app.put_world("decoda").await;
        let ana = app.as_person("ana").await;
        let mail = MailServer::start(&[]).await;
        let _sending = TestApp::join_with(app.database(), |config| mail.set(config)).await;
        let origin = PORTAL.to_owned();

        ana.must(Edit::AllowOrigin { origin: origin.clone() }, &[]).await;
        // Also who did it: it may have been somebody at her browser.
        mail.mail_to(&email("ana"), 1).await;
        let told = mail.mail_to(&email("abe"), 1).await;
        assert!(told.subject().contains("Riverside Clinic"), "{}", told.subject());
        for part in [
            "Abe Novak",
            "Ana Ferreira has allowed",
            PORTAL,
            "127.0.0.1",
            "/embedding",
        ] {
            assert!(told.plain().contains(part), "{part}: {}", told.plain());
        }
        let (key, secret) = make_key(&ana, "Portal <b>", everything()).await;
        let told = mail.mail_to(&email("abe"), 2).await;
        assert!(
            told.plain().contains("Ana Ferreira has made the API key “Portal <b>”"),
            "{}",
            told.plain()
        );
        assert!(told.html().contains("Portal &lt;b&gt;"), "{}", told.html());
        assert!(!told.source.contains(&secret) && !told.source.contains(secret.get(..12).unwrap()));

        ana.must(Edit::RevokeApiKey { key }, &[]).await;
        let told = mail.mail_to(&email("abe"), 3).await;
        assert!(told.plain().contains("has revoked the API key"), "{}", told.plain());
        ana.must(Edit::RemoveOrigin { origin: origin.clone() }, &[]).await;
        let told = mail.mail_to(&email("abe"), 4).await;
        assert!(told.plain().contains("has removed the origin"), "{}", told.plain());

        // What is refused is told to nobody, and who does not administer embedding hears nothing.
        ana.refused(Edit::RemoveOrigin { origin }, &[]).await;
        mail.mail_to(&email("ana"), 4).await;
        let mut to: Vec<String> = mail.taken().into_iter().map(|mail| mail.to).collect();
        to.sort_unstable();
        let expected = [email("abe"), email("ana")].map(|to| vec![to; 4]).concat();
        assert_eq!(to, expected);
    })
    .await;
}
