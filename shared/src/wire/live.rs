//! What changes while somebody looks: events of the live stream, and who else is at a user.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::UserId;

/// An event of `GET /api/v1/live`: what is not as it was any more, as far as the reader may see it. It carries nothing of what
/// it is like now: that is asked for, and answered by the rights that the reader has then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct LiveChange {
    /// Users whom the reader may see, or could until now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserId>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub topics: BTreeSet<Topic>,
}

impl LiveChange {
    /// Whether nothing of it concerns the reader.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.topics.is_empty()
    }

    /// Whether something read about this may be out of date.
    pub fn touches(&self, topic: Topic) -> bool {
        self.topics.contains(&topic) || self.topics.contains(&Topic::Everything)
    }

    /// Whether what was read about this user may be out of date.
    pub fn touches_user(&self, user: UserId) -> bool {
        self.users.contains(&user) || self.topics.contains(&Topic::Everything)
    }
}

/// Something that screens show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Lists of users and their counts.
    People,
    /// Permissions of roles.
    Roles,
    /// Sites, and what lies in them.
    Places,
    Policy,
    /// Support cases.
    Cases,
    /// Origins and keys of embedding.
    Embedding,
    /// The identity provider.
    Provider,
    /// The audit record.
    Record,
    /// Mails that were sent, or could not be.
    Mail,
    /// The reader's own account, rights, or the browser they sit at.
    Me,
    /// Too much to tell, or nobody knows any more what: all of it is to be read anew.
    Everything,
}

/// `POST /api/v1/users/{id}/presence`: a page shows this user, or does no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AtUser {
    /// Made by the page when it was opened: somebody may have several.
    pub page: Uuid,
    /// Whether something on it is changed and not saved.
    #[serde(default)]
    pub editing: bool,
    /// The page is being left.
    #[serde(default)]
    pub leaving: bool,
}

/// Who else is at a user now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OthersHere {
    /// By name; each person once.
    pub people: Vec<OtherHere>,
}

/// Somebody else who is at the same user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherHere {
    /// Absent where the reader may not see this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub editing: bool,
}
