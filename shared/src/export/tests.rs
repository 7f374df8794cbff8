use super::*;
use crate::access::{Assignment, Resources, Scope};
use crate::ids::{Revision, Timestamp, UserId};
use crate::import::neutralised;
use crate::lifecycle::{Lock, LockCause};
use crate::organisation::Site;
use crate::policy::{Policy, ResourceKind};
use crate::text::{Language, Words};

fn policy() -> Policy {
    let mut policy = crate::policy::preset::all()[1].policy();
    policy.words.locked = "Blocked".to_owned();
    policy
}

/// Facts with two sites, by the first policy that has resources in sites.
fn facts() -> Facts {
    let policy = policy();
    assert!(policy.site_resource_kind().is_some());
    let site = |number: u128, name: &str| Site {
        id: SiteId(uuid::Uuid::from_u128(number)),
        name: name.to_owned(),
        archived: false,
        products: vec![],
    };
    let mut facts = crate::import::testing::facts();
    facts.policy = policy.into();
    facts.organisation.sites = vec![site(1, "Elm Street"), site(2, "Harbour View")];
    facts
}

fn row(facts: &Facts) -> UserRow {
    let role = facts
        .policy
        .roles
        .iter()
        .find(|role| role.scope == Level::Site)
        .unwrap();
    let at = |number: u128, resources: Resources| Assignment {
        role: role.id.clone(),
        scope: Scope::Site {
            site: SiteId(uuid::Uuid::from_u128(number)),
            resources,
        },
    };
    UserRow {
        id: UserId(uuid::Uuid::from_u128(9)),
        revision: Revision(1),
        name: "=Ana".to_owned(),
        login_email: "ana@b.example".to_owned(),
        status: Status::Active,
        locked: Some(Lock {
            since: Timestamp(0),
            cause: LockCause::FailedSignIns,
        }),
        assignments: vec![at(1, Resources::All), at(2, Resources::Only(Default::default()))],
        primary_site: Some(SiteId(uuid::Uuid::from_u128(2))),
        last_seen: Some(Timestamp(0)),
        invited_at: None,
        invitation: None,
    }
}

fn cells(facts: &Facts, row: &UserRow, tab: UserTab) -> Vec<String> {
    let teller = Teller::of(facts, Words::builtin(Language::English));
    user_columns(facts, tab)
        .into_iter()
        .map(|column| user_cell(facts, &teller, row, column))
        .collect()
}

#[test]
fn a_row_has_what_the_list_shows_in_the_organisations_words() {
    let facts = facts();
    let row = row(&facts);
    let kind: &ResourceKind = facts.policy.site_resource_kind().unwrap();
    let role = &facts.policy.role(&row.assignments[0].role).unwrap().name;
    let shown = cells(&facts, &row, UserTab::Active);
    assert_eq!(
        shown[..6],
        [
            "=Ana",
            "ana@b.example",
            role.as_str(),
            "Harbour View; Elm Street",
            "1970-01-01T00:00:00Z",
            "Active, Blocked"
        ]
    );
    assert!(
        shown[6].contains("Harbour View") && shown[6].contains(&kind.shows),
        "{}",
        shown[6]
    );
    assert_eq!(neutralised(&shown[0]), "'=Ana");
}

#[test]
fn whoever_has_no_name_yet_is_called_as_the_list_calls_them_and_nothing_is_made_up() {
    let facts = facts();
    let row = UserRow {
        name: String::new(),
        status: Status::Invited,
        locked: None,
        assignments: vec![],
        primary_site: None,
        invited_at: Some(Timestamp(1_000)),
        ..row(&facts)
    };
    let shown = cells(&facts, &row, UserTab::Invited);
    assert_eq!(shown[0], facts.policy.words.unnamed);
    assert_eq!((shown[2].as_str(), shown[3].as_str()), ("", ""));
    assert_eq!(shown[4], "1970-01-01T00:00:01Z");
}

#[test]
fn without_sites_there_is_no_column_for_them() {
    let mut facts = facts();
    facts.organisation.sites.clear();
    let mut policy = Policy::clone(&facts.policy);
    policy.roles.retain(|role| role.scope == Level::Organisation);
    facts.policy = policy.into();
    assert!(!user_columns(&facts, UserTab::Active).contains(&Column::Sites));
}
