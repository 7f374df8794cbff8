//! Finds what a difference means, from its place and both values.

use serde::de::DeserializeOwned;
use toml::Value;

use crate::policy::change::{PolicyChange, PolicyFlag, PolicyItem, PolicyNumber};
use crate::policy::check::{Path, Step};
use crate::policy::{LoginEmail, Named, NewLink, OtherDomain, Policy, RolesPerUser, Unique};

/// The two policies that are compared.
#[derive(Clone, Copy)]
pub(super) struct Both<'a> {
    pub(super) before: &'a Policy,
    pub(super) after: &'a Policy,
}

impl Both<'_> {
    /// What the difference means; nothing where only the source can say it.
    pub(super) fn meaning(&self, path: &Path, before: Option<&Value>, after: Option<&Value>) -> Option<PolicyChange> {
        let steps: Vec<&str> = path.0.iter().map(name_of_step).collect::<Option<_>>()?;
        let there = after.is_some();
        match *steps.as_slice() {
            ["name"]
            | ["words", _]
            | [
                "role" | "permission" | "module" | "product" | "resource_kind",
                _,
                "name",
            ]
            | ["resource_kind", _, "plural"]
            | ["field", _, "label"] => renamed(before?, after?),
            [list, _] if item_kind(list).is_some() => {
                let item = after.or(before)?;
                let name = item.get("name").or_else(|| item.get("label"))?.as_str()?.to_owned();
                let named = item_kind(list)?;
                Some(PolicyChange::Item { named, name, there })
            }
            ["role", id, ref rest @ ..] => self.of_role(self.role(id), rest, before, after),
            ["field", id, "need"] => Some(PolicyChange::FieldNeed {
                field: self.field(id),
                need: read(after?)?,
            }),
            ["product", id, "monthly_cents"] => {
                let (from, to) = numbers(before?, after?)?;
                let product = self.product(id);
                Some(PolicyChange::Price { product, from, to })
            }
            ["assignment", "primary_site"] => Some(PolicyChange::PrimarySiteNeed { need: read(after?)? }),
            ["lifecycle", "leaving", way] => {
                let setting = if way == "delete" {
                    PolicyFlag::LeaveByDeletion
                } else {
                    PolicyFlag::LeaveByDeactivation
                };
                Some(PolicyChange::Flag { setting, on: there })
            }
            ["languages", language] => Some(PolicyChange::Language {
                language: language.to_owned(),
                on: there,
            }),
            ["translation", language, _, _] => Some(PolicyChange::Translated {
                language: language.to_owned(),
                from: before.and_then(Value::as_str).map(str::to_owned),
                to: after?.as_str()?.to_owned(),
            }),
            ["sites" | "assignment" | "identity" | "lifecycle", key] => setting(key, before?, after?),
            _ => None,
        }
    }

    fn of_role(
        &self,
        role: PolicyItem,
        rest: &[&str],
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> Option<PolicyChange> {
        let there = after.is_some();
        let is_all = after.is_some_and(Value::is_str);
        Some(match *rest {
            ["permissions"] => PolicyChange::RolePermitsAll { role, on: is_all },
            ["excludes"] => PolicyChange::RoleExcludesAll { role, on: is_all },
            ["permissions", id] => PolicyChange::RolePermits {
                role,
                permission: self.permission(id),
                on: there,
            },
            ["excludes", id] => PolicyChange::RoleExcludes {
                role,
                other: self.role(id),
                on: there,
            },
            ["administers", _] => PolicyChange::RoleAdministers {
                role,
                power: read(after.or(before)?)?,
                on: there,
            },
            ["clinical"] => PolicyChange::RoleClinical {
                role,
                on: after?.as_bool()?,
            },
            // It is left out where it is not so.
            ["requires_second_factor"] => PolicyChange::RoleSecondFactor {
                role,
                on: after.and_then(Value::as_bool).unwrap_or_default(),
            },
            _ => return None,
        })
    }

    fn role(&self, id: &str) -> PolicyItem {
        let of = |policy: &Policy| policy.role(&id.into()).map(|role| role.name.clone());
        self.item(id, of)
    }

    fn permission(&self, id: &str) -> PolicyItem {
        let of = |policy: &Policy| policy.permission(&id.into()).map(|one| one.name.clone());
        self.item(id, of)
    }

    fn product(&self, id: &str) -> PolicyItem {
        let of = |policy: &Policy| policy.product(&id.into()).map(|one| one.name.clone());
        self.item(id, of)
    }

    fn field(&self, id: &str) -> PolicyItem {
        let of = |policy: &Policy| {
            let field = policy.fields.iter().find(|field| field.id.key() == id);
            field.map(|field| field.label.clone())
        };
        self.item(id, of)
    }

    fn item(&self, id: &str, name: impl Fn(&Policy) -> Option<String>) -> PolicyItem {
        PolicyItem {
            id: id.to_owned(),
            name: name(self.after)
                .or_else(|| name(self.before))
                .unwrap_or_else(|| id.to_owned()),
        }
    }
}

fn name_of_step(step: &Step) -> Option<&str> {
    match step {
        Step::Key(name) | Step::Item(name) => Some(name),
        Step::Index(_) => None,
    }
}

/// What the elements of a list with this key are.
fn item_kind(list: &str) -> Option<Named> {
    [
        Named::Role,
        Named::Permission,
        Named::Module,
        Named::ResourceKind,
        Named::Field,
        Named::Product,
    ]
    .into_iter()
    .find(|named| named.key() == list)
}

fn renamed(before: &Value, after: &Value) -> Option<PolicyChange> {
    let (from, to) = (before.as_str()?, after.as_str()?);
    // What has no name is not called another.
    (!from.is_empty() && !to.is_empty()).then(|| PolicyChange::Renamed {
        from: from.to_owned(),
        to: to.to_owned(),
    })
}

fn numbers(before: &Value, after: &Value) -> Option<(u32, u32)> {
    let number = |value: &Value| u32::try_from(value.as_integer()?).ok();
    Some((number(before)?, number(after)?))
}

/// A value as its type has it.
fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    value.clone().try_into().ok()
}

fn setting(key: &str, before: &Value, after: &Value) -> Option<PolicyChange> {
    if let Some((from, to)) = numbers(before, after) {
        let setting: PolicyNumber = read(&Value::String(key.to_owned()))?;
        return Some(PolicyChange::Number { setting, from, to });
    }
    let (setting, on) = match key {
        "roles_per_user" => (
            PolicyFlag::ManyRoles,
            read::<RolesPerUser>(after)? == RolesPerUser::Many,
        ),
        "same_role_at_every_site" => (PolicyFlag::SameRoleAtEverySite, after.as_bool()?),
        "login_email" => (
            PolicyFlag::LoginEmailFixed,
            read::<LoginEmail>(after)? == LoginEmail::Fixed,
        ),
        "unique" => (
            PolicyFlag::LoginEmailNew,
            read::<Unique>(after)? == Unique::PlatformForever,
        ),
        "other_domain" => (
            PolicyFlag::OtherDomainConfirmed,
            read::<OtherDomain>(after)? == OtherDomain::Confirm,
        ),
        "withdraw_invitation" => (PolicyFlag::WithdrawInvitation, after.as_bool()?),
        "accept_by_provider" => (PolicyFlag::AcceptByProvider, after.as_bool()?),
        "new_link" => (PolicyFlag::NewLinkSent, read::<NewLink>(after)? == NewLink::Sent),
        _ => return None,
    };
    Some(PolicyChange::Flag { setting, on })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrganisationId;
    use crate::organisation::Organisation;
    use crate::policy::compare::differences;
    use crate::policy::{Leaving, Need, Permissions, Power, Roles, preset};
    use crate::text::{Language, Teller, Words};

    fn policy(id: &str) -> Policy {
        preset::find(id).unwrap().policy()
    }

    /// What is told of a change to a preset, with the path where there is no sentence.
    fn told(preset: &str, language: Language, change: impl Fn(&mut Policy)) -> Vec<String> {
        let before = policy(preset);
        let mut after = before.clone();
        change(&mut after);
        let words = Words::builtin(language);
        let spoken = before.spoken(words);
        let organisation = Organisation {
            id: OrganisationId(uuid::Uuid::nil()),
            name: "Riverside".to_owned(),
            sites: Vec::new(),
            resources: Vec::new(),
        };
        let teller = Teller::new(&spoken, &organisation, words);
        let found = differences(&before, &after).unwrap();
        let sentence = |change: &PolicyChange| teller.policy_change(change);
        found
            .iter()
            .map(|one| one.change.as_ref().map_or_else(|| one.path.to_string(), sentence))
            .collect()
    }

    #[test]
    fn a_change_of_a_role_is_a_sentence() {
        let change = |policy: &mut Policy| {
            let role = policy
                .roles
                .iter_mut()
                .find(|role| role.id.as_str() == "front_desk")
                .unwrap();
            let Permissions::Only(permissions) = &mut role.permissions else {
                unreachable!("the front desk has a list");
            };
            permissions.insert("billing.refunds".into());
            permissions.remove(&"calendar.view".into());
            role.administers.insert(Power::Users);
            role.excludes = Roles::All;
            role.clinical = true;
            role.requires_second_factor = true;
            role.name = "Reception".to_owned();
        };
        assert_eq!(
            told("decoda", Language::English, change),
            [
                "“Front Desk” may now manage users.",
                "Whoever holds “Front Desk” is clinical staff.",
                "“Front Desk” cannot be held together with any other role.",
                "“Front Desk” is called “Reception” now.",
                "“Front Desk” loses the permission “View appointments”.",
                "“Front Desk” gains the permission “Issue refunds”.",
                "Whoever holds “Front Desk” signs in with a second factor.",
            ]
        );
        assert_eq!(told("decoda", Language::French, change).len(), 7);
    }

    #[test]
    fn a_change_of_a_rule_is_a_sentence() {
        let change = |policy: &mut Policy| {
            policy.lifecycle.lock_after = 5;
            policy.lifecycle.leaving = [Leaving::Delete].into();
            policy.identity.login_email = LoginEmail::Fixed;
            policy.assignment.primary_site = Need::Optional;
            policy.words.save = "Keep".to_owned();
            policy.languages.push("pt".to_owned());
        };
        assert_eq!(
            told("decoda", Language::English, change),
            [
                "“Save” is called “Keep” now.",
                "People may prefer Portuguese now.",
                "“Primary Location” may be left open.",
                "The sign-in address is fixed once the invitation is out.",
                "Accounts are no longer ended by deactivation.",
                "Accounts may be ended by deletion, for good.",
                "An account locks after 5 failed sign-ins instead of 10.",
            ]
        );
        let french = told("decoda", Language::French, change);
        assert!(
            french.contains(&"Un compte se verrouille après 5 échecs de connexion au lieu de 10.".to_owned()),
            "{french:?}"
        );
        let spanish = told("decoda", Language::Spanish, change);
        assert!(
            spanish.contains(&"Una cuenta se bloquea tras 5 inicios de sesión fallidos en lugar de 10.".to_owned()),
            "{spanish:?}"
        );
    }

    #[test]
    fn what_comes_and_goes_is_named_by_its_kind() {
        let change = |policy: &mut Policy| {
            let gone = policy.roles.pop().unwrap();
            let mut new = gone.clone();
            new.id = "greeter".into();
            new.name = "Greeter".to_owned();
            policy.roles.push(new);
            policy.permissions.retain(|one| one.id.as_str() != "billing.refunds");
        };
        let told = told("decoda", Language::English, change);
        assert!(told.contains(&"New role: “Greeter”.".to_owned()), "{told:?}");
        assert!(
            told.contains(&"No more: the permission “Issue refunds”.".to_owned()),
            "{told:?}"
        );
    }

    /// Only what has no sentence is left to its place in the source: of all that differs between any two presets, little.
    #[test]
    fn what_has_no_sentence_is_left_to_the_source() {
        let silent = |path: &Path| {
            let area = path.0.first().and_then(name_of_step).unwrap_or_default();
            let last = path.0.last().and_then(name_of_step).unwrap_or_default();
            matches!(
                area,
                "support" | "screens" | "transition" | "terms" | "translation" | "words"
            ) || matches!(
                last,
                "about" | "hint" | "scheduling_steps" | "listed" | "own" | "clinical_only"
            ) || matches!(
                last,
                "kind" | "visible_to" | "scope" | "resources" | "at_least" | "module"
            ) || matches!(last, "case_within_days" | "at_new_sites")
                || path.to_string().contains("scheduling_steps")
                // The order of a list.
                || path.0.len() == 1
        };
        for before in preset::all() {
            for after in preset::all() {
                for one in differences(&before.policy(), &after.policy()).unwrap() {
                    assert!(one.change.is_some() || silent(&one.path), "{}", one.path);
                }
            }
        }
    }
}
