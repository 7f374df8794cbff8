//! What is asked for on this page, and the edit that it amounts to.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Facts;
use shared::edit::Edit;
use shared::ids::{ResourceId, ResourceKindId, SiteId};
use shared::wire::FactsQuery;
use uuid::Uuid;

use crate::edit_session::EditSession;
use crate::fresh;
use crate::session::use_reader;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    AddSite,
    RenameSite(SiteId),
    ArchiveSite(SiteId),
    AddResource { of: ResourceKindId, site: Option<SiteId> },
    RenameResource(ResourceId),
    ArchiveResource(ResourceId),
}

impl What {
    /// Whether a name has to be typed for it.
    pub(super) fn has_name(&self) -> bool {
        !matches!(self, Self::ArchiveSite(_) | Self::ArchiveResource(_))
    }

    /// Which facts judge it: those with the counts of people whom it touches.
    pub(super) fn facts(&self) -> FactsQuery {
        let (site, resource) = match self {
            Self::AddSite => (None, None),
            Self::RenameSite(site) | Self::ArchiveSite(site) => (Some(*site), None),
            Self::AddResource { site, .. } => (*site, None),
            Self::RenameResource(resource) | Self::ArchiveResource(resource) => (None, Some(*resource)),
        };
        FactsQuery {
            site,
            resource,
            ..FactsQuery::default()
        }
    }

    /// The edit, with `new` as the id of what is added.
    pub(super) fn edit(&self, new: Uuid, name: &str) -> Edit {
        let name = name.to_owned();
        match self {
            Self::AddSite => Edit::CreateSite {
                site: SiteId(new),
                name,
            },
            Self::RenameSite(site) => Edit::RenameSite { site: *site, name },
            Self::ArchiveSite(site) => Edit::ArchiveSite { site: *site },
            Self::AddResource { of, site } => Edit::CreateResource {
                resource: ResourceId(new),
                of: of.clone(),
                site: *site,
                name,
            },
            Self::RenameResource(resource) => Edit::RenameResource {
                resource: *resource,
                name,
            },
            Self::ArchiveResource(resource) => Edit::ArchiveResource { resource: *resource },
        }
    }
}

/// The dialog's state: what is asked, the name typed so far, the judgement, and the id of what would be added. The id is
/// made once, so that sending twice adds once.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) what: RwSignal<Option<What>>,
    pub(super) name: RwSignal<String>,
    /// Whether a name has been typed: before that, no refusal of it is shown.
    pub(super) touched: RwSignal<bool>,
    pub(super) session: EditSession,
    before: RwSignal<String>,
    new: RwSignal<Uuid>,
    start: Memo<Arc<Facts>>,
}

impl Asked {
    pub(super) fn new() -> Self {
        let start = use_reader().facts();
        let what = RwSignal::new(None::<What>);
        let (name, before) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let new = RwSignal::new(Uuid::nil());
        // Nothing while the name is what it was.
        let edit = Signal::derive(move || {
            let what = what.get()?;
            let unchanged = what.has_name() && name.with(|name| before.with(|before| name.trim() == before));
            (!unchanged).then(|| name.with(|name| what.edit(new.get(), name)))
        });
        let session = EditSession::new(RwSignal::new(start.get_untracked()), edit);
        Self {
            what,
            name,
            touched: RwSignal::new(false),
            session,
            before,
            new,
            start,
        }
    }

    pub(super) fn ask(self, what: What) {
        self.ask_named(what, String::new());
    }

    /// Asks about something that has this name now, and reads the facts that judge it.
    pub(super) fn ask_named(self, what: What, name: String) {
        let facts = self.session.facts();
        self.session.reset();
        self.touched.set(false);
        facts.set(self.start.get_untracked());
        self.new.set(fresh::id());
        self.before.set(name.clone());
        self.name.set(name);
        self.what.set(Some(what.clone()));
        let api = self.session.api();
        spawn_local(async move {
            // Until the counts of people are there, they are undecided; the server counts again when it saves.
            if let Ok(found) = api.facts(&what.facts()).await
                && self.what.try_get_untracked().flatten() == Some(what)
            {
                let _ = facts.try_set(Arc::new(found));
            }
        });
    }

    pub(super) fn close(self) {
        self.what.set(None);
    }
}
