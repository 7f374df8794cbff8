//! The sections of the console that a policy has something to show in.

use super::{Level, Need, Policy, Words};

/// A section of the console, as its navigation names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Users,
    Roles,
    /// Sites, what lies in them, and what belongs to the whole organisation.
    Sites,
    Activity,
}

impl Policy {
    /// Whether people of this organisation work at sites: somebody is assigned to one, or something lies in one.
    pub fn has_sites(&self) -> bool {
        self.sites.before_inviting > 0
            || self.assignment.primary_site != Need::Unused
            || self.site_resource_kind().is_some()
            || self.roles.iter().any(|role| role.scope == Level::Site)
    }

    /// Whether the section has anything to show. Who may see it is a question of powers besides.
    pub fn has_section(&self, section: Section) -> bool {
        section != Section::Sites || self.places().is_some()
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
    use crate::policy::preset;

    #[test]
    fn places_are_shown_where_the_policy_has_them_under_its_own_name() {
        let places = |id: &str| preset::find(id).unwrap().policy().places().map(str::to_owned);
        assert_eq!(places("artera").as_deref(), Some("Practices"));
        assert_eq!(places("decoda").as_deref(), Some("Locations"));
        assert_eq!(places("optra").as_deref(), Some("Chart workspaces"));
        assert_eq!(places("atmanco"), None);
    }

    #[test]
    fn only_the_section_of_sites_can_be_missing() {
        let without = preset::find("atmanco").unwrap().policy();
        let missing: Vec<Section> = [Section::Users, Section::Roles, Section::Sites, Section::Activity]
            .into_iter()
            .filter(|section| !without.has_section(*section))
            .collect();
        assert_eq!(missing, [Section::Sites]);
    }
}
