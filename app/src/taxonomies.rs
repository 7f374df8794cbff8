//! What taxonomy codes are called. The names are a small file beside the words, fetched when the first code is to be shown
//! or looked for; until then, and where they cannot be had, codes are shown as they are.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::clinical::{KnownTaxonomy, Taxonomy, known_taxonomies};
use shared::user::ProfileField;
use shared::verdict::Change;

use crate::api::Api;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Unasked,
    Asked,
    Failed,
    There(&'static str),
}

thread_local! {
    /// For as long as the page lives.
    static NAMES: ArcRwSignal<Names> = ArcRwSignal::new(Names::Unasked);
}

/// Fetches the names, unless they are there or on their way.
pub(crate) fn fetch(api: Api) {
    let names = NAMES.with(Clone::clone);
    if !matches!(names.get_untracked(), Names::Unasked | Names::Failed) {
        return;
    }
    names.set(Names::Asked);
    spawn_local(async move {
        names.set(match api.taxonomies().await {
            Ok(text) => Names::There(String::leak(text)),
            Err(_) => Names::Failed,
        });
    });
}

/// Whether the names could not be had.
pub(crate) fn have_failed() -> bool {
    NAMES.with(|names| names.get()) == Names::Failed
}

/// The common codes; none before they are fetched.
pub(crate) fn known() -> impl Iterator<Item = KnownTaxonomy<'static>> {
    let text = match NAMES.with(|names| names.get()) {
        Names::There(text) => text,
        _ => "",
    };
    known_taxonomies(text)
}

/// The name of a code; empty where it is not known.
pub(crate) fn name_of(code: &str) -> &'static str {
    known().find(|one| one.code == code).map_or("", |one| one.name)
}

/// Codes, each with its name: "207Q00000X Family Medicine Physician, …".
pub(crate) fn with_names(codes: &str) -> String {
    let named = |code| format!("{code} {}", name_of(code)).trim_end().to_owned();
    Taxonomy::split(codes).map(named).collect::<Vec<_>>().join(", ")
}

/// Whether names of codes belong to what changed.
pub(crate) fn is_about_codes(change: &Change) -> bool {
    matches!(
        change,
        Change::ProfileChanged {
            field: ProfileField::Taxonomies,
            ..
        }
    )
}

/// The change as it is told to people, with names beside the codes.
pub(crate) fn told(change: &Change) -> Change {
    match change {
        Change::ProfileChanged {
            field: field @ ProfileField::Taxonomies,
            from,
            to,
        } => Change::ProfileChanged {
            field: *field,
            from: with_names(from),
            to: with_names(to),
        },
        other => other.clone(),
    }
}
