//! The Content-Security-Policy of the app's page.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The policy for a page: nothing from elsewhere, no inline script but those of the page itself, by their hash.
pub fn content_security_policy(page: &str) -> HeaderValue {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for script in inline_scripts(page) {
        scripts.push_str(&format!(
            " 'sha256-{}'",
            STANDARD.encode(Sha256::digest(script.as_bytes()))
        ));
    }
    let policy = format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    // The policy is made of ASCII alone.
    HeaderValue::try_from(policy).expect("a policy is a valid header")
}

/// The same policy for a page in a frame of these origins' pages alone.
pub fn framed_policy(policy: &HeaderValue, ancestors: &[String]) -> String {
    let policy = policy.to_str().unwrap_or("default-src 'none'; frame-ancestors 'none'");
    if ancestors.is_empty() {
        return policy.to_owned();
    }
    let ancestors = format!("frame-ancestors {}", ancestors.join(" "));
    policy.replace("frame-ancestors 'none'", &ancestors)
}

/// The texts of the scripts that the page itself has, as a browser hashes them.
fn inline_scripts(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, body)) = after.split_once('>') else {
            break;
        };
        let Some((text, after)) = body.split_once("</script>") else {
            break;
        };
        if !attributes
            .split_whitespace()
            .any(|attribute| attribute.starts_with("src="))
        {
            found.push(text);
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_inline_script_is_allowed_by_its_hash_and_no_other_is() {
        let page = "<script type=\"module\">\nimport x;\n</script><script src=\"/a.js\"></script><script>2</script>";
        assert_eq!(inline_scripts(page), ["\nimport x;\n", "2"]);
        let policy = content_security_policy("<script>alert('Hello, world.');</script>");
        // The example of the Content Security Policy specification, level 3.
        assert!(
            policy
                .to_str()
                .unwrap()
                .contains("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"),
            "{policy:?}"
        );
        assert!(!policy.to_str().unwrap().contains("unsafe-inline"));
    }
}
