//! Passkeys, as browsers have them (WebAuthn): options and answers travel as JSON, and the browser itself turns them into
//! what it needs.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::api::{Api, ApiError};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON, catch)]
    fn creation_options(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON, catch)]
    fn request_options(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "credentials"], js_name = create, catch)]
    async fn create(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "credentials"], js_name = get, catch)]
    async fn get(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = isConditionalMediationAvailable, catch)]
    async fn can_be_offered() -> Result<JsValue, JsValue>;

    type PublicKey;

    #[wasm_bindgen(method, js_name = toJSON, catch)]
    fn to_json(this: &PublicKey) -> Result<JsValue, JsValue>;
}

/// Why a passkey was not made or used.
#[derive(Clone, Debug)]
pub(crate) enum PasskeyError {
    /// The person closed the browser's dialog, or it closed by itself; or the browser has no passkeys.
    Stopped,
    Api(ApiError),
}

impl From<ApiError> for PasskeyError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<JsValue> for PasskeyError {
    fn from(_: JsValue) -> Self {
        Self::Stopped
    }
}

/// Whether this browser has passkeys that travel as JSON.
pub(crate) fn are_possible() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let class = Reflect::get(&window, &JsValue::from_str("PublicKeyCredential")).unwrap_or_default();
    (class.is_object() || class.is_function())
        && Reflect::has(&class, &JsValue::from_str("parseCreationOptionsFromJSON")).unwrap_or(false)
}

/// Makes a passkey and adds it to one's account; what the server answers.
pub(crate) async fn add(api: &Api, name: &str) -> Result<JsValue, PasskeyError> {
    let asked = api.passkey_options("/me/factors/passkeys/options").await?;
    let options = wrapped(&creation_options(&public_key_of(&asked)?)?)?;
    let made = create(&options).await?.unchecked_into::<PublicKey>().to_json()?;
    let body = Object::new();
    Reflect::set(&body, &JsValue::from_str("name"), &JsValue::from_str(name))?;
    Reflect::set(&body, &JsValue::from_str("credential"), &made)?;
    Ok(api.send_passkey("/me/factors/passkeys", &body).await?)
}

/// Signs in with a passkey alone.
pub(crate) async fn sign_in(api: &Api) -> Result<(), PasskeyError> {
    use_one(api, "/sign-in/passkey-options", "/sign-in/passkey").await
}

/// Has the browser offer passkeys where the address is typed (WebAuthn 3, conditional mediation), until one is chosen and
/// signs in, or the signal says stop. Where browser or server cannot, or the person does not, it has stopped.
pub(crate) async fn offer(api: &Api, stop: &AbortSignal) -> Result<(), PasskeyError> {
    if can_be_offered().await?.is_falsy() {
        return Err(PasskeyError::Stopped);
    }
    // Nobody has asked for anything yet: that it cannot be done is nobody's news.
    let Ok(asked) = api.passkey_options("/sign-in/passkey-options").await else {
        return Err(PasskeyError::Stopped);
    };
    let options = wrapped(&request_options(&public_key_of(&asked)?)?)?;
    let conditional = JsValue::from_str("conditional");
    Reflect::set(&options, &JsValue::from_str("mediation"), &conditional)?;
    Reflect::set(&options, &JsValue::from_str("signal"), stop)?;
    let given = get(&options).await?.unchecked_into::<PublicKey>().to_json()?;
    api.send_passkey("/sign-in/passkey", &given).await?;
    Ok(())
}

/// Does the second step of signing in with a passkey.
pub(crate) async fn second_step(api: &Api) -> Result<(), PasskeyError> {
    use_one(
        api,
        "/sign-in/second-step/passkey-options",
        "/sign-in/second-step/passkey",
    )
    .await
}

async fn use_one(api: &Api, ask: &str, answer: &str) -> Result<(), PasskeyError> {
    let asked = api.passkey_options(ask).await?;
    let options = wrapped(&request_options(&public_key_of(&asked)?)?)?;
    let given = get(&options).await?.unchecked_into::<PublicKey>().to_json()?;
    api.send_passkey(answer, &given).await?;
    Ok(())
}

fn public_key_of(asked: &JsValue) -> Result<JsValue, JsValue> {
    Reflect::get(asked, &JsValue::from_str("publicKey"))
}

fn wrapped(options: &JsValue) -> Result<JsValue, JsValue> {
    let whole = Object::new();
    Reflect::set(&whole, &JsValue::from_str("publicKey"), options)?;
    Ok(whole.into())
}
