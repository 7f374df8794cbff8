//! JSON by the browser's own parser, and values out of what it has parsed: a parser of our own would be a part of every
//! first load.

use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// A value as JSON; nothing where it has no form in JSON.
pub(crate) fn write<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    let value = value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .ok()?;
    JSON::stringify(&value).ok()?.as_string()
}

/// The value that a text describes; nothing where it describes none of this type.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value: JsValue = JSON::parse(text).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}
