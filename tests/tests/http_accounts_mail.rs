//! From an edit to a mail and from its link to a session, over HTTP and SMTP, on both databases.
#![cfg(not(target_arch = "wasm32"))]

#[path = "http_accounts_mail/announced.rs"]
mod announced;
#[path = "http_accounts_mail/delivery.rs"]
mod delivery;
#[path = "http_accounts_mail/invitations.rs"]
mod invitations;
#[path = "http_accounts_mail/passwords.rs"]
mod passwords;

use scenarios::http::make::{email, grant, user};
use scenarios::http::smtp::MailServer;
use scenarios::http::{Answer, Session, TestApp};
use shared::Edit;
use shared::user::{ProfileField, ProfileText};
use shared::wire::{AcceptInvitation, InvitationView, LinkToken, Me, UserPage, UserRow};

/// Long enough, and nothing that is easily guessed.
const NEW_PASSWORD: &str = "kettle under a blue sky";

/// One more server on the database of `app`, which sends its mail through `mail`.
async fn sending(app: &TestApp, mail: &MailServer) -> TestApp {
    TestApp::join_with(app.database(), |config| {
        config.sign_ins_per_minute = 100_000;
        mail.set(config);
    })
    .await
}

fn profile(fields: &[(ProfileField, &str)]) -> ProfileText {
    fields
        .iter()
        .map(|(field, text)| (*field, (*text).to_owned()))
        .collect()
}

/// Somebody who is invited to the clinic of the cases.
fn invite(name: &str, called: &str) -> Edit {
    let mut access = grant(&["front_desk at elm"]);
    access.primary_site = Some(scenarios::http::make::site("elm"));
    Edit::Invite {
        user: user(name),
        profile: profile(&[(ProfileField::Name, called), (ProfileField::LoginEmail, &email(name))]),
        access,
    }
}

async fn open(app: &TestApp, token: &str) -> Answer {
    let body = LinkToken {
        token: token.to_owned(),
    };
    app.anonymous().post("/api/v1/invitations/open", &body).await
}

async fn view(app: &TestApp, token: &str) -> InvitationView {
    open(app, token).await.expect_status(200).json()
}

async fn ask(app: &TestApp, token: &str) -> Answer {
    let body = LinkToken {
        token: token.to_owned(),
    };
    app.anonymous().post("/api/v1/invitations/ask", &body).await
}

/// Accepts in a browser of its own, which is signed in afterwards if it worked.
async fn accept(app: &TestApp, token: &str, password: &str, answers: &[(ProfileField, &str)]) -> (Session, Answer) {
    let body = AcceptInvitation {
        token: token.to_owned(),
        password: password.to_owned(),
        profile: profile(answers),
    };
    let mut browser = app.anonymous();
    let answer = browser.post("/api/v1/invitations/accept", &body).await;
    browser.keep_cookies(&answer);
    (browser, answer)
}

/// The row of an invited person.
async fn pending(admin: &Session, name: &str) -> UserRow {
    let page: UserPage = admin
        .read(&format!("/api/v1/users?tab=invited&search={}", email(name)))
        .await;
    page.rows.into_iter().next().expect("somebody who is invited")
}

async fn who(browser: &Session) -> Me {
    browser.read("/api/v1/me").await
}
