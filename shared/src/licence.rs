//! What is on record about the product modules of a provider: who agreed to what (T13), and the support cases about what
//! is no self-service (T11).

use serde::{Deserialize, Serialize};

use crate::ids::{CaseId, ProductId, Timestamp};
use crate::wire::AuditPerson;

/// A product module that is licensed for a person, with the agreement by which it is (T13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Licence {
    pub product: ProductId,
    /// The version of the terms that were agreed to.
    pub terms: String,
    /// The price for a month that was agreed to, in hundredths of the currency unit.
    pub monthly_cents: u32,
    pub agreed_by: AuditPerson,
    pub agreed_at: Timestamp,
}

/// What the vendor is asked to do about a product of a person (T11). It names the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupportCase {
    pub id: CaseId,
    /// As they were called when it was opened.
    pub person: AuditPerson,
    pub product: ProductId,
    pub opened_by: AuditPerson,
    pub opened_at: Timestamp,
    /// Absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<CaseClosed>,
}

/// How a support case ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseClosed {
    pub by: AuditPerson,
    pub at: Timestamp,
    /// What came of it; empty where it ended with the account.
    pub note: String,
}

impl SupportCase {
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

/// How it stands with one of the policy's products for a provider (T10, T11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Held,
    Offered,
    /// It is no self-service before that moment.
    NeedsCase {
        until: Timestamp,
        /// Whether the vendor is asked about it already.
        is_open: bool,
    },
    /// It is activated at none of the provider's sites.
    NotActivated,
}
