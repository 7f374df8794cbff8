//! What the words of a file mean here: which role, which site, whether someone still works there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::choices::Choices;
use super::column::How;
use super::fold::{fold, tidy};
use super::near;
use crate::facts::Facts;
use crate::ids::{RoleId, SiteId};
use crate::policy::Role;

/// What kind of word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum About {
    Role,
    Site,
    Standing,
}

/// What a word stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Role(RoleId),
    Site(SiteId),
    Standing(Standing),
    /// The word is passed over, as if the cell did not have it.
    Nothing,
}

/// Whether a person works here now, as the other system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Working,
    /// Employed, and away for a while: treated like everyone who works, and said.
    OnLeave,
    /// Works here no more: no account is made, and one that there is ends.
    Left,
}

impl Standing {
    pub const ALL: [Self; 3] = [Self::Working, Self::OnLeave, Self::Left];
}

/// Words for standings, folded.
const STANDINGS: &[(Standing, &[&str])] = &[
    (
        Standing::Working,
        &[
            "active",
            "working",
            "current",
            "employed",
            "yes",
            "y",
            "true",
            "1",
            "hired",
            "new hire",
            "probation",
            "actif",
            "activo",
        ],
    ),
    (
        Standing::OnLeave,
        &[
            "leave",
            "on leave",
            "leave of absence",
            "loa",
            "parental leave",
            "maternity leave",
            "sick leave",
            "sabbatical",
            "conge",
            "en conge",
            "de permiso",
        ],
    ),
    (
        Standing::Left,
        &[
            "terminated",
            "inactive",
            "left",
            "former",
            "resigned",
            "retired",
            "separated",
            "dismissed",
            "deceased",
            "ended",
            "no",
            "n",
            "false",
            "0",
            "termine",
            "inactif",
            "inactivo",
            "baja",
        ],
    ),
];

/// One word of the file and what it means here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mapping {
    pub about: About,
    /// As first written in the file.
    pub word: String,
    /// How many rows have it.
    pub rows: u32,
    /// What it is taken for; absent while it needs the person who imports.
    pub target: Option<Target>,
    pub how: How,
    /// What it may mean, the nearest first. Without effect until chosen.
    pub proposals: Vec<Target>,
}

impl Mapping {
    /// Whether nobody has to look at it.
    pub fn is_settled(&self) -> bool {
        self.target.is_some()
    }
}

/// Looks words up, and remembers which it was asked for.
pub(super) struct Lexicon<'a> {
    choices: &'a Choices,
    roles: Vec<(String, Target)>,
    sites: Vec<(String, Target)>,
    standings: Vec<(String, Target)>,
    asked: BTreeMap<(About, String), Mapping>,
}

impl<'a> Lexicon<'a> {
    pub(super) fn new(facts: &Facts, choices: &'a Choices) -> Self {
        // A role that the person may not see is as unknown as one that there is not (M9).
        let roles = || {
            let seen = |role: &&Role| facts.actor.sees_role(&facts.policy, role);
            facts.policy.roles.iter().filter(seen)
        };
        let names = roles().map(|role| (fold(&role.name), Target::Role(role.id.clone())));
        let ids = roles().map(|role| (fold(role.id.as_str()), Target::Role(role.id.clone())));
        let standings = STANDINGS
            .iter()
            .flat_map(|(standing, words)| words.iter().map(move |word| (*word, *standing)));
        Self {
            choices,
            roles: names.chain(ids).collect(),
            sites: facts
                .organisation
                .open_sites()
                .map(|site| (fold(&site.name), Target::Site(site.id)))
                .collect(),
            standings: standings
                .map(|(word, standing)| (word.to_owned(), Target::Standing(standing)))
                .collect(),
            asked: BTreeMap::new(),
        }
    }

    /// The meaning of the whole cell, or of each of its parts where it is a list.
    pub(super) fn look_up(&mut self, about: About, cell: &str) -> Vec<Mapping> {
        let cell = tidy(cell);
        if fold(&cell).is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Mapping> = Vec::new();
        for word in self.parts(about, &cell) {
            let key = (about, fold(word));
            if key.1.is_empty() || found.iter().any(|mapping| fold(&mapping.word) == key.1) {
                continue;
            }
            let mapping = match self.asked.get(&key) {
                Some(mapping) => mapping.clone(),
                None => self.meaning(about, word),
            };
            found.push(mapping.clone());
            let asked = self.asked.entry(key).or_insert(mapping);
            asked.rows = asked.rows.saturating_add(1);
        }
        found
    }

    /// Every word that was looked up: those that need someone first, then by how often they occur.
    pub(super) fn into_mappings(self) -> Vec<Mapping> {
        let mut mappings: Vec<Mapping> = self.asked.into_values().collect();
        mappings.sort_by_key(|mapping| (mapping.is_settled(), mapping.about, std::cmp::Reverse(mapping.rows)));
        mappings
    }

    /// The parts of a cell: the cell itself where it has a meaning as it stands, else what semicolons, bars or line
    /// breaks separate, else what commas or slashes do when every part has a meaning.
    fn parts<'c>(&self, about: About, cell: &'c str) -> Vec<&'c str> {
        let is_known = |word: &&str| self.settled(about, &fold(word)).is_some();
        if is_known(&cell) {
            return vec![cell];
        }
        if cell.contains([';', '|', '\n']) {
            return cell.split([';', '|', '\n']).map(str::trim).collect();
        }
        let fine: Vec<&str> = cell.split([',', '/']).map(str::trim).collect();
        if fine.iter().all(is_known) { fine } else { vec![cell] }
    }

    fn meaning(&self, about: About, word: &str) -> Mapping {
        let folded = fold(word);
        let proposals = match self.settled(about, &folded) {
            Some(_) => Vec::new(),
            None => near::nearest(&folded, self.names(about)),
        };
        let (target, how) = match self.settled(about, &folded) {
            Some((target, how)) => (Some(target), how),
            None if proposals.is_empty() => (None, How::Unknown),
            None => (None, How::Near),
        };
        Mapping {
            about,
            word: word.to_owned(),
            rows: 0,
            target,
            how,
            proposals,
        }
    }

    fn settled(&self, about: About, folded: &str) -> Option<(Target, How)> {
        let chosen = self
            .choices
            .words
            .iter()
            .rev()
            .find(|choice| choice.about == about && fold(&choice.word) == folded);
        if let Some(choice) = chosen {
            return Some((choice.target.clone(), How::Chosen));
        }
        let exact = self.names(about).iter().find(|(name, _)| name == folded);
        exact.map(|(_, target)| (target.clone(), How::Exact))
    }

    fn names(&self, about: About) -> &[(String, Target)] {
        match about {
            About::Role => &self.roles,
            About::Site => &self.sites,
            About::Standing => &self.standings,
        }
    }
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests {
    use super::*;
    use crate::import::testing::{facts, site};

    fn look_up(about: About, cell: &str, choices: &Choices) -> Vec<Mapping> {
        Lexicon::new(&facts(), choices).look_up(about, cell)
    }

    #[test]
    fn exact_words_have_their_meaning_at_once() {
        for (about, cell, expected) in [
            (About::Role, "front  DESK", vec![Target::Role("front_desk".into())]),
            (
                About::Site,
                "ST MARYS - NORTH",
                vec![Target::Site(site("St. Mary's – North"))],
            ),
            (
                About::Site,
                "St. Mary's – North; Elm Street;elm street;",
                vec![
                    Target::Site(site("St. Mary's – North")),
                    Target::Site(site("Elm Street")),
                ],
            ),
            (
                About::Site,
                "Elm Street, Harbour View",
                vec![Target::Site(site("Elm Street")), Target::Site(site("Harbour View"))],
            ),
            (About::Standing, "On-Leave", vec![Target::Standing(Standing::OnLeave)]),
            (About::Site, " ; ", vec![]),
        ] {
            let found = look_up(about, cell, &Choices::default());
            let targets: Vec<Target> = found.iter().filter_map(|mapping| mapping.target.clone()).collect();
            assert_eq!(targets, expected, "{cell:?}");
            assert!(found.iter().all(|mapping| mapping.how == How::Exact));
        }
    }

    #[test]
    fn near_words_are_proposed_and_wait_for_the_person() {
        for (about, cell, expected) in [
            (About::Role, "Frnt Desk", Target::Role("front_desk".into())),
            (About::Site, "Elm St", Target::Site(site("Elm Street"))),
            (About::Standing, "Terminatd", Target::Standing(Standing::Left)),
        ] {
            let found = look_up(about, cell, &Choices::default());
            let [mapping] = found.as_slice() else {
                panic!("one word: {found:?}")
            };
            assert_eq!((mapping.target.clone(), mapping.how), (None, How::Near), "{cell}");
            assert_eq!(mapping.proposals.first(), Some(&expected), "{cell}");

            let choices = Choices::default().with_word(about, &cell.to_uppercase(), Some(expected.clone()));
            let found = look_up(about, cell, &choices);
            assert_eq!(
                found.first().map(|m| (m.target.clone(), m.how)),
                Some((Some(expected), How::Chosen))
            );
        }
    }

    #[test]
    fn m9_a_hidden_role_is_a_word_like_any_other() {
        let (mut facts, choices) = (facts(), Choices::default());
        let mut policy = crate::policy::Policy::clone(&facts.policy);
        for role in policy.roles.iter_mut().filter(|role| role.id.as_str() == "front_desk") {
            role.visible_to = crate::policy::Visibility::Holders;
        }
        facts.policy = policy.into();
        let is_known = |facts: &Facts, word: &str| {
            let found = Lexicon::new(facts, &choices).look_up(About::Role, word);
            let desk = Target::Role("front_desk".into());
            found
                .iter()
                .any(|mapping| mapping.target.as_ref() == Some(&desk) || mapping.proposals.contains(&desk))
        };
        assert!(is_known(&facts, "Front Desk"), "the administrator holds all of it");
        facts.actor.kind = crate::facts::ActorKind::Member;
        facts.actor.assignments.clear();
        assert!(!is_known(&facts, "Front Desk") && !is_known(&facts, "front_desk"));
    }

    #[test]
    fn words_are_counted_once_for_each_row() {
        let (facts, choices) = (facts(), Choices::default());
        let mut lexicon = Lexicon::new(&facts, &choices);
        for cell in ["Elm Street; Elm Street", "elm street", "Moon Base", ""] {
            lexicon.look_up(About::Site, cell);
        }
        let found: Vec<(String, u32, How)> = lexicon
            .into_mappings()
            .into_iter()
            .map(|m| (m.word, m.rows, m.how))
            .collect();
        assert_eq!(
            found,
            [
                ("Moon Base".to_owned(), 1, How::Unknown),
                ("Elm Street".to_owned(), 2, How::Exact)
            ]
        );
    }
}
