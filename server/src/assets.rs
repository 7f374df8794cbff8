//! The built app, inside the binary: compressed when it was built, cached by content.

mod csp;
mod negotiate;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::http::problem::ApiError;
pub use csp::{content_security_policy, framed_policy};
use negotiate::Encoding;

/// One file of the app.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// As in the address, without the leading slash.
    pub path: &'static str,
    /// SHA-256 of the plain file, in hexadecimal.
    pub hash: &'static str,
    pub plain: &'static [u8],
    pub brotli: Option<&'static [u8]>,
    pub gzip: Option<&'static [u8]>,
}

/// The files that were in `dist/` when the server was built.
static EMBEDDED: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// What other pages load: with the names of this build inside, so they are asked for anew after a minute.
const WIDGET: [&str; 2] = ["embed.js", "widget.js"];
/// The page of the app.
const INDEX: &str = "index.html";
/// The page in hosts' frames. It is served with its hosts written into it, and by no other address.
const FRAMED: &str = "embed.html";
/// Where its hosts are written.
const NO_HOSTS: &str = "name=\"lanyard-hosts\" content=\"\"";

/// Shown where the server was built without the app.
const NOT_BUILT: Asset = Asset {
    path: INDEX,
    hash: "0000000000000000",
    plain: b"<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Lanyard</title>\n\
        <h1>The app is not built yet</h1>\n\
        <p>This server was built without it. Run <code>cargo xtask run</code>, or <code>trunk build --release</code> and \
        then build the server again. The API works: see <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p>\n</html>\n",
    brotli: None,
    gzip: None,
};

/// The files of one app, by path.
#[derive(Clone, Debug)]
pub struct Assets {
    files: BTreeMap<&'static str, Asset>,
}

impl Assets {
    /// The app inside this binary.
    pub fn embedded() -> &'static Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS.get_or_init(|| Self::new(EMBEDDED))
    }

    pub(crate) fn new(files: &[Asset]) -> Self {
        let mut files: BTreeMap<_, _> = files.iter().map(|asset| (asset.path, *asset)).collect();
        files.entry(INDEX).or_insert(NOT_BUILT);
        Self { files }
    }

    /// The page of the app, as it is sent.
    pub fn index(&self) -> &str {
        self.files
            .get(INDEX)
            .and_then(|index| std::str::from_utf8(index.plain).ok())
            .unwrap_or_default()
    }

    /// Answers a request that no route took: a file of the app, or its page for the address of a screen.
    pub fn answer(&self, request: &Request<Body>) -> Response {
        let path = request.uri().path();
        let Some(asset) = self.find(path) else {
            return ApiError::not_found().into_response();
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response = ApiError::method_not_allowed().into_response();
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        respond(asset, request.headers())
    }

    /// The page that stands in hosts' frames, with the origins that may talk to it. They are as [`shared::embed::parse_origin`]
    /// writes them: nothing in them means anything in HTML.
    pub fn framed(&self, hosts: &[String]) -> Response {
        let page = self.files.get(FRAMED).map_or(&[][..], |page| page.plain);
        let page = String::from_utf8_lossy(page).replace(
            NO_HOSTS,
            &format!("name=\"lanyard-hosts\" content=\"{}\"", hosts.join(" ")),
        );
        let headers = [(CONTENT_TYPE, content_type(FRAMED)), (CACHE_CONTROL, "no-cache")];
        (headers, page).into_response()
    }

    fn find(&self, path: &str) -> Option<&Asset> {
        let path = path.trim_start_matches('/');
        if path == "api" || path.starts_with("api/") {
            return None;
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        match self.files.get(path) {
            Some(asset) if asset.path != FRAMED => Some(asset),
            Some(_) => None,
            // Addresses of screens have no dot; a missing file must not be answered with a page.
            None if !last.contains('.') => self.files.get(INDEX),
            None => None,
        }
    }
}

fn respond(asset: &Asset, headers: &HeaderMap) -> Response {
    let accepted = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let offered = [(Encoding::Brotli, asset.brotli), (Encoding::Gzip, asset.gzip)];
    let encoding = negotiate::choose(accepted, |encoding| {
        encoding == Encoding::Identity || offered.iter().any(|(kind, bytes)| *kind == encoding && bytes.is_some())
    });
    let bytes = offered
        .iter()
        .find_map(|(kind, bytes)| bytes.filter(|_| *kind == encoding))
        .unwrap_or(asset.plain);
    let short = asset.hash.get(..16).unwrap_or(asset.hash);
    let etag = match encoding.name() {
        Some(name) => format!("\"{short}-{name}\""),
        None => format!("\"{short}\""),
    };
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .map(|tag| tag.trim().trim_start_matches("W/"))
                .any(|tag| tag == etag || tag == "*")
        });

    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Body::from(bytes).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type(asset.path)));
        if let Some(name) = encoding.name() {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response
    };
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(ETAG, etag);
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control(asset.path)));
    if asset.path != INDEX {
        // Files are the same for everybody, and hosts' pages load them; a page is for its own address.
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
    }
    response
}

/// A file whose name has the hash of its content never changes; everything else is asked for anew.
fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else if WIDGET.contains(&path) {
        "public, max-age=60"
    } else {
        "no-cache"
    }
}

/// Whether a name has a hash as Trunk writes it: a hyphen and 16 hexadecimal digits, then an end. Trunk leaves zeros at the
/// front out, so one hash in sixteen has fewer.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= 12
            && part
                .as_bytes()
                .get(digits)
                .is_some_and(|end| matches!(end, b'.' | b'_'))
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
