//! Bodies about accounts: invitations and passwords by mail, and the mail itself.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{Timestamp, UserId};
use crate::policy::NewLink;
use crate::user::{ProfileField, ProfileText};

/// How somebody proved who they are when they signed in (what RFC 8176 calls `amr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// A password alone.
    Password,
    /// A password and a code of an authenticator app (RFC 6238).
    PasswordAndCode,
    /// A password and a recovery code.
    PasswordAndRecoveryCode,
    /// A password and a passkey (WebAuthn).
    PasswordAndPasskey,
    /// A passkey alone: what it is on has verified its person.
    Passkey,
    /// The organisation's own identity provider (OpenID Connect).
    IdentityProvider,
    /// A PIN on a device that an administrator enrolled.
    Pin,
    /// The link of an invitation.
    Invitation,
}

/// `GET /api/v1/sign-in/ways`: how somebody can sign in besides a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInWays {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderView>,
}

/// An organisation's identity provider, as its people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderView {
    /// The organisation's part of the address of its own sign-in page.
    pub link: String,
    /// What people know the provider as.
    pub name: String,
    /// Whether the organisation's people with an address of this domain sign in this way and no other.
    pub only: bool,
}

/// `POST /api/v1/sign-in/provider`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BeginProvider {
    pub link: String,
    /// What was typed; the provider's form begins with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// `POST /api/v1/sign-in/provider`: where the browser goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderAddress {
    pub address: String,
}

/// Stands in the address of the sign-in page where a second factor has to follow what an identity provider has said.
pub const SECOND_STEP: &str = "second-step";

/// Why nobody was signed in by an identity provider; its word stands in the address of the sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderFailure {
    /// The person went away from the provider's form.
    Cancelled,
    /// Too late, used already, or begun in another browser.
    Expired,
    /// The provider does not answer as it should.
    Unreachable,
    /// What it answered cannot be believed, or it refused.
    Refused,
    /// It does not vouch for an e-mail address.
    AddressNotVerified,
    /// No account of this organisation that may sign in has the address.
    NoAccount,
    /// The invitation has to be accepted by its link.
    InvitationFirst,
    /// The address is that of another account at the provider than the one that has signed in with it before.
    OtherAccount,
    /// The provider was to ask who it is, and did not.
    NotAsked,
}

impl ProviderFailure {
    const ALL: [Self; 9] = [
        Self::Cancelled,
        Self::Expired,
        Self::Unreachable,
        Self::Refused,
        Self::AddressNotVerified,
        Self::NoAccount,
        Self::InvitationFirst,
        Self::OtherAccount,
        Self::NotAsked,
    ];

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::AddressNotVerified => "address-not-verified",
            Self::NoAccount => "no-account",
            Self::InvitationFirst => "invitation-first",
            Self::OtherAccount => "other-account",
            Self::NotAsked => "not-asked",
        }
    }

    /// The failure that has this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.word() == word)
    }
}

/// How far a mail has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The mail server has taken it.
    Sent { at: Timestamp },
    /// It has not been sent yet, and will be tried at this moment.
    Waiting {
        next: Timestamp,
        /// Why the last attempt failed, if there was one: the mail server's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// It could not be delivered, and is not tried any more.
    Failed { at: Timestamp, why: String },
}

/// An invitation that is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationState {
    /// Until when its link works.
    pub expires: Timestamp,
    /// How far its mail has come; absent when it was sent so long ago that it is not kept any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// When the invited person asked for a new link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
}

/// `POST /api/v1/invitations/open`, `POST /api/v1/invitations/ask`, `POST /api/v1/password/open`: the token of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkToken {
    pub token: String,
}

/// Whether a link can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Open,
    Expired,
    /// A newer link was sent since (D6).
    Replaced,
    /// It has been used.
    Used,
}

/// `POST /api/v1/invitations/open`: what the invited person sees. Opening consumes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    pub state: LinkState,
    pub organisation: String,
    /// What the organisation calls the product.
    pub portal: String,
    /// The address that the person will sign in with.
    pub login_email: String,
    pub expires: Timestamp,
    /// What happens when the person asks for a new link.
    pub new_link: NewLink,
    /// What the person is asked for besides a password.
    pub fields: Vec<AskedField>,
    /// Tags of the languages to choose from; empty where there is nothing to choose.
    pub languages: Vec<String>,
    /// The tag of the language that is chosen unless the person chooses another one.
    pub language: String,
    /// Characters of a password at least.
    pub at_least: u32,
}

/// A profile field that the invited person fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskedField {
    pub field: ProfileField,
    /// What the organisation calls it.
    pub label: String,
    pub hint: String,
    pub required: bool,
    /// What is known already.
    pub value: String,
}

/// `POST /api/v1/invitations/accept`: signs the person in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AcceptInvitation {
    pub token: String,
    pub password: String,
    /// The fields that were asked for, and `language`.
    #[serde(default)]
    pub profile: ProfileText,
}

/// `POST /api/v1/password/forgot`: the same answer for every address (T2, T7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForgotPassword {
    pub email: String,
}

/// `POST /api/v1/password/open`: the link in the mail to somebody who forgot their password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetView {
    pub state: LinkState,
    pub login_email: String,
    /// Characters of a password at least.
    pub at_least: u32,
}

/// `POST /api/v1/password/reset`: all sessions of the account end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetPassword {
    pub token: String,
    pub password: String,
}

/// `POST /api/v1/password/strength`: a password that somebody is about to choose. Nothing of it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PasswordToJudge {
    pub password: String,
    /// The link by which it would be chosen: what the account's person and organisation are called is easily guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The address that the person typed, where there is no link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// How strong a password is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordJudgement {
    /// From 0 (guessed at once) to 4 (not guessed).
    pub score: u8,
    /// Why it cannot be used, in words; absent when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// `GET /api/v1/mail`: mail about people whom the reader administers, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UndeliveredMail {
    pub mails: Vec<MailRow>,
}

/// `POST /api/v1/mail/resend`: how many mails are tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailResent {
    pub mails: u32,
}

/// A mail, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailRow {
    pub id: Uuid,
    /// `invitation`, `password_reset`, `password_changed`, `account_locked`, `link_wanted`, `address_changed` and others.
    pub kind: String,
    /// Whom it is about.
    pub user: UserId,
    /// What that person is called.
    #[serde(default)]
    pub name: String,
    pub to: String,
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    pub delivery: Delivery,
}
