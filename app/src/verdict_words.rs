//! A judgement in words, as the widgets show it. The words themselves are `shared::text`'s.

use shared::Facts;
use shared::access::Place;
use shared::text::Teller;
use shared::verdict::{Confirmation, Consequence, Refusal, Remedy, Verdict};

use crate::widgets::{ConsequenceGroup, ConsequenceLine, Effect, Objection, RemedyLink, Wanted};
use crate::words::{tell, words};

/// Tells things of these facts in the reader's language.
pub(crate) fn teller(facts: &Facts) -> Teller<'_> {
    Teller::of(facts, words())
}

/// Refusals as a field shows them.
pub(crate) fn objections(facts: &Facts, refusals: &[Refusal]) -> Vec<Objection> {
    refusals.iter().map(|refusal| objection(facts, refusal)).collect()
}

/// One refusal: with a link where something can be done here and now, else with the advice in words.
pub(crate) fn objection(facts: &Facts, refusal: &Refusal) -> Objection {
    let teller = teller(facts);
    let reason = teller.reason(&refusal.reason);
    match (&refusal.remedy, teller.remedy_of(refusal)) {
        (Some(remedy), Some(label)) if can_be_followed(remedy) => Objection {
            text: reason,
            remedy: Some(RemedyLink {
                label,
                remedy: remedy.clone(),
            }),
        },
        // Where something has to be typed or chosen, it is the field that says so.
        (Some(Remedy::Retype(_) | Remedy::Choose(_)), _) => Objection::plain(reason),
        (_, Some(advice)) => Objection::plain(format!("{reason} {advice}.")),
        (_, None) => Objection::plain(reason),
    }
}

/// Whether a click can do it: the others are for the person to type, to choose or to ask for.
fn can_be_followed(remedy: &Remedy) -> bool {
    match remedy {
        Remedy::Instead(_) | Remedy::AddSite | Remedy::AddResource(_) | Remedy::Recreate(_) => true,
        Remedy::Retype(_) | Remedy::AskAdministrator(_) | Remedy::AnotherAdministrator | Remedy::Choose(_) => false,
    }
}

/// What must be confirmed, and what of it is.
pub(crate) fn wanted(facts: &Facts, verdict: &Verdict, given: &[Confirmation]) -> Vec<Wanted> {
    let one = |wanted: &Confirmation| Wanted {
        text: teller(facts).confirmation(wanted),
        given: given.contains(wanted),
    };
    verdict.confirmations.iter().map(one).collect()
}

/// What only the server can know.
pub(crate) fn undecided(facts: &Facts, verdict: &Verdict) -> Vec<String> {
    verdict
        .undecided
        .iter()
        .map(|unknown| teller(facts).undecided(unknown))
        .collect()
}

/// What an edit means, grouped by place: the places in the organisation's order, what belongs to none last.
pub(crate) fn consequence_groups(facts: &Facts, verdict: &Verdict) -> Vec<ConsequenceGroup> {
    groups_told(facts, verdict, |teller, one| teller.consequence(one))
}

fn groups_told(
    facts: &Facts,
    verdict: &Verdict,
    without_place: fn(&Teller<'_>, &Consequence) -> String,
) -> Vec<ConsequenceGroup> {
    let teller = teller(facts);
    let mut groups: Vec<(Option<Place>, Vec<ConsequenceLine>)> = Vec::new();
    for consequence in &verdict.consequences {
        let (place, effect) = place_and_effect(consequence);
        let text = if place.is_some() {
            teller.consequence_here(consequence)
        } else {
            without_place(&teller, consequence)
        };
        let line = ConsequenceLine { effect, text };
        match groups.iter_mut().find(|(known, _)| *known == place) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((place, vec![line])),
        }
    }
    let order = |place: Option<Place>| match place {
        Some(Place::Organisation) => (0, 0),
        Some(Place::Site(id)) => (
            1,
            facts
                .organisation
                .sites
                .iter()
                .position(|site| site.id == id)
                .unwrap_or(usize::MAX),
        ),
        None => (2, 0),
    };
    groups.sort_by_key(|(place, _)| order(*place));
    groups
        .into_iter()
        .map(|(place, mut lines)| {
            lines.sort_by_key(|line| rank(line.effect));
            ConsequenceGroup {
                title: place.map(|place| teller.place(place)).unwrap_or_default(),
                lines,
            }
        })
        .collect()
}

fn rank(effect: Effect) -> u8 {
    match effect {
        Effect::Attention => 0,
        Effect::Gained => 1,
        Effect::Lost => 2,
        Effect::Information => 3,
    }
}

fn place_and_effect(consequence: &Consequence) -> (Option<Place>, Effect) {
    let at = |site: &shared::ids::SiteId| Some(Place::Site(*site));
    match consequence {
        Consequence::AccessGained { place, .. } => (Some(*place), Effect::Gained),
        Consequence::AccessLost { place, .. } => (Some(*place), Effect::Lost),
        Consequence::ResourcesGained { site, .. } => (at(site), Effect::Gained),
        Consequence::ResourcesLost { site, .. }
        | Consequence::EndsElsewhere { site, .. }
        | Consequence::HoldersLoseSite { site, .. } => (at(site), Effect::Lost),
        Consequence::FollowsElsewhere { site, .. } => (at(site), Effect::Information),
        Consequence::SeesNothing { site, .. } => (at(site), Effect::Attention),
        Consequence::EverySite
        | Consequence::MembershipBegins { .. }
        | Consequence::SignInPossible
        | Consequence::HoldersGain { .. } => (None, Effect::Gained),
        Consequence::RolesEnd { .. }
        | Consequence::MembershipEnds { .. }
        | Consequence::SignInEnds
        | Consequence::ProductEnds { .. }
        | Consequence::HoldersLose { .. }
        | Consequence::PeopleLose { .. } => (None, Effect::Lost),
        Consequence::Notifiable { possible: false, .. }
        | Consequence::InvitationLinkEnds
        | Consequence::SignInAddressChanges { .. }
        | Consequence::SessionsEnd
        | Consequence::EmbedSessionsEnd { .. }
        | Consequence::GoneForGood
        | Consequence::SignInAnew
        | Consequence::ReachesNothing
        | Consequence::ReviewAdvised
        | Consequence::ProductAdded { .. }
        | Consequence::PeopleLeftWithout { .. } => (None, Effect::Attention),
        Consequence::Notifiable { possible: true, .. }
        | Consequence::InvitationSent { .. }
        | Consequence::RightsAtOnce
        | Consequence::ClinicalKept { .. }
        | Consequence::ClinicalReturns { .. }
        | Consequence::HistoryKept
        | Consequence::HistoryContinues
        | Consequence::TemporaryPassword
        | Consequence::FactorsRemoved
        | Consequence::CaseOpened { .. }
        | Consequence::CaseEnds { .. } => (None, Effect::Information),
    }
}

/// What an edit means for each of several people alike; what differs from one to the other is left out.
pub(crate) fn common_consequences(facts: &Facts, judged: &[&Verdict]) -> Vec<ConsequenceGroup> {
    let Some(verdict) = judged.first() else {
        return Vec::new();
    };
    let mut common = Verdict::clone(verdict);
    common
        .consequences
        .retain(|one| judged.iter().all(|other| other.consequences.contains(one)));
    groups_told(facts, &common, |teller, one| teller.consequence_for_each(one))
}

/// What the folded panel counts.
#[derive(Clone, Copy)]
enum Count {
    Correct,
    Confirm,
    Note,
    Gained,
    Lost,
}

impl Count {
    fn tell(self, count: usize) -> String {
        match self {
            Self::Correct => tell!(outcome::to_correct, count = count),
            Self::Confirm => tell!(outcome::to_confirm, count = count),
            Self::Note => tell!(screen::count_to_note, count = count),
            Self::Gained => tell!(screen::count_gained, count = count),
            Self::Lost => tell!(screen::count_lost, count = count),
        }
    }
}

/// One line for the folded panel: "3 gained · 2 lost · 1 to confirm".
pub(crate) fn summary(verdict: &Verdict, given: &[Confirmation]) -> String {
    let count = |wanted: Effect| {
        verdict
            .consequences
            .iter()
            .filter(|one| place_and_effect(one).1 == wanted)
            .count()
    };
    let parts = [
        (verdict.refusals.len(), Count::Correct),
        (verdict.missing(given).count(), Count::Confirm),
        (count(Effect::Attention), Count::Note),
        (count(Effect::Gained), Count::Gained),
        (count(Effect::Lost), Count::Lost),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| what.tell(count))
        .collect();
    if told.is_empty() {
        tell!(outcome::nothing_changes)
    } else {
        told.join(" · ")
    }
}
