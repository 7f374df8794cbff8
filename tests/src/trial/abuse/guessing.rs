//! Guessing: passwords, sessions, links; and cookies that were good once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::{Method, RequestBuilder};
use server::http::session::COOKIE_NAME;
use shared::wire::{LinkToken, SignIn};
use tokio::task::JoinSet;

use super::bystander::{Statuses, beside, merge};
use super::{CROWD, Target, crowd};
use crate::http::{PASSWORD, Session, make};
use crate::process::{Outcome, Program};

/// Connections that attack at the same time.
const CONNECTIONS: u32 = 16;

/// Sends so many requests over several connections at once; how often each status came back.
async fn flood(
    attempts: u32,
    request: impl Fn(u32) -> RequestBuilder + Send + Sync + 'static,
) -> Outcome<((), Statuses)> {
    let (request, sent) = (Arc::new(request), Arc::new(AtomicU32::new(0)));
    let mut attacking = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (request, sent) = (Arc::clone(&request), Arc::clone(&sent));
        attacking.spawn(async move {
            let mut statuses = Statuses::new();
            loop {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                if number >= attempts {
                    return Ok::<_, reqwest::Error>(statuses);
                }
                let answer = request(number).send().await?;
                *statuses.entry(answer.status().as_u16()).or_default() += 1;
                answer.bytes().await?;
            }
        });
    }
    let mut statuses = Statuses::new();
    while let Some(attacked) = attacking.join_next().await {
        statuses = merge(statuses, attacked??);
    }
    Ok(((), statuses))
}

fn only(statuses: &Statuses, allowed: &[u16]) -> bool {
    statuses.keys().all(|status| allowed.contains(status))
}

fn with_cookie(session: &Session, token: &str) -> Session {
    session.with_cookie(&format!("{COOKIE_NAME}={token}"))
}

/// As many sessions as there is time for: each of 256 bits.
pub(super) async fn cookies(target: &mut Target) -> Outcome<()> {
    let what = "guessing sessions";
    let (nobody, mut dice) = (target.nobody.clone(), target.dice.clone());
    let guesses: Arc<[String]> = (0..target.attempts).map(|_| dice.hex(32)).collect();
    let attack = flood(target.attempts, move |number| {
        let guess = guesses.get(number as usize).map(String::as_str).unwrap_or_default();
        with_cookie(&nobody, guess).request(Method::GET, "/api/v1/me")
    });
    let (_, statuses) = beside(target, what, attack).await?;
    target.must(only(&statuses, &[401]), format!("{what}: {statuses:?}"));
    Ok(())
}

/// Links of invitations and of new passwords.
pub(super) async fn links(target: &mut Target) -> Outcome<()> {
    for (what, path) in [
        ("guessing invitations", "/api/v1/invitations/open"),
        ("guessing password links", "/api/v1/password/open"),
    ] {
        let (nobody, mut dice) = (target.nobody.clone(), target.dice.clone());
        let guesses: Arc<[String]> = (0..target.attempts).map(|_| dice.hex(32)).collect();
        let attack = flood(target.attempts, move |number| {
            let token = guesses.get(number as usize).cloned().unwrap_or_default();
            nobody
                .request(Method::POST, path)
                .header("x-forwarded-for", "203.0.113.7")
                .json(&LinkToken { token })
        });
        let (_, statuses) = beside(target, what, attack).await?;
        target.must(only(&statuses, &[404, 410, 429]), format!("{what}: {statuses:?}"));
    }
    Ok(())
}

/// A cookie after signing out, after another password, with one digit changed, of another name, cut short.
pub(super) async fn ended_and_changed_cookies(target: &mut Target, program: &Program) -> Outcome<()> {
    let what = "cookies that are ended or changed";
    let mut session = Session::new(program.address());
    session.sign_in(&crowd(0), PASSWORD).await.expect_status(204);
    session.get("/api/v1/me").await.expect_status(200);
    let cookie = session.cookie().unwrap_or_default().to_owned();
    let token = cookie
        .split_once('=')
        .map(|(_, token)| token.to_owned())
        .unwrap_or_default();
    let mut forged: Vec<String> = (0..token.len())
        .filter_map(|at| {
            let digit = token.get(at..=at)?;
            let other = if digit == "0" { "1" } else { "0" };
            Some(format!(
                "{COOKIE_NAME}={}{other}{}",
                token.get(..at)?,
                token.get(at + 1..)?
            ))
        })
        .collect();
    forged.push(format!("{COOKIE_NAME}={}", token.get(1..).unwrap_or_default()));
    forged.push(format!("{COOKIE_NAME}={token}0"));
    forged.push(format!("{COOKIE_NAME}={}", token.to_uppercase() + "é"));
    forged.push(format!("lanyard={token}"));
    forged.push(format!("{COOKIE_NAME}="));
    session
        .post("/api/v1/sign-out", &serde_json::json!({}))
        .await
        .expect_status(204);
    // The one that was good until now, as whoever copied it would send it.
    forged.push(cookie);
    let nobody = target.nobody.clone();
    let attack = async {
        let mut statuses = Statuses::new();
        for cookie in &forged {
            let answer = nobody
                .with_cookie(cookie)
                .request(Method::GET, "/api/v1/me")
                .send()
                .await?;
            *statuses.entry(answer.status().as_u16()).or_default() += 1;
        }
        Ok(((), statuses))
    };
    let (_, statuses) = beside(target, what, attack).await?;
    target.must(only(&statuses, &[401]), format!("{what}: {statuses:?}"));
    Ok(())
}

fn try_to_sign_in(session: &Session, from: &str, email: &str, password: &str) -> RequestBuilder {
    let body = SignIn {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    session
        .request(Method::POST, "/api/v1/sign-in")
        .header("x-forwarded-for", from)
        .json(&body)
}

/// A list of passwords tried on all addresses, from one address.
pub(super) async fn passwords_from_one_place(target: &mut Target) -> Outcome<()> {
    let what = "passwords, from one place";
    let nobody = target.nobody.clone();
    let attack = flood(target.attempts, move |number| {
        let email = crowd(number % (2 * CROWD));
        try_to_sign_in(&nobody, "203.0.113.9", &email, &format!("password {number}"))
    });
    let (_, statuses) = beside(target, what, attack).await?;
    target.must(only(&statuses, &[401, 429, 503]), format!("{what}: {statuses:?}"));
    target.must(
        statuses.get(&429).copied().unwrap_or_default() > target.attempts / 2,
        format!("{what}: most attempts of one place are not even looked at"),
    );
    Ok(())
}

/// Many machines against one account: it is locked for strangers; its owner, on a device of theirs, gets in.
pub(super) async fn passwords_from_many_places(target: &mut Target, program: &Program) -> Outcome<()> {
    let what = "passwords of one account, from many places";
    let owner = make::email("fay");
    let mut device = Session::new(program.address());
    device.sign_in(&owner, PASSWORD).await.expect_status(204);
    // Attempts on one address are answered slowly: fewer of them are enough.
    let attempts = (target.attempts / 20).max(100);
    let (nobody, email) = (target.nobody.clone(), owner.clone());
    let attack = flood(attempts, move |number| {
        let from = format!("198.51.{}.{}", number / 250 % 250, number % 250 + 1);
        try_to_sign_in(&nobody, &from, &email, &format!("password {number}"))
    });
    let (_, statuses) = beside(target, what, attack).await?;
    target.must(only(&statuses, &[401, 429, 503]), format!("{what}: {statuses:?}"));
    let stranger = try_to_sign_in(&target.nobody, "192.0.2.1", &owner, PASSWORD)
        .send()
        .await?;
    target.must(
        stranger.status().as_u16() == 401,
        format!(
            "{what}: a stranger's device gets in to a locked account: {}",
            stranger.status()
        ),
    );
    let known = try_to_sign_in(&device, "192.0.2.2", &owner, PASSWORD).send().await?;
    target.must(
        known.status().as_u16() == 204,
        format!("{what}: the owner is shut out of their own device: {}", known.status()),
    );
    Ok(())
}
