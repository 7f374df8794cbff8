//! Files: read piece by piece, so that the screen can say how far it is, and then given to the browser to keep.

use std::time::Duration;

use gloo_net::http::{Request, Response};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlAnchorElement, ReadableStreamDefaultReader, Url};

use super::abort::Deadline;
use super::{Api, ApiError, text_of};

/// Long lists take their time; what is stopped is stopped by the person.
const WITHIN: Duration = Duration::from_secs(1800);

/// How many lines of a file have come, and how many rows it will have where the server says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) lines: u32,
    pub(crate) total: Option<u32>,
}

/// A file that the browser has kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) name: String,
    /// Rows, where the server said how many there are.
    pub(crate) rows: Option<u32>,
}

impl Api {
    /// Reads a file and has the browser keep it. Dropped before it is whole, it keeps nothing.
    ///
    /// # Errors
    /// As for every request; a transfer that breaks off leaves no part of a file behind.
    pub(crate) async fn download(&self, path: &str, on_progress: impl Fn(Progress)) -> Result<Kept, ApiError> {
        let deadline = Deadline::after(WITHIN);
        let mut request = self
            .request(Request::get(&self.address(path)))
            .abort_signal(deadline.signal().as_ref());
        if let Some(host) = self.host() {
            let token = host.token(None).await?;
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        let request = request.build().map_err(|_| ApiError::Unreadable)?;
        let answer = match request.send().await {
            Ok(response) if response.ok() => read(&response, on_progress).await,
            Ok(response) => Err(match text_of(response).await {
                Err(error) => error,
                Ok(_) => ApiError::Unreadable,
            }),
            Err(_) => Err(deadline.error()),
        };
        if self.is_gone() {
            return std::future::pending().await;
        }
        self.note(&answer.as_ref().map(|_| String::new()).map_err(Clone::clone));
        answer
    }
}

async fn read(response: &Response, on_progress: impl Fn(Progress)) -> Result<Kept, ApiError> {
    let headers = response.headers();
    let rows = headers.get("x-total-count").and_then(|count| count.parse().ok());
    let name = headers
        .get("content-disposition")
        .and_then(|value| file_name(&value))
        .unwrap_or_else(|| "export".to_owned());
    let reader: ReadableStreamDefaultReader = Response::body(response)
        .ok_or(ApiError::Unreadable)?
        .get_reader()
        .dyn_into()
        .map_err(|_| ApiError::Unreadable)?;
    let pieces = Array::new();
    let mut progress = Progress { lines: 0, total: rows };
    on_progress(progress);
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|_| ApiError::Unreachable)?;
        let part = |key: &str| Reflect::get(&piece, &JsValue::from_str(key)).unwrap_or_default();
        let Ok(bytes) = part("value").dyn_into::<Uint8Array>() else {
            break;
        };
        let ends = bytes.to_vec().into_iter().filter(|byte| *byte == b'\n').count();
        progress.lines = progress.lines.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        pieces.push(&bytes);
        on_progress(progress);
    }
    keep(&pieces, &name).ok_or(ApiError::Unreadable)?;
    Ok(Kept { name, rows })
}

/// `attachment; filename="people.csv"`
fn file_name(disposition: &str) -> Option<String> {
    let (_, rest) = disposition.split_once("filename=\"")?;
    let (name, _) = rest.split_once('"')?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

fn keep(pieces: &Array, name: &str) -> Option<()> {
    let blob = Blob::new_with_u8_array_sequence(pieces).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlAnchorElement = web_sys::window()?
        .document()?
        .create_element("a")
        .ok()?
        .dyn_into()
        .ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has taken hold of the contents by then.
    leptos::prelude::set_timeout(
        move || {
            let _ = Url::revoke_object_url(&address);
        },
        Duration::from_secs(60),
    );
    Some(())
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn the_name_of_a_file_is_read_from_its_header() {
        assert_eq!(
            file_name("attachment; filename=\"riverside-users.csv\"").as_deref(),
            Some("riverside-users.csv")
        );
        assert_eq!(file_name("inline"), None);
        assert_eq!(file_name("attachment; filename=\"\""), None);
    }
}
