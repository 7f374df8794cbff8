//! Further people of a demonstration organisation: made from names and from the proportions that its description states, each
//! with a past. The same description makes the same people each time.

use std::collections::BTreeSet;

use serde::Deserialize;
use shared::ids::ProductId;
use shared::lifecycle::Status;

use super::data::{Demo, LOCKED_BY_HAND, LOCKED_OUT, Person};
use super::{DemoError, id_of};
use crate::store::codec;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Others {
    /// Of everyone's address.
    domain: String,
    /// Who looks after the users, in turn.
    pub(super) by: Vec<String>,
    /// The first of them came so many days ago.
    days: u32,
    /// Languages, in turn; none where the policy asks for none.
    #[serde(default)]
    languages: Vec<String>,
    #[serde(rename = "group")]
    groups: Vec<Group>,
    #[serde(default)]
    past: Vec<Past>,
}

/// So many people who hold the same.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    people: u32,
    /// Who looks after them, where not everybody can (M9).
    #[serde(default)]
    by: Option<String>,
    roles: Vec<String>,
    /// At how many sites, in turn.
    #[serde(default)]
    sites: Vec<usize>,
    /// How many resources of each of these sites, in turn.
    #[serde(default)]
    resources: Vec<usize>,
    /// In how many resources of the organisation, in turn.
    #[serde(default)]
    memberships: Vec<usize>,
    #[serde(default)]
    taxonomies: Vec<String>,
    /// So many of them are invited, …
    #[serde(default)]
    invited: u32,
    #[serde(default)]
    inactive: u32,
    /// So many of those who are inactive have lost all that they held (T6).
    #[serde(default)]
    cleared: u32,
    /// So many of those who are active are locked, every other one by wrong passwords.
    #[serde(default)]
    locked: u32,
}

/// What happened so many times, each time to somebody else.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Past {
    times: u32,
    what: Episode,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Episode {
    /// Holds another role than at first.
    Role {
        from: String,
        to: String,
    },
    /// Was at other sites at first: at one less, or at another one.
    Sites,
    /// Has another last name than at first.
    Name,
    /// Had no telephone number at first.
    Phone,
    Resent,
    /// Was locked, and let in again.
    Unlocked,
    /// Was inactive for a while.
    Reactivated,
    /// Left: somebody who is on the record only.
    Deleted {
        role: String,
    },
    /// Was invited, and then not wanted: on the record only.
    Withdrawn {
        role: String,
    },
    Products {
        products: BTreeSet<ProductId>,
    },
    /// Was inactive for some days, and support was asked for a product since.
    Case {
        product: ProductId,
    },
}

/// Something in a person's past: what it was, when, and who they were until then.
pub(super) struct Event {
    pub(super) days_ago: u32,
    pub(super) what: Episode,
    pub(super) before: Option<Box<Person>>,
}

#[derive(Deserialize)]
struct Names {
    first: Vec<String>,
    last: Vec<String>,
}

/// Numbers that look like chance and are the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn of(parts: &[&str]) -> Self {
        let (high, low) = id_of(parts).as_u64_pair();
        Self(high ^ low)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end.max(1) as u64).unwrap_or_default()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    fn days(&mut self, from: u32, to: u32) -> u32 {
        from + u32::try_from(self.below((to.max(from) - from + 1) as usize)).unwrap_or_default()
    }
}

/// The one whose turn it is.
fn in_turn<T: Copy + Default>(all: &[T], turn: usize) -> T {
    all.get(turn % all.len().max(1)).copied().unwrap_or_default()
}

/// The people whom a description asks for, in the order of their groups.
pub(super) fn people(demo: &Demo) -> Result<Vec<Person>, DemoError> {
    let Some(others) = &demo.others else {
        return Ok(Vec::new());
    };
    let names: Names =
        toml::from_str(include_str!("names.toml")).map_err(|error| DemoError::Data(error.to_string()))?;
    let mut maker = Maker {
        demo,
        others,
        names: &names,
        taken: demo.people.iter().map(|person| person.email.clone()).collect(),
        made: Vec::new(),
    };
    for group in &others.groups {
        maker.group(group);
    }
    for (turn, past) in others.past.iter().enumerate() {
        maker.past(turn, past)?;
    }
    Ok(maker.made)
}

struct Maker<'a> {
    demo: &'a Demo,
    others: &'a Others,
    names: &'a Names,
    taken: BTreeSet<String>,
    made: Vec<Person>,
}

impl Maker<'_> {
    fn group(&mut self, group: &Group) {
        for number in 0..group.people {
            let mut dice = Dice::of(&[&self.demo.name, &group.roles.join("|"), &number.to_string()]);
            let status = if number < group.invited {
                Status::Invited
            } else if number < group.invited + group.inactive {
                Status::Inactive
            } else {
                Status::Active
            };
            let locked = status == Status::Active && number >= group.people - group.locked;
            let person = self.person(group, number as usize, status, &mut dice);
            let lock = match (group.people - number) % 2 {
                _ if !locked => "",
                0 => LOCKED_BY_HAND,
                _ => LOCKED_OUT,
            };
            self.made.push(Person {
                locked: lock.to_owned(),
                cleared: status == Status::Inactive && number < group.invited + group.cleared,
                ..person
            });
        }
    }

    fn person(&mut self, group: &Group, turn: usize, status: Status, dice: &mut Dice) -> Person {
        let first = dice.one_of(&self.names.first).cloned().unwrap_or_default();
        let last = dice.one_of(&self.names.last).cloned().unwrap_or_default();
        let email = self.address(&first, &last);
        let sites = self.sites(in_turn(&group.sites, turn), dice);
        let resources = self.resources(&sites, in_turn(&group.resources, turn), dice);
        let invited = match status {
            Status::Invited => dice.days(1, 24),
            Status::Inactive => dice.days(40, self.others.days),
            Status::Active => dice.days(4, self.others.days),
        };
        // Most have been there this week, some not for long, one in twenty never.
        let seen = match (status, dice.below(20)) {
            (Status::Active, 0..=13) => Some(dice.days(0, 6)),
            (Status::Active, 14..=18) => Some(dice.days(7, 75)),
            _ => None,
        };
        let phone = match dice.below(5) {
            0 | 1 => String::new(),
            _ => format!("({}) 555-01{:02}", 201 + dice.below(700), dice.below(100)),
        };
        let clinical = !group.taxonomies.is_empty();
        Person {
            roles: group.roles.join("|"),
            sites: sites.join("|"),
            resources: resources.join("|"),
            groups: self.memberships(in_turn(&group.memberships, turn), dice).join("|"),
            status,
            locked: String::new(),
            invited,
            seen: seen.map(|days| days.min(invited.saturating_sub(2))),
            phone,
            language: self
                .others
                .languages
                .get(turn % self.others.languages.len().max(1))
                .cloned()
                .unwrap_or_default(),
            npi: if clinical { npi(dice) } else { String::new() },
            taxonomies: if clinical {
                dice.one_of(&group.taxonomies).cloned().unwrap_or_default()
            } else {
                String::new()
            },
            // From noon to eight in the evening in Greenwich: office hours in Boston.
            minute: u16::try_from(12 * 60 + dice.below(8 * 60)).ok(),
            by: group.by.clone(),
            events: Vec::new(),
            cleared: false,
            first,
            last,
            email,
        }
    }

    /// `first.last@domain`, with a number for whoever has the name of somebody else.
    fn address(&mut self, first: &str, last: &str) -> String {
        let word = |text: &str| -> String {
            let folded = codec::fold(text).replace(' ', "-");
            folded
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect()
        };
        let local = format!("{}.{}", word(first), word(last));
        let mut number = 1;
        loop {
            let address = match number {
                1 => format!("{local}@{}", self.others.domain),
                _ => format!("{local}{number}@{}", self.others.domain),
            };
            if self.taken.insert(address.clone()) {
                return address;
            }
            number += 1;
        }
    }

    /// So many sites that are open; the first in the list are the larger ones.
    fn sites(&self, count: usize, dice: &mut Dice) -> Vec<String> {
        let mut left: Vec<&str> = self.demo.open_sites().collect();
        let mut chosen = Vec::new();
        for _ in 0..count.min(left.len()) {
            let at = dice.below(left.len()).min(dice.below(left.len() + 1));
            chosen.push(left.remove(at).to_owned());
        }
        chosen
    }

    /// Names of resources that each of the sites has.
    fn resources(&self, sites: &[String], count: usize, dice: &mut Dice) -> Vec<String> {
        let of = |site: &str| -> BTreeSet<&str> {
            let there = self.demo.resources.iter();
            let there = there.filter(|resource| resource.site.as_deref() == Some(site));
            there.map(|resource| resource.name.as_str()).collect()
        };
        let mut common: Option<BTreeSet<&str>> = None;
        for site in sites {
            common = Some(match common {
                None => of(site),
                Some(common) => common.intersection(&of(site)).copied().collect(),
            });
        }
        let mut left: Vec<&str> = common.unwrap_or_default().into_iter().collect();
        take(&mut left, count, dice)
    }

    fn memberships(&self, count: usize, dice: &mut Dice) -> Vec<String> {
        let all = self.demo.resources.iter().filter(|resource| resource.site.is_none());
        take(&mut all.map(|resource| resource.name.as_str()).collect(), count, dice)
    }

    fn past(&mut self, turn: usize, past: &Past) -> Result<(), DemoError> {
        let mut dice = Dice::of(&[&self.demo.name, "past", &turn.to_string()]);
        if let Episode::Deleted { role } | Episode::Withdrawn { role } = &past.what {
            let like = self
                .others
                .groups
                .iter()
                .find(|group| group.roles.contains(role))
                .cloned();
            let group =
                like.ok_or_else(|| DemoError::Data(format!("{}: nobody has the role {role}", self.demo.name)))?;
            for number in 0..past.times {
                self.gone(&group, number as usize, &past.what, &mut dice);
            }
            return Ok(());
        }
        let start = dice.below(self.made.len());
        let order: Vec<usize> = (0..self.made.len()).map(|at| (start + at) % self.made.len()).collect();
        let mut left = past.times;
        for at in order {
            let Some(person) = self.made.get(at).filter(|person| left > 0 && suits(person, &past.what)) else {
                continue;
            };
            let before = self.before(person, &past.what, &mut dice);
            let days_ago = match past.what {
                Episode::Resent => dice.days(1, person.invited - 1),
                Episode::Case { .. } => dice.days(3, 20),
                _ => dice.days(2, person.invited - 8),
            };
            if let Some(person) = self.made.get_mut(at) {
                person.events.push(Event {
                    days_ago,
                    what: past.what.clone(),
                    before: before.map(Box::new),
                });
                left -= 1;
            }
        }
        if left > 0 {
            return Err(DemoError::Data(format!(
                "{}: {left} too few people for part {turn} of its past",
                self.demo.name
            )));
        }
        Ok(())
    }

    /// Somebody of whom only the record is left.
    fn gone(&mut self, group: &Group, turn: usize, what: &Episode, dice: &mut Dice) {
        let status = if matches!(what, Episode::Withdrawn { .. }) {
            Status::Invited
        } else {
            Status::Active
        };
        let mut person = self.person(group, turn, status, dice);
        person.invited = dice.days(20, self.others.days);
        person.seen = None;
        let days_ago = match status {
            Status::Invited => person.invited - dice.days(2, 9),
            _ => dice.days(3, person.invited - 8),
        };
        person.events.push(Event {
            days_ago,
            what: what.clone(),
            before: None,
        });
        self.made.push(person);
    }

    /// Who the person was until then; `None` if nothing about them changed.
    fn before(&self, person: &Person, what: &Episode, dice: &mut Dice) -> Option<Person> {
        let mut before = person.as_before();
        match what {
            Episode::Role { from, .. } => {
                before.roles.clone_from(from);
                let like = self
                    .others
                    .groups
                    .iter()
                    .find(|group| group.roles.first() == Some(from))?;
                let sites: Vec<String> = before.sites().map(str::to_owned).collect();
                before.resources = self.resources(&sites, in_turn(&like.resources, 0), dice).join("|");
            }
            Episode::Sites => {
                let mut sites: Vec<String> = before.sites().map(str::to_owned).collect();
                if sites.len() > 1 {
                    sites.pop();
                } else {
                    let elsewhere: Vec<&str> = self
                        .demo
                        .open_sites()
                        .filter(|site| !sites.iter().any(|held| held == site))
                        .collect();
                    sites = dice.one_of(&elsewhere).map(|site| vec![(*site).to_owned()])?;
                }
                let count = before.resources().count();
                before.resources = self.resources(&sites, count, dice).join("|");
                before.sites = sites.join("|");
            }
            Episode::Name => before.last = dice.one_of(&self.names.last).cloned()?,
            Episode::Phone => before.phone.clear(),
            _ => return None,
        }
        Some(before)
    }
}

/// Whether that can be in the person's past.
fn suits(person: &Person, what: &Episode) -> bool {
    let settled = person.status == Status::Active && person.invited >= 14 && !person.is_locked();
    if !person.events.is_empty() {
        return false;
    }
    match what {
        Episode::Role { to, .. } => settled && person.roles == *to && person.sites().count() < 2,
        Episode::Sites => settled && person.sites().count() > 0,
        Episode::Name | Episode::Unlocked | Episode::Reactivated => settled,
        Episode::Phone => settled && !person.phone.is_empty(),
        Episode::Resent => person.status == Status::Invited && person.invited > 3,
        Episode::Products { .. } => settled && !person.npi.is_empty(),
        Episode::Case { .. } => settled && !person.npi.is_empty() && person.invited >= 40,
        Episode::Deleted { .. } | Episode::Withdrawn { .. } => false,
    }
}

fn take(left: &mut Vec<&str>, count: usize, dice: &mut Dice) -> Vec<String> {
    let mut chosen = Vec::new();
    for _ in 0..count.min(left.len()) {
        chosen.push(left.remove(dice.below(left.len())).to_owned());
    }
    chosen
}

/// Ten digits with a check digit that fits (D7).
fn npi(dice: &mut Dice) -> String {
    let body = format!("1{:08}", dice.below(100_000_000));
    (0..10)
        .map(|check| format!("{body}{check}"))
        .find(|number| shared::clinical::Npi::parse(number).is_ok())
        .unwrap_or_default()
}
