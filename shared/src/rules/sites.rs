//! Sites and resources: named, unique, and never taken from under people's feet (D1, A8).

use crate::edit::Edit;
use crate::facts::Facts;
use crate::ids::{ResourceId, ResourceKindId, SiteId};
use crate::plan::Plan;
use crate::policy::Level;
use crate::verdict::{Confirmation, Field, Reason, Undecided, Verdict};

const NAME_AT_MOST: u32 = 120;

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let facts = plan.facts;
    match plan.edit {
        Edit::CreateSite { site, name } => {
            if facts.organisation.site(*site).is_some() {
                verdict.refuse("D1", Field::Whole, Reason::IdTaken);
            }
            judge_name(name, site_names(facts, None), verdict);
        }
        Edit::RenameSite { site, name } => judge_renaming_site(facts, *site, name, verdict),
        Edit::ArchiveSite { site } => judge_archiving_site(facts, *site, verdict),
        Edit::CreateResource {
            resource,
            of,
            site,
            name,
        } => {
            if facts.organisation.resource(*resource).is_some() {
                verdict.refuse("A7", Field::Whole, Reason::IdTaken);
            }
            judge_kind(facts, of, *site, verdict);
            if let Some(site) = site {
                require_site(facts, *site, verdict);
            }
            judge_name(name, resource_names(facts, *site, of, None), verdict);
        }
        Edit::RenameResource { resource, name } => {
            if let Some(found) = require_resource(facts, *resource, verdict) {
                judge_name(
                    name,
                    resource_names(facts, found.site, &found.kind, Some(*resource)),
                    verdict,
                );
            }
        }
        Edit::ArchiveResource { resource } => judge_archiving_resource(facts, *resource, verdict),
        _ => {}
    }
}

fn site_names(facts: &Facts, except: Option<SiteId>) -> impl Iterator<Item = &str> {
    facts
        .organisation
        .open_sites()
        .filter(move |site| Some(site.id) != except)
        .map(|site| site.name.as_str())
}

fn resource_names<'a>(
    facts: &'a Facts,
    site: Option<SiteId>,
    kind: &'a ResourceKindId,
    except: Option<ResourceId>,
) -> impl Iterator<Item = &'a str> {
    facts
        .organisation
        .resources
        .iter()
        .filter(move |other| !other.archived && other.site == site && other.kind == *kind && Some(other.id) != except)
        .map(|other| other.name.as_str())
}

pub(super) fn judge_name<'a>(name: &str, mut others: impl Iterator<Item = &'a str>, verdict: &mut Verdict) {
    let name = name.trim();
    if name.is_empty() {
        verdict.refuse("D1", Field::Name, Reason::NameMissing);
    } else if name.chars().count() > NAME_AT_MOST as usize {
        verdict.refuse("D1", Field::Name, Reason::NameTooLong { at_most: NAME_AT_MOST });
    } else if others.any(|other| other.to_lowercase() == name.to_lowercase()) {
        verdict.refuse("D1", Field::Name, Reason::NameTaken { name: name.to_owned() });
    }
}

fn require_site(facts: &Facts, site: SiteId, verdict: &mut Verdict) -> bool {
    match facts.organisation.site(site) {
        None => verdict.refuse("D1", Field::Whole, Reason::SiteUnknown { site }),
        Some(found) if found.archived => verdict.refuse("D1", Field::Whole, Reason::SiteArchived { site }),
        Some(_) => return true,
    }
    false
}

fn require_resource<'a>(
    facts: &'a Facts,
    resource: ResourceId,
    verdict: &mut Verdict,
) -> Option<&'a crate::organisation::Resource> {
    let found = facts.organisation.resource(resource);
    match found {
        None => verdict.refuse("A7", Field::Whole, Reason::ResourceUnknown { resource }),
        Some(archived) if archived.archived => {
            verdict.refuse("A7", Field::Whole, Reason::ResourceArchived { resource });
        }
        Some(_) => return found,
    }
    None
}

fn judge_renaming_site(facts: &Facts, site: SiteId, name: &str, verdict: &mut Verdict) {
    if require_site(facts, site, verdict) {
        judge_name(name, site_names(facts, Some(site)), verdict);
    }
}

fn judge_kind(facts: &Facts, kind: &ResourceKindId, site: Option<SiteId>, verdict: &mut Verdict) {
    match facts.policy.resource_kind(kind) {
        None => verdict.refuse("A7", Field::Whole, Reason::KindUnknown { kind: kind.clone() }),
        Some(found) if (found.level == Level::Site) != site.is_some() => {
            verdict.refuse("A7", Field::Whole, Reason::WrongLevelForKind { kind: kind.clone() });
        }
        Some(_) => {}
    }
}

/// A site where someone has nothing else, or their primary site, is not taken from under their feet.
fn judge_archiving_site(facts: &Facts, site: SiteId, verdict: &mut Verdict) {
    if !require_site(facts, site, verdict) {
        return;
    }
    match &facts.headcount {
        None => verdict.undecided.push(Undecided::Headcount),
        Some(count) => {
            if count.primary_here > 0 || count.only_here > 0 {
                let (primary_here, only_here) = (count.primary_here, count.only_here);
                verdict.refuse(
                    "D1",
                    Field::Whole,
                    Reason::SiteInUse {
                        primary_here,
                        only_here,
                    },
                );
            } else if count.people > 0 {
                verdict
                    .confirmations
                    .push(Confirmation::Archiving { people: count.people });
            }
        }
    }
}

/// People may end up with no resource at all, and members of a group without it: that is allowed, marked (A8), and
/// confirmed.
fn judge_archiving_resource(facts: &Facts, resource: ResourceId, verdict: &mut Verdict) {
    let Some(found) = require_resource(facts, resource, verdict) else {
        return;
    };
    let Some(count) = &facts.headcount else {
        verdict.undecided.push(Undecided::Headcount);
        return;
    };
    // Whoever keeps another resource of the site goes on seeing something there.
    let people = match found.site {
        Some(_) => count.left_without,
        None => count.people,
    };
    if people > 0 {
        verdict.confirmations.push(Confirmation::Archiving { people });
    }
}
