//! What is settled about embedding.

use shared::wire::EmbeddingView;

use super::{Api, ApiError};

impl Api {
    pub(crate) async fn embedding(&self) -> Result<EmbeddingView, ApiError> {
        self.get("/embedding").await
    }
}
