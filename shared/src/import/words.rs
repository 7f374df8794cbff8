//! The words of the import, made where they are shown.

use super::column::{Column, ColumnUse};
use super::mapping::{About, Standing, Target};
use super::plan::Plan;
use super::rows::{Finding, Note, RowOutcome, Why};
use super::table::{Delimiter, TableError};
use super::wire::{Encoding, RowDone};
use crate::ids::SiteId;
use crate::organisation::Organisation;
use crate::policy::Policy;
use crate::text::{Language, Teller};
use crate::verdict::Confirmation;

/// Tells about an import in one organisation's words, in English: like [`crate::text`], it is the place for others.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    policy: &'a Policy,
    teller: Teller<'a>,
}

impl<'a> Words<'a> {
    pub fn new(policy: &'a Policy, organisation: &'a Organisation, language: Language) -> Self {
        Self {
            policy,
            teller: Teller::new(policy, organisation, language),
        }
    }

    /// For what a verdict says.
    pub fn teller(&self) -> Teller<'a> {
        self.teller
    }

    /// Why a row is skipped, or what stands against it and what would help.
    pub fn finding(&self, finding: &Finding) -> String {
        let words = &self.policy.words;
        match &finding.why {
            Why::DuplicateOf { row } => format!("Says the same as row {row}."),
            Why::AlreadyAsInFile => "The account already is as in the file.".to_owned(),
            Why::LeftWithoutAccount => "Has left and has no account.".to_owned(),
            Why::LeftAndInactive => "Has left; the account is inactive already.".to_owned(),
            Why::LeftOut => "Left out by you.".to_owned(),
            Why::SamePersonDiffers { row } => {
                format!("The same person as in row {row}, with other details. Correct one of them, or leave one out.")
            }
            Why::SameAddress { rows } => {
                let rows = list(rows.iter().map(u32::to_string), "and");
                format!("Someone else has the same address: row {rows}. Correct one of them, or leave one out.")
            }
            Why::AccountOfAnother { name, .. } => format!(
                "This address belongs to the account of {name}. Correct the address, or change the name under {}.",
                words.users
            ),
            Why::RoleUnmatched { word, proposals } => {
                let names = proposals.iter().map(|role| self.teller.role(role));
                format!("“{word}” is no {} here.{}", lower(&words.role), perhaps(names))
            }
            Why::SiteUnmatched { word, proposals } => {
                let names = proposals.iter().map(|site| self.teller.site(*site));
                format!("“{word}” is no {} here.{}", lower(&words.site), perhaps(names))
            }
            Why::StandingUnmatched { word } => {
                format!("“{word}” does not say whether the person works here. Choose what it means.")
            }
            Why::ResourceUnmatched { word } => match self.policy.site_resource_kind() {
                Some(kind) => format!("“{word}” is no {} there.", lower(&kind.name)),
                None => format!("“{word}” is not known there."),
            },
            Why::FormulaLooking => {
                "A spreadsheet would take this for a formula. Type the name as it should be.".to_owned()
            }
            Why::DeletionByHand => format!(
                "Has left. Accounts are deleted for good here, which a file never does: delete it under {}.",
                words.users
            ),
            Why::Refused { refusal } => self.teller.reason(&refusal.reason),
            Why::Undecided { undecided } => self.teller.undecided(undecided),
        }
    }

    /// The same, with the name of the cell's column in front where the reason alone does not say which cell is meant.
    pub fn finding_in(&self, columns: &[ColumnUse], finding: &Finding) -> String {
        let column = finding
            .column
            .and_then(|column| columns.get(usize::try_from(column).ok()?));
        match (&finding.why, column) {
            (Why::Refused { .. } | Why::FormulaLooking, Some(column)) => {
                format!("{}: {}", column.name, self.finding(finding))
            }
            _ => self.finding(finding),
        }
    }

    /// What was done with a cell.
    pub fn note(&self, note: &Note) -> String {
        match note {
            Note::SpacesRemoved { .. } => "Extra spaces removed.".to_owned(),
            Note::AddressLowered { .. } => "Address written in small letters.".to_owned(),
            Note::OnLeave => "On leave: treated like everyone who works here.".to_owned(),
            Note::ClinicalOnly { field, .. } => {
                let clinical = lower(&self.policy.words.clinical);
                format!(
                    "{} not taken over: it is for {clinical} only.",
                    self.teller.field(*field)
                )
            }
            Note::NameParted => "Name parted before its last word.".to_owned(),
            Note::SitesKept { sites } => {
                format!("Keeps access to {}, which the file does not name.", self.sites(sites))
            }
            Note::StaysInactive => "The account is inactive and stays so.".to_owned(),
        }
    }

    /// What is confirmed, with the name of whom it is about.
    pub fn confirmation(&self, plan: &Plan, wanted: &Confirmation) -> String {
        let text = self.teller.confirmation(wanted);
        let about = match wanted {
            Confirmation::Deactivation { user } | Confirmation::Deletion { user } => plan
                .rows
                .iter()
                .find(|row| row.user == Some(*user))
                .map(|row| row.name.as_str()),
            Confirmation::AccessEnds { .. }
            | Confirmation::OtherDomain { .. }
            | Confirmation::Terms { .. }
            | Confirmation::Archiving { .. }
            | Confirmation::Breach { .. } => None,
        };
        match about {
            Some(name) => format!("{name}: {text}"),
            None => text,
        }
    }

    /// What will happen with a row.
    pub fn outcome(&self, outcome: RowOutcome) -> &'static str {
        match outcome {
            RowOutcome::NeedsYou => "Needs you",
            RowOutcome::Create => "Create",
            RowOutcome::Change => "Change",
            RowOutcome::Deactivate => "Deactivate",
            RowOutcome::Skip => "Skip",
        }
    }

    /// What was done with a row.
    pub fn done(&self, done: RowDone) -> &'static str {
        match done {
            RowDone::Created => "Created",
            RowDone::Changed => "Changed",
            RowDone::Deactivated => "Deactivated",
            RowDone::Skipped => "Skipped",
            RowDone::LeftOut => "Left out",
        }
    }

    /// What a column holds.
    pub fn column(&self, column: Column) -> String {
        let words = &self.policy.words;
        match column {
            Column::Ignored => "Not imported".to_owned(),
            Column::EmployeeId => "Employee number".to_owned(),
            Column::Profile(field) => self.teller.field(field),
            Column::Role => words.role.clone(),
            Column::PrimarySite => words.primary_site.clone(),
            Column::OtherSites => format!("Other {}", lower(&words.sites)),
            Column::Resources => match self.policy.site_resource_kind() {
                Some(kind) => kind.plural.clone(),
                None => "Resources".to_owned(),
            },
            Column::Standing => "Works here".to_owned(),
        }
    }

    /// What kind of word it is.
    pub fn about(&self, about: About) -> String {
        match about {
            About::Role => self.policy.words.role.clone(),
            About::Site => self.policy.words.site.clone(),
            About::Standing => "Works here".to_owned(),
        }
    }

    /// What a word stands for.
    pub fn target(&self, target: &Target) -> String {
        match target {
            Target::Role(role) => self.teller.role(role),
            Target::Site(site) => self.teller.site(*site),
            Target::Standing(Standing::Working) => "Works here".to_owned(),
            Target::Standing(Standing::OnLeave) => "On leave".to_owned(),
            Target::Standing(Standing::Left) => "Has left".to_owned(),
            Target::Nothing => "Pass over".to_owned(),
        }
    }

    pub fn sites(&self, sites: &[SiteId]) -> String {
        list(sites.iter().map(|site| self.teller.site(*site)), "and")
    }
}

/// Why a file cannot be read, and what would help.
pub fn table_error(error: &TableError) -> String {
    match error {
        TableError::NotText => "This file is not text. Save the spreadsheet as CSV and choose that file.".to_owned(),
        TableError::Empty => "This file has no rows below its header.".to_owned(),
        TableError::NoHeader => {
            "The first row holds a person's data. Add a row with the names of the columns above it.".to_owned()
        }
        TableError::Ragged { row, cells, expected } => format!(
            "Row {row} has {cells} cells and the header has {expected}, so its cells may stand in the wrong columns. Put \
             text that contains the separator in quotation marks."
        ),
        TableError::QuoteOpen { row } => format!("A quotation mark is opened in row {row} and never closed."),
        TableError::TooManyRows { at_most } => format!("The file has more than {at_most} rows. Split it."),
        TableError::TooLarge { at_most } => {
            format!("The file is larger than {} MB. Split it.", at_most / (1024 * 1024))
        }
    }
}

pub fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8WithMark => "UTF-8",
        Encoding::Utf16 => "UTF-16",
        Encoding::Windows1252 => "Windows-1252",
    }
}

pub fn delimiter(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => "comma",
        Delimiter::Semicolon => "semicolon",
        Delimiter::Tab => "tab",
    }
}

fn perhaps(names: impl Iterator<Item = String>) -> String {
    let names = list(names, "or");
    if names.is_empty() {
        " Choose what it means.".to_owned()
    } else {
        format!(" Perhaps {names}?")
    }
}

fn list(items: impl Iterator<Item = String>, word: &str) -> String {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}

/// A word of the policy inside a sentence; words with capitals inside stay as they are ("User Type").
fn lower(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if !letters.as_str().chars().any(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => word.to_owned(),
    }
}
