//! Login e-mails: unique, changeable or not, of one's own domain or confirmed (M4, M12, M14, O5, O7).

use crate::facts::EmailUse;
use crate::plan::Plan;
use crate::policy::{LoginEmail, OtherDomain, Unique};
use crate::user::ProfileField;
use crate::verdict::{Confirmation, Field, Reason, Undecided, Verdict};

const FIELD: Field = Field::Profile(ProfileField::LoginEmail);

pub(super) fn apply(plan: &Plan<'_>, verdict: &mut Verdict) {
    let (Some((typed, _)), Some(after)) = (plan.edit.parts(), plan.after.as_ref()) else {
        return;
    };
    let email = &after.profile.login_email;
    let unchanged = plan.before.is_some_and(|before| before.profile.login_email == *email);
    if !typed.contains_key(&ProfileField::LoginEmail) || unchanged || email.is_empty() {
        return;
    }
    let rules = &plan.facts.policy.identity;
    if plan.before.is_some() && rules.login_email == LoginEmail::Fixed {
        verdict.refuse("M12", FIELD, Reason::LoginEmailFixed);
    }
    if verdict.refusals_at(&FIELD).next().is_some() {
        return;
    }
    match (plan.facts.login_emails.get(email), rules.unique) {
        (None, _) => verdict.undecided.push(Undecided::LoginEmail { email: email.clone() }),
        (Some(EmailUse::Taken), _) => verdict.refuse("M4", FIELD, Reason::EmailTaken { email: email.clone() }),
        (Some(EmailUse::Retired), Unique::PlatformForever) => {
            verdict.refuse("M4", FIELD, Reason::EmailRetired { email: email.clone() });
        }
        (Some(EmailUse::Free | EmailUse::Retired), _) => {}
    }
    let domain = domain_of(email);
    if plan.edit.makes_account()
        && rules.other_domain == OtherDomain::Confirm
        && !plan.facts.actor.email_domain.is_empty()
        && !domain.eq_ignore_ascii_case(&plan.facts.actor.email_domain)
    {
        verdict.confirmations.push(Confirmation::OtherDomain {
            domain: domain.to_owned(),
        });
    }
}

fn domain_of(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}
