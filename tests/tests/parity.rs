//! The same cases in WebAssembly, in a browser: byte by byte the verdicts that native code came to.
//!
//! `cargo xtask test parity`

#![cfg(target_arch = "wasm32")]

use scenarios::cases;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_verdict_is_the_recorded_one() {
    let mut judged = 0;
    for source in cases::sources() {
        for (case, recorded) in source.read().iter().zip(source.verdicts.lines()) {
            assert_eq!(case.line(), recorded, "{}.jsonl", source.name);
            judged += 1;
        }
    }
    assert_eq!(judged, cases::all().len(), "every case is judged and recorded");
}

#[wasm_bindgen_test]
fn every_case_comes_to_what_it_expects() {
    for case in cases::all() {
        assert_eq!(
            case.problems(),
            Vec::<String>::new(),
            "{}.toml, {}",
            case.file,
            case.name
        );
    }
}
