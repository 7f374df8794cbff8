//! Which column of a file holds what.

use serde::{Deserialize, Serialize};

use super::choices::Choices;
use super::fold::fold;
use super::near;
use super::table::Table;
use crate::policy::{Need, Policy};
use crate::user::ProfileField;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Nothing that is imported.
    Ignored,
    /// The number that the other system knows the person by. Tells when two rows are one person; not kept.
    EmployeeId,
    Profile(ProfileField),
    /// The role, or several.
    Role,
    PrimarySite,
    /// Further sites, separated by semicolons.
    OtherSites,
    /// What is shared out at the sites (lines), separated by semicolons.
    Resources,
    /// Whether the person works there now.
    Standing,
}

/// How something of the file found its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It says so, whatever its case, accents and punctuation.
    Exact,
    /// It nearly says so. For a word this is a proposal only; a column is taken as recognised, in plain sight.
    Near,
    /// The person who imports chose it.
    Chosen,
    /// It has no meaning yet.
    Unknown,
}

/// One column and its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ColumnUse {
    /// As the header has it.
    pub name: String,
    pub meaning: Column,
    pub how: How,
    /// Whether the organisation's policy has a use for what it holds.
    pub used: bool,
}

/// Header words by meaning, folded. What the policy calls its own things comes on top.
const SYNONYMS: &[(Column, &[&str])] = &[
    (
        Column::EmployeeId,
        &[
            "employee id",
            "employee no",
            "employee number",
            "emp id",
            "staff id",
            "staff number",
            "personnel number",
            "payroll id",
            "worker id",
            "badge",
            "id",
        ],
    ),
    (
        Column::Profile(ProfileField::FirstName),
        &[
            "first name",
            "firstname",
            "given name",
            "forename",
            "first",
            "preferred first name",
            "prenom",
            "nombre",
        ],
    ),
    (
        Column::Profile(ProfileField::LastName),
        &[
            "last name",
            "lastname",
            "surname",
            "family name",
            "last",
            "nom",
            "nom de famille",
            "apellido",
            "apellidos",
        ],
    ),
    (
        Column::Profile(ProfileField::Name),
        &[
            "name",
            "full name",
            "fullname",
            "display name",
            "employee",
            "employee name",
            "staff name",
            "nom complet",
            "nombre completo",
        ],
    ),
    (
        Column::Profile(ProfileField::LoginEmail),
        &[
            "email",
            "e mail",
            "work email",
            "work e mail",
            "email address",
            "e mail address",
            "work email address",
            "login email",
            "login",
            "business email",
            "company email",
            "mail",
            "user name",
            "username",
            "courriel",
            "correo",
            "correo electronico",
        ],
    ),
    (
        Column::Profile(ProfileField::CommunicationEmail),
        &[
            "communication email",
            "notification email",
            "contact email",
            "personal email",
            "other email",
        ],
    ),
    (
        Column::Profile(ProfileField::Phone),
        &[
            "mobile",
            "mobile phone",
            "mobile number",
            "cell",
            "cell phone",
            "cellphone",
            "phone",
            "phone number",
            "telephone",
            "tel",
            "work mobile",
            "telefono",
            "movil",
            "portable",
        ],
    ),
    (
        Column::Role,
        &[
            "role",
            "roles",
            "job role",
            "job title",
            "title",
            "position",
            "job",
            "user type",
            "function",
            "poste",
            "puesto",
            "cargo",
        ],
    ),
    (
        Column::PrimarySite,
        &[
            "primary location",
            "primary site",
            "primary practice",
            "location",
            "site",
            "home location",
            "main location",
            "work location",
            "practice",
            "clinic",
            "facility",
            "office",
            "lieu",
            "ubicacion",
        ],
    ),
    (
        Column::OtherSites,
        &[
            "other locations",
            "other location",
            "other sites",
            "other practices",
            "additional locations",
            "additional sites",
            "secondary locations",
            "also works at",
            "locations",
            "sites",
            "practices",
        ],
    ),
    (
        Column::Profile(ProfileField::Npi),
        &["npi", "npi number", "npi no", "national provider identifier"],
    ),
    (
        Column::Profile(ProfileField::Taxonomies),
        &[
            "taxonomy",
            "taxonomies",
            "taxonomy code",
            "taxonomy codes",
            "nucc",
            "provider taxonomy",
        ],
    ),
    (
        Column::Profile(ProfileField::Language),
        &["language", "preferred language", "lang", "locale", "langue", "idioma"],
    ),
    (Column::Profile(ProfileField::Bio), &["bio", "biography", "about"]),
    (Column::Profile(ProfileField::Capacity), &["capacity"]),
    (
        Column::Profile(ProfileField::SchedulingStep),
        &["scheduling step", "scheduling interval", "slot length"],
    ),
    (
        Column::Standing,
        &[
            "status",
            "employment status",
            "employee status",
            "active",
            "standing",
            "state",
            "statut",
            "estado",
        ],
    ),
];

/// The meaning of every column: as chosen, else as the header says, else as it nearly says. Of two columns that say the
/// same, the first has it.
pub(super) fn recognise(table: &Table, policy: &Policy, choices: &Choices) -> Vec<ColumnUse> {
    let known = vocabulary(policy);
    let folded: Vec<String> = table.header().iter().map(|name| fold(name)).collect();
    let chosen = |place: usize| u32::try_from(place).ok().and_then(|column| choices.column(column));
    let mut taken: Vec<Column> = (0..folded.len()).filter_map(chosen).collect();
    let mut meanings: Vec<(Column, How)> = vec![(Column::Ignored, How::Unknown); folded.len()];
    let mut settle = |accept: &dyn Fn(usize, &str) -> Option<Column>, how: How| {
        for (place, (name, meaning)) in folded.iter().zip(&mut meanings).enumerate() {
            if meaning.1 != How::Unknown {
                continue;
            }
            if let Some(column) = chosen(place) {
                *meaning = (column, How::Chosen);
            } else if let Some(column) = accept(place, name).filter(|column| !taken.contains(column)) {
                taken.push(column);
                *meaning = (column, how);
            }
        }
    };
    settle(
        &|_, name| known.iter().find(|(word, _)| word == name).map(|(_, column)| *column),
        How::Exact,
    );
    settle(
        &|_, name| {
            (name.len() >= 5)
                .then(|| near::nearest(name, &known).first().copied())
                .flatten()
        },
        How::Near,
    );
    table
        .header()
        .iter()
        .zip(meanings)
        .map(|(name, (meaning, how))| ColumnUse {
            name: name.clone(),
            meaning,
            how,
            used: is_used(meaning, policy),
        })
        .collect()
}

/// Columns without which no row can go ahead, and that the file does not have.
pub(super) fn missing(columns: &[ColumnUse], policy: &Policy) -> Vec<Column> {
    let has = |wanted: Column| columns.iter().any(|column| column.meaning == wanted);
    let mut missing = Vec::new();
    if !has(Column::Profile(ProfileField::LoginEmail)) {
        missing.push(Column::Profile(ProfileField::LoginEmail));
    }
    if policy.assignment.at_least > 0 && !has(Column::Role) {
        missing.push(Column::Role);
    }
    if policy.assignment.primary_site == Need::Required && !has(Column::PrimarySite) {
        missing.push(Column::PrimarySite);
    }
    missing
}

fn vocabulary(policy: &Policy) -> Vec<(String, Column)> {
    let words = &policy.words;
    let own = [
        (words.role.clone(), Column::Role),
        (words.primary_site.clone(), Column::PrimarySite),
        (words.site.clone(), Column::PrimarySite),
        (format!("Other {}", words.sites), Column::OtherSites),
        (words.sites.clone(), Column::OtherSites),
    ];
    let fields = policy
        .fields
        .iter()
        .map(|rule| (rule.label.clone(), Column::Profile(rule.id)));
    let resources = policy.site_resource_kind().into_iter().flat_map(|kind| {
        [
            (kind.name.clone(), Column::Resources),
            (kind.plural.clone(), Column::Resources),
        ]
    });
    let synonyms = SYNONYMS
        .iter()
        .flat_map(|(column, words)| words.iter().map(move |word| ((*word).to_owned(), *column)));
    fields
        .chain(own)
        .chain(resources)
        .map(|(word, column)| (fold(&word), column))
        .filter(|(word, _)| !word.is_empty())
        .chain(synonyms)
        .collect()
}

fn is_used(column: Column, policy: &Policy) -> bool {
    let field = |field| policy.field(field).is_some_and(|rule| rule.need != Need::Unused);
    match column {
        Column::Ignored => false,
        // The parts make the whole, and the whole can be parted.
        Column::Profile(ProfileField::Name | ProfileField::FirstName | ProfileField::LastName) => {
            [ProfileField::Name, ProfileField::FirstName, ProfileField::LastName]
                .into_iter()
                .any(field)
        }
        Column::Profile(wanted) => field(wanted),
        Column::Resources => policy.site_resource_kind().is_some(),
        Column::EmployeeId | Column::Role | Column::PrimarySite | Column::OtherSites | Column::Standing => true,
    }
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests {
    use super::*;
    use crate::import::testing::{policy, table};

    fn meanings(header: &[&str], choices: &Choices) -> Vec<(Column, How)> {
        let cells: Vec<&str> = header.iter().map(|_| "x").collect();
        recognise(&table(&[header, &cells]), &policy(), choices)
            .into_iter()
            .map(|c| (c.meaning, c.how))
            .collect()
    }

    #[test]
    fn headers_of_several_systems_are_recognised() {
        use Column::*;
        use ProfileField as F;
        for (header, expected) in [
            (
                &[
                    "Employee ID",
                    "First Name",
                    "Last Name",
                    "Work Email",
                    "Mobile",
                    "Job Role",
                    "Primary Location",
                    "Other Locations",
                    "NPI",
                    "Taxonomy",
                    "Language",
                    "Status",
                ][..],
                &[
                    EmployeeId,
                    Profile(F::FirstName),
                    Profile(F::LastName),
                    Profile(F::LoginEmail),
                    Profile(F::Phone),
                    Role,
                    PrimarySite,
                    OtherSites,
                    Profile(F::Npi),
                    Profile(F::Taxonomies),
                    Profile(F::Language),
                    Standing,
                ][..],
            ),
            (
                &["NAME", "e-mail", "job_title", "Site"],
                &[Profile(F::Name), Profile(F::LoginEmail), Role, PrimarySite],
            ),
            (
                &["Prénom", "Nom", "Courriel", "Poste"],
                &[
                    Profile(F::FirstName),
                    Profile(F::LastName),
                    Profile(F::LoginEmail),
                    Role,
                ],
            ),
        ] {
            let found = meanings(header, &Choices::default());
            assert_eq!(
                found,
                expected.iter().map(|column| (*column, How::Exact)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn a_slip_is_recognised_and_said() {
        let found = meanings(&["Emial", "Frist Name", "Shoe size"], &Choices::default());
        assert_eq!(
            found,
            [
                (Column::Profile(ProfileField::LoginEmail), How::Near),
                (Column::Profile(ProfileField::FirstName), How::Near),
                (Column::Ignored, How::Unknown),
            ]
        );
    }

    #[test]
    fn the_first_of_two_has_the_meaning_and_a_choice_moves_it() {
        let header = &["Email", "Work Email"];
        let email = Column::Profile(ProfileField::LoginEmail);
        assert_eq!(
            meanings(header, &Choices::default()),
            [(email, How::Exact), (Column::Ignored, How::Unknown)]
        );
        let choices = Choices::default().with_column(1, email);
        assert_eq!(
            meanings(header, &choices),
            [(Column::Ignored, How::Unknown), (email, How::Chosen)]
        );
        let choices = choices.with_column(0, Column::Profile(ProfileField::CommunicationEmail));
        assert_eq!(
            meanings(header, &choices),
            [
                (Column::Profile(ProfileField::CommunicationEmail), How::Chosen),
                (email, How::Chosen)
            ]
        );
    }

    #[test]
    fn what_must_be_there_and_is_not_is_named() {
        let policy = policy();
        let table = table(&[&["Name", "Job role"], &["Ana", "Nurse"]]);
        let columns = recognise(&table, &policy, &Choices::default());
        assert_eq!(
            missing(&columns, &policy),
            [Column::Profile(ProfileField::LoginEmail), Column::PrimarySite]
        );
    }
}
