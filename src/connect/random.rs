//! What nobody can guess, and what is stored of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const BYTES: usize = 32;

/// The longest text that can be one of ours.
const LONGEST: usize = 64;

/// A new one: 32 random bytes, fit for a URL.
pub(super) fn unguessable() -> String {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of it; none of a text that cannot be ours.
pub(super) fn hash(text: &str) -> Option<[u8; 32]> {
    (text.len() <= LONGEST).then(|| Sha256::digest(text.as_bytes()).into())
}
