//! Edits over HTTP, on both databases: what the rules refuse the server refuses, what it accepts is there afterwards.
#![cfg(not(target_arch = "wasm32"))]

mod anew;
mod artera;
mod at_once;
mod atmanco;
mod conflicts;
mod decoda;
mod idempotency;
mod last_administrator;
mod licences;
mod optra;
mod places;
mod refusals;
mod sight;
mod tebra;

use scenarios::http::{Session, TestApp};
use shared::Edit;
use shared::ids::UserId;
use shared::user::User;
use shared::verdict::{Confirmation, Reason, Verdict};
use shared::wire::Accepted;

/// A server that holds the organisation of a file of cases, and its administrator's browser.
async fn signed_in(app: &TestApp, world: &str, person: &str) -> Session {
    app.put_world(world).await;
    app.as_person(person).await
}

fn reasons(verdict: &Verdict) -> Vec<&Reason> {
    verdict.refusals.iter().map(|refusal| &refusal.reason).collect()
}

/// The user as a reader sees them.
async fn see(session: &Session, user: UserId) -> User {
    session.view(user).await.facts.subject.expect("the reader sees them")
}

/// An edit that wants this confirmed: without it, and with a confirmation of something else, nothing happens; with it the
/// edit is accepted.
async fn confirmed(session: &Session, edit: Edit, wanted: Confirmation, other: Confirmation) -> Accepted {
    for given in [vec![], vec![other]] {
        let verdict = session.refused(edit.clone(), &given).await;
        assert_eq!(verdict.refusals, [], "only the confirmation is missing");
        assert_eq!(verdict.confirmations, std::slice::from_ref(&wanted));
    }
    session.must(edit, &[wanted]).await
}
