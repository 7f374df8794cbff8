//! The sections of the console that a policy has something to show in.

use super::{Level, Need, Policy, Role, RoleKind, Words};

/// A section of the console, as its navigation names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Users,
    Roles,
    /// Sites, what lies in them, and what belongs to the whole organisation.
    Sites,
    /// The people of the whole organisation and what belongs to it, where they are apart (A13).
    Organisation,
    Activity,
    /// Support cases about products.
    Cases,
}

impl Policy {
    /// Whether this organisation has sites: people work there, or they are listed besides (M7).
    pub fn has_sites(&self) -> bool {
        self.sites.listed || self.works_at_sites()
    }

    /// Whether people of this organisation work at sites: somebody is assigned to one, or something lies in one.
    pub fn works_at_sites(&self) -> bool {
        self.sites.before_inviting > 0
            || self.assignment.primary_site != Need::Unused
            || self.site_resource_kind().is_some()
            || self.roles.iter().any(|role| role.scope == Level::Site)
    }

    /// Whether the section has anything to show. Who may see it is a question of powers besides.
    pub fn has_section(&self, section: Section) -> bool {
        match section {
            Section::Sites => self.places().is_some(),
            Section::Organisation => self.has_organisation_settings(),
            Section::Cases => self.products.iter().any(|product| product.case_within_days > 0),
            Section::Users | Section::Roles | Section::Activity => true,
        }
    }

    /// Whether what belongs to the whole organisation stands apart from the sites, under a name of its own (A13).
    pub fn has_organisation_settings(&self) -> bool {
        !self.words.organisation_settings.is_empty() && self.organisation_role().is_some()
    }

    /// The main role that is held in the whole organisation, where its holders are a list of their own (A13).
    pub fn organisation_role(&self) -> Option<&Role> {
        let apart = !self.words.organisation_users.is_empty();
        self.roles
            .iter()
            .find(|role| apart && role.scope == Level::Organisation && role.kind == RoleKind::Main)
    }

    /// What the section of sites is called: as the organisation calls its sites; without any, as what belongs to the
    /// whole organisation ("Chart workspaces", O12). Nothing where there is neither.
    pub fn places(&self) -> Option<&str> {
        let Words { sites, .. } = &self.words;
        if self.has_sites() {
            return Some(sites);
        }
        self.resource_kinds.first().map(|kind| kind.plural.as_str())
    }
}

#[cfg(all(test, feature = "source"))]
mod tests {
    use super::Section;
    use crate::policy::{Policy, preset};

    #[test]
    fn places_are_shown_where_the_policy_has_them_under_its_own_name() {
        let places = |id: &str| preset::find(id).unwrap().policy().places().map(str::to_owned);
        assert_eq!(places("artera").as_deref(), Some("Practices"));
        assert_eq!(places("decoda").as_deref(), Some("Locations"));
        assert_eq!(places("optra").as_deref(), Some("Chart workspaces"));
        assert_eq!(places("atmanco").as_deref(), Some("Clients"));
    }

    #[test]
    fn sections_of_what_the_policy_does_not_have_are_missing() {
        let without = preset::find("atmanco").unwrap().policy();
        let missing = |policy: &Policy| -> Vec<Section> {
            [
                Section::Users,
                Section::Roles,
                Section::Sites,
                Section::Organisation,
                Section::Activity,
                Section::Cases,
            ]
            .into_iter()
            .filter(|section| !policy.has_section(*section))
            .collect()
        };
        assert_eq!(missing(&without), [Section::Organisation, Section::Cases]);
        assert_eq!(missing(&preset::find("artera").unwrap().policy()), [Section::Cases]);
        assert_eq!(
            missing(&preset::find("tebra").unwrap().policy()),
            [Section::Organisation]
        );
    }
}
