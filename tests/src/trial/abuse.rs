//! Attacks on the released server, over the network alone: guessing passwords and tokens, cookies that were ended or
//! changed, other sites' requests, requests that are too large or never end. Meanwhile somebody works, and it is measured
//! what they notice.

mod bystander;
mod guessing;
mod limits;
mod routes;
mod slow;
mod timing;

use shared::ids::UserId;
use shared::user::User;
use uuid::Uuid;

use super::Report;
use super::dice::Dice;
use super::options::Options;
use crate::bench::table::markdown;
use crate::cases::{self, World};
use crate::http::{Backend, Database, PASSWORD, Session, TestApp, make};
use crate::process::{Outcome, Process, Program};

/// Accounts that nobody but the trial uses.
const CROWD: u32 = 300;

pub(super) async fn report(options: &Options) -> Outcome<Report> {
    let database = Database::create(Backend::Sqlite);
    {
        let app = TestApp::join(&database).await;
        app.put(&crowded(cases::world("decoda"))).await;
    }
    // The loopback is a proxy here, so that attempts can come from many places.
    let program = Program::on(&database.url)?
        .set("LANYARD_TRUSTED_PROXIES", "127.0.0.0/8")
        .set("LANYARD_LOG", "off");
    let mut target = Target {
        server: program.serve().await?,
        nobody: Session::new(program.address()),
        ana: Session::new(program.address()),
        dice: Dice::new(options.seed),
        attempts: options.attempts,
        rows: Vec::new(),
        broken: Vec::new(),
    };
    target
        .ana
        .sign_in(&make::email("ana"), PASSWORD)
        .await
        .expect_status(204);

    routes::without_a_session(&mut target).await?;
    routes::from_another_site(&mut target).await?;
    limits::of_size(&mut target).await?;
    guessing::cookies(&mut target).await?;
    guessing::links(&mut target).await?;
    guessing::ended_and_changed_cookies(&mut target, &program).await?;
    let timing = timing::report(&mut target).await?;
    guessing::passwords_from_one_place(&mut target).await?;
    guessing::passwords_from_many_places(&mut target, &program).await?;
    slow::clients(&mut target, program.address()).await?;

    let mut text = format!("### Attacked (seed {})\n\n", options.seed);
    text.push_str(&markdown(
        &["attack", "tried", "answers", "in", "somebody else's p50, p99", "memory"],
        &target.rows,
    ));
    text.push_str(&timing);
    Ok(Report {
        text,
        broken: target.broken,
    })
}

/// What is attacked, and what was found.
struct Target {
    server: Process,
    /// Nobody's browser.
    nobody: Session,
    /// Somebody who works.
    ana: Session,
    dice: Dice,
    attempts: u32,
    rows: Vec<Vec<String>>,
    broken: Vec<String>,
}

impl Target {
    /// Notes what must hold and does not.
    fn must(&mut self, holds: bool, what: impl Into<String>) {
        if !holds {
            self.broken.push(what.into());
        }
    }
}

/// The address of somebody of the crowd.
fn crowd(number: u32) -> String {
    format!("crowd{number}@riverside.example")
}

/// The world with many more people, who are all like one of its people.
fn crowded(mut world: World) -> World {
    let pattern: Option<User> = world.users.iter().find(|user| user.id == make::user("fin")).cloned();
    let people = pattern.into_iter().flat_map(|pattern| {
        (0..CROWD).map(move |number| {
            let mut user = pattern.clone();
            user.id = UserId(Uuid::from_u128(u128::from(number) | 0xc0de << 64));
            user.profile.login_email = crowd(number);
            user
        })
    });
    let people: Vec<User> = people.collect();
    world.users.extend(people);
    world
}
