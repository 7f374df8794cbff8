//! Lists, searches and counts over HTTP, on both databases: complete, in order, and only what the reader may see.
#![cfg(not(target_arch = "wasm32"))]

mod holders;
mod pages;
mod reach;
mod ready;
mod search;
mod ties;

use scenarios::http::Session;
use shared::wire::UserPage;

async fn list(session: &Session, query: &str) -> UserPage {
    session.read(&format!("/api/v1/users?{query}")).await
}

/// Names in a list, in its order.
async fn names(session: &Session, query: &str) -> Vec<String> {
    list(session, query)
        .await
        .rows
        .into_iter()
        .map(|row| row.name)
        .collect()
}
