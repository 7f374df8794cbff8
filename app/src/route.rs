//! The screens, and how an address names them. Pure: the page asks the address bar, a widget asks nobody.

use shared::access::SiteTie;
use shared::ids::{ResourceId, SiteId, UserId};
pub(crate) use shared::policy::Section;
use shared::policy::{EditForm, Policy};
use shared::wire::{UserQuery, UserSort, UserTab};

use crate::query::{QueryString, pairs};

/// Where in the application someone is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The list of users, with what is searched and filtered. Pages of rows are never part of an address.
    Users(UserQuery),
    /// An invitation, begun with a role and a site where the list was about them.
    Invite {
        role: Option<String>,
        site: Option<SiteId>,
    },
    User {
        user: UserId,
        part: UserPart,
    },
    /// The form of one user over the list, where a click opens that (O7).
    Edit(UserId),
    Roles,
    Sites,
    /// What belongs to the whole organisation, where that is apart from the sites (A13).
    Groups,
    /// Who has a resource.
    Resource(ResourceId),
    Activity,
    /// Support cases about products.
    Cases,
    /// Mail to people, and how far it has come.
    Mail,
    /// All rules and words of the organisation.
    Policy,
    /// API keys, allowed origins, and what to copy into a host.
    Embedding,
    /// Who signs people in besides Lanyard.
    IdentityProvider,
    Import,
    /// One's own account.
    MyAccount,
    /// To sign in, perhaps on the page of one organisation; whoever is signed in has the first screen instead.
    SignIn(Option<String>),
    /// What works without being signed in, by a link that was mailed.
    Account(AccountPart),
    NotFound,
}

/// The screens of somebody who cannot sign in yet, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountPart {
    /// To accept an invitation.
    Welcome,
    /// To choose a new password.
    NewPassword,
    /// To ask for a mail with a link to do so.
    Forgot,
}

/// The parts of the screen of one user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UserPart {
    #[default]
    Profile,
    Access,
    /// Where they are signed in, and how.
    SignIn,
    Activity,
}

impl Default for Route {
    fn default() -> Self {
        Self::Users(UserQuery::default())
    }
}

impl Route {
    /// The screen of one user, as one gets there from a list.
    pub(crate) fn user(user: UserId) -> Self {
        Self::User {
            user,
            part: UserPart::default(),
        }
    }

    /// What a click on somebody in a list opens: their form or their page, as the organisation has it (O7).
    pub(crate) fn of_person(policy: &Policy, user: UserId) -> Self {
        match policy.screens.edit {
            EditForm::Dialog => Self::Edit(user),
            EditForm::Page => Self::user(user),
        }
    }

    /// An invitation from scratch.
    pub(crate) fn invite() -> Self {
        Self::Invite { role: None, site: None }
    }

    /// Reads `/users/018f…/access?…`; what is not understood is [`Route::NotFound`].
    pub(crate) fn parse(path: &str, query: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] | ["users"] => Self::Users(parse_query(query)),
            ["invite"] => parse_invite(query),
            ["users", user] => user.parse().map_or(Self::NotFound, Self::user),
            ["users", user, "edit"] => user.parse().map_or(Self::NotFound, Self::Edit),
            ["users", user, part] => match (user.parse(), UserPart::parse(part)) {
                (Ok(user), Some(part)) => Self::User { user, part },
                _ => Self::NotFound,
            },
            ["roles"] => Self::Roles,
            ["sites"] => Self::Sites,
            ["groups"] => Self::Groups,
            ["resources", resource] => resource.parse().map_or(Self::NotFound, Self::Resource),
            ["activity"] => Self::Activity,
            ["cases"] => Self::Cases,
            ["mail"] => Self::Mail,
            ["policy"] => Self::Policy,
            ["embedding"] => Self::Embedding,
            ["identity-provider"] => Self::IdentityProvider,
            ["import"] => Self::Import,
            ["account"] => Self::MyAccount,
            ["sign-in"] => Self::SignIn(None),
            ["sign-in", link] => Self::SignIn(Some((*link).to_owned())),
            ["welcome"] => Self::Account(AccountPart::Welcome),
            ["new-password"] => Self::Account(AccountPart::NewPassword),
            ["forgot"] => Self::Account(AccountPart::Forgot),
            _ => Self::NotFound,
        }
    }

    /// The address, from the application's root on.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Users(query) => format_query(query),
            Self::Invite { role, site } => QueryString::default()
                .with_some("role", role.as_ref())
                .with_some("site", *site)
                .after("/invite"),
            Self::User {
                user,
                part: UserPart::Profile,
            } => format!("/users/{user}"),
            Self::User { user, part } => format!("/users/{user}/{}", part.word()),
            Self::Edit(user) => format!("/users/{user}/edit"),
            Self::Roles => "/roles".to_owned(),
            Self::Sites => "/sites".to_owned(),
            Self::Groups => "/groups".to_owned(),
            Self::Resource(resource) => format!("/resources/{resource}"),
            Self::Activity => "/activity".to_owned(),
            Self::Cases => "/cases".to_owned(),
            Self::Mail => "/mail".to_owned(),
            Self::Policy => "/policy".to_owned(),
            Self::Embedding => "/embedding".to_owned(),
            Self::IdentityProvider => "/identity-provider".to_owned(),
            Self::Import => "/import".to_owned(),
            Self::MyAccount => "/account".to_owned(),
            Self::SignIn(None) => "/sign-in".to_owned(),
            Self::SignIn(Some(link)) => format!("/sign-in/{link}"),
            Self::Account(AccountPart::Welcome) => "/welcome".to_owned(),
            Self::Account(AccountPart::NewPassword) => "/new-password".to_owned(),
            Self::Account(AccountPart::Forgot) => "/forgot".to_owned(),
            Self::NotFound => "/".to_owned(),
        }
    }

    /// The entry of the navigation that this screen belongs to.
    pub(crate) fn section(&self) -> Option<Section> {
        match self {
            Self::Users(_) | Self::Invite { .. } | Self::User { .. } | Self::Edit(_) | Self::Import => {
                Some(Section::Users)
            }
            Self::Roles => Some(Section::Roles),
            Self::Sites | Self::Resource(_) => Some(Section::Sites),
            Self::Groups => Some(Section::Organisation),
            Self::Activity => Some(Section::Activity),
            Self::Cases => Some(Section::Cases),
            Self::Mail
            | Self::Policy
            | Self::Embedding
            | Self::IdentityProvider
            | Self::MyAccount
            | Self::SignIn(_)
            | Self::Account(_)
            | Self::NotFound => None,
        }
    }
}

impl UserPart {
    pub(crate) const ALL: [Self; 4] = [Self::Profile, Self::Access, Self::SignIn, Self::Activity];

    /// Its word in an address.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Access => "access",
            Self::SignIn => "sign-in",
            Self::Activity => "activity",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }
}

const TABS: [(UserTab, &str); 4] = [
    (UserTab::Active, ""),
    (UserTab::Invited, "invited"),
    (UserTab::Inactive, "inactive"),
    (UserTab::Locked, "locked"),
];

const SORTS: [(UserSort, &str); 5] = [
    (UserSort::Name, ""),
    (UserSort::NameDescending, "name_descending"),
    (UserSort::LoginEmail, "login_email"),
    (UserSort::LastSeen, "last_seen"),
    (UserSort::Newest, "newest"),
];

const TIES: [(SiteTie, &str); 2] = [(SiteTie::Only, "only"), (SiteTie::Primary, "primary")];

fn word_of<T: Copy + PartialEq>(words: &[(T, &'static str)], value: T) -> &'static str {
    words
        .iter()
        .find(|(known, _)| *known == value)
        .map_or("", |(_, word)| word)
}

fn value_of<T: Copy + Default>(words: &[(T, &'static str)], word: &str) -> T {
    words
        .iter()
        .find(|(_, known)| *known == word)
        .map_or_else(T::default, |(value, _)| *value)
}

/// The query of a list as the server reads it, pages included.
pub(crate) fn query_string(query: &UserQuery) -> QueryString {
    QueryString::default()
        .with("tab", word_of(&TABS, query.tab))
        .with("search", &query.search)
        .with_some("role", query.role.as_ref())
        .with_some("site", query.site)
        .with("tie", query.tie.map_or("", |tie| word_of(&TIES, tie)))
        .with_some("clinical", query.clinical)
        .with_some("locked", query.locked)
        .with("sort", word_of(&SORTS, query.sort))
        .with_some("after", query.after.as_ref())
        .with_some("limit", query.limit)
}

fn format_query(query: &UserQuery) -> String {
    query_string(&UserQuery {
        after: None,
        limit: None,
        ..query.clone()
    })
    .after("/users")
}

fn parse_invite(text: &str) -> Route {
    let (mut role, mut site) = (None, None);
    for (key, value) in pairs(text) {
        match key.as_str() {
            "role" => role = Some(value),
            "site" => site = value.parse().ok(),
            _ => {}
        }
    }
    Route::Invite { role, site }
}

fn parse_query(text: &str) -> UserQuery {
    let mut query = UserQuery::default();
    for (key, value) in pairs(text) {
        match key.as_str() {
            "tab" => query.tab = value_of(&TABS, &value),
            "search" => query.search = value,
            "role" => query.role = Some(value),
            "site" => query.site = value.parse::<SiteId>().ok(),
            "tie" => query.tie = TIES.iter().find(|(_, word)| *word == value).map(|(tie, _)| *tie),
            "clinical" => query.clinical = value.parse().ok(),
            "locked" => query.locked = value.parse().ok(),
            "sort" => query.sort = value_of(&SORTS, &value),
            _ => {}
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "018f6f3e-2b1a-7c3d-8e4f-1234567890ab";

    fn there_and_back(route: &Route) {
        let address = route.path();
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        assert_eq!(Route::parse(path, query), *route, "{address}");
    }

    #[test]
    fn every_screen_is_found_again_by_its_address() {
        let user: UserId = ID.parse().unwrap();
        for part in UserPart::ALL {
            there_and_back(&Route::User { user, part });
        }
        let invite = |role: Option<&str>| Route::Invite {
            role: role.map(str::to_owned),
            site: ID.parse().ok(),
        };
        for route in [
            Route::invite(),
            invite(None),
            invite(Some("nurse")),
            Route::Edit(user),
            Route::Roles,
            Route::Sites,
            Route::Groups,
            Route::Resource(ID.parse().unwrap()),
            Route::Activity,
            Route::Cases,
            Route::Mail,
            Route::Policy,
            Route::Embedding,
            Route::IdentityProvider,
            Route::Import,
            Route::MyAccount,
            Route::SignIn(None),
            Route::SignIn(Some("riverside".to_owned())),
            Route::Account(AccountPart::Welcome),
            Route::Account(AccountPart::NewPassword),
            Route::Account(AccountPart::Forgot),
            Route::default(),
        ] {
            there_and_back(&route);
        }
        for tab in UserTab::ALL {
            for (sort, _) in SORTS {
                there_and_back(&Route::Users(UserQuery {
                    tab,
                    sort,
                    search: "o'brien & sons".to_owned(),
                    role: Some("front_desk".to_owned()),
                    site: Some(ID.parse().unwrap()),
                    tie: Some(SiteTie::Only),
                    clinical: Some(false),
                    locked: Some(true),
                    ..UserQuery::default()
                }));
            }
        }
    }

    #[test]
    fn pages_of_rows_are_not_part_of_an_address() {
        let query = UserQuery {
            after: Some("cursor".to_owned()),
            limit: Some(50),
            ..UserQuery::default()
        };
        assert_eq!(Route::Users(query).path(), "/users");
    }

    #[test]
    fn what_is_not_understood_is_not_found() {
        for path in [
            "/nowhere",
            "/users/not-an-id",
            "/users/018f6f3e-2b1a-7c3d-8e4f-1234567890ab/secrets",
            "/a/b/c",
        ] {
            assert_eq!(Route::parse(path, ""), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn an_unknown_filter_is_left_out() {
        assert_eq!(
            Route::parse("/users", "?tab=nonsense&site=7&colour=red"),
            Route::default()
        );
    }

    #[test]
    fn screens_belong_to_a_section() {
        assert_eq!(Route::invite().section(), Some(Section::Users));
        assert_eq!(Route::parse("/activity", "").section(), Some(Section::Activity));
        assert_eq!(Route::NotFound.section(), None);
    }
}
