//! The language of the answers to a request: what its client asks for, until it is known who asks and what they prefer.

use std::cell::Cell;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use shared::text::{Language, Words};

tokio::task_local! {
    static LANGUAGE: Cell<Language>;
}

/// Answers in the language that these headers ask for (`Accept-Language`, RFC 9110, 12.5.4).
pub(super) async fn answering<T>(headers: &HeaderMap, answer: impl Future<Output = T>) -> T {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = asked.map(Language::preferred).unwrap_or_default();
    LANGUAGE.scope(Cell::new(language), answer).await
}

/// Answers in this language from now on, if it is spoken: who asks is known, and so is what they prefer.
pub(super) fn prefer(tag: &str) {
    if let Some(language) = Language::of_tag(tag) {
        // Outside of a request there is nothing to answer.
        let _ = LANGUAGE.try_with(|answered| answered.set(language));
    }
}

/// The words of the request that is being answered; English outside of one.
pub(super) fn words() -> &'static Words {
    let language = LANGUAGE.try_with(Cell::get).unwrap_or_default();
    Words::builtin(language)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::http::problem::ApiError;

    #[tokio::test]
    async fn problems_are_told_in_the_language_that_is_asked_for() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("de, fr-CA;q=0.8, en;q=0.2"));
        let told = answering(&headers, async { ApiError::not_signed_in() }).await;
        assert_eq!(told.problem().title, "Vous n’êtes pas connecté");
        assert_eq!(told.problem().kind, "/problems/not-signed-in");
        assert_eq!(ApiError::not_signed_in().problem().title, "You are not signed in");
        let told = answering(&headers, async {
            prefer("es-MX");
            prefer("tlh");
            ApiError::not_found()
        });
        assert_eq!(told.await.problem().title, "Aquí no hay nada");
    }
}
