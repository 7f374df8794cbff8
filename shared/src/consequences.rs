//! What an edit would store, and what that means for people: access gained and lost per site, links and sessions that
//! end, costs (X2).

mod access;
mod structure;

use std::collections::BTreeSet;

use self::access::{access, elsewhere, visible};
use self::structure::structure;

use crate::access::Assignment;
use crate::edit::{Edit, WhichSessions};
use crate::effective::is_clinical;
use crate::factors::FactorStep;
use crate::facts::Facts;
use crate::ids::{CaseId, ProductId, ResourceId, RoleId};
use crate::lifecycle::Status;
use crate::plan::Plan;
use crate::policy::{FieldRule, Leaving, Need};
use crate::rules::licence::case_needed_until;
use crate::user::{ProfileField, User};
use crate::verdict::{Change, Consequence, Verdict};

pub(crate) fn describe(plan: &Plan<'_>, verdict: &mut Verdict) {
    match (plan.edit, plan.before, plan.after.as_ref()) {
        (Edit::Invite { .. }, None, Some(after)) => invite(plan, after, verdict),
        (Edit::Change { .. }, Some(before), Some(after)) => change(plan, before, after, verdict),
        (Edit::Recreate { .. }, Some(before), Some(after)) => recreate(plan, before, after, verdict),
        (Edit::Delete { .. } | Edit::WithdrawInvitation { .. }, Some(before), None) => end(plan, before, verdict),
        (_, Some(before), Some(after)) => live(plan, before, after, verdict),
        (_, None, None) => structure(plan, verdict),
        _ => {}
    }
}

fn invite(plan: &Plan<'_>, after: &User, verdict: &mut Verdict) {
    verdict.changes.push(Change::UserCreated { user: after.clone() });
    access(plan, &[], &after.assignments, verdict);
    for resource in &after.memberships {
        verdict
            .consequences
            .push(Consequence::MembershipBegins { resource: *resource });
    }
    notifiable(plan, after, &after.memberships, verdict);
    send_invitation(plan, after, verdict);
}

fn send_invitation(plan: &Plan<'_>, user: &User, verdict: &mut Verdict) {
    let to = user.profile.mail_address().to_owned();
    let language = language_of(plan.facts, user);
    if !to.is_empty() {
        verdict.consequences.push(Consequence::InvitationSent {
            to: to.clone(),
            language: language.clone(),
        });
    }
    verdict.changes.push(Change::InvitationIssued { to, language });
}

/// The person's language, else the policy's first (M6).
fn language_of(facts: &Facts, user: &User) -> String {
    if user.profile.language.is_empty() {
        facts.policy.languages.first().cloned().unwrap_or_default()
    } else {
        user.profile.language.clone()
    }
}

fn change(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    for field in ProfileField::ALL {
        let (from, to) = (before.profile.text(field), after.profile.text(field));
        if from != to {
            if field == ProfileField::LoginEmail {
                let (from, to) = (from.clone(), to.clone());
                verdict
                    .consequences
                    .push(Consequence::SignInAddressChanges { from, to });
            }
            verdict.changes.push(Change::ProfileChanged { field, from, to });
        }
    }
    for assignment in &plan.revoked {
        verdict.changes.push(Change::Revoked {
            assignment: assignment.clone(),
        });
    }
    for assignment in &plan.granted {
        verdict.changes.push(Change::Granted {
            assignment: assignment.clone(),
        });
    }
    if before.primary_site != after.primary_site {
        let (from, to) = (before.primary_site, after.primary_site);
        verdict.changes.push(Change::PrimarySiteChanged { from, to });
    }
    access(plan, &before.assignments, &after.assignments, verdict);
    elsewhere(plan, verdict);
    clinical(plan, before, after, verdict);
    licences_end(plan, &before.products, &after.products, verdict);
    memberships(plan, before, after, verdict);
    if before.can_sign_in() && visible(plan, &before.assignments) != visible(plan, &after.assignments) {
        verdict.consequences.push(Consequence::RightsAtOnce);
    }
    // An invitation that is out goes to the address that was known then: a new address needs a new link.
    if before.status == Status::Invited && before.profile.mail_address() != after.profile.mail_address() {
        verdict.consequences.push(Consequence::InvitationLinkEnds);
        verdict.changes.push(Change::InvitationEnded);
        send_invitation(plan, after, verdict);
    }
}

/// What becomes of the fields for clinical staff when a role begins or stops being clinical.
fn clinical(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    let policy = &plan.facts.policy;
    let (was, is) = (
        is_clinical(policy, &before.assignments),
        is_clinical(policy, &after.assignments),
    );
    if was == is {
        return;
    }
    let kept = |rule: &&FieldRule| {
        let is_there = |user: &User| !user.profile.text(rule.id).is_empty();
        rule.clinical_only && rule.need != Need::Unused && is_there(before) && is_there(after)
    };
    let fields: Vec<ProfileField> = policy.fields.iter().filter(kept).map(|rule| rule.id).collect();
    if !fields.is_empty() {
        verdict.consequences.push(if was {
            Consequence::ClinicalKept { fields }
        } else {
            Consequence::ClinicalReturns { fields }
        });
    }
}

fn memberships(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    let joined: BTreeSet<ResourceId> = after.memberships.difference(&before.memberships).copied().collect();
    for resource in &joined {
        verdict.changes.push(Change::Joined { resource: *resource });
        verdict
            .consequences
            .push(Consequence::MembershipBegins { resource: *resource });
    }
    for resource in before.memberships.difference(&after.memberships) {
        verdict.changes.push(Change::Left { resource: *resource });
        verdict
            .consequences
            .push(Consequence::MembershipEnds { resource: *resource });
    }
    let reachable = before.profile.phone != after.profile.phone;
    notifiable(
        plan,
        after,
        if reachable { &after.memberships } else { &joined },
        verdict,
    );
}

/// Whether a member of a group can be notified: the kind names the profile field that this needs (A17).
fn notifiable(plan: &Plan<'_>, user: &User, groups: &BTreeSet<ResourceId>, verdict: &mut Verdict) {
    for resource in groups {
        let kind = plan
            .facts
            .organisation
            .resource(*resource)
            .and_then(|found| plan.facts.policy.resource_kind(&found.kind));
        if let Some(field) = kind.and_then(|kind| kind.notifies_by) {
            let possible = !user.profile.text(field).is_empty();
            verdict.consequences.push(Consequence::Notifiable {
                resource: *resource,
                field,
                possible,
            });
        }
    }
}

fn end(plan: &Plan<'_>, before: &User, verdict: &mut Verdict) {
    if before.status == Status::Invited {
        verdict.consequences.push(Consequence::InvitationLinkEnds);
        verdict.changes.push(Change::InvitationEnded);
    }
    let actor = &plan.facts.actor;
    let seen = plan.facts.policy.roles.iter().filter(|role| {
        let held = |assignment: &Assignment| assignment.role == role.id;
        before.assignments.iter().any(held) && actor.sees_role(&plan.facts.policy, role)
    });
    let roles: Vec<RoleId> = seen.map(|role| role.id.clone()).collect();
    if !roles.is_empty() {
        verdict.consequences.push(Consequence::RolesEnd { roles });
    }
    access(plan, &before.assignments, &[], verdict);
    for resource in &before.memberships {
        verdict
            .consequences
            .push(Consequence::MembershipEnds { resource: *resource });
    }
    licences_end(plan, &before.products, &BTreeSet::new(), verdict);
    verdict.consequences.push(Consequence::SessionsEnd);
    verdict.changes.push(Change::SessionsEnded);
    if matches!(plan.edit, Edit::Delete { .. }) {
        verdict.consequences.push(Consequence::GoneForGood);
    }
    verdict.changes.push(Change::UserDeleted {
        user: before.id,
        profile: before.profile.clone(),
    });
}

/// One account ends, another one begins: what the person gains and loses by both, place by place (A12).
fn recreate(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    if before.status == Status::Invited {
        verdict.consequences.push(Consequence::InvitationLinkEnds);
        verdict.changes.push(Change::InvitationEnded);
    }
    access(plan, &before.assignments, &after.assignments, verdict);
    for resource in before.memberships.difference(&after.memberships) {
        verdict
            .consequences
            .push(Consequence::MembershipEnds { resource: *resource });
    }
    for resource in after.memberships.difference(&before.memberships) {
        verdict
            .consequences
            .push(Consequence::MembershipBegins { resource: *resource });
    }
    notifiable(plan, after, &after.memberships, verdict);
    licences_end(plan, &before.products, &after.products, verdict);
    verdict.consequences.push(Consequence::SessionsEnd);
    verdict.changes.push(Change::SessionsEnded);
    verdict.changes.push(Change::UserDeleted {
        user: before.id,
        profile: before.profile.clone(),
    });
    let (from, to) = (&before.profile.login_email, &after.profile.login_email);
    if from != to {
        let (from, to) = (from.clone(), to.clone());
        verdict
            .consequences
            .push(Consequence::SignInAddressChanges { from, to });
    }
    verdict.changes.push(Change::UserCreated { user: after.clone() });
    send_invitation(plan, after, verdict);
    verdict.consequences.push(Consequence::SignInAnew);
    verdict.consequences.push(Consequence::HistoryContinues);
}

/// The edits of an account's life.
fn live(plan: &Plan<'_>, before: &User, after: &User, verdict: &mut Verdict) {
    if before.status != after.status {
        verdict.changes.push(Change::StatusChanged {
            from: before.status,
            to: after.status,
        });
    }
    match plan.edit {
        Edit::ResendInvitation { .. } => {
            verdict.consequences.push(Consequence::InvitationLinkEnds);
            verdict.changes.push(Change::InvitationEnded);
            send_invitation(plan, after, verdict);
        }
        Edit::Deactivate { .. } => {
            verdict.changes.push(Change::Deactivated { at: plan.facts.now });
            access(plan, &before.assignments, &[], verdict);
            sign_in_ends(verdict);
            licences_end(plan, &before.products, &after.products, verdict);
            if plan.facts.policy.lifecycle.leaving.contains(&Leaving::Deactivate) {
                verdict.consequences.push(Consequence::HistoryKept);
            }
        }
        Edit::Activate { .. } => {
            access(plan, &[], &before.assignments, verdict);
            if before.locked.is_none() {
                verdict.consequences.push(Consequence::SignInPossible);
            }
            if before.assignments.is_empty() {
                verdict.consequences.push(Consequence::ReachesNothing);
            }
        }
        Edit::Lock { .. } => {
            if let Some(lock) = after.locked {
                verdict.changes.push(Change::Locked { lock });
            }
            sign_in_ends(verdict);
        }
        Edit::Unlock { .. } => {
            if let Some(lock) = before.locked {
                verdict.changes.push(Change::Unlocked { lock });
            }
            if after.can_sign_in() {
                verdict.consequences.push(Consequence::SignInPossible);
            }
            verdict.consequences.push(Consequence::ReviewAdvised);
        }
        Edit::SetTemporaryPassword { .. } => {
            verdict.consequences.push(Consequence::TemporaryPassword);
            verdict.consequences.push(Consequence::SessionsEnd);
            verdict.changes.push(Change::TemporaryPasswordSet);
            verdict.changes.push(Change::SessionsEnded);
        }
        Edit::EndSessions {
            which: WhichSessions::All,
            ..
        } => {
            verdict.consequences.push(Consequence::SessionsEnd);
            verdict.changes.push(Change::SessionsEnded);
        }
        Edit::EndSessions { which, .. } => verdict.changes.push(Change::SomeSessionsEnded { which: *which }),
        Edit::ResetFactors { .. } => {
            verdict.consequences.push(Consequence::FactorsRemoved);
            verdict.consequences.push(Consequence::SessionsEnd);
            verdict.changes.push(Change::Factors {
                step: FactorStep::Reset,
            });
            verdict.changes.push(Change::SessionsEnded);
        }
        Edit::AddProducts { products, .. } => licences(plan, products, verdict),
        Edit::CloseCase { case, note, .. } => close_case(plan, before, *case, note, verdict),
        Edit::OpenCase { product, .. } => {
            verdict.consequences.push(Consequence::CaseOpened {
                product: product.clone(),
            });
            verdict.changes.push(Change::CaseOpened {
                product: product.clone(),
            });
        }
        _ => {}
    }
}

fn sign_in_ends(verdict: &mut Verdict) {
    verdict.consequences.push(Consequence::SignInEnds);
    verdict.consequences.push(Consequence::SessionsEnd);
    verdict.changes.push(Change::SessionsEnded);
}

fn licences(plan: &Plan<'_>, products: &BTreeSet<ProductId>, verdict: &mut Verdict) {
    let terms = plan
        .facts
        .policy
        .terms
        .as_ref()
        .map(|terms| terms.version.clone())
        .unwrap_or_default();
    for id in products {
        let monthly_cents = plan.facts.policy.product(id).map_or(0, |product| product.monthly_cents);
        verdict.consequences.push(Consequence::ProductAdded {
            product: id.clone(),
            monthly_cents,
        });
        verdict.changes.push(Change::ProductAdded {
            product: id.clone(),
            terms: terms.clone(),
            monthly_cents,
        });
    }
}

/// A licence goes with the provider's work: nobody is billed for who does not work there any more (T12).
fn licences_end(plan: &Plan<'_>, before: &BTreeSet<ProductId>, after: &BTreeSet<ProductId>, verdict: &mut Verdict) {
    for id in before.difference(after) {
        let monthly_cents = plan.facts.policy.product(id).map_or(0, |product| product.monthly_cents);
        verdict.consequences.push(Consequence::ProductEnds {
            product: id.clone(),
            monthly_cents,
        });
        verdict.changes.push(Change::ProductEnded {
            product: id.clone(),
            monthly_cents,
        });
    }
}

fn close_case(plan: &Plan<'_>, subject: &User, id: CaseId, note: &str, verdict: &mut Verdict) {
    let Some(case) = plan.facts.cases.iter().find(|case| case.id == id) else {
        return;
    };
    // A product that the policy has no more leaves nothing to say.
    if let Some(product) = plan.facts.policy.product(&case.product) {
        verdict.consequences.push(Consequence::CaseEnds {
            product: product.id.clone(),
            self_service_from: case_needed_until(plan.facts, subject, product),
        });
    }
    verdict.changes.push(Change::CaseClosed {
        case: id,
        product: case.product.clone(),
        note: note.trim().to_owned(),
    });
}
