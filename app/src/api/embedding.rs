//! What is settled about embedding.

use shared::wire::{EmbedToken, EmbeddingView};

use super::{Api, ApiError};

impl Api {
    pub(crate) async fn embedding(&self) -> Result<EmbeddingView, ApiError> {
        self.get("/embedding").await
    }

    /// A token with which the elements are shown on a page of our own, to read. It takes the place of the one before.
    pub(crate) async fn embed_example(&self) -> Result<EmbedToken, ApiError> {
        self.post_at_once("/embed/example", &()).await
    }

    pub(crate) async fn end_embed_example(&self) -> Result<(), ApiError> {
        self.delete("/embed/example").await
    }
}
