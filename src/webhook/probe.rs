//! What the doctor posts to the callback, to see what arrives of it: signed as a delivery is, and kept by nobody.
//!
//! Its beginning tells it from everything of Meta's, and the signature covers its beginning. It holds what a proxy
//! that rewrites JSON would change.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const SIGNED: &str = r#"{"belino_doctor":"signed","#;
const FORGED: &str = r#"{"belino_doctor":"forged","#;
const TOKEN: &str = "belino-doctor-";
const REST: &str = r#""text":"caf\u00e9 \/ 50\u0025 \u0040you \u003C3","number":1.0}"#;

/// What the callback answers to a probe that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// The label of the secret that signed it.
    pub signed_by: String,
    /// SHA-256 of the bytes that arrived, in hexadecimal digits.
    pub sha256: String,
}

impl Echo {
    /// Of bytes that this secret signed.
    pub fn of(body: &[u8], signed_by: &str) -> Self {
        Self {
            signed_by: signed_by.to_owned(),
            sha256: hex::encode(Sha256::digest(body)),
        }
    }
}

/// A probe to be signed, with a word that makes it unique.
pub fn signed(word: &str) -> String {
    format!("{SIGNED}\"word\":\"{word}\",{REST}")
}

/// A probe to be signed wrongly.
pub fn forged(word: &str) -> String {
    format!("{FORGED}\"word\":\"{word}\",{REST}")
}

/// A verify token that must be refused.
pub fn wrong_token(word: &str) -> String {
    format!("{TOKEN}{word}")
}

/// Whether a verify token that was refused is one that was meant to be.
pub fn is_wrong_token(token: &str) -> bool {
    token.starts_with(TOKEN)
}

/// Whether a body that was verified is a probe: it is answered, and not kept.
pub fn is_signed(body: &[u8]) -> bool {
    body.starts_with(SIGNED.as_bytes())
}

/// Whether a body that was refused is one that was meant to be: it is not kept, either.
pub fn is_forged(body: &[u8]) -> bool {
    body.starts_with(FORGED.as_bytes())
}

/// Whether a refused body was a probe, before something changed it.
pub fn was_probe(body: &[u8]) -> bool {
    let name = b"belino_doctor";
    body.windows(name.len()).any(|bytes| bytes == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_is_json_and_known_by_its_beginning() {
        for (body, is) in [(signed("w"), [true, false]), (forged("w"), [false, true])] {
            let value: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(
                (&value["word"], &value["text"]),
                (&"w".into(), &"café / 50% @you <3".into())
            );
            assert_eq!([is_signed(body.as_bytes()), is_forged(body.as_bytes())], is);
            assert!(was_probe(body.as_bytes()));
        }
        assert!(!was_probe(br#"{"object":"instagram"}"#));
        assert!(is_wrong_token(&wrong_token("w")) && !is_wrong_token("w"));
    }
}
