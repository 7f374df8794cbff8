//! Calls about many people at once.

use shared::bulk::{BulkAsk, BulkJob, BulkPeople, BulkPlan, BulkRun};
use shared::export::{ExportFormat, ExportedList};
use uuid::Uuid;

use super::calls::audit_query;
use super::{Api, ApiError};
use crate::query::QueryString;
use crate::route::query_string;

impl Api {
    /// What an action would come to for everyone who is selected.
    pub(crate) async fn plan(&self, ask: &BulkAsk) -> Result<BulkPlan, ApiError> {
        self.post("/bulk/plan", ask).await
    }

    /// Begins an action, or goes on with it. A lost answer is asked for again with the same key: nothing is done twice.
    pub(crate) async fn begin(&self, run: &BulkRun) -> Result<BulkJob, ApiError> {
        match self.post("/bulk", run).await {
            Err(error) if error.leaves_open() => self.post("/bulk", run).await,
            answer => answer,
        }
    }

    /// How far an action is.
    pub(crate) async fn job(&self, id: Uuid) -> Result<BulkJob, ApiError> {
        self.get(&format!("/bulk/{id}")).await
    }

    /// What came of an action, page by page.
    pub(crate) async fn results(&self, id: Uuid, after: Option<u32>) -> Result<BulkPeople, ApiError> {
        let query = QueryString::default().with("limit", "1000").with_some("after", after);
        self.get(&query.after(&format!("/bulk/{id}/people"))).await
    }
}

/// Where what came of an action is as a file.
pub(crate) fn result_path(id: Uuid) -> String {
    format!("/bulk/{id}/result.csv")
}

/// Where a list is as a file.
pub(crate) fn export_path(list: &ExportedList, format: ExportFormat) -> String {
    let (query, path) = match list {
        ExportedList::Users(query) => (query_string(query), "/users/export"),
        ExportedList::Activity(query) => (audit_query(query), "/audit/export"),
    };
    query.with("format", format.extension()).after(path)
}
