//! One row read as a person: cells tidied, words looked up, fields in the shape that the policy uses.

use std::collections::BTreeSet;

use super::choices::Choices;
use super::column::{self, Column, ColumnUse};
use super::fold::{fold, tidy};
use super::looks_like_formula;
use super::mapping::{About, Lexicon, Standing, Target};
use super::rows::{Finding, Note, Why};
use super::table::Table;
use crate::facts::Facts;
use crate::ids::{RoleId, SiteId};
use crate::policy::{Need, Policy};
use crate::user::{ProfileField, ProfileText};

/// What a row says about someone.
pub(super) struct Person {
    pub(super) row: u32,
    /// As in the file, or as put right.
    pub(super) cells: Vec<String>,
    pub(super) corrected: Vec<u32>,
    /// Folded; empty where the file has none.
    pub(super) employee_id: String,
    /// Everything else that the row says, folded: two rows that say the same are one.
    pub(super) content: Vec<String>,
    pub(super) name: String,
    /// In small letters.
    pub(super) login_email: String,
    /// `None` while the word for it has no meaning.
    pub(super) standing: Option<Standing>,
    pub(super) profile: ProfileText,
    pub(super) roles: Vec<RoleId>,
    /// The primary site first.
    pub(super) sites: Vec<SiteId>,
    pub(super) primary_site: Option<SiteId>,
    /// Folded names of what is shared out at the sites; `None` where the cell is empty.
    pub(super) resources: Option<Vec<String>>,
    pub(super) findings: Vec<Finding>,
    pub(super) notes: Vec<Note>,
}

impl Person {
    /// Whether a word about roles or sites has no meaning yet, so that nothing can be said about access.
    pub(super) fn is_access_open(&self) -> bool {
        self.findings.iter().any(|finding| {
            matches!(
                finding.why,
                Why::RoleUnmatched { .. } | Why::SiteUnmatched { .. } | Why::ResourceUnmatched { .. }
            )
        })
    }
}

/// The login addresses that a file names, as they would be kept; what a plan needs to know accounts by.
pub fn addresses(table: &Table, choices: &Choices, policy: &Policy) -> BTreeSet<String> {
    let columns = column::recognise(table, policy, choices);
    let wanted = Column::Profile(ProfileField::LoginEmail);
    let Some(place) = columns.iter().position(|column| column.meaning == wanted) else {
        return BTreeSet::new();
    };
    let number = u32::try_from(place).unwrap_or(u32::MAX);
    table
        .rows()
        .filter_map(|(row, cells)| choices.correction(row, number).or(cells.get(place).map(String::as_str)))
        .map(|cell| tidy(cell).to_lowercase())
        .filter(|address| !address.is_empty())
        .collect()
}

/// Reads rows, one after the other.
pub(super) struct Reader<'a> {
    pub(super) facts: &'a Facts,
    pub(super) columns: &'a [ColumnUse],
    pub(super) choices: &'a Choices,
    pub(super) lexicon: Lexicon<'a>,
}

impl Reader<'_> {
    pub(super) fn read(&mut self, row: u32, cells: &[String]) -> Person {
        let mut corrected = Vec::new();
        let cells: Vec<String> = (0u32..)
            .zip(cells)
            .map(|(column, cell)| match self.choices.correction(row, column) {
                Some(text) if text != cell => {
                    corrected.push(column);
                    text.to_owned()
                }
                _ => cell.clone(),
            })
            .collect();
        let mut person = Person {
            row,
            corrected,
            employee_id: String::new(),
            content: Vec::new(),
            name: String::new(),
            login_email: String::new(),
            standing: Some(Standing::Working),
            profile: ProfileText::new(),
            roles: Vec::new(),
            sites: Vec::new(),
            primary_site: None,
            resources: None,
            findings: Vec::new(),
            notes: Vec::new(),
            cells: Vec::new(),
        };
        let mut typed = ProfileText::new();
        for ((number, cell), column) in (0u32..).zip(&cells).zip(self.columns) {
            self.read_cell(&mut person, &mut typed, number, cell, column.meaning);
        }
        person.cells = cells;
        // The primary site is reached whatever order the columns are in.
        if let Some(primary) = person.primary_site {
            person.sites.retain(|site| *site != primary);
            person.sites.insert(0, primary);
        }
        person.login_email = typed.get(&ProfileField::LoginEmail).cloned().unwrap_or_default();
        self.fill_names(&mut person, &typed);
        self.fill_profile(&mut person, typed);
        person
    }

    fn read_cell(&mut self, person: &mut Person, typed: &mut ProfileText, number: u32, cell: &str, meaning: Column) {
        if meaning == Column::Ignored {
            return;
        }
        let text = tidy(cell);
        if text != cell && meaning != Column::EmployeeId && !text.is_empty() {
            person.notes.push(Note::SpacesRemoved { column: number });
        }
        if meaning == Column::EmployeeId {
            person.employee_id = fold(&text);
            return;
        }
        person.content.push(fold(&text));
        match meaning {
            Column::Ignored | Column::EmployeeId => {}
            Column::Profile(field) => {
                let is_name = matches!(
                    field,
                    ProfileField::Name | ProfileField::FirstName | ProfileField::LastName
                );
                if is_name && looks_like_formula(cell) {
                    person.findings.push(Finding {
                        column: Some(number),
                        why: Why::FormulaLooking,
                    });
                }
                let text = match field {
                    ProfileField::LoginEmail | ProfileField::CommunicationEmail => {
                        let lowered = text.to_lowercase();
                        if lowered != text {
                            person.notes.push(Note::AddressLowered { column: number });
                        }
                        lowered
                    }
                    ProfileField::Language => self.language(text),
                    _ => text,
                };
                typed.insert(field, text);
            }
            Column::Role => self.read_roles(person, number, &text),
            Column::PrimarySite | Column::OtherSites => self.read_sites(person, number, cell, meaning),
            Column::Resources => {
                let words: Vec<String> = cell
                    .split([';', '|', '\n', ','])
                    .map(fold)
                    .filter(|w| !w.is_empty())
                    .collect();
                person.resources = (!words.is_empty()).then_some(words);
            }
            Column::Standing => self.read_standing(person, number, &text),
        }
    }

    fn read_roles(&mut self, person: &mut Person, number: u32, text: &str) {
        for mapping in self.lexicon.look_up(About::Role, text) {
            match mapping.target {
                Some(Target::Role(role)) if !person.roles.contains(&role) => person.roles.push(role),
                Some(_) => {}
                None => {
                    let proposals = mapping.proposals.into_iter().filter_map(|proposal| match proposal {
                        Target::Role(role) => Some(role),
                        _ => None,
                    });
                    let why = Why::RoleUnmatched {
                        word: mapping.word,
                        proposals: proposals.collect(),
                    };
                    person.findings.push(Finding {
                        column: Some(number),
                        why,
                    });
                }
            }
        }
    }

    fn read_sites(&mut self, person: &mut Person, number: u32, cell: &str, meaning: Column) {
        for mapping in self.lexicon.look_up(About::Site, cell) {
            match mapping.target {
                Some(Target::Site(site)) => {
                    if meaning == Column::PrimarySite && person.primary_site.is_none() {
                        person.primary_site = Some(site);
                    }
                    if !person.sites.contains(&site) {
                        person.sites.push(site);
                    }
                }
                Some(_) => {}
                None => {
                    let proposals = mapping.proposals.into_iter().filter_map(|proposal| match proposal {
                        Target::Site(site) => Some(site),
                        _ => None,
                    });
                    let why = Why::SiteUnmatched {
                        word: mapping.word,
                        proposals: proposals.collect(),
                    };
                    person.findings.push(Finding {
                        column: Some(number),
                        why,
                    });
                }
            }
        }
    }

    fn read_standing(&mut self, person: &mut Person, number: u32, text: &str) {
        for mapping in self.lexicon.look_up(About::Standing, text) {
            match mapping.target {
                Some(Target::Standing(standing)) => {
                    person.standing = Some(standing);
                    if standing == Standing::OnLeave {
                        person.notes.push(Note::OnLeave);
                    }
                }
                Some(_) => {}
                None => {
                    person.standing = None;
                    let why = Why::StandingUnmatched { word: mapping.word };
                    person.findings.push(Finding {
                        column: Some(number),
                        why,
                    });
                }
            }
        }
    }

    /// The tag of the policy's list that is meant: by tag, by its main part (`en-US`), or by the language's name.
    fn language(&self, text: String) -> String {
        const NAMES: &[(&str, &[&str])] = &[
            ("en", &["english", "anglais", "ingles"]),
            ("fr", &["french", "francais", "frances"]),
            ("es", &["spanish", "espanol", "castellano", "espagnol"]),
        ];
        let folded = fold(&text);
        let main = folded.split(' ').next().unwrap_or_default();
        let named = NAMES
            .iter()
            .find(|(_, names)| names.contains(&main))
            .map_or(main, |(tag, _)| *tag);
        let languages = &self.facts.policy.languages;
        let exact = languages.iter().find(|tag| fold(tag) == folded);
        exact
            .or_else(|| languages.iter().find(|tag| fold(tag) == named))
            .cloned()
            .unwrap_or(text)
    }

    /// Whole name or first and last, whichever the file has, in whichever form the policy uses.
    fn fill_names(&self, person: &mut Person, typed: &ProfileText) {
        let cell = |field| typed.get(&field).map(String::as_str).unwrap_or_default();
        let (first, last) = (cell(ProfileField::FirstName), cell(ProfileField::LastName));
        let whole = match cell(ProfileField::Name).split_once(',') {
            // "García, Ana"; but "Ana García, MD" is left alone.
            Some((family, given)) if given.trim().contains(char::is_lowercase) => {
                format!("{} {}", given.trim(), family)
            }
            _ if !cell(ProfileField::Name).is_empty() => cell(ProfileField::Name).to_owned(),
            _ => tidy(&format!("{first} {last}")),
        };
        person.name.clone_from(&whole);
        let parts_wanted = self.uses(ProfileField::FirstName) || self.uses(ProfileField::LastName);
        if self.uses(ProfileField::Name) && !whole.is_empty() {
            person.profile.insert(ProfileField::Name, whole.clone());
        }
        if !parts_wanted {
            return;
        }
        let (first, last) = if first.is_empty() && last.is_empty() && !whole.is_empty() {
            person.notes.push(Note::NameParted);
            whole.rsplit_once(' ').unwrap_or((whole.as_str(), ""))
        } else {
            (first, last)
        };
        for (field, text) in [(ProfileField::FirstName, first), (ProfileField::LastName, last)] {
            if self.uses(field) && !text.is_empty() {
                person.profile.insert(field, text.to_owned());
            }
        }
    }

    /// The other fields that the policy uses. An empty cell says nothing: it clears nothing.
    fn fill_profile(&self, person: &mut Person, mut typed: ProfileText) {
        let policy = &self.facts.policy;
        let clinical = person
            .roles
            .iter()
            .any(|id| policy.role(id).is_some_and(|role| role.clinical));
        for field in [ProfileField::Name, ProfileField::FirstName, ProfileField::LastName] {
            typed.remove(&field);
        }
        let needs_contact = policy
            .field(ProfileField::CommunicationEmail)
            .is_some_and(|rule| rule.need == Need::Required);
        if needs_contact
            && typed
                .get(&ProfileField::CommunicationEmail)
                .is_none_or(String::is_empty)
        {
            typed.insert(ProfileField::CommunicationEmail, person.login_email.clone());
        }
        for (field, text) in typed {
            let Some(rule) = policy.field(field).filter(|rule| rule.need != Need::Unused) else {
                continue;
            };
            if text.is_empty() {
                continue;
            }
            if rule.clinical_only && !clinical && !person.roles.is_empty() {
                if let Some(column) = column_of(self.columns, field) {
                    person.notes.push(Note::ClinicalOnly { column, field });
                }
                continue;
            }
            person.profile.insert(field, text);
        }
    }

    fn uses(&self, field: ProfileField) -> bool {
        self.facts
            .policy
            .field(field)
            .is_some_and(|rule| rule.need != Need::Unused)
    }
}

/// The column that a profile field comes from.
pub(super) fn column_of(columns: &[ColumnUse], field: ProfileField) -> Option<u32> {
    let place = |field| {
        columns
            .iter()
            .position(|column| column.meaning == Column::Profile(field))
    };
    let found = match field {
        ProfileField::Name => place(field)
            .or(place(ProfileField::FirstName))
            .or(place(ProfileField::LastName)),
        ProfileField::FirstName | ProfileField::LastName => place(field).or(place(ProfileField::Name)),
        _ => place(field),
    };
    found.and_then(|place| u32::try_from(place).ok())
}
