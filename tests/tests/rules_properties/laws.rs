//! The laws, each of one edit: what was, what was decided and what came of it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::access::{Assignment, Place, Resources};
use shared::effective::{has_power, is_administrator, permissions_at, resources_at};
use shared::embed::{Element, EmbedAccess, EmbedScopes};
use shared::facts::{ActorKind, Facts, Known};
use shared::ids::PermissionId;
use shared::policy::{Policy, Power};
use shared::user::User;
use shared::verdict::{Change, Consequence, Remedy};
use shared::{Edit, Outcome, decide};

use super::history::{Moment, carry_out};

type Law = Result<(), TestCaseError>;

/// Permissions and powers, asked one by one: not the way in which the rules count them.
fn rights(policy: &Policy, held: &[Assignment], place: Place) -> BTreeSet<String> {
    let permissions = permissions_at(policy, held, place)
        .into_iter()
        .map(|PermissionId(id)| id);
    let powers = Power::ALL
        .into_iter()
        .filter(|power| has_power(policy, held, *power, place));
    permissions.chain(powers.map(|power| format!("{power:?}"))).collect()
}

pub(crate) fn x4_nobody_ends_with_more_than_the_granter_holds(moment: &Moment) -> Law {
    if !moment.accepted() || moment.actor.kind == ActorKind::Operator {
        return Ok(());
    }
    let policy = &moment.world.policy;
    if let Edit::SetRolePermissions { .. } = moment.edit {
        let held = permissions_at(policy, &moment.actor.assignments, Place::Organisation);
        for change in &moment.verdict.changes {
            if let Change::RolePermissionGranted { permission, .. } = change {
                prop_assert!(
                    held.contains(permission),
                    "{permission} was given by someone without it"
                );
            }
        }
    }
    let Some(id) = moment.edit.user() else { return Ok(()) };
    let opened = matches!(moment.edit, Edit::Activate { .. } | Edit::SetTemporaryPassword { .. });
    let (before, after) = (moment.world.user(id), moment.after.user(id));
    let before = before
        .filter(|_| !opened)
        .map(|user| user.assignments.as_slice())
        .unwrap_or_default();
    let after = after.map(|user| user.assignments.as_slice()).unwrap_or_default();
    let sites = moment.world.organisation.sites.iter().map(|site| site.id);
    for site in sites.clone() {
        let (had, has) = (resources_at(before, site), resources_at(after, site));
        let held = moment.actor.resources_at(site);
        let within = match (&has, &had) {
            (_, Resources::All) => true,
            (Resources::All, Resources::Only(_)) => held == Resources::All,
            (Resources::Only(has), Resources::Only(had)) => {
                held.covers(&Resources::Only(has.difference(had).copied().collect()))
            }
        };
        prop_assert!(within, "{has:?} at {site} instead of {had:?} by someone with {held:?}");
    }
    for place in sites.map(Place::Site).chain([Place::Organisation]) {
        let held = rights(policy, &moment.actor.assignments, place);
        let (had, has) = (rights(policy, before, place), rights(policy, after, place));
        let gained: BTreeSet<&String> = has.difference(&had).collect();
        prop_assert!(
            gained.iter().all(|right| held.contains(*right)),
            "{gained:?} at {place:?} by someone with {held:?}"
        );
    }
    Ok(())
}

pub(crate) fn x4_nothing_changes_where_the_actor_has_no_say(moment: &Moment) -> Law {
    if !moment.accepted() || moment.actor.kind == ActorKind::Operator {
        return Ok(());
    }
    for change in &moment.verdict.changes {
        let (Change::Granted { assignment } | Change::Revoked { assignment }) = change else {
            continue;
        };
        let place = assignment.place();
        let ends = |consequence: &Consequence| matches!(consequence, Consequence::EndsElsewhere { site, role } if place == Place::Site(*site) && *role == assignment.role);
        let may = moment.actor.has_power(&moment.world.policy, Power::Users, place);
        prop_assert!(may || moment.verdict.consequences.iter().any(ends), "{change:?}");
    }
    Ok(())
}

pub(crate) fn x5_the_last_administrator_remains(moment: &Moment) -> Law {
    let remain = |user| is_administrator(&moment.after.policy, user);
    prop_assert!(
        moment.after.users.iter().any(remain),
        "nobody is left after {:?}",
        moment.edit
    );
    Ok(())
}

pub(crate) fn o8_exclusive_roles_are_never_held_together(moment: &Moment) -> Law {
    let policy = &moment.after.policy;
    for user in &moment.after.users {
        let roles: Vec<_> = user
            .assignments
            .iter()
            .filter_map(|held| policy.role(&held.role))
            .collect();
        for role in &roles {
            let clash = roles.iter().find(|other| role.excludes_or_is_excluded_by(other));
            prop_assert!(
                clash.is_none(),
                "{} holds {} and {:?}",
                user.id,
                role.id,
                clash.map(|role| &role.id)
            );
        }
    }
    Ok(())
}

pub(crate) fn x1_what_the_browser_allows_the_server_allows(moment: &Moment) -> Law {
    let facts = moment.world.facts_for_reader(moment.actor.clone(), &moment.edit);
    let in_browser = decide(&facts, &moment.edit);
    let given = &in_browser.confirmations;
    if in_browser.outcome(given) == Outcome::Allowed {
        let outcome = moment.verdict.outcome(given);
        prop_assert_eq!(outcome, Outcome::Allowed, "{:?}\n{:?}", moment.edit, moment.verdict);
    }
    Ok(())
}

pub(crate) fn x1_what_is_not_known_is_never_allowed(moment: &Moment) -> Law {
    if moment.verdict.outcome(&[]) != Outcome::Refused {
        return Ok(());
    }
    for missing in 1..8_u8 {
        let mut facts = moment.facts.clone();
        if missing & 1 != 0 {
            facts.login_emails.clear();
        }
        if missing & 2 != 0 {
            facts.other_administrators = Known::Unknown;
        }
        if missing & 4 != 0 {
            facts.headcount = None;
        }
        let verdict = decide(&facts, &moment.edit);
        let outcome = verdict.outcome(&verdict.confirmations);
        prop_assert_ne!(outcome, Outcome::Allowed, "without {}: {:?}", missing, moment.edit);
    }
    Ok(())
}

pub(crate) fn x1_an_edit_made_twice_is_an_edit_made_once(moment: &Moment) -> Law {
    // Whoever changed their own rights by it may ask with others the second time.
    let own = moment.edit.user() == Some(moment.actor.user);
    if !moment.accepted() || own {
        return Ok(());
    }
    let facts = moment.after.facts(moment.actor.clone(), &moment.edit);
    let again = decide(&facts, &moment.edit);
    let mut twice = moment.after.clone();
    if again.outcome(&again.confirmations) == Outcome::Allowed {
        carry_out(&mut twice, &moment.edit, &again);
    }
    prop_assert!(
        twice == moment.after,
        "{:?} changes again: {:?}",
        moment.edit,
        again.changes
    );
    Ok(())
}

pub(crate) fn x3_a_remedy_is_allowed_and_changes_something(moment: &Moment) -> Law {
    for refusal in &moment.verdict.refusals {
        if let Some(Remedy::Instead(instead)) = &refusal.remedy {
            let facts = Facts {
                login_emails: moment.facts.login_emails.clone(),
                ..moment.world.facts(moment.actor.clone(), instead)
            };
            let verdict = decide(&facts, instead);
            prop_assert!(
                verdict.refusals.is_empty(),
                "{instead:?}\nis refused: {:?}",
                verdict.refusals
            );
            prop_assert!(!verdict.changes.is_empty(), "{instead:?}\nchanges nothing");
        }
    }
    Ok(())
}

pub(crate) fn x1_what_is_refused_changes_nothing(moment: &Moment) -> Law {
    if !moment.verdict.refusals.is_empty() {
        prop_assert!(moment.verdict.changes.is_empty());
        prop_assert!(moment.verdict.refusals.iter().all(|refusal| !refusal.rule.is_empty()));
    }
    Ok(())
}

pub(crate) fn m9_what_is_hidden_is_not_told(moment: &Moment) -> Law {
    let facts = moment.world.facts_for_reader(moment.actor.clone(), &moment.edit);
    let hidden = moment
        .world
        .policy
        .roles
        .iter()
        .filter(|role| !moment.actor.sees_role(&moment.world.policy, role));
    let told = json(&facts)?;
    for role in hidden {
        // Ids stand in quotation marks; the words of one role may name another.
        let id = format!("\"{}\"", role.id);
        let own = moment.facts.actor.assignments.iter().any(|held| held.role == role.id);
        prop_assert!(own || !told.contains(&id), "{id} is told");
        let asked = json(&moment.edit)?.contains(&id);
        prop_assert!(
            asked || !json(&decide(&facts, &moment.edit))?.contains(&id),
            "{id} is in a verdict"
        );
    }
    Ok(())
}

pub(crate) fn x4_whoever_is_out_of_sight_is_nobody(moment: &Moment) -> Law {
    let (world, policy) = (&moment.world, &moment.world.policy);
    let hidden = |user: &&User| !moment.actor.sees_user(policy, user);
    let Some(subject) = moment
        .edit
        .user()
        .and_then(|id| world.user(id))
        .filter(|user| hidden(user))
    else {
        return Ok(());
    };
    prop_assert!(!moment.accepted(), "{:?}", moment.edit);
    // In their place stands everybody else who is hidden, and nobody.
    let others = world.users.iter().filter(hidden).map(|other| {
        Some(User {
            id: subject.id,
            ..other.clone()
        })
    });
    for other in others.chain([None]) {
        if other.is_none() && matches!(moment.edit, Edit::Invite { .. }) {
            // That an id is used cannot be hidden: it cannot be given to somebody new.
            continue;
        }
        let mut changed = world.clone();
        changed.users.retain(|user| user.id != subject.id);
        changed.users.extend(other);
        let facts = Facts {
            // Whether an address is free is known of every address, whoever has it (M4).
            login_emails: moment.facts.login_emails.clone(),
            ..changed.facts(moment.actor.clone(), &moment.edit)
        };
        prop_assert_eq!(&decide(&facts, &moment.edit), &moment.verdict, "{:?}", moment.edit);
    }
    Ok(())
}

pub(crate) fn x1_everything_survives_the_wire(moment: &Moment) -> Law {
    survives(&moment.facts)?;
    survives(&moment.edit)?;
    survives(&moment.verdict)
}

fn json<T: Serialize>(value: &T) -> Result<String, TestCaseError> {
    serde_json::to_string(value).map_err(|error| TestCaseError::fail(error.to_string()))
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> Law {
    let text = json(value)?;
    let back: T = serde_json::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error} in {text}")))?;
    prop_assert_eq!(&back, value);
    Ok(())
}

pub(crate) fn x8_a_token_allows_nothing_more(moment: &Moment) -> Law {
    if moment.actor.kind != ActorKind::Member {
        return Ok(());
    }
    let sites: Vec<_> = moment.world.organisation.sites.iter().map(|site| site.id).collect();
    // Every kind of token, and every choice of two sites.
    for which in 0..16_usize {
        let chosen = sites.iter().skip(which % 4).take(2).copied().collect();
        let scopes = EmbedScopes {
            elements: match which % 3 {
                0 => Element::ALL.into(),
                1 => [Element::Users].into(),
                _ => [Element::User, Element::Roles].into(),
            },
            access: if which == 15 {
                EmbedAccess::Read
            } else {
                EmbedAccess::Manage
            },
            sites: (which >= 4).then_some(chosen),
        };
        let mut facts = moment.facts.clone();
        facts.actor = moment.actor.clone().narrowed(&scopes);
        let with_token = decide(&facts, &moment.edit);
        if !with_token.refusals.is_empty() {
            continue;
        }
        prop_assert_eq!(scopes.access, EmbedAccess::Manage, "{:?}", moment.edit);
        prop_assert!(
            moment.verdict.refusals.is_empty(),
            "{:?} with {scopes:?} and not without: {:?}",
            moment.edit,
            moment.verdict.refusals
        );
        prop_assert_eq!(&with_token.changes, &moment.verdict.changes, "{:?}", moment.edit);
        prop_assert_eq!(&with_token.confirmations, &moment.verdict.confirmations);
        let rights = |place| facts.actor.rights_at(&facts.policy, place);
        for place in sites.iter().copied().map(Place::Site).chain([Place::Organisation]) {
            let more = rights(place).without(&moment.actor.rights_at(&facts.policy, place));
            prop_assert!(more.is_empty(), "{place:?}");
        }
    }
    Ok(())
}
