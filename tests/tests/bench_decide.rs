//! How long `decide` takes in WebAssembly, in a browser: one line of JSON for each kind of edit.
//!
//! `cargo xtask bench decide`

#![cfg(target_arch = "wasm32")]

use scenarios::bench::decide::{Rounds, measure};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_kind_of_edit_is_timed() {
    let performance = web_sys::window()
        .and_then(|window| window.performance())
        .expect("a page has a clock");
    let rounds = Rounds {
        samples: 200,
        sample_micros: 5_000.0,
    };
    for judged in measure(rounds, || performance.now() * 1e3) {
        let line = serde_json::to_string(&judged).expect("figures are JSON");
        console_log!("judged {line}");
    }
}
