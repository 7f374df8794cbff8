//! The HTTP side: one thin file for each resource. Handlers take a [`session::Reader`], call the write path or a query,
//! and answer with a wire type or an [`problem::ApiError`]. No rule is decided here.

pub mod extract;
pub mod problem;
pub mod session;
