//! What an exported file is called.

use shared::calendar::iso;
use shared::export::{ExportFormat, ExportedList};
use shared::ids::Timestamp;
use shared::wire::UserTab;

use crate::store::codec;

/// "riverside-clinic-users-active-2026-11-22.csv": letters and digits that every system takes.
pub(super) fn of(organisation: &str, list: &ExportedList, format: ExportFormat, now: Timestamp) -> String {
    let what = match list {
        ExportedList::Users(query) => match query.tab {
            UserTab::Active => "users-active",
            UserTab::Invited => "users-invited",
            UserTab::Inactive => "users-inactive",
            UserTab::Locked => "users-locked",
        },
        ExportedList::Activity(_) => "activity",
    };
    let day: String = iso(now).chars().take(10).collect();
    let parts = [slug(organisation), what.to_owned(), day];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}.{}", parts.join("-"), format.extension())
}

fn slug(name: &str) -> String {
    let folded = codec::fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use shared::wire::{AuditQuery, UserQuery};

    use super::*;

    #[test]
    fn a_file_says_whose_it_is_what_it_is_and_of_when() {
        let now = Timestamp(1_790_000_000_000);
        let users = ExportedList::Users(UserQuery::default());
        assert_eq!(
            of("Clinique «Élan» \"\r\n/..", &users, ExportFormat::Csv, now),
            "clinique-elan-users-active-2026-09-21.csv"
        );
        let activity = ExportedList::Activity(AuditQuery::default());
        assert_eq!(of("??", &activity, ExportFormat::Json, now), "activity-2026-09-21.json");
    }
}
