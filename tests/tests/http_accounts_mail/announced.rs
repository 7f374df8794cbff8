//! What people are told by mail without having asked for it: their address is another one, somebody has set a password for
//! them, somebody else signs people in.

use scenarios::http::TestApp;
use scenarios::http::make::{email, retype, user};
use scenarios::http::on_both;
use scenarios::http::provider::IdentityProvider;
use scenarios::http::smtp::MailServer;
use shared::Edit;
use shared::user::ProfileField;

use super::sending;

/// The addresses that mails went to, each with its subject, sorted.
fn told(mail: &MailServer) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = mail
        .taken()
        .iter()
        .map(|taken| (taken.to.clone(), taken.subject()))
        .collect();
    told.sort();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_another_address_is_told_to_the_old_and_the_new_one() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let sia = app.as_person("sia").await;
        let new = "ola.new@riverside.example";
        sia.must(retype("ola", &[(ProfileField::LoginEmail, new)]), &[]).await;
        let at_new = mail.mail_to(new, 1).await;
        let at_old = mail.mail_to(&email("ola"), 1).await;
        assert_eq!(
            at_new.subject(),
            "An address of your account at Riverside Medical was changed"
        );
        let (told_new, told_old) = (at_new.plain(), at_old.plain());
        for part in [new, &email("ola"), "Sia", "127.0.0.1"] {
            assert!(told_new.contains(part), "{part} in {told_new}");
        }
        // The old one may be somebody else's: it tells neither who it is nor the new one.
        assert!(
            told_old.contains(&email("ola")) && told_old.contains("Sia"),
            "{told_old}"
        );
        let name = sia
            .view(user("ola"))
            .await
            .facts
            .subject
            .expect("Ola")
            .profile
            .display_name();
        assert!(!told_old.contains(new) && !told_old.contains(&name), "{told_old}");

        // Nor who it is where they have done it themselves.
        sia.must(
            retype("sia", &[(ProfileField::LoginEmail, "sia.new@riverside.example")]),
            &[],
        )
        .await;
        let left = mail.mail_to(&email("sia"), 1).await.plain();
        assert!(!left.contains("Sia") && !left.contains("127.0.0.1"), "{left}");

        // Nothing is told of what changes nothing or is refused.
        sia.must(retype("ola", &[(ProfileField::LoginEmail, &new.to_uppercase())]), &[])
            .await;
        sia.refused(retype("ola", &[(ProfileField::LoginEmail, "no address")]), &[])
            .await;
        assert_eq!(told(&mail).len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_another_address_for_mail_is_told_there_and_where_it_went_before() {
    on_both(async |app| {
        app.put_world("atmanco").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let bil = app.as_person("bil").await;
        let to = |name: &str, to: &str| retype(name, &[(ProfileField::CommunicationEmail, to)]);
        bil.must(to("uma", "uma@mail.example"), &[]).await;
        let at_new = mail.mail_to("uma@mail.example", 1).await.plain();
        assert!(
            at_new.contains("comes to uma@mail.example") && !at_new.contains("you sign in to"),
            "{at_new}"
        );
        let at_old = mail.mail_to("uma.rao@mail.example", 1).await;
        assert!(
            at_old.subject().starts_with("This address was removed"),
            "{}",
            at_old.subject()
        );
        // In their language; and the address that they still sign in with is no stranger's.
        bil.must(to("una", "una@mail.example"), &[]).await;
        let at_login = mail.mail_to(&email("una"), 1).await;
        let french = "Une adresse de votre compte chez Riverside Consulting a été modifiée";
        assert_eq!(at_login.subject(), french);
        assert_eq!(mail.mail_to("una@mail.example", 1).await.subject(), french);
        // Somebody invited gets their invitation there, and no notice.
        bil.must(to("pen", "penelope@mail.example"), &[]).await;
        mail.mail_to("penelope@mail.example", 1).await;
        assert_eq!(told(&mail).len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_a_temporary_password_is_announced_in_the_persons_language_and_is_not_in_the_mail() {
    on_both(async |app| {
        app.put_world("tebra").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let sia = app.as_person("sia").await;
        for (language, subject) in [
            ("en", "A temporary password was set for your account"),
            ("fr", "Un mot de passe temporaire a été défini pour votre compte"),
            ("es", "Se ha puesto una contraseña temporal a su cuenta"),
        ] {
            speaks(&app, "ola", language).await;
            let made = sia.must(Edit::SetTemporaryPassword { user: user("ola") }, &[]).await;
            let temporary = made.temporary_password.expect("shown once");
            let count = mail.taken().iter().filter(|taken| taken.to == email("ola")).count();
            let sent = mail.mail_to(&email("ola"), count + 1).await;
            assert_eq!(sent.subject(), subject);
            assert!(sent.plain().contains(&email("ola")) && sent.plain().contains("127.0.0.1"));
            assert!(!sent.source.contains(&temporary) && !sent.plain().contains(&temporary));
        }
    })
    .await;
}

/// The person prefers this language from now on.
async fn speaks(app: &TestApp, name: &'static str, language: &'static str) {
    use diesel::prelude::*;
    use server::store::schema::users;
    app.past_the_server(move |conn| {
        let theirs = users::table.find(user(name).to_string());
        let json: String = theirs.clone().select(users::profile_json).first(conn)?;
        let mut profile: shared::user::Profile = serde_json::from_str(&json).expect("a profile");
        profile.language = language.to_owned();
        let json = serde_json::to_string(&profile).expect("JSON");
        Ok(diesel::update(theirs).set(users::profile_json.eq(json)).execute(conn)?)
    })
    .await
    .expect("somebody");
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_whoever_writes_the_policy_hears_of_another_identity_provider() {
    on_both(async |app| {
        let world = app.put_world("decoda").await;
        let mail = MailServer::start(&[]).await;
        let _server = sending(&app, &mail).await;
        let provider = IdentityProvider::start(&app, &[world.organisation.id]).await;
        provider.set_for(&app, world.organisation.id, "riverside", &[]).await;
        let first = mail.mail_to(&email("ana"), 1).await;
        assert_eq!(first.subject(), "The identity provider of Riverside Clinic was set");
        let plain = first.plain();
        // Whoever runs the server did it, at the command line.
        for part in [
            "Whoever runs the system",
            "Riverside ID",
            &provider.issuer,
            "/identity-provider",
        ] {
            assert!(plain.contains(part), "{part} in {plain}");
        }
        let ana = app.as_person("ana").await;
        ana.must(Edit::RemoveIdentityProvider, &[]).await;
        let second = mail.mail_to(&email("ana"), 2).await;
        assert_eq!(
            second.subject(),
            "The identity provider of Riverside Clinic was removed"
        );
        let name = ana
            .view(user("ana"))
            .await
            .facts
            .subject
            .expect("Ana")
            .profile
            .display_name();
        assert!(
            second.plain().contains(&format!("{name} has removed")),
            "{}",
            second.plain()
        );
        // Who administers people and not the policy hears nothing of it.
        assert!(
            told(&mail).iter().all(|(to, _)| *to != email("pam")),
            "{:?}",
            told(&mail)
        );
        drop(provider);
    })
    .await;
}
