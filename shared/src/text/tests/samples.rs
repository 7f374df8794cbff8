//! Samples of everything that is told.

use std::collections::BTreeSet;

use super::{Ids, PERSON, World};
use crate::access::{Assignment, Holding, Place, Resources, Scope};
use crate::edit::{AccessPatch, Edit, WhichSessions};
use crate::embed::{Element, EmbedAccess, EmbedScopes, OriginFault};
use crate::export::{ExportFormat, ExportedList};
use crate::factors::{FactorKind, FactorStep, PasswordChange};
use crate::ids::{ApiKeyId, CaseId, DeviceId, Revision, SessionId, SiteId, Timestamp};
use crate::lifecycle::{Lock, LockCause, Status};
use crate::policy::check::{Finding, Path, Problem};
use crate::policy::{Area, Power};
use crate::provider::{Claim, ClientSecret, IdentityProvider, ProviderDomain, ProviderFault, ProviderField};
use crate::user::{ProfileField, ProfileText};
use crate::verdict::{Change, Confirmation, Consequence, Field, Reason, Remedy, Undecided};
use crate::wire::{AuditQuery, Difference, UserQuery};

/// Samples of every variant of an enum: a variant without one does not compile.
macro_rules! every {
    ($($variant:pat => $sample:expr),+ $(,)?) => {{
        let samples = vec![$($sample),+];
        for sample in &samples {
            // Several samples of one variant are welcome.
            #[allow(unreachable_patterns)]
            match sample { $($variant => {}),+ }
        }
        samples
    }};
}

const ORIGIN: &str = "https://portal.example";

fn scopes(access: EmbedAccess, sites: Option<SiteId>) -> EmbedScopes {
    EmbedScopes {
        elements: [Element::Users, Element::Roles].into(),
        access,
        sites: sites.map(|site| [site].into()),
    }
}

pub(super) fn reasons(ids: &Ids) -> Vec<Reason> {
    let Ids {
        role,
        other,
        permission,
        product,
        kind,
        site,
        resource,
    } = ids.clone();
    let (field, text) = (ProfileField::Bio, "x y".to_owned());
    let place = Place::Site(site);
    every! {
        Reason::ActorCannotAct => Reason::ActorCannotAct,
        Reason::SupportMayNot { .. } => Reason::SupportMayNot { power: Power::Sites },
        Reason::PowerMissing { .. } => Reason::PowerMissing { power: Power::Users, place },
        Reason::PowerMissing { .. } => Reason::PowerMissing { power: Power::Audit, place: Place::Organisation },
        Reason::GrantsMoreThanHeld { .. } => Reason::GrantsMoreThanHeld {
            role: role.clone(), place, permissions: vec![permission.clone(); 6], powers: vec![Power::Users],
        },
        Reason::HoldsMore => Reason::HoldsMore,
        Reason::NotAllResourcesHeld { .. } => Reason::NotAllResourcesHeld { role: role.clone(), site },
        Reason::ResourceOutOfReach { .. } => Reason::ResourceOutOfReach { resource },
        Reason::PermissionNotHeld { .. } => Reason::PermissionNotHeld { permission: permission.clone() },
        Reason::LastAdministrator => Reason::LastAdministrator,
        Reason::UserUnknown => Reason::UserUnknown,
        Reason::UserExists => Reason::UserExists,
        Reason::RoleUnknown { .. } => Reason::RoleUnknown { role: role.clone() },
        Reason::SiteUnknown { .. } => Reason::SiteUnknown { site },
        Reason::DeviceUnknown { .. } => Reason::DeviceUnknown { device: DeviceId(uuid::Uuid::nil()) },
        Reason::ApiKeyUnknown { .. } => Reason::ApiKeyUnknown { key: ApiKeyId(uuid::Uuid::nil()) },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::Missing },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::Scheme },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::NotSecure },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::Wildcard },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::Path },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::UserInfo },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::Host },
        Reason::OriginUnusable { .. } => Reason::OriginUnusable { fault: OriginFault::Port },
        Reason::OriginAllowed { .. } => Reason::OriginAllowed { origin: ORIGIN.to_owned() },
        Reason::OriginUnknown { .. } => Reason::OriginUnknown { origin: ORIGIN.to_owned() },
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::Missing),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::TooLong { at_most: 60 }),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::IssuerMalformed),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::IssuerNotSecure),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::LinkMalformed),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::LinkTaken),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::DomainMalformed { domain: "a".to_owned() }),
        Reason::IdentityProviderUnusable { .. } => unusable(not_ours(Claim::NobodyHere)),
        Reason::IdentityProviderUnusable { .. } => unusable(not_ours(Claim::UsedElsewhere)),
        Reason::IdentityProviderUnusable { .. } => unusable(not_ours(Claim::Taken)),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::TooManyDomains { at_most: 50 }),
        Reason::IdentityProviderUnusable { .. } => unusable(ProviderFault::SecretOfAnother),
        Reason::IdentityProviderMissing => Reason::IdentityProviderMissing,
        Reason::ElementsMissing => Reason::ElementsMissing,
        Reason::SitesOfKeyMissing => Reason::SitesOfKeyMissing,
        Reason::EnoughOfThem { .. } => Reason::EnoughOfThem { at_most: 50 },
        Reason::EmbeddedToRead => Reason::EmbeddedToRead,
        Reason::OutsideEmbedding => Reason::OutsideEmbedding,
        Reason::OnlyInConsole => Reason::OnlyInConsole,
        Reason::SiteArchived { .. } => Reason::SiteArchived { site },
        Reason::ResourceUnknown { .. } => Reason::ResourceUnknown { resource },
        Reason::ResourceArchived { .. } => Reason::ResourceArchived { resource },
        Reason::PermissionUnknown { .. } => Reason::PermissionUnknown { permission: permission.clone() },
        Reason::ProductUnknown { .. } => Reason::ProductUnknown { product: product.clone() },
        Reason::KindUnknown { .. } => Reason::KindUnknown { kind: kind.clone() },
        Reason::WrongLevel { .. } => Reason::WrongLevel { role: role.clone(), place },
        Reason::WrongLevel { .. } => Reason::WrongLevel { role: role.clone(), place: Place::Organisation },
        Reason::RoleMissing { .. } => Reason::RoleMissing { at_least: 1 },
        Reason::RoleMissing { .. } => Reason::RoleMissing { at_least: 2 },
        Reason::OneRoleOnly { .. } => Reason::OneRoleOnly { place, roles: vec![role.clone(), other.clone()] },
        Reason::OtherRoleElsewhere { .. } => Reason::OtherRoleElsewhere { wanted: role.clone(), held: other.clone(), place },
        Reason::Exclusive { .. } => Reason::Exclusive { role: role.clone(), other: other.clone() },
        Reason::RecreateOnly { .. } => Reason::RecreateOnly { from: role.clone(), to: other },
        Reason::RecreationNotNeeded => Reason::RecreationNotNeeded,
        Reason::ResourcesMissing { .. } => Reason::ResourcesMissing { role: role.clone(), site, kind: None, at_least: 1 },
        Reason::ResourcesMissing { .. } => Reason::ResourcesMissing { role, site, kind: Some(kind.clone()), at_least: 2 },
        Reason::MembershipNotForRole { .. } => Reason::MembershipNotForRole { resource },
        Reason::PrimarySiteMissing => Reason::PrimarySiteMissing,
        Reason::PrimarySiteNotReached { .. } => Reason::PrimarySiteNotReached { site },
        Reason::SitesMissing { .. } => Reason::SitesMissing { at_least: 2, there: 1 },
        Reason::FieldUnused { .. } => Reason::FieldUnused { field },
        Reason::FieldMissing { .. } => Reason::FieldMissing { field },
        Reason::FieldTooLong { .. } => Reason::FieldTooLong { field, at_most: 80 },
        Reason::FieldHasControlCharacters { .. } => Reason::FieldHasControlCharacters { field },
        Reason::ClinicalOnly { .. } => Reason::ClinicalOnly { field },
        Reason::EmailMalformed { .. } => Reason::EmailMalformed { text: text.clone() },
        Reason::EmailTaken { .. } => Reason::EmailTaken { email: "ana@b.example".to_owned() },
        Reason::EmailRetired { .. } => Reason::EmailRetired { email: "ana@b.example".to_owned() },
        Reason::LoginEmailFixed => Reason::LoginEmailFixed,
        Reason::PhoneMalformed { .. } => Reason::PhoneMalformed { text: text.clone() },
        Reason::LanguageUnknown { .. } => Reason::LanguageUnknown { language: "it".to_owned() },
        Reason::NpiNotDigits { .. } => Reason::NpiNotDigits { at: 3, found: "x".to_owned() },
        Reason::NpiLength { .. } => Reason::NpiLength { digits: 9 },
        Reason::NpiFirstDigit { .. } => Reason::NpiFirstDigit { found: 3 },
        Reason::NpiCheckDigit { .. } => Reason::NpiCheckDigit { found: 0, fits: 3 },
        Reason::TaxonomyMalformed { .. } => Reason::TaxonomyMalformed { text: text.clone() },
        Reason::TaxonomyTwice { .. } => Reason::TaxonomyTwice { code: "207Q00100X".to_owned() },
        Reason::NumberMalformed { .. } => Reason::NumberMalformed { text },
        Reason::CapacityTooSmall => Reason::CapacityTooSmall,
        Reason::SchedulingStepUnknown { .. } => Reason::SchedulingStepUnknown { minutes: 7, steps: vec![15, 30] },
        Reason::NotInvited { .. } => Reason::NotInvited { status: Status::Active },
        Reason::StillInvited => Reason::StillInvited,
        Reason::AlreadyActive => Reason::AlreadyActive,
        Reason::AlreadyInactive => Reason::AlreadyInactive,
        Reason::NotLocked => Reason::NotLocked,
        Reason::AlreadyLocked => Reason::AlreadyLocked,
        Reason::WayOfLeavingUnused => Reason::WayOfLeavingUnused,
        Reason::WithdrawalUnused => Reason::WithdrawalUnused,
        Reason::OwnFactors => Reason::OwnFactors,
        Reason::NoSecondFactor => Reason::NoSecondFactor,
        Reason::NotClinical => Reason::NotClinical,
        Reason::ProductNotActivated { .. } => Reason::ProductNotActivated { product: product.clone() },
        Reason::ProductHeld { .. } => Reason::ProductHeld { product: product.clone() },
        Reason::ProductNeedsCase { .. } => Reason::ProductNeedsCase { product: product.clone(), until: Timestamp(1_795_219_200_000) },
        Reason::CaseNotNeeded { .. } => Reason::CaseNotNeeded { product: product.clone() },
        Reason::CaseOpen { .. } => Reason::CaseOpen { product },
        Reason::CaseUnknown => Reason::CaseUnknown,
        Reason::CaseClosedAlready => Reason::CaseClosedAlready,
        Reason::NoteMissing => Reason::NoteMissing,
        Reason::AccountUnusable => Reason::AccountUnusable,
        Reason::NothingChosen => Reason::NothingChosen,
        Reason::RoleHoldsEverything { .. } => Reason::RoleHoldsEverything { role: ids.role.clone() },
        Reason::NameMissing => Reason::NameMissing,
        Reason::NameTooLong { .. } => Reason::NameTooLong { at_most: 1 },
        Reason::NameTaken { .. } => Reason::NameTaken { name: "Elm Street".to_owned() },
        Reason::IdTaken => Reason::IdTaken,
        Reason::SiteInUse { .. } => Reason::SiteInUse { primary_here: 1, only_here: 3 },
        Reason::WrongLevelForKind { .. } => Reason::WrongLevelForKind { kind },
        Reason::PolicyContradicts { .. } => Reason::PolicyContradicts { findings: vec![Finding { line: Some(3), path: Path::default(), problem: Problem::NoLanguage }] },
        Reason::PolicyUnchanged => Reason::PolicyUnchanged,
        Reason::PolicyHidden => Reason::PolicyHidden,
        Reason::NobodyAdministers => Reason::NobodyAdministers,
        Reason::NoteTooLong { .. } => Reason::NoteTooLong { at_most: 500 },
    }
}

pub(super) fn consequences(ids: &Ids) -> Vec<Consequence> {
    let Ids {
        role,
        other,
        permission,
        product,
        kind,
        site,
        resource,
    } = ids.clone();
    let place = Place::Site(site);
    let one = Resources::Only([resource].into());
    every! {
        Consequence::AccessGained { .. } => Consequence::AccessGained { place, permissions: vec![permission.clone()], administers: vec![Power::Users] },
        Consequence::AccessLost { .. } => Consequence::AccessLost { place: Place::Organisation, permissions: vec![permission.clone(); 12], administers: vec![] },
        Consequence::ResourcesGained { .. } => Consequence::ResourcesGained { site, resources: Resources::All },
        Consequence::ResourcesGained { .. } => Consequence::ResourcesGained { site, resources: one.clone() },
        Consequence::ResourcesLost { .. } => Consequence::ResourcesLost { site, resources: one },
        Consequence::EverySite => Consequence::EverySite,
        Consequence::RolesEnd { .. } => Consequence::RolesEnd { roles: vec![role.clone()] },
        Consequence::EndsElsewhere { .. } => Consequence::EndsElsewhere { site, role: role.clone() },
        Consequence::ClinicalKept { .. } => Consequence::ClinicalKept { fields: vec![ProfileField::Npi, ProfileField::Bio] },
        Consequence::ClinicalReturns { .. } => Consequence::ClinicalReturns { fields: vec![ProfileField::Npi] },
        Consequence::FollowsElsewhere { .. } => Consequence::FollowsElsewhere { site, from: role.clone(), to: other },
        Consequence::SeesNothing { .. } => Consequence::SeesNothing { site, kind: Some(kind.clone()) },
        Consequence::MembershipBegins { .. } => Consequence::MembershipBegins { resource },
        Consequence::MembershipEnds { .. } => Consequence::MembershipEnds { resource },
        Consequence::Notifiable { .. } => Consequence::Notifiable { resource, field: ProfileField::Phone, possible: true },
        Consequence::Notifiable { .. } => Consequence::Notifiable { resource, field: ProfileField::Phone, possible: false },
        Consequence::InvitationSent { .. } => Consequence::InvitationSent { to: "ana@b.example".to_owned(), language: "fr".to_owned() },
        Consequence::InvitationLinkEnds => Consequence::InvitationLinkEnds,
        Consequence::SignInAddressChanges { .. } => Consequence::SignInAddressChanges { from: "ana@b.example".to_owned(), to: "ana@c.example".to_owned() },
        Consequence::EmbedSessionsEnd { .. } => Consequence::EmbedSessionsEnd { sessions: 1 },
        Consequence::EmbedSessionsEnd { .. } => Consequence::EmbedSessionsEnd { sessions: 12 },
        Consequence::RightsAtOnce => Consequence::RightsAtOnce,
        Consequence::SignInEnds => Consequence::SignInEnds,
        Consequence::SessionsEnd => Consequence::SessionsEnd,
        Consequence::SignInPossible => Consequence::SignInPossible,
        Consequence::HistoryKept => Consequence::HistoryKept,
        Consequence::GoneForGood => Consequence::GoneForGood,
        Consequence::SignInAnew => Consequence::SignInAnew,
        Consequence::HistoryContinues => Consequence::HistoryContinues,
        Consequence::ReachesNothing => Consequence::ReachesNothing,
        Consequence::ReviewAdvised => Consequence::ReviewAdvised,
        Consequence::TemporaryPassword => Consequence::TemporaryPassword,
        Consequence::FactorsRemoved => Consequence::FactorsRemoved,
        Consequence::ProductAdded { .. } => Consequence::ProductAdded { product: product.clone(), monthly_cents: 9905 },
        Consequence::ProductEnds { .. } => Consequence::ProductEnds { product: product.clone(), monthly_cents: 9905 },
        Consequence::CaseOpened { .. } => Consequence::CaseOpened { product: product.clone() },
        Consequence::CaseEnds { .. } => Consequence::CaseEnds { product, self_service_from: Some(Timestamp(1_795_219_200_000)) },
        Consequence::HoldersGain { .. } => Consequence::HoldersGain { role: role.clone(), permission: permission.clone(), people: 38, sites: 6 },
        Consequence::HoldersLoseSite { .. } => Consequence::HoldersLoseSite { site, role: role.clone(), people: 1 },
        Consequence::PeopleLose { .. } => Consequence::PeopleLose { resource, people: 12 },
        Consequence::HoldersLose { .. } => Consequence::HoldersLose { role, permission, people: 1, sites: 0 },
        Consequence::PeopleLeftWithout { .. } => Consequence::PeopleLeftWithout { people: 1, kind },
    }
}

pub(super) fn confirmations(ids: &Ids) -> Vec<Confirmation> {
    every! {
        Confirmation::AccessEnds { .. } => Confirmation::AccessEnds { role: ids.role.clone(), sites: vec![ids.site] },
        Confirmation::OtherDomain { .. } => Confirmation::OtherDomain { domain: "b.example".to_owned() },
        Confirmation::Deletion { .. } => Confirmation::Deletion { user: PERSON },
        Confirmation::Recreation { .. } => Confirmation::Recreation { user: PERSON, roles: vec![ids.role.clone()] },
        Confirmation::Deactivation { .. } => Confirmation::Deactivation { user: PERSON },
        Confirmation::Terms { .. } => Confirmation::Terms { version: "1".to_owned(), products: [ids.product.clone()].into(), monthly_cents: 100 },
        Confirmation::Archiving { .. } => Confirmation::Archiving { people: 1 },
        Confirmation::Archiving { .. } => Confirmation::Archiving { people: 3 },
        Confirmation::Breach { .. } => Confirmation::Breach { people: 1 },
        Confirmation::Breach { .. } => Confirmation::Breach { people: 3 },
    }
}

fn unusable(fault: ProviderFault) -> Reason {
    let field = ProviderField::Domains;
    Reason::IdentityProviderUnusable { field, fault }
}

fn not_ours(claim: Claim) -> ProviderFault {
    let domain = "a.example".to_owned();
    ProviderFault::DomainNotOurs { domain, claim }
}

fn provider(domains: &[(&str, bool)]) -> IdentityProvider {
    let domain = |(name, only_way): &(&str, bool)| ProviderDomain {
        name: (*name).to_owned(),
        only_way: *only_way,
    };
    IdentityProvider {
        name: "ID".to_owned(),
        issuer: "https://id.example".to_owned(),
        client_id: "lanyard".to_owned(),
        link: "riverside".to_owned(),
        domains: domains.iter().map(domain).collect(),
    }
}

pub(super) fn undecided() -> Vec<Undecided> {
    every! {
        Undecided::LoginEmail { .. } => Undecided::LoginEmail { email: "ana@b.example".to_owned() },
        Undecided::OtherAdministrators => Undecided::OtherAdministrators,
        Undecided::Headcount => Undecided::Headcount,
        Undecided::HeldAccess => Undecided::HeldAccess,
        Undecided::ProviderClaims => Undecided::ProviderClaims,
    }
}

pub(super) fn edits(ids: &Ids) -> Vec<Edit> {
    let Ids {
        role,
        permission,
        product,
        kind,
        site,
        resource,
        ..
    } = ids.clone();
    let (user, name) = (PERSON, "Harbour View".to_owned());
    let (profile, access) = (ProfileText::new(), AccessPatch::default());
    every! {
        Edit::Invite { .. } => Edit::Invite { user, profile: profile.clone(), access: access.clone() },
        Edit::Recreate { .. } => Edit::Recreate {
            user, successor: PERSON, profile: profile.clone(),
            access: AccessPatch { grant: vec![Assignment::new(role.as_str(), Scope::Organisation)], ..access.clone() },
        },
        Edit::Change { .. } => Edit::Change { user, profile, access },
        Edit::ResendInvitation { .. } => Edit::ResendInvitation { user },
        Edit::WithdrawInvitation { .. } => Edit::WithdrawInvitation { user },
        Edit::Deactivate { .. } => Edit::Deactivate { user },
        Edit::Activate { .. } => Edit::Activate { user },
        Edit::Delete { .. } => Edit::Delete { user },
        Edit::Lock { .. } => Edit::Lock { user },
        Edit::Unlock { .. } => Edit::Unlock { user },
        Edit::SetTemporaryPassword { .. } => Edit::SetTemporaryPassword { user },
        Edit::EndSessions { .. } => Edit::EndSessions { user, which: WhichSessions::All },
        Edit::ResetFactors { .. } => Edit::ResetFactors { user },
        Edit::ChangeFactors { .. } => Edit::ChangeFactors { user, step: FactorStep::RecoveryCodesMade },
        Edit::ChangeFactors { .. } => Edit::ChangeFactors { user, step: FactorStep::RecoveryCodeUsed },
        Edit::AddProducts { .. } => Edit::AddProducts { user, products: [product.clone()].into() },
        Edit::OpenCase { .. } => Edit::OpenCase { user, product },
        Edit::CloseCase { .. } => Edit::CloseCase { user, case: CaseId(uuid::Uuid::nil()), note: "Done".to_owned() },
        Edit::SetRolePermissions { .. } => Edit::SetRolePermissions { role, grant: [permission].into(), revoke: BTreeSet::new() },
        Edit::EnrolDevice { .. } => Edit::EnrolDevice { device: DeviceId(uuid::Uuid::nil()), name: name.clone() },
        Edit::ReleaseDevice { .. } => Edit::ReleaseDevice { device: DeviceId(uuid::Uuid::nil()) },
        Edit::MakeApiKey { .. } => Edit::MakeApiKey {
            key: ApiKeyId(uuid::Uuid::nil()), name: name.clone(), scopes: scopes(EmbedAccess::Read, None),
        },
        Edit::RevokeApiKey { .. } => Edit::RevokeApiKey { key: ApiKeyId(uuid::Uuid::nil()) },
        Edit::AllowOrigin { .. } => Edit::AllowOrigin { origin: ORIGIN.to_owned() },
        Edit::RemoveOrigin { .. } => Edit::RemoveOrigin { origin: ORIGIN.to_owned() },
        Edit::SetIdentityProvider { .. } => Edit::SetIdentityProvider { provider: provider(&[]), secret: ClientSecret::New },
        Edit::RemoveIdentityProvider => Edit::RemoveIdentityProvider,
        Edit::CreateSite { .. } => Edit::CreateSite { site, name: name.clone() },
        Edit::RenameSite { .. } => Edit::RenameSite { site, name: name.clone() },
        Edit::ArchiveSite { .. } => Edit::ArchiveSite { site },
        Edit::CreateResource { .. } => Edit::CreateResource { resource, of: kind, site: Some(site), name: name.clone() },
        Edit::RenameResource { .. } => Edit::RenameResource { resource, name },
        Edit::ArchiveResource { .. } => Edit::ArchiveResource { resource },
        Edit::Export { .. } => Edit::Export { list: ExportedList::Users(UserQuery::default()), format: ExportFormat::Csv },
        Edit::Export { .. } => Edit::Export { list: ExportedList::Activity(AuditQuery::default()), format: ExportFormat::Json },
        Edit::PublishPolicy { .. } => Edit::PublishPolicy { version: Revision(3), digest: String::new(), note: String::new() },
    }
}

pub(super) fn changes(world: &World) -> Vec<Change> {
    let Ids {
        role,
        permission,
        product,
        site,
        resource,
        ..
    } = world.ids.clone();
    let (from, to) = ("Elm".to_owned(), "Oak".to_owned());
    let at = Timestamp(0);
    let lock = Lock {
        since: at,
        cause: LockCause::FailedSignIns,
    };
    let assignment = Assignment {
        role: role.clone(),
        scope: Scope::whole_site(site),
    };
    let new_site = world.organisation.sites[0].clone();
    let new_resource = world.organisation.resources[0].clone();
    every! {
        Change::UserCreated { .. } => Change::UserCreated { user: world.subject.clone() },
        Change::ProfileChanged { .. } => Change::ProfileChanged { field: ProfileField::Phone, from: from.clone(), to: to.clone() },
        Change::ProfileChanged { .. } => Change::ProfileChanged { field: ProfileField::Language, from: String::new(), to: "fr".to_owned() },
        Change::ProfileChanged { .. } => Change::ProfileChanged { field: ProfileField::Bio, from: from.clone(), to: String::new() },
        Change::Granted { .. } => Change::Granted { assignment: assignment.clone() },
        Change::Revoked { .. } => Change::Revoked { assignment },
        Change::PrimarySiteChanged { .. } => Change::PrimarySiteChanged { from: None, to: Some(site) },
        Change::Joined { .. } => Change::Joined { resource },
        Change::Left { .. } => Change::Left { resource },
        Change::StatusChanged { .. } => Change::StatusChanged { from: Status::Invited, to: Status::Active },
        Change::Deactivated { .. } => Change::Deactivated { at },
        Change::Locked { .. } => Change::Locked { lock },
        Change::Unlocked { .. } => Change::Unlocked { lock },
        Change::UserDeleted { .. } => Change::UserDeleted { user: PERSON, profile: world.subject.profile.clone() },
        Change::InvitationIssued { .. } => Change::InvitationIssued { to: "ana@b.example".to_owned(), language: "es".to_owned() },
        Change::InvitationEnded => Change::InvitationEnded,
        Change::SessionsEnded => Change::SessionsEnded,
        Change::SomeSessionsEnded { .. } => Change::SomeSessionsEnded { which: WhichSessions::Only(SessionId(uuid::Uuid::nil())) },
        Change::SomeSessionsEnded { .. } => Change::SomeSessionsEnded { which: WhichSessions::AllBut(SessionId(uuid::Uuid::nil())) },
        Change::TemporaryPasswordSet => Change::TemporaryPasswordSet,
        Change::Factors { .. } => Change::Factors { step: FactorStep::Reset },
        Change::Factors { .. } => Change::Factors { step: FactorStep::Added { kind: FactorKind::AuthenticatorApp, name: String::new() } },
        Change::Factors { .. } => Change::Factors { step: FactorStep::Removed { kind: FactorKind::AuthenticatorApp, name: String::new() } },
        Change::Factors { .. } => Change::Factors { step: FactorStep::Added { kind: FactorKind::Passkey, name: "Elm".to_owned() } },
        Change::Factors { .. } => Change::Factors { step: FactorStep::Removed { kind: FactorKind::Passkey, name: "Elm".to_owned() } },
        Change::Factors { .. } => Change::Factors { step: FactorStep::PasswordChanged { how: PasswordChange::Own } },
        Change::Factors { .. } => Change::Factors { step: FactorStep::PasswordChanged { how: PasswordChange::Link } },
        Change::Factors { .. } => Change::Factors { step: FactorStep::PasswordChanged { how: PasswordChange::Temporary } },
        Change::ProductAdded { .. } => Change::ProductAdded { product: product.clone(), terms: "1".to_owned(), monthly_cents: 5 },
        Change::ProductEnded { .. } => Change::ProductEnded { product: product.clone(), monthly_cents: 5 },
        Change::CaseOpened { .. } => Change::CaseOpened { product: product.clone() },
        Change::CaseClosed { .. } => Change::CaseClosed { case: CaseId(uuid::Uuid::nil()), product, note: "Done".to_owned() },
        Change::RolePermissionGranted { .. } => Change::RolePermissionGranted { role: role.clone(), permission: permission.clone() },
        Change::RolePermissionRevoked { .. } => Change::RolePermissionRevoked { role, permission },
        Change::DeviceEnrolled { .. } => Change::DeviceEnrolled { device: DeviceId(uuid::Uuid::nil()), name: from.clone() },
        Change::DeviceReleased { .. } => Change::DeviceReleased { device: DeviceId(uuid::Uuid::nil()), name: from.clone() },
        Change::ApiKeyMade { .. } => Change::ApiKeyMade {
            key: ApiKeyId(uuid::Uuid::nil()), name: from.clone(), scopes: scopes(EmbedAccess::Read, None),
        },
        Change::ApiKeyMade { .. } => Change::ApiKeyMade {
            key: ApiKeyId(uuid::Uuid::nil()), name: from.clone(), scopes: scopes(EmbedAccess::Manage, None),
        },
        Change::ApiKeyMade { .. } => Change::ApiKeyMade {
            key: ApiKeyId(uuid::Uuid::nil()), name: from.clone(), scopes: scopes(EmbedAccess::Read, Some(site)),
        },
        Change::ApiKeyMade { .. } => Change::ApiKeyMade {
            key: ApiKeyId(uuid::Uuid::nil()), name: from.clone(), scopes: scopes(EmbedAccess::Manage, Some(site)),
        },
        Change::ApiKeyRevoked { .. } => Change::ApiKeyRevoked { key: ApiKeyId(uuid::Uuid::nil()), name: from.clone() },
        Change::OriginAllowed { .. } => Change::OriginAllowed { origin: ORIGIN.to_owned() },
        Change::OriginRemoved { .. } => Change::OriginRemoved { origin: ORIGIN.to_owned() },
        Change::IdentityProviderSet { .. } => Change::IdentityProviderSet { from: None, to: provider(&[("a.example", false), ("b.example", true)]), secret: ClientSecret::New },
        Change::IdentityProviderSet { .. } => Change::IdentityProviderSet { from: Some(provider(&[])), to: provider(&[("a.example", false), ("b.example", true)]), secret: ClientSecret::None },
        Change::IdentityProviderSet { .. } => Change::IdentityProviderSet { from: Some(provider(&[("a.example", false), ("b.example", true)])), to: provider(&[("a.example", false), ("b.example", true)]), secret: ClientSecret::Keep },
        Change::IdentityProviderRemoved { .. } => Change::IdentityProviderRemoved { provider: provider(&[]) },
        Change::SiteCreated { .. } => Change::SiteCreated { site: new_site },
        Change::SiteRenamed { .. } => Change::SiteRenamed { site, from: from.clone(), to: to.clone() },
        Change::SiteArchived { .. } => Change::SiteArchived { site },
        Change::ResourceCreated { .. } => Change::ResourceCreated { resource: new_resource },
        Change::ResourceRenamed { .. } => Change::ResourceRenamed { resource, from, to },
        Change::ResourceArchived { .. } => Change::ResourceArchived { resource },
        Change::Exported { .. } => Change::Exported { rows: 1_240 },
        Change::PolicyPublished { .. } => Change::PolicyPublished { version: Revision(4), areas: Area::ALL.to_vec() },
    }
}

pub(super) fn differences(ids: &Ids) -> Vec<Difference> {
    let held = Assignment {
        role: ids.role.clone(),
        scope: Scope::whole_site(ids.site),
    };
    every! {
        Difference::Profile { .. } => Difference::Profile { field: ProfileField::Phone, seen: String::new(), now: "555 0100".to_owned() },
        Difference::Access { .. } => Difference::Access { seen: vec![], now: vec![held; 9] },
        Difference::PrimarySite { .. } => Difference::PrimarySite { seen: None, now: Some(ids.site) },
        Difference::Status { .. } => Difference::Status { seen: Status::Active, now: Status::Inactive },
        Difference::Locked { .. } => Difference::Locked { seen: false, now: true },
        Difference::Memberships { .. } => Difference::Memberships { seen: vec![], now: vec![ids.resource] },
    }
}

pub(super) fn remedies(ids: &Ids) -> Vec<Remedy> {
    let mut samples = every! {
        Remedy::Instead(_) => Remedy::Instead(Box::new(Edit::Unlock { user: PERSON })),
        Remedy::AddSite => Remedy::AddSite,
        Remedy::AddResource(_) => Remedy::AddResource(ids.site),
        Remedy::Retype(_) => Remedy::Retype(ProfileField::Npi),
        Remedy::Recreate(_) => Remedy::Recreate(ids.role.clone()),
        Remedy::AskAdministrator(_) => Remedy::AskAdministrator(Power::Sites),
        Remedy::AnotherAdministrator => Remedy::AnotherAdministrator,
        Remedy::Choose(_) => Remedy::Choose(Field::PrimarySite),
    };
    samples.extend(edits(ids).into_iter().map(|edit| Remedy::Instead(Box::new(edit))));
    samples.extend(places_in_forms(ids).into_iter().map(Remedy::Choose));
    samples
}

pub(super) fn places_in_forms(ids: &Ids) -> Vec<Field> {
    let place = Place::Site(ids.site);
    every! {
        Field::Whole => Field::Whole,
        Field::Profile(_) => Field::Profile(ProfileField::Npi),
        Field::Role(_) => Field::Role(Holding { role: ids.role.clone(), place }),
        Field::Roles(_) => Field::Roles(place),
        Field::Roles(_) => Field::Roles(Place::Organisation),
        Field::Resources(_) => Field::Resources(ids.site),
        Field::PrimarySite => Field::PrimarySite,
        Field::Membership(_) => Field::Membership(ids.resource),
        Field::Product(_) => Field::Product(ids.product.clone()),
        Field::Permission(_) => Field::Permission(ids.permission.clone()),
        Field::Name => Field::Name,
        Field::Note => Field::Note,
        Field::Origin => Field::Origin,
        Field::Provider(_) => Field::Provider(ProviderField::Issuer),
        Field::Elements => Field::Elements,
    }
}
