//! What a screen reads from the server: its shape until it is there, and what to do where it could not be read.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::widgets::{ErrorNote, Skeleton, SkeletonShape};
use crate::words::text;

/// What has been read, as `show` draws it; the shape and the number of rows that stand in its place until then.
pub(crate) fn fetched<T>(
    found: Option<Result<T, ApiError>>,
    (shape, rows): (SkeletonShape, usize),
    again: impl Into<Option<Callback<()>>>,
    show: impl FnOnce(T) -> AnyView,
) -> AnyView {
    match found {
        None => view! { <Skeleton shape rows /> }.into_any(),
        Some(Err(error)) => not_read(&error, again.into()),
        Some(Ok(found)) => show(found),
    }
}

/// Says why something could not be read, and offers to try again where that may help.
pub(crate) fn not_read(error: &ApiError, again: Option<Callback<()>>) -> AnyView {
    let (happened, next) = (error.title(), error.detail());
    match again {
        Some(on_action) => view! { <ErrorNote happened next action=text!(screen::try_again) on_action /> }.into_any(),
        None => view! { <ErrorNote happened next /> }.into_any(),
    }
}
